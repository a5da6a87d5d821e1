package contract_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// asking is a bench whose cohort has receipts, and an inquiry about its fees.
type asking struct {
	*bench
	receipts []provenance.WorkerReceipt
	book     provenance.ReceiptBook
	inquiry  provenance.Inquiry
	chance   *rand.ChaCha8
	now      time.Time // of the next transaction, which is a second later than the one before
}

var (
	inJanuary  = time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC)
	inFebruary = time.Date(2026, 2, 1, 0, 0, 1, 0, time.UTC)
)

func prepared(t testing.TB) *asking {
	t.Helper()
	b := founded(t)
	declare(b)
	a := &asking{bench: b, chance: rand.NewChaCha8([32]byte{7}), now: inJanuary}
	var err error
	if a.receipts, a.book, err = provenance.MakeReceipts(b.Cohort.ID, b.Cohort.Size, a.chance); err != nil {
		t.Fatal(err)
	}
	if b.Cohort.ReceiptsRoot, err = a.book.Root(); err != nil {
		t.Fatal(err)
	}
	for _, s := range []said{
		{b.as(provenance.RoleUnion), &b.Cohort}, {b.as(provenance.RoleUnion), &b.Fees},
		{b.as(provenance.RoleSupplier), &b.Repayment}, {b.as(provenance.RoleUnion), &b.Attestation},
	} {
		b.states(s.as, s.Statement)
	}
	a.inquiry = a.about(&b.Fees, provenance.MatterFees)
	return a
}

// asked has the inquiry open.
func asked(t testing.TB) *asking {
	a := prepared(t)
	a.holds("OpenInquiry", &a.inquiry)
	return a
}

// declare makes the collections that a network is given.
func declare(b *bench) {
	b.Helper()
	text, err := os.ReadFile("../collections.json")
	if err != nil {
		b.Fatal(err)
	}
	var listed []struct {
		Name, Policy                    string
		BlockToLive                     uint64
		MemberOnlyRead, MemberOnlyWrite bool
		EndorsementPolicy               struct{ SignaturePolicy string }
	}
	if err := json.Unmarshal(text, &listed); err != nil {
		b.Fatal(err)
	}
	for _, c := range listed {
		if c.Policy != "OR('WorkersMSP.member')" || c.EndorsementPolicy.SignaturePolicy != "OR('WorkersMSP.peer')" || c.BlockToLive != 0 {
			b.Errorf("the collection %s is not of Workers alone, or does not last", c.Name)
		}
		b.peer.Declare(stubtest.Collection{Name: c.Name, Members: []string{"WorkersMSP"}, MemberOnlyRead: c.MemberOnlyRead, MemberOnlyWrite: c.MemberOnlyWrite})
	}
}

func (a *asking) about(s provenance.Statement, matter string) provenance.Inquiry {
	return provenance.Inquiry{
		Token: a.random(), Key: a.random(), Cohort: a.Cohort.ID, Receipts: a.book.Receipts(), Root: a.Cohort.ReceiptsRoot,
		Marker: a.book.Marker, Record: provenance.Asked{Kind: s.Kind(), ID: s.Key()}, Matter: matter,
	}
}

// random is 256 bits in hexadecimal, the same in every run.
func (a *asking) random() string {
	text := make([]byte, 32)
	a.chance.Read(text)
	return hex.EncodeToString(text)
}

func (a *asking) answer(secret provenance.Secret, said provenance.Said) provenance.WorkerAnswer {
	a.Helper()
	proof, ok := a.book.Prove(secret)
	if !ok {
		a.Fatal("the receipt is not in the book")
	}
	return provenance.WorkerAnswer{Proof: proof, Answer: said}
}

func (a *asking) batch(answers ...provenance.WorkerAnswer) *provenance.AnswerBatch {
	return &provenance.AnswerBatch{Inquiry: a.inquiry.Token, Seed: a.random(), Answers: append([]provenance.WorkerAnswer{}, answers...)}
}

// holding is a proposal whose content is transient.
func (a *asking) holding(as *stubtest.Identity, transaction string, content any) stubtest.Proposal {
	a.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		a.Fatal(err)
	}
	a.now = a.now.Add(time.Second)
	return stubtest.Proposal{Function: transaction, Args: []string{provenance.HeldPublicly}, Creator: as.Creator,
		Transient: map[string][]byte{provenance.HeldName: text}, Time: a.now, Endorser: "WorkersMSP"}
}

