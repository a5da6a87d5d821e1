package seals

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// Limits of a keeper.
const (
	mostKept   = 256            // bundles
	mostWanted = 256            // that are asked for and not made yet
	pace       = time.Second    // between two bundles, whatever callers ask for
	renewAfter = 12 * time.Hour // though nothing was recorded
)

// Model is what is asked of the read model.
type Model interface {
	Behind(ctx context.Context, gtin, lot string) ([]provenance.Record, readmodel.Position, error)
	Record(ctx context.Context, kind provenance.Kind, id string) (readmodel.Stored, readmodel.Position, error)
	Status() readmodel.Status
}

// Want names a bundle: of a product or lot, or of a record. Full is with the
// records that are not shown to everybody: whoever hands it out sees to whom.
type Want struct {
	Lot    provenance.Lot
	Full   bool
	Record provenance.Ref
}

// Bundle is one that is kept. It does not change.
type Bundle struct {
	Compressed []byte    // by gzip, a sixth of what it is
	Tag        string    // SHA-256 of the bundle
	Made       time.Time // when peers were asked

	height  uint64 // of the read model when it was last compared
	records string // digest of the records it is made of
}

// Keeper keeps bundles in memory and makes them one after the other at its own
// pace. What callers ask for decides the order alone: no caller has the peers
// work more.
type Keeper struct {
	model Model
	maker Maker
	log   *slog.Logger

	mu     sync.Mutex // guards all below
	kept   map[Want]*Bundle
	order  []Want // of kept, the one to look at next first
	wanted []Want
}

// NewKeeper makes an empty keeper; Run fills it.
func NewKeeper(model Model, maker Maker, log *slog.Logger) *Keeper {
	return &Keeper{model: model, maker: maker, log: log, kept: map[Want]*Bundle{}}
}

// Bundle gives what is kept. What is not will be made in its turn.
func (k *Keeper) Bundle(w Want) (*Bundle, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	b, ok := k.kept[w]
	if !ok && len(k.wanted) < mostWanted && !slices.Contains(k.wanted, w) {
		k.wanted = append(k.wanted, w)
	}
	return b, ok
}

// Run makes and renews bundles until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			k.turn(ctx)
		}
	}
}

// turn makes what was asked for, or else looks after the bundle whose turn it is.
func (k *Keeper) turn(ctx context.Context) {
	w, held, ok := k.next()
	if !ok {
		return
	}
	made, err := k.make(ctx, w, held)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		if ctx.Err() == nil {
			k.log.Warn("a bundle was not sealed", "error", err)
		}
		return
	}
	if k.kept[w] == nil {
		k.order = append(k.order, w)
		if len(k.order) > mostKept {
			delete(k.kept, k.order[0])
			k.order = k.order[1:]
		}
	}
	k.kept[w] = made
}

func (k *Keeper) next() (Want, *Bundle, bool) {
	height, now := k.model.Status().Height, k.maker.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.wanted) > 0 {
		w := k.wanted[0]
		k.wanted = k.wanted[1:]
		return w, k.kept[w], true
	}
	for range k.order {
		w := k.order[0]
		k.order = append(k.order[1:], w)
		if b := k.kept[w]; b.height < height && w.Record.ID == "" || now.Sub(b.Made) > renewAfter {
			return w, b, true
		}
	}
	return Want{}, nil, false
}

// make asks peers, unless what is held is still whole and young.
func (k *Keeper) make(ctx context.Context, w Want, held *Bundle) (*Bundle, error) {
	now := k.maker.Now()
	if w.Record.ID != "" {
		stored, at, err := k.model.Record(ctx, w.Record.Kind, w.Record.ID)
		if err != nil {
			return nil, err
		}
		text, err := k.maker.Record(ctx, stored.Record)
		if err != nil {
			return nil, err
		}
		return newBundle(text, now, at.Height, "")
	}
	records, at, err := k.model.Behind(ctx, w.Lot.GTIN, w.Lot.Lot)
	if err != nil {
		return nil, err
	}
	q := provenance.Question{GTIN: w.Lot.GTIN, Lot: w.Lot.Lot, AsOf: now.UTC().Truncate(time.Minute)}
	if at.At.After(q.AsOf) {
		q.AsOf = at.At
	}
	print, err := fingerprint(records, q)
	if err != nil {
		return nil, err
	}
	if held != nil && held.records == print && now.Sub(held.Made) <= renewAfter {
		same := *held
		same.height = at.Height
		return &same, nil
	}
	text, err := k.maker.Product(ctx, q, records, "", w.Full)
	if err != nil {
		return nil, err
	}
	return newBundle(text, now, at.Height, print)
}

func newBundle(text []byte, made time.Time, height uint64, records string) (*Bundle, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	return &Bundle{Compressed: out.Bytes(), Tag: hex.EncodeToString(sum[:]), Made: made, height: height, records: records}, nil
}

// Plain gives the bundle as it was made.
func (b *Bundle) Plain() ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b.Compressed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// fingerprint tells whether a record arrived that concerns the product.
func fingerprint(records []provenance.Record, q provenance.Question) (string, error) {
	subjects, err := provenance.Needs(records, q)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, r := range provenance.Needed(records, subjects) {
		if _, err := fmt.Fprintf(sum, "%s\n", r.Ref()); err != nil {
			return "", errors.New("hashing what stands behind a product")
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
