package fsck

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"google.golang.org/protobuf/proto"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

func party(i int) *provenance.Party {
	return &provenance.Party{ID: fmt.Sprintf("01J%023d", i), Name: "Ropeworks", Country: "TH"}
}

// grown is a network with a few blocks.
func grown(t testing.TB) *network {
	t.Helper()
	n := found(t)
	for i := range 6 {
		n.cut(cutting{commit: []byte{byte(i)}}, n.say(statement{}, party(2*i)), n.say(statement{}, party(2*i+1)))
	}
	return n
}

// rewritten is a block's bytes with a change.
func rewritten(t testing.TB, raw []byte, change func(*common.Block)) []byte {
	t.Helper()
	b := new(common.Block)
	if err := proto.Unmarshal(raw, b); err != nil {
		t.Fatal(err)
	}
	change(b)
	text, err := proto.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheLedgerAloneIsClean(t *testing.T) {
	n := grown(t)
	r := n.run(n.options("", n.copies()...))
	if !r.Clean() || r.Blocks != 7 || r.Transactions != 12 || r.Valid != 12 || r.Records != 12 || r.Model != nil {
		t.Errorf("%v, %+v", r.Difference, r)
	}
}

// TestACopyThatDiffersIsNamed has one peer serve something else than the others.
func TestACopyThatDiffersIsNamed(t *testing.T) {
	n := grown(t)
	forger := found(t) // whose keys are nobody's here
	const at = 4
	for name, c := range map[string]struct {
		change func([][]byte) [][]byte
		what   string
		block  uint64
	}{
		"a byte of a transaction": {func(raw [][]byte) [][]byte {
			raw[at] = rewritten(t, raw[at], func(b *common.Block) { b.Data.Data[1][200] ^= 1 })
			return raw
		}, "transactions are not those that its header names", at},
		"a transaction less": {func(raw [][]byte) [][]byte {
			raw[at] = rewritten(t, raw[at], func(b *common.Block) { b.Data.Data = b.Data.Data[:1] })
			return raw
		}, "transactions are not those that its header names", at},
		"a header that fits a change": {func(raw [][]byte) [][]byte {
			raw[at], _ = n.block(cutting{signers: forger.orderers}, at, n.say(statement{}, party(99)))
			return raw
		}, "0 orderers signed it where 3 are needed: ", at},
		"another history, signed by two of four": {func(raw [][]byte) [][]byte {
			raw[at], _ = n.block(cutting{signers: n.orderers[:2]}, at, n.say(statement{}, party(99)))
			return raw
		}, "2 orderers signed it where 3 are needed", at},
		"another history, signed by one orderer thrice": {func(raw [][]byte) [][]byte {
			raw[at], _ = n.block(cutting{signers: []someone{n.orderers[0], n.orderers[0], n.orderers[0]}}, at, n.say(statement{}, party(99)))
			return raw
		}, "1 orderers signed it where 3 are needed", at},
		"another history, signed by all": {func(raw [][]byte) [][]byte {
			raw[at], _ = n.block(cutting{signers: n.orderers}, at, n.say(statement{}, party(99)))
			return raw
		}, "header differs from that of peer.brands, and both look sound", at},
		"a block of another ledger": {func(raw [][]byte) [][]byte {
			raw[at], _ = n.block(cutting{previous: bytes.Repeat([]byte{7}, 32), signers: n.orderers}, at, n.say(statement{}, party(99)))
			return raw
		}, "does not continue the block before", at},
		"blocks in another order": {func(raw [][]byte) [][]byte {
			raw[at], raw[at+1] = raw[at+1], raw[at]
			return raw
		}, "another block stands in its place", at},
		"another beginning": {func([][]byte) [][]byte { return forger.raw }, "", 0},
		"a transaction that it calls invalid": {func(raw [][]byte) [][]byte {
			raw[at] = rewritten(t, raw[at], func(b *common.Block) { b.Metadata.Metadata[2] = []byte{0, codeReadConflict} })
			return raw
		}, "validation code differs", at},
		"a transaction whose signature it rejects": {func(raw [][]byte) [][]byte {
			raw[at] = rewritten(t, raw[at], func(b *common.Block) { b.Metadata.Metadata[2] = []byte{codePolicy, 0} })
			return raw
		}, "validation code differs", at},
		"no codes": {func(raw [][]byte) [][]byte {
			raw[at] = rewritten(t, raw[at], func(b *common.Block) { b.Metadata.Metadata[2] = nil })
			return raw
		}, "", at},
		"another state": {func(raw [][]byte) [][]byte {
			raw[at] = rewritten(t, raw[at], func(b *common.Block) { b.Metadata.Metadata[4] = []byte("other") })
			return raw
		}, "hash of the state differs", at},
		"a signature of an orderer": {func(raw [][]byte) [][]byte {
			raw[at] = rewritten(t, raw[at], func(b *common.Block) {
				m := new(common.Metadata)
				_ = proto.Unmarshal(b.Metadata.Metadata[0], m)
				m.Signatures[2].Signature[9] ^= 1
				b.Metadata.Metadata[0] = n.marshal(m)
			})
			return raw
		}, "2 orderers signed it where 3 are needed", at},
		"an older configuration": {func(raw [][]byte) [][]byte {
			raw[at], _ = n.block(cutting{last: 3}, at, n.say(statement{}, party(99)))
			return raw
		}, "went by the configuration in block 3 where that of block 0 was due", at},
	} {
		for _, liar := range []int{0, 2} {
			t.Run(fmt.Sprintf("%s, of copy %d", name, liar), func(t *testing.T) {
				copies := n.copies()
				copies[liar].raw = c.change(slices.Clone(n.raw))
				r := n.run(n.options("", copies...))
				d := r.Difference
				if d == nil || d.Block == nil || *d.Block != c.block || !strings.Contains(d.What, c.what) && !(liar == 0 && strings.Contains(d.What, "both look sound")) {
					t.Fatalf("it says %v", d)
				}
				// Where two sound copies differ, nobody knows which of them is right.
				if d.Peer != copies[liar].name && !strings.Contains(d.What, "differs from that of") && name != "no codes" {
					t.Errorf("it names %s", d.Peer)
				}
			})
		}
	}
}

// TestATransactionThatDoesNotHoldIsNamed has all peers and orderers agree on what
// none should have let pass.
func TestATransactionThatDoesNotHoldIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		make func(*network) madeTx
		code byte
		what string
	}{
		"signed by somebody else":       {func(n *network) madeTx { return n.say(statement{altered: true}, party(50)) }, 0, "its author: the signature of Suppliers is not over what stands there"},
		"signed with the higher S":      {func(n *network) madeTx { return n.say(statement{high: true}, party(50)) }, 0, "higher S"},
		"of an author nobody knows":     {func(n *network) madeTx { s := found(n.t).author; return n.say(statement{author: &s}, party(50)) }, 0, "leads to none of its roots"},
		"with an identifier of its own": {func(n *network) madeTx { return n.say(statement{id: strings.Repeat("ab", 32)}, party(50)) }, 0, "identifier is not the hash"},
		"of another channel":            {func(n *network) madeTx { return n.say(statement{channel: "other"}, party(50)) }, 0, "another channel"},
		"endorsed for another proposal": {func(n *network) madeTx { return n.say(statement{otherProposal: true}, party(50)) }, 0, "answer to another proposal"},
		"endorsed by two of one kind": {func(n *network) madeTx {
			return n.say(statement{endorsers: []someone{n.peers[provenance.Brands], n.peers[provenance.Auditors]}}, party(50))
		}, 0, "no commercial and independent"},
		"endorsed by one twice": {func(n *network) madeTx {
			return n.say(statement{endorsers: []someone{n.peers[provenance.Brands], n.peers[provenance.Brands]}}, party(50))
		}, 0, "no commercial and independent"},
		"endorsed by nobody": {func(n *network) madeTx { return n.say(statement{endorsers: []someone{}}, party(50)) }, 0, "no commercial and independent"},
		"endorsed by a client": {func(n *network) madeTx {
			return n.say(statement{endorsers: []someone{n.peers[provenance.Brands], n.enrol(provenance.Workers, "client")}}, party(50))
		}, 0, "is no peer"},
		"endorsed with another's key": {func(n *network) madeTx {
			p := n.peers[provenance.Workers]
			p.key = n.newKey()
			return n.say(statement{endorsers: []someone{n.peers[provenance.Brands], p}}, party(50))
		}, 0, "an endorsement: the signature of Workers"},
		"private, without Workers": {func(n *network) madeTx {
			return n.say(statement{private: true, endorsers: []someone{n.peers[provenance.Brands]}})
		}, 0, "what Workers hold"},
		"rejected though its author signed": {func(n *network) madeTx { return n.say(statement{}, party(50)) }, codeBadCreator, "BAD_CREATOR_SIGNATURE, and its signatures hold"},
		"rejected though it was endorsed":   {func(n *network) madeTx { return n.say(statement{}, party(50)) }, codePolicy, "ENDORSEMENT_POLICY_FAILURE, and its signatures hold"},
		"late, and never signed":            {func(n *network) madeTx { return n.say(statement{altered: true}, party(50)) }, codeReadConflict, "MVCC_READ_CONFLICT, and its author"},
		"of an author out of date": {func(n *network) madeTx {
			defer func(now time.Time) { n.now = now }(n.now)
			n.now = dawn.AddDate(11, 0, 0)
			return n.say(statement{}, party(50))
		}, 0, "not in date"},
		"a record of another time": {func(n *network) madeTx {
			return n.say(statement{record: func(r *provenance.Record) { r.At = "2026-12-24T00:00:00.000Z" }}, party(50))
		}, 0, "names another time"},
		"a record of another transaction": {func(n *network) madeTx {
			return n.say(statement{record: func(r *provenance.Record) { r.Tx = "x" }}, party(50))
		}, 0, "names another transaction"},
		"a record in another's name": {func(n *network) madeTx {
			return n.say(statement{record: func(r *provenance.Record) { r.By.Org = provenance.Auditors }}, party(50))
		}, 0, "another organisation as its author's"},
		"a record that does not fit": {func(n *network) madeTx {
			return n.say(statement{record: func(r *provenance.Record) { r.Kind = provenance.KindEvent }}, party(50))
		}, 0, "does not fit its kind"},
		"stated before, and counted again": {func(n *network) madeTx { tx := n.say(statement{}, party(50)); n.cut(cutting{}, tx); return tx }, 0, "although the same identifier counted before"},
		"called a repetition":              {func(n *network) madeTx { return n.say(statement{}, party(50)) }, codeDuplicate, "repetition of none"},
	} {
		t.Run(name, func(t *testing.T) {
			n := grown(t)
			tx := c.make(n)
			at := uint64(len(n.raw))
			n.cut(cutting{codes: []byte{0, c.code}}, n.say(statement{}, party(51)), tx)
			n.cut(cutting{}, n.say(statement{}, party(52)))
			r := n.run(n.options("", n.copies()...))
			d := r.Difference
			if d == nil || d.Block == nil || *d.Block != at || d.Tx != tx.tx.ID || !strings.Contains(d.What, c.what) {
				t.Fatalf("it says %v", d)
			}
			if r.Clean() {
				t.Error("it is called clean")
			}
		})
	}
}

