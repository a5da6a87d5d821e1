package stubtest

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"
)

func TestAContractReadsAnIdentity(t *testing.T) {
	p := peerOf(t, func(ctx transaction, _ string) (string, error) {
		id := ctx.GetClientIdentity()
		mspid, err := id.GetMSPID()
		if err != nil {
			return "", err
		}
		isClient, err := cid.HasOUValue(ctx.GetStub(), "client")
		if err != nil {
			return "", err
		}
		isPeer, err := cid.HasOUValue(ctx.GetStub(), "peer")
		if err != nil {
			return "", err
		}
		firm, found, err := id.GetAttributeValue("firm")
		if err != nil {
			return "", err
		}
		cert, err := id.GetX509Certificate()
		if err != nil {
			return "", err
		}
		return fmt.Sprintln(mspid, cert.Subject.CommonName, isClient, isPeer, firm, found), nil
	})
	p.Strict(t)
	for _, c := range []struct {
		id   *Identity
		want string
	}{
		{auditor, "AuditorsMSP ann true false north true\n"},
		{NewIdentity("BrandsMSP", "peer0", "peer", nil), "BrandsMSP peer0 false true  false\n"},
	} {
		prop := call("")
		prop.Creator = c.id.Creator
		if got := string(endorsed(t, p.Simulate(prop)).Payload); got != c.want {
			t.Errorf("the contract reads %q, want %q", got, c.want)
		}
	}
}

func TestAnIdentitySigns(t *testing.T) {
	digest := sha256.Sum256([]byte("text"))
	sig, err := ecdsa.SignASN1(nil, auditor.Key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	if !ecdsa.VerifyASN1(auditor.Certificate.PublicKey.(*ecdsa.PublicKey), digest[:], sig) {
		t.Error("the certificate is not of the key")
	}
	if err := auditor.Certificate.CheckSignature(auditor.Certificate.SignatureAlgorithm,
		auditor.Certificate.RawTBSCertificate, auditor.Certificate.Signature); err != nil {
		t.Error(err)
	}
}

func TestARoleIsOneOfFabrics(t *testing.T) {
	for _, role := range roles {
		if got := NewIdentity("OversightMSP", "x", role, nil).Certificate.Subject.OrganizationalUnit; len(got) != 1 || got[0] != role {
			t.Errorf("the certificate of a %s has the units %q", role, got)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("there is a role \"auditor\"")
		}
	}()
	NewIdentity("AuditorsMSP", "x", "auditor", nil)
}
