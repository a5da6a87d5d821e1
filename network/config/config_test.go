package config

import (
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

func parse(t *testing.T, text []byte, err error) map[string]any {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var parsed map[string]any
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return parsed
}

// at walks down maps.
func at(t *testing.T, tree any, path ...string) any {
	t.Helper()
	for _, key := range path {
		level, ok := tree.(map[string]any)
		if !ok {
			t.Fatalf("no %s of %v", key, path)
		}
		tree = level[key]
	}
	return tree
}

func duration(t *testing.T, tree any, path ...string) time.Duration {
	t.Helper()
	text, _ := at(t, tree, path...).(string)
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("%v: %v", path, err)
	}
	return d
}

func channel(bft bool) Channel {
	c := Channel{BFT: bft}
	for _, name := range []string{"Brands", "Auditors", "Workers", "Oversight"} {
		c.Organizations = append(c.Organizations, Organization{
			Name: name, MSPID: name + "MSP", MSPDir: `/with "quotes" and: colons`,
			Peer: &Endpoint{"127.0.0.1", "20001"}, Orderer: &Endpoint{"127.0.0.1", "20002"},
			OrdererIdentity: "/id.pem", OrdererTLSCert: "/tls.pem",
		})
	}
	c.Organizations = append(c.Organizations, Organization{Name: "Suppliers", MSPID: "SuppliersMSP", MSPDir: "/s"})
	return c
}

func TestEveryOrganizationReadsAndWritesAndFourOrder(t *testing.T) {
	for _, bft := range []bool{true, false} {
		text, err := channel(bft).YAML()
		tree := parse(t, text, err)
		organizations := at(t, tree, "Organizations").([]any)
		if len(organizations) != 5 {
			t.Fatalf("%d organisations", len(organizations))
		}
		for _, o := range organizations {
			id := at(t, o, "ID").(string)
			for _, policy := range []string{"Readers", "Writers"} {
				if got, want := at(t, o, "Policies", policy, "Rule"), "OR('"+id+".member')"; got != want {
					t.Errorf("%s of %s: %v, want %s", policy, id, got, want)
				}
			}
		}
		if got := at(t, organizations[0], "MSPDir"); got != `/with "quotes" and: colons` {
			t.Errorf("a path is spoilt: %v", got)
		}
		profile := at(t, tree, "Profiles", Profile)
		if n := len(at(t, profile, "Application", "Organizations").([]any)); n != 5 {
			t.Errorf("%d organisations in the application", n)
		}
		consenters := at(t, profile, "Orderer", "ConsenterMapping")
		if !bft {
			consenters = at(t, profile, "Orderer", "EtcdRaft", "Consenters")
		}
		if n := len(consenters.([]any)); n != 4 {
			t.Errorf("%d consenters", n)
		}
	}
}

// SmartBFT refuses to run, or deposes healthy leaders, when its timers are not
// in this order.
func TestBFTTimersAreInOrder(t *testing.T) {
	text, err := channel(true).YAML()
	options := at(t, parse(t, text, err), "Profiles", Profile, "Orderer", "SmartBFT")
	var before time.Duration
	for _, name := range []string{
		"RequestBatchMaxInterval", "RequestForwardTimeout", "RequestComplainTimeout",
		"LeaderHeartbeatTimeout", "ViewChangeTimeout", "RequestAutoRemoveTimeout",
	} {
		now := duration(t, options, name)
		if now <= before {
			t.Errorf("%s of %v is not longer than %v", name, now, before)
		}
		before = now
	}
}

func TestPeersCheckTheTimeOfProposals(t *testing.T) {
	text, err := Peer{Name: "peer.brands", Address: "127.0.0.1:20001", Builder: `/b "c"`}.YAML()
	tree := parse(t, text, err)
	if got := duration(t, tree, "peer", "authentication", "timewindow"); got != 15*time.Minute {
		t.Errorf("time window %v", got)
	}
	var filters []string
	for _, f := range at(t, tree, "peer", "handlers", "authFilters").([]any) {
		filters = append(filters, at(t, f, "name").(string))
	}
	if len(filters) != 3 || filters[1] != "ExpirationCheck" || filters[2] != "TimeWindowCheck" {
		t.Errorf("filters %v", filters)
	}
	if got := at(t, tree, "vm", "endpoint"); got != "" {
		t.Errorf("a peer with Docker at %v", got)
	}
}

func TestAnOrderersConfigurationIsWhole(t *testing.T) {
	text, err := Orderer{
		MSPID: "BrandsMSP", Host: "127.0.0.1", Port: "20002", Operations: "127.0.0.1:20003", Admin: "127.0.0.1:20004",
		TLSCert: "/cert", TLSKey: "/key", TLSRoot: "/root", Ledger: "/ledger",
	}.YAML()
	tree := parse(t, text, err)
	if at(t, tree, "General", "TLS", "Enabled") != true || at(t, tree, "Admin", "TLS", "ClientAuthRequired") != true {
		t.Errorf("an orderer without TLS: %s", text)
	}
	if got := at(t, tree, "Admin", "ListenAddress"); got != "127.0.0.1:20004" {
		t.Errorf("admin address %v", got)
	}
}
