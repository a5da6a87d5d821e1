package stubtest

import (
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

// Tape is everything one peer was asked and what it answered, so that another
// process can do it again and compare: two runs in one process share what may
// never decide anything, such as its start, its environment and its memory.
//
// A simulation in which a fault was injected is left out, for a tape holds no
// faults. Once such a one is committed the tape ends.
type Tape struct {
	Steps []Step

	mu    sync.Mutex
	at    map[*Result]int // step of a simulation
	ended bool
}

// Step is one thing a peer was asked. One field of the first three is set.
type Step struct {
	Declared  []Collection
	Simulated *Proposal // complete: with its identifier and time
	Committed []int     // steps that simulated what the block holds, in order

	Accepted bool              // of a simulation: whether the peer endorsed it
	Outcome  map[string]string // of a simulation: part to digest
}

// Keep has the peer note on t what it is asked from now on.
func (p *Peer) Keep(t *Tape) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t.at = map[*Result]int{}
	p.tape = t
}

func (t *Tape) declared(collections []Collection) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.add(Step{Declared: collections})
}

func (t *Tape) simulated(res *Result, faulted bool) {
	if t == nil || faulted {
		return
	}
	outcome := outcomeOf(res)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at[res] = len(t.Steps)
	proposal := res.Proposal
	t.add(Step{Simulated: &proposal, Accepted: res.Err() == nil, Outcome: outcome})
}

func (t *Tape) committed(results []*Result) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var steps []int
	for _, res := range results {
		at, kept := t.at[res]
		if !kept {
			t.ended = true
			return
		}
		steps = append(steps, at)
	}
	t.add(Step{Committed: steps})
}

func (t *Tape) add(s Step) {
	if !t.ended {
		t.Steps = append(t.Steps, s)
	}
}

// outcomeOf gives a digest of each part of a result that endorsers sign or
// tell the client.
func outcomeOf(res *Result) map[string]string {
	outcome := map[string]string{}
	for part, value := range map[string]any{
		"status": res.Status, "message": res.Message, "payload": res.Payload,
		"reads": res.Reads, "queries": res.Ranges, "writes": res.Writes, "event": res.Event,
	} {
		text, err := json.Marshal(value)
		if err != nil {
			panic(err) // plain data
		}
		sum := sha256.Sum256(text)
		outcome[part] = hex.EncodeToString(sum[:])
	}
	return outcome
}

// Replay asks a new peer running cc all that the tape holds, and tells of each
// simulation that came to something else.
func (t *Tape) Replay(cc shim.Chaincode) []string {
	p := New(cc)
	p.Limit(Limits{Runs: 1})
	results := make([]*Result, len(t.Steps))
	var differences []string
	for n, step := range t.Steps {
		switch {
		case step.Simulated != nil:
			results[n] = p.Simulate(*step.Simulated)
			for part, got := range outcomeOf(results[n]) {
				if got != step.Outcome[part] {
					differences = append(differences, fmt.Sprintf("step %d, %s: another %s", n, step.Simulated.Function, part))
				}
			}
		case step.Committed != nil:
			block := make([]*Result, len(step.Committed))
			for i, at := range step.Committed {
				block[i] = results[at]
			}
			p.Commit(block...)
		default:
			p.Declare(step.Declared...)
		}
	}
	return differences
}

// SaveTapes writes tapes to a file for another process. What they hold of
// private data is in it.
func SaveTapes(path string, tapes []*Tape) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := gob.NewEncoder(f).Encode(tapes); err != nil {
		return fmt.Errorf("writing tapes: %w", err)
	}
	return f.Close()
}

// LoadTapes reads what SaveTapes wrote.
func LoadTapes(path string) ([]*Tape, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var tapes []*Tape
	if err := gob.NewDecoder(f).Decode(&tapes); err != nil {
		return nil, fmt.Errorf("reading tapes: %w", err)
	}
	return tapes, nil
}
