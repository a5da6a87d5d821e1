package ledgertest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// proposal is what an author signs first.
type proposal struct {
	Tx          string          `json:"tx"`
	Nonce       []byte          `json:"nonce"`
	Author      ledger.Identity `json:"author"`
	At          time.Time       `json:"at"`
	Transaction string          `json:"transaction"`
	Document    []byte          `json:"document"`

	// Transient is part of what the author signs, and of no transaction.
	Transient map[string][]byte `json:"transient,omitempty"`
}

// endorsement is what an author signs second.
type endorsement struct {
	Proposal []byte           `json:"proposal"`
	Result   []byte           `json:"result"`
	Reads    []stubtest.Read  `json:"reads"`
	Writes   []stubtest.Write `json:"writes"`
	Event    *stubtest.Event  `json:"event"`
}

// creator is the author as the contract sees them.
func (p proposal) creator() ([]byte, error) {
	certificate, err := p.Author.Parse()
	if err != nil {
		return nil, err
	}
	return stubtest.Creator(p.Author.Org.MSP(), certificate)
}

// identifier is the transaction identifier Fabric insists on.
func (p proposal) identifier() (string, error) {
	creator, err := p.creator()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	sum.Write(p.Nonce)
	sum.Write(creator)
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Prepare makes the proposal that the author has to sign.
func (l *Ledger) Prepare(ctx context.Context, draft ledger.Draft) (ledger.Unsigned, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Unsigned{}, err
	}
	p := proposal{Nonce: make([]byte, 24), Author: draft.Author, At: l.tick(), Transaction: draft.Transaction, Document: draft.Document, Transient: draft.Transient}
	if _, err := rand.Read(p.Nonce); err != nil {
		return ledger.Unsigned{}, err
	}
	var err error
	if p.Tx, err = p.identifier(); err != nil {
		return ledger.Unsigned{}, err
	}
	text, err := json.Marshal(p)
	return ledger.Unsigned{Tx: p.Tx, Bytes: text}, err
}

// Bytes that Prepare did not make are refused, as what strangers send is.
var unreadable = provenance.Refuse(provenance.Invalid, "these bytes were not made by Prepare: start again from there")

// read checks who signed a proposal, and that its identifier is its own.
func (l *Ledger) read(text []byte) (proposal, error) {
	var p proposal
	if err := json.Unmarshal(text, &p); err != nil {
		return p, unreadable
	}
	if _, err := l.admit(p.Author); err != nil {
		return p, err
	}
	if tx, err := p.identifier(); err != nil || tx != p.Tx {
		return p, unreadable
	}
	return p, nil
}

func (l *Ledger) authentic(p proposal, signed ledger.Signed) error {
	certificate, err := l.admit(p.Author)
	if err != nil {
		return err
	}
	return verify(certificate, signed)
}

// Endorse has the contract execute a signed proposal.
func (l *Ledger) Endorse(ctx context.Context, signed ledger.Signed) (ledger.Endorsed, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Endorsed{}, err
	}
	p, err := l.read(signed.Bytes)
	if err != nil {
		return ledger.Endorsed{}, err
	}
	if err := l.authentic(p, signed); err != nil {
		return ledger.Endorsed{}, err
	}
	if _, known := l.fate(p.Tx); known {
		return ledger.Endorsed{}, &ledger.FateError{Tx: p.Tx, Cause: errors.New("a block holds it already")}
	}
	creator, err := p.creator()
	if err != nil {
		return ledger.Endorsed{}, err
	}
	executed := stubtest.Proposal{
		Function: p.Transaction, Args: []string{string(p.Document)}, Creator: creator, TxID: p.Tx, Time: p.At, Transient: p.Transient,
	}
	if len(p.Transient) > 0 {
		executed.Endorser = p.Author.Org.MSP() // nobody else is shown it
	}
	result := l.peer.Simulate(executed)
	if err := result.Err(); err != nil {
		return ledger.Endorsed{}, asRefusal(err)
	}
	p.Transient = nil
	public, err := json.Marshal(p)
	if err != nil {
		return ledger.Endorsed{}, err
	}
	text, err := json.Marshal(endorsement{public, result.Payload, hashedReads(result.Reads), hashedWrites(result.Writes), result.Event})
	if err != nil {
		return ledger.Endorsed{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.endorsed[digest(text)] = result
	return ledger.Endorsed{Unsigned: ledger.Unsigned{Tx: p.Tx, Bytes: text}, Result: result.Payload}, nil
}

// hashedReads and hashedWrites are what a transaction shows of a private
// collection.
func hashedReads(reads []stubtest.Read) []stubtest.Read {
	reads = slices.Clone(reads)
	for i, r := range reads {
		if r.Collection != "" {
			reads[i].Key = digest([]byte(r.Key))
		}
	}
	return reads
}

func hashedWrites(writes []stubtest.Write) []stubtest.Write {
	writes = slices.Clone(writes)
	for i, w := range writes {
		if w.Collection != "" {
			writes[i].Key, writes[i].Value = digest([]byte(w.Key)), []byte(digest(w.Value))
		}
	}
	return writes
}

// Submit commits a signed transaction, once, in a block of its own.
func (l *Ledger) Submit(ctx context.Context, signed ledger.Signed) (ledger.Commit, error) {
	var e endorsement
	if err := json.Unmarshal(signed.Bytes, &e); err != nil {
		return ledger.Commit{}, unreadable
	}
	p, err := l.read(e.Proposal)
	if err != nil {
		return ledger.Commit{}, err
	}
	if err := l.authentic(p, signed); err != nil {
		return ledger.Commit{}, err
	}
	if err := ctx.Err(); err != nil {
		return ledger.Commit{}, &ledger.FateError{Tx: p.Tx, Cause: err}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	result, ok := l.endorsed[digest(signed.Bytes)]
	if !ok {
		return ledger.Commit{}, errors.New("nobody endorsed this transaction")
	}
	lost, drop := l.loses()
	if _, known := l.fates[p.Tx]; !known && !drop {
		l.commit(result)
	}
	if lost {
		return ledger.Commit{}, &ledger.FateError{Tx: p.Tx, Cause: errLost}
	}
	return l.fates[p.Tx].commit(p.Tx)
}

// Fate answers for a transaction by its identifier.
func (l *Ledger) Fate(ctx context.Context, tx string) (ledger.Commit, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Commit{}, &ledger.FateError{Tx: tx, Cause: err}
	}
	f, known := l.fate(tx)
	if !known {
		return ledger.Commit{}, &ledger.FateError{Tx: tx, Cause: errors.New("no block holds it")}
	}
	return f.commit(tx)
}

func (l *Ledger) fate(tx string) (fate, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.fates[tx]
	return f, ok
}

// commit is what a fate means to the author.
func (f fate) commit(tx string) (ledger.Commit, error) {
	switch f.code {
	case ledger.CodeValid:
		return ledger.Commit{Tx: tx, Block: f.block}, nil
	case ledger.CodeReadConflict, ledger.CodePhantom:
		return ledger.Commit{}, fmt.Errorf("transaction %s in block %d: %w: %s", tx, f.block, ledger.ErrNotDone, f.code)
	}
	return ledger.Commit{}, fmt.Errorf("transaction %s in block %d is invalid: %s", tx, f.block, f.code)
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
