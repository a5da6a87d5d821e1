package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Amount writes money with its decimals, groups of three and its currency:
// 1,250.00 THB.
func Amount(m provenance.Money) string {
	number, code, _ := strings.Cut(m.String(), " ")
	whole, decimals, dotted := strings.Cut(number, ".")
	out := grouped(whole)
	if dotted {
		out += "." + decimals
	}
	return out + "\u00a0" + code
}

func grouped(digits string) string {
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(d)
	}
	return out.String()
}

// count writes a number and what is counted: 1 site, 3 sites.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(strconv.Itoa(n)) + " " + many
}

// band writes a band of workers: "10 to 24", "250 or more", "none".
func band(b provenance.Band) string {
	switch b {
	case "", "0":
		return "none"
	case provenance.BandFew:
		return "none or a few"
	}
	if least, open := strings.CutSuffix(string(b), "+"); open {
		return least + " or more"
	}
	return strings.Replace(string(b), "-", " to ", 1)
}

// date writes 2026-03-01, or the day of an instant, as 1 March 2026. What is no
// date is shown as it is.
func date(s string) string {
	t, err := time.Parse(time.DateOnly, s[:min(len(s), len(time.DateOnly))])
	if err != nil {
		return s
	}
	return t.Format("2 January 2006")
}

func month(s string) string {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return s
	}
	return t.Format("January 2006")
}

func instant(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// months writes hundredths of months: 4.76 months.
func months(hundredths int64) string {
	if hundredths == 100 {
		return "1 month"
	}
	text := strconv.FormatInt(hundredths/100, 10)
	if part := hundredths % 100; part != 0 {
		text += strings.TrimRight("."+strconv.FormatInt(100+part, 10)[1:], "0")
	}
	return text + " months"
}

// age writes how old something is, in the largest unit that fits.
func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return count(int(d/time.Minute), "minute", "minutes")
	case d < 48*time.Hour:
		return count(int(d/time.Hour), "hour", "hours")
	}
	return count(int(d/(24*time.Hour)), "day", "days")
}

// list joins words as a sentence does: a, b and c.
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}
