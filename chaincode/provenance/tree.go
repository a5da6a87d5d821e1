package provenance

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// tree is a tree of hashes over one thing of each worker of a group. Leaves,
// inner nodes and roots are hashed under names of their own, so that none can be
// passed off as another, nor one tree's as another's. The last of an odd number
// goes up as it is.
type tree string

const (
	receiptTree tree = "fairlead receipt"
	termsTree   tree = "fairlead terms"
)

type node = [sha256.Size]byte

func nodeOf(hexadecimal string) (node, bool) {
	var n node
	text, err := hex.DecodeString(hexadecimal)
	return n, err == nil && len(text) == len(n) && copy(n[:], text) == len(n)
}

func (t tree) parent(left, right node) node {
	text := append([]byte(t+" node 1\x00"), left[:]...)
	return sha256.Sum256(append(text, right[:]...))
}

func (t tree) next(level []node) []node {
	var next []node
	for i := 0; i+1 < len(level); i += 2 {
		next = append(next, t.parent(level[i], level[i+1]))
	}
	if len(level)%2 == 1 {
		next = append(next, level[len(level)-1])
	}
	return next
}

// root binds the top to what it is of, and to how many workers it is about.
func (t tree) root(of string, workers int, top node) string {
	text := append([]byte(t+" root 1\x00"), of...)
	text = binary.BigEndian.AppendUint32(append(text, 0), uint32(workers))
	sum := sha256.Sum256(append(text, top[:]...))
	return hex.EncodeToString(sum[:])
}

// path lists the siblings of a leaf, from it up.
func (t tree) path(level []node, leaf int) []string {
	path := []string{}
	for at := leaf; len(level) > 1; at /= 2 {
		if sibling := at ^ 1; sibling < len(level) {
			path = append(path, hex.EncodeToString(level[sibling][:]))
		}
		level = t.next(level)
	}
	return path
}

// climb follows a path from one of so many leaves to the top. False when the
// path is too short, too long, or of another form.
func (t tree) climb(now node, leaf, leaves int, path []string) (node, bool) {
	if leaf < 0 || leaf >= leaves {
		return node{}, false
	}
	for at, width := leaf, leaves; width > 1; at, width = at/2, (width+1)/2 {
		if at^1 >= width {
			continue
		}
		if len(path) == 0 {
			return node{}, false
		}
		sibling, ok := nodeOf(path[0])
		if !ok {
			return node{}, false
		}
		path = path[1:]
		if at&1 == 0 {
			now = t.parent(now, sibling)
		} else {
			now = t.parent(sibling, now)
		}
	}
	return now, len(path) == 0
}
