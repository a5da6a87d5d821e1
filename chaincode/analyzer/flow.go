package analyzer

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// origin is where a value may come from.
type origin struct {
	From  source
	Param int // of the function, for fromParam
	Field int // of that parameter's struct, or whole

	Closed bool // it went through a number, or one word of a few, since: that quotes no text
	Theirs bool // it is within an error of another module's type
}

type source int

const (
	fromPrivate  source = iota // transient data or a private collection
	fromArgument               // what the caller sent
	fromParam
)

// whole stands for all of a value, where others are fields of a struct.
const whole = -1

// origins holds, for each, the functions by way of which it came.
type origins map[origin]string

// each goes through the origins in one order, so that a report is worded the
// same in each run.
func (from origins) each(yield func(origin, string) bool) {
	for _, o := range slices.SortedFunc(maps.Keys(from), compareOrigins) {
		if !yield(o, from[o]) {
			return
		}
	}
}

func compareOrigins(a, b origin) int {
	flag := func(on bool) int {
		if on {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Param, b.Param), cmp.Compare(a.Field, b.Field),
		flag(a.Closed)-flag(b.Closed), flag(a.Theirs)-flag(b.Theirs))
}

// closed keeps what can tell something in a number or in one word of a few.
func (from origins) closed() origins {
	found := origins{}
	for o, way := range from.each {
		if o.From != fromArgument {
			o.Closed = true
			found.keep(o, way)
		}
	}
	return found
}

// keep adds an origin unless it is there.
func (from origins) keep(o origin, way string) {
	if _, known := from[o]; !known {
		from[o] = way
	}
}

// by adds a function to the way.
func (from origins) by(place string) origins {
	found := origins{}
	for o, way := range from.each {
		found[o] = further(way, place)
	}
	return found
}

// within says whether the origins are now in an error of another module's type.
func (from origins) within(theirs bool) origins {
	found := origins{}
	for o, way := range from.each {
		o.Theirs = theirs
		found.keep(o, way)
	}
	return found
}

// further adds a place to a way, which is cut when it grows long.
func further(way, place string) string {
	switch {
	case way == "":
		return place
	case place == "" || strings.Count(way, ", ") >= 5:
		return way
	}
	return way + ", " + place
}

// flow is where a function takes what it is given.
type flow struct {
	Results []carry // into results; Field of To is that of the result
	Outs    []carry // into what a parameter points to
	Sinks   []sunk
}

// carry says that what comes from an origin gets to a numbered place.
type carry struct {
	From  origin
	To    int
	Field int
	Place string // of the return, for the one who reads the report
}

// sunk says that a parameter gets to where private values must not.
type sunk struct {
	From  origin
	Into  sink
	Place string // where that is
}

func (f *flow) empty() bool { return f.Results == nil && f.Outs == nil && f.Sinks == nil }

// sink is a place that others read.
type sink string

const (
	inState  sink = "public state, which every member of the channel keeps for ever"
	inEvent  sink = "an event, which every listener reads"
	inError  sink = "an error, which goes to the caller, to logs and over the network"
	inLog    sink = "a log"
	inResult sink = "the result, which becomes part of the transaction"
)