// holds has Workers' peer take something, and looks at what others see of it.
func (a *asking) holds(transaction string, content any) *stubtest.Result {
	a.Helper()
	res, err := a.peer.Invoke(a.holding(a.as(provenance.RoleUnion), transaction, content))
	if err != nil {
		a.Fatalf("%s: %v", transaction, err)
	}
	if string(res.Payload) != `{"receipts":[]}` || res.Event != nil {
		a.Errorf("%s answers %s with the event %v", transaction, res.Payload, res.Event)
	}
	for _, w := range res.Writes {
		if w.Collection != "workersAnswers" {
			a.Errorf("%s writes public state", transaction)
		}
	}
	return res
}

func (a *asking) refusesHeld(as *stubtest.Identity, transaction string, content any, code provenance.Code, field string) {
	a.Helper()
	proposal := a.holding(as, transaction, content)
	err := a.peer.Simulate(proposal).Err()
	refusal, ok := provenance.ParseRefusal(fmt.Sprint(err))
	if !ok || refusal.Code != code || fields(refusal) != field {
		a.Fatalf("%s ended with %v, want %s at %q", transaction, err, code, field)
	}
	var tree any
	if json.Unmarshal(proposal.Transient[provenance.HeldName], &tree) == nil {
		for _, value := range texts(tree) {
			if len(value) >= 8 && strings.Contains(err.Error(), value) {
				a.Errorf("the refusal of %s repeats a value: %v", transaction, err)
			}
		}
	}
}

// reads gives what is held under a token, false for nothing.
func reads[T any](a *asking, token string) (T, bool) {
	a.Helper()
	var held T
	question := &provenance.HeldQuestion{Token: token, Seal: a.random()}
	res := a.peer.Simulate(a.holding(a.as(provenance.RoleUnion), "ReadHeld", question))
	if err := res.Err(); err != nil {
		if refusal, ok := provenance.ParseRefusal(err.Error()); !ok || refusal.Code != provenance.NotFound {
			a.Fatal(err)
		}
		return held, false
	}
	var sealed provenance.SealedHeld
	if refusal := provenance.Decode(res.Payload, &sealed); refusal != nil {
		a.Fatal(refusal)
	}
	text, err := question.OpenAnswer(sealed)
	if err != nil {
		a.Fatal(err)
	}
	if bytes.Contains(res.Payload, text[:16]) {
		a.Error("what is held is answered in the open")
	}
	if refusal := provenance.Decode(text, &held); refusal != nil {
		a.Fatal(refusal)
	}
	return held, true
}

// publishes has a document recorded at a time, and endorsed by an organisation
// that holds nothing.
func (a *asking) publishes(s provenance.Statement, at time.Time) *stubtest.Result {
	a.Helper()
	proposal := a.publishing(s, at)
	res, err := a.peer.Invoke(proposal)
	if err != nil {
		a.Fatalf("stating a %s: %v", s.Kind(), err)
	}
	return res
}

func (a *asking) publishing(s provenance.Statement, at time.Time) stubtest.Proposal {
	return stubtest.Proposal{Function: world.Transaction(s), Args: []string{string(world.Document(s))},
		Creator: a.as(provenance.RoleUnion).Creator, Time: at, Endorser: "BrandsMSP"}
}

func (a *asking) refusesToPublish(s provenance.Statement, at time.Time, code provenance.Code, field string) {
	a.Helper()
	err := a.peer.Simulate(a.publishing(s, at)).Err()
	if refusal, ok := provenance.ParseRefusal(fmt.Sprint(err)); !ok || refusal.Code != code || fields(refusal) != field {
		a.Fatalf("a %s ended with %v, want %s at %q", s.Kind(), err, code, field)
	}
}

func TestOnlyWorkersSpeakToTheirPeer(t *testing.T) {
	a := asked(t)
	for _, role := range []provenance.Role{provenance.RoleBrand, provenance.RoleAuditor, provenance.RoleOversight, provenance.RoleSupplier, provenance.RoleRecruiter} {
		for _, spec := range provenance.HeldSpecs() {
			a.refusesHeld(a.as(role), spec.Transaction, a.batch(), provenance.NoStanding, "")
		}
	}
	a.refusesHeld(a.registrars[provenance.Workers], "AnswerReceipt", a.batch(), provenance.NoStanding, "")
}

