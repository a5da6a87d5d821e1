// Package scenario tells a worker's year on a ledger: the offer at home, the
// arrival, the promises that were broken, the fee that was found, the money paid back, the workers' answer, the
// closing of the finding. At each step somebody tries to cheat, and is refused
// by a code that never changes, or is seen in the answer that everybody gets.
//
// It knows the ledger's port and the vocabulary alone, and is told on the ledger
// in memory and on a real network, by the same words: testdata/year.txt.
package scenario

import (
	"crypto/rand"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/conformance"
	"github.com/fairlead/fairlead/test/world"
)

var (
	//go:embed testdata/year.txt
	year string
	//go:embed testdata/later.txt
	later string
)

// Secret is something that Workers alone may ever hold.
type Secret struct{ Name, Value string }

// Told is what came of a year.
type Told struct {
	World   *world.World
	Cast    world.Cast
	Text    string   // the story
	Later   string   // what comes a month later, see Tell
	Secrets []Secret // all that went to Workers' peer in private, and what follows from it
}

// Run tells the year on a ledger, which may hold anything already, and compares
// what it tells with testdata/year.txt. Where wait can have a month pass, it
// tells what comes then too; else wait is nil.
func Run(t *testing.T, o conformance.Opened, wait func()) Told {
	t.Helper()
	told := Tell(t, o, wait)
	for _, part := range []struct{ got, want string }{{told.Text, year}, {told.Later, later}} {
		if part.got != part.want && (wait != nil || part.got != "") {
			t.Errorf("the story is another one; with -update it is written anew. From the first line that differs:\n%s", fromFirst(part.got, part.want))
		}
	}
	return told
}

// fromFirst gives the lines of a text from the first that is not another's.
func fromFirst(text, other string) string {
	lines, others := strings.Split(text, "\n"), strings.Split(other, "\n")
	for i, line := range lines {
		if i >= len(others) || line != others[i] {
			return strings.Join(lines[i:min(len(lines), i+8)], "\n")
		}
	}
	return "(the end is missing)"
}

// Tell tells the year and, unless wait is nil, what comes a month later.
func Tell(t *testing.T, o conformance.Opened, wait func()) Told {
	t.Helper()
	var seed [8]byte
	if _, err := rand.Read(seed[:]); err != nil {
		t.Fatal(err)
	}
	s := &story{TB: t, Opened: o, World: world.New(binary.BigEndian.Uint64(seed[:])), names: map[string]string{}}
	height, err := o.Ledger.Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.next = height
	for _, chapter := range []func(*story){
		(*story).people, (*story).offer, (*story).arrival, (*story).foundOnArrival, (*story).feeFound, (*story).repayment, (*story).answer, (*story).closure, (*story).keys, (*story).end,
	} {
		chapter(s)
		if t.Failed() {
			t.Fatalf("the story so far:\n%s", s.text.String())
		}
	}
	told := Told{World: s.World, Cast: s.as, Text: s.text.String(), Secrets: s.secrets}
	if wait != nil {
		wait()
		s.text.Reset()
		s.monthOver()
		told.Later = s.text.String()
	}
	return told
}

// signers gives a world's people their keys.
type signers struct{ conformance.Opened }

func (s signers) Registrar(org provenance.Org) ledger.Signer { return s.Opened.Registrar(org) }
func (s signers) Enrol(org provenance.Org) ledger.Signer     { return s.Opened.Enrol(org) }

// story is a year while it is told.
type story struct {
	testing.TB
	conformance.Opened
	*world.World
	as world.Cast

	text    strings.Builder
	names   map[string]string // what identifiers are called in the story
	secrets []Secret

	next    uint64 // block to read next
	records []provenance.Record

	audit               provenance.Audit
	repaid              provenance.Repayment
	receipts            []provenance.WorkerReceipt
	book                provenance.ReceiptBook
	bound               *provenance.TermsCommitment
	promised            provenance.TermsBook
	beforeAudit         time.Time
	counted, confirming provenance.AnswerCount // held until their month is over
	closing             *provenance.FindingStep
	captive             ledger.Signer // an auditor of a firm that the factory owns
}

func (s *story) chapter(title string) { fmt.Fprintf(&s.text, "\n%s\n", title) }

// line writes a line in which identifiers are called by their names.
func (s *story) line(form string, args ...any) {
	text := fmt.Sprintf(form, args...)
	for id, name := range s.names {
		text = strings.ReplaceAll(text, id, name)
	}
	fmt.Fprintf(&s.text, "  %s\n", text)
}

