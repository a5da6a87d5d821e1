package fabric

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"math/big"
	"strings"
	"testing"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// envelope is a transaction as blocks hold it.
func envelope(t testing.TB, event *peer.ChaincodeEvent) []byte {
	t.Helper()
	author, _ := newAuthor(t, provenance.Auditors)
	u := propose(t, draft(author))
	return marshal(t, &common.Envelope{Payload: endorse(t, u.Bytes, event), Signature: make([]byte, 71)})
}

func configuration(t testing.TB, kind common.HeaderType) []byte {
	t.Helper()
	return marshal(t, &common.Envelope{Payload: marshal(t, &common.Payload{
		Header: &common.Header{ChannelHeader: marshal(t, &common.ChannelHeader{Type: int32(kind), ChannelId: "labour"})},
		Data:   []byte("settings"),
	})})
}

func TestABlockTellsOfItsTransactions(t *testing.T) {
	codes := []byte{byte(peer.TxValidationCode_VALID), byte(peer.TxValidationCode_MVCC_READ_CONFLICT), byte(peer.TxValidationCode_VALID)}
	b := block(7, []byte("before"), codes,
		envelope(t, recorded(`{"records":[]}`)), envelope(t, recorded("lost")), envelope(t, nil))
	got, err := parseBlock(b, "fairlead")
	if err != nil {
		t.Fatal(err)
	}
	if got.Number != 7 || string(got.Previous) != "before" || len(got.Transactions) != 3 {
		t.Fatalf("block %d after %q with %d transactions", got.Number, got.Previous, len(got.Transactions))
	}
	for n, want := range []struct{ code, event, payload string }{
		{"VALID", provenance.EventName, `{"records":[]}`},
		{"MVCC_READ_CONFLICT", provenance.EventName, "lost"},
		{"VALID", "", ""},
	} {
		tx := got.Transactions[n]
		if tx.Code != want.code || tx.Event != want.event || string(tx.Payload) != want.payload || !tx.At.Equal(moment) || len(tx.ID) != 64 {
			t.Errorf("transaction %d is %s at %v: %s with %q from %q", n, tx.Code, tx.At, tx.Event, tx.Payload, tx.ID)
		}
	}
}

// The form was checked against blocks of a real network: see the e2e test.
func TestABlocksHashCoversItsHeader(t *testing.T) {
	b := block(1<<40, []byte("before"), nil)
	got, err := parseBlock(b, "fairlead")
	if err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(struct {
		N              *big.Int
		Previous, Data []byte
	}{big.NewInt(1 << 40), []byte("before"), b.Header.DataHash})
	if err != nil {
		t.Fatal(err)
	}
	if want := sha256.Sum256(der); !bytes.Equal(got.Hash, want[:]) {
		t.Errorf("hash %x, want %x", got.Hash, want)
	}
}

func TestConfigurationIsNobodysTransaction(t *testing.T) {
	got, err := parseBlock(block(0, nil, []byte{0}, configuration(t, common.HeaderType_CONFIG)), "fairlead")
	if err != nil || len(got.Transactions) != 0 {
		t.Errorf("%d transactions, %v", len(got.Transactions), err)
	}
}

func TestAnotherChaincodesEventIsNotOurs(t *testing.T) {
	event := recorded("false")
	event.ChaincodeId = "impostor"
	got, err := parseBlock(block(3, nil, []byte{0}, envelope(t, event)), "fairlead")
	if err != nil {
		t.Fatal(err)
	}
	if tx := got.Transactions[0]; tx.Event != "" || tx.Payload != nil {
		t.Errorf("event %s with %q", tx.Event, tx.Payload)
	}
}

