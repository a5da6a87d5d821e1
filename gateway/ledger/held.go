package ledger

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Hold has an author of Workers hand something to Workers' peer, by one of
// provenance.HeldSpecs, and waits for its commit as State does. When the fate
// stays unknown, look with ReadHeld before handing it in again.
func Hold(ctx context.Context, relay Relay, author Signer, transaction string, content provenance.Held) (Commit, error) {
	draft, err := heldDraft(author, transaction, content)
	if err != nil {
		return Commit{}, err
	}
	s, err := state(ctx, relay, author, draft)
	return s.Commit, err
}

// ReadHeld gives what Workers' peer holds under a token, as JSON; a
// provenance.Refusal with code not_found for nothing. The answer travels sealed,
// and nothing of it comes into a block.
func ReadHeld(ctx context.Context, relay Relay, author Signer, token string) ([]byte, error) {
	question := &provenance.HeldQuestion{Token: token, Seal: Draw()}
	draft, err := heldDraft(author, "ReadHeld", question)
	if err != nil {
		return nil, err
	}
	endorsed, err := endorse(ctx, relay, author, draft)
	if err != nil {
		return nil, err
	}
	var sealed provenance.SealedHeld
	if refusal := provenance.Decode(endorsed.Result, &sealed); refusal != nil {
		return nil, errors.New("reading what is held: the answer is of another form")
	}
	return question.OpenAnswer(sealed)
}

// Draw gives 256 random bits in hexadecimal, as tokens, keys, salts and seeds
// are.
func Draw() string {
	var bits [32]byte
	rand.Read(bits[:]) // never fails
	return hex.EncodeToString(bits[:])
}

func heldDraft(author Signer, transaction string, content provenance.Held) (Draft, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return Draft{}, fmt.Errorf("encoding the content of %s: %w", transaction, err)
	}
	return Draft{
		Author: author.Identity(), Transaction: transaction, Document: []byte(provenance.HeldPublicly),
		Transient: map[string][]byte{provenance.HeldName: text},
	}, nil
}
