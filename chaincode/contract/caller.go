package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// caller is who asks, as certificate and ledger establish it.
type caller struct {
	provenance.Author
	roles []provenance.Role
}

// adminUnit is the organisational unit by which a membership service provider
// tells an organisation's administrators from its other clients.
const adminUnit = "admin"

// identify establishes the caller: a registrar by an administrator's
// certificate, anybody else by a member's record in good standing.
func identify(ctx transactionContext, s *state) (caller, error) {
	msp, err := ctx.GetClientIdentity().GetMSPID()
	if err != nil {
		return caller{}, fmt.Errorf("reading the caller's organisation: %w", err)
	}
	org, ok := provenance.OrgOfMSP(msp)
	if !ok {
		return caller{}, provenance.Refuse(provenance.NoStanding, "your organisation is not one of this network")
	}
	certificate, err := ctx.GetClientIdentity().GetX509Certificate()
	if err != nil {
		return caller{}, fmt.Errorf("reading the caller's certificate: %w", err)
	}
	if slices.Contains(certificate.Subject.OrganizationalUnit, adminUnit) {
		return caller{provenance.Author{Org: org}, []provenance.Role{provenance.RoleRegistrar}}, nil
	}
	fingerprint := sha256.Sum256(certificate.Raw)
	id, err := s.get(certificateKey(org, hex.EncodeToString(fingerprint[:])))
	if err != nil {
		return caller{}, err
	}
	if id == nil {
		return caller{}, provenance.Refuse(provenance.NoStanding, "your certificate belongs to no member: ask your organisation's registrar to enrol it")
	}
	return s.member(org, provenance.Ref{Kind: provenance.KindMember, ID: string(id)})
}

func (s *state) member(org provenance.Org, ref provenance.Ref) (caller, error) {
	if err := s.load(recordKey(ref), standingKey(ref)); err != nil {
		return caller{}, err
	}
	member, _, err := statement[provenance.Member](s, ref)
	if err != nil {
		return caller{}, err
	}
	switch now, err := s.standing(ref); {
	case err != nil:
		return caller{}, err
	case now.State == provenance.Suspended:
		return caller{}, provenance.Refuse(provenance.NoStanding, "your membership is suspended: ask your organisation's registrar")
	case now.State == provenance.Revoked:
		return caller{}, provenance.Refuse(provenance.NoStanding, "your membership is revoked")
	}
	return caller{provenance.Author{Org: org, Party: member.Party, Member: ref.ID}, member.Roles}, nil
}

// mayWrite says whether one of the caller's roles may write a kind.
func (c caller) mayWrite(spec provenance.Spec) bool {
	return slices.ContainsFunc(c.roles, func(r provenance.Role) bool { return spec.MayWrite(c.Org, r) })
}

// sameAuthor says whether two records speak for the same party; a party may
// have many members. Registrars speak for their organisation.
func sameAuthor(a, b provenance.Author) bool { return a.Org == b.Org && a.Party == b.Party }
