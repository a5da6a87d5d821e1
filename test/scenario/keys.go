package scenario

import (
	"crypto/sha256"
	"errors"
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

// keys: what signatures and receipts protect from.
func (s *story) keys() {
	s.chapter("KEYS AND BYTES")
	site := s.newSite("Riverside Garments, store")
	draft := ledger.Draft{Author: s.as.Supplier.Identity(), Transaction: world.Transaction(site), Document: world.Document(site)}
	unsigned, err := s.Ledger.Prepare(s.Context(), draft)
	if err != nil {
		s.Fatal(err)
	}
	proposal := s.sign(s.as.Supplier, unsigned.Bytes)
	changed := ledger.Signed{Bytes: []byte(strings.Replace(string(unsigned.Bytes), "a", "b", 1)), Signature: proposal.Signature}
	_, err = s.Ledger.Endorse(s.Context(), changed)
	s.tampered(err, "A gateway changes what was signed, on its way.")
	endorsed, err := s.Ledger.Endorse(s.Context(), proposal)
	if err != nil {
		s.Fatal(err)
	}
	_, err = s.Ledger.Submit(s.Context(), s.sign(s.as.Brand, endorsed.Bytes))
	s.tampered(err, "Somebody else signs the endorsed transaction.")
	transaction := s.sign(s.as.Supplier, endorsed.Bytes)
	first, err := s.Ledger.Submit(s.Context(), transaction)
	if err != nil {
		s.Fatal(err)
	}
	s.line("The factory's own signature records it.")
	if _, err := s.Ledger.Endorse(s.Context(), proposal); !errors.Is(err, ledger.ErrUnknownFate) {
		s.Errorf("a proposal that is handed in again: %v", err)
	}
	again, err := s.Ledger.Submit(s.Context(), transaction)
	if err != nil || again != first {
		s.Errorf("a transaction that is handed in again: %v, %v; first %v", again, err, first)
	}
	s.line("✗ Somebody who listened hands in the same signed bytes again, and again.")
	s.line("  → one effect: the answer is the first commit, in its block.")

	s.heldBack()
	lost, err := s.Admit(s.Context(), s.Ledger, signers{s.Opened}, provenance.Suppliers, &s.Factory, provenance.RoleSupplier)
	if err != nil {
		s.Fatal(err)
	}
	s.follow()
	member := s.records[len(s.records)-1].ID
	s.cheats(s.Registrar(provenance.Brands), provenance.NoStanding, "The brands' registrar shuts out a member of the factory.", &provenance.Standing{
		ID: s.ID(), Subject: provenance.Subject{Kind: provenance.KindMember, ID: member}, State: provenance.Revoked, Reason: "MISCONDUCT"})
	s.happens(s.Registrar(provenance.Suppliers), "A member of the factory loses a key; the registrar revokes it.", &provenance.Standing{
		ID: s.ID(), Subject: provenance.Subject{Kind: provenance.KindMember, ID: member}, State: provenance.Revoked, Reason: "KEY_LOST"})
	s.cheats(lost, provenance.NoStanding, "The finder of the key registers a site.", s.newSite("Found mill"))
}

// tampered: bytes that the author did not sign are refused; by which code
// depends on where they were touched.
// heldBack: nothing keeps an author from handing in late what was endorsed
// early; the order of blocks tells.
func (s *story) heldBack() {
	early := s.newSite("Riverside Garments, dormitory")
	transaction := s.endorsed(s.as.Supplier, early)
	s.line("✗ The factory has a dormitory's registration endorsed, and keeps it in a drawer, to seem to have told of it early.")
	s.happens(s.as.Supplier, "It registers a canteen meanwhile.", s.newSite("Riverside Garments, canteen"))
	if _, err := s.Ledger.Submit(s.Context(), transaction); err != nil {
		s.Fatal(err)
	}
	s.follow()
	before, last := s.records[len(s.records)-2], s.records[len(s.records)-1]
	s.seen(last.ID == early.ID && last.At < before.At, "it stands in a block behind the canteen's with an earlier time: it came later than it says")
}

func (s *story) tampered(err error, what string) {
	s.Helper()
	if _, ok := provenance.AsRefusal(err); !ok {
		s.Errorf("%s: %v, want a refusal", what, err)
	}
	s.line("✗ %s", what)
	s.line("    refused: the author did not sign this.")
}

func (s *story) sign(as ledger.Signer, text []byte) ledger.Signed {
	s.Helper()
	digest := sha256.Sum256(text)
	signature, err := as.Sign(digest[:])
	if err != nil {
		s.Fatal(err)
	}
	return ledger.Signed{Bytes: text, Signature: signature}
}