// A transaction that writes to a private collection alone is endorsed by that
// collection's organisation alone: its event is not the ledger's.
func TestTheEventOfAPrivateTransactionIsNotTheLedgers(t *testing.T) {
	event := marshal(t, recorded("forged"))
	for name, c := range map[string]struct {
		results []byte
		counts  bool
	}{
		"a public write":              {writing(t, "fairlead", []byte("v")), true},
		"a private one alone":         {writing(t, "fairlead", nil), false},
		"a write of another's state":  {writing(t, "impostor", []byte("v")), false},
		"no write":                    {nil, false},
		"a write that is overwritten": {append(writing(t, "fairlead", []byte("v")), 0x12, 0), true}, // one more, empty set
	} {
		t.Run(name, func(t *testing.T) {
			action := marshal(t, &peer.ChaincodeAction{Results: c.results, Events: event})
			public, err := writesPublicly(action, "fairlead")
			if err != nil || public != c.counts {
				t.Errorf("it counts: %v, %v", public, err)
			}
		})
	}
	if _, err := writesPublicly(marshal(t, &peer.ChaincodeAction{Results: []byte{0xff}}), "fairlead"); err == nil {
		t.Error("what is no list of writes was read")
	}
}

func TestAnUnreadableTransactionCountsOnlyWhenValid(t *testing.T) {
	bad := byte(peer.TxValidationCode_BAD_PAYLOAD)
	got, err := parseBlock(block(3, nil, []byte{bad}, []byte("\xff")), "fairlead")
	if err != nil || len(got.Transactions) != 1 || got.Transactions[0].Code != "BAD_PAYLOAD" {
		t.Errorf("invalid: %+v, %v", got.Transactions, err)
	}
	if _, err := parseBlock(block(3, nil, []byte{0}, []byte("\xff")), "fairlead"); err == nil {
		t.Error("valid, though unreadable")
	}
}

func TestABlockWithSomethingWrongIsNotRead(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*common.Block)
		says   string
	}{
		"no header":             {func(b *common.Block) { b.Header = nil }, "without header"},
		"another transaction":   {func(b *common.Block) { b.Data.Data[0] = configuration(t, common.HeaderType_CONFIG) }, "not those of its header"},
		"a transaction too few": {func(b *common.Block) { b.Data.Data = nil }, "not those of its header"},
		"no codes":              {func(b *common.Block) { b.Metadata.Metadata[2] = nil }, "valid"},
		"a code too many":       {func(b *common.Block) { b.Metadata.Metadata[2] = []byte{0, 0} }, "valid"},
		"no metadata":           {func(b *common.Block) { b.Metadata = nil }, "valid"},
	} {
		t.Run(name, func(t *testing.T) {
			b := block(3, nil, []byte{0}, envelope(t, nil))
			c.change(b)
			if _, err := parseBlock(b, "fairlead"); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want something on %q", err, c.says)
			}
		})
	}
}

// A client may write fields twice, or split a message in two; peers read that
// by the rules of protocol buffers, and so must we, or the same block would say
// one thing to them and another to us.
func TestFieldsWrittenTwiceAreReadAsPeersDo(t *testing.T) {
	event := append(marshal(t, recorded("first")), marshal(t, &peer.ChaincodeEvent{Payload: []byte("second")})...)
	event = protowire.AppendTag(event, 4, protowire.VarintType) // of another wire type: unknown
	event = protowire.AppendVarint(event, 9)
	action := append(marshal(t, &peer.ChaincodeAction{Events: []byte("overwritten")}), marshal(t, &peer.ChaincodeAction{Events: event, Results: writing(t, "fairlead", []byte("v"))})...)
	// The endorsed action in two parts, the second without a payload.
	endorsed := marshal(t, &peer.ChaincodeActionPayload{Action: &peer.ChaincodeEndorsedAction{
		ProposalResponsePayload: marshal(t, &peer.ProposalResponsePayload{Extension: action}),
	}})
	endorsed = append(endorsed, marshal(t, &peer.ChaincodeActionPayload{Action: &peer.ChaincodeEndorsedAction{
		Endorsements: []*peer.Endorsement{{Signature: []byte("s")}},
	}})...)
	author, _ := newAuthor(t, provenance.Auditors)
	i, err := served.readProposal(propose(t, draft(author)).Bytes)
	if err != nil {
		t.Fatal(err)
	}
	header := append(marshal(t, &common.Payload{Header: &common.Header{ChannelHeader: []byte("overwritten"), SignatureHeader: i.header.SignatureHeader}}),
		marshal(t, &common.Payload{Header: &common.Header{ChannelHeader: i.header.ChannelHeader}})...)
	text := marshal(t, &common.Envelope{Payload: append(header, marshal(t, &common.Payload{
		Data: marshal(t, &peer.Transaction{Actions: []*peer.TransactionAction{{Payload: endorsed}}}),
	})...)})

	tx, config, err := parseTransaction(text, "fairlead")
	if err != nil || config {
		t.Fatal(config, err)
	}
	want := decodeAll(t, text)
	if tx.ID != i.tx || tx.Event != want.EventName || !bytes.Equal(tx.Payload, want.Payload) || string(tx.Payload) != "second" {
		t.Errorf("%s: %s with %q; the generated types read %s with %q", tx.ID, tx.Event, tx.Payload, want.EventName, want.Payload)
	}
}

