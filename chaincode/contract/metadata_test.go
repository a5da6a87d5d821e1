package contract_test

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

var update = flag.Bool("update", false, "write the golden files")

// transactions lists what the contract's metadata offers: one line a
// transaction, with its tags and parameters.
func transactions(t *testing.T, b *bench) []string {
	t.Helper()
	res := b.peer.Simulate(stubtest.Proposal{Function: "org.hyperledger.fabric:GetMetadata", Creator: b.registrars[provenance.Brands].Creator})
	if err := res.Err(); err != nil {
		t.Fatal(err)
	}
	var metadata struct {
		Contracts map[string]struct {
			Default      bool `json:"default"`
			Transactions []struct {
				Name       string   `json:"name"`
				Tag        []string `json:"tag"`
				Parameters []struct {
					Schema struct {
						Type string `json:"type"`
					} `json:"schema"`
				} `json:"parameters"`
				Returns struct {
					Type string `json:"type"`
				} `json:"returns"`
			} `json:"transactions"`
		} `json:"contracts"`
	}
	if err := json.Unmarshal(res.Payload, &metadata); err != nil {
		t.Fatal(err)
	}
	if !metadata.Contracts["fairlead"].Default {
		t.Errorf("the contract is not the default")
	}
	var lines []string
	for _, tx := range metadata.Contracts["fairlead"].Transactions {
		var in []string
		for _, p := range tx.Parameters {
			in = append(in, p.Schema.Type)
		}
		lines = append(lines, tx.Name+"("+strings.Join(in, ", ")+") "+tx.Returns.Type+" "+strings.Join(tx.Tag, " "))
	}
	slices.Sort(lines)
	return lines
}

// TestTransactions keeps the list of what anybody on the channel may call.
func TestTransactions(t *testing.T) {
	const file = "testdata/transactions.txt"
	got := strings.Join(transactions(t, empty(t)), "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the transactions are\n%swant\n%s", got, want)
	}
}

func TestEveryKindHasItsTransaction(t *testing.T) {
	offered := map[string]bool{}
	for _, line := range transactions(t, empty(t)) {
		name, _, _ := strings.Cut(line, "(")
		offered[name] = true
	}
	for _, spec := range provenance.Specs() {
		if !offered[spec.Transaction] {
			t.Errorf("no transaction records a %s: %s is missing", spec.Kind, spec.Transaction)
		}
		delete(offered, spec.Transaction)
	}
	for _, spec := range provenance.HeldSpecs() {
		if !offered[spec.Transaction] {
			t.Errorf("the transaction %s about what Workers hold is missing", spec.Transaction)
		}
		delete(offered, spec.Transaction)
	}
	delete(offered, "ReadRecord")
	delete(offered, "ListAbout")
	delete(offered, "Digests")
	delete(offered, "Conclude")
	if len(offered) > 0 {
		t.Errorf("these transactions belong to no kind: %v", offered)
	}
}
