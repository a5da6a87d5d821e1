package letterbox

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// FuzzLetterbox finds anything in the letterbox's files, as a question and as a
// letter that opens: it is read or refused, no letter is lost by that, and no
// code is known to a question whose book does not have it.
func FuzzLetterbox(f *testing.F) {
	receipts, book, err := provenance.MakeReceipts("01ARZ3NDEKTSV4RRFFQ69G5FAV", 5, rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	q := Question{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAW", Cohort: book.Cohort, Leaves: book.Leaves, Matter: "FEES"}
	proof, _ := q.Prove(receipts[2].Own)
	question, err := json.Marshal(q)
	if err != nil {
		f.Fatal(err)
	}
	letter, err := json.Marshal(Answer{Question: q.ID, Answer: provenance.WorkerAnswer{Proof: proof, Answer: provenance.SaidWrong}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(question, append(letter, bytes.Repeat([]byte(" "), paper-len(letter))...))
	f.Add([]byte(`{"leaves":["x"]}`), []byte(`{"answer":{"proof":{"index":-1}}}`))
	folder := f.TempDir()
	box, err := Open(folder)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, question, letter []byte) {
		put := func(folderName string, text []byte) {
			if err := os.WriteFile(filepath.Join(folder, folderName, "a-name"), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		put(asked, question)
		put(left, letter)
		questions, err := box.Questions()
		if err == nil && len(questions) != 1 {
			t.Fatalf("%d questions are read of one file", len(questions))
		}
		for _, q := range questions {
			for _, code := range []provenance.Secret{receipts[0].Own, receipts[2].Own, {7}} {
				p, known := q.Prove(code)
				root, err := provenance.ReceiptBook{Cohort: q.Cohort, Leaves: q.Leaves}.Root()
				if known && (err != nil || !p.Proves(q.Cohort, len(q.Leaves)/2, root)) {
					t.Error("a code is known, and nothing proves it")
				}
			}
			for _, leaf := range q.Leaves {
				if len(Number(leaf)) != 9 {
					t.Errorf("the number of an answer is %q", Number(leaf))
				}
			}
		}
		plain := func(sealed []byte) ([]byte, error) { return sealed, nil }
		letters, err := box.Take(plain)
		again, err2 := box.Take(plain)
		if (err == nil) != (err2 == nil) || len(letters) != len(again) || err == nil && len(letters) != 1 {
			t.Fatalf("taken once: %d (%v), and once more: %d (%v)", len(letters), err, len(again), err2)
		}
		if err == nil && box.Done(letters[0]) != nil {
			t.Error("a letter cannot be destroyed")
		}
	})
}
