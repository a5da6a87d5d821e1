package network

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// drawn is the profile of a whole network, with addresses.
func drawn(t *testing.T, l layout) *Profile {
	t.Helper()
	p := &Profile{Version: ProfileVersion, Channel: Channel, Chaincode: Chaincode, Ordering: BFT}
	for _, m := range members {
		p.Organizations = append(p.Organizations, l.describe(m))
	}
	if err := p.drawPorts(); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAProfileIsReadAsItWasWritten(t *testing.T) {
	l := layout{t.TempDir()}
	p := drawn(t, l)
	if err := p.write(l.data); err != nil {
		t.Fatal(err)
	}
	got, err := ReadProfile(l.data)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, p) {
		t.Errorf("read %+v, wrote %+v", got, p)
	}
	info, err := os.Stat(ProfilePath(l.data))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestAProfileThatCannotBeReadSaysWhatToDo(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"torn":               {`{"version": 1,`, "netctl reset"},
		"of another day":     {`{"version": 99}`, "version 99"},
		"of another program": {`[]`, "netctl reset"},
	} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			if err := os.WriteFile(ProfilePath(data), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := ReadProfile(data); err == nil || errors.Is(err, ErrNoNetwork) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
	if _, err := ReadProfile(t.TempDir()); !errors.Is(err, ErrNoNetwork) {
		t.Errorf("an empty directory gives %v, want ErrNoNetwork", err)
	}
}

func TestNoPortIsDrawnTwice(t *testing.T) {
	p := drawn(t, layout{t.TempDir()})
	seen := make(map[string]bool)
	for _, o := range p.Organizations {
		if o.Peer == nil {
			if o.Name != "Suppliers" || o.Orderer != nil || o.ChaincodeAddress != "" {
				t.Errorf("%s runs nodes: %+v", o.Name, o)
			}
			continue
		}
		for _, a := range []string{o.Peer.Address, o.Peer.Operations, o.Orderer.Address, o.Orderer.Operations, o.Orderer.Admin, o.ChaincodeAddress} {
			if a == "" || seen[a] {
				t.Errorf("address %q of %s is empty or drawn twice", a, o.Name)
			}
			seen[a] = true
		}
	}
}

func TestATakenPortIsReplacedOnlyIfTheLedgerDoesNotNameIt(t *testing.T) {
	p := drawn(t, layout{t.TempDir()})
	take := func(address string) {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
	}
	if changed, err := p.claimPorts(); changed || err != nil {
		t.Fatalf("free ports: changed %v, %v", changed, err)
	}
	admin := p.Organizations[0].Orderer.Admin
	take(admin)
	if changed, err := p.claimPorts(); !changed || err != nil {
		t.Errorf("a taken admin port: changed %v, %v", changed, err)
	}
	if p.Organizations[0].Orderer.Admin == admin {
		t.Error("the taken port is kept")
	}
	orderer := p.Organizations[2].Orderer.Address
	take(orderer)
	_, err := p.claimPorts()
	if err == nil || !strings.Contains(err.Error(), "orderer.workers") || !strings.Contains(err.Error(), orderer) {
		t.Errorf("a taken orderer port gives %v", err)
	}
	if p.Organizations[2].Orderer.Address != orderer {
		t.Error("an address on the ledger is changed")
	}
}

func TestADataDirectoryIsHeldByOne(t *testing.T) {
	l := layout{t.TempDir()}
	if pid, err := Holder(l.data); pid != 0 || err != nil {
		t.Errorf("nobody holds it, but: %d, %v", pid, err)
	}
	first, err := l.hold()
	if err != nil {
		t.Fatal(err)
	}
	var running *RunningError
	if _, err := l.hold(); !errors.As(err, &running) || running.PID != os.Getpid() {
		t.Errorf("a second holder gets %v", err)
	}
	if err := Remove(l.data); !errors.As(err, &running) {
		t.Errorf("removing a running network gives %v", err)
	}
	if pid, err := Holder(l.data); pid != os.Getpid() || err != nil {
		t.Errorf("holder %d, %v", pid, err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := l.hold()
	if err != nil {
		t.Fatalf("after the first let go: %v", err)
	}
	second.Close()
}

func TestRemoveLeavesOtherFilesAlone(t *testing.T) {
	l := layout{t.TempDir()}
	other := filepath.Join(l.data, "mine.txt")
	if err := errors.Join(
		drawn(t, l).write(l.data),
		os.MkdirAll(l.node("peer.brands"), 0o700),
		os.WriteFile(other, nil, 0o600),
	); err != nil {
		t.Fatal(err)
	}
	if err := Remove(l.data); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(l.data)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 1 || left[0].Name() != "mine.txt" {
		t.Errorf("left behind: %v", left)
	}
}

// A changed identifier would make every network approve its chaincode anew.
func TestEveryoneComputesTheSamePackage(t *testing.T) {
	p, err := packChaincode()
	if err != nil {
		t.Fatal(err)
	}
	const want = "fairlead_1:82ef420edf5117f017219fcc416aa1352a6e8934f325bf12158776e372cb9206"
	if p.id != want {
		t.Errorf("identifier %s, want %s", p.id, want)
	}
}

func TestCollectionsAreReadStrictly(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "collections.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	got, err := readCollections(write(`[{"name":"answers","policy":"OR('WorkersMSP.member')","requiredPeerCount":0,
		"maxPeerCount":1,"blockToLive":0,"memberOnlyRead":true,"memberOnlyWrite":true,
		"endorsementPolicy":{"signaturePolicy":"OR('WorkersMSP.peer')"}}]`))
	if err != nil {
		t.Fatal(err)
	}
	c := got[0].GetStaticCollectionConfig()
	if c.Name != "answers" || !c.MemberOnlyRead || !c.MemberOnlyWrite || c.MaximumPeerCount != 1 ||
		c.MemberOrgsPolicy.GetSignaturePolicy() == nil || c.EndorsementPolicy.GetSignaturePolicy() == nil {
		t.Errorf("read as %v", c)
	}
	for name, text := range map[string]string{
		"a misspelt field":    `[{"name":"a","policy":"OR('WorkersMSP.member')","requiredPeerCount":0,"maxPeerCount":1,"memberOnlyReed":true}]`,
		"no counts":           `[{"name":"a","policy":"OR('WorkersMSP.member')"}]`,
		"no policy":           `[{"name":"a","requiredPeerCount":0,"maxPeerCount":1}]`,
		"two kinds of policy": `[{"name":"a","policy":"OR('WorkersMSP.member')","requiredPeerCount":0,"maxPeerCount":1,"endorsementPolicy":{"signaturePolicy":"OR('WorkersMSP.peer')","channelConfigPolicy":"x"}}]`,
	} {
		if _, err := readCollections(write(text)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if got, err := readCollections(""); got != nil || err != nil {
		t.Errorf("no file gives %v, %v", got, err)
	}
}
