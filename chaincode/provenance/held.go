package provenance

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"
)

// What concerns single workers is held by Workers' peers alone, in a private
// data collection. It arrives there by transactions whose public document is
// empty: all content travels as transient data under one name, is recorded
// nowhere else, and makes no Record.

// HeldPublicly is the public document of every such transaction.
const HeldPublicly = "{}"

// HeldName is the name of the transient data that carries the content.
const HeldName = "private"

// Held is the content of such a transaction.
type Held interface {
	// Check applies the rules of meaning that need the content and the
	// transaction's time alone.
	Check(now time.Time) []FieldProblem
}

// HeldSpec describes a transaction about what Workers hold.
type HeldSpec struct {
	Transaction string // name of the chaincode's transaction
	Resource    string // plural, in HTTP addresses
	Content     Held   // a pointer to the type of its content
	Reads       bool   // it answers a question, and is endorsed but not submitted
	read        func(content []byte, now time.Time) (Held, *Refusal)
}

// HeldSpecs lists those transactions, in a fixed order. They are for members of
// Workers alone.
func HeldSpecs() []HeldSpec {
	return []HeldSpec{
		heldSpec[Inquiry]("OpenInquiry", "inquiries", false),
		heldSpec[AnswerBatch]("AnswerReceipt", "answers", false),
		heldSpec[Closing]("CloseAnswers", "closings", false),
		heldSpec[Comparison]("OpenComparison", "comparisons", false),
		heldSpec[TermsBatch]("CompareTerms", "compared-terms", false),
		heldSpec[ComparisonClosing]("CloseComparison", "comparison-closings", false),
		heldSpec[Grievance]("OpenGrievance", "grievances", false),
		heldSpec[GrievanceStep]("AdvanceGrievance", "grievance-steps", false),
		heldSpec[QuarterClosing]("CloseGrievances", "quarter-closings", false),
		heldSpec[HeldQuestion]("ReadHeld", "held", true),
	}
}

func heldSpec[T any, P interface {
	*T
	Held
}](transaction, resource string, reads bool) HeldSpec {
	return HeldSpec{Transaction: transaction, Resource: resource, Content: P(new(T)), Reads: reads,
		read: func(content []byte, now time.Time) (Held, *Refusal) {
			held := new(T)
			if refusal := Decode(content, held); refusal != nil {
				return nil, refusal
			}
			if refusal := CheckShape(held); refusal != nil {
				return nil, refusal
			}
			ps := problems(P(held).Check(now))
			if refusal := ps.refusal(); refusal != nil {
				return nil, refusal
			}
			return P(held), nil
		}}
}

// HeldSpecOf finds the spec of a transaction.
func HeldSpecOf(transaction string) (HeldSpec, bool) {
	for _, s := range HeldSpecs() {
		if s.Transaction == transaction {
			return s, true
		}
	}
	return HeldSpec{}, false
}

// Read decodes the content and checks form and meaning. A refusal never repeats
// any of it, not even the name of a field that the content does not have.
func (s HeldSpec) Read(content []byte, now time.Time) (Held, *Refusal) {
	held, refusal := s.read(content, now)
	switch {
	case refusal == nil:
		return held, nil
	case len(refusal.Fields) == 0:
		return nil, refusal //ccvet:allow private a refusal without fields tells the size alone
	}
	known := map[string]bool{}
	fieldNames(reflect.TypeOf(s.Content), known)
	problems := slices.Clone(refusal.Fields)
	for i, p := range problems {
		problems[i].Field = knownPath(p.Field, known)
	}
	return nil, RefuseFields(problems) //ccvet:allow private the paths are made of the names of our own fields
}

// knownPath is a path in which what is no field of ours has no name.
func knownPath(path string, known map[string]bool) string {
	if path == "" {
		return ""
	}
	steps := strings.Split(path, ".")
	for i, step := range steps {
		name, _, _ := strings.Cut(step, "[")
		if !known[name] {
			steps[i] = "(unknown name)"
		}
	}
	return strings.Join(steps, ".")
}

// fieldNames collects the JSON names of a type's fields and of all they hold.
func fieldNames(t reflect.Type, into map[string]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		into[name] = true
		fieldNames(t.Field(i).Type, into)
	}
}

// HeldQuestion asks for what is held under a token. The answer comes sealed
// with a key of the asker's own, so that it is of no use to anybody on its way,
// nor in a block should somebody submit the question.
type HeldQuestion struct {
	Token string `json:"token" validate:"required,sha256"`
	Seal  string `json:"seal" validate:"required,sha256"` // random, new for each question
}

func (q *HeldQuestion) Check(time.Time) []FieldProblem {
	var ps problems
	if q.Seal == q.Token {
		ps.add("seal", Invalid, "is the token", "draw it at random")
	}
	return ps
}

// SealedHeld is the answer to a HeldQuestion.
type SealedHeld struct {
	Sealed string `json:"sealed"` // AES-256-GCM under the question's seal, base64
}

// SealAnswer seals a value for the question.
func (q *HeldQuestion) SealAnswer(value []byte) (SealedHeld, error) {
	aead, err := q.aead()
	if err != nil {
		return SealedHeld{}, err
	}
	return SealedHeld{Sealed: base64.StdEncoding.EncodeToString(aead.Seal(nil, make([]byte, aead.NonceSize()), value, []byte(q.Token)))}, nil
}

// OpenAnswer opens what SealAnswer made for the same question.
func (q *HeldQuestion) OpenAnswer(s SealedHeld) ([]byte, error) {
	aead, err := q.aead()
	if err != nil {
		return nil, err
	}
	text, err := base64.StdEncoding.DecodeString(s.Sealed)
	if err != nil {
		return nil, errors.New("opening what is held: it is not base64")
	}
	value, err := aead.Open(nil, make([]byte, aead.NonceSize()), text, []byte(q.Token))
	if err != nil {
		return nil, errors.New("opening what is held: it is sealed with another key")
	}
	return value, nil
}

// aead is used for one value only, so that its nonce may always be zero.
func (q *HeldQuestion) aead() (cipher.AEAD, error) {
	key, err := hex.DecodeString(derive(q.Seal, "seal", 0))
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Everything held has a token as its key, 256 bits that nobody can guess: random
// ones, or derived from a random key that is held itself. The hash of a token
// that a block shows tells nothing.
func derive(key, purpose string, n int) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(binary.BigEndian.AppendUint32([]byte("fairlead "+purpose+"\x00"), uint32(n)))
	return hex.EncodeToString(mac.Sum(nil))
}
