package stubtest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/queryresult"
	pb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Code is a transaction's validation code in its block.
type Code = pb.TxValidationCode

// The codes Commit gives.
const (
	Valid                    = pb.TxValidationCode_VALID
	MVCCReadConflict         = pb.TxValidationCode_MVCC_READ_CONFLICT
	PhantomReadConflict      = pb.TxValidationCode_PHANTOM_READ_CONFLICT
	DuplicateTxID            = pb.TxValidationCode_DUPLICATE_TXID
	EndorsementPolicyFailure = pb.TxValidationCode_ENDORSEMENT_POLICY_FAILURE
)

// Invalid is a transaction which a block records and marks invalid: it had no
// effect.
type Invalid struct {
	TxID  string
	Block uint64
	Code  Code
}

// Error names the code as Fabric does.
func (e *Invalid) Error() string {
	return fmt.Sprintf("transaction %s in block %d: %s", e.TxID, e.Block, e.Code)
}

// Block is a committed block. It is read-only for its receivers.
type Block struct {
	Number       uint64 // from 1
	Transactions []Transaction
}

// Transaction is what a block records of a transaction. Its writes, values of
// private data aside, are there whatever its code; only a Valid one had an
// effect, and only its event may be acted upon.
type Transaction struct {
	TxID     string
	Code     Code
	Time     time.Time
	Creator  []byte
	Function string
	Args     []string
	Payload  []byte
	Event    *Event // nil if there is none
	Writes   []Write
	Private  []PrivateWrite
}

// PrivateWrite is the public trace of a private write: SHA-256 of key and
// value in hexadecimal. ValueHash is empty when the key was removed.
type PrivateWrite struct {
	Collection, KeyHash, ValueHash string
	Purge                          bool
}

// Commit appends one block with the given results in that order. Each is
// validated against the state as the ones before it left it: a transaction
// conflicts with another which changed what it had read, in an earlier block or
// earlier in this one. A result which was not endorsed gets
// EndorsementPolicyFailure.
func (p *Peer) Commit(results ...*Result) Block {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tape.committed(results)
	block := Block{Number: uint64(len(p.blocks)) + 1}
	changed := map[slot]bool{} // by this block
	for i, res := range results {
		code := p.validate(res, changed)
		if code == Valid {
			p.apply(res.Writes, Version{block.Number, i})
			p.remember(res)
			for _, w := range res.Writes {
				changed[slot{w.Collection, w.Key}] = true
			}
		}
		p.committed[res.Proposal.TxID] = true
		block.Transactions = append(block.Transactions, record(res, code))
	}
	p.blocks = append(p.blocks, block)
	return block
}

// Height returns the number of the last block, 0 before the first.
func (p *Peer) Height() uint64 {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return uint64(len(p.blocks))
}

// Block returns the block of a number, from 1 to Height.
func (p *Peer) Block(number uint64) (Block, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if number == 0 || number > uint64(len(p.blocks)) {
		return Block{}, false
	}
	return p.blocks[number-1], true
}

// Blocks returns all blocks, first one first.
func (p *Peer) Blocks() []Block {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return slices.Clone(p.blocks)
}

func (p *Peer) validate(res *Result, changed map[slot]bool) Code {
	if p.committed[res.Proposal.TxID] {
		return DuplicateTxID
	}
	if res.Err() != nil {
		return EndorsementPolicyFailure
	}
	for _, read := range res.Reads {
		if changed[slot{read.Collection, read.Key}] || p.version(read.Collection, read.Key) != read.Version {
			return MVCCReadConflict
		}
	}
	for _, seen := range res.Ranges {
		keys, _ := p.public.walk(seen.Start, seen.End, seen.Closed, 0)
		if !slices.Equal(versions(p.public, keys), seen.Reads) {
			return PhantomReadConflict
		}
	}
	return Valid
}

// version is the zero Version for a key which does not exist.
func (p *Peer) version(collection, key string) Version {
	if collection == "" {
		return p.public.entries[key].version
	}
	return p.private[collection].entries[key].version
}

// apply commits writes, which are in order of collection.
func (p *Peer) apply(writes []Write, at Version) {
	for len(writes) > 0 {
		collection := writes[0].Collection
		n := slices.IndexFunc(writes, func(w Write) bool { return w.Collection != collection })
		if n < 0 {
			n = len(writes)
		}
		if collection == "" {
			p.public.apply(writes[:n], at)
		} else {
			p.private[collection].apply(writes[:n], at)
		}
		writes = writes[n:]
	}
}

// remember adds public writes to the history of their keys.
func (p *Peer) remember(res *Result) {
	for _, w := range res.Writes {
		if w.Collection == "" {
			p.history[w.Key] = append(p.history[w.Key], &queryresult.KeyModification{
				TxId: res.Proposal.TxID, Value: clone(w.Value), Timestamp: timestamppb.New(res.Proposal.Time), IsDelete: w.Delete,
			})
		}
	}
}

// record keeps of a result what a block shows to every organisation.
func record(res *Result, code Code) Transaction {
	tx := Transaction{
		TxID:     res.Proposal.TxID,
		Code:     code,
		Time:     res.Proposal.Time,
		Creator:  res.Proposal.Creator,
		Function: res.Proposal.Function,
		Args:     res.Proposal.Args,
		Payload:  res.Payload,
		Event:    res.Event,
	}
	for _, w := range res.Writes {
		if w.Collection == "" {
			tx.Writes = append(tx.Writes, w)
			continue
		}
		trace := PrivateWrite{Collection: w.Collection, KeyHash: hexHash([]byte(w.Key)), Purge: w.Purge}
		if !w.Delete {
			trace.ValueHash = hexHash(w.Value)
		}
		tx.Private = append(tx.Private, trace)
	}
	return tx
}

func hexHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
