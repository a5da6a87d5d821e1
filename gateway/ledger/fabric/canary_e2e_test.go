//go:build e2e

package fabric_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/syndtr/goleveldb/leveldb"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/fabric"
	"github.com/fairlead/fairlead/test/scenario"
	"github.com/fairlead/fairlead/test/world"
)

// overhearing is Workers' gateway, of which all is noted that it carries in
// private.
type overhearing struct {
	*fabric.Ledger
	mu      sync.Mutex
	secrets []scenario.Secret
}

func (o *overhearing) Prepare(ctx context.Context, draft ledger.Draft) (ledger.Unsigned, error) {
	var content any
	if json.Unmarshal(draft.Transient[provenance.HeldName], &content) == nil {
		o.mu.Lock()
		o.note("", content)
		o.mu.Unlock()
	}
	return o.Ledger.Prepare(ctx, draft)
}

// note keeps what nobody could guess. A cohort's root is public.
func (o *overhearing) note(name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			o.note(name, inner)
		}
	case []any:
		for _, inner := range v {
			o.note(name, inner)
		}
	case string:
		if len(v) >= 32 && name != "root" {
			o.secrets = append(o.secrets, scenario.Secret{Name: name, Value: v})
		}
	}
}

// canaries are texts to look for, each in every form that it could have taken,
// by what they are.
type canaries map[string]string

func (c canaries) add(name, text string) {
	c[text] = name
	if _, err := hex.DecodeString(text); err != nil {
		return
	}
	raw, _ := hex.DecodeString(text)
	c[string(raw)] = name + ", raw"
	c[strings.ToUpper(text)] = name + ", in capitals"
	for form, plain := range map[string][]byte{"": raw, " of its digits": []byte(text)} {
		for shift := range 3 { // wherever in a longer base64 text it began
			for alphabet, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
				encoded := encoding.EncodeToString(append(make([]byte, shift), plain...))
				c[encoded[4:len(encoded)-4]] = name + ", " + alphabet + form
			}
		}
	}
}

// finder looks for thousands of canaries in one passing over a text: by their
// first four bytes, of which a table says quickly that nearly none begins here.
type finder struct {
	begins [1 << 22]bool
	by     map[uint32][]string
	names  canaries
}

func (c canaries) finder() *finder {
	s := &finder{by: map[uint32][]string{}, names: c}
	for canary := range c {
		head := binary.LittleEndian.Uint32([]byte(canary))
		s.begins[head*2654435761>>10] = true
		s.by[head] = append(s.by[head], canary)
	}
	return s
}

// in gives the canaries that a text holds, with what they are.
func (s *finder) in(text []byte) canaries {
	found := canaries{}
	for at := 0; at+4 <= len(text); at++ {
		head := binary.LittleEndian.Uint32(text[at:])
		if !s.begins[head*2654435761>>10] {
			continue
		}
		for _, canary := range s.by[head] {
			if bytes.HasPrefix(text[at:], []byte(canary)) {
				found[canary] = s.names[canary]
			}
		}
	}
	return found
}

// place is where something was looked for, and all that it says.
type place struct {
	name string
	text []byte
}

// nothingPrivate looks into every place. That the search finds what is there it
// shows by a name that is public, which has to be in all of them, and by what
// Workers' own peer holds.
func (f *field) nothingPrivate(t *testing.T, told scenario.Told, overheard *overhearing) {
	private, public := canaries{}, canaries{}
	known := ledger.Draw()
	public.add("what is public", known)
	product := told.World.Shirt
	product.GTIN, product.Name = told.World.GTIN(), known
	if _, err := world.State(t.Context(), f.ledger, told.Cast.Brand, &product); err != nil {
		t.Fatal(err)
	}
	served, drawn := f.served(t, product.GTIN, told)
	disclosed := f.disclosed(t)
	all := slices.Concat(told.Secrets, overheard.secrets, drawn)
	for _, s := range all {
		if !disclosed[s.Value] {
			private.add(s.Name, s.Value)
		}
	}
	secrets := private.finder()
	if len(overheard.secrets) < 500 || len(drawn) < 30 {
		t.Errorf("only %d secrets were overheard, and %d drawn", len(overheard.secrets), len(drawn))
	}
	height, err := f.ledger.Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	await(t, "every peer to have all blocks", func() error {
		s, err := f.network.Status(t.Context())
		if err != nil {
			return err
		}
		for _, p := range s.Nodes {
			if strings.HasPrefix(p.Name, "peer.") && (p.Height == nil || *p.Height < height) {
				return fmt.Errorf("%s lags", p.Name)
			}
		}
		return nil
	})

	if err := f.network.Stop(); err != nil {
		t.Fatal(err)
	}
	data := filepath.Dir(f.network.Path())
	holder := filepath.Join(data, "nodes", "peer.workers") + string(filepath.Separator)
	control := public.finder()
	places := slices.Concat(served, files(t, data), databases(t, data))
	holds := map[string]bool{} // which nodes hold what is public
	held := canaries{}
	for _, p := range places {
		if strings.HasPrefix(p.name, holder) {
			maps.Copy(held, secrets.in(p.text))
		} else if found := withoutVocabulary(p, secrets.in(p.text)); len(found) > 0 {
			t.Errorf("%s holds %v", p.name, slices.Sorted(maps.Values(found)))
		}
		if len(control.in(p.text)) > 0 {
			holds[kindOf(strings.TrimPrefix(p.name, data))] = true
		}
	}
	if len(held) < 100 {
		t.Errorf("with Workers' own peer only %d canaries are found: the search finds too little", len(held))
	}
	for _, node := range []string{"brands", "auditors", "workers", "oversight"} {
		for _, where := range []string{"peer." + node + " blocks", "peer." + node + " state", "orderer." + node + " blocks"} {
			if !holds[where] {
				t.Errorf("what is public is not found in %s: the search finds too little", where)
			}
		}
	}
	for _, where := range []string{"database", "page", "answer", "bundle"} {
		if !holds[where] {
			t.Errorf("what is public is not found in the %s: the search finds too little", where)
		}
	}
	t.Logf("%d forms of %d secrets were looked for in %d places; Workers' peer holds %d", len(private), len(all), len(places), len(held))
}

