package proof

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// lie is a bundle that does not say what the ledger does.
type lie struct {
	name  string
	text  string
	at    string // step at which both verifiers end
	roots Roots
	now   time.Time
}

// Steps by their names.
const (
	atFile      = "the file"
	atSeals     = "the seals' signatures"
	atAge       = "their age"
	atDigests   = "the digests"
	atRecords   = "the records"
	atWay       = "the way from the product"
	atAnswer    = "the answer"
	atCounts    = "that it counts"
	atAuthor    = "who wrote it"
	atEndorsed  = "that it was endorsed"
	atSays      = "what it says"
	atCommitted = "that it was committed"
)

// lies are what a gateway might try. Each part but the one that is changed is as
// a network signs it.
func (n *network) lies() []lie {
	var all []lie
	add := func(name, at, text string) { all = append(all, lie{name, text, at, n.roots(), n.now.Add(time.Hour)}) }
	n.lyingAnswers(add)
	n.lyingSeals(add)
	n.lyingRecords(add)
	honest := n.text(n.bundle(false, twist{}))
	record := n.recordText(story{})
	stranger := told(n.t)
	return append(all, []lie{
		{"old seals replayed", honest, atAge, n.roots(), n.now.Add(25 * time.Hour)},
		{"seals of a time to come", honest, atAge, n.roots(), n.now.Add(-time.Hour)},
		{"look-alike roots", honest, atSeals, stranger.roots(), n.now},
		{"a peer's certificate was revoked", honest, atSeals, n.revoking(n.peers[provenance.Workers], provenance.Workers), n.now},
		{"a record's old word replayed", record, atCounts, n.roots(), n.now.Add(25 * time.Hour)},
		{"a record under look-alike roots", record, atCounts, stranger.roots(), n.now},
		{"an orderer's certificate was revoked", record, atCommitted, n.revoking(n.orders[provenance.Workers], provenance.Workers), n.now},
		{"a quorum that is larger", record, atCommitted, n.quorum(4), n.now},
	}...)
}

func (n *network) quorum(of int) Roots {
	r := n.roots()
	r.Quorum = of
	return r
}

// revoking is the roots with somebody's certificate revoked an hour before.
func (n *network) revoking(s someone, org provenance.Org) Roots {
	t := n.t
	c, err := certificate(must(read(s.identity)).text(2))
	if err != nil {
		t.Fatal(err)
	}
	a := n.orgs[org]
	when := n.now.Add(-time.Hour)
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: when, NextUpdate: when.AddDate(1, 0, 0),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: c.SerialNumber, RevocationTime: when}}}, a.intermediate, a.intermediateKy)
	if err != nil {
		t.Fatal(err)
	}
	roots := n.roots()
	i := slices.IndexFunc(roots.Organizations, func(o Organization) bool { return o.Name == org })
	roots.Organizations[i].Revoked = []string{string(pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}))}
	return roots
}