func TestWhatPeersRejectedForItsSignatureIsNoDifference(t *testing.T) {
	n := grown(t)
	twice := n.say(statement{}, party(60))
	n.cut(cutting{codes: []byte{codeBadCreator, codePolicy, codeBadTx, 0, codeDuplicate}},
		n.say(statement{altered: true}, party(50)), n.say(statement{endorsers: []someone{n.peers[provenance.Brands]}}, party(51)),
		n.say(statement{id: strings.Repeat("cd", 32)}, party(52)), twice, twice)
	r := n.run(n.options("", n.copies()...))
	if !r.Clean() || r.Transactions != 17 || r.Valid != 13 {
		t.Errorf("%v, %+v", r.Difference, r)
	}
}

// TestWhatATransactionReadIsFollowed has transactions read keys at versions that
// stood there, or did not.
func TestWhatATransactionReadIsFollowed(t *testing.T) {
	read := func(key string, version ...uint64) statement {
		r := &kvrwset.KVRead{Key: key}
		if version != nil {
			r.Version = &kvrwset.Version{BlockNum: version[0], TxNum: version[1]}
		}
		return statement{reads: []*kvrwset.KVRead{r}}
	}
	write := func(key string) statement {
		return statement{writes: []*kvrwset.KVWrite{{Key: key, Value: []byte("v")}}}
	}
	remove := statement{writes: []*kvrwset.KVWrite{{Key: "k", IsDelete: true}}}
	for name, c := range map[string]struct {
		first, then statement // in the blocks 1 and 2, each the second of its block
		code        byte
		what        string // empty where nothing differs
	}{
		"nothing was there":                 {statement{}, read("k"), 0, ""},
		"what was written":                  {write("k"), read("k", 1, 1), 0, ""},
		"what was deleted":                  {remove, read("k"), 0, ""},
		"as if nothing had been written":    {write("k"), read("k"), 0, "read a key of \"fairlead\" that had changed before"},
		"another version":                   {write("k"), read("k", 1, 0), 0, "that had changed before"},
		"what nobody wrote":                 {statement{}, read("k", 1, 1), 0, "that had changed before"},
		"late, and rejected":                {write("k"), read("k"), codeReadConflict, ""},
		"in time, and rejected as if late":  {write("k"), read("k", 1, 1), codeReadConflict, "nothing that it read had changed"},
		"what was there is taken for fresh": {remove, read("k", 1, 1), 0, "that had changed before"},
	} {
		t.Run(name, func(t *testing.T) {
			n := found(t)
			n.cut(cutting{}, n.say(statement{}, party(0)), n.say(c.first, party(1)))
			late := n.say(c.then, party(3))
			n.cut(cutting{codes: []byte{0, c.code}}, n.say(statement{}, party(2)), late)
			d := n.run(n.options("", n.copies()...)).Difference
			if c.what == "" && d != nil || c.what != "" && (d == nil || *d.Block != 2 || d.Tx != late.tx.ID || !strings.Contains(d.What, c.what)) {
				t.Errorf("it says %v", d)
			}
		})
	}
}