// decodeAll reads a transaction's event with the generated types.
func decodeAll(t testing.TB, text []byte) *peer.ChaincodeEvent {
	t.Helper()
	payload := unmarshal(t, unmarshal(t, text, new(common.Envelope)).Payload, new(common.Payload))
	unmarshal(t, payload.Header.ChannelHeader, new(common.ChannelHeader))
	tx := unmarshal(t, payload.Data, new(peer.Transaction))
	action := unmarshal(t, tx.Actions[0].Payload, new(peer.ChaincodeActionPayload))
	response := unmarshal(t, action.Action.ProposalResponsePayload, new(peer.ProposalResponsePayload))
	result := unmarshal(t, response.Extension, new(peer.ChaincodeAction))
	return unmarshal(t, result.Events, new(peer.ChaincodeEvent))
}

// Whatever bytes a block holds, reading them ends, without a panic, and finds
// no other event than decoding with the generated types does.
func FuzzParseTransaction(f *testing.F) {
	f.Add(envelope(f, recorded(`{"records":[]}`)))
	f.Add(configuration(f, common.HeaderType_CONFIG))
	f.Add([]byte("\xff"))
	f.Fuzz(func(t *testing.T, text []byte) {
		tx, _, err := parseTransaction(text, "fairlead")
		if err != nil || tx.Event == "" {
			return
		}
		var e common.Envelope
		var p common.Payload
		if proto.Unmarshal(text, &e) != nil || proto.Unmarshal(e.Payload, &p) != nil {
			return // peers find it invalid
		}
		var transaction peer.Transaction
		if proto.Unmarshal(p.Data, &transaction) != nil || len(transaction.Actions) != 1 {
			return
		}
		var action peer.ChaincodeActionPayload
		var response peer.ProposalResponsePayload
		var result peer.ChaincodeAction
		var event peer.ChaincodeEvent
		if proto.Unmarshal(transaction.Actions[0].Payload, &action) != nil ||
			proto.Unmarshal(action.GetAction().GetProposalResponsePayload(), &response) != nil ||
			proto.Unmarshal(response.Extension, &result) != nil || proto.Unmarshal(result.Events, &event) != nil {
			return
		}
		if tx.Event != event.EventName || !bytes.Equal(tx.Payload, event.Payload) {
			t.Errorf("read %s with %q, want %s with %q", tx.Event, tx.Payload, event.EventName, event.Payload)
		}
	})
}

func sampleBlock(b *testing.B, transactions int) *common.Block {
	one := envelope(b, recorded(strings.Repeat("r", 600)))
	envelopes := make([][]byte, transactions)
	for n := range envelopes {
		envelopes[n] = one
	}
	return block(1, make([]byte, 32), make([]byte, transactions), envelopes...)
}

// BenchmarkParseBlock reads a block of 100 transactions; beside it, the same
// fields by way of the generated types.
func BenchmarkParseBlock(b *testing.B) {
	const transactions = 100
	perSecond := func(b *testing.B) {
		b.ReportMetric(float64(b.N*transactions)/b.Elapsed().Seconds(), "tx/s")
	}
	sample := sampleBlock(b, transactions)
	b.Run("picked", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := parseBlock(sample, "fairlead"); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
	b.Run("decoded", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, e := range sample.Data.Data {
				decodeAll(b, e)
			}
		}
		perSecond(b)
	})
}