func TestNothingHeldBelongsInTheDocument(t *testing.T) {
	a := asked(t)
	for document, code := range map[string]provenance.Code{`{"inquiry":"x"}`: provenance.Invalid, ``: provenance.Invalid} {
		proposal := a.holding(a.as(provenance.RoleUnion), "AnswerReceipt", a.batch())
		proposal.Args = []string{document}
		refusal, ok := provenance.ParseRefusal(fmt.Sprint(a.peer.Simulate(proposal).Err()))
		if !ok || refusal.Code != code {
			t.Errorf("%q: %v", document, refusal)
		}
	}
	proposal := a.holding(a.as(provenance.RoleUnion), "AnswerReceipt", a.batch())
	proposal.Transient = nil
	if refusal, ok := provenance.ParseRefusal(fmt.Sprint(a.peer.Simulate(proposal).Err())); !ok || refusal.Code != provenance.Invalid {
		t.Errorf("without transient data: %v", refusal)
	}
}

// Another organisation's peer has nothing to answer from: that is a fault.
func TestOtherPeersCannotAnswer(t *testing.T) {
	a := asked(t)
	proposal := a.holding(a.as(provenance.RoleUnion), "AnswerReceipt", a.batch())
	proposal.Endorser = "BrandsMSP"
	err := a.peer.Simulate(proposal).Err()
	if _, refused := provenance.ParseRefusal(fmt.Sprint(err)); err == nil || refused {
		t.Errorf("the peer of Brands ended with %v", err)
	}
}

// failsCleanly has each question of a transaction to the peer fail once, and then
// commits it.
func (a *asking) failsCleanly(proposal stubtest.Proposal) {
	broken := errors.New("the peer is down")
	a.Helper()
	asked := 0
	a.peer.Fail(func(string, string) error { asked++; return nil })
	if err := a.peer.Simulate(proposal).Err(); err != nil {
		a.Fatalf("%s: %v", proposal.Function, err)
	}
	for nth := 1; nth <= min(asked, 12); nth++ {
		n := 0
		a.peer.Fail(func(string, string) error {
			if n++; n == nth {
				return broken
			}
			return nil
		})
		res := a.peer.Simulate(proposal)
		if _, refused := provenance.ParseRefusal(fmt.Sprint(res.Err())); res.Err() == nil || refused || len(res.Writes) > 0 {
			a.Fatalf("question %d of %s failed, and it ended with %v", nth, proposal.Function, res.Err())
		}
	}
	a.peer.Fail(nil)
	if _, err := a.peer.Invoke(proposal); err != nil {
		a.Fatal(err)
	}
}

// Each question to the peer fails once in each transaction about what is held.
func TestFaultsAboutWhatIsHeldWriteNothing(t *testing.T) {
	a := prepared(t)
	grievance := a.grievance()
	step := &provenance.GrievanceStep{Token: grievance.Token, Salt: a.random(), State: provenance.GrievanceAcknowledged, NextOn: "2026-02-20"}
	union := a.as(provenance.RoleUnion)
	a.failsCleanly(a.holding(union, "OpenInquiry", &a.inquiry))
	a.failsCleanly(a.holding(union, "AnswerReceipt", a.batch(a.answers(provenance.SaidRight, 12)...)))
	a.failsCleanly(a.holding(union, "CloseAnswers", &provenance.Closing{Inquiry: a.inquiry.Token, Salt: a.random(), Count: a.ID()}))
	a.failsCleanly(a.holding(union, "ReadHeld", &provenance.HeldQuestion{Token: a.inquiry.Token, Seal: a.random()}))
	count, _ := reads[provenance.AnswerCount](a, a.inquiry.Tally())
	a.failsCleanly(a.publishing(&count, inFebruary))
	a.failsCleanly(a.publishing(&provenance.Erasure{ID: a.ID(), Count: count.ID, Reason: "COUNT_PUBLISHED", Tokens: []string{a.inquiry.Token}}, inFebruary))
	a.failsCleanly(a.holding(union, "OpenGrievance", grievance))
	a.failsCleanly(a.holding(union, "AdvanceGrievance", step))
	a.now = time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)
	closing := a.quarter(a.Site.ID)
	a.failsCleanly(a.holding(union, "CloseGrievances", closing))
	counted, _ := reads[provenance.GrievanceCount](a, closing.Count(0, nil).Tally)
	a.failsCleanly(a.publishing(&counted, a.now.AddDate(0, 1, 0)))
}

// answers of the first so many receipts.
func (a *asking) answers(said provenance.Said, n int) []provenance.WorkerAnswer {
	var answers []provenance.WorkerAnswer
	for _, r := range a.receipts[:n] {
		answers = append(answers, a.answer(r.Own, said))
	}
	return answers
}

