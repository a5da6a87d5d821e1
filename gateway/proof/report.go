package proof

// Report is what a verification found, step by step.
type Report struct {
	Of    string `json:"of"` // what was checked
	Steps []Step `json:"steps"`
}

// Step is one check.
type Step struct {
	Check  string `json:"check"`
	Result Result `json:"result"`
	Detail string `json:"detail"`
}

// Result of a step.
type Result string

// Results. What is not shown is neither right nor wrong: it rests on the word of
// whoever served the answer.
const (
	OK       Result = "ok"
	Failed   Result = "failed"
	NotShown Result = "not shown"
)

// Holds says whether nothing failed.
func (r Report) Holds() bool {
	for _, s := range r.Steps {
		if s.Result == Failed {
			return false
		}
	}
	return len(r.Steps) > 0
}

// step notes a check and says whether it passed.
func (r *Report) step(check, detail string, err error) bool {
	if err != nil {
		r.Steps = append(r.Steps, Step{check, Failed, err.Error()})
		return false
	}
	r.Steps = append(r.Steps, Step{check, OK, detail})
	return true
}

func (r *Report) hidden(check, detail string) {
	r.Steps = append(r.Steps, Step{check, NotShown, detail})
}
