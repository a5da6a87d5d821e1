package contract

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// collection is the private data collection of Workers (../collections.json).
// Their peers alone hold it and alone endorse what writes to nothing else.
const collection = "workersAnswers"

// heldKey is the key, in the collection, of what is held under a token.
func heldKey(token string) key { return key{"held", []string{token}} }

func heldText(token string) (string, error) {
	text, err := heldKey(token).text()
	if err != nil {
		return "", errors.New("making a key of what is held: the token has no form of a key")
	}
	return text, nil
}

// OpenInquiry holds a provenance.Inquiry and an empty answer for each receipt.
func (c *Contract) OpenInquiry(ctx transactionContext, document string) (string, error) {
	return hold(ctx, "OpenInquiry", document, openInquiry)
}

// AnswerReceipt takes a provenance.AnswerBatch.
func (c *Contract) AnswerReceipt(ctx transactionContext, document string) (string, error) {
	return hold(ctx, "AnswerReceipt", document, takeAnswers)
}

// CloseAnswers takes a provenance.Closing.
func (c *Contract) CloseAnswers(ctx transactionContext, document string) (string, error) {
	return hold(ctx, "CloseAnswers", document, closeInquiry)
}

// OpenComparison holds a provenance.Comparison and that nothing is found yet of
// each worker.
func (c *Contract) OpenComparison(ctx transactionContext, document string) (string, error) {
	return hold(ctx, "OpenComparison", document, openComparison)
}

// CompareTerms takes a provenance.TermsBatch.
func (c *Contract) CompareTerms(ctx transactionContext, document string) (string, error) {
	return hold(ctx, "CompareTerms", document, compareTerms)
}

// CloseComparison takes a provenance.ComparisonClosing.
func (c *Contract) CloseComparison(ctx transactionContext, document string) (string, error) {
	return hold(ctx, "CloseComparison", document, closeComparison)
}

// OpenGrievance holds a provenance.Grievance.
func (c *Contract) OpenGrievance(ctx transactionContext, document string) (string, error) {
	return hold(ctx, "OpenGrievance", document, openGrievance)
}

// AdvanceGrievance takes a provenance.GrievanceStep.
func (c *Contract) AdvanceGrievance(ctx transactionContext, document string) (string, error) {
	return hold(ctx, "AdvanceGrievance", document, advanceGrievance)
}

// CloseGrievances takes a provenance.QuarterClosing.
func (c *Contract) CloseGrievances(ctx transactionContext, document string) (string, error) {
	return hold(ctx, "CloseGrievances", document, closeQuarter)
}

// ReadHeld answers the provenance.SealedHeld of a provenance.HeldQuestion. It
// writes nothing and is not meant to be submitted.
func (c *Contract) ReadHeld(ctx transactionContext, document string) (string, error) {
	const name = "ReadHeld"
	t, content, err := admitHeld(ctx, name, document)
	if err != nil {
		return "", outward(err)
	}
	question, err := contentOf[provenance.HeldQuestion](name, content)
	if err != nil {
		return "", err
	}
	values, err := t.held(question.Token)
	if err != nil {
		return "", err
	}
	if values[0] == nil {
		return "", outward(provenance.Refuse(provenance.NotFound, "nothing is held under this token"))
	}
	sealed, err := question.SealAnswer(values[0])
	if err != nil {
		return "", fmt.Errorf("sealing what is held: %w", err)
	}
	answer, err := provenance.Canonical(sealed)
	return string(answer), err
}

// noReceipts is what a transaction about held content answers: nothing that
// depends on it.
const noReceipts = `{"receipts":[]}`

// hold is the path of the transactions whose content is held by Workers. They
// write to the collection alone: no public state, no event, always one answer.
func hold[T any](ctx transactionContext, name, document string, apply func(*transaction, *T) (map[string]any, error)) (string, error) {
	t, content, err := admitHeld(ctx, name, document)
	if err != nil {
		return "", outward(err)
	}
	what, err := contentOf[T](name, content)
	if err != nil {
		return "", err
	}
	due, err := apply(t, what)
	if err != nil {
		return "", outward(err)
	}
	return noReceipts, t.putHeld(due) //ccvet:allow private its errors name nothing of what is held
}

