package provenance

import "slices"

// WorkersWord is what workers answered when they were asked whether a finding
// that an auditor closed is put right.
type WorkersWord struct {
	Count    string `json:"count"` // the record
	Month    string `json:"month"`
	Answered Band   `json:"answered"`
	Right    Band   `json:"right"`
	Wrong    Band   `json:"wrong"`
	Ask      Band   `json:"ask"`
	Rule     string `json:"rule"` // by which it is judged
}

func wordOf(c stated[AnswerCount]) *WorkersWord {
	return &WorkersWord{Count: c.ID, Month: c.T.Month, Answered: c.T.Answered, Right: c.T.Right, Wrong: c.T.Wrong, Ask: c.T.Ask, Rule: QuorumRule}
}

// settle sets where a finding stands against what workers themselves say of its
// last closing. That five or more of any group deny it opens the finding,
// whoever closed it. A confirmation stands as long as the newest count of the
// group it rests on does and is enough.
func (f *facts) settle(line *FindingLine, found Finding) {
	line.Open = !found.Settles(line.State)
	switch line.State {
	case FindingClosedVerified, FindingConfirmed, FindingOverridden:
	default:
		return
	}
	last, _ := f.lastStep(line.Audit, line.No)
	closing := f.lastClosing(line.Audit, line.No)
	confirmed := false
	for _, c := range f.newestAnswers(closing.Ref()) {
		if c.T.Denies() {
			line.State, line.Open, line.Workers, line.Reason = FindingDenied, true, wordOf(c), ""
			return
		}
		if line.State == FindingConfirmed && c.T.Cohort == f.heard.cohorts[last.Count] && f.enough(c) {
			confirmed, line.Workers = true, wordOf(c)
		}
	}
	if line.State == FindingConfirmed && !confirmed {
		line.State, line.Open = FindingClosedVerified, !found.Settles(FindingClosedVerified)
	}
	if line.Open {
		line.State = FindingUnconfirmed
	}
}

// lastClosing is the step by which an auditor closed a finding last.
func (f *facts) lastClosing(audit, no string) stated[FindingStep] {
	var last stated[FindingStep]
	for _, s := range ofFinding(f.steps[audit], func(s FindingStep) bool { return s.Finding == no && s.State == FindingClosedVerified }) {
		last = s
	}
	return last
}

// closedFinding gives the finding that an auditor's step closed, of an audit that
// stands.
func (f *facts) closedFinding(step Ref) (Finding, bool) {
	s, ok := f.heard.closings[step.ID]
	if !ok || f.ended[Ref{KindAudit, s.Audit}] != "" {
		return Finding{}, false
	}
	for _, a := range f.audits {
		if a.ID == s.Audit {
			return a.T.Finding(s.Finding)
		}
	}
	return Finding{}, false
}

// enough says whether a count is a quorum of its group; of a group that nobody
// knows, none is.
func (f *facts) enough(c stated[AnswerCount]) bool {
	i := slices.IndexFunc(f.cohorts, func(s stated[Cohort]) bool { return s.ID == c.T.Cohort })
	return i >= 0 && c.T.Quorum(f.cohorts[i].T.Size)
}
