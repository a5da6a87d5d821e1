package main

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// FuzzConfig sets anything in the environment: it is taken, or refused by the
// name of the setting and with what to write instead.
func FuzzConfig(f *testing.F) {
	for i, s := range settings {
		f.Add(uint8(i), s.fallback)
		f.Add(uint8(i), "http://[::1")
	}
	f.Fuzz(func(t *testing.T, which uint8, value string) {
		s := settings[int(which)%len(settings)]
		c := configFrom(func(name string) string {
			if name == s.env {
				return value
			}
			return ""
		})
		err := c.check()
		if err == nil {
			return
		}
		var usage usageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), "--"+s.flag) || !strings.Contains(err.Error(), s.remedy) {
			t.Errorf("%s=%q: %v", s.env, value, err)
		}
	})
}

// FuzzNetworkFile reads any text as network.json, and any document that a file
// given to the command line holds.
func FuzzNetworkFile(f *testing.F) {
	f.Add([]byte(`{"organizations":[{"name":"Brands","rootCA":"/none","intermediateCA":"/none","admin":{"dir":"/none"}}]}`))
	f.Add([]byte(`{"organizations":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "network.json")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		n, err := (&Config{Network: path}).openNetwork()
		if err != nil {
			if !strings.Contains(err.Error(), path) {
				t.Errorf("the error names no file: %v", err)
			}
			return
		}
		if len(n.Organizations) == 0 {
			t.Error("a network without organisations is taken")
		}
		for _, o := range n.Organizations {
			if _, err := n.registrar(o.Name); err == nil {
				t.Error("a key was found where there is none")
			}
		}
	})
}

// FuzzTermsTable reads any text as a table of terms: what is read can be bound,
// and a fault tells line and column and repeats no cell.
func FuzzTermsTable(f *testing.F) {
	f.Add("worker,TERM_WAGE,TERM_CURRENCY,TERM_HOURS\n1,1200.50,NPR,48\n2,1300,NPR,48.5\n3,1,NPR,1\n4,1,NPR,1\n5,1,NPR,1\n")
	f.Add("TERM_HOURS\nforty-eight\n\n\"48\n\"\n")
	f.Add("\ufeffTERM_PLACE,TERM_EMPLOYER\n01ARZ3NDEKTSV4RRFFQ69G5FAV,x\n")
	f.Fuzz(func(t *testing.T, text string) {
		codes, rows, err := readTerms(text)
		if err != nil {
			for _, line := range strings.Split(text, "\n")[1:] {
				for _, cell := range strings.Split(line, ",") {
					if cell = strings.TrimSpace(cell); len(cell) > 14 && !strings.Contains(cell, "TERM_") && strings.Contains(err.Error(), cell) {
						t.Errorf("the fault repeats %q: %v", cell, err)
					}
				}
			}
			return
		}
		values := make([][]int64, len(rows))
		for n, row := range rows {
			for _, code := range codes {
				value, ok := row.values[code]
				if !ok {
					return // it may be compared, not bound
				}
				values[n] = append(values[n], value)
			}
		}
		if len(codes) == 0 || len(rows) < provenance.SmallestCohort || len(rows) > provenance.MostReceipts {
			return
		}
		if _, err := provenance.MakeTermsBook("commitment", codes, values, rand.Reader); err != nil && !strings.Contains(err.Error(), "without its currency") {
			t.Errorf("%q is read and cannot be bound: %v", text, err)
		}
	})
}
