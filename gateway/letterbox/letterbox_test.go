package letterbox

import (
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// post is a letterbox with a question, and the workers who may answer it.
type post struct {
	*testing.T
	*Letterbox
	folder   string
	key      *age.X25519Identity
	question Question
	receipts []provenance.WorkerReceipt
}

func open(t *testing.T) *post {
	p := &post{T: t, folder: t.TempDir()}
	var err error
	if p.key, err = age.GenerateX25519Identity(); err != nil {
		t.Fatal(err)
	}
	if p.Letterbox, err = Open(p.folder); err != nil {
		t.Fatal(err)
	}
	receipts, book, err := provenance.MakeReceipts("01ARZ3NDEKTSV4RRFFQ69G5FAV", 9, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p.receipts = receipts
	p.question = Question{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAW", Cohort: book.Cohort, Leaves: book.Leaves, Matter: "FEES", Recipient: p.key.Recipient().String()}
	if err := p.Ask(p.question); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *post) says(code provenance.Secret, said provenance.Said) {
	p.Helper()
	proof, ok := p.question.Prove(code)
	if !ok {
		p.Fatal("the code is of nobody")
	}
	if err := p.Leave(p.question, said, proof); err != nil {
		p.Fatal(err)
	}
}

func (p *post) takes() []Letter {
	p.Helper()
	letters, err := p.Take(func(sealed []byte) ([]byte, error) {
		plain, err := age.Decrypt(bytes.NewReader(sealed), p.key)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(plain)
	})
	if err != nil {
		p.Fatal(err)
	}
	return letters
}

func TestAnAnswerLeftIsNotLostAndALaterOneReplacesIt(t *testing.T) {
	p := open(t)
	p.says(p.receipts[3].Own, provenance.SaidRight)
	p.says(p.receipts[3].Own, provenance.SaidWrong)
	p.says(p.receipts[3].Pressed, provenance.SaidRight)
	if n := len(p.takes()); n != 2 {
		t.Fatalf("%d letters of two codes", n)
	}
	// The process that took them ended before it sent any; the worker thinks again.
	p.says(p.receipts[3].Own, provenance.SaidAsk)
	again, err := Open(p.folder)
	if err != nil {
		t.Fatal(err)
	}
	p.Letterbox = again
	letters := p.takes()
	if len(letters) != 2 {
		t.Fatalf("%d letters after a restart", len(letters))
	}
	own, _ := p.question.Prove(p.receipts[3].Own)
	for _, letter := range letters {
		if letter.Answer.Answer.Proof.Index == own.Index && letter.Answer.Answer.Answer != provenance.SaidAsk {
			t.Errorf("the last word is %s", letter.Answer.Answer.Answer)
		}
		if err := p.Done(letter); err != nil {
			t.Fatal(err)
		}
	}
	if left := p.takes(); len(left) != 0 {
		t.Errorf("%d letters are left", len(left))
	}
}

// Whatever is said, freely or not, by whomever and when: the files look alike.
func TestLettersLookAlike(t *testing.T) {
	p := open(t)
	p.says(p.receipts[0].Own, provenance.SaidRight)
	p.says(p.receipts[8].Pressed, provenance.SaidWrong)
	entries, err := os.ReadDir(filepath.Join(p.folder, left))
	if err != nil || len(entries) != 2 {
		t.Fatalf("%v %v", entries, err)
	}
	var sizes []int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, info.Size())
		if !info.ModTime().Equal(longAgo) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s tells the time %s, mode %v", e.Name(), info.ModTime(), info.Mode())
		}
		text, err := os.ReadFile(filepath.Join(p.folder, left, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		own, _ := p.question.Prove(p.receipts[0].Own)
		if bytes.Contains(text, []byte("RIGHT")) || bytes.Contains(text, []byte(own.Secret)) {
			t.Error("a letter can be read")
		}
	}
	if sizes[0] != sizes[1] {
		t.Errorf("the sizes are %v", sizes)
	}
}

func TestAQuestionWithdrawnIsAskedNoMore(t *testing.T) {
	p := open(t)
	if got, err := p.Questions(); err != nil || len(got) != 1 || got[0].Matter != "FEES" {
		t.Fatalf("asked is %+v (%v)", got, err)
	}
	var unknown provenance.Secret
	if _, ok := p.question.Prove(unknown); ok {
		t.Error("a code of nobody is taken")
	}
	for range 2 {
		if err := p.Withdraw(p.question.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := p.Questions(); err != nil || len(got) != 0 {
		t.Errorf("asked is %+v (%v)", got, err)
	}
}

func TestNumbersAreShortAndDiffer(t *testing.T) {
	p := open(t)
	seen := map[string]bool{}
	for _, leaf := range p.question.Leaves {
		n := Number(leaf)
		if len(n) != 9 || seen[n] {
			t.Errorf("the number %q", n)
		}
		seen[n] = true
	}
}
