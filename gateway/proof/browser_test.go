package proof

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const runner = `
import {readFileSync} from 'node:fs'
const {verify} = await import(process.argv[2] + '/verify.mjs')
const {said} = await import(process.argv[2] + '/words.mjs')
const cases = JSON.parse(readFileSync(process.argv[3]))
const out = []
for (const c of cases) out.push((await verify(c.text, c.roots, {now: Date.parse(c.now), maxAge: 24 * 3600e3})).map(said).map((s) => ({...s, check: s.name})))
console.log(JSON.stringify(out))
`

// inModule has web/static/check/verify.mjs, which browsers run, judge bundles in
// Node; nil when that is not installed.
func inModule(t *testing.T, bundles []lie) []Report {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Log("node is not installed: the module that browsers run is not tried")
		return nil
	}
	var cases []map[string]any
	for _, b := range bundles {
		cases = append(cases, map[string]any{"text": b.text, "roots": b.roots, "now": b.now})
	}
	text, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, content := range map[string][]byte{"run.mjs": []byte(runner), "cases.json": text} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	module, err := filepath.Abs("../../web/static/check")
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), node, filepath.Join(folder, "run.mjs"), module, filepath.Join(folder, "cases.json"))
	out, err := run.Output()
	if err != nil {
		t.Fatalf("running the module: %v", err)
	}
	var steps [][]Step
	if err := json.Unmarshal(out, &steps); err != nil || len(steps) != len(bundles) {
		t.Fatalf("%d reports for %d bundles: %v", len(steps), len(bundles), err)
	}
	var reports []Report
	for _, s := range steps {
		reports = append(reports, Report{Steps: s})
	}
	return reports
}

// failedAt names the step at which a verification ended, empty when it holds.
func failedAt(r Report) string {
	for _, s := range r.Steps {
		if s.Result == Failed {
			return strings.ReplaceAll(s.Check, "’", "'")
		}
	}
	return ""
}
