package proof

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// story changes how a record's bundle is made. Its parts are what a network would
// have made of them, so that only what is changed is wrong.
type story struct {
	author    *someone
	signs     *someone // for the author
	endorsers []someone
	orderers  []someone
	code      int32  // of validation
	other     string // transaction that peers are asked about
	beside    [][]byte
	chain     int // headers after the block's
	seal      twist
	alter     func(*Record)
}

// record makes the bundle of the first audit, as if its author had stated it just now.
func (n *network) record(s story) Record {
	t := n.t
	author := n.enrol(provenance.Auditors, "client")
	if s.author != nil {
		author = *s.author
	}
	var r provenance.Record
	for _, r = range n.records {
		if r.Kind == provenance.KindAudit {
			break
		}
	}
	if r.Kind != provenance.KindAudit { // nobody has stated one
		r.Kind, r.ID = provenance.KindAudit, n.world.Audit.ID
		var err error
		if r.Body, err = provenance.Canonical(n.world.Audit); err != nil {
			n.t.Fatal(err)
		}
	}
	nonce := make([]byte, 24)
	if _, err := rand.Read(nonce); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(append(append([]byte{}, nonce...), author.identity...))
	r.Tx, r.At, r.By.Org = hex.EncodeToString(sum[:]), provenance.FormatInstant(n.now), provenance.Auditors
	event, err := provenance.Canonical(provenance.Recorded{Records: []provenance.Record{r}})
	if err != nil {
		t.Fatal(err)
	}
	name := &peer.ChaincodeID{Name: "fairlead"}
	channel := marshal(t, &common.ChannelHeader{Type: 3, ChannelId: "labour", TxId: r.Tx, Timestamp: timestamppb.New(n.now)})
	signature := marshal(t, &common.SignatureHeader{Creator: author.identity, Nonce: nonce})
	call := marshal(t, &peer.ChaincodeProposalPayload{Input: marshal(t, &peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
		ChaincodeId: name, Input: &peer.ChaincodeInput{Args: [][]byte{[]byte("RecordAudit"), r.Body}}}})})
	hash := sha256.New()
	for _, p := range [][]byte{channel, signature, call} {
		hash.Write(p)
	}
	response := marshal(t, &peer.ProposalResponsePayload{ProposalHash: hash.Sum(nil), Extension: marshal(t, &peer.ChaincodeAction{
		Response: &peer.Response{Status: 200}, ChaincodeId: name,
		Events: marshal(t, &peer.ChaincodeEvent{ChaincodeId: "fairlead", TxId: r.Tx, EventName: provenance.EventName, Payload: event})})})
	endorsed := &peer.ChaincodeEndorsedAction{ProposalResponsePayload: response}
	endorsers := s.endorsers
	if endorsers == nil {
		endorsers = []someone{n.peers[provenance.Auditors], n.peers[provenance.Oversight]}
	}
	for _, p := range endorsers {
		endorsed.Endorsements = append(endorsed.Endorsements, &peer.Endorsement{Endorser: p.identity, Signature: p.sign(t, true, response, p.identity)})
	}
	payload := marshal(t, &common.Payload{Header: &common.Header{ChannelHeader: channel, SignatureHeader: signature}, Data: marshal(t, &peer.Transaction{
		Actions: []*peer.TransactionAction{{Header: signature, Payload: marshal(t, &peer.ChaincodeActionPayload{ChaincodeProposalPayload: call, Action: endorsed})}}})})
	signs := author
	if s.signs != nil {
		signs = *s.signs
	}
	envelope := marshal(t, &common.Envelope{Payload: payload, Signature: signs.sign(t, true, payload)})

	answer := marshal(t, &peer.ProcessedTransaction{TransactionEnvelope: &common.Envelope{Payload: payload, Signature: must(read(envelope)).text(2)}, ValidationCode: s.code})
	tx := r.Tx
	if s.other != "" {
		tx = s.other
	}
	s.seal.chaincode = querier
	b := Record{Format: RecordFormat, Kind: r.Kind, ID: r.ID, Seals: []Seal{n.seal([][]byte{[]byte("GetTransactionByID"), []byte("labour"), []byte(tx)}, answer, s.seal)}}
	b.Inclusion = n.inclusion(envelope, s)
	if s.alter != nil {
		s.alter(&b)
	}
	return b
}

func must(m message, err error) message {
	if err != nil {
		panic(err)
	}
	return m
}

// inclusion makes the chain from a transaction's block as orderers sign it.
func (n *network) inclusion(envelope []byte, s story) *Inclusion {
	t := n.t
	in := &Inclusion{Before: append([][]byte{}, s.beside...), After: [][]byte{}, Metadata: []byte("metadata"), Signatures: []BlockSignature{}}
	data := sha256.New()
	for _, e := range append(in.Before, envelope) {
		data.Write(e)
	}
	previous := sha256.Sum256([]byte("the block before"))
	var last []byte
	for i := range s.chain + 1 {
		h := Header{Number: 40 + uint64(i), Previous: previous[:], Data: data.Sum(nil)}
		var err error
		if last, err = h.bytes(); err != nil {
			t.Fatal(err)
		}
		in.Headers = append(in.Headers, Header{Number: h.Number, Previous: append([]byte{}, previous[:]...), Data: h.Data})
		previous = sha256.Sum256(last)
		data = sha256.New()
	}
	orderers := s.orderers
	if orderers == nil {
		orderers = []someone{n.orders[provenance.Brands], n.orders[provenance.Auditors], n.orders[provenance.Workers]}
	}
	for i, o := range orderers {
		header := marshal(t, &common.IdentifierHeader{Identifier: uint32(i + 1), Nonce: []byte("nonce")})
		in.Signatures = append(in.Signatures, BlockSignature{Header: header, Signer: o.identity, Signature: o.sign(t, true, in.Metadata, header, last)})
	}
	return in
}

// recordText is the bundle as it is handed out.
func (n *network) recordText(s story) string {
	text, err := provenance.Canonical(n.record(s))
	if err != nil {
		n.t.Fatal(err)
	}
	return string(text)
}

func TestHonestRecordsHold(t *testing.T) {
	n := told(t)
	for name, c := range map[string]struct {
		story story
		shown bool
	}{
		"alone in the newest block":     {story{}, true},
		"with others, three blocks ago": {story{chain: 3, beside: [][]byte{[]byte("another"), []byte("transaction")}}, true},
		"whose block is not shown":      {story{alter: func(b *Record) { b.Inclusion = nil }}, false},
	} {
		r, err := VerifyRecord([]byte(n.recordText(c.story)), n.roots(), Terms{Now: sealed})
		if err != nil || !r.Holds() || len(r.Steps) != 6 {
			t.Errorf("%s: %v after %d steps, %v", name, failures(r), len(r.Steps), err)
		}
		if shown := r.Steps[len(r.Steps)-1].Result == OK; shown != c.shown {
			t.Errorf("%s: that it was committed is shown: %v", name, shown)
		}
	}
	roots := n.roots()
	roots.Quorum = 0
	r, err := VerifyRecord([]byte(n.recordText(story{})), roots, Terms{Now: sealed})
	if err != nil || !r.Holds() || r.Steps[len(r.Steps)-1].Result != NotShown {
		t.Errorf("without a quorum in the roots it says %v, %v", r.Steps, err)
	}
}
