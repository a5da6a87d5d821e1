package proof

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

func failures(r Report) (out []string) {
	for _, s := range r.Steps {
		if s.Result == Failed {
			out = append(out, s.Check+": "+s.Detail)
		}
	}
	return out
}

func TestHonestBundlesHold(t *testing.T) {
	n := told(t)
	for _, full := range []bool{false, true} {
		r := n.verify(n.bundle(full, twist{}))
		if !r.Holds() || len(r.Steps) != 8 {
			t.Errorf("full %v: %v after %d steps", full, failures(r), len(r.Steps))
		}
		hidden := slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Result == NotShown })
		if hidden == full {
			t.Errorf("full %v: the report says that something is not shown: %v", full, hidden)
		}
	}
}

// TestNothingClosedIsInAPublicBundle looks for every record that is not shown
// one by one in all that the bundle holds, seals included.
func TestNothingClosedIsInAPublicBundle(t *testing.T) {
	n := told(t)
	b := n.bundle(false, twist{})
	text, err := provenance.Canonical(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range b.Seals {
		text = append(append(text, s.Proposal...), s.Response...)
	}
	closed := 0
	for _, r := range n.records {
		if r.Public() {
			continue
		}
		closed++
		if digest, _ := provenance.Digest(r); bytes.Contains(text, []byte(digest)) {
			t.Errorf("the digest of a %s is in the public bundle", r.Kind)
		}
		if !strings.HasPrefix(string(r.Kind), "child-") && r.Kind != provenance.KindObservation && r.Kind != provenance.KindScreening {
			continue // the answer names groups
		}
		if bytes.Contains(text, []byte(r.ID)) {
			t.Errorf("the identifier of a %s is in the public bundle", r.Kind)
		}
	}
	if closed < 5 {
		t.Errorf("only %d records of the world are not shown one by one", closed)
	}
}

// TestNoMutationPasses leaves out, repeats, alters and swaps every part of real
// bundles, one at a time.
func TestNoMutationPasses(t *testing.T) {
	n := told(t)
	for _, full := range []bool{false, true} {
		whole := n.bundle(full, twist{})
		wrong := func(what string, change func(*Product)) {
			b := whole
			b.Record, b.Seals = slices.Clone(whole.Record), slices.Clone(whole.Seals)
			for i := range b.Seals {
				b.Seals[i].Endorsements = slices.Clone(b.Seals[i].Endorsements)
			}
			change(&b)
			if n.verify(b).Holds() {
				t.Errorf("full %v: %s, and nothing failed", full, what)
			}
		}
		for i := range whole.Record {
			var r provenance.Record
			if err := json.Unmarshal([]byte(whole.Record[i]), &r); err != nil {
				t.Fatal(err)
			}
			wrong("left out "+r.Ref().String(), func(b *Product) { b.Record = slices.Delete(b.Record, i, i+1) })
			wrong("repeated "+r.Ref().String(), func(b *Product) { b.Record = append(b.Record, b.Record[i]) })
			wrong("altered the author of "+r.Ref().String(), func(b *Product) {
				r.By.Member += "x"
				text, _ := provenance.Canonical(r)
				b.Record[i] = string(text)
			})
			wrong("spelled otherwise "+r.Ref().String(), func(b *Product) { b.Record[i] = " " + b.Record[i] })
			wrong("substituted "+r.Ref().String(), func(b *Product) {
				r.ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
				text, _ := provenance.Canonical(r)
				b.Record[i] = string(text)
			})
		}
		for i := range whole.Seals {
			wrong("left out a seal", func(b *Product) { b.Seals = slices.Delete(b.Seals, i, i+1) })
			wrong("repeated a seal", func(b *Product) { b.Seals = append(b.Seals, b.Seals[i]) })
			for j := range whole.Seals[i].Endorsements {
				wrong("left out an endorsement", func(b *Product) { b.Seals[i].Endorsements = slices.Delete(b.Seals[i].Endorsements, j, j+1) })
				for _, flipped := range []func(*Endorsement){
					func(e *Endorsement) { e.Signature = flip(e.Signature, len(e.Signature)-1) },
					func(e *Endorsement) { e.Endorser = flip(e.Endorser, len(e.Endorser)/2) },
				} {
					wrong("altered an endorsement", func(b *Product) { flipped(&b.Seals[i].Endorsements[j]) })
				}
			}
			for at := 0; at < len(whole.Seals[i].Response); at += 1 + len(whole.Seals[i].Response)/50 {
				wrong("altered a response", func(b *Product) { b.Seals[i].Response = flip(b.Seals[i].Response, at) })
			}
			for at := 0; at < len(whole.Seals[i].Proposal); at += 1 + len(whole.Seals[i].Proposal)/50 {
				wrong("altered a proposal", func(b *Product) { b.Seals[i].Proposal = flip(b.Seals[i].Proposal, at) })
			}
		}
		wrong("altered the nonce", func(b *Product) { b.Nonce = nonceOf(8) })
		wrong("altered the moment", func(b *Product) { b.AsOf = "2026-01-01T00:00:00.000Z" })
		wrong("altered the product", func(b *Product) { b.GTIN = n.world.Cloth.GTIN })
		wrong("altered the lot", func(b *Product) { b.Lot = "S-2" })
		wrong("said otherwise what it holds", func(b *Product) { b.Full = !b.Full })
		var answer provenance.Answer
		if err := json.Unmarshal([]byte(whole.Answer), &answer); err != nil {
			t.Fatal(err)
		}
		for what, change := range map[string]func(*provenance.Answer){
			"a name":  func(a *provenance.Answer) { a.Product = "Other" },
			"a site":  func(a *provenance.Answer) { a.Sites = []provenance.Site{} },
			"a cover": func(a *provenance.Answer) { a.Sites = slices.Clone(a.Sites); a.Sites[0].Coverage = "OTHER" },
			"audits":  func(a *provenance.Answer) { a.Audits = []provenance.AuditLine{} },
			"lots":    func(a *provenance.Answer) { a.Lots++ },
		} {
			wrong("altered "+what+" of the answer", func(b *Product) {
				a := answer
				change(&a)
				text, _ := provenance.Canonical(a)
				b.Answer = string(text)
			})
		}
	}
}

func flip(text []byte, at int) []byte {
	out := bytes.Clone(text)
	out[at] ^= 1
	return out
}

// TestSealsThatMustNotPass has peers sign as they must not.
func TestSealsThatMustNotPass(t *testing.T) {
	n := told(t)
	brands, workers := n.peers[provenance.Brands], n.peers[provenance.Workers]
	stranger := told(t)
	client := n.enrol(provenance.Brands, "peer")
	for name, c := range map[string]struct {
		twist twist
		says  string
	}{
		"one organisation":   {twist{peers: []someone{brands}}, "independent"},
		"the same twice":     {twist{peers: []someone{brands, brands}}, "independent"},
		"two commercial":     {twist{peers: []someone{brands, n.peers[provenance.Auditors]}}, "independent"},
		"two independent":    {twist{peers: []someone{workers, n.peers[provenance.Oversight]}}, "independent"},
		"a client as a peer": {twist{peers: []someone{brands, n.enrol(provenance.Workers, "client")}}, "no peer's"},
		"an administrator":   {twist{peers: []someone{brands, n.enrol(provenance.Workers, "admin")}}, "no peer's"},
		"no role":            {twist{peers: []someone{brands, n.enrol(provenance.Workers, "staff")}}, "no peer's"},
		"two roles": {twist{peers: []someone{brands, n.enrol(provenance.Workers, "peer", func(c *x509.Certificate) {
			c.Subject.OrganizationalUnit = append(c.Subject.OrganizationalUnit, "client")
		})}}, "two roles"},
		"an expired certificate": {twist{peers: []someone{brands, n.enrol(provenance.Workers, "peer", func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = sealed.AddDate(-2, 0, 0), sealed.AddDate(-1, 0, 0)
		})}}, "in date"},
		"one not yet in date":     {twist{peers: []someone{brands, n.enrol(provenance.Workers, "peer", func(c *x509.Certificate) { c.NotBefore, c.NotAfter = sealed.AddDate(1, 0, 0), sealed.AddDate(2, 0, 0) })}}, "in date"},
		"another network's peer":  {twist{peers: []someone{brands, stranger.peers[provenance.Workers]}}, "no pinned root"},
		"an RSA key":              {twist{peers: []someone{brands, n.rsaPeer(provenance.Workers)}}, "P-256"},
		"high S":                  {twist{high: true}, "higher value of S"},
		"a refusal":               {twist{status: 500}, "status is 500"},
		"another identifier":      {twist{txID: nonceOf(1)}, "identifier"},
		"another proposal's hash": {twist{proposal: []byte("x")}, "another proposal"},
		"a peer that asks":        {twist{asker: &client}, "asker"},
	} {
		t.Run(name, func(t *testing.T) {
			r := n.verify(n.bundle(false, c.twist))
			if r.Holds() || !strings.Contains(strings.Join(failures(r), " "), c.says) {
				t.Errorf("it found %v, want something on %q", failures(r), c.says)
			}
		})
	}
}

