package stubtest

import (
	"bytes"
	"slices"
)

// world is the committed keys and values of one namespace, public or of one
// collection. It holds its own copies.
type world struct {
	entries map[string]entry
	keys    []string // of entries, in byte order, as LevelDB walks them
}

type entry struct {
	value   []byte
	version Version
}

func newWorld() *world { return &world{entries: map[string]entry{}} }

// value returns a copy of a key's value, nil if the key does not exist.
func (w *world) value(key string) []byte { return clone(w.entries[key].value) }

// walk returns the entries from start to end, end included when closed, but at
// most limit of them, and the key which comes next, if there is one. A limit of
// 0 is none.
func (w *world) walk(start, end string, closed bool, limit int) (found []string, next string) {
	from, _ := slices.BinarySearch(w.keys, start)
	to, at := slices.BinarySearch(w.keys, end)
	if at && closed {
		to++
	}
	found = w.keys[min(from, to):to]
	if limit > 0 && len(found) > limit {
		return found[:limit], found[limit]
	}
	return found, ""
}

// apply commits writes at one version.
func (w *world) apply(writes []Write, at Version) {
	var fresh []string
	for _, wr := range writes {
		_, exists := w.entries[wr.Key]
		switch {
		case !wr.Delete:
			if !exists {
				fresh = append(fresh, wr.Key)
			}
			w.entries[wr.Key] = entry{clone(wr.Value), at}
		case exists:
			delete(w.entries, wr.Key)
			i, _ := slices.BinarySearch(w.keys, wr.Key)
			w.keys = slices.Delete(w.keys, i, i+1)
		}
	}
	w.insert(fresh)
}

// insert adds keys which are not there yet. Each key there already moves at
// most once, so a block of hundreds of keys costs about as much as one key.
func (w *world) insert(fresh []string) {
	slices.Sort(fresh)
	end := len(w.keys)
	keys := append(w.keys, fresh...)
	for j := len(fresh) - 1; j >= 0; j-- {
		at, _ := slices.BinarySearch(keys[:end], fresh[j])
		copy(keys[at+j+1:], keys[at:end])
		keys[at+j] = fresh[j]
		end = at
	}
	w.keys = keys
}

// clone copies across the border between peer and chaincode, which in Fabric
// are two processes.
func clone(b []byte) []byte { return bytes.Clone(b) }
