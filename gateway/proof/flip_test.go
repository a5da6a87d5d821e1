package proof

import (
	"flag"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var flips = flag.Int("flips", 23, "flip the bits of every so manieth byte; 1 for all, which takes minutes")

// TestEveryFlippedBitIsCaught flips bits of a product's and of a record's bundle,
// one at a time: every one with -flips 1.
func TestEveryFlippedBitIsCaught(t *testing.T) {
	n := founded(t)
	for name, text := range n.small() {
		var caught, missed atomic.Int64
		var work sync.WaitGroup
		for part := range runtime.GOMAXPROCS(0) {
			work.Go(func() {
				keys, err := n.roots().open()
				if err != nil {
					t.Error(err)
					return
				}
				verify := keys.product
				if name == "record" {
					verify = keys.record
				}
				for at := part * *flips; at < len(text); at += *flips * runtime.GOMAXPROCS(0) {
					for bit := range 8 {
						flipped := []byte(text)
						flipped[at] ^= 1 << bit
						if !verify(flipped, Terms{Now: sealed, MaxAge: 24 * time.Hour}).Holds() {
							caught.Add(1)
						} else if missed.Add(1) < 10 {
							t.Errorf("%s: bit %d of byte %d, in %q, is flipped and nothing fails", name, bit, at, text[max(0, at-30):min(len(text), at+10)])
						}
					}
				}
			})
		}
		work.Wait()
		t.Logf("%s: of %d bytes %d flipped bits are caught, %d not", name, len(text), caught.Load(), missed.Load())
	}
}

// TestEveryFlippedByteIsCaughtByTheModule flips a bit of each byte, another one
// from byte to byte.
func TestEveryFlippedByteIsCaughtByTheModule(t *testing.T) {
	n := founded(t)
	for name, text := range n.small() {
		var flipped []lie
		for at := 0; at < len(text); at += *flips {
			changed := []byte(text)
			changed[at] ^= 1 << (at % 7) // still text, for the module is given text
			flipped = append(flipped, lie{text: string(changed), roots: n.roots(), now: sealed})
		}
		for i, r := range inModule(t, flipped) {
			if r.Holds() {
				at := i * *flips
				t.Errorf("%s: byte %d, in %q, is flipped and nothing fails", name, at, text[max(0, at-30):min(len(text), at+10)])
			}
		}
		t.Logf("%s: %d flips", name, len(flipped))
	}
}

// small is a product of which nobody knows more than its name, and a record.
func (n *network) small() map[string]string {
	n.t.Helper()
	if len(n.records) == 0 {
		n.t.Fatal("nothing is on the ledger")
	}
	return map[string]string{"product": n.text(n.bundle(false, twist{})), "record": n.recordText(story{chain: 1})}
}
