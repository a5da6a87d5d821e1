package fabric

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	protobuf "google.golang.org/protobuf/proto"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// FuzzParseBlock reads any bytes as a block: what is read has its number, its
// hash and a code for each transaction, and no more transactions than it holds.
func FuzzParseBlock(f *testing.F) {
	f.Add(marshal(f, block(7, make([]byte, 32), []byte{0}, envelope(f, recorded(`{"records":[]}`)))))
	f.Add(marshal(f, block(1, nil, []byte{11, 0}, []byte("no envelope"), configuration(f, common.HeaderType_CONFIG))))
	f.Fuzz(func(t *testing.T, text []byte) {
		b := new(common.Block)
		if proto.Unmarshal(text, b) != nil {
			return
		}
		if data := b.GetData(); data != nil && b.Header != nil {
			b.Header.DataHash = dataHash(data.Data) // which bytes drawn by chance never match
		}
		read, err := parseBlock(b, "fairlead")
		if err != nil {
			return
		}
		if read.Number != b.Header.Number || len(read.Hash) != 32 || len(read.Transactions) > len(b.Data.Data) {
			t.Errorf("read %d with %d transactions", read.Number, len(read.Transactions))
		}
		for _, tx := range read.Transactions {
			if tx.Code == "" || tx.Event == "" && len(tx.Payload) > 0 {
				t.Errorf("read %+v", tx)
			}
		}
	})
}

// FuzzProposal hands in any bytes to be relayed: what is taken is for the served
// chaincode, and nothing is taken for signed that the author did not sign.
func FuzzProposal(f *testing.F) {
	author, _ := newAuthor(f, provenance.Auditors)
	d := draft(author)
	genuine := propose(f, d)
	signature := signed(f, author, genuine.Bytes).Signature
	f.Add(genuine.Bytes)
	f.Add(endorse(f, genuine.Bytes, recorded("{}")))
	f.Fuzz(func(t *testing.T, text []byte) {
		i, err := served.readProposal(text)
		if err != nil {
			refusedPlainly(t, err)
		} else if i.channel != served.channel || i.named != served.chaincode || i.invoked != served.chaincode || len(i.args) != 2 {
			t.Errorf("taken for %s: %q", i.channel, i.args)
		} else if i.verify(ledger.Signed{Bytes: text, Signature: signature}) == nil && !bytes.Equal(text, genuine.Bytes) {
			t.Error("other bytes pass for signed by the author")
		}
		if checker.CheckProposal(ledger.Unsigned{Tx: genuine.Tx, Bytes: text}, d) == nil {
			again, err := served.readProposal(text)
			if err != nil || string(again.args[0]) != d.Transaction || !bytes.Equal(again.args[1], d.Document) || again.private() {
				t.Error("the author would sign what was not drafted")
			}
		}
		tx, err := served.readTransaction(text)
		if err != nil {
			refusedPlainly(t, err)
		} else if tx.private() || len(tx.args) != 2 {
			t.Errorf("a transaction holds %q", tx.args)
		}
		checker.CheckTransaction(ledger.Unsigned{Tx: genuine.Tx, Bytes: text}, genuine.Bytes)
	})
}

// refusedPlainly: what strangers hand in is refused, never a fault.
func refusedPlainly(t *testing.T, err error) {
	t.Helper()
	if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code == "" || refusal.Message == "" {
		t.Errorf("bytes that are none of ours: %v", err)
	}
}

// FuzzFailure takes any status for what a peer answered: none of a peer's own
// words, which may quote what an author wrote, is told further.
func FuzzFailure(f *testing.F) {
	h := &host{name: "peer.brands", org: provenance.Brands}
	for _, err := range []error{
		status.Error(codes.Aborted, "chaincode response 500, "+provenance.EncodeRefusal(provenance.RefuseField("id", provenance.Conflict, "is taken", "choose another"))),
		status.Error(codes.Unavailable, saysLate), errors.New("the line was cut"),
	} {
		f.Add(statusText(f, err))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		said := status.New(codes.Internal, "").Proto()
		if protobuf.Unmarshal(text, said) != nil {
			return
		}
		failed := readFailure("endorsing", h, status.ErrorProto(said))
		if message := said.GetMessage(); len(message) > 20 && strings.Contains(failed.Error(), message) {
			t.Errorf("the failure repeats %q", message)
		}
		if failed.refusal != nil && (failed.refusal.Code == "" || failed.refusal.Message == "") {
			t.Errorf("the refusal is %+v", failed.refusal)
		}
		failed.lasting()
	})
}

func statusText(f *testing.F, err error) []byte {
	f.Helper()
	text, err := protobuf.Marshal(status.Convert(err).Proto())
	if err != nil {
		f.Fatal(err)
	}
	return text
}

// FuzzProfile reads any text as network.json: what is accepted names where to
// go and in whose name.
func FuzzProfile(f *testing.F) {
	f.Add([]byte(`{"version":1,"channel":"labour","chaincode":"fairlead","reader":{"mspid":"BrandsMSP","dir":"/r"},"organizations":[{"name":"Brands","mspid":"BrandsMSP","tlsCA":"/t","peer":{"name":"peer.brands","address":"127.0.0.1:1","serverName":"p"}},{"name":"Suppliers","mspid":"SuppliersMSP"}]}`))
	f.Add([]byte(`{"version":2}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p := new(Profile)
		if json.Unmarshal(text, p) != nil || p.check() != nil {
			return
		}
		hosts := p.hosts()
		if p.Channel == "" || p.Chaincode == "" || len(hosts) == 0 || p.Reader.MSPID == "" {
			t.Errorf("accepted: %s", text)
		}
		for _, o := range hosts {
			if o.Peer == nil || provenance.Org(o.Name).MSP() != o.MSPID {
				t.Errorf("accepted: %s", text)
			}
		}
	})
}
