package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// mostSecret bounds a file of codes or terms, in bytes.
const mostSecret = 1 << 20

// readSecret reads a file, or standard input: what is secret is no argument, for
// anybody on the machine may see those. Too much is refused and never cut.
func (a *app) readSecret(what, path string) ([]byte, error) {
	text, err := a.readInput(path, mostSecret+1)
	if err != nil {
		return nil, fmt.Errorf("reading the %s: %w", what, err)
	}
	if len(text) > mostSecret {
		return nil, fmt.Errorf("reading the %s: there is more than 1 MiB of them: give them in parts", what)
	}
	return text, nil
}

// codesOf reads a file of codes and the book of the cohort they are to be of.
func (u *union) codesOf(cohort, path string) (string, provenance.ReceiptBook, error) {
	text, err := u.readSecret("codes", path)
	if err != nil {
		return "", provenance.ReceiptBook{}, err
	}
	book, err := u.desk.Books().Read(cohort)
	if err != nil {
		return "", provenance.ReceiptBook{}, fmt.Errorf("the book of receipts: %w", err)
	}
	return string(text), book, nil
}

// code is a line of a file of codes: what proves the code, and what stands behind
// a comma.
type code struct {
	line  int
	proof provenance.ReceiptProof
	rest  string
}

// readCodes looks up the code of each line in a book. The error tells of every
// line that has none of its codes, and repeats nothing of any.
func readCodes(text string, book provenance.ReceiptBook) ([]code, error) {
	var codes []code
	var faults []error
	number := 0
	for line := range strings.Lines(text) {
		number++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		written, rest, _ := strings.Cut(line, ",")
		secret, err := provenance.ParseSecret(written)
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", number, err))
			continue
		}
		proof, ours := book.Prove(secret)
		if !ours {
			faults = append(faults, fmt.Errorf("line %d: the code is of no receipt of this cohort", number))
			continue
		}
		codes = append(codes, code{number, proof, strings.TrimSpace(rest)})
	}
	return codes, errors.Join(faults...)
}

// bareCodes are those of a file that holds nothing else, and one at least.
func bareCodes(text string, book provenance.ReceiptBook) ([]code, error) {
	codes, err := readCodes(text, book)
	faults := []error{err}
	for _, c := range codes {
		if c.rest != "" {
			faults = append(faults, fmt.Errorf("line %d: more than a code stands there", c.line))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if len(codes) == 0 {
		return nil, errors.New("the file has no code")
	}
	return codes, nil
}
