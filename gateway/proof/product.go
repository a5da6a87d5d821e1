package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Terms is what a verifier asks of a bundle beside that it holds.
type Terms struct {
	Now    time.Time
	MaxAge time.Duration // of the oldest seal; zero for any
	Nonce  string        // when the verifier chose it; empty for any
}

// clockSlack is how far peers let an asker's clock be from their own.
const clockSlack = 15 * time.Minute

// VerifyProduct checks a product's bundle against pinned roots. The error is
// for roots that cannot be read; everything else is in the report.
func VerifyProduct(text []byte, roots Roots, terms Terms) (Report, error) {
	keys, err := roots.open()
	if err != nil {
		return Report{}, err
	}
	return keys.product(text, terms), nil
}

func (k *keyring) product(text []byte, terms Terms) Report {
	v := &productCheck{keys: k, terms: terms, pages: map[provenance.DigestPart][]provenance.DigestPage{}}
	for _, step := range []func() bool{func() bool { return v.open(text) }, v.seals, v.fresh, v.whole, v.records, v.complete, v.closed, v.answer} {
		if !step() {
			break // what follows would rest on what failed
		}
	}
	return v.report
}

// productCheck is a verification under way.
type productCheck struct {
	keys   *keyring
	terms  Terms
	report Report
	bundle Product
	held   []provenance.Record
	oldest time.Time
	newest time.Time
	pages  map[provenance.DigestPart][]provenance.DigestPage // by their first part, in order

	concluded string // digest of the answer that peers conclude, empty for none
}

func (v *productCheck) open(text []byte) bool {
	err := decode(text, &v.bundle)
	b := v.bundle
	if err == nil && b.Format != ProductFormat {
		err = errors.New("it is no product's bundle of a format that this program knows")
	}
	if err == nil {
		if _, at := provenance.ParseInstant(b.AsOf); at != nil || provenance.CheckGTIN(b.GTIN) != nil {
			err = errors.New("it does not say what it answers")
		}
	}
	v.report.Of = "product " + b.GTIN
	if b.Lot != "" {
		v.report.Of += ", lot " + b.Lot
	}
	return v.report.step("the file", fmt.Sprintf("%s, letter by letter as it was made, with %d records and %d answers of peers", b.Format, len(b.Record), len(b.Seals)), err)
}

// seals checks every seal and sorts its pages.
func (v *productCheck) seals() bool {
	err := func() error {
		if len(v.bundle.Seals) == 0 {
			return errors.New("there is none")
		}
		for n, s := range v.bundle.Seals {
			if err := v.seal(s, v.take); err != nil {
				return fmt.Errorf("seal %d: %w", n+1, err)
			}
		}
		if v.bundle.Conclusion == nil {
			return nil
		}
		if err := v.seal(*v.bundle.Conclusion, v.conclusion); err != nil {
			return fmt.Errorf("the conclusion: %w", err)
		}
		return nil
	}()
	return v.report.step("the seals' signatures", "each is signed by peers of a commercial and of an independent organisation, whose certificates lead to the pinned roots", err)
}

// seal checks one, and hands on what it says.
func (v *productCheck) seal(s Seal, take func(asked) error) error {
	a, err := v.keys.verify(s, v.keys.chaincode)
	if err != nil {
		return err
	}
	if !both(a.orgs) {
		return errors.New("no commercial and independent organisation signed it together")
	}
	if v.oldest.IsZero() || a.at.Before(v.oldest) {
		v.oldest = a.at
	}
	if a.at.After(v.newest) {
		v.newest = a.at
	}
	return take(a)
}

// conclusion reads what peers conclude, which must be about this answer.
func (v *productCheck) conclusion(a asked) error {
	if len(a.args) != 2 || string(a.args[0]) != "Conclude" {
		return errors.New("it answers something else than Conclude")
	}
	var q provenance.ConclusionQuestion
	var answer provenance.Conclusion
	if provenance.Decode(a.args[1], &q) != nil || provenance.Decode(a.answer, &answer) != nil {
		return errors.New("its question or answer cannot be read")
	}
	if answer.Question() != q || q.Nonce != v.bundle.Nonce {
		return errors.New("its nonce is another")
	}
	if q.GTIN != v.bundle.GTIN || q.Lot != v.bundle.Lot || q.AsOf != v.bundle.AsOf {
		return errors.New("it is about something else than the answer")
	}
	v.concluded = answer.Answer
	return nil
}

