package provenance

import "time"

// signalFacts is what was seen from afar or looked up in lists, what was said to
// it, and what devices counted.
type signalFacts struct {
	observations []stated[VesselObservation]
	screenings   []stated[Screening]
	answered     map[Ref]bool
	state        map[Ref]SignalState // absent while nobody has looked at it
	devices      map[string]Device
	totals       []stated[DeviceTotal]
	replies      []stated[Reply]
	steps        []stated[SignalStep]
}

func newSignalFacts() signalFacts {
	return signalFacts{answered: map[Ref]bool{}, state: map[Ref]SignalState{}, devices: map[string]Device{}}
}

// addSignal files what concerns signals and devices.
func (f *facts) addSignal(r Record, asOf time.Time) error {
	counts := func(day string) bool { return !dateStart(day).After(asOf) }
	switch r.Kind {
	case KindObservation:
		return keep(r, func(s stated[VesselObservation]) {
			f.supersede(r.Ref(), s.T.Supersedes)
			if counts(s.T.Until) {
				f.seen.observations = append(f.seen.observations, s)
			}
		})
	case KindScreening:
		return keep(r, func(s stated[Screening]) {
			f.supersede(r.Ref(), s.T.Supersedes)
			if counts(s.T.On) {
				f.seen.screenings = append(f.seen.screenings, s)
			}
		})
	case KindReply:
		return keep(r, func(s stated[Reply]) {
			if counts(s.T.On) {
				f.seen.replies = append(f.seen.replies, s)
			}
		})
	case KindSignalStep:
		return keep(r, func(s stated[SignalStep]) {
			if counts(s.T.On) {
				f.seen.steps = append(f.seen.steps, s)
			}
		})
	case KindDevice:
		return keep(r, func(s stated[Device]) { f.seen.devices[r.ID] = s.T })
	case KindDeviceTotal:
		return keep(r, func(s stated[DeviceTotal]) {
			if !monthStart(s.T.Month).After(asOf) {
				f.seen.totals = append(f.seen.totals, s)
			}
		})
	}
	return nil
}

// settleSignals tells where each signal stands, from the replies and decisions
// that count.
func (f *facts) settleSignals() {
	for _, s := range standing(f, f.seen.replies) {
		f.seen.answered[Ref(s.T.To)] = true
		f.moveSignal(Ref(s.T.To), SignalExplained)
	}
	for _, s := range f.seen.steps {
		f.moveSignal(Ref(s.T.Signal), s.T.State)
	}
}

// moveSignal keeps the furthest state. A signal only ever moves forward, so the
// order of the records does not matter.
func (f *facts) moveSignal(signal Ref, to SignalState) {
	now := f.seen.state[signal]
	if now == "" {
		now = SignalRaised
	}
	if SignalMayMove(now, to) {
		f.seen.state[signal] = to
	}
}

// observed lists the signals about some sites and those who run them, but for
// those that were found not to hold.
func (f *facts) observed(sites []Site) []SignalLine {
	var lines []SignalLine
	add := func(r Record, kind string, site Name, day string) {
		state := f.seen.state[r.Ref()]
		switch state {
		case SignalRejected:
			return
		case "":
			state = SignalRaised
		}
		lines = append(lines, SignalLine{Type: kind, Site: site, Month: day[:len(monthForm)], State: state, Answered: f.seen.answered[r.Ref()], Number: 1})
	}
	for _, s := range sites {
		for _, o := range f.seen.observations {
			if f.kept(o.T.Facility) == s.ID {
				add(o.Record, o.T.ObservationType, s.Name, o.T.From)
			}
		}
		for _, listed := range f.seen.screenings {
			subject, kind := listed.T.Subject, map[string]string{ScreenMatch: SignalListed, ScreenPossible: SignalPerhapsListed}[listed.T.Result]
			here := subject.Kind == KindFacility && f.kept(subject.ID) == s.ID || s.Operator != nil && subject == ScreenSubject{KindParty, s.Operator.ID}
			if here && kind != "" {
				add(listed.Record, kind, s.Name, listed.T.On)
			}
		}
	}
	return lines
}

// SignalsAt lists the signals about a site and who runs it, out of the records
// about these and about the entries merged into it; more does no harm. What lots
// tell by themselves belongs to products and is not among them.
func SignalsAt(records []Record, site FacilityNow, asOf time.Time) ([]SignalLine, error) {
	f, err := gather(records, Question{AsOf: asOf})
	if err != nil {
		return nil, err
	}
	sites := []Site{{Name: Name{ID: site.Facility.ID, Name: site.Facility.Name}, Operator: site.Operator}}
	for _, entry := range site.Merged {
		sites = append(sites, Site{Name: entry})
	}
	lines := f.observed(sites)
	for i := range lines {
		lines[i].Site = sites[0].Name
	}
	return gathered(lines), nil
}

// deviceMonths counts the months for which devices at a site signed totals.
func (f *facts) deviceMonths(site string) int {
	months := map[string]bool{}
	for _, d := range f.seen.totals {
		if device, ok := f.seen.devices[d.T.Device]; ok && f.kept(device.Facility) == site {
			months[d.T.Month] = true
		}
	}
	return len(months)
}
