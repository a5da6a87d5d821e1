package provenance

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Canonical encodes v as canonical JSON: RFC 8785 restricted to integers that
// an IEEE double holds exactly (|n| < 2^53), so that no two programs can write
// the same record differently. Fractions and exponents are an error; a decimal
// quantity is text (see Decimal).
func Canonical(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encoding %T: %w", v, err)
	}
	tree, err := parseJSON(plain)
	if err != nil {
		return nil, fmt.Errorf("encoding %T: %w", v, err)
	}
	var out bytes.Buffer
	if err := writeCanonical(&out, tree); err != nil {
		return nil, fmt.Errorf("encoding %T: %w", v, err)
	}
	return out.Bytes(), nil
}

// Digest is the lower-case hexadecimal SHA-256 of v's canonical JSON.
func Digest(v any) (string, error) {
	text, err := Canonical(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

func writeCanonical(out *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case nil:
		out.WriteString("null")
	case bool:
		out.WriteString(strconv.FormatBool(v))
	case string:
		return writeString(out, v)
	case json.Number:
		return writeInteger(out, v)
	case []any:
		out.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := writeCanonical(out, e); err != nil {
				return err
			}
		}
		out.WriteByte(']')
	case map[string]any:
		return writeObject(out, v)
	default:
		return fmt.Errorf("%T has no canonical form", v)
	}
	return nil
}

func writeObject(out *bytes.Buffer, v map[string]any) error {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool { return lessUTF16(names[i], names[j]) })
	out.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := writeString(out, name); err != nil {
			return err
		}
		out.WriteByte(':')
		if err := writeCanonical(out, v[name]); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return nil
}

// RFC 8785 sorts by UTF-16 code units, which differs from Go's byte order
// above U+FFFF.
func lessUTF16(a, b string) bool {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] == b[i] {
			continue
		}
		if a[i] < utf8.RuneSelf && b[i] < utf8.RuneSelf {
			return a[i] < b[i]
		}
		return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b))) < 0
	}
	return len(a) < len(b)
}

const exactInteger = 1 << 53

func writeInteger(out *bytes.Buffer, n json.Number) error {
	i, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil || i <= -exactInteger || i >= exactInteger {
		return errors.New("a number is not a whole number below 2^53")
	}
	out.WriteString(strconv.FormatInt(i, 10))
	return nil
}

func writeString(out *bytes.Buffer, s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("text is not valid UTF-8")
	}
	out.WriteByte('"')
	for s != "" {
		plain := strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' })
		if plain < 0 {
			plain = len(s)
		}
		out.WriteString(s[:plain])
		if s = s[plain:]; s != "" {
			writeEscaped(out, s[0])
			s = s[1:]
		}
	}
	out.WriteByte('"')
	return nil
}

func writeEscaped(out *bytes.Buffer, c byte) {
	const escaped, letter = "\"\\\b\f\n\r\t", `"\bfnrt`
	if at := strings.IndexByte(escaped, c); at >= 0 {
		out.WriteByte('\\')
		out.WriteByte(letter[at])
	} else {
		fmt.Fprintf(out, `\u%04x`, c)
	}
}