// lyingAnswers leaves out, adds, alters and mixes what honest peers signed for.
func (n *network) lyingAnswers(add func(name, at, text string)) {
	whole := n.bundle(false, twist{})
	other := n.bundleOf(provenance.Question{GTIN: n.world.Cloth.GTIN, AsOf: n.question().AsOf}, false, twist{})
	changed := func(name, at string, change func(*Product)) {
		b := whole
		b.Record, b.Seals = slices.Clone(whole.Record), slices.Clone(whole.Seals)
		change(&b)
		add(name, at, n.text(b))
	}
	audit := slices.IndexFunc(whole.Record, func(text string) bool { return strings.Contains(text, `"kind":"audit"`) })
	rewrite := func(b *Product, change func(*provenance.Record)) {
		var r provenance.Record
		if err := json.Unmarshal([]byte(b.Record[audit]), &r); err != nil {
			n.t.Fatal(err)
		}
		change(&r)
		text, err := provenance.Canonical(r)
		if err != nil {
			n.t.Fatal(err)
		}
		b.Record[audit] = string(text)
	}
	answer := func(b *Product, change func(*provenance.Answer)) {
		var a provenance.Answer
		if err := json.Unmarshal([]byte(b.Answer), &a); err != nil {
			n.t.Fatal(err)
		}
		change(&a)
		text, err := provenance.Canonical(a)
		if err != nil {
			n.t.Fatal(err)
		}
		b.Answer = string(text)
	}
	changed("a bad audit left out", atRecords, func(b *Product) { b.Record = slices.Delete(b.Record, audit, audit+1) })
	changed("an audit altered", atRecords, func(b *Product) {
		rewrite(b, func(r *provenance.Record) {
			r.Body = json.RawMessage(strings.Replace(string(r.Body), `"end":"20`, `"end":"21`, 1))
		})
	})
	changed("an audit back-dated", atRecords, func(b *Product) { rewrite(b, func(r *provenance.Record) { r.At = "2025-01-01T00:00:00.000Z" }) })
	changed("an audit under another's name", atRecords, func(b *Product) { rewrite(b, func(r *provenance.Record) { r.By.Party = n.world.ID() }) })
	changed("an audit moved to another site", atRecords, func(b *Product) {
		rewrite(b, func(r *provenance.Record) {
			r.About = []provenance.Ref{{Kind: provenance.KindFacility, ID: n.world.ID()}}
		})
	})
	changed("an audit under another identifier", atRecords, func(b *Product) { rewrite(b, func(r *provenance.Record) { r.ID = n.world.ID() }) })
	changed("an audit invented", atRecords, func(b *Product) {
		b.Record = append(b.Record, b.Record[audit])
		rewrite(b, func(r *provenance.Record) { r.ID = n.world.ID() })
	})
	changed("an audit twice", atRecords, func(b *Product) { b.Record = append(b.Record, b.Record[audit]) })
	changed("an audit spelled otherwise", atRecords, func(b *Product) { b.Record[audit] = " " + b.Record[audit] })
	changed("all records left out", atRecords, func(b *Product) { b.Record = []string{} })
	changed("another product's records as well", atRecords, func(b *Product) {
		b.Record = append(b.Record, other.Record[0], `{"about":[],"at":"","body":{},"by":{"org":"Brands"},"id":"x","kind":"audit","tx":""}`)
	})
	changed("a seal twice", atDigests, func(b *Product) { b.Seals = append(b.Seals, b.Seals[0]) })
	changed("no seals", atSeals, func(b *Product) { b.Seals = []Seal{} })
	changed("seals of another product", atRecords, func(b *Product) { b.Seals = other.Seals })
	changed("another nonce", atSeals, func(b *Product) { b.Nonce = nonceOf(8) })
	changed("another product's number", atSeals, func(b *Product) { b.GTIN = n.world.Cloth.GTIN })
	changed("one lot instead of all", atSeals, func(b *Product) { b.Lot = "S-1" })
	changed("a moment long ago", atSeals, func(b *Product) { b.AsOf = "2026-01-01T00:00:00.000Z" })
	changed("the conclusion about another product", atSeals, func(b *Product) { b.Conclusion = other.Conclusion })
	changed("a seal in the conclusion's place", atSeals, func(b *Product) { b.Conclusion = &b.Seals[0] })
	for name, change := range map[string]func(*provenance.Answer){
		"another outcome": func(a *provenance.Answer) { a.Outcome = provenance.OutcomeClear },
		"fees gone":       func(a *provenance.Answer) { a.Fees.Totals = []provenance.FeeTotal{} },
		"children gone":   func(a *provenance.Answer) { a.Children = []provenance.ChildLine{} },
		"a site gone":     func(a *provenance.Answer) { a.Sites = []provenance.Site{} },
		"a site covered":  func(a *provenance.Answer) { a.Sites[0].Coverage = "COVERED!" },
		"a finding gone":  func(a *provenance.Answer) { a.Findings = []provenance.FindingLine{} },
		"a signal gone":   func(a *provenance.Answer) { a.Signals = []provenance.SignalLine{}; a.Lots++ },
	} {
		changed("an answer with "+name, atAnswer, func(b *Product) { answer(b, change) })
	}
	text := n.text(whole)
	add("a letter more", atFile, text+"\n")
	add("spelled with spaces", atFile, strings.Replace(text, `,"format"`, `, "format"`, 1))
	add("a field more", atFile, strings.Replace(text, `,"format"`, `,"extra":1,"format"`, 1))
	add("another format", atFile, strings.Replace(text, "fairlead-product/2", "fairlead-product/1", 1))
}

