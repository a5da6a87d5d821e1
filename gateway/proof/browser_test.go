package proof

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

const runner = `
import {readFileSync} from 'node:fs'
const {verify} = await import(process.argv[2])
const {roots, now, cases} = JSON.parse(readFileSync(process.argv[3]))
const out = []
for (const c of cases) out.push(await verify(c.bundle, roots, {now, maxAge: 24 * 3600e3}))
console.log(JSON.stringify(out))
`

// TestTheBrowsersModuleAgrees runs web/static/verify.mjs in Node on the bundles
// that the tests here make, good and bad.
func TestTheBrowsersModuleAgrees(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: the module that browsers run is not tried; what it must find is tested in Go above")
	}
	n := told(t)
	type vector struct {
		Name   string  `json:"name"`
		Bundle Product `json:"bundle"`
	}
	whole := n.bundle(false, twist{})
	cases := []vector{{"honest", whole}}
	bad := func(name string, change func(*Product)) {
		b := whole
		b.Record, b.Seals = slices.Clone(whole.Record), slices.Clone(whole.Seals)
		for i := range b.Seals {
			b.Seals[i].Endorsements = slices.Clone(b.Seals[i].Endorsements)
		}
		change(&b)
		cases = append(cases, vector{name, b})
	}
	for i := range whole.Record {
		bad("a record left out", func(b *Product) { b.Record = slices.Delete(b.Record, i, i+1) })
		bad("a record twice", func(b *Product) { b.Record = append(b.Record, b.Record[i]) })
		bad("a record altered", func(b *Product) { b.Record[i] = " " + b.Record[i] })
	}
	for i := range whole.Seals {
		bad("a seal left out", func(b *Product) { b.Seals = slices.Delete(b.Seals, i, i+1) })
		bad("an endorsement left out", func(b *Product) { b.Seals[i].Endorsements = b.Seals[i].Endorsements[:1] })
		for at := 0; at < len(whole.Seals[i].Response); at += 1 + len(whole.Seals[i].Response)/20 {
			bad("a response altered", func(b *Product) { b.Seals[i].Response = flip(b.Seals[i].Response, at) })
		}
		for at := 0; at < len(whole.Seals[i].Proposal); at += 1 + len(whole.Seals[i].Proposal)/20 {
			bad("a proposal altered", func(b *Product) { b.Seals[i].Proposal = flip(b.Seals[i].Proposal, at) })
		}
	}
	bad("another nonce", func(b *Product) { b.Nonce = nonceOf(8) })
	bad("another product", func(b *Product) { b.GTIN = n.world.Cloth.GTIN })
	bad("another lot", func(b *Product) { b.Lot = "S-2" })
	bad("a moment long ago", func(b *Product) { b.AsOf = "2026-01-01T00:00:00.000Z" })
	brands := n.peers[provenance.Brands]
	stranger := told(t)
	for name, w := range map[string]twist{
		"one organisation": {peers: []someone{brands}}, "two commercial": {peers: []someone{brands, n.peers[provenance.Auditors]}},
		"a client as a peer": {peers: []someone{brands, n.enrol(provenance.Workers, "client")}},
		"another network":    {peers: []someone{brands, stranger.peers[provenance.Workers]}},
		"an RSA key":         {peers: []someone{brands, n.rsaPeer(provenance.Workers)}},
		"high S":             {high: true}, "a refusal": {status: 500}, "another identifier": {txID: nonceOf(1)}, "another hash": {proposal: []byte("x")},
	} {
		cases = append(cases, vector{name, n.bundle(false, w)})
	}
	text, err := json.Marshal(map[string]any{"roots": n.roots(), "now": n.now.Add(time.Hour).UnixMilli(), "cases": cases})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, content := range map[string][]byte{"run.mjs": []byte(runner), "cases.json": text} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	module, err := filepath.Abs("../../web/static/verify.mjs")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), node, filepath.Join(folder, "run.mjs"), module, filepath.Join(folder, "cases.json")).Output()
	if err != nil {
		t.Fatalf("running the module: %v", err)
	}
	var reports [][]Step
	if err := json.Unmarshal(out, &reports); err != nil || len(reports) != len(cases) {
		t.Fatalf("%d reports for %d bundles: %v", len(reports), len(cases), err)
	}
	for i, c := range cases {
		r := Report{Steps: reports[i]}
		if r.Holds() != (i == 0) {
			t.Errorf("%s: holds %v (%v)", c.Name, r.Holds(), failures(r))
		}
		if mine := n.verify(c.Bundle); mine.Holds() != r.Holds() {
			t.Errorf("%s: in Go it holds %v, in the module %v", c.Name, mine.Holds(), r.Holds())
		}
	}
}
