package fsck

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/demo"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// demonstration is a network whose ledger holds the demonstration, and beside it
// what is hard to search for and what is said twice.
func demonstration(t testing.TB) *network {
	t.Helper()
	n := found(t)
	for _, phase := range demo.Plan(func(demo.Author) string { return strings.Repeat("ab", 32) }) {
		var txs []madeTx
		for _, document := range phase.Documents {
			spec, _ := provenance.SpecOf(document.Kind)
			read, refusal := spec.Read(document.Body, dawn.AddDate(1, 0, 0))
			if refusal != nil {
				t.Fatal(refusal)
			}
			txs = append(txs, n.say(statement{}, read.Statements...))
			if len(txs) == 7 {
				n.cut(cutting{}, txs...)
				txs = nil
			}
		}
		n.cut(cutting{}, append(txs, n.say(statement{private: true}))...)
	}
	n.renamed()
	return n
}

// renamed has facilities with names in many scripts, which are amended, some of
// it taken back, and said again.
func (n *network) renamed() {
	for i, name := range []string{"Ærøskøbing Œuvre", "İstanbul ılık", "ＦＵＬＬ ｗｉｄｔｈ Ⅻ ﬁne", "โรงงานสิ่งทอ", "שָׁלוֹם מִפְעָל", "مَصْنَعٌ النَّسِيجِ", "Đà Nẵng Łódź Þór", "한글 공장 ガギグ"} {
		f := &provenance.Facility{ID: fmt.Sprintf("01J00000000000000000000%02dF", i), FacilityKind: provenance.WorkSite, Name: name, Aliases: []string{"Alias " + name}, Country: "TH", Address: "Road " + name,
			Identifiers: []provenance.Identifier{{Scheme: "GLN", Value: "9521000000017"}}}
		first := &provenance.FacilityAmendment{ID: f.ID[:25] + "A", Facility: f.ID, From: "2026-01-01", Name: "New " + name, Country: "MY"}
		second := &provenance.FacilityAmendment{ID: f.ID[:25] + "B", Facility: f.ID, From: "2026-02-01", Aliases: []string{"Second"}}
		back := &provenance.Withdrawal{ID: f.ID[:25] + "C", Target: provenance.Target{Kind: provenance.KindFacilityAmendment, ID: first.ID}, Reason: "WRONG_SUBJECT"}
		about := func(r *provenance.Record) {
			if r.Kind == provenance.KindWithdrawal {
				r.About = append(r.About, provenance.Ref{Kind: provenance.KindFacility, ID: f.ID})
			}
		}
		n.cut(cutting{}, n.say(statement{}, f), n.say(statement{}, first))
		if i%2 == 0 {
			n.cut(cutting{}, n.say(statement{record: about}, back))
		}
		n.cut(cutting{codes: []byte{0, codeReadConflict}}, n.say(statement{}, second), n.say(statement{}, &provenance.Party{ID: "lost", Name: "lost"}))
	}
}

