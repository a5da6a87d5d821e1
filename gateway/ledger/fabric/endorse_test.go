package fabric

import (
	"errors"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/gateway"
	"google.golang.org/grpc/codes"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

func TestARefusalIsFoundWhereverPeersPutIt(t *testing.T) {
	refusal := provenance.RefuseField("auditors[0]", provenance.UnknownReference, "is not on the ledger", "register it")
	text := "chaincode response 500, " + provenance.EncodeRefusal(refusal)
	_, _, proposal := signedProposal(t)
	for name, err := range map[string]error{
		"in a detail":       says(t, codes.Aborted, from(provenance.Brands, text)),
		"in one of several": says(t, codes.Aborted, from(provenance.Workers, "connection refused"), from(provenance.Brands, text)),
		"among other text":  says(t, codes.Aborted, from(provenance.Brands, "a {b} "+text+" and more")),
	} {
		t.Run(name, func(t *testing.T) {
			p := &fakePeer{endorse: func() (*gateway.EndorseResponse, error) { return nil, err }}
			_, err := openFake(t, p).Endorse(t.Context(), proposal)
			got, ok := provenance.AsRefusal(err)
			if !ok || got.Code != refusal.Code || len(got.Fields) != 1 || got.Fields[0] != refusal.Fields[0] {
				t.Errorf("%v, want %v", err, refusal)
			}
			if n := p.called("endorse"); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// The second endorser may not have the block yet that the first judges by.
func TestARefusalForWantOfABlockIsNotBelievedAtOnce(t *testing.T) {
	_, u, proposal := signedProposal(t)
	text := provenance.EncodeRefusal(provenance.Refuse(provenance.UnknownReference, "no such party"))
	p := new(fakePeer)
	p.endorse = func() (*gateway.EndorseResponse, error) {
		if p.called("endorse") < 3 {
			return nil, says(t, codes.Aborted, from(provenance.Workers, text))
		}
		return &gateway.EndorseResponse{PreparedTransaction: &common.Envelope{Payload: endorse(t, u.Bytes, nil)}}, nil
	}
	other := &fakePeer{endorse: func() (*gateway.EndorseResponse, error) { return nil, errors.New("not to be asked") }}
	got, err := openFake(t, p, other).Endorse(t.Context(), proposal)
	if err != nil || got.Tx != u.Tx || string(got.Result) != `{"receipts":[]}` {
		t.Errorf("%s with %q, %v", got.Tx, got.Result, err)
	}
	if other.called("endorse") > 0 {
		t.Error("the peer was left for another's fault")
	}
	if err := checker.CheckTransaction(got.Unsigned, u.Bytes); err != nil {
		t.Error(err)
	}
}

func TestAFailingPeerIsLeftForTheNext(t *testing.T) {
	_, u, proposal := signedProposal(t)
	for name, err := range map[string]error{
		"it is gone":            says(t, codes.Unavailable),
		"its chaincode is gone": says(t, codes.Aborted, from(provenance.Brands, "could not launch chaincode: connection refused")),
	} {
		t.Run(name, func(t *testing.T) {
			bad := &fakePeer{endorse: func() (*gateway.EndorseResponse, error) { return nil, err }}
			good := &fakePeer{endorse: func() (*gateway.EndorseResponse, error) {
				return &gateway.EndorseResponse{PreparedTransaction: &common.Envelope{Payload: endorse(t, u.Bytes, nil)}}, nil
			}}
			l := openFake(t, bad, good)
			for range 2 {
				if _, err := l.Endorse(t.Context(), proposal); err != nil {
					t.Error(err)
				}
			}
			if bad.called("endorse") != 1 || good.called("endorse") != 2 {
				t.Errorf("the failing peer was asked %d times, the other %d times", bad.called("endorse"), good.called("endorse"))
			}
		})
	}
}

func TestAnErrorOfEndorsingSaysWhatItIs(t *testing.T) {
	const private = "what workers said"
	for name, c := range map[string]struct {
		code codes.Code
		said string
		is   func(error) bool
		asks int
	}{
		"no peer answers":      {codes.Unavailable, private, func(err error) bool { return errors.Is(err, ledger.ErrNotDone) }, endorseRounds},
		"the author took long": {codes.Aborted, "request unauthorized due to incorrect timestamp", func(err error) bool { return errors.Is(err, ledger.ErrNotDone) }, 1},
		"it is committed":      {codes.Aborted, "duplicate transaction found [a]. Creator [b]", func(err error) bool { return errors.Is(err, ledger.ErrUnknownFate) }, 1},
		"peers cannot read it": {codes.InvalidArgument, private, func(err error) bool {
			return err != nil && !errors.Is(err, ledger.ErrNotDone) && !errors.Is(err, ledger.ErrUnknownFate)
		}, 1},
		"peers do not know the author": {codes.Aborted, "error validating proposal: access denied: channel [labour] creator org [BrandsMSP]", func(err error) bool {
			refusal, ok := provenance.AsRefusal(err)
			return ok && refusal.Code == provenance.NoStanding
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, proposal := signedProposal(t)
			p := &fakePeer{endorse: func() (*gateway.EndorseResponse, error) { return nil, says(t, c.code, from(provenance.Brands, c.said)) }}
			_, err := openFake(t, p).Endorse(t.Context(), proposal)
			if !c.is(err) {
				t.Errorf("%v", err)
			}
			if strings.Contains(err.Error(), private) {
				t.Errorf("the error repeats what a peer said: %v", err)
			}
			if n := p.called("endorse"); n != c.asks {
				t.Errorf("asked %d times, want %d", n, c.asks)
			}
		})
	}
}