// take reads what a seal says.
func (v *productCheck) take(a asked) error {
	if len(a.args) != 2 || string(a.args[0]) != "Digests" {
		return errors.New("it answers something else than Digests")
	}
	var q provenance.DigestQuestion
	var answer provenance.DigestAnswer
	if provenance.Decode(a.args[1], &q) != nil || provenance.Decode(a.answer, &answer) != nil {
		return errors.New("its question or answer cannot be read")
	}
	if q.Nonce != v.bundle.Nonce || answer.Nonce != q.Nonce || v.terms.Nonce != "" && v.terms.Nonce != q.Nonce {
		return errors.New("its nonce is another")
	}
	if len(q.Subjects) != len(answer.Subjects) {
		return errors.New("it answers for other subjects than were asked about")
	}
	for i, page := range answer.Subjects {
		if !reflect.DeepEqual(page.Part(), q.Subjects[i]) {
			return errors.New("it answers for other subjects than were asked about")
		}
		first := page.Part()
		first.After = nil
		v.pages[first] = append(v.pages[first], page)
	}
	return nil
}

func (v *productCheck) fresh() bool {
	age := v.terms.Now.Sub(v.oldest)
	var err error
	asOf, _ := provenance.ParseInstant(v.bundle.AsOf)
	switch {
	case v.newest.Sub(v.terms.Now) > clockSlack:
		err = errors.New("a seal is of a time to come")
	case v.terms.MaxAge > 0 && age > v.terms.MaxAge:
		err = fmt.Errorf("the oldest seal is %s old, more than %s: what was recorded since may be missing", age.Round(time.Second), v.terms.MaxAge)
	case v.terms.MaxAge > 0 && v.newest.Sub(asOf) > v.terms.MaxAge:
		err = fmt.Errorf("the answer is about %s, long before its seals: what happened since is left out", v.bundle.AsOf)
	case asOf.Sub(v.newest) > clockSlack:
		err = errors.New("the answer is about a moment after its seals")
	}
	return v.report.step("their age", fmt.Sprintf("all that was on the ledger at %s is covered; the peers' clocks vouch for that within 15 minutes", provenance.FormatInstant(v.oldest)), err)
}

// whole checks that the pages of each subject continue each other to the end.
func (v *productCheck) whole() bool {
	err := func() error {
		for first, pages := range v.pages {
			var at *provenance.Place
			for i := range pages {
				j := slices.IndexFunc(pages[i:], func(p provenance.DigestPage) bool { return reflect.DeepEqual(p.After, at) })
				if j < 0 {
					return fmt.Errorf("a page about %s is missing", first.Subject())
				}
				pages[i], pages[i+j] = pages[i+j], pages[i]
				if at = pages[i].Next; at == nil && i < len(pages)-1 {
					return fmt.Errorf("a page about %s is given twice", first.Subject())
				}
			}
			if at != nil {
				return fmt.Errorf("the last page about %s is missing", first.Subject())
			}
		}
		return nil
	}()
	return v.report.step("the digests", fmt.Sprintf("%d subjects, each told of to the end", len(v.pages)), err)
}

// records reads the records, and holds each against the digests: every one is
// covered, and none of what they count is missing or another.
func (v *productCheck) records() bool {
	own, err := v.read()
	if err == nil {
		err = v.count(own)
	}
	return v.report.step("the records", fmt.Sprintf("%d records are what the ledger holds, letter by letter", len(v.held)), err)
}

// read takes the records out of the file, and gives their digests, which are the
// ledger's only when they are spelled as there.
func (v *productCheck) read() (map[provenance.Ref]string, error) {
	own := map[provenance.Ref]string{}
	for _, text := range v.bundle.Record {
		var r provenance.Record
		if provenance.Decode([]byte(text), &r) != nil {
			return nil, errors.New("one cannot be read")
		}
		if _, twice := own[r.Ref()]; twice {
			return nil, fmt.Errorf("%s is given twice", r.Ref())
		}
		if !v.bundle.Full && !r.Public() {
			return nil, fmt.Errorf("%s is not for the public", r.Ref())
		}
		v.held = append(v.held, r)
		sum := sha256.Sum256([]byte(text))
		own[r.Ref()] = hex.EncodeToString(sum[:])
	}
	return own, nil
}

