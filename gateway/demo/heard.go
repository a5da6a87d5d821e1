package demo

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Inquiry is one inquiry of the demonstration, with all that happens to it. Its
// secrets follow from names, as nobody should make any: all of it is invented,
// and so it is the same at each load.
type Inquiry struct {
	Author  Author
	Content provenance.Inquiry
	Batches []provenance.AnswerBatch
	Closing *provenance.Closing // nil for one that stays open
	Handler string              // party
	Book    provenance.ReceiptBook
	Code    string // of one of the workers, for whoever wants to try
}

// asking is an inquiry as this package lists it: how many gave which answer, and
// how many of those said that it is right under pressure.
type asking struct {
	group, by                  string
	record                     func(group) provenance.Asked
	matter, month              string
	right, wrong, ask, pressed int
}

func ofStatement(by string) func(group) provenance.Asked {
	return func(g group) provenance.Asked {
		return provenance.Asked{Kind: provenance.KindFeeStatement, ID: g.statementID(by)}
	}
}

func ofRepayment(name string) func(group) provenance.Asked {
	return func(g group) provenance.Asked {
		return provenance.Asked{Kind: provenance.KindRepayment, ID: g.repaymentID(repayment{name: name})}
	}
}

func ofAttestation(by string) func(group) provenance.Asked {
	return func(g group) provenance.Asked {
		return provenance.Asked{Kind: provenance.KindAttestation, ID: g.attestation(attestation{by: by}).ID}
	}
}

// askings: the last has no month, and stays open.
var askings = []asking{
	{"thuraya-bd", "wadi-needle", ofStatement("wadi-thuraya"), provenance.MatterFees, "2026-08", 3, 58, 6, 12},
	{"thuraya-bd", "wadi-needle", ofRepayment("first"), provenance.MatterRepayment, "2026-08", 59, 2, 5, 0},
	{"thuraya-bd", "wadi-needle", ofAttestation("wadi-thuraya"), "ID_NOT_RETAINED", "2026-09", 11, 44, 3, 16},
	{"mahor-mm", "mahor-network", ofRepayment("rest"), provenance.MatterRepayment, "2026-09", 103, 2, 6, 0},
	{"perling-np", "threshold-desk", ofRepayment("rest"), provenance.MatterRepayment, "2026-07", 51, 0, 3, 0},
	{"perling-np", "threshold-desk", ofStatement("threshold-desk"), provenance.MatterFees, "2026-07", 40, 1, 6, 0},
	{group: "thuraya-np", by: "threshold-desk", record: ofStatement("threshold-desk"), matter: provenance.MatterFees},
}

// Inquiries lists the inquiries of the demonstration.
func Inquiries() []Inquiry {
	var all []Inquiry
	for _, a := range askings {
		g := groupOf(a.group)
		receipts, book := g.receipts()
		root, err := book.Root()
		if err != nil {
			panic(err) // the book is made above
		}
		name := a.group + " " + a.matter + " " + a.record(g).ID
		i := Inquiry{
			Author: author(a.by), Handler: partyID(a.by), Book: book, Code: receipts[len(receipts)-1].Own.Code(),
			Content: provenance.Inquiry{
				Token: token("inquiry", name), Key: token("answers", name), Cohort: g.id(), Receipts: book.Receipts(), Root: root, Marker: book.Marker,
				Record: a.record(g), Matter: a.matter,
			},
		}
		if a.month != "" {
			i.Closing = &provenance.Closing{Inquiry: i.Content.Token, Salt: token("closing", name), Count: id("answer count", name), Month: a.month}
		}
		i.batches(name, answersOf(a, receipts, book)...)
		i.batches(name+" pressed", pressedOf(a, receipts, book)...)
		all = append(all, i)
	}
	return all
}

func (i *Inquiry) batches(name string, answers ...provenance.WorkerAnswer) {
	for n := 0; n < len(answers); n += provenance.BatchWidth {
		i.Batches = append(i.Batches, provenance.AnswerBatch{
			Inquiry: i.Content.Token, Seed: token("batch", fmt.Sprint(name, " ", n)), Answers: answers[n:min(n+provenance.BatchWidth, len(answers))],
		})
	}
}

func answersOf(a asking, receipts []provenance.WorkerReceipt, book provenance.ReceiptBook) []provenance.WorkerAnswer {
	var answers []provenance.WorkerAnswer
	for _, part := range []struct {
		n    int
		said provenance.Said
	}{{a.right, provenance.SaidRight}, {a.wrong, provenance.SaidWrong}, {a.ask, provenance.SaidAsk}} {
		for range part.n {
			proof, _ := book.Prove(receipts[len(answers)].Own)
			answers = append(answers, provenance.WorkerAnswer{Proof: proof, Answer: part.said})
		}
	}
	return answers
}