// happens states what must be accepted.
func (s *story) happens(as ledger.Signer, what string, statements ...provenance.Statement) ledger.Statement {
	s.Helper()
	stated, err := world.State(s.Context(), s.Ledger, as, statements...)
	if err != nil {
		s.Fatalf("%s: %v\n%s", what, err, s.text.String())
	}
	s.line("%s", what)
	return stated
}

// cheats states what must be refused, by a code.
func (s *story) cheats(as ledger.Signer, code provenance.Code, what string, statements ...provenance.Statement) {
	s.Helper()
	_, err := world.State(s.Context(), s.Ledger, as, statements...)
	s.refused(err, code, what)
}

func (s *story) refused(err error, code provenance.Code, what string) {
	s.Helper()
	refusal, ok := provenance.AsRefusal(err)
	if !ok {
		s.Errorf("%s: %v, want to be refused as %s", what, err, code)
		return
	}
	if refusal.Code != code {
		s.Errorf("%s: refused as %s, want %s: %s", what, refusal.Code, code, refusal.Message)
	}
	s.line("✗ %s", what)
	s.line("    refused, %s: %s", refusal.Code, refusal.Message)
}

// holds hands Workers' peer what nobody else is to see.
func (s *story) holds(as ledger.Signer, transaction string, content provenance.Held, what string) ledger.Commit {
	s.Helper()
	commit, err := ledger.Hold(s.Context(), s.Workers, as, transaction, content)
	if err != nil {
		s.Fatalf("%s: %v\n%s", what, err, s.text.String())
	}
	s.line("%s", what)
	return commit
}

// cheatsHolding hands in what Workers' peer must refuse.
func (s *story) cheatsHolding(as ledger.Signer, relay ledger.Relay, transaction string, content provenance.Held, code provenance.Code, what string) {
	s.Helper()
	_, err := ledger.Hold(s.Context(), relay, as, transaction, content)
	s.refused(err, code, what)
}

// secret notes what may be found nowhere but with Workers.
func (s *story) secret(name string, values ...string) {
	for _, v := range values {
		s.secrets = append(s.secrets, Secret{name, v})
	}
}

var errCaughtUp = errors.New("caught up")

// asOf is the day of which the story asks.
var asOf = time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)

// history asks of the shirt what the ledger's blocks say, as any reader does.
func (s *story) history(edit ...func(*provenance.Question)) provenance.Answer {
	s.Helper()
	s.follow()
	q := provenance.Question{GTIN: s.Shirt.GTIN, AsOf: asOf}
	for _, e := range edit {
		e(&q)
	}
	a, err := provenance.History(s.records, q)
	if err != nil {
		s.Fatal(err)
	}
	return a
}

// follow reads the blocks that are new.
func (s *story) follow() {
	s.Helper()
	height, err := s.Ledger.Height(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	if s.next >= height {
		return
	}
	err = s.Ledger.Follow(s.Context(), s.next, func(b ledger.Block) error {
		for _, tx := range b.Transactions {
			if !tx.Valid() || tx.Event != provenance.EventName {
				continue
			}
			var told provenance.Recorded
			if err := provenance.Decode(tx.Payload, &told); err != nil {
				return err
			}
			s.records = append(s.records, told.Records...)
		}
		if s.next = b.Number + 1; s.next >= height {
			return errCaughtUp
		}
		return nil
	})
	if !errors.Is(err, errCaughtUp) {
		s.Fatal(err)
	}
}

// seen tells what everybody sees, when it is so.
func (s *story) seen(ok bool, form string, args ...any) {
	s.Helper()
	if !ok {
		s.Errorf("it is not seen that "+form, args...)
	}
	s.line("  → seen by everybody: "+form, args...)
}

// signals counts the signals of a type.
func signals(a provenance.Answer, of string) (n int) {
	for _, l := range a.Signals {
		if l.Type == of {
			n += l.Number
		}
	}
	return n
}

// disagrees says whether the organisations differ about a matter.
func disagrees(a provenance.Answer, matter string) bool {
	return slices.ContainsFunc(a.Disagreements, func(d provenance.Disagreement) bool { return d.Matter == matter })
}

// unknown says whether something of a kind is told to be unknown.
func unknown(a provenance.Answer, code string) bool {
	return slices.ContainsFunc(a.Unknowns, func(u provenance.UnknownLine) bool { return u.Code == code })
}

// finding gives how a finding stands.
func (s *story) finding(a provenance.Answer, no string) provenance.FindingLine {
	s.Helper()
	at := slices.IndexFunc(a.Findings, func(f provenance.FindingLine) bool { return f.Audit == s.audit.ID && f.No == no })
	if at < 0 {
		s.Fatalf("the finding %s is not listed: %+v", no, a.Findings)
	}
	return a.Findings[at]
}
