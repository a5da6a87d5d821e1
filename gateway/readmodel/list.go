package readmodel

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// MaxPage is the most records that a page holds, and what one holds when no
// limit is given.
const MaxPage = 100

const maxText = 200 // bytes of what is searched for

// Page is part of a list.
type Page struct {
	Records []provenance.Record
	Next    string // the cursor of the next page, empty on the last
}

// Cut says which page of a list is wanted. A cursor stays good while the
// ledger grows and when the read model is rebuilt; one that cannot be read is
// refused.
type Cut struct {
	After string // Page.Next of the page before; empty for the first
	Limit int    // 1 to MaxPage; anything else means MaxPage
}

func (c Cut) limit() int {
	if c.Limit < 1 || c.Limit > MaxPage {
		return MaxPage
	}
	return c.Limit
}

func (c Cut) after() (string, error) {
	text, err := base64.RawURLEncoding.DecodeString(c.After)
	if err != nil {
		return "", errCursor()
	}
	return string(text), nil
}

func cursor(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func errCursor() error {
	return provenance.RefuseField("after", provenance.Invalid, "is no cursor of this list", "use the one that came with the page before, or leave it out")
}

// FacilityFilter says which facilities are wanted.
type FacilityFilter struct {
	Country string // two capital letters; empty for any
	// Text stands in the name, an alias, the address, the sector or an
	// identifier, in whatever case, with accents or without. Of several words each
	// follows the one before.
	Text string
}

// Facilities lists facilities by name.
func (s *Store) Facilities(ctx context.Context, f FacilityFilter, c Cut) (Page, Position, error) {
	after, err := c.after()
	if err != nil {
		return Page{}, Position{}, err
	}
	if len(f.Text) > maxText {
		return Page{}, Position{}, provenance.RefuseField("text", provenance.Invalid, fmt.Sprintf("is longer than %d bytes", maxText), "search for less")
	}
	limit := c.limit()
	query, args := sqlFacilities, []any{after, pattern(f.Text), limit + 1}
	if f.Country != "" {
		query, args = sqlFacilitiesOf, append([]any{f.Country}, args...)
	}
	return s.inOrder(ctx, "facilities", limit, query, args...)
}

// Products lists products by GTIN.
func (s *Store) Products(ctx context.Context, c Cut) (Page, Position, error) {
	return s.OfKind(ctx, provenance.KindProduct, c)
}

// OfKind lists all records of a kind by identifier. It is for kinds of which
// there are few.
func (s *Store) OfKind(ctx context.Context, kind provenance.Kind, c Cut) (Page, Position, error) {
	after, err := c.after()
	if err != nil {
		return Page{}, Position{}, err
	}
	limit := c.limit()
	return s.inOrder(ctx, string(kind), limit, sqlOfKind, string(kind), after, limit+1)
}

// inOrder reads a page of a list that a query gives as places and records, one
// more than the page may hold.
func (s *Store) inOrder(ctx context.Context, what string, limit int, query string, args ...any) (Page, Position, error) {
	page := Page{Records: []provenance.Record{}}
	p, err := s.read(ctx, func(v *view) error {
		last := ""
		return v.each(func(r row) error {
			var at string
			var text sql.RawBytes
			if err := r.Scan(&at, &text); err != nil {
				return err
			}
			if len(page.Records) == limit {
				page.Next = cursor(last)
				return nil
			}
			last = at
			record, err := parse(text)
			page.Records = append(page.Records, record)
			return err
		}, query, args...)
	})
	if err != nil {
		return Page{}, Position{}, fmt.Errorf("listing %s: %w", what, err)
	}
	return page, p, nil
}

var escape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// pattern is what LIKE has to match.
func pattern(text string) string {
	fields := strings.Fields(fold(text))
	for i, f := range fields {
		fields[i] = escape.Replace(f)
	}
	return "%" + strings.Join(append(fields, ""), "%")
}

// Audits lists the audits of a facility, the newest on the ledger first;
// ErrNoRecord when there is no such facility.
func (s *Store) Audits(ctx context.Context, facility string, c Cut) (Page, Position, error) {
	return s.RecordsAbout(ctx, provenance.Ref{Kind: provenance.KindFacility, ID: facility}, []provenance.Kind{provenance.KindAudit}, c)
}

// RecordsAbout lists the records about a subject, of some kinds or, with none
// given, of all, the newest on the ledger first. ErrNoRecord when the ledger
// does not name the subject. A page costs the same however long the list is.
func (s *Store) RecordsAbout(ctx context.Context, subject provenance.Ref, of []provenance.Kind, c Cut) (Page, Position, error) {
	if len(of) == 0 {
		for _, spec := range provenance.Specs() {
			of = append(of, spec.Kind)
		}
	}
	var page Page
	p, err := s.read(ctx, func(v *view) error {
		n, err := v.number(subject)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoRecord
		}
		before, err := v.before(c)
		if err != nil {
			return err
		}
		page, err = v.newest(n, of, before, c.limit())
		return err
	})
	if err != nil {
		return Page{}, Position{}, fmt.Errorf("listing what is about %s: %w", subject, err)
	}
	return page, p, nil
}

// before gives the number below which the page begins. Its cursor is the
// identity of the last record shown.
func (v *view) before(c Cut) (int64, error) {
	if c.After == "" {
		return math.MaxInt64, nil
	}
	text, err := c.after()
	if err != nil {
		return 0, err
	}
	kind, id, _ := strings.Cut(text, " ")
	n, err := v.number(provenance.Ref{Kind: provenance.Kind(kind), ID: id})
	if err == nil && n == 0 {
		err = errCursor()
	}
	return n, err
}

// newest takes a page's worth of each kind, which the index gives in order,
// and of these the newest.
func (v *view) newest(subject int64, of []provenance.Kind, before int64, limit int) (Page, error) {
	var numbers []int64
	for _, kind := range of {
		some, err := v.numbers(sqlRecordsAbout, subject, string(kind), before, limit+1)
		if err != nil {
			return Page{}, err
		}
		numbers = append(numbers, some...)
	}
	slices.SortFunc(numbers, func(a, b int64) int { return cmp.Compare(b, a) })
	numbers = slices.Compact(numbers)
	more := len(numbers) > limit
	if more {
		numbers = numbers[:limit]
	}
	records, err := v.records(numbers)
	if err != nil {
		return Page{}, err
	}
	page := Page{Records: make([]provenance.Record, len(records))}
	for i, r := range records {
		page.Records[len(records)-1-i] = r.Record
	}
	if more && len(records) > 0 {
		last := page.Records[len(records)-1]
		page.Next = cursor(string(last.Kind) + " " + last.ID)
	}
	return page, nil
}
