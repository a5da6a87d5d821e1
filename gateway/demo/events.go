package demo

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// How long goods travel before they are used: within a country, and across
// borders.
const (
	nearby = 4 * day
	abroad = 16 * day
	day    = 24 * time.Hour
)

// batch is one lot with where it came from and where it went.
type batch struct {
	stage    stage
	lot      provenance.Lot
	made     time.Time
	uses     []*batch
	bought   []provenance.Quantity
	received map[string]time.Time // by the site that used it
	users    int
}

// year is the production of all sites, the raw materials first.
type year struct {
	batches map[string][]*batch // by site, oldest first
	order   []string            // of sites
	step    map[string]int      // by site: how many steps of making lie before it
}

// produce runs the year: a site makes a lot as soon as its sources have
// delivered, and then at its own pace, each time of the newest that has arrived.
func produce() *year {
	y := &year{batches: map[string][]*batch{}, step: map[string]int{}}
	for _, s := range stages {
		y.run(s)
	}
	return y
}

func (y *year) run(s stage) {
	if _, done := y.batches[s.site]; done {
		return
	}
	y.batches[s.site] = nil
	for _, source := range s.from {
		y.run(stages[indexOfStage(source)])
		y.step[s.site] = max(y.step[s.site], y.step[source]+1)
	}
	first := firstDay
	for _, source := range s.from {
		if ready := y.batches[source][0].made.Add(travel(source, s.site)); ready.After(first) {
			first = ready
		}
	}
	first = time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, time.UTC).Add(day)
	for n := 0; ; n++ {
		date := first.AddDate(0, 0, n*s.every)
		if date.After(LastDay.Add(-nearby)) {
			break
		}
		y.batches[s.site] = append(y.batches[s.site], y.batch(s, n, date))
	}
	y.order = append(y.order, s.site)
}

func (y *year) batch(s stage, n int, date time.Time) *batch {
	name := fmt.Sprintf("%s-%02d", date.Format("060102"), n+1)
	b := &batch{
		stage: s, lot: provenance.Lot{GTIN: productOf(s.site), Lot: name},
		made: workingHour(s.site+name, s.site, date), received: map[string]time.Time{},
	}
	for _, source := range s.from {
		newest := y.batches[source][0]
		for _, candidate := range y.batches[source] {
			if !candidate.made.Add(travel(source, s.site)).After(b.made) {
				newest = candidate
			}
		}
		newest.users++
		if _, arrived := newest.received[s.site]; !arrived {
			newest.received[s.site] = workingHour(name+source, s.site, newest.made.Add(travel(source, s.site)-2*day))
		}
		b.uses = append(b.uses, newest)
	}
	for _, bought := range s.bought {
		if n%bought.every == bought.every-1 {
			lot := provenance.Lot{GTIN: boughtGTIN(s.site), Lot: "T" + date.Format("060102")}
			b.bought = append(b.bought, quantity(lot, s.amount/10, bought.unit))
		}
	}
	return b
}

func travel(from, to string) time.Duration {
	if siteOf(from).country == siteOf(to).country {
		return nearby
	}
	return abroad
}

// workingHour gives a moment between eight and five o'clock at a site.
func workingHour(name, site string, date time.Time) time.Time {
	h := fnv.New32a()
	h.Write([]byte(name))
	minutes := h.Sum32() % (9 * 60)
	local := time.Date(date.Year(), date.Month(), date.Day(), 8, int(minutes), 0, 0, time.UTC)
	return local.Add(-offset(siteOf(site).zone))
}

func offset(zone string) time.Duration {
	t, err := time.Parse("-07:00", zone)
	if err != nil {
		panic(err) // a wrong zone in this package
	}
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

// events lists what each site's operator records of each step of making, oldest
// first: a lot is recorded before what is made of it.
func (y *year) events() []map[string][]provenance.Event {
	var steps []map[string][]provenance.Event
	record := func(step int, at string, when time.Time, e provenance.Event) {
		s := siteOf(at)
		e.EventTime, e.EventTimeZoneOffset = provenance.FormatInstant(when), s.zone
		e.BizLocation = s.location(indexOfSite(at))
		for len(steps) <= step {
			steps = append(steps, map[string][]provenance.Event{})
		}
		steps[step][s.operator] = append(steps[step][s.operator], e)
	}
	for _, site := range y.order {
		step := y.step[site]
		for _, b := range y.batches[site] {
			record(step, site, b.made, b.making())
			if len(b.received) == 0 {
				continue
			}
			seen := []provenance.Quantity{quantity(b.lot, b.stage.amount, b.stage.unit)}
			record(step, site, b.made.Add(day), provenance.Event{Type: provenance.ObjectEvent, Action: "OBSERVE", QuantityList: seen, BizStep: "shipping", Disposition: "in_transit"})
			for at, when := range b.received {
				record(step, at, when, provenance.Event{Type: provenance.ObjectEvent, Action: "OBSERVE", QuantityList: seen, BizStep: "receiving", Disposition: "in_progress"})
			}
		}
	}
	for _, events := range steps {
		for _, list := range events {
			slices.SortFunc(list, func(a, b provenance.Event) int {
				return cmp.Or(cmp.Compare(a.EventTime, b.EventTime), cmp.Compare(a.Key(), b.Key()))
			})
		}
	}
	return steps
}

// making is the event in which the lot came to be. What went in is shared
// evenly among all that used it, so that nothing is used twice.
func (b *batch) making() provenance.Event {
	out := []provenance.Quantity{quantity(b.lot, b.stage.amount, b.stage.unit)}
	if len(b.uses)+len(b.bought) == 0 {
		return provenance.Event{Type: provenance.ObjectEvent, Action: "ADD", QuantityList: out, BizStep: "commissioning", Disposition: "active"}
	}
	in := slices.Clone(b.bought)
	for _, used := range b.uses {
		in = append(in, quantity(used.lot, used.stage.amount/used.users, used.stage.unit))
	}
	return provenance.Event{
		Type: provenance.TransformationEvent, InputQuantityList: in, OutputQuantityList: out,
		BizStep: "creating_class_instance", Disposition: "active",
	}
}

func quantity(lot provenance.Lot, amount int, unit string) provenance.Quantity {
	return provenance.Quantity{EPCClass: lot.URI(), Quantity: fmt.Sprint(amount), UOM: unit}
}

func siteOf(key string) site { return sites[indexOfSite(key)] }

func indexOfSite(key string) int {
	i := slices.IndexFunc(sites, func(s site) bool { return s.key == key })
	if i < 0 {
		panic("no site " + key) // a wrong name in this package
	}
	return i
}
