package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Formats and the media type of bundles.
const (
	ProductFormat = "fairlead-product/2"
	RecordFormat  = "fairlead-record/2"
	MediaType     = "application/vnd.fairlead.bundle+json"
)

// MaxBundle bounds a bundle's size, in bytes.
const MaxBundle = 64 << 20

// The fields of a bundle's types stand in the order of their names, which is
// canonical JSON's: see canonical.

// Product is a product's answer with all that shows that it is the ledger's.
type Product struct {
	Answer     string   `json:"answer"` // canonical JSON of provenance.Answer
	AsOf       string   `json:"asOf"`
	Conclusion *Seal    `json:"conclusion,omitempty"` // of Conclude; absent where too much stands behind the product
	Format     string   `json:"format"`               // ProductFormat
	Full       bool     `json:"full"`                 // with the records that are not shown one by one: not for the public
	GTIN       string   `json:"gtin"`
	Lot        string   `json:"lot,omitempty"`
	Nonce      string   `json:"nonce"`
	Record     []string `json:"records"` // canonical JSON of each
	Seals      []Seal   `json:"seals"`   // of Digests
}

// Record is a record's transaction with what peers say of it.
type Record struct {
	Format    string          `json:"format"` // RecordFormat
	ID        string          `json:"id"`
	Inclusion *Inclusion      `json:"inclusion,omitempty"` // absent where its block holds what is not for the public
	Kind      provenance.Kind `json:"kind"`
	Seals     []Seal          `json:"seals"` // of qscc's GetTransactionByID, one or more organisations each
}

// Format reads which of the formats a bundle has.
func Format(text []byte) (string, error) {
	var head struct {
		Format string `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return "", errors.New("it is no bundle")
	}
	switch head.Format {
	case ProductFormat, RecordFormat:
		return head.Format, nil
	}
	return "", errors.New("it is a bundle of a format that this program does not know")
}

// decode reads a bundle, or its answer, strictly: in canonical form, so that no
// letter of it can be another.
func decode(text []byte, into any) error {
	if len(text) > MaxBundle {
		return fmt.Errorf("it has more than %d bytes", MaxBundle)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errors.New("it is not of its format")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	if !canonical(into, text) {
		return errors.New("it is not letter by letter as it was made: it is not in canonical form")
	}
	return nil
}

// canonical says whether a text is something's canonical JSON. Where fields are
// declared in order, encoding/json most often comes to the same at a tenth of the
// cost.
func canonical(v any, text []byte) bool {
	var out bytes.Buffer
	quick := json.NewEncoder(&out)
	quick.SetEscapeHTML(false)
	if quick.Encode(v) == nil && bytes.Equal(bytes.TrimSuffix(out.Bytes(), []byte{'\n'}), text) {
		return true
	}
	slow, err := provenance.Canonical(v)
	return err == nil && bytes.Equal(slow, text)
}