// count holds the records, given by their digests, against the pages.
func (v *productCheck) count(own map[provenance.Ref]string) error {
	var subjects []provenance.Ref
	entries := v.entries(own)
	for first, pages := range v.pages {
		subjects = append(subjects, first.Subject())
		for _, p := range pages {
			if p.Record != "" && p.Record != own[first.Subject()] {
				return fmt.Errorf("%s is missing, or is not what the ledger holds", first.Subject())
			}
			if p.Record == "" && own[first.Subject()] != "" {
				return fmt.Errorf("%s is not on the ledger", first.Subject())
			}
		}
		if err := compare(entries[first], first, pages); err != nil {
			return err
		}
	}
	if extra := len(v.held) - len(provenance.Needed(v.held, subjects)); extra > 0 {
		return fmt.Errorf("%d of them are covered by no digest", extra)
	}
	return nil
}

// entries gives what the records, given by their digests, say about each subject,
// as provenance.Entries does of one.
func (v *productCheck) entries(own map[provenance.Ref]string) map[provenance.DigestPart][]provenance.SealEntry {
	all := map[provenance.DigestPart][]provenance.SealEntry{}
	for _, r := range v.held {
		for _, about := range r.About {
			if !about.Kind.Covers(r.Kind) {
				continue
			}
			subjects := []provenance.Ref{about}
			if whole := (provenance.Ref{Kind: about.Kind, ID: about.ID[:min(len(about.ID), 15)]}); whole != about && whole.TakesIn(about) {
				subjects = append(subjects, whole)
			}
			for _, s := range subjects {
				part := provenance.DigestPart{Kind: s.Kind, ID: s.ID, Closed: !r.Public()}
				all[part] = append(all[part], provenance.SealEntry{Place: provenance.Place{About: about.ID, Kind: r.Kind, ID: r.ID}, Digest: own[r.Ref()]})
			}
		}
	}
	for _, list := range all {
		provenance.SortEntries(list)
	}
	return all
}

// compare holds what the records say about a subject against the ledger's digests.
func compare(entries []provenance.SealEntry, of provenance.DigestPart, pages []provenance.DigestPage) error {
	for _, p := range pages {
		n := min(p.Count, len(entries))
		if p.Count < 0 || n < p.Count || provenance.FoldEntries(entries[:n]) != p.Digest {
			return fmt.Errorf("what is about %s is not what the ledger holds: a record is missing, or altered", of.Subject())
		}
		if p.Next != nil && (n == 0 || entries[n-1].Place != *p.Next) {
			return fmt.Errorf("what is about %s goes on elsewhere than it ended", of.Subject())
		}
		entries = entries[n:]
	}
	if len(entries) > 0 {
		return fmt.Errorf("%d records about %s are not on the ledger", len(entries), of.Subject())
	}
	return nil
}

func (v *productCheck) question() provenance.Question {
	asOf, _ := provenance.ParseInstant(v.bundle.AsOf) // checked when the file was read
	return provenance.Question{GTIN: v.bundle.GTIN, Lot: v.bundle.Lot, AsOf: asOf}
}

// complete walks the lots, so that no lot, site or party on the way is without
// digests.
func (v *productCheck) complete() bool {
	needs, err := provenance.Needs(v.held, v.question())
	if err == nil {
		for _, need := range needs {
			if _, ok := v.pages[provenance.DigestPart{Kind: need.Kind, ID: need.ID}]; !ok {
				err = fmt.Errorf("there is no digest of %s, which the walk from the product leads to", need)
				break
			}
		}
	}
	return v.report.step("the way from the product", fmt.Sprintf("%d lots, sites, products and parties on it all have their digest", len(needs)), err)
}

