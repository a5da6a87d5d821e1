package csvlist

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// row reads one row; width is the number of columns in the header.
func (r *Reader) row(place Place, fields []string, width int, at map[string]int) Row {
	row := Row{Place: place, Outcome: Rejected}
	raw := func(column string) string {
		if i, ok := at[column]; ok && i < len(fields) {
			return fields[i]
		}
		return ""
	}
	if blank(fields) {
		row.Outcome = Blank
		return row
	}
	if len(fields) > width {
		row.Reasons = append(row.Reasons, fmt.Sprintf("it has %d fields, the header %d: put texts with commas in quotes", len(fields), width))
		return row
	}
	for _, column := range columns {
		if !utf8.ValidString(raw(column)) {
			row.Reasons = append(row.Reasons, column+" is not valid UTF-8: save the list as CSV in UTF-8")
		}
	}
	if len(row.Reasons) > 0 {
		return row
	}
	f := &provenance.Facility{FacilityKind: provenance.WorkSite}
	texts := map[string]*string{"name": &f.Name, "address": &f.Address, "sector": &f.Sector}
	for _, column := range columns {
		if into, ok := texts[column]; ok {
			text, removed := clean(raw(column))
			*into = text
			row.Notes = append(row.Notes, textNotes(column, text, removed)...)
		}
	}
	row.Reasons = append(row.Reasons, setCountry(f, raw("country"))...)
	where := locate(f.Country, raw("lat"), raw("lng"))
	f.Position = where.position
	row.Notes = append(row.Notes, where.notes...)
	r.settle(&row, f, where.exact)
	return row
}

func setCountry(f *provenance.Facility, written string) (reasons []string) {
	if fold(written) == "" {
		return []string{"country is missing: a facility needs one: give it"}
	}
	code, ok := CountryCode(written)
	if !ok {
		return []string{"country is not known by this spelling: write its English name or the two letters of ISO 3166-1"}
	}
	f.Country = code
	return nil
}

// settle decides what becomes of a row that could be read.
func (r *Reader) settle(row *Row, f *provenance.Facility, exact string) {
	id, err := identify(*f)
	if err != nil {
		row.Reasons = append(row.Reasons, err.Error())
		return
	}
	f.ID = id
	if refusal := check(f); refusal != nil {
		for _, p := range refusal.Fields {
			// The country's own reason says more than that the code is missing.
			if p.Field != "country" {
				row.Reasons = append(row.Reasons, p.Field+" "+p.Problem+": "+p.Remedy)
			}
		}
	}
	if len(row.Reasons) > 0 {
		return
	}
	row.Facility = f
	if first, ok := r.byID[id]; ok {
		row.Outcome, row.SameAs = Same, &first
		row.Notes = append(row.Notes, "same as "+first.from(row.Place))
		return
	}
	row.Outcome = Accepted
	row.Notes = append(row.Notes, r.remember(row.Place, f, exact)...)
}

func check(f *provenance.Facility) *provenance.Refusal {
	if refusal := provenance.CheckShape(f); refusal != nil {
		return refusal
	}
	if problems := f.Check(time.Time{}); len(problems) > 0 {
		return &provenance.Refusal{Code: provenance.Invalid, Fields: problems}
	}
	return nil
}

// remember keeps a facility for comparison and tells what is like it already.
// Likeness is only ever noted: two factories may share a name or a gate.
func (r *Reader) remember(place Place, f *provenance.Facility, exact string) (notes []string) {
	if r.byID == nil {
		r.byID, r.byName, r.byExact = map[string]Place{}, map[string]Place{}, map[string]spot{}
	}
	r.byID[f.ID] = place
	name := f.Country + " " + nameKey(f.Name)
	if like, ok := r.byName[name]; ok {
		notes = append(notes, "has nearly the name of "+like.from(place)+" in the same country: they may be one facility")
	} else {
		r.byName[name] = place
	}
	if exact == "" {
		return notes
	}
	like, ok := r.byExact[exact]
	if !ok {
		r.byExact[exact] = spot{place, f.Address}
	} else if fold(like.address) != fold(f.Address) {
		notes = append(notes, "has exactly the position of "+like.from(place)+" but another address: the position may stand for a town")
	}
	return notes
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// identify derives a facility's identifier, in the form of a ULID, from all
// that is said of it: a row read twice is one facility on the ledger, and one
// that says anything else can never collide with it.
func identify(f provenance.Facility) (string, error) {
	f.ID = ""
	text, err := provenance.Canonical(f)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte("fairlead facility list\n"), text...))
	sum[0] &= 0x3f // 26 characters hold 130 bits, a ULID 128: its first two are zero
	return base32.NewEncoding(crockford).EncodeToString(sum[:])[:26], nil
}

func blank(fields []string) bool {
	for _, field := range fields {
		if text, removed := clean(field); text != "" || removed > 0 {
			return false
		}
	}
	return true
}