// TestTwoRecordsUnderOneIdentifierAreNamed is what the contract never lets pass.
func TestTwoRecordsUnderOneIdentifierAreNamed(t *testing.T) {
	n := grown(t)
	path, _ := n.projected(len(n.told))
	other := party(3)
	other.Name = "Other"
	n.cut(cutting{}, n.say(statement{}, other))
	exec(t, path, `UPDATE position SET height = height + 1, hash = ?, at = ?`, n.told[len(n.told)-1].Hash, provenance.FormatInstant(n.now))
	r := n.run(n.options(path, n.copies()...))
	if d := r.Difference; d == nil || d.Record != "party "+other.ID || !strings.Contains(d.What, "twice, and differently") {
		t.Errorf("it says %v", d)
	}
}

func TestALaterConfigurationCountsFromItsBlock(t *testing.T) {
	n := grown(t)
	issuer := n.orgs[provenance.Suppliers]
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: dawn, NextUpdate: dawn.AddDate(1, 0, 0),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: n.author.certificate.SerialNumber, RevocationTime: dawn}}}, issuer.intermediate, issuer.key)
	if err != nil {
		t.Fatal(err)
	}
	n.revoked[provenance.Suppliers] = pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: list})
	at := uint64(len(n.raw))
	n.configure()
	other := n.enrol(provenance.Suppliers, "client")
	n.cut(cutting{last: at}, n.say(statement{author: &other}, party(70)))
	if r := n.run(n.options("", n.copies()...)); !r.Clean() {
		t.Fatalf("before anybody writes with the revoked certificate: %v", r.Difference)
	}
	n.cut(cutting{last: at}, n.say(statement{}, party(71)))
	r := n.run(n.options("", n.copies()...))
	if d := r.Difference; d == nil || *d.Block != at+2 || !strings.Contains(d.What, "revoked") {
		t.Errorf("it says %v", d)
	}
}