// admitHeld establishes that a member of Workers asks, and reads the content.
func admitHeld(ctx transactionContext, name, document string) (*transaction, provenance.Held, error) {
	t, err := begin(ctx)
	if err != nil {
		return nil, nil, err
	}
	spec, _ := provenance.SpecOf(provenance.KindErasure) // whoever may purge may hold
	if !t.caller.mayWrite(spec) {
		return nil, nil, provenance.Refuse(provenance.NoStanding, "this is for worker organisations alone")
	}
	if document != provenance.HeldPublicly {
		return nil, nil, provenance.RefuseField("", provenance.Invalid, "holds something, for everybody to read", "send {} here and the content as transient data")
	}
	transient, err := t.stub.GetTransient()
	if err != nil {
		return nil, nil, fmt.Errorf("reading the transient data: %w", err)
	}
	held, ok := provenance.HeldSpecOf(name)
	if !ok {
		return nil, nil, fmt.Errorf("no transaction about held content is called %s", name)
	}
	content, refusal := held.Read(transient[provenance.HeldName], t.now)
	if refusal != nil {
		return nil, nil, refusal
	}
	return t, content, nil
}

func contentOf[T any](name string, content provenance.Held) (*T, error) {
	what, ok := any(content).(*T)
	if !ok {
		return nil, fmt.Errorf("reading the content of %s: it is of another type", name)
	}
	return what, nil
}

// held reads values of the collection, nil for those that are not there.
func (t *transaction) held(tokens ...string) ([][]byte, error) {
	keys := make([]string, len(tokens))
	for i, token := range tokens {
		text, err := heldText(token)
		if err != nil {
			return nil, err
		}
		keys[i] = text
	}
	values, err := t.stub.GetMultiplePrivateData(collection, keys...)
	if err != nil {
		return nil, fmt.Errorf("reading what is held: %w", err)
	}
	if len(values) != len(keys) {
		return nil, fmt.Errorf("reading what is held: %d values for %d keys", len(values), len(keys))
	}
	return values, nil
}

// decodeHeld reads a value of the collection. Workers' peer wrote it, so what
// does not fit is a fault.
func decodeHeld[T any](value []byte) (T, error) {
	var held T
	if refusal := provenance.Decode(value, &held); refusal != nil {
		return held, fmt.Errorf("reading what is held: it does not fit its type")
	}
	return held, nil
}

// putHeld writes values to the collection, by token.
func (t *transaction) putHeld(due map[string]any) error {
	t.stub.StartWriteBatch()
	for _, token := range slices.Sorted(maps.Keys(due)) {
		text, err := heldText(token)
		if err != nil {
			return err
		}
		value, err := provenance.Canonical(due[token])
		if err != nil {
			return errors.New("encoding what is to be held: it has no canonical form")
		}
		if err := t.stub.PutPrivateData(collection, text, value); err != nil {
			return fmt.Errorf("writing what is held: %w", err)
		}
	}
	if err := t.stub.FinishWriteBatch(); err != nil {
		return fmt.Errorf("writing what is held: %w", err)
	}
	return nil
}

// heldHash gives SHA-256 of what is held under a token, nil for nothing. Every
// organisation's peer knows it.
func heldHash(stub shim.ChaincodeStubInterface, token string) ([]byte, error) {
	text, err := heldText(token)
	if err != nil {
		return nil, err
	}
	hash, err := stub.GetPrivateDataHash(collection, text)
	if err != nil {
		return nil, fmt.Errorf("reading a hash of what is held: %w", err)
	}
	return hash, nil
}

// checkHeld refuses a statement that is not, to the letter, what Workers' peer
// made and holds.
func (t *transaction) checkHeld(e *entry, token string) error {
	hash, err := heldHash(t.stub, token)
	if err != nil {
		return err
	}
	if hash == nil {
		return refuse("tally", provenance.UnknownReference, "is held by nobody", "close the inquiry, the comparison or the quarter first")
	}
	if digest(e.body) != fmt.Sprintf("%x", hash) {
		return refuse("tally", provenance.Invalid, "is of another count than this", "publish what was counted, without a change")
	}
	return nil
}
