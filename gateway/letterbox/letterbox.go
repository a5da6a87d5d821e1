// Package letterbox is the folder between Workers' gateway and a union's staff.
// Staff put in what is asked; the gateway reads that, shows it to those who hold
// a code, and leaves what they answer; the staff's own process takes the answers
// out, signs and sends them. So the gateway, which strangers reach, holds no
// author's key, and it cannot read again what it wrote.
//
// An answer is a file, encrypted for the staff and of the same size whatever it
// says. Its name follows from the code, so that a later answer takes the place of
// an earlier one. No file tells when it was written.
package letterbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Letterbox is one folder. All methods may be called concurrently, by the
// gateway's process and by the staff's.
type Letterbox struct{ folder string }

// Folders in it.
const (
	asked = "asked" // questions, by their names
	left  = "left"  // answers as the gateway left them
	taken = "taken" // answers that the staff's process has in hand
)

// Open opens the letterbox in a folder, and makes it when it is missing.
func Open(folder string) (*Letterbox, error) {
	for _, name := range []string{asked, left, taken} {
		if err := os.MkdirAll(filepath.Join(folder, name), 0o700); err != nil {
			return nil, fmt.Errorf("making the letterbox: %w", err)
		}
	}
	return &Letterbox{folder: folder}, nil
}

// Question is something that the workers of a cohort are asked.
type Question struct {
	ID        string           `json:"id"` // the inquiry's name at the desk
	Cohort    string           `json:"cohort"`
	Leaves    []string         `json:"leaves"` // of the book, which tell who may answer and nothing more
	Record    provenance.Asked `json:"record"`
	Matter    string           `json:"matter"`
	Handler   string           `json:"handler"`
	Contact   string           `json:"contact"`
	Closes    string           `json:"closes"`
	Hears     string           `json:"hears"`
	Recipient string           `json:"recipient"` // whom answers are encrypted for
}

// Prove makes the proof of a code, false for one that is of no worker asked.
func (q *Question) Prove(code provenance.Secret) (provenance.ReceiptProof, bool) {
	return provenance.ReceiptBook{Cohort: q.Cohort, Leaves: q.Leaves}.Prove(code)
}

// Ask puts a question in.
func (l *Letterbox) Ask(q Question) error {
	text, err := json.Marshal(q)
	if err != nil {
		return fmt.Errorf("asking: %w", err)
	}
	if err := l.write(asked, q.ID, text); err != nil {
		return fmt.Errorf("asking: %w", err)
	}
	return nil
}

// Withdraw takes a question out. Answers that were left stay.
func (l *Letterbox) Withdraw(id string) error {
	if err := os.Remove(filepath.Join(l.folder, asked, id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("withdrawing a question: %w", err)
	}
	return nil
}

// Questions lists what is asked, in the order of names.
func (l *Letterbox) Questions() ([]Question, error) {
	var questions []Question
	err := l.each(asked, func(_ string, text []byte) error {
		var q Question
		if err := json.Unmarshal(text, &q); err != nil {
			return fmt.Errorf("a question does not fit its type: %w", err)
		}
		questions = append(questions, q)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading what is asked: %w", err)
	}
	return questions, nil
}

// Number is what a worker keeps of an answer. It follows from the commitment to
// the code, so that staff who have the book can find the answer by it, and nobody
// else can.
func Number(leaf string) string {
	sum := sha256.Sum256([]byte("fairlead number 1\x00" + leaf))
	text := numbers.EncodeToString(sum[:5])
	return text[:4] + "-" + text[4:]
}

var numbers = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Answer is what the holder of a code says to a question.
type Answer struct {
	Question string                  `json:"question"`
	Answer   provenance.WorkerAnswer `json:"answer"`
}

// paper is the size of every answer before it is encrypted: the longest fits.
const paper = 2048

// Leave leaves an answer and returns once it is on disk.
func (l *Letterbox) Leave(q Question, said provenance.Said, proof provenance.ReceiptProof) error {
	text, err := json.Marshal(Answer{Question: q.ID, Answer: provenance.WorkerAnswer{Proof: proof, Answer: said}})
	if err != nil || len(text) > paper {
		return errors.New("leaving an answer: it does not fit its paper")
	}
	recipient, err := age.ParseX25519Recipient(q.Recipient)
	if err != nil {
		return fmt.Errorf("leaving an answer: %w", err)
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipient)
	if err == nil {
		_, err = w.Write(append(text, bytes.Repeat([]byte(" "), paper-len(text))...))
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		sum := sha256.Sum256([]byte("fairlead letter 1\x00" + q.ID + "\x00" + proof.Secret))
		err = l.write(left, hex.EncodeToString(sum[:]), sealed.Bytes())
	}
	if err != nil {
		return fmt.Errorf("leaving an answer: %w", err)
	}
	return nil
}

// Letter is an answer taken out, by the name it goes by until it is done.
type Letter struct {
	Name string
	Answer
}

// Take gives all answers that are not done, those of earlier calls too unless a
// later answer took their place. What is left while it runs waits for the next.
func (l *Letterbox) Take(decrypt func([]byte) ([]byte, error)) ([]Letter, error) {
	entries, err := os.ReadDir(filepath.Join(l.folder, left))
	if err != nil {
		return nil, fmt.Errorf("emptying the letterbox: %w", err)
	}
	for _, e := range entries {
		if hidden(e.Name()) {
			continue
		}
		if err := os.Rename(filepath.Join(l.folder, left, e.Name()), filepath.Join(l.folder, taken, e.Name())); err != nil {
			return nil, fmt.Errorf("emptying the letterbox: %w", err)
		}
	}
	var letters []Letter
	err = l.each(taken, func(name string, sealed []byte) error {
		text, err := decrypt(sealed)
		if err != nil {
			return err
		}
		letter := Letter{Name: name}
		if err := json.Unmarshal(text, &letter.Answer); err != nil {
			return errors.New("an answer does not fit its type")
		}
		letters = append(letters, letter)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("emptying the letterbox: %w", err)
	}
	return letters, nil
}

// Done destroys an answer that is held by Workers' peer now.
func (l *Letterbox) Done(letter Letter) error {
	if err := os.Remove(filepath.Join(l.folder, taken, letter.Name)); err != nil {
		return fmt.Errorf("destroying an answer that was sent: %w", err)
	}
	return nil
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") }

// each reads the files of a folder in the order of their names.
func (l *Letterbox) each(folder string, do func(name string, text []byte) error) error {
	entries, err := os.ReadDir(filepath.Join(l.folder, folder))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if hidden(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(l.folder, folder, e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // withdrawn meanwhile
		}
		if err != nil {
			return err
		}
		if err := do(e.Name(), text); err != nil {
			return err
		}
	}
	return nil
}

// long ago, as the time of every file: it tells nothing.
var longAgo = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// write replaces a file, whole or not at all, and returns once it is on disk.
func (l *Letterbox) write(folder, name string, text []byte) error {
	dir := filepath.Join(l.folder, folder)
	next, err := os.CreateTemp(dir, ".next-") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(next.Name())
	_, err = next.Write(text)
	if err == nil {
		err = os.Chtimes(next.Name(), longAgo, longAgo)
	}
	if err == nil {
		err = next.Sync()
	}
	if err := errors.Join(err, next.Close()); err != nil {
		return err
	}
	if err := os.Rename(next.Name(), filepath.Join(dir, name)); err != nil {
		return err
	}
	at, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(at.Sync(), at.Close())
}
