package provenance

import (
	"fmt"
	"time"
)

// Forms of time in statements, all UTC. What concerns workers is told in
// months, so that a day does not point at a person.
const (
	dateForm    = "2006-01-02"
	monthForm   = "2006-01"
	instantForm = "2006-01-02T15:04:05.000Z"
)

// FormatInstant writes t as the ledger does: UTC, milliseconds, Z.
func FormatInstant(t time.Time) string { return t.UTC().Format(instantForm) }

// ParseInstant reads what FormatInstant writes.
func ParseInstant(s string) (time.Time, error) { return time.Parse(instantForm, s) }

// ParseMoment reads a date or an instant as a caller may give it; a date means
// its last millisecond, so that "as of" a day includes that day.
func ParseMoment(s string) (time.Time, error) {
	if t, err := time.Parse(dateForm, s); err == nil {
		return endOfDay(t), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("is neither a date such as 2026-03-31 nor a time such as 2026-03-31T12:00:00Z")
	}
	return t.UTC(), nil
}

func endOfDay(t time.Time) time.Time { return t.AddDate(0, 0, 1).Add(-time.Millisecond) }

func validDate(s string) bool    { _, err := time.Parse(dateForm, s); return err == nil }
func validMonth(s string) bool   { _, err := time.Parse(monthForm, s); return err == nil }
func validInstant(s string) bool { _, err := time.Parse(instantForm, s); return err == nil }

// A day's grace lets the date of a place east of Greenwich be today's.
func afterToday(date string, now time.Time) bool {
	t, err := time.Parse(dateForm, date)
	return err == nil && t.After(now.AddDate(0, 0, 1))
}

func afterThisMonth(month string, now time.Time) bool {
	t, err := time.Parse(monthForm, month)
	return err == nil && t.After(now.AddDate(0, 0, 1))
}

// monthStart is the first moment of a month such as 2026-03.
func monthStart(month string) time.Time {
	t, err := time.Parse(monthForm, month)
	if err != nil {
		return time.Time{}
	}
	return t
}

func dateStart(date string) time.Time {
	t, err := time.Parse(dateForm, date)
	if err != nil {
		return time.Time{}
	}
	return t
}
