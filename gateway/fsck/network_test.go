package fsck

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// testAuthority is an organisation's root and the intermediate that issues.
type testAuthority struct {
	root, intermediate *x509.Certificate
	key                *ecdsa.PrivateKey // of the intermediate
}

// someone has a certificate and its key.
type someone struct {
	org         provenance.Org
	certificate *x509.Certificate
	identity    []byte
	key         *ecdsa.PrivateKey
}

// network makes a ledger's blocks in Fabric's own bytes.
type network struct {
	t        testing.TB
	orgs     map[provenance.Org]*testAuthority
	peers    map[provenance.Org]someone
	orderers []someone
	author   someone
	now      time.Time
	raw      [][]byte       // the chain
	told     []ledger.Block // and what the projector is told of it
	revoked  map[provenance.Org][]byte
}

var dawn = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

const (
	channelName   = "labour"
	chaincodeName = "fairlead"
)

func orderingOrgs() []provenance.Org {
	return []provenance.Org{provenance.Brands, provenance.Auditors, provenance.Workers, provenance.Oversight}
}

// found makes a network whose ledger holds its configuration.
func found(t testing.TB) *network {
	t.Helper()
	n := &network{t: t, orgs: map[provenance.Org]*testAuthority{}, peers: map[provenance.Org]someone{}, now: dawn, revoked: map[provenance.Org][]byte{}}
	for _, org := range provenance.Orgs() {
		n.orgs[org] = n.authority(org)
	}
	for _, org := range orderingOrgs() {
		n.peers[org] = n.enrol(org, "peer")
		n.orderers = append(n.orderers, n.enrol(org, "orderer"))
	}
	n.author = n.enrol(provenance.Suppliers, "client")
	n.configure()
	return n
}

func (n *network) issue(template, parent *x509.Certificate, public any, key *ecdsa.PrivateKey) *x509.Certificate {
	n.t.Helper()
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		n.t.Fatal(err)
	}
	template.SerialNumber = serial
	template.NotBefore, template.NotAfter = dawn.AddDate(-1, 0, 0), dawn.AddDate(10, 0, 0)
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		n.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		n.t.Fatal(err)
	}
	return c
}

func (n *network) newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		n.t.Fatal(err)
	}
	return key
}

func (n *network) authority(org provenance.Org) *testAuthority {
	ca := func(name string) *x509.Certificate {
		return &x509.Certificate{Subject: pkix.Name{CommonName: string(org) + name}, IsCA: true, BasicConstraintsValid: true,
			KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	}
	rootKey, key := n.newKey(), n.newKey()
	template := ca(" root")
	root := n.issue(template, template, rootKey.Public(), rootKey)
	return &testAuthority{root, n.issue(ca(" members"), root, key.Public(), rootKey), key}
}

func (n *network) enrol(org provenance.Org, unit string) someone {
	a, key := n.orgs[org], n.newKey()
	c := n.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "node", OrganizationalUnit: []string{unit}}, KeyUsage: x509.KeyUsageDigitalSignature},
		a.intermediate, key.Public(), a.key)
	return someone{org, c, n.marshal(&msp.SerializedIdentity{Mspid: org.MSP(), IdBytes: pemOf(c)}), key}
}

func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

func (n *network) marshal(m proto.Message) []byte {
	n.t.Helper()
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		n.t.Fatal(err)
	}
	return text
}

func (n *network) sign(who someone, high bool, parts ...[]byte) []byte {
	n.t.Helper()
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(p)
	}
	r, s, err := ecdsa.Sign(rand.Reader, who.key, sum.Sum(nil))
	if err != nil {
		n.t.Fatal(err)
	}
	if s.Cmp(halfOrder) > 0 != high {
		s.Sub(elliptic.P256().Params().N, s)
	}
	text, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		n.t.Fatal(err)
	}
	return text
}

func (n *network) roots() map[provenance.Org][]string {
	roots := map[provenance.Org][]string{}
	for org, a := range n.orgs {
		roots[org] = []string{string(pemOf(a.root))}
	}
	return roots
}

