package httpapi_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

func uintText(n uint64) string { return strconv.FormatUint(n, 10) }

func isRefusal(err error, code provenance.Code) bool {
	refusal, ok := provenance.AsRefusal(err)
	return ok && refusal.Code == code
}

// state states statements of one kind by way of HTTP.
func (g *gateway) state(author ledger.Signer, statements ...provenance.Statement) ledger.Statement {
	g.t.Helper()
	s, err := world.State(g.t.Context(), g.relay, author, statements...)
	if err != nil {
		g.t.Fatal(err)
	}
	return s
}

// recordsOf reads what a block of the ledger recorded.
func (g *gateway) recordsOf(n uint64) []provenance.Record {
	g.t.Helper()
	enough := errors.New("enough")
	var out []provenance.Record
	err := g.ledger.Follow(g.t.Context(), n, func(b ledger.Block) error {
		for _, tx := range b.Transactions {
			var recorded provenance.Recorded
			if err := json.Unmarshal(tx.Payload, &recorded); err != nil {
				return err
			}
			out = append(out, recorded.Records...)
		}
		return enough
	})
	if !errors.Is(err, enough) {
		g.t.Fatal(err)
	}
	return out
}

// height is the ledger's, to see that nothing was written.
func (g *gateway) height() uint64 {
	g.t.Helper()
	h, err := g.ledger.Height(context.Background())
	if err != nil {
		g.t.Fatal(err)
	}
	return h
}

func sign(t testing.TB, author ledger.Signer, text []byte) []byte {
	t.Helper()
	digest := sha256.Sum256(text)
	signature, err := author.Sign(digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// fingerprintOf is by what a registrar enrols a certificate.
func fingerprintOf(t testing.TB, author ledger.Signer) string {
	t.Helper()
	certificate, err := author.Identity().Parse()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(certificate.Raw)
	return hex.EncodeToString(sum[:])
}
