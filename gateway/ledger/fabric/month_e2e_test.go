//go:build e2e

package fabric_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/network"
	"github.com/fairlead/fairlead/test/conformance"
	"github.com/fairlead/fairlead/test/scenario"
	"github.com/fairlead/fairlead/test/world"
)

// What waits for the end of a month cannot be told on a network that goes by the
// world's clock. A transaction's time is its author's word, and what holds it to
// the clock is each peer's setting timewindow. So the month passes like this:
// first it is shown that peers refuse a proposal of next month, then all four
// organisations' peers are set to let it through and started again, and from
// then on the authors' proposals are of next month. Chaincode, peers, orderers,
// policies and signatures are what they always are.

// TestTheMonthAfterTheYear has a real network go through a worker's year and the
// month after it.
func TestTheMonthAfterTheYear(t *testing.T) {
	f, months := bring(t, network.BFT), new(calendar)
	o := conformance.Opened{
		Ledger: datedLedger{f.ledger, months}, Workers: datedRelay{f.gateway(provenance.Workers), months}, Registrar: f.Registrar, Enrol: f.Enrol,
	}
	told := scenario.Run(t, o, func() { f.monthPasses(o, months) })
	t.Log(told.Later)
}

// calendar is how far ahead of the world's clock proposals are dated.
type calendar struct{ ahead atomic.Int64 }

// date writes another time into a proposal before its author signs it. Its
// identifier does not depend on it.
func (c *calendar) date(u ledger.Unsigned) (ledger.Unsigned, error) {
	ahead := time.Duration(c.ahead.Load())
	if ahead == 0 {
		return u, nil
	}
	proposal, header, channel := new(peer.Proposal), new(common.Header), new(common.ChannelHeader)
	if err := errors.Join(proto.Unmarshal(u.Bytes, proposal), proto.Unmarshal(proposal.Header, header), proto.Unmarshal(header.ChannelHeader, channel)); err != nil {
		return u, err
	}
	channel.Timestamp = timestamppb.New(channel.Timestamp.AsTime().Add(ahead))
	var err error
	if header.ChannelHeader, err = proto.Marshal(channel); err != nil {
		return u, err
	}
	if proposal.Header, err = proto.Marshal(header); err != nil {
		return u, err
	}
	u.Bytes, err = proto.Marshal(proposal)
	return u, err
}

// datedLedger and datedRelay prepare proposals of a calendar's time.
type datedLedger struct {
	ledger.Ledger
	*calendar
}

func (d datedLedger) Prepare(ctx context.Context, draft ledger.Draft) (ledger.Unsigned, error) {
	u, err := d.Ledger.Prepare(ctx, draft)
	if err != nil {
		return u, err
	}
	return d.date(u)
}

type datedRelay struct {
	ledger.Relay
	*calendar
}

func (d datedRelay) Prepare(ctx context.Context, draft ledger.Draft) (ledger.Unsigned, error) {
	u, err := d.Relay.Prepare(ctx, draft)
	if err != nil {
		return u, err
	}
	return d.date(u)
}

// monthPasses has authors live in the next month.
func (f *field) monthPasses(o conformance.Opened, c *calendar) {
	f.t.Helper()
	now := time.Now().UTC()
	next := time.Date(now.Year(), now.Month()+1, 2, 0, 0, 0, 0, time.UTC)
	c.ahead.Store(int64(next.Sub(now)))
	w := world.New(uint64(now.UnixNano()))
	if _, err := world.State(f.t.Context(), o.Ledger, o.Registrar(provenance.Brands), &w.Brand); !errors.Is(err, ledger.ErrNotDone) {
		f.t.Fatalf("a transaction of next month ended with %v", err)
	}
	for _, org := range []string{"brands", "auditors", "workers", "oversight"} {
		f.widen("peer." + org)
	}
	await(f.t, "peers that take what is of next month", func() error { return o.Ledger.Ready(f.t.Context()) })
}

// widen starts a peer again that lets proposals be of another month.
func (f *field) widen(node string) {
	f.t.Helper()
	file := filepath.Join(filepath.Dir(f.network.Path()), "nodes", node, "core.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		f.t.Fatal(err)
	}
	wide := bytes.Replace(text, []byte("timewindow: 15m"), []byte("timewindow: 1000h"), 1)
	if bytes.Equal(wide, text) {
		f.t.Fatalf("%s binds no proposal to the clock", file)
	}
	if err := os.WriteFile(file, wide, 0o600); err != nil {
		f.t.Fatal(err)
	}
	before := f.process(node)
	if err := f.network.Kill(node); err != nil {
		f.t.Fatal(err)
	}
	await(f.t, node+" to run again", func() error {
		if p := f.process(node); p.PID == 0 || p.Restarts <= before.Restarts {
			return fmt.Errorf("%+v", p)
		}
		return nil
	})
	await(f.t, "every peer to know the newest block", f.level)
}
