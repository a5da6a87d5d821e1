package readmodel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func run(t *testing.T, path, statements string) {
	t.Helper()
	db, err := connect(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
}

// closed makes a file with content.
func closed(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a model? 100%#.db")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, invent(30, 60).chain)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOneStoreHasTheFile(t *testing.T) {
	path := closed(t)
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); !errors.Is(err, ErrInUse) {
		t.Errorf("a second store was opened: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if height := openStore(t, path).Status().Height; height == 0 {
		t.Error("reopening lost the position")
	}
}

func TestAnotherSchemaBeginsAnew(t *testing.T) {
	path := closed(t)
	run(t, path, fmt.Sprintf("PRAGMA user_version = %d", schemaVersion+1))
	s := openStore(t, path)
	if height := s.Status().Height; height != 0 {
		t.Errorf("a file of another schema stands at height %d", height)
	}
	fill(t, s, invent(30, 60).chain)
}

func TestADatabaseOfAnotherProgramIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	run(t, path, "CREATE TABLE precious (n INTEGER); INSERT INTO precious VALUES (1)")
	if _, err := Open(path); !errors.Is(err, ErrForeign) {
		t.Errorf("opened with: %v", err)
	}
	if err := Discard(path); !errors.Is(err, ErrForeign) {
		t.Errorf("discarded with: %v", err)
	}
	run(t, path, "SELECT * FROM precious")
}

func TestDamageAtTheFrontIsRefusedAndDiscarded(t *testing.T) {
	for name, spoil := range map[string]func(*os.File) error{
		"no header":      func(f *os.File) error { _, err := f.WriteAt([]byte("not a database at all"), 0); return err },
		"a few bytes":    func(f *os.File) error { return f.Truncate(50) },
		"cut after page": func(f *os.File) error { return f.Truncate(4096) },
		"no tables":      func(f *os.File) error { _, err := f.WriteAt(make([]byte, 3900), 100); return err },
	} {
		t.Run(name, func(t *testing.T) {
			path := closed(t)
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(spoil(f), f.Close()); err != nil {
				t.Fatal(err)
			}
			_, err = Open(path)
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "fairlead rebuild") {
				t.Fatalf("opened with: %v", err)
			}
			if err := Discard(path); err != nil {
				t.Fatal(err)
			}
			fill(t, openStore(t, path), invent(30, 60).chain)
		})
	}
}

// spoilHalf overwrites the second half of a file with zeros.
func spoilHalf(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(make([]byte, info.Size()/2), info.Size()/2); err != nil {
		t.Fatal(err)
	}
}

func TestDamageInsideIsRefused(t *testing.T) {
	path := closed(t)
	spoilHalf(t, path)
	if _, err := Open(path); !errors.Is(err, ErrDamaged) {
		t.Errorf("opened with: %v", err)
	}
}

func TestDamageToAnOpenStoreIsToldFromOtherFaults(t *testing.T) {
	path := closed(t)
	s := openStore(t, path)
	spoilHalf(t, path)
	if _, _, err := s.Digest(context.Background()); !errors.Is(err, ErrDamaged) {
		t.Errorf("the digest said: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, _, err := s.Digest(ctx); errors.Is(err, ErrDamaged) || !errors.Is(err, context.Canceled) {
		t.Errorf("a question given up said: %v", err)
	}
}
