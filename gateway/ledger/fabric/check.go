package fabric

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
)

// Checker is for the author's own program: before signing it looks into the
// bytes that a gateway made, so that the gateway cannot have it sign anything
// but what it asked for.
type Checker struct {
	Channel, Chaincode string
	Now                func() time.Time // time.Now when nil
}

// fresh is how far a proposal's time may be from the author's clock. Peers allow
// 15 minutes; what was made longer ago was made for another occasion.
const fresh = 10 * time.Minute

func (c Checker) target() target { return target{channel: c.Channel, chaincode: c.Chaincode} }

// Checker checks for the channel and chaincode of this ledger.
func (l *Ledger) Checker() Checker {
	return Checker{Channel: l.target.channel, Chaincode: l.target.chaincode}
}

// CheckProposal is nil when u proposes exactly the draft: its transaction and
// document and transient data, by its author, on this channel and chaincode, now,
// under the identifier it claims. Beside nonce and time there is nothing in it
// that the author did not ask for.
func (c Checker) CheckProposal(u ledger.Unsigned, draft ledger.Draft) error {
	i, err := c.target().readProposal(u.Bytes)
	if err != nil {
		return fmt.Errorf("checking a proposal: %w", err)
	}
	creator, err := serialize(draft.Author)
	if err != nil {
		return fmt.Errorf("checking a proposal: %w", err)
	}
	switch {
	case i.tx != u.Tx:
		err = errors.New("its identifier is not the one it was announced with")
	case !bytes.Equal(i.creator, creator):
		err = errors.New("it names another author")
	case string(i.args[0]) != draft.Transaction:
		err = errors.New("it calls another transaction")
	case !bytes.Equal(i.args[1], draft.Document):
		err = errors.New("it holds another document")
	case !maps.EqualFunc(i.payload.TransientMap, draft.Transient, bytes.Equal):
		err = errors.New("it holds other transient data")
	}
	if err == nil {
		err = c.onlyThis(i, u, draft)
	}
	if err != nil {
		return fmt.Errorf("do not sign this proposal: %w", err)
	}
	return nil
}

// onlyThis makes the proposal anew with the nonce and the time that it has.
func (c Checker) onlyThis(i *invocation, u ledger.Unsigned, draft ledger.Draft) error {
	channel, signature := new(common.ChannelHeader), new(common.SignatureHeader)
	if err := errors.Join(proto.Unmarshal(i.header.ChannelHeader, channel), proto.Unmarshal(i.header.SignatureHeader, signature)); err != nil {
		return err
	}
	now := time.Now
	if c.Now != nil {
		now = c.Now
	}
	at := channel.GetTimestamp().AsTime()
	if distance := now().Sub(at).Abs(); distance > fresh {
		return fmt.Errorf("its time is %v away from this machine's: either it was made for another occasion or one of the clocks is wrong", distance.Round(time.Second))
	}
	made, err := c.target().propose(draft, signature.Nonce, at)
	if err != nil {
		return err
	}
	if len(draft.Transient) < 2 && !bytes.Equal(made.Bytes, u.Bytes) { // several have no order
		return errors.New("it holds something that was not asked for")
	}
	return nil
}

// CheckTransaction is nil when u is the endorsed form of a proposal that the
// author checked and signed, and of nothing else. Whether its endorsers are who
// they should be is for the peers to judge when it is committed.
func (c Checker) CheckTransaction(u ledger.Unsigned, proposal []byte) error {
	i, err := c.target().readProposal(proposal)
	if err != nil {
		return fmt.Errorf("checking a transaction: %w", err)
	}
	t, err := c.target().readTransaction(u.Bytes)
	if err != nil {
		return fmt.Errorf("checking a transaction: %w", err)
	}
	hash, err := i.proposalHash()
	if err != nil {
		return fmt.Errorf("checking a transaction: %w", err)
	}
	switch {
	case u.Tx != i.tx || t.tx != i.tx:
		err = errors.New("its identifier is not the proposal's")
	case !bytes.Equal(t.header.ChannelHeader, i.header.ChannelHeader),
		!bytes.Equal(t.header.SignatureHeader, i.header.SignatureHeader),
		!bytes.Equal(t.payload.Input, i.payload.Input):
		err = errors.New("it holds another proposal")
	case !bytes.Equal(t.endorsed, hash):
		err = errors.New("what was endorsed is another proposal")
	case t.ran != c.Chaincode:
		err = errors.New("another chaincode answered")
	}
	if err != nil {
		return fmt.Errorf("do not sign this transaction: %w", err)
	}
	return nil
}