// configure adds a block with a configuration.
func (n *network) configure() {
	group := func(orgs []provenance.Org) *common.ConfigGroup {
		g := &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{}, Values: map[string]*common.ConfigValue{}}
		for _, org := range orgs {
			a := n.orgs[org]
			definition := &msp.FabricMSPConfig{Name: org.MSP(), RootCerts: [][]byte{pemOf(a.root)}, IntermediateCerts: [][]byte{pemOf(a.intermediate)}}
			if list := n.revoked[org]; list != nil {
				definition.RevocationList = [][]byte{list}
			}
			g.Groups[org.MSP()] = &common.ConfigGroup{Values: map[string]*common.ConfigValue{
				"MSP": {Value: n.marshal(&msp.MSPConfig{Config: n.marshal(definition)})},
			}}
		}
		return g
	}
	ordering := group(orderingOrgs())
	consenters := &common.Orderers{}
	for i, o := range n.orderers {
		consenters.ConsenterMapping = append(consenters.ConsenterMapping, &common.Consenter{Id: uint32(i + 1), MspId: o.org.MSP(), Identity: pemOf(o.certificate)})
	}
	ordering.Values["ConsensusType"] = &common.ConfigValue{Value: n.marshal(&orderer.ConsensusType{Type: "BFT"})}
	ordering.Values["Orderers"] = &common.ConfigValue{Value: n.marshal(consenters)}
	config := &common.ConfigEnvelope{Config: &common.Config{ChannelGroup: &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{
		"Application": group(provenance.Orgs()), "Orderer": ordering,
	}}}}
	from := n.orderers[0]
	payload := n.marshal(&common.Payload{
		Header: &common.Header{
			ChannelHeader:   n.marshal(&common.ChannelHeader{Type: int32(common.HeaderType_CONFIG), ChannelId: channelName, Timestamp: timestamppb.New(n.now)}),
			SignatureHeader: n.marshal(&common.SignatureHeader{Creator: from.identity, Nonce: []byte("nonce")}),
		},
		Data: n.marshal(config),
	})
	envelope := n.marshal(&common.Envelope{Payload: payload, Signature: n.sign(from, false, payload)})
	n.cut(cutting{config: true}, madeTx{envelope: envelope})
}

// statement changes how a transaction is made.
type statement struct {
	author        *someone
	endorsers     []someone
	high          bool // the author signs with the higher S
	id            string
	altered       bool // the author's signature is over something else
	channel       string
	private       bool // writes to Workers' collection alone
	otherProposal bool
	reads         []*kvrwset.KVRead
	writes        []*kvrwset.KVWrite
	record        func(*provenance.Record)
}

// madeTx is an envelope with what a projector is told of it.
type madeTx struct {
	envelope []byte
	tx       ledger.Transaction
}

// say makes a transaction that states something.
func (n *network) say(s statement, statements ...provenance.Statement) madeTx {
	n.now = n.now.Add(time.Second)
	author := n.author
	if s.author != nil {
		author = *s.author
	}
	nonce := make([]byte, 24)
	if _, err := rand.Read(nonce); err != nil {
		n.t.Fatal(err)
	}
	sum := sha256.Sum256(append(append([]byte{}, nonce...), author.identity...))
	tx := ledger.Transaction{ID: hex.EncodeToString(sum[:]), Code: ledger.CodeValid, At: n.now, Event: provenance.EventName}
	if s.id != "" {
		tx.ID = s.id
	}
	payload := provenance.Recorded{Records: []provenance.Record{}}
	for _, st := range statements {
		r := provenance.Record{Kind: st.Kind(), ID: st.Key(), By: provenance.Author{Org: author.org}, At: provenance.FormatInstant(n.now), Tx: tx.ID, About: []provenance.Ref{}, Body: n.canonical(st)}
		for _, reference := range st.References() {
			if reference.Subject {
				r.About = append(r.About, reference.Ref)
			}
		}
		if e, ok := st.(*provenance.Event); ok {
			r.About = append(r.About, append(e.Makes(), e.Sees()...)...)
		}
		if s.record != nil {
			s.record(&r)
		}
		payload.Records = append(payload.Records, r)
	}
	tx.Payload = n.canonical(payload)
	if s.private {
		tx.Event, tx.Payload = "", nil
	}
	return madeTx{n.envelope(s, author, nonce, tx, n.canonical(payload)), tx}
}

