package scenario

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/conformance"
	"github.com/fairlead/fairlead/test/world"
)

// crowd is how many speak of one site at once.
const crowd = 100

// Together has a hundred audits, then as many fee statements of one group, then
// as many events, of the site of a told year stated at the same time, each at
// the first attempt and without a second. It counts on the ledger, not by what
// was answered, that each is there once and that none disturbed another.
func Together(t *testing.T, o conformance.Opened, told Told) {
	s := &story{TB: t, Opened: o, World: told.World, as: told.Cast}
	for _, kind := range []struct {
		name string
		as   ledger.Signer
		make func(n int) provenance.Statement
	}{
		{"audits", s.as.Auditor, func(int) provenance.Statement { return s.newAudit(nil) }},
		{"fee statements", s.as.Union, func(int) provenance.Statement {
			f := s.Fees
			f.ID = s.ID()
			return &f
		}},
		{"events", s.as.Supplier, func(n int) provenance.Statement {
			e := s.Making(provenance.Lot{GTIN: s.Cloth.GTIN, Lot: fmt.Sprintf("T-%d", n)})
			return &e
		}},
	} {
		t.Run(kind.name, func(t *testing.T) {
			s := *s
			s.TB = t
			var statements []provenance.Statement
			for n := range crowd {
				statements = append(statements, kind.make(n))
			}
			s.together(kind.as, statements)
		})
	}
}

func (s *story) together(as ledger.Signer, statements []provenance.Statement) {
	first, err := s.Ledger.Height(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	commits := make([]ledger.Commit, len(statements))
	errs := make([]error, len(statements))
	var all sync.WaitGroup
	for i, st := range statements {
		all.Go(func() { commits[i], errs[i] = s.once(as, st) })
	}
	all.Wait()
	acknowledged := map[string]bool{}
	last := first
	for i, err := range errs {
		if err != nil {
			s.Errorf("statement %d: %v", i, err)
			continue
		}
		acknowledged[commits[i].Tx] = true
		last = max(last, commits[i].Block)
	}
	recorded, conflicts := s.count(first, last, acknowledged)
	if conflicts > 0 || len(acknowledged) != len(statements) {
		s.Errorf("%d of %d were acknowledged, and %d transactions lost a race", len(acknowledged), len(statements), conflicts)
	}
	for i, st := range statements {
		if n := recorded[st.Key()]; n != 1 {
			s.Errorf("statement %d is on the ledger %d times", i, n)
		}
	}
}

// once states without a second attempt.
func (s *story) once(as ledger.Signer, st provenance.Statement) (ledger.Commit, error) {
	transaction, err := s.prepared(as, st)
	if err != nil {
		return ledger.Commit{}, err
	}
	return s.Ledger.Submit(s.Context(), transaction)
}

// prepared takes a statement as far as it goes before it is handed in.
func (s *story) prepared(as ledger.Signer, st provenance.Statement) (ledger.Signed, error) {
	unsigned, err := s.Ledger.Prepare(s.Context(), ledger.Draft{Author: as.Identity(), Transaction: world.Transaction(st), Document: world.Document(st)})
	if err != nil {
		return ledger.Signed{}, err
	}
	endorsed, err := s.Ledger.Endorse(s.Context(), s.sign(as, unsigned.Bytes))
	if err != nil {
		return ledger.Signed{}, err
	}
	return s.sign(as, endorsed.Bytes), nil
}

// endorsed is a statement that peers agreed to, and that nobody has handed in.
func (s *story) endorsed(as ledger.Signer, st provenance.Statement) ledger.Signed {
	s.Helper()
	transaction, err := s.prepared(as, st)
	if err != nil {
		s.Fatalf("%v\n%s", err, s.text.String())
	}
	return transaction
}

// count reads blocks: how often each record is in those transactions that
// were acknowledged, and how many transactions lost a race.
func (s *story) count(first, last uint64, acknowledged map[string]bool) (recorded map[string]int, conflicts int) {
	s.Helper()
	recorded = map[string]int{}
	err := s.Ledger.Follow(s.Context(), first, func(b ledger.Block) error {
		for _, tx := range b.Transactions {
			if tx.Code == ledger.CodeReadConflict || tx.Code == ledger.CodePhantom {
				conflicts++
			}
			if !tx.Valid() || !acknowledged[tx.ID] {
				continue
			}
			var told provenance.Recorded
			if err := provenance.Decode(tx.Payload, &told); err != nil {
				return err
			}
			for _, r := range told.Records {
				recorded[r.ID]++
			}
		}
		if b.Number >= last {
			return errCaughtUp
		}
		return nil
	})
	if !errors.Is(err, errCaughtUp) {
		s.Fatal(err)
	}
	return recorded, conflicts
}
