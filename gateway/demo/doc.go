// Package demo is the demonstration supply chain: invented companies, sites,
// lots, audits and groups of workers behind three products, as data and a
// generator. Every company, vessel and event is made up; countries are real.
//
// It gives the same documents at every call: identifiers are derived from
// names, and all of it happened by LastDay. So loading it twice, or on another
// day, changes nothing.
package demo

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"time"
)

// The year of the demonstration. Nothing in it is later than LastDay.
var (
	firstDay = time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC)
	LastDay  = time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)
)

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// id derives a record's identifier, in the form of a ULID, from its name.
func id(kind, name string) string {
	sum := sha256.Sum256([]byte("fairlead demonstration\n" + kind + "\n" + name))
	sum[0] &= 0x3f // 26 characters hold 130 bits, a ULID 128: its first two are zero
	return base32.NewEncoding(crockford).EncodeToString(sum[:])[:26]
}

// GS1 keeps the prefix 952 for documentation, so none of these numbers is
// anybody's.
const gs1Prefix = "952"

func gtin(n int) string { return "0" + gs1Number(2, n) }
func gln(n int) string  { return gs1Number(1, n) }

// gs1Number makes a 13-digit number with its check digit.
func gs1Number(series, n int) string {
	body := fmt.Sprintf("%s%03d%06d", gs1Prefix, series, n)
	sum, weight := 0, 3
	for i := len(body) - 1; i >= 0; i-- {
		sum += weight * int(body[i]-'0')
		weight = 4 - weight
	}
	return body + fmt.Sprint((10-sum%10)%10)
}

// imo makes a ship's number with its check digit. Numbers that begin with
// zeros were never given to a ship.
func imo(n int) string {
	body := fmt.Sprintf("%06d", n)
	sum := 0
	for i := range body {
		sum += (7 - i) * int(body[i]-'0')
	}
	return body + fmt.Sprint(sum%10)
}
