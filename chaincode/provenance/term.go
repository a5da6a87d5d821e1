package provenance

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// TermsRule names the list below and how two values compare; what rests on it
// carries the name.
const TermsRule = "terms-2026-11"

// term is one thing that a worker and an employer agree. Its value is a whole
// number: an amount, a number of days, or a code.
type term struct {
	code  string
	worse direction
	most  int64 // value that there can be
	money bool  // an amount in the currency agreed
}

// direction says which change of a value is for the worse.
type direction int

const (
	less direction = iota
	more
	changed // anything else than was agreed
)

// Codes of terms that others name.
const (
	TermWage     = "TERM_WAGE"
	TermCurrency = "TERM_CURRENCY"
)

const mostMoney = 9000000000000000

// terms lists them in the order in which they are committed to and told.
var terms = []term{
	{TermWage, less, mostMoney, true},           // base wage a month, in minor units
	{TermCurrency, changed, 999, false},         // of wage and deductions, ISO 4217 number
	{"TERM_OVERTIME_RATE", less, 1000, false},   // for an hour, in hundredths of the hourly base wage
	{"TERM_DEDUCTIONS", more, 10000, false},     // from wages in all, in hundredths of a percent of the base wage
	{"TERM_PAY_INTERVAL", more, 400, false},     // days between two payments
	{"TERM_HOURS", more, 1680, false},           // normal hours a week, in tenths
	{"TERM_REST_DAYS", less, 28, false},         // in four weeks
	{"TERM_LEAVE", less, 366, false},            // paid days a year
	{"TERM_DURATION", changed, 1200, false},     // of the contract, in months; 0 for one without end
	{"TERM_OCCUPATION", changed, 9999, false},   // ISCO-08
	{"TERM_EMPLOYER", changed, mostCode, false}, // TermCode of the party
	{"TERM_PLACE", changed, mostCode, false},    // TermCode of the facility
	{"TERM_HOUSING", less, 2, false},            // 0 none, 1 against payment, 2 free
	{"TERM_FOOD", less, 2, false},               // likewise
	{"TERM_NOTICE", more, 400, false},           // days that the worker has to give
	{"TERM_RETURN_PAID", less, 1, false},        // 1 when the employer pays the way home
	{"TERM_INSURANCE", less, 1, false},          // 1 when the employer pays for protection in sickness and injury
}

// TermCodes lists the codes of all terms, in their order.
func TermCodes() []string {
	codes := make([]string, len(terms))
	for i, t := range terms {
		codes[i] = t.code
	}
	return codes
}

// TermFits says whether a term can have a value.
func TermFits(code string, value int64) bool {
	t, known := termOf(code)
	return known && value >= 0 && value <= t.most
}

func termOf(code string) (term, bool) {
	i := slices.IndexFunc(terms, func(t term) bool { return t.code == code })
	if i < 0 {
		return term{}, false
	}
	return terms[i], true
}

// worsened says whether a value is worse than what was agreed. Amounts in
// another currency than the one agreed cannot be compared: that they are in
// another is a change for the worse.
func (t term) worsened(agreed, now int64, sameCurrency bool) bool {
	switch {
	case t.money && !sameCurrency:
		return true
	case t.worse == changed:
		return now != agreed
	case t.worse == more:
		return now > agreed
	}
	return now < agreed
}

const mostCode = 1<<52 - 1

// TermCode is the value of an employer or a place: a number that stands for the
// identifier of the party or facility.
func TermCode(id string) int64 {
	sum := sha256.Sum256([]byte("fairlead term code 1\x00" + id))
	return int64(binary.BigEndian.Uint64(sum[:8]) & mostCode)
}
