package fsck

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Copy is one organisation's copy of the ledger.
type Copy interface {
	Name() string
	// Height is the number of its blocks.
	Height(ctx context.Context) (uint64, error)
	// Blocks delivers the bytes of the blocks from the first to before end, as they
	// are kept there, until deliver fails.
	Blocks(ctx context.Context, first, end uint64, deliver func([]byte) error) error
}

// Options says what to look at.
type Options struct {
	Channel, Chaincode string
	Roots              map[provenance.Org][]string // pinned root certificates, PEM
	Copies             []Copy
	Model              string // path of the read model; empty to look at the ledger alone
	Scratch            string // folder for what memory does not hold; empty for the system's
	Progress           func(block, of uint64)
}

// Run looks at everything and reports the first difference. Its error is why it
// could not look at all; a copy that could not be reached stands in the report.
func Run(ctx context.Context, o Options) (Report, error) {
	begun := time.Now()
	r, err := run(ctx, o)
	r.Seconds = time.Since(begun).Seconds()
	return r, err
}

func run(ctx context.Context, o Options) (_ Report, err error) {
	c := &checker{Options: o, fold: newSorter(o.Scratch)}
	defer func() { err = errors.Join(err, c.fold.close()) }()
	if o.Model != "" {
		c.report.Model = &ModelFound{Path: o.Model}
		if c.model, err = openModel(ctx, o.Model); err != nil {
			var damaged errDamaged
			if !errors.As(err, &damaged) {
				return c.report, err
			}
			c.note(Difference{Row: o.Model, What: damaged.Error()})
			c.report.Model.Compared = true
		} else {
			defer c.model.close()
			c.report.Model.Height = c.model.height
		}
	}
	if err := c.chain(ctx); err != nil {
		return c.report, err
	}
	if c.report.Difference != nil && c.report.Difference.Row == "" {
		return c.report, nil
	}
	return c.report, c.compare(ctx)
}

// checker is a Run under way.
type checker struct {
	Options
	report Report
	model  *model
	fold   *sorter
	top    uint64 // height that is checked
	at     string // latest time of a valid transaction below the model's height
	hash   []byte // of the newest block below it
}

// note keeps the first difference.
func (c *checker) note(d Difference) {
	if c.report.Difference == nil {
		c.report.Difference = &d
	}
}

// compare looks at what all blocks together say: identifiers, versions of keys, and
// the read model.
func (c *checker) compare(ctx context.Context) error {
	sorted, err := c.fold.sorted()
	if err != nil {
		return fmt.Errorf("sorting what the ledger says: %w", err)
	}
	want := &folded{from: sorted}
	if err := want.advance(); err != nil {
		return fmt.Errorf("sorting what the ledger says: %w", err)
	}
	want.started = true
	if err := c.identifiers(want); err != nil {
		return err
	}
	if err := c.versions(want); err != nil {
		return err
	}
	if c.model == nil || c.report.Difference != nil && c.report.Difference.Row == "" {
		return nil
	}
	m := c.report.Model
	switch {
	case c.model.height > c.top && !c.report.reached(): // one that was not may have them
		return fmt.Errorf("%w: it stands on %d blocks, and the copies that were reached have %d", ErrModel, c.model.height, c.top)
	case c.model.height > c.top:
		c.note(Difference{Row: "position", What: "it stands on blocks that the ledger does not have", Expected: fmt.Sprintf("at most %d blocks", c.top), Found: fmt.Sprintf("%d blocks", c.model.height)})
	case c.model.hash != string(c.hash):
		c.note(Difference{Row: "position", What: "it was made of another ledger", Expected: fmt.Sprintf("%x", c.hash), Found: fmt.Sprintf("%x", c.model.hash)})
	case c.model.at != c.at:
		c.note(Difference{Row: "position", What: "its time is not that of its newest transaction", Expected: shown(c.at), Found: shown(c.model.at)})
	}
	if c.model.height > c.top {
		m.Compared = true
		return nil
	}
	have := &stored{ctx: ctx, model: c.model, table: tableRecords}
	defer have.close()
	expected := &stream{from: want, sum: newDigest(c.model.height, string(c.hash), c.at)}
	found := &stream{from: have, sum: newDigest(c.model.height, c.model.hash, c.model.at)}
	first, err := compareRows(expected, found)
	if first != nil {
		c.note(*first)
	}
	var damaged errDamaged
	var twice errTwice
	switch {
	case errors.As(err, &damaged):
		c.note(Difference{Row: c.Model, What: damaged.Error()})
	case errors.As(err, &twice):
		c.note(Difference{Record: twice.ref.String(), What: "it is on the ledger twice, and differently"})
	case err != nil:
		return fmt.Errorf("comparing the read model: %w", err)
	default:
		m.Expected, m.Found = expected.sum.String(), found.sum.String()
	}
	m.Compared = true
	if c.report.Difference == nil {
		err := c.model.sound(ctx)
		switch {
		case errors.As(err, &damaged):
			c.note(Difference{Row: c.Model, What: damaged.Error()})
		case err != nil:
			return fmt.Errorf("asking the read model's file whether it is sound: %w", err)
		case m.Expected != m.Found: // the rows say otherwise, so this program is wrong
			return errors.New("the rows are equal and the digests are not")
		}
	}
	return nil
}

// identifiers looks for transactions that count twice: their rows come first.
func (c *checker) identifiers(f *folded) error {
	id, counted, before := "", false, false
	for f.more && f.ahead.table == tableTransactions {
		v := f.ahead.value
		if v[0] != id {
			id, counted, before = v[0], false, false
		}
		block, code := fromBigEndian(v[1]), v[3][0]
		switch {
		case code == codeValid && counted:
			c.note(Difference{Block: &block, Tx: id, What: "it counts although the same identifier counted before", Expected: codeName(codeDuplicate), Found: codeName(codeValid)})
		case code == codeDuplicate && !before:
			c.note(Difference{Block: &block, Tx: id, What: "it is rejected as a repetition of none"})
		}
		counted, before = counted || code == codeValid, true
		if err := f.advance(); err != nil {
			return fmt.Errorf("sorting what the ledger says: %w", err)
		}
	}
	return nil
}
