//go:build bench

package bench

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

const head = `# bench

What the way to the ledger costs, beside bare alternatives. ` + "`make bench`" + ` measures
anew and writes this page, all of it; the code is beside it under the build tag
` + "`bench`" + `.

Contestants take turns on one network of real processes (four peers, four BFT
orderers, four chaincode processes, TLS), %d rounds each after one that does not
count, in changing order. Only ratios mean anything elsewhere: each is the
median over the rounds, with the lowest and highest in brackets. CPU is that of
all the network's processes and of the client, for one unit of work; the gateway's
is added where the work goes through it, though it takes in everybody's blocks.

The gateway is a process of its own, which also takes every block into its read
model and answers an author once it can be read there. The author's program
speaks HTTP with it and looks into all that it signs, as the command line does.
The bare client uses the peers' Gateway service by one connection, with the key
in its hands: it looks into nothing it signs or relays and knows no second try.
The adapter prepares, has the author sign, verifies the signature, relays, and
waits for the commit, twice signed in all, as ` + "`ledger.State`" + ` does it.

Measured %s with %s on %d cores.

`

// render writes the report.
func render(through, adapter, bare []round, lots comparison) string {
	var out strings.Builder
	fmt.Fprintf(&out, head, rounds, time.Now().UTC().Format("2006-01-02"), runtime.Version(), runtime.NumCPU())
	out.WriteString("| work | ours | beside | ratio | goal |\n|---|---|---|---|---|\n")
	row := func(work, unit string, c comparison, what func(round) float64, goal string) {
		all := c.ratios(what)
		fmt.Fprintf(&out, "| %s | %s %s | %s %s | %.2f (%.2f to %.2f) | %s |\n", work,
			figure(median(c.ours, what)), unit, figure(median(c.theirs, what)), unit,
			middle(all), all[0], all[len(all)-1], goal)
	}
	for _, c := range []struct {
		name string
		comparison
	}{{"through the gateway", comparison{through, bare}}, {"by the adapter in one's own process", comparison{adapter, bare}}} {
		row(fmt.Sprintf("submit one record %s, %d callers, beside a bare client", c.name, callers), "tx/s", c.comparison, rate, "≥ 0.95")
		row("CPU of that, each transaction", "ms", c.comparison, cpu, "≤ 1.10")
	}
	row(fmt.Sprintf("commit %d lots as one document, beside one by one", many), "lots/s", lots, rate, "≥ 30")
	row("CPU of that, each lot", "ms", lots, cpu, "")

	out.WriteString("\nWhere the CPU goes, in ms for each unit:\n\n| work | peers | orderers | chaincode | gateway | client |\n|---|---|---|---|---|---|\n")
	share := func(work string, r []round) {
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s |\n", work, figure(median(r, of("peer"))), figure(median(r, of("orderer"))),
			figure(median(r, of("chaincode"))), figure(median(r, of("gateway"))), figure(median(r, of("client"))))
	}
	share("a record, through the gateway", through)
	share("a record, by the adapter", adapter)
	share("a record, by the bare client", bare)
	share(fmt.Sprintf("a lot of a document of %d", many), lots.ours)
	share("a lot of its own transaction", lots.theirs)
	return out.String()
}

// figure writes three digits' worth.
func figure(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
