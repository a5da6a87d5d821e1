package fsck

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// What a row of tableVersions says of a key: that a transaction read it, at the
// version that it names, or wrote or deleted it. Those of one transaction come in
// this order.
const (
	keyRead     = "1" // by one that counts
	keyConflict = "2" // by one that peers call in conflict
	keyWritten  = "3"
	keyDeleted  = "4"
)

// hashOfNothing is what a collection's emptied key is written as.
var hashOfNothing = sha256.Sum256(nil)

// versionsOf lists the keys that a transaction read and wrote. Only one that
// counts writes; reads matter of those too that are said to have come late.
func versionsOf(tx transaction, code byte, block uint64, place int) ([]row, error) {
	var r reader
	var out []row
	when := bigEndian(block) + bigEndian(uint64(place))
	add := func(space string, key []byte, what, version string) {
		out = append(out, row{tableVersions, [4]string{space, string(key), when + what, version}})
	}
	reads := keyRead
	if code == codeReadConflict {
		reads = keyConflict
	}
	read := func(space string, text []byte) {
		read := r.read(text)
		seen := ""
		if version := read.list(2); len(version) > 0 {
			v := r.within(read, 2)
			seen = bigEndian(v.number(1)) + bigEndian(v.number(2))
		}
		add(space, read.text(1), reads+tx.id, seen)
	}
	written := func(space string, text, nothing []byte) {
		write := r.read(text)
		value := write.text(3)
		switch {
		case code != codeValid:
		case write.number(2) != 0 || write.number(4) != 0 || len(value) == 0 || bytes.Equal(value, nothing): // deleted, purged, or emptied
			add(space, write.text(1), keyDeleted, "")
		default:
			add(space, write.text(1), keyWritten, "")
		}
	}
	for _, text := range tx.sets.list(2) {
		set := r.read(text)
		space := string(set.text(1))
		keys := r.within(set, 2)
		for _, text := range keys.list(1) {
			read(space, text)
		}
		for _, text := range keys.list(3) {
			written(space, text, nil)
		}
		for _, text := range set.list(3) {
			collection := r.read(text)
			space := space + "\x00" + string(collection.text(1))
			hashed := r.within(collection, 2)
			for _, text := range hashed.list(1) {
				read(space, text)
			}
			for _, text := range hashed.list(2) {
				written(space, text, hashOfNothing[:])
			}
		}
	}
	return out, r.err
}

// versions follows each key through the ledger: what a transaction that counts
// read has to be what stood there, and one that is in conflict has to have read
// something that did not.
func (c *checker) versions(f *folded) error {
	conflicts := newSorter(c.Scratch)
	defer conflicts.close()
	space, key, stands := "", "", ""
	for f.more && f.ahead.table == tableVersions {
		v := f.ahead.value
		if v[0] != space || v[1] != key {
			space, key, stands = v[0], v[1], ""
		}
		when, what, id := v[2][:16], v[2][16:17], v[2][17:]
		switch {
		case what == keyWritten:
			stands = when
		case what == keyDeleted:
			stands = ""
		case what == keyRead && v[3] != stands:
			block := fromBigEndian(when[:8])
			c.note(Difference{Block: &block, Tx: id, What: "it counts, and read a key of " + spaceName(space) + " that had changed before", Expected: versionName(stands), Found: versionName(v[3])})
		case what == keyConflict:
			shown := "0"
			if v[3] != stands {
				shown = "1"
			}
			if err := conflicts.add(row{tableVersions, [4]string{when, id, shown}}); err != nil {
				return fmt.Errorf("sorting what transactions read: %w", err)
			}
		}
		if err := f.advance(); err != nil {
			return fmt.Errorf("sorting what the ledger says: %w", err)
		}
	}
	return c.late(conflicts)
}

// late looks for transactions that are called in conflict and read nothing that
// had changed.
func (c *checker) late(conflicts *sorter) error {
	rows, err := conflicts.sorted()
	if err != nil {
		return fmt.Errorf("sorting what transactions read: %w", err)
	}
	var at row
	shown := true
	judge := func() {
		if !shown {
			block := fromBigEndian(at.value[0][:8])
			c.note(Difference{Block: &block, Tx: at.value[1], What: "peers give it the code " + codeName(codeReadConflict) + ", and nothing that it read had changed"})
		}
	}
	for {
		r, more, err := rows.next()
		if err != nil {
			return fmt.Errorf("sorting what transactions read: %w", err)
		}
		if !more {
			judge()
			return nil
		}
		if r.value[0] != at.value[0] {
			judge()
			at, shown = r, false
		}
		shown = shown || r.value[2] == "1"
	}
}

func versionName(version string) string {
	if version == "" {
		return "no such key"
	}
	return fmt.Sprintf("the key as transaction number %d of block %d wrote it", fromBigEndian(version[8:]), fromBigEndian(version[:8]))
}

func spaceName(space string) string { return fmt.Sprintf("%q", space) }
