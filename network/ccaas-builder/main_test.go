package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOnlyServicePackagesAreDetected(t *testing.T) {
	for text, ours := range map[string]bool{
		`{"type":"ccaas","label":"fairlead_1"}`: true,
		`{"type":"golang"}`:                     false,
		`{}`:                                    false,
		`{`:                                     false,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "metadata.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := run("detect", []string{t.TempDir(), dir}, os.Getenv); (err == nil) != ours {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestReleaseHandsOverThePeersOwnConnection(t *testing.T) {
	connection := filepath.Join(t.TempDir(), "connection.json")
	if err := os.WriteFile(connection, []byte("the peer's"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if err := run("release", []string{t.TempDir(), out}, func(string) string { return connection }); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(out, "chaincode", "server", "connection.json"))
	if err != nil || string(text) != "the peer's" {
		t.Errorf("released %q, %v", text, err)
	}
	if err := run("release", []string{t.TempDir(), out}, func(string) string { return "" }); err == nil {
		t.Error("released without a connection")
	}
	if err := run("destroy", nil, os.Getenv); err == nil {
		t.Error("an unknown step is taken")
	}
}
