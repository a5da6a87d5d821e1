package proof

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"testing"
	"time"
)

// BenchmarkVerify measures verifications of what a real network signed beside the
// bare checks of their signatures: those of the seals, the transaction and the
// block, and two of the certificates of everybody who signed. Both are done in
// turn; the ratio is what is reported.
func BenchmarkVerify(b *testing.B) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	sum := sha256.Sum256([]byte("x"))
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range vectors(b) {
		b.Run(v.name[2:], func(b *testing.B) {
			signatures := countSignatures(b, v)
			var whole, bare time.Duration
			for b.Loop() {
				began := time.Now()
				var r Report
				if v.name == "a record" {
					r, err = VerifyRecord([]byte(v.text), v.roots, Terms{Now: v.now})
				} else {
					r, err = VerifyProduct([]byte(v.text), v.roots, Terms{Now: v.now})
				}
				if err != nil || !r.Holds() {
					b.Fatalf("%v %v", err, failures(r))
				}
				whole += time.Since(began)
				began = time.Now()
				for range signatures {
					if !ecdsa.VerifyASN1(&key.PublicKey, sum[:], signature) {
						b.Fatal("a signature does not hold")
					}
				}
				bare += time.Since(began)
			}
			b.ReportMetric(float64(signatures), "signatures")
			b.ReportMetric(float64(whole)/float64(bare), "times-bare")
		})
	}
}

// countSignatures counts what a bundle's verification cannot do without.
func countSignatures(b *testing.B, v lie) int {
	b.Helper()
	var bundle struct {
		Seals      []Seal     `json:"seals"`
		Conclusion *Seal      `json:"conclusion"`
		Inclusion  *Inclusion `json:"inclusion"`
	}
	if err := json.Unmarshal([]byte(v.text), &bundle); err != nil {
		b.Fatal(err)
	}
	if bundle.Conclusion != nil {
		bundle.Seals = append(bundle.Seals, *bundle.Conclusion)
	}
	n, signers := 0, map[string]bool{}
	for _, s := range bundle.Seals {
		n += 1 + len(s.Endorsements)
		signers["the reader"] = true
		for _, e := range s.Endorsements {
			signers[string(e.Endorser)] = true
		}
	}
	if v.name == "a record" { // its author and two endorsers, who may be among the peers
		n += 3
		signers["the author"] = true
	}
	if bundle.Inclusion != nil {
		for _, s := range bundle.Inclusion.Signatures {
			n++
			signers[string(s.Signer)] = true
		}
	}
	return n + 2*len(signers)
}
