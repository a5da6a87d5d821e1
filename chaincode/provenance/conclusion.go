package provenance

// ConclusionQuestion is what the contract's Conclude takes: a Question, with a
// nonce that ties an answer to it.
type ConclusionQuestion struct {
	Nonce string `json:"nonce" validate:"required,sha256"`
	GTIN  string `json:"gtin" validate:"required,len=14,numeric"`
	Lot   string `json:"lot,omitempty" validate:"omitempty,max=20,printascii"`
	AsOf  string `json:"asOf" validate:"required,max=40,printascii"`
}

// Conclusion is what it answers: the digest of what History says. Peers give it
// without telling which records that are not shown one by one it rests on, so
// that everybody may be told that the answer is theirs.
type Conclusion struct {
	Nonce  string `json:"nonce"`
	GTIN   string `json:"gtin"`
	Lot    string `json:"lot,omitempty"`
	AsOf   string `json:"asOf"`
	Answer string `json:"answer"` // SHA-256 of the Answer's canonical JSON
}

// Question is what the conclusion answers.
func (c Conclusion) Question() ConclusionQuestion {
	return ConclusionQuestion{c.Nonce, c.GTIN, c.Lot, c.AsOf}
}

// MostConcluded bounds the records that one conclusion rests on.
const MostConcluded = 3000

// AboutClosed says whether records that are not shown one by one can be about a
// subject of this kind.
func (k Kind) AboutClosed() bool { return k == KindFacility || k == KindParty }