// withoutVocabulary leaves out what a grievance is about where all words of the
// vocabulary stand, the same for everybody.
func withoutVocabulary(p place, found canaries) canaries {
	if strings.HasPrefix(p.name, "vocabulary ") {
		maps.DeleteFunc(found, func(_, name string) bool { return name == "what it is about" })
	}
	return found
}

// disclosed are the names of answers that were erased, which an erasure tells to
// everybody, since nothing is left under them, and name and salt of what was
// published out of what is held.
func (f *field) disclosed(t *testing.T) map[string]bool {
	t.Helper()
	height, err := f.ledger.Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]bool{}
	end := errors.New("the newest block")
	err = f.ledger.Follow(t.Context(), 0, func(b ledger.Block) error {
		for _, tx := range b.Transactions {
			var told provenance.Recorded
			if tx.Event != "" && provenance.Decode(tx.Payload, &told) != nil {
				return errors.New("an event is of another form")
			}
			for _, r := range told.Records {
				var told struct {
					Tokens []string `json:"tokens"`
					Tally  string   `json:"tally"`
					Salt   string   `json:"salt"`
				}
				switch r.Kind {
				case provenance.KindErasure, provenance.KindAnswerCount, provenance.KindTermsComparison:
					if err := json.Unmarshal(r.Body, &told); err != nil {
						return err
					}
				}
				for _, token := range append(told.Tokens, told.Tally, told.Salt) {
					tokens[token] = true
				}
			}
		}
		if b.Number+1 == height {
			return end
		}
		return nil
	})
	delete(tokens, "")
	if !errors.Is(err, end) || len(tokens) == 0 {
		t.Fatalf("reading erasures: %v, %d tokens", err, len(tokens))
	}
	return tokens
}

// kindOf says what a place is: whose, and of what kind.
func kindOf(name string) string {
	parts := strings.Split(filepath.ToSlash(name), "/")
	if len(parts) < 3 || parts[1] != "nodes" {
		return strings.Split(name, " ")[0]
	}
	switch {
	case strings.Contains(name, "stateLeveldb"):
		return parts[2] + " state"
	case strings.Contains(name, "blockfile"):
		return parts[2] + " blocks"
	}
	return parts[2]
}

// files are all below a folder, as they are. The chaincode's program knows the
// words of its vocabulary.
func files(t *testing.T, folder string) []place {
	t.Helper()
	var all []place
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || path == filepath.Join(folder, "chaincode") {
			return err
		}
		text, err := os.ReadFile(path)
		all = append(all, place{path, text})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// databases are the LevelDB databases below a folder, each key and value as it
// was written: in the files, older ones are compressed and cut into blocks.
func databases(t *testing.T, folder string) []place {
	t.Helper()
	var all []place
	entries := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "CURRENT" {
			return err
		}
		path = filepath.Dir(path)
		db, err := leveldb.OpenFile(path, nil)
		if err != nil {
			return fmt.Errorf("opening %s: %w", path, err)
		}
		defer db.Close()
		var text []byte
		for at := db.NewIterator(nil, nil); ; entries++ {
			if !at.Next() {
				at.Release()
				all = append(all, place{path, text})
				return at.Error()
			}
			text = append(append(append(append(text, at.Key()...), 0), at.Value()...), 0)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if entries < 1000 {
		t.Errorf("the databases have only %d entries", entries)
	}
	return all
}

// rows are all that an SQLite database's tables hold.
func rows(t *testing.T, path string) []place {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var tables []string
	found, err := db.QueryContext(t.Context(), `SELECT name FROM sqlite_schema WHERE type = 'table'`)
	if err != nil {
		t.Fatal(err)
	}
	for found.Next() {
		var name string
		if err := found.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	var text []byte
	for _, table := range tables {
		found, err := db.QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := found.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for found.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := found.Scan(values...); err != nil {
				t.Fatal(err)
			}
			for _, v := range values {
				if raw, ok := (*v.(*any)).([]byte); ok {
					text = append(text, raw...)
				}
				text = fmt.Append(text, *v.(*any), "\x00")
			}
		}
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return []place{{"database of " + path, text}}
}
