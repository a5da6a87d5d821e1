package provenance

import (
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
)

// Secret is one of the two random numbers on a worker's receipt. Whoever knows
// it speaks as that worker, so it is on paper alone and never on the ledger.
type Secret [16]byte

// Crockford's check symbols: those of the digits and five more, for 37 is a
// prime, which makes one wrong character or two swapped ones show.
const checkSymbols = crockford + "*~$=U"

const (
	codeLength = 26 // symbols of five bits for 128 bits
	codeGroup  = 4
)

// Code is the secret as it is printed: 26 characters of Crockford's base 32 and
// a check character, in groups of four.
func (s Secret) Code() string {
	n := new(big.Int).SetBytes(s[:])
	rest, base, digit := new(big.Int).Set(n), big.NewInt(32), new(big.Int)
	symbols := make([]byte, codeLength, codeLength+1)
	for i := codeLength - 1; i >= 0; i-- {
		rest.DivMod(rest, base, digit)
		symbols[i] = crockford[digit.Int64()]
	}
	symbols = append(symbols, checkSymbol(n))
	var out strings.Builder
	for i := 0; i < len(symbols); i += codeGroup {
		if i > 0 {
			out.WriteByte('-')
		}
		out.Write(symbols[i:min(i+codeGroup, len(symbols))])
	}
	return out.String()
}

func checkSymbol(n *big.Int) byte {
	return checkSymbols[new(big.Int).Mod(n, big.NewInt(int64(len(checkSymbols)))).Int64()]
}

// ParseSecret reads a code as somebody may have typed it: in small letters, with
// other spaces or hyphens, with the letter O for the digit 0, or I or L for 1.
// The error does not repeat it.
func ParseSecret(code string) (Secret, error) {
	text := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
	if len(text) != codeLength+1 {
		return Secret{}, errors.New("the code has not 27 characters: copy it again, hyphens do not count")
	}
	n := new(big.Int)
	for i := range codeLength {
		at := strings.IndexByte(crockford, text[i])
		if at < 0 {
			return Secret{}, errors.New("the code has a character that no code has: copy it again")
		}
		n.Lsh(n, 5).Or(n, big.NewInt(int64(at)))
	}
	if n.BitLen() > 8*len(Secret{}) || checkSymbol(n) != text[codeLength] {
		return Secret{}, errors.New("the code is not copied right: one character or more is wrong")
	}
	var s Secret
	n.FillBytes(s[:])
	return s, nil
}

// hexadecimal is how a proof carries the secret to Workers' peer.
func (s Secret) hexadecimal() string { return hex.EncodeToString(s[:]) }

func secretOf(hexadecimal string) (Secret, bool) {
	var s Secret
	text, err := hex.DecodeString(hexadecimal)
	return s, err == nil && copy(s[:], text) == len(s) && len(text) == len(s)
}