func TestOldSealsAndOthersNonces(t *testing.T) {
	n := told(t)
	text, err := provenance.Canonical(n.bundle(false, twist{}))
	if err != nil {
		t.Fatal(err)
	}
	for name, terms := range map[string]Terms{
		"too old":          {Now: sealed.Add(25 * time.Hour), MaxAge: 24 * time.Hour},
		"of a time ahead":  {Now: sealed.Add(-time.Hour)},
		"another's nonce":  {Now: sealed, Nonce: nonceOf(9)},
		"not a known root": {},
	} {
		roots := n.roots()
		if name == "not a known root" {
			terms.Now, roots.Organizations = sealed, roots.Organizations[:1]
		}
		if r, err := VerifyProduct(text, roots, terms); err != nil || r.Holds() {
			t.Errorf("%s: it holds (%v)", name, err)
		}
	}
}

func TestARevokedPeerCountsNoMore(t *testing.T) {
	n := told(t)
	b := n.bundle(false, twist{})
	m, err := read(n.peers[provenance.Workers].identity)
	if err != nil {
		t.Fatal(err)
	}
	c, err := certificate(m.text(2))
	if err != nil {
		t.Fatal(err)
	}
	a := n.orgs[provenance.Workers]
	for when, holds := range map[time.Time]bool{sealed.Add(-time.Hour): false, sealed.Add(time.Hour): true} {
		der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
			Number: big.NewInt(1), ThisUpdate: when, NextUpdate: when.AddDate(1, 0, 0),
			RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: c.SerialNumber, RevocationTime: when}},
		}, a.intermediate, a.intermediateKy)
		if err != nil {
			t.Fatal(err)
		}
		roots := n.roots()
		for i := range roots.Organizations {
			if roots.Organizations[i].Name == provenance.Workers {
				roots.Organizations[i].Revoked = []string{string(pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}))}
			}
		}
		text, err := provenance.Canonical(b)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := VerifyProduct(text, roots, Terms{Now: sealed}); err != nil || r.Holds() != holds {
			t.Errorf("revoked at %s: holds %v (%v, %v)", when, r.Holds(), failures(r), err)
		}
	}
}
