// Package conformance is what every adapter of the ledger port must do, in the
// port's own terms: it knows neither the contract nor any adapter, so that the
// ledger in memory and a real network are held to the same.
package conformance

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

// Opened is a ledger under test and where its authors' keys come from.
type Opened struct {
	Ledger ledger.Ledger
	// Workers is the same network by way of a gateway of Workers, which alone
	// carries their transient data.
	Workers ledger.Relay
	// Registrar has an administrator's certificate of the organisation.
	Registrar func(provenance.Org) ledger.Signer
	// Enrol makes a fresh certificate of the organisation, which is no member's.
	Enrol func(provenance.Org) ledger.Signer
}

// suite is a ledger with a founded world on it.
type suite struct {
	ledger.Ledger
	signers
	*world.World
	as world.Cast
}

type signers struct{ Opened }

func (s signers) Registrar(org provenance.Org) ledger.Signer { return s.Opened.Registrar(org) }
func (s signers) Enrol(org provenance.Org) ledger.Signer     { return s.Opened.Enrol(org) }

// Run holds a ledger to the port's promises. The ledger may hold anything
// already; what the suite states is new each time.
func Run(t *testing.T, open func(*testing.T) Opened) {
	o := open(t)
	var seed [8]byte
	if _, err := rand.Read(seed[:]); err != nil {
		t.Fatal(err)
	}
	s := &suite{Ledger: o.Ledger, signers: signers{o}, World: world.New(binary.BigEndian.Uint64(seed[:]))}
	if err := s.Ready(t.Context()); err != nil {
		t.Fatalf("the ledger is not ready: %v", err)
	}
	var err error
	if s.as, err = s.Found(t.Context(), s.Ledger, s.signers); err != nil {
		t.Fatalf("founding the world: %v", err)
	}
	for _, c := range []struct {
		name string
		run  func(*suite, *testing.T)
	}{
		{"what was stated is read at its block", (*suite).readsItsWrites},
		{"a whole world is stated", (*suite).statesAWorld},
		{"stating again answers the first receipt", (*suite).statesOnce},
		{"a list is stated as one", (*suite).statesLists},
		{"a refusal carries code and fields", (*suite).refuses},
		{"who is no member is refused", (*suite).refusesStrangers},
		{"what is not there is not found", (*suite).findsNothing},
		{"a lost race is not done", (*suite).losesRaces},
		{"a lost race is begun again", (*suite).beginsAgain},
		{"a race for one identifier has one winner", (*suite).hasOneWinner},
		{"audits of one site do not disturb each other", (*suite).auditsSideBySide},
		{"only the author's signature counts", (*suite).verifiesProposals},
		{"only the author's signature commits", (*suite).verifiesTransactions},
		{"what Workers hold is shown to nobody else", (*suite).holds},
		{"what Workers hold can be purged", (*suite).purges},
		{"terms are compared with those agreed", (*suite).compares},
		{"workers are asked whether a finding is put right", (*suite).asksAboutFindings},
		{"the same bytes commit once", (*suite).commitsOnce},
		{"the fate of a transaction can be asked", (*suite).tellsFates},
		{"blocks follow without gaps from any", (*suite).followsFromAny},
		{"following waits for new blocks", (*suite).followsOn},
		{"following ends with whom it delivers to", (*suite).endsWithItsReader},
		{"everything gives up with its context", (*suite).givesUp},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(s, t) })
	}
}

// state states one document that must be accepted.
func (s *suite) state(t *testing.T, as ledger.Signer, statements ...provenance.Statement) ledger.Statement {
	t.Helper()
	stated, err := world.State(t.Context(), s, as, statements...)
	if err != nil {
		t.Fatal(err)
	}
	return stated
}

// prepare makes and signs a proposal.
func (s *suite) prepare(t *testing.T, as ledger.Signer, statement provenance.Statement) (ledger.Unsigned, ledger.Signed) {
	t.Helper()
	unsigned, err := s.Prepare(t.Context(), ledger.Draft{
		Author: as.Identity(), Transaction: world.Transaction(statement), Document: world.Document(statement),
	})
	if err != nil {
		t.Fatalf("preparing a %s: %v", statement.Kind(), err)
	}
	return unsigned, sign(t, as, unsigned.Bytes)
}

// endorse takes a statement as far as a signed transaction.
func (s *suite) endorse(t *testing.T, as ledger.Signer, statement provenance.Statement) (tx string, signed ledger.Signed) {
	t.Helper()
	_, proposal := s.prepare(t, as, statement)
	endorsed, err := s.Endorse(t.Context(), proposal)
	if err != nil {
		t.Fatalf("endorsing a %s: %v", statement.Kind(), err)
	}
	return endorsed.Tx, sign(t, as, endorsed.Bytes)
}

func sign(t *testing.T, as ledger.Signer, text []byte) ledger.Signed {
	t.Helper()
	digest := sha256.Sum256(text)
	signature, err := as.Sign(digest[:])
	if err != nil {
		t.Fatalf("signing: %v", err)
	}
	return ledger.Signed{Bytes: text, Signature: signature}
}

// newSite is another site of the factory.
func (s *suite) newSite() provenance.Facility {
	f := s.Site
	f.ID, f.Identifiers = s.ID(), []provenance.Identifier{{Scheme: provenance.GLN, Value: s.GLN()}}
	return f
}

// absent asserts that a record is not on the ledger.
func (s *suite) absent(t *testing.T, statement provenance.Statement) {
	t.Helper()
	_, err := s.Record(t.Context(), statement.Kind(), statement.Key())
	wantRefusal(t, err, provenance.NotFound, "")
}

// wantRefusal asserts that err is a refusal with a code, of a field unless that
// is empty.
func wantRefusal(t *testing.T, err error, code provenance.Code, field string) {
	t.Helper()
	refusal, ok := provenance.AsRefusal(err)
	if !ok {
		t.Fatalf("the answer is %v, want a refusal", err)
	}
	if refusal.Code != code {
		t.Errorf("refused as %s, want %s: %s", refusal.Code, code, refusal.Message)
	}
	if field != "" && (len(refusal.Fields) != 1 || refusal.Fields[0].Field != field) {
		t.Errorf("refused for the fields %v, want %s", refusal.Fields, field)
	}
}

// block gets one block by following from it.
func (s *suite) block(t *testing.T, number uint64) ledger.Block {
	t.Helper()
	var got ledger.Block
	if err := s.Follow(t.Context(), number, func(b ledger.Block) error { got = b; return errEnough }); !errors.Is(err, errEnough) {
		t.Fatalf("following from block %d: %v", number, err)
	}
	return got
}

var errEnough = errors.New("enough")

func cancelled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
