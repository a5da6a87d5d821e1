package provenance

import (
	"cmp"
	"slices"
	"time"
)

// inspects says whether an audit is one that tells how a whole site was: one
// that stands, and was neither the site's own word nor a look at papers or at
// single points.
func (f *facts) inspects(a stated[Audit]) bool {
	switch a.T.AuditKind {
	case "SELF_ASSESSMENT", "DESKTOP", "FOLLOW_UP_PARTIAL":
		return false
	}
	return f.ended[a.Ref()] == ""
}

// coverage relates an event at a site to the site's audits.
func (f *facts) coverage(audits []stated[Audit], event time.Time) Coverage {
	class := CoverageNone
	for _, a := range audits {
		if !f.inspects(a) {
			continue
		}
		from, until := inForce(a.T)
		switch {
		case event.Before(from):
			class = better(class, AfterEvent)
		case event.After(until):
			class = better(class, Expired)
		default:
			return Covered
		}
	}
	return class
}

// inForce is the time about which an audit says something.
func inForce(a Audit) (from, until time.Time) {
	end := dateStart(a.End)
	from, until = end.AddDate(0, -auditLookback, 0), end.AddDate(0, auditValidity, 0)
	if a.ValidUntil != "" {
		until = dateStart(a.ValidUntil)
	}
	return from, endOfDay(until)
}

// coverageOrder lists the classes, the best first.
var coverageOrder = []Coverage{Covered, Expired, AfterEvent, CoverageNone}

func better(a, b Coverage) Coverage {
	if slices.Index(coverageOrder, a) <= slices.Index(coverageOrder, b) {
		return a
	}
	return b
}

func (c *CoverageCount) add(class Coverage) {
	switch class {
	case Covered:
		c.Covered++
	case Expired:
		c.Expired++
	case AfterEvent:
		c.AfterEvent++
	default:
		c.None++
	}
}

func (c CoverageCount) worst() Coverage {
	switch {
	case c.None > 0:
		return CoverageNone
	case c.AfterEvent > 0:
		return AfterEvent
	case c.Expired > 0:
		return Expired
	}
	return Covered
}

// audited lists the audits of the places, the newest first, and the
// shortcomings that standing ones found. Those on the young are neither listed
// nor counted among them.
func (f *facts) audited(places []*place, asOf time.Time) ([]AuditLine, []FindingLine, []youthFinding) {
	audits, findings := []AuditLine{}, []FindingLine{}
	var youth []youthFinding
	for _, p := range places {
		for _, a := range p.audits {
			_, until := inForce(a.T)
			line := AuditLine{
				ID: a.ID, Site: f.site(p.id), Firm: f.party(a.T.Firm),
				Scheme: a.T.Scheme, SchemeVersion: a.T.SchemeVersion, Kind: a.T.AuditKind, Announcement: a.T.Announcement,
				Start: a.T.Start, End: a.T.End, InForceUntil: until.Format(dateForm),
				Result: a.T.Result, Unlisted: a.T.unlistedResult(), Ended: f.ended[a.Ref()], RecordedAt: a.At,
			}
			for _, found := range f.findings(a, asOf) {
				if found.Topic == YouthProtection {
					if line.Ended == "" {
						youth = append(youth, youthFinding{p, found})
					}
					continue
				}
				line.Findings++
				if found.Open && line.Ended == "" {
					line.Open++
				}
				if line.Ended == "" {
					findings = append(findings, found)
				}
			}
			audits = append(audits, line)
		}
	}
	slices.SortFunc(audits, func(a, b AuditLine) int {
		return cmp.Or(cmp.Compare(b.End, a.End), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(findings, func(a, b FindingLine) int {
		return cmp.Or(-compareBool(a.Open, b.Open), cmp.Compare(b.Found, a.Found), cmp.Compare(a.Audit, b.Audit), cmp.Compare(a.No, b.No))
	})
	return audits, findings, youth
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
