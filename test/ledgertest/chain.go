package ledgertest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// loss is one answer that does not arrive.
type loss struct{ committed bool }

var errLost = errors.New("the answer was lost")

// Lose has the answers of the next n submits be lost, the transaction committed
// all the same or never handed in. A transaction that was handed in before
// stays committed.
func (l *Ledger) Lose(n int, committed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.losses = append(l.losses, slices.Repeat([]loss{{committed}}, n)...)
}

// loses says whether a submit's answer is lost, and its transaction with it.
func (l *Ledger) loses() (lost, drop bool) {
	if len(l.losses) == 0 {
		return false, false
	}
	next := l.losses[0]
	l.losses = l.losses[1:]
	return true, !next.committed
}

// commit puts an endorsed transaction into the next block.
func (l *Ledger) commit(result *stubtest.Result) {
	block := l.peer.Commit(result)
	transactions := make([]ledger.Transaction, len(block.Transactions))
	for i, tx := range block.Transactions {
		transactions[i] = ledger.Transaction{ID: tx.TxID, Code: tx.Code.String(), At: tx.Time}
		if tx.Event != nil {
			transactions[i].Event, transactions[i].Payload = tx.Event.Name, bytes.Clone(tx.Event.Payload)
		}
		l.fates[tx.TxID] = fate{block: block.Number, code: tx.Code.String()}
	}
	l.append(ledger.Block{Number: block.Number, Transactions: transactions})
}

// append chains a block to the one before and wakes who waits for it.
func (l *Ledger) append(b ledger.Block) {
	if n := len(l.blocks); n > 0 {
		b.Previous = l.blocks[n-1].Hash
	}
	b.Hash = hash(b)
	l.blocks = append(l.blocks, b)
	close(l.grown)
	l.grown = make(chan struct{})
}

// hash stands for all that a block tells.
func hash(b ledger.Block) []byte {
	text, err := json.Marshal(b.Transactions)
	if err != nil {
		panic(fmt.Sprintf("ledgertest: encoding block %d: %v", b.Number, err))
	}
	sum := sha256.Sum256(slices.Concat(binary.BigEndian.AppendUint64(nil, b.Number), b.Previous, text))
	return sum[:]
}
