package world

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// Signers are where a world's people get their keys from.
type Signers interface {
	// Registrar has an administrator's certificate of the organisation.
	Registrar(provenance.Org) ledger.Signer
	// Enrol makes a fresh certificate of the organisation, which is no member's yet.
	Enrol(provenance.Org) ledger.Signer
}

// Cast is a world's members, each of the party of the same name.
type Cast struct {
	Brand, Auditor, Union, Oversight, Supplier, Recruiter, Observer ledger.Signer
}

// Found states who and where: the parties, a member of each, the accreditation,
// the site and the products.
func (w *World) Found(ctx context.Context, relay ledger.Relay, signers Signers) (Cast, error) {
	var cast Cast
	for _, m := range []struct {
		org   provenance.Org
		party *provenance.Party
		role  provenance.Role
		as    *ledger.Signer
	}{
		{provenance.Brands, &w.Brand, provenance.RoleBrand, &cast.Brand},
		{provenance.Auditors, &w.Firm, provenance.RoleAuditor, &cast.Auditor},
		{provenance.Workers, &w.Union, provenance.RoleUnion, &cast.Union},
		{provenance.Oversight, &w.Authority, provenance.RoleOversight, &cast.Oversight},
		{provenance.Suppliers, &w.Factory, provenance.RoleSupplier, &cast.Supplier},
		{provenance.Suppliers, &w.Agency, provenance.RoleRecruiter, &cast.Recruiter},
		{provenance.Oversight, &w.Watch.Observer, provenance.RoleObserver, &cast.Observer},
	} {
		if _, err := State(ctx, relay, signers.Registrar(m.org), m.party); err != nil {
			return Cast{}, err
		}
		var err error
		if *m.as, err = w.Admit(ctx, relay, signers, m.org, m.party, m.role); err != nil {
			return Cast{}, err
		}
	}
	for _, s := range []struct {
		as        ledger.Signer
		statement provenance.Statement
	}{
		{cast.Oversight, &w.Accreditation}, {cast.Oversight, &w.Admission}, {cast.Supplier, &w.Site}, {cast.Supplier, &w.Cloth}, {cast.Brand, &w.Shirt},
	} {
		if _, err := State(ctx, relay, s.as, s.statement); err != nil {
			return Cast{}, err
		}
	}
	return cast, nil
}

// Admit makes a further member of a party.
func (w *World) Admit(ctx context.Context, relay ledger.Relay, signers Signers, org provenance.Org, party *provenance.Party, role provenance.Role) (ledger.Signer, error) {
	as := signers.Enrol(org)
	certificate, err := Fingerprint(as)
	if err != nil {
		return nil, err
	}
	member := w.Member(party, role, certificate)
	_, err = State(ctx, relay, signers.Registrar(org), &member)
	return as, err
}

// Fingerprint is what the ledger knows a certificate by.
func Fingerprint(as ledger.Signer) (string, error) {
	certificate, err := as.Identity().Parse()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(certificate.Raw)
	return hex.EncodeToString(sum[:]), nil
}

// Tell states the rest of a founded world, each by whose it is.
func (w *World) Tell(ctx context.Context, relay ledger.Relay, cast Cast) error {
	misread := w.Misread()
	for _, s := range []struct {
		as        ledger.Signer
		statement provenance.Statement
	}{
		{cast.Supplier, &w.ClothMade}, {cast.Supplier, &w.ShirtMade}, {cast.Auditor, &w.Audit}, {cast.Supplier, &w.Action}, {cast.Supplier, &w.Step},
		{cast.Auditor, &w.Extension}, {cast.Auditor, &w.Children}, {cast.Union, &w.ChildPlan},
		{cast.Supplier, &misread}, {cast.Supplier, Wrong(misread, "2025-10-03T03:00:00.000Z")}, {cast.Supplier, w.Yield("0.92")},
		{cast.Oversight, &w.Watch.Accreditation}, {cast.Supplier, &w.Watch.Vessel}, {cast.Observer, &w.Watch.Gap}, {cast.Supplier, &w.Watch.Reply},
		{cast.Observer, &w.Watch.Decision}, {cast.Observer, &w.Watch.Screening}, {cast.Oversight, &w.Watch.Clock}, {cast.Supplier, &w.Watch.Total},
		{cast.Brand, &w.Annex.Site}, {cast.Brand, &w.Annex.Twin}, {cast.Brand, &w.Annex.Amendment}, {cast.Supplier, &w.Annex.Claim}, {cast.Brand, &w.Annex.Decision},
		{cast.Brand, &w.Annex.Merge}, {cast.Brand, &w.Annex.Split}, {cast.Supplier, &w.Annex.Status},
		{cast.Oversight, &w.Amend.Party}, {cast.Brand, &w.Amend.Product}, {cast.Oversight, &w.Amend.AgeRule},
		{cast.Union, &w.Cohort}, {cast.Union, &w.Fees}, {cast.Supplier, &w.Repayment}, {cast.Union, &w.Check}, {cast.Union, &w.Attestation},
	} {
		if _, err := State(ctx, relay, s.as, s.statement); err != nil {
			return err
		}
	}
	return nil
}

// State states one document of one kind.
func State(ctx context.Context, relay ledger.Relay, author ledger.Signer, statements ...provenance.Statement) (ledger.Statement, error) {
	s, err := ledger.State(ctx, relay, author, Transaction(statements[0]), Document(statements...))
	if err != nil {
		return s, fmt.Errorf("stating a %s: %w", statements[0].Kind(), err)
	}
	return s, nil
}
