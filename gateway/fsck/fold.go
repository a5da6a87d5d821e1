package fsck

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Tables, in the order in which the digest has them. The first two and the last
// are not part of it.
const (
	tableTransactions = iota // identifier, block, place in it, code
	tableVersions            // namespace and collection, key, place of a transaction and what it did, version
	tableRecords             // kind, identifier, block, text
	tableFacilities          // identifier, place, country, words; of the fold: identifier, order, what, how
	tableAbout               // subject's kind and identifier, record's kind and identifier
	tableNames               // record's kind and identifier, subject's
	tableMade                // lot's, event's
	tableUsed                // event's, lot's
	tableSeen                // lot's, event's
	tableSubjects            // kind, identifier
)

var tableTitles = [...]string{"transaction", "version", "record", "facility", "about", "names", "made", "used", "seen", "subject"}

// recorded is a record of an event with the row that it becomes.
type recorded struct {
	provenance.Record
	text []byte
}

// errUnknown is a ledger that is newer than this program.
var errUnknown = errors.New("this version of the program does not know what stands there")

// readRecords takes the records out of an event's payload.
func readRecords(payload []byte) ([]recorded, error) {
	var event struct {
		Records []json.RawMessage `json:"records"`
	}
	if err := strictly(payload, &event); err != nil {
		return nil, fmt.Errorf("its event: %w", err)
	}
	out := make([]recorded, len(event.Records))
	for i, text := range event.Records {
		out[i].text = text
		if err := strictly(text, &out[i].Record); err != nil {
			return nil, fmt.Errorf("record %d of its event: %w", i, err)
		}
		if _, known := provenance.SpecOf(out[i].Kind); !known {
			return nil, fmt.Errorf("%w: record %d of its event is of the kind %q", errUnknown, i, out[i].Kind)
		}
	}
	return out, nil
}

func strictly(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errors.New("it does not fit its form")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	return nil
}

// part is what one record says of what a facility is searched by.
type part struct {
	ID                    string // of an amendment, or of the one that is taken back
	Place, Country, Words string
}

// What a part is.
const (
	partRegistered = "registered"
	partAmended    = "amended"
	partTakenBack  = "taken back"
)

// rowsOf is what a record becomes: itself, and a row for everything that leads to
// it. order is its place on the ledger.
func rowsOf(r recorded, block uint64, order string) ([]row, error) {
	me := r.Ref()
	out := []row{{tableRecords, [4]string{string(me.Kind), me.ID, bigEndian(block), string(r.text)}}}
	subject := func(ref provenance.Ref) {
		out = append(out, row{tableSubjects, [4]string{string(ref.Kind), ref.ID}})
	}
	link := func(table byte, from, to provenance.Ref) {
		out = append(out, row{table, [4]string{string(from.Kind), from.ID, string(to.Kind), to.ID}})
	}
	subject(me)
	named := func(ref provenance.Ref) {
		subject(ref)
		link(tableNames, me, ref)
	}
	for _, ref := range r.About {
		subject(ref)
		link(tableAbout, ref, me)
		if !ref.Kind.Traced() {
			named(ref)
		}
	}
	facility := func(id, what string, p part) error {
		how, err := json.Marshal(p)
		out = append(out, row{tableFacilities, [4]string{id, order, what, string(how)}})
		return err
	}
	switch r.Kind {
	case provenance.KindEvent:
		e, err := provenance.Body[provenance.Event](r.Record)
		if err != nil {
			return nil, err
		}
		for _, lot := range e.Makes() {
			subject(lot)
			link(tableMade, lot, me)
		}
		for _, lots := range [][]provenance.Ref{e.Uses(), e.LeadsTo()} {
			for _, lot := range lots {
				subject(lot)
				link(tableUsed, me, lot)
			}
		}
		for _, lot := range e.Sees() {
			subject(lot)
			link(tableSeen, lot, me)
		}
	case provenance.KindAudit, provenance.KindParty, provenance.KindPartyAmendment:
		references, err := referencesOf(r.Record)
		if err != nil {
			return nil, err
		}
		for _, reference := range references {
			named(reference.Ref)
		}
	case provenance.KindFacility:
		f, err := provenance.Body[provenance.Facility](r.Record)
		if err != nil {
			return nil, err
		}
		words := wordsOf(f.Name, f.Aliases, f.Address, f.Sector, f.Identifiers, f.ID)
		return out, facility(f.ID, partRegistered, part{Place: listed(&f), Country: f.Country, Words: words})
	case provenance.KindFacilityAmendment:
		a, err := provenance.Body[provenance.FacilityAmendment](r.Record)
		if err != nil {
			return nil, err
		}
		subject(provenance.Ref{Kind: provenance.KindFacility, ID: a.Facility})
		words := wordsOf(a.Name, a.Aliases, a.Address, a.Sector, a.Identifiers, "")
		return out, facility(a.Facility, partAmended, part{ID: a.ID, Country: a.Country, Words: words})
	case provenance.KindWithdrawal:
		w, err := provenance.Body[provenance.Withdrawal](r.Record)
		if err != nil {
			return nil, err
		}
		if of, ok := r.Subject(provenance.KindFacility); ok && w.Target.Kind == provenance.KindFacilityAmendment {
			return out, facility(of, partTakenBack, part{ID: w.Target.ID})
		}
	}
	return out, nil
}