// TestTheFirstConfigurationRestsOnWhatIsPinned: nobody signs it.
func TestTheFirstConfigurationRestsOnWhatIsPinned(t *testing.T) {
	n := grown(t)
	o := n.options("", n.copies()...)
	o.Roots = found(t).roots()
	r := n.run(o)
	if d := r.Difference; d == nil || *d.Block != 0 || !strings.Contains(d.What, "a root that is not pinned") {
		t.Errorf("it says %v", d)
	}
	delete(o.Roots, provenance.Workers)
	if d := n.run(o).Difference; d == nil || *d.Block != 0 {
		t.Errorf("it says %v", d)
	}
}

// TestWhatIsNotReachedIsSaid: and nothing of it is called good.
func TestWhatIsNotReachedIsSaid(t *testing.T) {
	n := grown(t)
	path, _ := n.projected(len(n.told))
	for name, change := range map[string]func(*kept){
		"from the start":  func(k *kept) { k.err = errGone },
		"in the middle":   func(k *kept) { k.until = 3 },
		"behind the rest": func(k *kept) { k.raw = k.raw[:4] },
		"empty":           func(k *kept) { k.raw = nil },
		"no block":        func(k *kept) { k.raw = slices.Clone(k.raw); k.raw[3] = []byte("no block") },
	} {
		for _, gone := range []int{0, 3} {
			copies := n.copies()
			change(&copies[gone])
			r := n.run(n.options(path, copies...))
			if r.Clean() || r.Looked() || r.Difference != nil || r.Copies[gone].Reason == "" || r.Copies[1].Reason != "" || r.Blocks != 7 || !r.Model.Compared {
				t.Errorf("%s, copy %d: %v, %+v", name, gone, r.Difference, r)
			}
		}
	}
	copies := n.copies()
	for i := range copies {
		copies[i].err = errGone
	}
	if _, err := Run(t.Context(), n.options("", copies...)); !errors.Is(err, ErrNoCopy) {
		t.Errorf("of no copy at all it says %v", err)
	}
	ahead, _ := n.projected(len(n.told))
	copies = n.copies()
	copies[0].err = errGone
	for i := range copies[1:] {
		copies[i+1].raw = n.raw[:5]
	}
	if r, err := Run(t.Context(), n.options(ahead, copies...)); !errors.Is(err, ErrModel) || r.Difference != nil || r.Clean() {
		t.Errorf("of a read model that is ahead of the copies that are reached it says %v, %v", r.Difference, err)
	}
	copies = n.copies()
	for i := range copies {
		copies[i].until = 2
	}
	if r, err := Run(t.Context(), n.options("", copies...)); !errors.Is(err, ErrNoCopy) || r.Clean() {
		t.Errorf("of copies that all end it says %v", err)
	}
}

func TestAnUnknownEventIsNoDifference(t *testing.T) {
	n := grown(t)
	n.cut(cutting{}, n.say(statement{record: func(r *provenance.Record) { r.Kind = "rumour" }}, party(50)))
	if r, err := Run(t.Context(), n.options("", n.copies()...)); !errors.Is(err, errUnknown) || r.Clean() && r.Blocks == 8 {
		t.Errorf("it says %v", err)
	}
}

func BenchmarkRun(b *testing.B) {
	n := found(b)
	for i := range 200 {
		var txs []madeTx
		for j := range 10 {
			txs = append(txs, n.say(statement{}, party(10*i+j)))
		}
		n.cut(cutting{}, txs...)
	}
	path, _ := n.projected(len(n.told))
	o := n.options(path, n.copies()...)
	began := time.Now()
	for b.Loop() {
		if r, err := Run(b.Context(), o); err != nil || !r.Clean() {
			b.Fatal(err, r.Difference)
		}
	}
	b.ReportMetric(float64(2000*b.N)/time.Since(began).Seconds(), "tx/s")
	b.ReportMetric(float64(200*b.N)/time.Since(began).Seconds(), "blocks/s")
}