func pressedOf(a asking, receipts []provenance.WorkerReceipt, book provenance.ReceiptBook) []provenance.WorkerAnswer {
	var answers []provenance.WorkerAnswer
	for n := range a.pressed {
		proof, _ := book.Prove(receipts[a.right+n].Pressed)
		answers = append(answers, provenance.WorkerAnswer{Proof: proof, Answer: provenance.SaidRight})
	}
	return answers
}

func groupOf(key string) group {
	for _, g := range migrants {
		if g.key == key {
			return g
		}
	}
	panic("no group " + key) // a wrong name in this package
}

// receipts are those of a group that has an inquiry.
func (g group) receipts() ([]provenance.WorkerReceipt, provenance.ReceiptBook) {
	receipts, book, err := provenance.MakeReceipts(g.id(), g.size, &stream{seed: "receipts " + g.key})
	if err != nil {
		panic(err) // a wrong size in this package
	}
	return receipts, book
}

func (g group) receiptsRoot() string {
	for _, a := range askings {
		if a.group == g.key {
			_, book := g.receipts()
			root, _ := book.Root()
			return root
		}
	}
	return ""
}

// stream gives bytes that follow from a name.
type stream struct {
	seed string
	n    uint64
	rest []byte
}

func (s *stream) Read(p []byte) (int, error) {
	for len(s.rest) < len(p) {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("fairlead demonstration\n"+s.seed+"\n"), s.n))
		s.rest, s.n = append(s.rest, sum[:]...), s.n+1
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func token(kind, name string) string {
	sum := sha256.Sum256([]byte("fairlead demonstration\ntoken " + kind + "\n" + name))
	return hex.EncodeToString(sum[:])
}

// OpenInquiry is what the inquiry that stays open is called at the desk.
var OpenInquiry = id("inquiry", "thuraya-np")

// TryCode is a code of a worker who is asked in the inquiry that stays open.
func TryCode() string {
	all := Inquiries()
	return all[len(all)-1].Code
}

// Grievance is a grievance of the demonstration and the steps it takes. The
// loader sets the days on which the worker hears, which are still to come.
type Grievance struct {
	Author  Author
	Content provenance.Grievance
	Steps   []provenance.GrievanceStep
}

var complaints = []struct {
	site, by, quarter, category string
	number, settled, satisfied  int
}{
	{"thuraya-sewing", "wadi-needle", "2026-Q2", "PAPERS_KEPT", 6, 5, 2},
	{"thuraya-sewing", "wadi-needle", "2026-Q2", "WAGES", 2, 0, 0},
	{"thuraya-sewing", "wadi-needle", "2026-Q3", "RECRUITMENT_FEES", 5, 1, 0},
	{tunaSite, "mahor-network", "2026-Q3", "HOURS", 3, 2, 2},
}

// Grievances lists the grievances of the demonstration.
func Grievances() []Grievance {
	var all []Grievance
	for _, c := range complaints {
		for n := range c.number {
			name := fmt.Sprint(c.site, " ", c.quarter, " ", c.category, " ", n)
			g := Grievance{Author: author(c.by), Content: provenance.Grievance{
				Token: token("grievance", name), Salt: token("salt", name), Facility: siteID(c.site), Category: c.category, Handler: partyID(c.by), Quarter: c.quarter,
			}}
			step := func(state provenance.GrievanceState, outcome, satisfaction string) {
				g.Steps = append(g.Steps, provenance.GrievanceStep{
					Token: g.Content.Token, Salt: token("step", fmt.Sprint(name, " ", state)), State: state, Outcome: outcome, Satisfaction: satisfaction,
				})
			}
			switch {
			case n < c.satisfied:
				step(provenance.GrievanceEscalated, "", "")
				step(provenance.GrievanceSettled, "REMEDIED", "SATISFIED")
			case n < c.settled:
				step(provenance.GrievanceEscalated, "", "")
				step(provenance.GrievanceSettled, "PARTLY_REMEDIED", "NOT_SATISFIED")
			}
			all = append(all, g)
		}
	}
	return all
}

// Quarters are the closings of the demonstration, with their authors. Sites
// without complaints are counted as well.
func Quarters() []provenance.QuarterClosing {
	var all []provenance.QuarterClosing
	for _, quarter := range []string{"2026-Q2", "2026-Q3"} {
		c := provenance.QuarterClosing{Quarter: quarter, Seed: token("quarter", quarter)}
		for _, site := range []string{"thuraya-sewing", "thuraya-finishing", tunaSite, "perling-connectors"} {
			c.Sites = append(c.Sites, provenance.SiteClosing{Facility: siteID(site), Count: id("grievance count", quarter+" "+site)})
		}
		all = append(all, c)
	}
	return all
}

// QuarterAuthor closes quarters and publishes their counts.
func QuarterAuthor() Author { return author("wadi-needle") }