// referencesOf lists what those kinds of records name beside their subjects.
func referencesOf(r provenance.Record) ([]provenance.Reference, error) {
	switch r.Kind {
	case provenance.KindAudit:
		a, err := provenance.Body[provenance.Audit](r)
		return a.References(), err
	case provenance.KindParty:
		p, err := provenance.Body[provenance.Party](r)
		return p.References(), err
	}
	p, err := provenance.Body[provenance.PartyAmendment](r)
	return p.References(), err
}

func bigEndian(n uint64) string { return string(binary.BigEndian.AppendUint64(nil, n)) }

func fromBigEndian(s string) uint64 { return binary.BigEndian.Uint64([]byte(s)) }

// folded turns the sorted rows of the fold into those of the read model: of a
// record that was said twice the first, and of what is said of a facility the sum.
type folded struct {
	from    rows
	ahead   row
	more    bool
	started bool
}

// errTwice is a ledger that says two things under one identifier.
type errTwice struct{ ref provenance.Ref }

func (e errTwice) Error() string { return e.ref.String() + " is on the ledger twice, and differently" }

func (f *folded) advance() error {
	var err error
	f.ahead, f.more, err = f.from.next()
	return err
}

func (f *folded) next() (row, bool, error) {
	if !f.started {
		f.started = true
		if err := f.advance(); err != nil {
			return row{}, false, err
		}
	}
	for f.more {
		r := f.ahead
		switch r.table {
		case tableRecords:
			return f.record(r)
		case tableFacilities:
			r, shown, err := f.facility(r.value[0])
			if err != nil || shown {
				return r, err == nil, err
			}
		default:
			err := f.advance()
			return r, err == nil, err
		}
	}
	return row{}, false, nil
}

func (f *folded) record(r row) (row, bool, error) {
	for {
		if err := f.advance(); err != nil {
			return row{}, false, err
		}
		again := f.ahead
		if !f.more || again.table != r.table || again.value[0] != r.value[0] || again.value[1] != r.value[1] {
			break
		}
		if again.value[3] != r.value[3] {
			return row{}, false, errTwice{provenance.Ref{Kind: provenance.Kind(r.value[0]), ID: r.value[1]}}
		}
	}
	r.value[2] = strconv.FormatUint(fromBigEndian(r.value[2]), 10)
	return r, true, nil
}

// facility sums up what is said of one: the registration, and what amendments
// that still count add. There is no row for one that is not registered.
func (f *folded) facility(id string) (row, bool, error) {
	var registered *part
	var amendments []part
	gone, seen := map[string]bool{}, map[string]bool{}
	for f.more && f.ahead.table == tableFacilities && f.ahead.value[0] == id {
		var p part
		if err := json.Unmarshal([]byte(f.ahead.value[3]), &p); err != nil {
			return row{}, false, err
		}
		switch f.ahead.value[2] {
		case partRegistered:
			if registered == nil {
				registered = &p
			}
		case partAmended:
			if !seen[p.ID] {
				seen[p.ID] = true
				amendments = append(amendments, p)
			}
		case partTakenBack:
			gone[p.ID] = true
		}
		if err := f.advance(); err != nil {
			return row{}, false, err
		}
	}
	if registered == nil {
		return row{}, false, nil
	}
	country, words := registered.Country, registered.Words
	for _, a := range amendments {
		if gone[a.ID] {
			continue
		}
		words += "\n" + a.Words
		if a.Country != "" {
			country = a.Country
		}
	}
	return row{tableFacilities, [4]string{id, registered.Place, country, words}}, true, nil
}
