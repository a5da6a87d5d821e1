package readmodel

import (
	"bytes"
	"cmp"
	"database/sql"
	"errors"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// errTaken: the ledger never says this, for there a record does not change.
var errTaken = errors.New("another record has this identifier already")

// write adds a record with all that leads to it. A record that is there
// already changes nothing; the same identifier with other content is errTaken.
func (w *writer) write(block uint64, e entry) error {
	n, err := w.number(e.ref)
	if err != nil {
		return err
	}
	fresh, err := w.added(sqlAddRecord, n, block, e.text)
	if err != nil {
		return err
	}
	if !fresh {
		return w.compare(n, e.text)
	}
	for _, ref := range e.about {
		subject, err := w.number(ref)
		if err != nil {
			return err
		}
		if err := w.do(sqlAddAbout, subject, string(e.ref.Kind), n); err != nil {
			return err
		}
	}
	for _, ref := range e.names {
		subject, err := w.number(ref)
		if err != nil {
			return err
		}
		if err := w.do(sqlAddName, n, subject); err != nil {
			return err
		}
	}
	if m := e.member; m != nil {
		if err := w.do(sqlAddMember, string(e.org), m.Certificate, n); err != nil {
			return err
		}
	}
	if f := e.facility; f != nil {
		if err := w.do(sqlAddFacility, n, place(f), f.Country, words(f)); err != nil {
			return err
		}
	}
	if a := e.amendment; a != nil {
		facility, err := w.number(provenance.Ref{Kind: provenance.KindFacility, ID: a.Facility})
		if err != nil {
			return err
		}
		if err := w.do(sqlAmendFacility, newWords(a), a.Country, facility); err != nil {
			return err
		}
	}
	if e.unsaid != "" {
		if err := w.reword(e.unsaid); err != nil {
			return err
		}
	}
	return errors.Join(w.lots(sqlAddMade, n, e.makes), w.lots(sqlAddUsed, n, e.uses), w.lots(sqlAddSeen, n, e.sees))
}

// reword sets anew by what a facility is searched, from its registration and all
// amendments that still count.
func (w *writer) reword(id string) error {
	facility, err := w.number(provenance.Ref{Kind: provenance.KindFacility, ID: id})
	if err != nil {
		return err
	}
	st, err := w.statement(sqlAmended)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(w.ctx, facility, facility)
	if err != nil {
		return err
	}
	defer rows.Close()
	var registered provenance.Facility
	var amendments []provenance.Record
	withdrawn := map[string]bool{}
	for rows.Next() {
		var text []byte
		if err := rows.Scan(&text); err != nil {
			return err
		}
		r, err := parse(text)
		if err != nil {
			return err
		}
		switch r.Kind {
		case provenance.KindFacility:
			err = decode(r.Body, &registered)
		case provenance.KindFacilityAmendment:
			amendments = append(amendments, r)
		case provenance.KindWithdrawal:
			var back provenance.Withdrawal
			err = decode(r.Body, &back)
			withdrawn[back.Target.ID] = true
		}
		if err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	all, country := words(&registered), registered.Country
	for _, r := range amendments {
		var a provenance.FacilityAmendment
		if err := decode(r.Body, &a); err != nil {
			return err
		}
		if !withdrawn[r.ID] {
			all, country = all+"\n"+newWords(&a), cmp.Or(a.Country, country)
		}
	}
	return w.do(sqlReword, all, country, facility)
}

func (w *writer) lots(add string, event int64, lots []provenance.Ref) error {
	for _, l := range lots {
		lot, err := w.number(l)
		if err != nil {
			return err
		}
		if err := w.do(add, lot, event); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) compare(n int64, text []byte) error {
	st, err := w.statement(sqlText)
	if err != nil {
		return err
	}
	var held []byte
	if err := st.QueryRowContext(w.ctx, n).Scan(&held); err != nil {
		return err
	}
	if !bytes.Equal(held, text) {
		return errTaken
	}
	return nil
}

// number gives a subject's number, a new one when it is named for the first
// time.
func (w *writer) number(ref provenance.Ref) (int64, error) {
	if n, ok := w.numbers[ref]; ok {
		return n, nil
	}
	fresh, err := w.added(sqlAddSubject, w.last+1, string(ref.Kind), ref.ID)
	if err != nil {
		return 0, err
	}
	n := w.last + 1
	if fresh {
		w.last = n
	} else if n, err = w.find(ref); err != nil {
		return 0, err
	}
	// An event is about to be forgotten: hardly anything refers to one.
	if ref.Kind != provenance.KindEvent {
		if len(w.numbers) >= knownNumbers {
			clear(w.numbers)
		}
		w.numbers[ref] = n
	}
	return n, nil
}

func (w *writer) find(ref provenance.Ref) (int64, error) {
	var n int64
	st, err := w.statement(sqlNumber)
	if err != nil {
		return 0, err
	}
	if err := st.QueryRowContext(w.ctx, string(ref.Kind), ref.ID).Scan(&n); errors.Is(err, sql.ErrNoRows) {
		return 0, errors.New("a number is taken twice")
	} else if err != nil {
		return 0, err
	}
	return n, nil
}
