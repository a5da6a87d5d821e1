package provenance

import (
	"slices"
	"strings"
	"time"
)

// Inquiry asks the workers of a cohort whether what a record says of them is
// true. It is held by Workers; nobody else learns of it before its count is
// published, so that nobody can lean on those who are asked.
type Inquiry struct {
	Token    string `json:"token" validate:"required,sha256"` // random: names the inquiry
	Key      string `json:"key" validate:"required,sha256"`   // random: names its answers
	Cohort   string `json:"cohort" validate:"required,id"`
	Receipts int    `json:"receipts" validate:"min=5,max=1000"`
	Root     string `json:"root" validate:"required,sha256"` // of the cohort's receipts
	Marker   string `json:"marker" validate:"required,sha256"`
	Record   Asked  `json:"record"`
	Matter   string `json:"matter" validate:"required,oneof=FEES REPAYMENT FINDING CT_WRITTEN CT_LANGUAGE CT_BEFORE_DEPARTURE CT_COPY_HELD CT_EXPLAINED CT_NO_SUBSTITUTION CT_SIGNATURE_FREE WG_PAID_EQ_OFFERED WG_REGULAR WG_DEDUCTIONS WG_NO_WITHHOLDING HR_NORMAL HR_OT HR_REST DP_NONE ID_NOT_RETAINED FM_FREE TM_NOTICE RP_PAID GR_ACCESS DB_NONE AG_LICENSED"`
}

// Asked names the record that workers are asked about. Of a finding it is the
// step by which an auditor closed it, so that what they say of one closing is
// never taken for a word about a later one.
type Asked struct {
	Kind Kind   `json:"kind" validate:"required,oneof=fee-statement repayment attestation finding-step"`
	ID   string `json:"id" validate:"required,id"`
}

// Matters beside an attestation's predicates.
const (
	MatterFees      = "FEES"      // is what they were charged stated right
	MatterRepayment = "REPAYMENT" // did they get the money
	MatterFinding   = "FINDING"   // is it put right, as an auditor's step says that it is
)

func (i *Inquiry) Check(time.Time) []FieldProblem {
	var ps problems
	if i.Token == i.Key {
		ps.add("key", Invalid, "is the token", "draw both at random")
	}
	checkMatter(i.Record.Kind, i.Matter, &ps)
	return ps
}

func checkMatter(kind Kind, matter string, ps *problems) {
	want := KindAttestation
	switch matter {
	case MatterFees:
		want = KindFeeStatement
	case MatterRepayment:
		want = KindRepayment
	case MatterFinding:
		want = KindFindingStep
	}
	if kind != want {
		ps.add("matter", Invalid, "is nothing that a record of this kind says", "name a matter of the record, or the record of the matter")
	}
}

// Slot is the token of a receipt's answer.
func (i *Inquiry) Slot(receipt int) string { return derive(i.Key, "answer", receipt) }

// Tally is the token of the inquiry's count.
func (i *Inquiry) Tally() string { return derive(i.Key, "tally", 0) }

// BatchWidth is how many answers each AnswerReceipt writes (fewer only when the
// inquiry has fewer receipts). Slots beyond the answers it brings are written
// again as they are, under a new salt, so that a block does not show how many
// it brought, or whether any.
const BatchWidth = 16

// AnswerBatch brings answers to Workers' peer. One without answers is valid and
// looks like any other: a relay that sends on a schedule gives no times away.
type AnswerBatch struct {
	Inquiry string         `json:"inquiry" validate:"required,sha256"` // token
	Seed    string         `json:"seed" validate:"required,sha256"`    // random, new for each batch: salts are made of it
	Answers []WorkerAnswer `json:"answers" validate:"max=16,dive"`
}

// WorkerAnswer is what the holder of a receipt says.
type WorkerAnswer struct {
	Proof  ReceiptProof `json:"proof"`
	Answer Said         `json:"answer" validate:"required,oneof=RIGHT WRONG ASK"`
}

