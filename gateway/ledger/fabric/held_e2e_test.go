//go:build e2e

package fabric_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/network"
	"github.com/fairlead/fairlead/test/world"
)

// TestNothingHeldLeavesWorkers puts answers and a grievance through a real
// network and then reads every byte that the other organisations' peers, all
// orderers and all logs have on disk.
func TestNothingHeldLeavesWorkers(t *testing.T) {
	f := bring(t, network.BFT)
	own := f.gateway(provenance.Workers)
	ctx := t.Context()
	w := world.New(5)
	cast, err := w.Found(ctx, f.ledger, f)
	if err != nil {
		t.Fatal(err)
	}
	receipts, book, err := provenance.MakeReceipts(w.Cohort.ID, w.Cohort.Size, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if w.Cohort.ReceiptsRoot, err = book.Root(); err != nil {
		t.Fatal(err)
	}
	for _, s := range []provenance.Statement{&w.Cohort, &w.Fees} {
		if _, err := world.State(ctx, f.ledger, cast.Union, s); err != nil {
			t.Fatal(err)
		}
	}
	inquiry := &provenance.Inquiry{
		Token: ledger.Draw(), Key: ledger.Draw(), Cohort: w.Cohort.ID, Receipts: w.Cohort.Size, Root: w.Cohort.ReceiptsRoot, Marker: book.Marker,
		Record: provenance.Asked{Kind: provenance.KindFeeStatement, ID: w.Fees.ID}, Matter: provenance.MatterFees,
	}
	batch := &provenance.AnswerBatch{Inquiry: inquiry.Token, Seed: ledger.Draw()}
	for _, r := range receipts[:12] {
		proof, _ := book.Prove(r.Own)
		batch.Answers = append(batch.Answers, provenance.WorkerAnswer{Proof: proof, Answer: provenance.SaidWrong})
	}
	pressed := &provenance.AnswerBatch{Inquiry: inquiry.Token, Seed: ledger.Draw()}
	proof, _ := book.Prove(receipts[0].Pressed)
	pressed.Answers = []provenance.WorkerAnswer{{Proof: proof, Answer: provenance.SaidRight}}
	grievance := &provenance.Grievance{Token: ledger.Draw(), Salt: ledger.Draw(), Facility: w.Site.ID, Category: "PAPERS_KEPT", Handler: w.Union.ID, NextOn: "2999-01-01"}

	// Another organisation's gateway does not carry it, not even for Workers.
	_, err = ledger.Hold(ctx, f.ledger, cast.Union, "OpenInquiry", inquiry)
	if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code != provenance.NoStanding {
		t.Fatalf("the gateway of Brands: %v", err)
	}
	for _, h := range []struct {
		transaction string
		content     provenance.Held
	}{
		{"OpenInquiry", inquiry}, {"AnswerReceipt", batch}, {"AnswerReceipt", pressed}, {"OpenGrievance", grievance},
		{"CloseAnswers", &provenance.Closing{Inquiry: inquiry.Token, Salt: ledger.Draw(), Count: w.ID()}},
	} {
		if _, err := ledger.Hold(ctx, own, cast.Union, h.transaction, h.content); err != nil {
			t.Fatalf("%s: %v", h.transaction, err)
		}
	}
	var answer provenance.HeldAnswer
	text, err := ledger.ReadHeld(ctx, own, cast.Union, inquiry.Slot(0))
	if err != nil || json.Unmarshal(text, &answer) != nil || answer.Own != provenance.SaidWrong || answer.Pressed != provenance.SaidRight {
		t.Fatalf("held is %s (%v)", text, err)
	}

	canaries := map[string][]byte{}
	hide := func(name, text string) {
		canaries[name] = []byte(text)
		if raw, err := hex.DecodeString(text); err == nil && len(raw) >= 16 {
			canaries[name+", raw"] = raw
			canaries[name+", base64"] = []byte(base64.StdEncoding.EncodeToString(raw))
		}
	}
	for n, r := range receipts[:12] {
		proof, _ := book.Prove(r.Own)
		hide("a secret", proof.Secret)
		hide("a code", r.Own.Code())
		hide("the name of an answer", inquiry.Slot(n))
		hide("a path", proof.Path[0])
	}
	hide("the inquiry", inquiry.Token)
	hide("the inquiry's key", inquiry.Key)
	hide("the marker", book.Marker)
	hide("a seed", batch.Seed)
	hide("the salt of an answer", answer.Salt)
	hide("the grievance", grievance.Token)
	hide("the grievance's salt", grievance.Salt)
	hide("what it is about", grievance.Category)
	hide("the word of a worker", `"own":"WRONG"`)

	data := filepath.Dir(f.network.Path())
	holders := filepath.Join(data, "nodes", "peer.workers") + string(filepath.Separator)
	program := filepath.Join(data, "chaincode") // which knows the words
	if found := search(t, data, func(path string) bool { return strings.HasPrefix(path, holders) || path == program }, canaries); found < 50 {
		t.Errorf("only %d files were searched", found)
	}
	if !holdsSome(t, holders, canaries) {
		t.Error("not even the peer of Workers holds any of it: the search finds nothing")
	}

	erasure := &provenance.Erasure{ID: w.ID(), Reason: "WORKER_ASKED", Tokens: []string{inquiry.Slot(0), inquiry.Slot(1)}}
	erased, err := world.State(ctx, f.ledger, cast.Union, erasure) // by way of Brands: it holds nothing private
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Await(ctx, own, erased.Commit.Tx); err != nil {
		t.Fatal(err)
	}
	for n, gone := range []bool{true, true, false} {
		_, err := ledger.ReadHeld(ctx, own, cast.Union, inquiry.Slot(n))
		if refusal, ok := provenance.AsRefusal(err); gone != (ok && refusal.Code == provenance.NotFound) {
			t.Errorf("answer %d after the purge: %v", n, err)
		}
	}
}

// search reads all files below a folder, but those left out, and tells which
// hold a canary. It answers how many were read.
func search(t *testing.T, folder string, leaveOut func(path string) bool, canaries map[string][]byte) int {
	t.Helper()
	read := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !entry.Type().IsRegular() || leaveOut(path) {
			return err
		}
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) { // databases tidy up
			return nil
		}
		if err != nil {
			return err
		}
		read++
		for name, canary := range canaries {
			if bytes.Contains(text, canary) {
				t.Errorf("%s holds %s", path, name)
			}
		}
		return nil
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return read
}

// holdsSome says whether some file below a folder holds a canary.
func holdsSome(t *testing.T, folder string, canaries map[string][]byte) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || found {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, canary := range canaries {
			found = found || bytes.Contains(text, canary)
		}
		return nil
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return found
}
