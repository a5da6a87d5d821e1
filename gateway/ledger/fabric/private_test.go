package fabric

import (
	"errors"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/gateway"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/grpc/codes"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// privately is a proposal of an organisation's author with transient data.
func privately(t *testing.T, org provenance.Org) (ledger.Unsigned, ledger.Signed) {
	t.Helper()
	author, _ := newAuthor(t, org)
	d := draft(author)
	d.Transient = map[string][]byte{"private": []byte("the canary")}
	u := propose(t, d)
	if err := checker.CheckProposal(u, d); err != nil {
		t.Fatal(err)
	}
	return u, signed(t, author, u.Bytes)
}

func TestTransientDataIsShownToTheAuthorsOrganisationAlone(t *testing.T) {
	u, proposal := privately(t, provenance.Brands)
	other := &fakePeer{endorse: func() (*gateway.EndorseResponse, error) { return nil, errors.New("not to be asked") }}
	own := new(fakePeer)
	own.endorse = func() (*gateway.EndorseResponse, error) {
		if own.called("endorse") == 1 {
			return nil, says(t, codes.Unavailable, from(provenance.Brands, "starting"))
		}
		return &gateway.EndorseResponse{PreparedTransaction: &common.Envelope{Payload: endorse(t, u.Bytes, nil)}}, nil
	}
	l := openFake(t, own, other)
	l.hosts.preferred.Store(1) // others are preferred for what is public
	if _, err := l.Endorse(t.Context(), proposal); err != nil {
		t.Fatal(err)
	}
	if other.called("endorse") > 0 || own.called("endorse") != 2 {
		t.Errorf("the own peer was asked %d times, the other %d", own.called("endorse"), other.called("endorse"))
	}
	if !slices.Equal(own.by, []string{"BrandsMSP"}) {
		t.Errorf("to be endorsed by %v", own.by)
	}
}

func TestAnotherOrganisationsTransientDataIsNotCarried(t *testing.T) {
	p := &fakePeer{endorse: func() (*gateway.EndorseResponse, error) { return nil, errors.New("not to be asked") }}
	l := openFake(t, p) // of Brands
	_, proposal := privately(t, provenance.Workers)
	_, err := l.Endorse(t.Context(), proposal)
	if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code != provenance.NoStanding {
		t.Errorf("endorsing: %v", err)
	}
	author, _ := newAuthor(t, provenance.Workers)
	d := draft(author)
	d.Transient = map[string][]byte{"private": []byte("the canary")}
	_, err = l.Prepare(t.Context(), d)
	if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code != provenance.NoStanding {
		t.Errorf("preparing: %v", err)
	}
	if p.called("endorse") > 0 {
		t.Error("a peer was shown it")
	}
}

// Peers take transient data out of what goes into a block. A transaction that
// still has some is none that they made.
func TestATransactionWithTransientDataIsNotRelayed(t *testing.T) {
	u, _ := privately(t, provenance.Brands)
	i, err := served.readProposal(u.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	payload := unmarshal(t, endorse(t, u.Bytes, nil), new(common.Payload))
	tx := unmarshal(t, payload.Data, new(peer.Transaction))
	action := unmarshal(t, tx.Actions[0].Payload, new(peer.ChaincodeActionPayload))
	action.ChaincodeProposalPayload = marshal(t, i.payload)
	tx.Actions[0].Payload = marshal(t, action)
	payload.Data = marshal(t, tx)
	if _, err := served.readTransaction(marshal(t, payload)); err == nil {
		t.Error("it was read")
	}
}