// Said is a worker's word on what a record says.
type Said string

// What a worker may say.
const (
	SaidRight Said = "RIGHT"
	SaidWrong Said = "WRONG"
	SaidAsk   Said = "ASK" // wants somebody to explain, or to talk
)

func (b *AnswerBatch) Check(time.Time) []FieldProblem {
	var ps problems
	seen := map[int]bool{}
	for i, a := range b.Answers {
		if seen[a.Proof.Receipt()] {
			ps.add(index("answers", i)+".proof", Invalid, "is of a receipt that answers twice here", "send the later answer alone")
		}
		seen[a.Proof.Receipt()] = true
	}
	return ps
}

// Slots gives the numbers of the receipts whose answers the batch writes, in
// order: those it brings and, for the rest, ones drawn with its seed.
func (b *AnswerBatch) Slots(receipts int) []int {
	return slots(b.Seed, receipts, func(n int) bool {
		return slices.ContainsFunc(b.Answers, func(a WorkerAnswer) bool { return a.Proof.Receipt() == n })
	})
}

// slots are those a batch brings and, for the rest of its width, ones drawn with
// its seed.
func slots(seed string, of int, brings func(int) bool) []int {
	var chosen, others []int
	for n := range of {
		if brings(n) {
			chosen = append(chosen, n)
		} else {
			others = append(others, n)
		}
	}
	for draw := 0; len(chosen) < min(BatchWidth, of); draw++ {
		at := drawn(seed, draw, len(others))
		chosen = append(chosen, others[at])
		others = slices.Delete(others, at, at+1)
	}
	slices.Sort(chosen)
	return chosen
}

// drawn is a number below n; 64 bits make it as good as even.
func drawn(seed string, draw, n int) int {
	var number uint64
	for _, c := range []byte(derive(seed, "draw", draw)[:16]) {
		number = number<<4 | uint64(strings.IndexByte("0123456789abcdef", c))
	}
	return int(number % uint64(n))
}

// Salt is what makes the nth value written with a seed unguessable.
func Salt(seed string, n int) string { return derive(seed, "salt", n) }

// HeldInquiry is what is held under an inquiry's token.
type HeldInquiry struct {
	State   string  `json:"state"`  // OPEN or CLOSED
	Opened  string  `json:"opened"` // when, by the ledger
	Inquiry Inquiry `json:"inquiry"`
}

// States of an inquiry.
const (
	InquiryOpen   = "OPEN"
	InquiryClosed = "CLOSED"
)

// HeldAnswer is what is held under a slot. A worker may change either answer
// until the inquiry is closed. The two never overwrite each other.
type HeldAnswer struct {
	Salt    string `json:"salt"`
	Own     Said   `json:"own"`     // empty: not answered
	Pressed Said   `json:"pressed"` // with the code for pressure: counts for nothing
}

// Take notes an answer.
func (h *HeldAnswer) Take(said Said, pressed bool) {
	if pressed {
		h.Pressed = said
	} else {
		h.Own = said
	}
}

// Closing ends an inquiry and has Workers' peer count it. What is to be
// published is decided there, before anybody outside sees any of it.
type Closing struct {
	Inquiry    string `json:"inquiry" validate:"required,sha256"`         // token
	Salt       string `json:"salt" validate:"required,sha256"`            // random
	Count      string `json:"count" validate:"required,id"`               // the AnswerCount's identifier
	Month      string `json:"month,omitempty" validate:"omitempty,month"` // in which the last answer was given, such as on paper; the present one when left out
	Supersedes string `json:"supersedes,omitempty" validate:"omitempty,id"`
}

func (c *Closing) Check(now time.Time) []FieldProblem {
	var ps problems
	if c.Month != "" && afterThisMonth(c.Month, now) {
		ps.add("month", InFuture, "lies in the future", "give the month in which the last answer was given, or leave it out")
	}
	ps.supersedesItself(c.Supersedes, c.Count)
	return ps
}
