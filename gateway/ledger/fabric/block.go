package fabric

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/protobuf/encoding/protowire"
)

// parseBlock reads a block as the peers committed it. Only events of the named
// chaincode count: another one on the channel could otherwise speak in its
// place. The result holds no memory of the block's but the hashes and events.
//
// The header's data hash is checked, so that Hash stands for the transactions
// too. Validation codes are the delivering peer's word: no orderer signs them.
func parseBlock(block *common.Block, chaincode string) (ledger.Block, error) {
	header := block.GetHeader()
	if header == nil {
		return ledger.Block{}, errors.New("a block without header")
	}
	fail := func(err error) (ledger.Block, error) {
		return ledger.Block{}, fmt.Errorf("reading block %d: %w", header.Number, err)
	}
	envelopes := block.GetData().GetData()
	if !bytes.Equal(dataHash(envelopes), header.DataHash) {
		return fail(errors.New("its transactions are not those of its header"))
	}
	codes, err := validationCodes(block, len(envelopes))
	if err != nil {
		return fail(err)
	}
	hash, err := headerHash(header)
	if err != nil {
		return fail(err)
	}
	b := ledger.Block{Number: header.Number, Hash: hash, Previous: bytes.Clone(header.PreviousHash)}
	for n, envelope := range envelopes {
		code := peer.TxValidationCode(codes[n])
		tx, config, err := parseTransaction(envelope, chaincode)
		if err != nil && code == peer.TxValidationCode_VALID {
			return fail(fmt.Errorf("transaction %d: %w", n, err))
		}
		if config {
			continue
		}
		tx.Code = code.String()
		b.Transactions = append(b.Transactions, tx)
	}
	return b, nil
}

// validationCodes are one byte a transaction, as the committing peer judged.
func validationCodes(block *common.Block, transactions int) ([]byte, error) {
	metadata := block.GetMetadata().GetMetadata()
	if at := int(common.BlockMetadataIndex_TRANSACTIONS_FILTER); len(metadata) > at && len(metadata[at]) == transactions {
		return metadata[at], nil
	}
	return nil, errors.New("it does not say which of its transactions are valid")
}

// Where a transaction keeps what a reader needs.
var (
	toChannelHeader = []step{{1, false}, {1, true}, {1, false}} // envelope, payload, header
	toAction        = []step{
		{1, false}, {2, false}, // envelope, payload: its data is the transaction
		{1, true},  // of whose actions there is one
		{2, false}, // the action's payload
		{2, true},  // the endorsed action
		{1, false}, // the proposal response's payload
		{2, false}, // its extension is the chaincode's action
	}
	toEvent = []step{{2, false}}
)

// parseTransaction reads one envelope; it also says whether that is a change of
// the channel's configuration, which is no transaction of anybody's.
func parseTransaction(envelope []byte, chaincode string) (tx ledger.Transaction, config bool, err error) {
	header, err := descend(envelope, toChannelHeader...)
	if err != nil {
		return tx, false, fmt.Errorf("its header: %w", err)
	}
	kind, err := pickNumber(header, 1)
	if err != nil {
		return tx, false, fmt.Errorf("its header: %w", err)
	}
	if common.HeaderType(kind) == common.HeaderType_CONFIG {
		return tx, true, nil
	}
	if tx.ID, tx.At, err = identify(header); err != nil {
		return tx, false, fmt.Errorf("its header: %w", err)
	}
	if common.HeaderType(kind) != common.HeaderType_ENDORSER_TRANSACTION {
		return tx, false, nil
	}
	action, err := descend(envelope, toAction...)
	if err != nil {
		return tx, false, fmt.Errorf("its action: %w", err)
	}
	if tx.Event, tx.Payload, err = parseEvent(action, chaincode); err != nil {
		return tx, false, fmt.Errorf("its event: %w", err)
	}
	if tx.Event == "" {
		return tx, false, nil
	}
	switch public, err := writesPublicly(action, chaincode); {
	case err != nil:
		return tx, false, fmt.Errorf("its writes: %w", err)
	case !public:
		tx.Event, tx.Payload = "", nil
	}
	return tx, false, nil
}

// writesPublicly says whether a chaincode's action writes public state of the
// chaincode. Peers hold a transaction to the endorsement policy of what it
// writes: one that writes to a private collection alone needs no more than the
// collection's policy, which is one organisation. Its event is that
// organisation's word and must not pass for the ledger's.
func writesPublicly(action []byte, chaincode string) (bool, error) {
	sets, err := pick(action, 1)
	if err != nil {
		return false, err
	}
	public := false
	var inner error
	err = eachField(sets, func(number protowire.Number, kind protowire.Type, set []byte, _ uint64) {
		if number != 2 || kind != protowire.BytesType || public || inner != nil {
			return
		}
		var name, keys []byte
		if name, inner = pick(set, 1); inner != nil || string(name) != chaincode {
			return
		}
		if keys, inner = pick(set, 2); inner != nil {
			return
		}
		inner = eachField(keys, func(number protowire.Number, kind protowire.Type, _ []byte, _ uint64) {
			public = public || number == 3 && kind == protowire.BytesType
		})
	})
	return public, errors.Join(err, inner)
}

// identify reads a channel header's transaction identifier and time.
func identify(header []byte) (id string, at time.Time, err error) {
	text, err := pick(header, 5)
	if err != nil {
		return "", at, err
	}
	stamp, err := pickMessage(header, 3)
	if err != nil {
		return "", at, err
	}
	seconds, err := pickNumber(stamp, 1)
	if err != nil {
		return "", at, err
	}
	nanos, err := pickNumber(stamp, 2)
	if err != nil {
		return "", at, err
	}
	return string(text), time.Unix(int64(seconds), int64(int32(nanos))).UTC(), nil
}

// parseEvent reads the event of a chaincode's action, unless it is another
// chaincode's.
func parseEvent(action []byte, chaincode string) (name string, payload []byte, err error) {
	event, err := descend(action, toEvent...)
	if err != nil {
		return "", nil, err
	}
	from, err := pick(event, 1)
	if err != nil || string(from) != chaincode {
		return "", nil, err
	}
	text, err := pick(event, 3)
	if err != nil {
		return "", nil, err
	}
	if payload, err = pick(event, 4); err != nil {
		return "", nil, err
	}
	return string(text), bytes.Clone(payload), nil
}

// headerHash is what the next block's header holds: SHA-256 of the DER sequence
// of number, previous hash and data hash.
func headerHash(h *common.BlockHeader) ([]byte, error) {
	der, err := asn1.Marshal(struct {
		Number             *big.Int
		Previous, DataHash []byte
	}{new(big.Int).SetUint64(h.Number), h.PreviousHash, h.DataHash})
	if err != nil {
		return nil, fmt.Errorf("encoding its header: %w", err)
	}
	sum := sha256.Sum256(der)
	return sum[:], nil
}

// dataHash is SHA-256 over a block's envelopes, one after the other.
func dataHash(envelopes [][]byte) []byte {
	sum := sha256.New()
	for _, e := range envelopes {
		sum.Write(e)
	}
	return sum.Sum(nil)
}