// lyingSeals has peers sign as they must not.
func (n *network) lyingSeals(add func(name, at, text string)) {
	brands, workers := n.peers[provenance.Brands], n.peers[provenance.Workers]
	stranger := told(n.t)
	peer := n.enrol(provenance.Brands, "peer")
	with := func(org provenance.Org, unit string, alter ...func(*x509.Certificate)) twist {
		return twist{peers: []someone{brands, n.enrol(org, unit, alter...)}}
	}
	for name, w := range map[string]twist{
		"one organisation alone":     {peers: []someone{brands}},
		"one organisation twice":     {peers: []someone{brands, brands}},
		"two peers of one":           {peers: []someone{brands, n.enrol(provenance.Brands, "peer")}},
		"two commercial":             {peers: []someone{brands, n.peers[provenance.Auditors]}},
		"two independent":            {peers: []someone{workers, n.peers[provenance.Oversight]}},
		"nobody":                     {peers: []someone{}},
		"suppliers, who run no peer": with(provenance.Suppliers, "peer"),
		"a client as a peer":         with(provenance.Workers, "client"),
		"an administrator as a peer": with(provenance.Workers, "admin"),
		"an orderer as a peer":       with(provenance.Workers, "orderer"),
		"a certificate of no role":   with(provenance.Workers, "staff"),
		"a certificate of two roles": with(provenance.Workers, "peer", func(c *x509.Certificate) {
			c.Subject.OrganizationalUnit = append(c.Subject.OrganizationalUnit, "client")
		}),
		"an expired certificate": with(provenance.Workers, "peer", func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = sealed.AddDate(-2, 0, 0), sealed.AddDate(-1, 0, 0)
		}),
		"one that is not yet in date": with(provenance.Workers, "peer", func(c *x509.Certificate) { c.NotBefore, c.NotAfter = sealed.AddDate(1, 0, 0), sealed.AddDate(2, 0, 0) }),
		"an authority as a peer":      with(provenance.Workers, "peer", func(c *x509.Certificate) { c.IsCA, c.BasicConstraintsValid = true, true }),
		"a look-alike network's peer": {peers: []someone{brands, stranger.peers[provenance.Workers]}},
		"an RSA key":                  {peers: []someone{brands, n.rsaPeer(provenance.Workers)}},
		"signatures with the high S":  {high: true},
		"a refusal":                   {status: 500},
		"another identifier":          {txID: nonceOf(1)},
		"another proposal's hash":     {proposal: []byte("x")},
		"a peer that asks":            {asker: &peer},
		"a look-alike that asks":      {asker: &stranger.reader},
	} {
		add("sealed by "+name, atSeals, n.text(n.bundle(false, w)))
	}
}

