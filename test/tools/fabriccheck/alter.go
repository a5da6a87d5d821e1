package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// altered is a seal that is not as the network made it.
type altered struct {
	at   int
	name string
	seal seal
}

// flips is how many places of each part have one bit changed.
const flips = 6

// alterations are all of a bundle's first and last seal.
func alterations(seals []seal) []altered {
	var all []altered
	for _, at := range []int{0, len(seals) - 1} {
		if at > 0 || len(all) == 0 {
			for _, a := range alter(seals[at], seals[(at+1)%len(seals)]) {
				a.at = at
				all = append(all, a)
			}
		}
	}
	return all
}

func alter(s, other seal) []altered {
	var all []altered
	add := func(name string, change func(*seal)) {
		changed := seal{Proposal: bytes.Clone(s.Proposal), Response: bytes.Clone(s.Response), Signature: bytes.Clone(s.Signature)}
		for _, e := range s.Endorsements {
			changed.Endorsements = append(changed.Endorsements, endorsement{bytes.Clone(e.Endorser), bytes.Clone(e.Signature)})
		}
		change(&changed)
		all = append(all, altered{name: name, seal: changed})
	}
	for i := range flips {
		add(fmt.Sprintf("a bit of the proposal, place %d of %d", i, flips), func(s *seal) { flip(s.Proposal, i) })
		add(fmt.Sprintf("a bit of the asker's signature, place %d of %d", i, flips), func(s *seal) { flip(s.Signature, i) })
		add(fmt.Sprintf("a bit of the response, place %d of %d", i, flips), func(s *seal) { flip(s.Response, i) })
		add(fmt.Sprintf("a bit of an endorsement, place %d of %d", i, flips), func(s *seal) { flip(s.Endorsements[0].Signature, i) })
		add(fmt.Sprintf("a bit of an endorser, place %d of %d", i, flips), func(s *seal) { flip(s.Endorsements[0].Endorser, i) })
	}
	add("the asker's signature with the higher S", func(s *seal) { s.Signature = high(s.Signature) })
	add("the asker's signature is an endorser's", func(s *seal) { s.Signature = s.Endorsements[0].Signature })
	add("no signature of the asker", func(s *seal) { s.Signature = []byte{} })
	add("no endorsements", func(s *seal) { s.Endorsements = []endorsement{} })
	for i := range s.Endorsements {
		add(fmt.Sprintf("endorsement %d with the higher S", i), func(s *seal) { s.Endorsements[i].Signature = high(s.Endorsements[i].Signature) })
		add(fmt.Sprintf("endorsement %d by the asker", i), func(s *seal) { s.Endorsements[i].Signature = s.Signature })
		add(fmt.Sprintf("endorsement %d by who looks like it", i), func(s *seal) { s.Endorsements[i] = lookalike(s.Endorsements[i], s.Response) })
	}
	if len(s.Endorsements) > 1 {
		add("endorsed twice by one", func(s *seal) { s.Endorsements[1] = s.Endorsements[0] })
		add("endorsed by the first alone", func(s *seal) { s.Endorsements = s.Endorsements[:1] })
		add("endorsed by the last alone", func(s *seal) { s.Endorsements = s.Endorsements[1:] })
		add("endorsers in each other's place", func(s *seal) {
			s.Endorsements[0].Endorser, s.Endorsements[1].Endorser = s.Endorsements[1].Endorser, s.Endorsements[0].Endorser
		})
		add("a third endorsement that does not hold", func(s *seal) { s.Endorsements = append(s.Endorsements, lookalike(s.Endorsements[0], s.Response)) })
	}
	if !bytes.Equal(s.Proposal, other.Proposal) {
		add("the answer to another question", func(s *seal) { s.Response, s.Endorsements = other.Response, other.Endorsements })
		add("another question", func(s *seal) { s.Proposal, s.Signature = other.Proposal, other.Signature })
	}
	return all
}

// flip changes one bit, at one of a few places spread over a text.
func flip(text []byte, place int) { text[place*(len(text)-1)/(flips-1)] ^= 1 << (place % 8) }

// high gives a signature the other value of S that holds.
func high(signature []byte) []byte {
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(signature, &pair); err != nil {
		panic(err) // the network made it
	}
	pair.S.Sub(elliptic.P256().Params().N, pair.S)
	text, err := asn1.Marshal(pair)
	if err != nil {
		panic(err) // two numbers
	}
	return text
}

// lookalike endorses with a certificate that has the names of the endorser's and
// its issuer's, and nothing else of theirs.
func lookalike(of endorsement, response []byte) endorsement {
	identity := new(msp.SerializedIdentity)
	must(proto.Unmarshal(of.Endorser, identity))
	block, _ := pem.Decode(identity.IdBytes)
	real, err := x509.ParseCertificate(block.Bytes)
	must(err)
	issuerKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	issuer := &x509.Certificate{SerialNumber: big.NewInt(1), RawSubject: real.RawIssuer, Subject: pkix.Name{}, NotBefore: real.NotBefore, NotAfter: real.NotAfter.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, SubjectKeyId: real.AuthorityKeyId}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: real.SerialNumber, RawSubject: real.RawSubject,
		NotBefore: real.NotBefore, NotAfter: real.NotAfter, KeyUsage: real.KeyUsage}, issuer, key.Public(), issuerKey)
	must(err)
	identity.IdBytes = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	endorser, err := proto.Marshal(identity)
	must(err)
	sum := sha256.Sum256(append(append([]byte(nil), response...), endorser...))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	must(err)
	if n := elliptic.P256().Params().N; s.Cmp(new(big.Int).Rsh(n, 1)) > 0 {
		s.Sub(n, s)
	}
	signature, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	must(err)
	return endorsement{endorser, signature}
}

func must(err error) {
	if err != nil {
		panic(err) // of keys and certificates made here
	}
}
