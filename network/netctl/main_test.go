package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

func netctl(t *testing.T, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(args, strings.NewReader(in), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestMistakesOnTheCommandLineAreTwo(t *testing.T) {
	data := t.TempDir()
	for _, args := range [][]string{
		{"dance"},
		{"status", "--loudly"},
		{"status", "now"},
		{"up", "now"},
		{"up", "--ordering", "solo"},
		{"up", "now", "--", "true"},
		{"enrol", "--data", data},
		{"logs", "--data", data, "-f"},
		{"logs", "--data", data, "../lock"},
	} {
		if code, _, errs := netctl(t, "", args...); code != exitUsage || !strings.Contains(errs, "netctl --help") {
			t.Errorf("%v: exit code %d, want %d: %s", args, code, exitUsage, errs)
		}
	}
}

func TestWithoutANetwork(t *testing.T) {
	data := t.TempDir()
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"status"}, exitFailed, "no network in " + data},
		{[]string{"status", "--json"}, exitFailed, `"exists": false`},
		{[]string{"stop"}, exitOK, "the network was not up"},
		{[]string{"down"}, exitOK, "the network was not up"},
		{[]string{"reset", "--yes"}, exitOK, ""},
		{[]string{"reset"}, exitFailed, "nothing was deleted"},
		{[]string{"logs"}, exitOK, ""},
		{[]string{"logs", "peer.brands"}, exitFailed, "no node"},
		{[]string{"enrol", "--org", "Auditors", "--name", "auditor-7", "--csr", "-"}, exitFailed, "no network here"},
	} {
		code, out, errs := netctl(t, "", append(c.args, "--data", data)...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%v: exit code %d, want %d and %q: %s%s", c.args, code, c.code, c.says, out, errs)
		}
	}
}

func TestACommandsEndBecomesOurs(t *testing.T) {
	for script, want := range map[string]exitStatus{"exit 7": 7, "kill -TERM $$": 143} {
		if got := commandStatus(exec.Command("sh", "-c", script).Run()); got != want {
			t.Errorf("%s: %v, want %v", script, got, want)
		}
	}
	if err := commandStatus(exec.Command("true").Run()); err != nil {
		t.Errorf("a good end is %v", err)
	}
}
