package fsck

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// ahead is how many blocks of a copy wait for the other copies'.
const ahead = 2

// ErrNoCopy: not one copy of the ledger could be read.
var ErrNoCopy = errors.New("no copy of the ledger can be read")

// following is a copy while it is read.
type following struct {
	name   string
	found  *CopyFound
	blocks chan *block
	end    error // why there are no more, once blocks is closed
}

// checked is a block that was checked, or is being.
type checked struct {
	number     uint64
	hash       []byte
	difference *Difference
	signatures int
	valid, all int
	at         string
	rows       []row
	records    int
	err        error
}

// chain reads all copies side by side. Reading, checking and counting go on at
// the same time; what is found is taken in the order of the blocks.
func (c *checker) chain(ctx context.Context) error {
	c.report.Copies = make([]CopyFound, len(c.Copies))
	ctx, cancel := context.WithCancel(ctx)
	var readers sync.WaitGroup
	defer readers.Wait()
	defer cancel()
	var live []*following
	if len(c.Copies) == 0 {
		return ErrNoCopy
	}
	c.top = slices.Max(c.heights(ctx))
	c.report.Height = c.top
	if c.top == 0 {
		return fmt.Errorf("%w: %s: %s", ErrNoCopy, c.report.Copies[0].Name, c.report.Copies[0].Reason)
	}
	for i, copied := range c.Copies {
		if c.report.Copies[i].Reason != "" {
			continue
		}
		f := &following{name: copied.Name(), found: &c.report.Copies[i], blocks: make(chan *block, ahead)}
		live = append(live, f)
		readers.Go(func() { f.follow(ctx, copied, c.top) })
	}
	results := make(chan chan checked, 2*runtime.GOMAXPROCS(0))
	readers.Go(func() {
		defer close(results)
		c.walk(ctx, live, results)
	})
	for result := range results {
		found := <-result
		if err := c.take(found); err != nil {
			return err
		}
		if c.report.Difference != nil && c.report.Difference.Row == "" {
			return nil
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.report.Blocks < c.top {
		return fmt.Errorf("%w beyond block %d of %d", ErrNoCopy, c.report.Blocks, c.top)
	}
	return nil
}

// heights asks all copies at once. One that does not answer is not followed.
func (c *checker) heights(ctx context.Context) []uint64 {
	heights := make([]uint64, len(c.Copies))
	var asked sync.WaitGroup
	for i, copied := range c.Copies {
		c.report.Copies[i].Name = copied.Name()
		asked.Go(func() {
			height, err := copied.Height(ctx)
			if err == nil && height == 0 {
				err = errors.New("it has no blocks")
			}
			if err != nil {
				c.report.Copies[i].Reason = err.Error()
				return
			}
			heights[i] = height
		})
	}
	asked.Wait()
	return heights
}

// follow reads a copy's blocks.
func (f *following) follow(ctx context.Context, from Copy, end uint64) {
	defer close(f.blocks)
	f.end = from.Blocks(ctx, 0, end, func(text []byte) error {
		b, err := readBlock(text)
		if err != nil {
			return err
		}
		select {
		case f.blocks <- b:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// walk follows the chain of hashes, gives out each block to be checked, and keeps
// the configuration in force. It ends at the first break.
func (c *checker) walk(ctx context.Context, live []*following, results chan<- chan checked) {
	var in *channel
	var previous []byte
	broken := func(d Difference) {
		result := make(chan checked, 1)
		result <- checked{difference: &d}
		give(ctx, results, result)
	}
	for n := range c.top {
		blocks, rest := nextOf(ctx, live, n)
		if live = rest; len(live) == 0 {
			return
		}
		for i, b := range blocks {
			switch {
			case b.number != n:
				broken(Difference{Peer: live[i].name, Block: &n, What: "another block stands in its place", Expected: fmt.Sprint(n), Found: fmt.Sprint(b.number)})
				return
			case !bytes.Equal(b.previous, previous):
				broken(Difference{Peer: live[i].name, Block: &n, What: "it does not continue the block before", Expected: fmt.Sprintf("%x", previous), Found: fmt.Sprintf("%x", b.previous)})
				return
			}
		}
		previous = blocks[0].hash
		names := make([]string, len(live))
		for i, f := range live {
			names[i] = f.name
		}
		work := work{checker: c, channel: in, names: names, blocks: blocks}
		result := make(chan checked, 1)
		config := configOf(blocks[0])
		if config == nil && in != nil {
			go func() { result <- work.check() }()
			if !give(ctx, results, result) {
				return
			}
			continue
		}
		found, next := work.configure(config)
		result <- found
		if !give(ctx, results, result) || found.difference != nil {
			return
		}
		in = next
	}
}

func give(ctx context.Context, results chan<- chan checked, result chan checked) bool {
	select {
	case results <- result:
		return true
	case <-ctx.Done():
		return false
	}
}

// nextOf takes the next block of each copy; those that have none are left behind,
// with the reason.
func nextOf(ctx context.Context, live []*following, n uint64) ([]*block, []*following) {
	var blocks []*block
	var rest []*following
	for _, f := range live {
		b, ok := <-f.blocks
		if ctx.Err() != nil {
			return nil, nil
		}
		if !ok {
			f.found.Reason = fmt.Sprintf("it gave no block %d", n)
			if f.end != nil {
				f.found.Reason += ": " + f.end.Error()
			}
			continue
		}
		f.found.Blocks = n + 1
		blocks, rest = append(blocks, b), append(rest, f)
	}
	return blocks, rest
}

// take counts a block that was checked.
func (c *checker) take(found checked) error {
	if found.err != nil {
		return found.err
	}
	if found.difference != nil {
		c.report.Difference = found.difference // before one of the read model
		return nil
	}
	r := &c.report
	r.Blocks++
	r.Signatures += found.signatures
	r.Transactions += found.all
	r.Valid += found.valid
	r.Records += found.records
	if c.model != nil && found.number < c.model.height {
		c.hash = found.hash
		c.at = max(c.at, found.at)
	}
	for _, row := range found.rows {
		if row.table > tableVersions && (c.model == nil || found.number >= c.model.height) {
			continue
		}
		if err := c.fold.add(row); err != nil {
			return fmt.Errorf("keeping what the ledger says: %w", err)
		}
	}
	if c.Progress != nil {
		c.Progress(found.number+1, c.top)
	}
	return nil
}

// work is one block of every copy.
type work struct {
	*checker
	channel *channel // in force before it; nil for the first block
	names   []string
	blocks  []*block // in the order of names
}

// configure checks a block that configures the channel, and gives the channel
// that is in force after it.
func (w *work) configure(config []byte) (checked, *channel) {
	number := w.blocks[0].number
	fail := func(what error) (checked, *channel) {
		return checked{difference: &Difference{Peer: w.names[0], Block: &number, What: what.Error()}}, nil
	}
	if config == nil {
		return fail(errors.New("the ledger does not begin with a configuration"))
	}
	next, err := openChannel(config, number, w.Roots)
	if err != nil {
		return fail(err)
	}
	first := w.channel == nil
	if first {
		w.channel = next
	}
	return w.checkAll(first), next
}

func (w *work) check() checked { return w.checkAll(false) }

// checkAll checks a block of every copy. The first block is signed by nobody:
// its authorities are pinned, and the hash in the second block holds it.
func (w *work) checkAll(first bool) checked {
	b := w.blocks[0]
	out := checked{number: b.number, hash: b.hash}
	differ := func(peer int, d Difference) checked {
		d.Peer, d.Block = w.names[peer], &b.number
		out.difference = &d
		return out
	}
	for i, other := range w.blocks {
		what, same := b.same(other)
		if resigned := i == 0 || !bytes.Equal(b.meta(atSignatures), other.meta(atSignatures)) || what == "header"; resigned && !first {
			looked, err := w.channel.ordered(other)
			if out.signatures += looked; err != nil {
				return differ(i, Difference{What: err.Error()})
			}
		}
		switch {
		case (i == 0 || what == "header" || what == "transactions") && !other.hashed():
			return differ(i, Difference{What: "its transactions are not those that its header names"})
		case what == "validation codes":
			peer, d := w.verdicts(i)
			return differ(peer, d)
		case !same:
			return differ(i, Difference{What: fmt.Sprintf("its %s differs from that of %s, and both look sound", what, w.names[0])})
		}
	}
	codes := b.meta(atCodes)
	if len(codes) != len(b.envelopes) && !(first && len(codes) == 0) {
		return differ(0, Difference{What: "it does not say which of its transactions are valid"})
	}
	for i, envelope := range b.envelopes {
		code := byte(codeValid)
		if i < len(codes) {
			code = codes[i]
		}
		if first {
			continue // signed by whoever made it, before there was a channel
		}
		if d := w.transaction(&out, i, code, envelope); d != nil {
			return differ(0, *d)
		}
		if out.err != nil {
			break
		}
	}
	return out
}

// verdicts tells of the first transaction that two copies give different codes,
// and whose code cannot be right, where the signatures tell.
func (w *work) verdicts(other int) (peer int, d Difference) {
	b, ours, theirs := w.blocks[0], w.blocks[0].meta(atCodes), w.blocks[other].meta(atCodes)
	at := firstByte(string(ours), string(theirs))
	if at >= min(len(ours), len(theirs), len(b.envelopes)) {
		return other, Difference{What: "it judges another number of transactions than the copy of " + w.names[0]}
	}
	tx, fault := w.channel.readTransaction(b.envelopes[at], w.Channel, w.Chaincode)
	d = Difference{Tx: tx.id, What: "its validation code differs from that of " + w.names[0], Expected: codeName(ours[at]), Found: codeName(theirs[at])}
	if err := judged(ours[at], fault); err != nil && judged(theirs[at], fault) == nil {
		d.What = "its validation code differs from that of " + w.names[other] + ", and " + err.Error()
		d.Expected, d.Found = d.Found, d.Expected
		return 0, d
	}
	return other, d
}

// transaction checks one, and takes what it records.
func (w *work) transaction(out *checked, place int, code byte, envelope []byte) *Difference {
	tx, fault := w.channel.readTransaction(envelope, w.Channel, w.Chaincode)
	out.signatures += tx.signed
	out.all++
	if err := judged(code, fault); err != nil {
		return &Difference{Tx: tx.id, What: "peers give it the code " + codeName(code) + ", and " + err.Error()}
	}
	if tx.kind == typeConfig {
		if code == codeValid {
			out.valid++
		}
		return nil
	}
	out.rows = append(out.rows, row{tableTransactions, [4]string{tx.id, bigEndian(out.number), bigEndian(uint64(place)), string([]byte{code})}})
	if code == codeValid || code == codeReadConflict {
		versions, err := versionsOf(tx, code, out.number, place)
		if err != nil {
			return &Difference{Tx: tx.id, What: "what it read and wrote cannot be read"}
		}
		out.rows = append(out.rows, versions...)
	}
	if code != codeValid {
		return nil
	}
	out.valid++
	out.at = max(out.at, provenance.FormatInstant(tx.at))
	if tx.event == "" {
		return nil
	}
	if tx.event != provenance.EventName {
		out.err = fmt.Errorf("block %d, transaction %s: %w: its event is %q", out.number, tx.id, errUnknown, tx.event)
		return nil
	}
	records, err := readRecords(tx.payload)
	if errors.Is(err, errUnknown) {
		out.err = fmt.Errorf("block %d, transaction %s: %w", out.number, tx.id, err)
		return nil
	}
	if err != nil {
		return &Difference{Tx: tx.id, What: err.Error()}
	}
	for i, r := range records {
		if d := states(tx, r); d != nil {
			return d
		}
		rows, err := rowsOf(r, out.number, bigEndian(out.number)+bigEndian(uint64(place))+bigEndian(uint64(i)))
		if err != nil {
			return &Difference{Tx: tx.id, Record: r.Ref().String(), What: err.Error()}
		}
		out.rows = append(out.rows, rows...)
		out.records++
	}
	return nil
}

// states compares what a record says of its transaction with the transaction.
func states(tx transaction, r recorded) *Difference {
	for _, claim := range []struct{ what, expected, found string }{
		{"it names another transaction", tx.id, r.Tx},
		{"it names another time", provenance.FormatInstant(tx.at), r.At},
		{"it names another organisation as its author's", string(tx.by), string(r.By.Org)},
	} {
		if claim.expected != claim.found {
			return &Difference{Tx: tx.id, Record: r.Ref().String(), What: claim.what, Expected: claim.expected, Found: claim.found}
		}
	}
	return nil
}