func (n *network) canonical(v any) []byte {
	text, err := provenance.Canonical(v)
	if err != nil {
		n.t.Fatal(err)
	}
	return text
}

// envelope puts a transaction into the bytes that a block holds.
func (n *network) envelope(s statement, author someone, nonce []byte, tx ledger.Transaction, event []byte) []byte {
	name := channelName
	if s.channel != "" {
		name = s.channel
	}
	channel := n.marshal(&common.ChannelHeader{Type: int32(common.HeaderType_ENDORSER_TRANSACTION), ChannelId: name, TxId: tx.ID, Timestamp: timestamppb.New(n.now)})
	signature := n.marshal(&common.SignatureHeader{Creator: author.identity, Nonce: nonce})
	proposal := n.marshal(&peer.ChaincodeProposalPayload{Input: []byte("the call")})
	hashed := sha256.New()
	for _, part := range [][]byte{channel, signature, proposal} {
		hashed.Write(part)
	}
	if s.otherProposal {
		hashed.Write([]byte("more"))
	}
	set := &rwset.NsReadWriteSet{Namespace: chaincodeName, Rwset: n.marshal(&kvrwset.KVRWSet{Reads: s.reads,
		Writes: append([]*kvrwset.KVWrite{{Key: tx.ID, Value: []byte("v")}}, s.writes...)})}
	if s.private {
		set.Rwset = nil
		set.CollectionHashedRwset = []*rwset.CollectionHashedReadWriteSet{{CollectionName: "workersAnswers",
			HashedRwset: n.marshal(&kvrwset.HashedRWSet{HashedWrites: []*kvrwset.KVWriteHash{{KeyHash: []byte("k"), ValueHash: []byte("v")}}})}}
	}
	response := n.marshal(&peer.ProposalResponsePayload{ProposalHash: hashed.Sum(nil), Extension: n.marshal(&peer.ChaincodeAction{
		Results:     n.marshal(&rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{set}}),
		Events:      n.marshal(&peer.ChaincodeEvent{ChaincodeId: chaincodeName, TxId: tx.ID, EventName: provenance.EventName, Payload: event}),
		Response:    &peer.Response{Status: 200},
		ChaincodeId: &peer.ChaincodeID{Name: chaincodeName},
	})})
	endorsers := s.endorsers
	if endorsers == nil {
		endorsers = []someone{n.peers[provenance.Brands], n.peers[provenance.Workers]}
	}
	action := &peer.ChaincodeEndorsedAction{ProposalResponsePayload: response}
	for _, p := range endorsers {
		action.Endorsements = append(action.Endorsements, &peer.Endorsement{Endorser: p.identity, Signature: n.sign(p, false, response, p.identity)})
	}
	payload := n.marshal(&common.Payload{
		Header: &common.Header{ChannelHeader: channel, SignatureHeader: signature},
		Data: n.marshal(&peer.Transaction{Actions: []*peer.TransactionAction{{Header: signature,
			Payload: n.marshal(&peer.ChaincodeActionPayload{ChaincodeProposalPayload: proposal, Action: action})}}}),
	})
	over := payload
	if s.altered {
		over = append([]byte("not "), payload...)
	}
	return n.marshal(&common.Envelope{Payload: payload, Signature: n.sign(author, s.high, over)})
}

// cutting changes how a block is made.
type cutting struct {
	config   bool
	previous []byte
	data     []byte // hash
	signers  []someone
	last     uint64 // configuration that it names
	codes    []byte
	commit   []byte
}

// cut adds a block.
func (n *network) cut(c cutting, txs ...madeTx) { n.add(n.block(c, uint64(len(n.raw)), txs...)) }

func (n *network) add(raw []byte, told ledger.Block) {
	n.raw, n.told = append(n.raw, raw), append(n.told, told)
}

