package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// problems collects what is wrong with a document, so that an author of five
// hundred lines learns of all of them at once.
type problems []provenance.FieldProblem

func (ps *problems) add(field string, code provenance.Code, problem, remedy string) {
	*ps = append(*ps, provenance.FieldProblem{Field: field, Code: code, Problem: problem, Remedy: remedy})
}

// collect takes the refusal of one statement's fields in, with the paths these
// have in the document. It gives back any other error, and a refusal of the
// statement as a whole.
func (ps *problems) collect(err error, doc provenance.Document, n int) error {
	refusal, ok := provenance.AsRefusal(err)
	if !ok || len(refusal.Fields) == 0 {
		return err
	}
	for _, p := range refusal.Fields {
		p.Field = doc.Field(n, p.Field)
		*ps = append(*ps, p)
	}
	return nil
}

// refusal is nil when nothing is wrong.
func (ps problems) refusal() error {
	if len(ps) == 0 {
		return nil
	}
	return provenance.RefuseFields(ps)
}

// refuse makes the refusal of one field of a statement.
func refuse(field string, code provenance.Code, problem, remedy string) error {
	return provenance.RefuseField(field, code, problem, remedy)
}
