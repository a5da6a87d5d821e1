package provenance

import (
	"strconv"
	"strings"
)

// Money is an amount in minor units (cents, paisa) of an ISO 4217 currency.
// Amounts of different currencies are never added.
type Money struct {
	Amount   int64  `json:"amount" validate:"min=0,max=9000000000000000"`
	Currency string `json:"currency" validate:"required,iso4217"`
}

// mostSum is the greatest sum that an answer tells: its numbers must be exact
// everywhere, and whoever states absurd amounts must not make a sum turn over.
// What is more is told as this much.
const mostSum = exactInteger - 1

// plus adds amounts, neither of them above mostSum.
func plus(a, b int64) int64 { return min(a+b, mostSum) }

// MinorDigits is the number of decimals of a currency: 2 for most, see ISO 4217.
func MinorDigits(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	}
	return 2
}

// String writes the amount with its decimals and code: 1250.00 THB.
func (m Money) String() string {
	digits := strconv.FormatInt(m.Amount, 10)
	if n := MinorDigits(m.Currency); n > 0 {
		if len(digits) <= n {
			digits = strings.Repeat("0", n-len(digits)+1) + digits
		}
		digits = digits[:len(digits)-n] + "." + digits[len(digits)-n:]
	}
	return digits + " " + m.Currency
}

// Decimal is a quantity written as text: digits, at most nine, and at most
// three decimals, without trailing zeros, so that equal quantities are equal
// texts and no float is ever involved.
type Decimal string

func validDecimal(s string) bool {
	whole, fraction, dotted := strings.Cut(s, ".")
	if !digitsOnly(whole) || len(whole) > 9 || len(whole) > 1 && whole[0] == '0' {
		return false
	}
	if !dotted {
		return true
	}
	return digitsOnly(fraction) && len(fraction) <= 3 && !strings.HasSuffix(fraction, "0")
}
