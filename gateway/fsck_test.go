package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/gateway/fsck"
)

func TestFsckSaysWhatItLookedAtAndEndsAccordingly(t *testing.T) {
	block := uint64(7)
	whole := fsck.Report{Height: 9, Blocks: 9, Copies: []fsck.CopyFound{{Name: "peer.brands", Blocks: 9}}, Model: &fsck.ModelFound{Path: "m", Height: 9, Expected: "d", Found: "d", Compared: true}}
	differs, unreached, uncompared := whole, whole, whole
	differs.Difference = &fsck.Difference{Peer: "peer.brands", Block: &block, Tx: "ab", What: "it is forged", Expected: "this", Found: "that"}
	unreached.Copies = append(unreached.Copies, fsck.CopyFound{Name: "peer.workers", Reason: "connection refused"})
	uncompared.Model = &fsck.ModelFound{Path: "m"}
	failed := errors.New("no copy of the ledger can be read")
	both := unreached
	both.Difference = differs.Difference
	for _, c := range []struct {
		report fsck.Report
		failed error
		ends   error
		says   []string
	}{
		{whole, nil, nil, []string{"9 of 9 blocks checked", "compared up to 9 blocks", "Nothing differs.\n"}},
		{differs, nil, errFalse, []string{"peer.brands, block 7, transaction ab: it is forged", "expected  this", "found     that", "does NOT hold"}},
		{unreached, nil, errReported, []string{"peer.workers: NOT looked at beyond 0 blocks: connection refused", "NOT everything"}},
		{uncompared, nil, errReported, []string{"read model  NOT compared", "NOT everything"}},
		{both, nil, errFalse, []string{"it is forged", "NOT looked at"}},
		{whole, failed, failed, []string{"It could not be looked at."}},
	} {
		for _, asJSON := range []bool{false, true} {
			var out bytes.Buffer
			a := &app{out: &out}
			if err := a.tellFsck(c.report, c.failed, asJSON); !errors.Is(err, c.ends) {
				t.Errorf("it ends with %v, want %v", err, c.ends)
			}
			if asJSON {
				var told struct{ Clean bool }
				if err := json.Unmarshal(out.Bytes(), &told); err != nil || told.Clean != (c.ends == nil) {
					t.Errorf("%v: it tells %s", err, &out)
				}
				continue
			}
			for _, text := range c.says {
				if !strings.Contains(out.String(), text) {
					t.Errorf("it does not say %q:\n%s", text, &out)
				}
			}
			if strings.Contains(out.String(), "Nothing differs.") != (c.ends == nil) {
				t.Errorf("it is called good:\n%s", &out)
			}
		}
	}
}

func TestFsckWithoutAnythingToLookAtSaysSo(t *testing.T) {
	term := newTerminal(t)
	term.expects(exitUsage, []string{"no network is named"}, "fsck")
	roots := term.file("roots.json", `{"format":"fairlead-roots/1","channel":"labour","chaincode":"fairlead","organizations":[]}`)
	term.expects(exitFailed, []string{"no such file"}, "fsck", "--ledger-only", "--roots", roots, "--blocks", filepath.Join(term.env["HOME"], "absent"))
	term.expects(exitFailed, []string{"no copy of the ledger can be read", "it has no blocks"}, "fsck", "--ledger-only", "--roots", roots, "--blocks", term.env["HOME"])
}