// lyingRecords tells wrongly of a record's transaction.
func (n *network) lyingRecords(add func(name, at, text string)) {
	brands, workers := n.peers[provenance.Brands], n.peers[provenance.Workers]
	stranger := told(n.t)
	clerk := n.enrol(provenance.Workers, "client")
	three := func(last someone) []someone {
		return []someone{n.orders[provenance.Brands], n.orders[provenance.Auditors], last}
	}
	altered := func(change func(*Record)) story { return story{chain: 2, beside: [][]byte{[]byte("x")}, alter: change} }
	for name, c := range map[string]struct {
		at    string
		story story
	}{
		"not valid":                       {atCounts, story{code: 11}},
		"the word of one organisation":    {atCounts, story{seal: twist{peers: []someone{brands}}}},
		"the word about another":          {atAuthor, story{other: nonceOf(3)}},
		"an author of another network":    {atAuthor, story{author: &stranger.reader}},
		"a peer as its author":            {atAuthor, story{author: &workers}},
		"another's signature":             {atAuthor, story{signs: &clerk}},
		"another organisation's author":   {atSays, story{author: &clerk}},
		"one endorser":                    {atEndorsed, story{endorsers: []someone{brands}}},
		"one endorser twice":              {atEndorsed, story{endorsers: []someone{brands, brands}}},
		"a look-alike endorser":           {atEndorsed, story{endorsers: []someone{brands, stranger.peers[provenance.Workers]}}},
		"another record":                  {atSays, altered(func(b *Record) { b.ID = n.world.ID() })},
		"another kind of record":          {atSays, altered(func(b *Record) { b.Kind = provenance.KindFacility })},
		"two ordering organisations":      {atCommitted, story{orderers: three(workers)[:2]}},
		"one ordering organisation twice": {atCommitted, story{orderers: three(n.orders[provenance.Brands])}},
		"a peer as an orderer":            {atCommitted, story{orderers: three(workers)}},
		"a look-alike orderer":            {atCommitted, story{orderers: three(stranger.orders[provenance.Workers])}},
		"a block without the other":       {atCommitted, altered(func(b *Record) { b.Inclusion.Before = [][]byte{} })},
		"another block's number":          {atCommitted, altered(func(b *Record) { b.Inclusion.Headers[0].Number-- })},
		"a header left out":               {atCommitted, altered(func(b *Record) { b.Inclusion.Headers = slices.Delete(b.Inclusion.Headers, 1, 2) })},
		"the last header left out":        {atCommitted, altered(func(b *Record) { b.Inclusion.Headers = b.Inclusion.Headers[:2] })},
		"no headers":                      {atCommitted, altered(func(b *Record) { b.Inclusion.Headers = []Header{} })},
		"a chain that is too long":        {atCommitted, story{chain: MostHeaders}},
		"another header before":           {atCommitted, altered(func(b *Record) { b.Inclusion.Headers[1].Previous = flip(b.Inclusion.Headers[1].Previous, 0) })},
		"other metadata":                  {atCommitted, altered(func(b *Record) { b.Inclusion.Metadata = flip(b.Inclusion.Metadata, 0) })},
	} {
		add("a record with "+name, c.at, n.recordText(c.story))
	}
}

// TestALyingGatewayIsCaught by both verifiers, at the same step.
func TestALyingGatewayIsCaught(t *testing.T) {
	n := told(t)
	lies := n.lies()
	if len(lies) < 60 {
		t.Errorf("only %d lies are told", len(lies))
	}
	honest := []lie{
		{"an honest answer", n.text(n.bundle(false, twist{})), "", n.roots(), n.now},
		{"an honest record", n.recordText(story{chain: 3}), "", n.roots(), n.now},
		{"an honest record whose block is not shown", n.recordText(story{alter: func(b *Record) { b.Inclusion = nil }}), "", n.roots(), n.now},
	}
	all := append(honest, lies...)
	theirs := inModule(t, all)
	for i, l := range all {
		mine := l.inGo(t)
		if at := failedAt(mine); at != l.at {
			t.Errorf("%s: in Go it ends at %q, want %q: %v", l.name, at, l.at, failures(mine))
		}
		if theirs != nil && failedAt(theirs[i]) != l.at {
			t.Errorf("%s: in the module it ends at %q, want %q: %v", l.name, failedAt(theirs[i]), l.at, failures(theirs[i]))
		}
	}
}

func (l lie) inGo(t *testing.T) Report {
	t.Helper()
	check := VerifyProduct
	if format, err := Format([]byte(l.text)); err == nil && format == RecordFormat {
		check = VerifyRecord
	}
	r, err := check([]byte(l.text), l.roots, Terms{Now: l.now, MaxAge: 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
