// Package desk keeps what a union's staff must not lose and nobody else may see:
// books of receipts and of terms, the tokens and keys of inquiries, comparisons
// and grievances. Each is a file of its own, encrypted with age to a key that
// lies elsewhere, so that a copy of the folder alone can be read by nobody.
package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"filippo.io/age"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Desk is an open desk. Whoever holds it can read all of it.
type Desk struct {
	folder string
	key    *age.X25519Identity
}

// Open opens the desk in a folder with the key in a file, and makes either when
// it is missing; both are for their owner alone.
func Open(folder, keyFile string) (*Desk, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the desk's folder: %w", err)
	}
	key, err := openKey(keyFile)
	if err != nil {
		return nil, err
	}
	return &Desk{folder: folder, key: key}, nil
}

func openKey(path string) (*age.X25519Identity, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return makeKey(path)
	case err != nil:
		return nil, fmt.Errorf("reading the desk's key: %w", err)
	}
	key, err := age.ParseX25519Identity(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("reading the desk's key: %s holds none", path) // the error may repeat it
	}
	return key, nil
}

func makeKey(path string) (*age.X25519Identity, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("making the desk's key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making the desk's key: %w", err)
	}
	return key, writeWhole(path, []byte(key.String()+"\n"))
}

// Recipient is whom answers on their way to this desk are encrypted for.
func (d *Desk) Recipient() string { return d.key.Recipient().String() }

// Decrypt opens what was encrypted for the desk.
func (d *Desk) Decrypt(sealed []byte) ([]byte, error) {
	plain, err := age.Decrypt(bytes.NewReader(sealed), d.key)
	if err != nil {
		return nil, fmt.Errorf("opening what is encrypted for another key than this desk's: %w", err)
	}
	return io.ReadAll(plain)
}

// Shelf is a place for things of one kind, by name.
type Shelf[T any] struct {
	desk *Desk
	kind string
}

// The desk's shelves.
func (d *Desk) Books() Shelf[provenance.ReceiptBook] { // by cohort
	return Shelf[provenance.ReceiptBook]{d, "books"}
}
func (d *Desk) Inquiries() Shelf[Inquiry]    { return Shelf[Inquiry]{d, "inquiries"} }
func (d *Desk) Grievances() Shelf[Grievance] { return Shelf[Grievance]{d, "grievances"} }
func (d *Desk) Quarters() Shelf[Quarter]     { return Shelf[Quarter]{d, "quarters"} } // by quarter
func (d *Desk) Terms() Shelf[provenance.TermsBook] { // by commitment
	return Shelf[provenance.TermsBook]{d, "terms"}
}
func (d *Desk) Comparisons() Shelf[Comparison] { return Shelf[Comparison]{d, "comparisons"} }
func (d *Desk) Arrivals() Shelf[Arrival]       { return Shelf[Arrival]{d, "arrivals"} } // in the order of their names

// ErrNotKept tells that nothing is kept under a name.
var ErrNotKept = errors.New("not kept here")

var fitName = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`).MatchString

const suffix = ".age"

func (s Shelf[T]) path(name string) string {
	return filepath.Join(s.desk.folder, s.kind, name+suffix)
}

// Keep writes a thing, whole or not at all, and returns once it is on disk.
func (s Shelf[T]) Keep(name string, thing T) error {
	if !fitName(name) {
		return fmt.Errorf("keeping it under this name: only digits, letters and - are taken")
	}
	text, err := json.Marshal(thing)
	if err != nil {
		return fmt.Errorf("keeping %s/%s: %w", s.kind, name, err)
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, s.desk.key.Recipient())
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(s.path(name)), 0o700)
	}
	if err == nil {
		err = writeWhole(s.path(name), sealed.Bytes())
	}
	if err != nil {
		return fmt.Errorf("keeping %s/%s: %w", s.kind, name, err)
	}
	return nil
}

// Read gives a thing, or ErrNotKept.
func (s Shelf[T]) Read(name string) (T, error) {
	var thing T
	if !fitName(name) {
		return thing, fmt.Errorf("%s of this name: %w", s.kind, ErrNotKept)
	}
	sealed, err := os.ReadFile(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return thing, fmt.Errorf("%s/%s: %w", s.kind, name, ErrNotKept)
	}
	if err != nil {
		return thing, fmt.Errorf("reading %s/%s: %w", s.kind, name, err)
	}
	text, err := s.desk.Decrypt(sealed)
	if err != nil {
		return thing, fmt.Errorf("reading %s/%s: %w", s.kind, name, err)
	}
	if err := json.Unmarshal(text, &thing); err != nil {
		return thing, fmt.Errorf("reading %s/%s: it does not fit its type", s.kind, name)
	}
	return thing, nil
}

// Remove destroys a thing; one that is not kept is no fault.
func (s Shelf[T]) Remove(name string) error {
	if !fitName(name) {
		return nil
	}
	if err := os.Remove(s.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("destroying %s/%s: %w", s.kind, name, err)
	}
	return nil
}

// Names lists what is on the shelf, in order.
func (s Shelf[T]) Names() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.desk.folder, s.kind))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the desk: %w", err)
	}
	var names []string
	for _, e := range entries {
		if name, ours := strings.CutSuffix(e.Name(), suffix); ours {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// writeWhole replaces a file so that a reader, or a crash, sees the old text or
// the new one and nothing between.
func writeWhole(path string, text []byte) error {
	next, err := os.CreateTemp(filepath.Dir(path), ".next-") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(next.Name())
	_, err = next.Write(text)
	if err == nil {
		err = next.Sync()
	}
	if err := errors.Join(err, next.Close()); err != nil {
		return err
	}
	if err := os.Rename(next.Name(), path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
