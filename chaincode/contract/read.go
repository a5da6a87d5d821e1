package contract

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// GetEvaluateTransactions names the transactions which only read.
func (c *Contract) GetEvaluateTransactions() []string {
	return []string{"ReadRecord", "ListAbout", "ReadHeld", "Digests", "Conclude"}
}

// ReadRecord answers one provenance.Record, asked for as {"kind", "id"}.
func (c *Contract) ReadRecord(ctx transactionContext, question string) (string, error) {
	answer, err := readRecord(ctx.GetStub(), []byte(question))
	return string(answer), outward(err)
}

// ListAbout answers a page of what is recorded about a subject, asked for as
// {"subject": {"kind", "id"}, "among", "after", "size"}: see AboutPage. Among is
// the part of it, see objectAbout, which is taken when none is named. After is
// the one of the page before; size is 100 unless told, which is also the most.
func (c *Contract) ListAbout(ctx transactionContext, question string) (string, error) {
	answer, err := listAbout(ctx.GetStub(), []byte(question))
	return string(answer), outward(err)
}

// reference is how a question names a record or a lot.
type reference struct {
	Kind provenance.Kind `json:"kind" validate:"required,max=40,printascii"`
	ID   string          `json:"id" validate:"required,max=120,printascii"`
}

func (r reference) ref() provenance.Ref { return provenance.Ref{Kind: r.Kind, ID: r.ID} }

func readRecord(stub shim.ChaincodeStubInterface, question []byte) ([]byte, error) {
	var q reference
	if err := ask(question, &q); err != nil {
		return nil, err
	}
	text, err := newState(stub).get(recordKey(q.ref()))
	if err != nil {
		return nil, err
	}
	if text == nil {
		return nil, provenance.Refuse(provenance.NotFound, "there is no such record")
	}
	return text, nil
}

const maxPage = 100

type aboutQuestion struct {
	Subject reference `json:"subject"`
	Among   string    `json:"among" validate:"oneof=about closed beside"`
	After   string    `json:"after" validate:"max=600"`
	Size    int       `json:"size" validate:"min=1,max=100"`
}

// AboutPage is one page of records about a subject, in an order that does not
// change. After is for the next page, empty when there is none.
type AboutPage struct {
	Entries []AboutEntry `json:"entries"`
	After   string       `json:"after"`
}

// AboutEntry is one of them; Digest is that of its receipt.
type AboutEntry struct {
	Kind   provenance.Kind `json:"kind"`
	ID     string          `json:"id"`
	Digest string          `json:"digest"`
}

func listAbout(stub shim.ChaincodeStubInterface, question []byte) ([]byte, error) {
	q := aboutQuestion{Among: objectAbout, Size: maxPage}
	if err := ask(question, &q); err != nil {
		return nil, err
	}
	subject := []string{string(q.Subject.Kind), q.Subject.ID}
	after, err := openBookmark(q.After, q.Among, subject)
	if err != nil {
		return nil, err
	}
	found, meta, err := stub.GetStateByPartialCompositeKeyWithPagination(q.Among, subject, int32(q.Size), after)
	if err != nil {
		return nil, fmt.Errorf("reading the ledger: %w", err)
	}
	page, err := readPage(stub, found)
	if closing := found.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, fmt.Errorf("reading the ledger: %w", err)
	}
	page.After = base64.RawURLEncoding.EncodeToString([]byte(meta.GetBookmark()))
	return provenance.Canonical(page)
}

func readPage(stub shim.ChaincodeStubInterface, found shim.StateQueryIteratorInterface) (AboutPage, error) {
	page := AboutPage{Entries: []AboutEntry{}}
	for found.HasNext() {
		kv, err := found.Next()
		if err != nil {
			return AboutPage{}, err
		}
		_, attributes, err := stub.SplitCompositeKey(kv.GetKey())
		if err != nil {
			return AboutPage{}, err
		}
		if len(attributes) != 4 {
			return AboutPage{}, fmt.Errorf("a key has %d attributes instead of 4", len(attributes))
		}
		page.Entries = append(page.Entries, AboutEntry{
			Kind: provenance.Kind(attributes[2]), ID: attributes[3], Digest: string(kv.GetValue()),
		})
	}
	return page, nil
}

// openBookmark reads an After, which must be one of the same subject's: to the
// peer a bookmark is any key from which to go on.
func openBookmark(after, object string, subject []string) (string, error) {
	bookmark, err := base64.RawURLEncoding.DecodeString(after)
	if err == nil && len(bookmark) > 0 {
		var start string
		if start, err = shim.CreateCompositeKey(object, subject); err == nil && !strings.HasPrefix(string(bookmark), start) {
			err = fmt.Errorf("of another subject")
		}
	}
	if err != nil {
		return "", provenance.RefuseField("after", provenance.Invalid, "is not from a page of this subject", "copy it from the page before, or leave it out")
	}
	return string(bookmark), nil
}

// ask reads a question as strictly as a statement.
func ask[T any](question []byte, into *T) error {
	if refusal := provenance.Decode(question, into); refusal != nil {
		return refusal
	}
	if refusal := provenance.CheckShape(into); refusal != nil {
		return refusal
	}
	return nil
}
