package fsck

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// Folder is a copy of the ledger in files, one a block, whose names end with the
// block's number and .block, as `peer channel fetch` writes them.
type Folder struct {
	path  string
	files map[uint64]string
}

var numbered = regexp.MustCompile(`([0-9]+)\.block$`)

// OpenFolder finds the blocks in a folder.
func OpenFolder(path string) (*Folder, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("reading a copy of the ledger: %w", err)
	}
	f := &Folder{path, map[uint64]string{}}
	for _, e := range entries {
		found := numbered.FindStringSubmatch(e.Name())
		if found == nil {
			continue
		}
		number, err := strconv.ParseUint(found[1], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("reading a copy of the ledger: %s: %w", e.Name(), err)
		}
		if f.files[number] != "" {
			return nil, fmt.Errorf("reading a copy of the ledger: %s and %s are the same block", f.files[number], e.Name())
		}
		f.files[number] = e.Name()
	}
	return f, nil
}

// Name is the folder's.
func (f *Folder) Name() string { return f.path }

// Height is one more than the highest block's number.
func (f *Folder) Height(context.Context) (uint64, error) {
	height := uint64(0)
	for number := range f.files {
		height = max(height, number+1)
	}
	return height, nil
}

// Blocks reads the files in turn.
func (f *Folder) Blocks(ctx context.Context, first, end uint64, deliver func([]byte) error) error {
	for n := first; n < end; n++ {
		name, ok := f.files[n]
		if !ok {
			return fmt.Errorf("there is no file of block %d", n)
		}
		text, err := os.ReadFile(filepath.Join(f.path, name))
		if err != nil {
			return err
		}
		if err := deliver(text); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}
