package httpapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// notPublic answers for what provenance keeps from anonymous readers. They get
// it in bands and totals and without the place, as part of a product's history.
func notPublic() error {
	return newProblem(codeNotShown, "Records of this kind count workers exactly, tell of children, or are signals that are no findings, so they are not shown one by one. A product's history tells what they say, in ranges and totals and without the place.")
}

// record shows one record as the ledger holds it.
func (s *server) record(c *gin.Context) error {
	kindText, err := param(c, "kind")
	if err != nil {
		return err
	}
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	kind := provenance.Kind(kindText)
	spec, known := provenance.SpecOf(kind)
	if !known {
		return badParameter("kind", "is no kind of record", "use a kind such as facility, event or audit")
	}
	var who *reader
	if !spec.Public {
		if who, err = s.reader(c); err != nil {
			return err
		}
		if who == nil {
			return notPublic()
		}
	}
	found, at, err := s.stated(c.Request.Context(), kind, id)
	if err != nil {
		return notHeld(err, "The ledger holds no "+string(kind)+" with this identifier.")
	}
	if !found.Record.Public() {
		if who, err = s.reader(c); err != nil {
			return err
		}
		if !who.mayRead(found.Record) {
			return notPublic()
		}
		c.Set(forMember, true)
	}
	return s.reply(c, at, found, map[string]string{"self": c.Request.URL.EscapedPath()})
}

// audit shows an audit with all that was said about it since, oldest first.
func (s *server) audit(c *gin.Context) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	found, at, err := s.stated(ctx, provenance.KindAudit, id)
	if err != nil {
		return notHeld(err, "No audit with this identifier is on the ledger.")
	}
	since, err := s.allAbout(ctx, found.Record.Ref(), provenance.KindFindingStep, provenance.KindWithdrawal, provenance.KindAudit)
	if err != nil {
		return err
	}
	content := struct {
		stated
		Ended string              `json:"ended,omitempty"` // WITHDRAWN or SUPERSEDED: counts for nothing
		EndBy *provenance.Ref     `json:"endedBy,omitempty"`
		Steps []provenance.Record `json:"steps"`
	}{stated: found, Steps: []provenance.Record{}}
	withdrawn, err := withdrawnIn(since)
	if err != nil {
		return err
	}
	for _, r := range since {
		if r.Kind == provenance.KindFindingStep && !withdrawn[r.Ref()] {
			content.Steps = append(content.Steps, r)
		}
	}
	ended, by, err := ending(found.Record.Ref(), since)
	if err != nil {
		return err
	}
	if ended != "" {
		content.Ended, content.EndBy = ended, &by
	}
	facility, _ := found.Record.Subject(provenance.KindFacility)
	return s.reply(c, at, content, map[string]string{"self": c.Request.URL.EscapedPath(), "facility": "/v1/facilities/" + facility})
}

// withdrawnIn gives what the withdrawals among some records take back. What is
// about an audit may take back the audit, or what was said of its findings.
func withdrawnIn(about []provenance.Record) (map[provenance.Ref]bool, error) {
	targets := map[provenance.Ref]bool{}
	for _, r := range about {
		if r.Kind != provenance.KindWithdrawal {
			continue
		}
		w, err := provenance.Body[provenance.Withdrawal](r)
		if err != nil {
			return nil, err
		}
		targets[provenance.Ref(w.Target)] = true
	}
	return targets, nil
}

// ending says how an audit has ended, from the records about it. A withdrawal
// goes before a replacement; a replacement that was withdrawn is none.
func ending(audit provenance.Ref, about []provenance.Record) (ended string, by provenance.Ref, err error) {
	withdrawn, err := withdrawnIn(about)
	if err != nil {
		return "", provenance.Ref{}, err
	}
	for _, r := range about {
		switch r.Kind {
		case provenance.KindWithdrawal:
			switch targets, err := withdrawnIn([]provenance.Record{r}); {
			case err != nil:
				return "", provenance.Ref{}, err
			case targets[audit]:
				return provenance.EndedWithdrawn, r.Ref(), nil
			}
		case provenance.KindAudit:
			if !withdrawn[r.Ref()] {
				ended, by = provenance.EndedSuperseded, r.Ref()
			}
		}
	}
	return ended, by, nil
}

// allAbout reads every record of some kinds about a subject, oldest first.
func (s *server) allAbout(ctx context.Context, subject provenance.Ref, of ...provenance.Kind) ([]provenance.Record, error) {
	var all []provenance.Record
	for cut := (readmodel.Cut{}); ; {
		page, _, err := s.Model.RecordsAbout(ctx, subject, of, cut)
		if err != nil {
			return nil, fmt.Errorf("reading what is about %s: %w", subject, err)
		}
		all = append(all, page.Records...)
		if cut.After = page.Next; cut.After == "" {
			slices.Reverse(all)
			return all, nil
		}
	}
}