// closed says how far the records that are not shown one by one are here.
func (v *productCheck) closed() bool {
	const check = "records that are not shown one by one"
	if !v.bundle.Full {
		for first := range v.pages {
			if first.Closed {
				return v.report.step(check, "", errors.New("the bundle is said to be without them, and has digests of them"))
			}
		}
		word := "on the word of whoever served it"
		if v.concluded != "" {
			word = "on the word of the peers that signed the conclusion, one of a commercial and one of an independent organisation"
		}
		v.report.hidden(check, "groups of workers, fees, repayments, contracts, signals and cases of children are not in a public bundle. What the answer says of them, and its outcome, rests "+word)
		return true
	}
	needs, err := provenance.Needs(v.held, v.question())
	for _, need := range needs {
		if _, ok := v.pages[provenance.DigestPart{Kind: need.Kind, ID: need.ID, Closed: true}]; err == nil && !ok && need.Kind.AboutClosed() {
			err = fmt.Errorf("there is no digest of those about %s", need)
		}
	}
	return v.report.step(check, "all of them are here, with the digests of every site and party", err)
}

// ClosedParts lists the digests that a full bundle needs beside those of its
// subjects.
func ClosedParts(subjects []provenance.Ref) []provenance.DigestPart {
	var parts []provenance.DigestPart
	for _, s := range subjects {
		if s.Kind.AboutClosed() {
			parts = append(parts, provenance.DigestPart{Kind: s.Kind, ID: s.ID, Closed: true})
		}
	}
	return parts
}

// answer concludes from the records and compares that with what was served.
func (v *productCheck) answer() bool {
	const check = "the answer"
	sum := sha256.Sum256([]byte(v.bundle.Answer))
	said := "; peers concluded nothing from so many records"
	if v.concluded != "" {
		if v.concluded != hex.EncodeToString(sum[:]) {
			return v.report.step(check, "", errors.New("it is not what peers conclude"))
		}
		said = "; all of it is what peers of a commercial and of an independent organisation conclude"
	}
	var served provenance.Answer
	if err := decode([]byte(v.bundle.Answer), &served); err != nil {
		if v.concluded != "" && !v.bundle.Full {
			return v.report.step(check, "it is in a form of another version, so this program concludes nothing of its own"+said, nil)
		}
		return v.report.step(check, "", fmt.Errorf("the answer: %w", err))
	}
	mine, err := provenance.History(v.held, v.question())
	if err != nil {
		return v.report.step(check, "", fmt.Errorf("nothing follows from the records: %w", err))
	}
	if v.bundle.Full {
		return v.report.step(check, "the whole answer follows from the records"+said, differ(mine, served))
	}
	err = differ(openly(mine), openly(served))
	return v.report.step(check, "what it says of the product, its lots, tiers and sites, and of audits and their coverage follows from the records"+said, err)
}

// openly keeps of an answer what follows from records that anybody may read.
func openly(a provenance.Answer) provenance.Answer {
	open := provenance.Answer{
		GTIN: a.GTIN, Lot: a.Lot, Product: a.Product, Owner: a.Owner, AsOf: a.AsOf, KnownAt: a.KnownAt, Rules: a.Rules,
		Tiers: a.Tiers, Audits: a.Audits, Grievances: a.Grievances, Lots: a.Lots, Pieces: a.Pieces,
	}
	for _, s := range a.Sites {
		s.FeesAsked, s.Outstanding, s.DeviceMonths, s.OpenFindings = false, nil, 0, 0
		open.Sites = append(open.Sites, s)
	}
	for i := range open.Audits { // whether a finding is closed may hang on workers' answers
		if i == 0 {
			open.Audits = slices.Clone(open.Audits)
		}
		open.Audits[i].Open = 0
	}
	return open
}

// differ names the first part in which two answers differ.
func differ(mine, served provenance.Answer) error {
	a, err := provenance.Canonical(mine)
	if err != nil {
		return err
	}
	b, err := provenance.Canonical(served)
	if err != nil {
		return err
	}
	if string(a) == string(b) {
		return nil
	}
	var left, right map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(a, &left), json.Unmarshal(b, &right)); err != nil {
		return err
	}
	var parts []string
	for name := range left {
		if string(left[name]) != string(right[name]) {
			parts = append(parts, name)
		}
	}
	for name := range right {
		if left[name] == nil {
			parts = append(parts, name)
		}
	}
	slices.Sort(parts)
	return fmt.Errorf("the records say otherwise than the answer about %s", strings.Join(parts, ", "))
}
