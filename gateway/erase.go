package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/desk"
)

// mostPurged bounds an erasure.
const mostPurged = 500

func (a *app) erase() *cobra.Command {
	var w writes
	what := toErase{}
	c := &cobra.Command{
		Use:   "erase --inquiry INQUIRY [--code-file FILE|-] | --comparison COMPARISON | --grievance GRIEVANCE --as AUTHOR",
		Short: "Have Workers' peer purge answers, what was found of terms, or a grievance for good",
		Long: `Purge what Workers' peer holds: all answers of an inquiry, those of the workers
whose codes are in a file, one a line, because they asked for it, all that was
found in a comparison of terms, or a grievance. The ledger keeps a receipt of it,
which leads to nobody. A book of terms is destroyed with fairlead terms forget.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !what.one() {
				return usagef("erase needs either --inquiry, with --code-file for single workers, or --comparison, or --grievance")
			}
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			e, err := u.erasure(what)
			if err != nil {
				return err
			}
			if w.dryRun {
				return a.reply(w.asJSON, map[string]any{"values": len(e.Tokens), "reason": e.Reason}, "%s could be purged", counted(len(e.Tokens), "value"))
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			purged := 0
			for tokens := range slices.Chunk(e.Tokens, mostPurged) {
				n, err := u.purge(c.Context(), e, tokens)
				if purged += n; err != nil {
					return err
				}
			}
			if err := u.erased(what); err != nil {
				return err
			}
			return a.reply(w.asJSON, map[string]any{"purged": purged, "reason": e.Reason}, "%s purged", counted(purged, "value"))
		},
	}
	w.flags(c)
	c.Flags().StringVar(&what.inquiry, "inquiry", "", "inquiry whose answers are purged; it must be closed")
	c.Flags().StringVar(&what.codes, "code-file", "", "file of codes of the workers who asked for it, - for standard input")
	c.Flags().StringVar(&what.comparison, "comparison", "", "comparison of terms that is purged; it must be closed")
	c.Flags().StringVar(&what.grievance, "grievance", "", "grievance that is purged")
	return c
}

// toErase names what is to be purged at the desk.
type toErase struct{ inquiry, codes, comparison, grievance string }

// one says whether it is one thing.
func (what toErase) one() bool {
	named := 0
	for _, name := range []string{what.inquiry, what.comparison, what.grievance} {
		if name != "" {
			named++
		}
	}
	return named == 1 && (what.codes == "" || what.inquiry != "")
}

// erasure gathers what is to be purged, and why.
func (u *union) erasure(what toErase) (*provenance.Erasure, error) {
	if what.grievance != "" {
		g, err := u.desk.Grievances().Read(what.grievance)
		return &provenance.Erasure{Reason: "RETENTION_OVER", Tokens: []string{g.Token}}, err
	}
	if what.comparison != "" {
		k, err := u.desk.Comparisons().Read(what.comparison)
		if err != nil {
			return nil, err
		}
		e := &provenance.Erasure{}
		var published string
		if e.Reason, published, err = whyErased(k.ID, k.State, k.Outcome != nil); err != nil {
			return nil, err
		}
		e.Terms = published
		for n := range k.Content.Workers {
			e.Tokens = append(e.Tokens, k.Content.Slot(n))
		}
		e.Tokens = append(e.Tokens, k.Content.Token)
		return e, nil
	}
	i, err := u.desk.Inquiries().Read(what.inquiry)
	if err != nil {
		return nil, err
	}
	if what.codes != "" {
		text, book, err := u.codesOf(i.Content.Cohort, what.codes)
		if err != nil {
			return nil, err
		}
		found, err := bareCodes(text, book)
		if err != nil {
			return nil, err
		}
		e := &provenance.Erasure{Reason: "WORKER_ASKED"}
		for _, c := range found {
			e.Tokens = append(e.Tokens, i.Content.Slot(c.proof.Receipt()))
		}
		return e, nil
	}
	e := &provenance.Erasure{}
	if e.Reason, e.Count, err = whyErased(i.ID, i.State, i.Count != nil); err != nil {
		return nil, err
	}
	for n := range i.Content.Receipts {
		e.Tokens = append(e.Tokens, i.Content.Slot(n))
	}
	e.Tokens = append(e.Tokens, i.Content.Token)
	return e, nil
}

// whyErased gives the reason to purge an inquiry or a comparison and, where
// something of it was published, that record. The identifier is both's.
func whyErased(id string, state desk.State, outcome bool) (reason, published string, err error) {
	switch state {
	case desk.Published, desk.Erased:
		if outcome {
			return "COUNT_PUBLISHED", id, nil
		}
	case desk.Closed:
		if outcome {
			return "", "", fmt.Errorf("what came of %s is not published: publish it first, for it is compared with what is held", id)
		}
	default:
		return "", "", fmt.Errorf("%s is %s: close it first", id, strings.ToLower(string(state)))
	}
	return "RETENTION_OVER", "", nil
}

// erased notes at the desk that something was purged whole.
func (u *union) erased(what toErase) error {
	switch {
	case what.comparison != "":
		k, err := u.desk.Comparisons().Read(what.comparison)
		if err != nil {
			return err
		}
		k.State = desk.Erased
		return u.desk.Comparisons().Keep(k.ID, k)
	case what.inquiry != "" && what.codes == "":
		i, err := u.desk.Inquiries().Read(what.inquiry)
		if err != nil {
			return err
		}
		i.State = desk.Erased
		return u.desk.Inquiries().Keep(i.ID, i)
	}
	return nil
}

// purge states an erasure of some tokens, without those that are purged already.
func (u *union) purge(ctx context.Context, e *provenance.Erasure, tokens []string) (int, error) {
	tokens = slices.Clone(tokens)
	for len(tokens) > 0 {
		part := *e
		part.ID, part.Tokens = newID(), tokens
		err := u.state(ctx, &part)
		if err == nil {
			return len(tokens), nil
		}
		refusal, ok := provenance.AsRefusal(err)
		left := slices.Clone(tokens)
		if ok {
			for n := len(tokens) - 1; n >= 0; n-- {
				if slices.ContainsFunc(refusal.Fields, func(p provenance.FieldProblem) bool {
					return p.Code == provenance.UnknownReference && p.Field == fmt.Sprintf("tokens[%d]", n)
				}) {
					left = slices.Delete(left, n, n+1)
				}
			}
		}
		if len(left) == len(tokens) {
			return 0, err
		}
		tokens = left
	}
	return 0, nil
}