// block makes the block of a number, after those that are there.
func (n *network) block(c cutting, number uint64, txs ...madeTx) ([]byte, ledger.Block) {
	n.t.Helper()
	var previous []byte
	if number > 0 {
		previous = n.told[number-1].Hash
	}
	if c.previous != nil {
		previous = c.previous
	}
	sum := sha256.New()
	data := &common.BlockData{}
	codes := c.codes
	told := ledger.Block{Number: number, Previous: previous}
	for _, tx := range txs {
		sum.Write(tx.envelope)
		data.Data = append(data.Data, tx.envelope)
		if c.codes == nil {
			codes = append(codes, 0)
		}
		if tx.tx.ID != "" {
			if code := codes[len(data.Data)-1]; code != 0 {
				tx.tx.Code = peer.TxValidationCode(code).String()
			}
			told.Transactions = append(told.Transactions, tx.tx)
		}
	}
	header := &common.BlockHeader{Number: number, PreviousHash: previous, DataHash: sum.Sum(nil)}
	if c.data != nil {
		header.DataHash = c.data
	}
	der, err := asn1.Marshal(struct {
		Number             *big.Int
		Previous, DataHash []byte
	}{new(big.Int).SetUint64(number), header.PreviousHash, header.DataHash})
	if err != nil {
		n.t.Fatal(err)
	}
	hash := sha256.Sum256(der)
	told.Hash = hash[:]
	last := c.last
	if c.config {
		last = number
	}
	signers := n.orderers[:3]
	if c.signers != nil {
		signers = c.signers
	}
	m := &common.Metadata{Value: n.marshal(&common.OrdererBlockMetadata{LastConfig: &common.LastConfig{Index: last}})}
	for _, o := range signers {
		for i, known := range n.orderers {
			if known.org != o.org {
				continue
			}
			head := n.marshal(&common.IdentifierHeader{Identifier: uint32(i + 1), Nonce: []byte("nonce")})
			m.Signatures = append(m.Signatures, &common.MetadataSignature{IdentifierHeader: head, Signature: n.sign(o, false, m.Value, head, der)})
		}
	}
	if number == 0 {
		m.Signatures = nil
	}
	return n.marshal(&common.Block{Header: header, Data: data, Metadata: &common.BlockMetadata{Metadata: [][]byte{n.marshal(m), nil, codes, nil, c.commit}}}), told
}

// chainReader lets the projector follow the chain.
type chainReader struct{ blocks []ledger.Block }

var errEnd = errors.New("the chain ends here")

func (r chainReader) Follow(ctx context.Context, first uint64, deliver func(ledger.Block) error) error {
	for _, b := range r.blocks[first:] {
		if err := deliver(b); err != nil {
			return err
		}
	}
	return errEnd
}

func (r chainReader) Height(context.Context) (uint64, error) { return uint64(len(r.blocks)), nil }
func (r chainReader) Ready(context.Context) error            { return nil }
func (r chainReader) Record(context.Context, provenance.Kind, string) (provenance.Record, error) {
	panic("the read model never asks the ledger for a record")
}

// kept is a copy of the ledger.
type kept struct {
	name  string
	raw   [][]byte
	err   error // of the first question
	until int   // blocks that it gives before it fails; all when 0
}

var errGone = errors.New("connection refused")

func (k kept) Name() string { return k.name }

func (k kept) Height(context.Context) (uint64, error) { return uint64(len(k.raw)), k.err }

func (k kept) Blocks(ctx context.Context, first, end uint64, deliver func([]byte) error) error {
	for i, text := range k.raw[first:min(end, uint64(len(k.raw)))] {
		if k.until > 0 && i >= k.until {
			return errGone
		}
		if err := deliver(text); err != nil {
			return err
		}
	}
	if uint64(len(k.raw)) < end {
		return errGone
	}
	return nil
}

// copies are four equal copies.
func (n *network) copies() []kept {
	var all []kept
	for _, name := range []string{"peer.brands", "peer.auditors", "peer.workers", "peer.oversight"} {
		all = append(all, kept{name: name, raw: n.raw})
	}
	return all
}

func (n *network) options(model string, copies ...kept) Options {
	o := Options{Channel: channelName, Chaincode: chaincodeName, Roots: n.roots(), Model: model, Scratch: n.t.TempDir()}
	for _, k := range copies {
		o.Copies = append(o.Copies, k)
	}
	return o
}