// TestNothingHeldIsSeen puts through all that Workers hold, and then looks for
// every secret and every value in what each block, event, public value and
// error shows, in the forms in which it could be there.
func TestNothingHeldIsSeen(t *testing.T) {
	a := asked(t)
	grievance := a.grievance()
	grievance.Receipt = &provenance.GrievanceReceipt{Cohort: a.Cohort.ID, Receipts: a.book.Receipts(), Root: a.Cohort.ReceiptsRoot, Proof: a.answer(a.receipts[3].Pressed, "ASK").Proof}
	a.holds("AnswerReceipt", a.batch(a.answers(provenance.SaidWrong, 12)...))
	a.holds("AnswerReceipt", a.batch(a.answer(a.receipts[0].Pressed, provenance.SaidRight)))
	a.holds("OpenGrievance", grievance)
	a.holds("CloseAnswers", &provenance.Closing{Inquiry: a.inquiry.Token, Salt: a.random(), Count: a.ID()})
	count, ok := reads[provenance.AnswerCount](a, a.inquiry.Tally())
	if !ok {
		t.Fatal("nothing was counted")
	}
	a.publishes(&count, inFebruary)

	var canaries [][]byte
	hide := func(text string) {
		canaries = append(canaries, []byte(text))
		if raw, err := hex.DecodeString(text); err == nil && len(raw) >= 16 {
			canaries = append(canaries, raw)
		}
	}
	for _, r := range a.receipts {
		for _, s := range []provenance.Secret{r.Own, r.Pressed} {
			hide(hex.EncodeToString(s[:]))
			hide(s.Code())
		}
	}
	hide(a.book.Marker)
	hide(a.inquiry.Token)
	hide(a.inquiry.Key)
	hide(grievance.Token)
	hide(grievance.Salt)
	hide(grievance.Category)
	for n := range a.inquiry.Receipts {
		hide(a.inquiry.Slot(n))
	}
	for _, leaf := range a.book.Leaves {
		hide(leaf)
	}
	for _, said := range []provenance.Said{provenance.SaidRight, provenance.SaidWrong, provenance.SaidAsk} {
		hide(`"` + string(said) + `"`)
	}
	var seen [][]byte
	for _, block := range a.peer.Blocks() {
		for _, tx := range block.Transactions {
			seen = append(seen, []byte(strings.Join(tx.Args, "\n")), tx.Payload)
			if tx.Event != nil {
				seen = append(seen, tx.Event.Payload)
			}
			for _, w := range tx.Writes {
				seen = append(seen, []byte(w.Key), w.Value)
			}
		}
	}
	for _, canary := range canaries {
		for _, text := range seen {
			if bytes.Contains(text, canary) {
				t.Errorf("%q is seen in %s", canary, text)
			}
		}
	}
	// A hash is as good as the value where few values are possible.
	guesses := map[string]bool{}
	for _, guess := range []string{"RIGHT", "WRONG", "ASK", `{"own":"WRONG","pressed":"","salt":""}`, a.Cohort.ID, a.Fees.ID, a.Site.ID, grievance.Category} {
		sum := sha256.Sum256([]byte(guess))
		guesses[hex.EncodeToString(sum[:])] = true
	}
	for _, block := range a.peer.Blocks() {
		for _, tx := range block.Transactions {
			for _, p := range tx.Private {
				if guesses[p.ValueHash] || guesses[p.KeyHash] {
					t.Errorf("%s writes what can be guessed", tx.Function)
				}
			}
		}
	}
}

// What a block shows of a batch depends neither on how many answered, nor on
// what they said, nor with which of their codes.
func TestBatchesLookAlike(t *testing.T) {
	a := asked(t)
	shape := func(answers ...provenance.WorkerAnswer) string {
		res := a.peer.Simulate(a.holding(a.as(provenance.RoleUnion), "AnswerReceipt", a.batch(answers...)))
		if err := res.Err(); err != nil {
			t.Fatal(err)
		}
		var public []stubtest.Read
		private := 0
		for _, r := range res.Reads {
			if r.Collection == "" {
				public = append(public, r)
			} else {
				private++
			}
		}
		return fmt.Sprintf("%+v %d reads, %d writes, %q %q %v", public, private, len(res.Writes), res.Payload, res.Message, res.Event)
	}
	none := shape()
	for name, answers := range map[string][]provenance.WorkerAnswer{
		"one": a.answers(provenance.SaidWrong, 1), "sixteen": a.answers(provenance.SaidRight, 16),
		"one under pressure": {a.answer(a.receipts[0].Pressed, provenance.SaidAsk)},
	} {
		if shown := shape(answers...); shown != none {
			t.Errorf("a batch of %s shows %s, an empty one %s", name, shown, none)
		}
	}
	if strings.Contains(none, "cohort") || strings.Contains(none, "fee-statement") {
		t.Errorf("a batch shows whom it is about: %s", none)
	}
}
