package provenance

import (
	"bytes"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"strings"
	"testing"
)

func TestCodesAreReadAsTheyAreCopied(t *testing.T) {
	for _, s := range []Secret{{}, {15: 1}, {0: 0xff, 15: 0xff}, Secret(bytes.Repeat([]byte{0xff}, 16))} {
		code := s.Code()
		if len(code) != 33 || strings.ContainsAny(code[:32], "ILOU") {
			t.Errorf("the code %q is not six groups of four and one of three", code)
		}
		for _, copied := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(code, "0", "o"), strings.ReplaceAll(code, "1", "l")} {
			if got, err := ParseSecret(copied); err != nil || got != s {
				t.Errorf("%q was read as %x, %v", copied, got, err)
			}
		}
	}
	if got := (Secret{15: 32}).Code(); got != "0000-0000-0000-0000-0000-0000-10*" {
		t.Errorf("32 is %s", got)
	}
}

func TestAMiscopiedCodeShows(t *testing.T) {
	var s Secret
	rand.Read(s[:])
	code := strings.ReplaceAll(s.Code(), "-", "")
	for i := range code {
		for _, c := range crockford {
			wrong := code[:i] + string(c) + code[i+1:]
			if got, err := ParseSecret(wrong); err == nil && got != s {
				t.Fatalf("%s passed for %s", wrong, code)
			}
		}
		if i > 0 && i < codeLength && code[i] != code[i-1] {
			swapped := code[:i-1] + string(code[i]) + string(code[i-1]) + code[i+1:]
			if _, err := ParseSecret(swapped); err == nil {
				t.Fatalf("%s passed for %s", swapped, code)
			}
		}
	}
	for _, wrong := range []string{"", "0", code + "0", strings.Repeat("Z", 27), "é" + code[1:], "U" + code[1:]} {
		if _, err := ParseSecret(wrong); err == nil || wrong != "" && len(wrong) > 4 && strings.Contains(err.Error(), wrong) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestEveryCodeOfABookProvesItsReceipt(t *testing.T) {
	for _, workers := range []int{5, 7, 8, 33} {
		receipts, book, err := MakeReceipts("cohort", workers, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		root, err := book.Root()
		if err != nil {
			t.Fatal(err)
		}
		for n, r := range receipts {
			for pressed, secret := range map[bool]Secret{false: r.Own, true: r.Pressed} {
				proof, ok := book.Prove(secret)
				if !ok || proof.Receipt() != n || PressedAt(book.Marker, proof.Index) != pressed {
					t.Fatalf("receipt %d of %d: index %d, %v", n, workers, proof.Index, ok)
				}
				if CheckShape(&proof) != nil || !proof.Proves("cohort", workers, root) {
					t.Fatalf("receipt %d of %d is not proved", n, workers)
				}
				for name, got := range map[string]bool{
					"another cohort":  proof.Proves("cohoru", workers, root),
					"more receipts":   proof.Proves("cohort", workers+1, root),
					"fewer receipts":  proof.Proves("cohort", workers-1, root),
					"another root":    proof.Proves("cohort", workers, strings.Repeat("0", 64)),
					"a longer path":   ReceiptProof{proof.Index, proof.Secret, append([]string{root}, proof.Path...)}.Proves("cohort", workers, root),
					"a shorter path":  ReceiptProof{proof.Index, proof.Secret, proof.Path[1:]}.Proves("cohort", workers, root),
					"no path":         ReceiptProof{proof.Index, proof.Secret, nil}.Proves("cohort", workers, root),
					"another place":   ReceiptProof{proof.Index ^ 1, proof.Secret, proof.Path}.Proves("cohort", workers, root),
					"another secret":  ReceiptProof{proof.Index, strings.Repeat("0", 32), proof.Path}.Proves("cohort", workers, root),
					"a negative one":  ReceiptProof{-1, proof.Secret, proof.Path}.Proves("cohort", workers, root),
					"a place outside": ReceiptProof{2 * workers, proof.Secret, proof.Path}.Proves("cohort", workers, root),
				} {
					if got {
						t.Errorf("receipt %d of %d is proved with %s", n, workers, name)
					}
				}
			}
		}
	}
}

// What is on the ledger must not tell the two codes apart: over many receipts
// the one for pressure is first about half of the time.
func TestTheCodeForPressureStandsAnywhere(t *testing.T) {
	source := mathrand.NewChaCha8([32]byte{1})
	_, book, err := MakeReceipts("cohort", 1000, source)
	if err != nil {
		t.Fatal(err)
	}
	first := 0
	for n := range book.Receipts() {
		if PressedAt(book.Marker, 2*n) == PressedAt(book.Marker, 2*n+1) {
			t.Fatalf("receipt %d has two codes of one sort", n)
		}
		if PressedAt(book.Marker, 2*n) {
			first++
		}
	}
	if first < 400 || first > 600 {
		t.Errorf("the code for pressure is first in %d of 1000", first)
	}
}

func TestReceiptsNeedWorkersAndChance(t *testing.T) {
	for _, workers := range []int{0, 4, 1001} {
		if _, _, err := MakeReceipts("cohort", workers, rand.Reader); err == nil {
			t.Errorf("receipts for %d workers were made", workers)
		}
	}
	if _, _, err := MakeReceipts("cohort", 5, bytes.NewReader(make([]byte, 100))); err == nil {
		t.Error("receipts were made although chance ran out")
	}
	if _, _, err := MakeReceipts("cohort", 5, errReader{}); !errors.Is(err, errChance) {
		t.Error("a failed source is not told")
	}
	for _, book := range []ReceiptBook{{}, {Leaves: []string{"x"}}, {Leaves: []string{"x", "y"}}} {
		if _, err := book.Root(); err == nil {
			t.Errorf("%v has a root", book)
		}
		if _, ok := book.Prove(Secret{}); ok {
			t.Errorf("%v proves something", book)
		}
	}
}

var errChance = errors.New("no chance")

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errChance }

func FuzzParseSecret(f *testing.F) {
	f.Add(Secret{1, 2, 3}.Code())
	f.Add("o0il-zzzz")
	f.Fuzz(func(t *testing.T, code string) {
		s, err := ParseSecret(code)
		if err != nil {
			return
		}
		if again, err := ParseSecret(s.Code()); err != nil || again != s {
			t.Errorf("%q is %x, which is written %s", code, s, s.Code())
		}
	})
}
