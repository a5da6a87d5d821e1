package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