// projected makes the read model of a chain as the gateway does.
func (n *network) projected(height int) (path, digest string) {
	n.t.Helper()
	path = filepath.Join(n.t.TempDir(), "model.sqlite")
	store, err := readmodel.Open(path)
	if err != nil {
		n.t.Fatal(err)
	}
	defer store.Close()
	err = readmodel.Project(context.Background(), chainReader{n.told[:height]}, store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if !errors.Is(err, errEnd) {
		n.t.Fatal(err)
	}
	digest, _, err = store.Digest(context.Background())
	if err != nil {
		n.t.Fatal(err)
	}
	return path, digest
}

func (n *network) run(o Options) Report {
	n.t.Helper()
	r, err := Run(n.t.Context(), o)
	if err != nil {
		n.t.Fatal(err)
	}
	return r
}

func TestTheFoldIsTheReadModelAtEveryHeight(t *testing.T) {
	n := demonstration(t)
	for _, height := range []int{1, 2, len(n.told) / 2, len(n.told) - 1, len(n.told)} {
		path, digest := n.projected(height)
		r := n.run(n.options(path, n.copies()...))
		if !r.Clean() {
			t.Fatalf("at height %d: %v, %+v", height, r.Difference, r)
		}
		if r.Model.Expected != digest || r.Model.Found != digest || r.Model.Height != uint64(height) {
			t.Errorf("at height %d the projector's digest is %s, the fold's %s, the file's %s", r.Model.Height, digest, r.Model.Expected, r.Model.Found)
		}
		if r.Height != uint64(len(n.raw)) || r.Blocks != r.Height || r.Records < 500 || r.Valid != r.Transactions-8 || r.Signatures < 3*r.Transactions {
			t.Errorf("what was looked at: %+v", r)
		}
	}
}

func TestTheSorterNeedsLittleMemory(t *testing.T) {
	n := demonstration(t)
	path, digest := n.projected(len(n.told))
	o := n.options(path, n.copies()[0])
	c := &checker{Options: o, fold: newSorter(o.Scratch)}
	c.fold.limit = 20_000
	var err error
	if c.model, err = openModel(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer c.model.close()
	c.report.Model = &ModelFound{}
	if err := c.chain(t.Context()); err != nil {
		t.Fatal(err)
	}
	runs := len(c.fold.runs)
	if err := c.compare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.report.Difference != nil || c.report.Model.Expected != digest || runs < 20 {
		t.Errorf("%d runs, %v, %s", runs, c.report.Difference, c.report.Model.Expected)
	}
	if err := c.fold.close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(o.Scratch); err != nil || len(left) > 0 {
		t.Errorf("%d files are left: %v", len(left), err)
	}
}

// exec changes the file as whoever has it could.
func exec(t *testing.T, path, text string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	result, err := db.Exec(text, args...)
	if err != nil {
		t.Fatal(err)
	}
	if changed, err := result.RowsAffected(); err != nil || changed != 1 {
		t.Fatalf("%d rows were changed: %v", changed, err)
	}
}

func copied(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "copy.sqlite")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestARowThatIsNotTheLedgersIsNamed(t *testing.T) {
	n := demonstration(t)
	pristine, _ := n.projected(len(n.told))
	for name, c := range map[string]struct {
		sql, row, what string
	}{
		"a record's text":           {`UPDATE record SET text = CAST(substr(text, 1, 40) || 'X' || substr(text, 42) AS BLOB) WHERE n = (SELECT n FROM subject WHERE kind = 'audit' ORDER BY id LIMIT 1)`, "record audit ", "its text differs from byte 40"},
		"a record's block":          {`UPDATE record SET block = block + 1 WHERE n = (SELECT n FROM subject WHERE kind = 'party' ORDER BY id LIMIT 1)`, "record party ", "its block differs"},
		"a facility's country":      {`UPDATE facility SET country = 'SE' WHERE n = (SELECT n FROM subject WHERE kind = 'facility' ORDER BY id LIMIT 1)`, "facility 0", "its country differs"},
		"a facility's words":        {`UPDATE facility SET words = words || 'x' WHERE n = (SELECT n FROM subject WHERE kind = 'facility' ORDER BY id LIMIT 1)`, "facility 0", "its words differs"},
		"a facility is gone":        {`DELETE FROM facility WHERE n = (SELECT max(n) FROM facility)`, "facility 0", "a row is missing"},
		"a subject is gone":         {`DELETE FROM about WHERE (subject, kind, record) = (SELECT subject, kind, record FROM about WHERE kind = 'audit' LIMIT 1)`, "about: ", "a row is missing"},
		"a name is gone":            {`DELETE FROM names WHERE (record, subject) = (SELECT record, subject FROM names LIMIT 1)`, "names: ", "a row is missing"},
		"a lot is not made":         {`DELETE FROM made WHERE (lot, event) = (SELECT lot, event FROM made LIMIT 1)`, "made: lot ", "a row is missing"},
		"a lot is used":             {`INSERT INTO used (lot, event) SELECT lot, event FROM made LIMIT 1`, "used: event ", "a row is there that the ledger does not know"},
		"a lot is seen":             {`INSERT INTO seen (lot, event) SELECT lot, event FROM made LIMIT 1`, "seen: ", "a row is there that the ledger does not know"},
		"a subject that nobody has": {`INSERT INTO subject VALUES (1000000, 'party', 'nobody')`, "subject party nobody", "a row is there"},
		"a subject named otherwise": {`UPDATE subject SET id = 'x' || id WHERE n = (SELECT n FROM subject WHERE kind = 'audit' ORDER BY id LIMIT 1)`, "record audit ", "a row is missing"},
		"its time":                  {`UPDATE position SET at = '2027-01-01T00:00:00.000Z'`, "position", "its time is not"},
		"its hash":                  {`UPDATE position SET hash = x'00'`, "position", "it was made of another ledger"},
		"its height":                {`UPDATE position SET height = height + 100`, "position", "blocks that the ledger does not have"},
	} {
		t.Run(name, func(t *testing.T) {
			path := copied(t, pristine)
			exec(t, path, c.sql)
			r := n.run(n.options(path, n.copies()[0]))
			if d := r.Difference; d == nil || !strings.HasPrefix(d.Row, c.row) || !strings.Contains(d.What, c.what) {
				t.Errorf("it says %v", d)
			}
			if r.Clean() || !r.Looked() || name != "its height" && (r.Model.Expected == "" || name != "a subject that nobody has" && r.Model.Expected == r.Model.Found) {
				t.Errorf("clean %t, looked %t, digests %s and %s", r.Clean(), r.Looked(), r.Model.Expected, r.Model.Found)
			}
		})
	}
}

// TestAnyByteOfTheFileThatCountsIsFound flips bytes in the file itself, at places of what
// records say and of what leads to them.
func TestAnyByteOfTheFileThatCountsIsFound(t *testing.T) {
	n := demonstration(t)
	path, _ := n.projected(len(n.told))
	exec(t, path, `UPDATE position SET applied_at = ''`) // brings the write-ahead log into the file
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]int{
		"a record":           bytes.Index(whole, []byte(`"kind":"audit"`)) + 9,
		"a facility's words": bytes.Index(whole, []byte("aeroskobing")),
		"a subject's name":   bytes.LastIndex(whole, []byte("auditor")),
		"the file's header":  20,
		"a page's kind":      4096,
	} {
		t.Run(name, func(t *testing.T) {
			if at < 20 {
				t.Fatal("there is no such place")
			}
			flipped := bytes.Clone(whole)
			flipped[at] ^= 0x80
			path := filepath.Join(t.TempDir(), "flipped.sqlite")
			if err := os.WriteFile(path, flipped, 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := Run(t.Context(), n.options(path, n.copies()[0]))
			if err != nil || r.Difference == nil || r.Difference.Row == "" {
				t.Errorf("a flipped byte at %d: %v, %v", at, r.Difference, err)
			}
			t.Log(r.Difference)
		})
	}
}

func TestAFileThatIsNoReadModelCannotBeCompared(t *testing.T) {
	n := found(t)
	path, _ := n.projected(1)
	if _, err := Run(t.Context(), n.options(filepath.Join(t.TempDir(), "absent"), n.copies()...)); !errors.Is(err, ErrModel) {
		t.Errorf("of a file that is not there it says %v", err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`PRAGMA user_version = 99`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if _, err := Run(t.Context(), n.options(path, n.copies()...)); !errors.Is(err, ErrModel) {
		t.Errorf("of a file of another form it says %v", err)
	}
}
