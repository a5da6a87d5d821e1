package fabric

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

const profileText = `{
  "version": 1, "channel": "labour", "chaincode": "fairlead", "ordering": "bft",
  "organizations": [
    {"name": "Auditors", "mspid": "AuditorsMSP", "tlsCA": "/a.pem", "peer": {"name": "peer.auditors", "address": "127.0.0.1:1"}},
    {"name": "Brands", "mspid": "BrandsMSP", "tlsCA": "/b.pem", "peer": {"name": "peer.brands", "address": "127.0.0.1:2"}},
    {"name": "Suppliers", "mspid": "SuppliersMSP", "tlsCA": "/s.pem"}
  ],
  "reader": {"mspid": "BrandsMSP", "dir": "/reader"}
}`

func readText(t *testing.T, text string) (*Profile, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "network.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return ReadProfile(path)
}

func TestTheReadersOwnPeerIsPreferred(t *testing.T) {
	p, err := readText(t, profileText)
	if err != nil {
		t.Fatal(err)
	}
	hosts := p.hosts()
	if len(hosts) != 2 || hosts[0].Peer.Name != "peer.brands" || hosts[1].Peer.Name != "peer.auditors" {
		t.Errorf("%+v", hosts)
	}
}

func TestAGatewayReadsAsTheOrganisationWhoseItIs(t *testing.T) {
	text := strings.Replace(profileText, `"address": "127.0.0.1:1"}}`, `"address": "127.0.0.1:1"}, "reader": {"mspid": "AuditorsMSP", "dir": "/auditors"}}`, 1)
	p, err := readText(t, text)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.readAs(provenance.Auditors); err != nil || p.Reader.Dir != "/auditors" || p.hosts()[0].Name != "Auditors" {
		t.Errorf("reading as Auditors: %+v (%v)", p.Reader, err)
	}
	for _, org := range []provenance.Org{provenance.Brands, provenance.Suppliers, provenance.Workers} {
		if err := p.readAs(org); err == nil {
			t.Errorf("it reads as %s without a reader of theirs", org)
		}
	}
}

func TestAProfileThatCannotServeIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ from, to, says string }{
		"another version":         {`"version": 1`, `"version": 2`, "version 2"},
		"no channel":              {`"channel": "labour"`, `"channel": ""`, "no channel"},
		"no chaincode":            {`"chaincode": "fairlead"`, `"chaincode": ""`, "no chaincode"},
		"a stranger":              {`"AuditorsMSP"`, `"StrangersMSP"`, "Auditors"},
		"no reader":               {`"reader": {"mspid": "BrandsMSP"`, `"reader": {"mspid": ""`, "no reader"},
		"no peers":                {`"peer"`, `"pear"`, "runs a peer"},
		"text that is no profile": {`{`, `[`, "network.json"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readText(t, strings.ReplaceAll(profileText, c.from, c.to))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want something on %q", err, c.says)
			}
		})
	}
}
