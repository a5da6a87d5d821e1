package world

import (
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// AnswerCount is what Workers may publish of a world's answers. The ledger takes
// it only when Workers' peer holds the same.
func (w *World) AnswerCount() *provenance.AnswerCount {
	return &provenance.AnswerCount{
		ID: "01KAR3X1N5ANSWERSCNTEDHERE", Cohort: w.Cohort.ID, Record: provenance.Asked{Kind: provenance.KindRepayment, ID: w.Repayment.ID},
		Matter: provenance.MatterRepayment, Month: "2025-12", Answered: "25-49", Right: "10-24", Wrong: "5-9", Ask: provenance.BandFew,
		Tally: strings.Repeat("1b", 32), Salt: strings.Repeat("2c", 32),
	}
}

// GrievanceCount is what Workers may publish of the grievances at its site.
func (w *World) GrievanceCount() *provenance.GrievanceCount {
	return &provenance.GrievanceCount{
		ID: "01KAR3X1N5GREVANCESCNTEDXX", Facility: w.Site.ID, Quarter: "2025-Q3", Received: "10-24", Settled: "5-9", Satisfied: provenance.BandFew,
		Categories: []provenance.CategoryCount{{Category: "WAGES", Received: "5-9"}}, Tally: strings.Repeat("3d", 32), Salt: strings.Repeat("4e", 32),
	}
}

// Erasure is the receipt of a purge that a worker asked for.
func (w *World) Erasure() *provenance.Erasure {
	return &provenance.Erasure{ID: "01KAR3X1N5ANSWERSERASEDHRX", Reason: "WORKER_ASKED", Tokens: []string{strings.Repeat("0a", 32)}}
}

// TermsCommitment binds what was agreed with forty workers before they left for
// the site, by a root of nothing in particular: a test that opens it makes a
// book of its own.
func (w *World) TermsCommitment() *provenance.TermsCommitment {
	return &provenance.TermsCommitment{
		ID: "01KAR3X1N5TERMSAGREEDHERE1", Facility: w.Site.ID, Recruiter: w.Agency.ID, Corridor: *w.Cohort.Corridor, Month: "2024-12", Workers: 40,
		Terms: []string{provenance.TermWage, provenance.TermCurrency, "TERM_HOURS", "TERM_OCCUPATION"}, Root: strings.Repeat("6f", 32),
	}
}

// TermsComparison is what Workers may publish of a comparison with these.
func (w *World) TermsComparison() *provenance.TermsComparison {
	few := func(code string) provenance.TermCount {
		return provenance.TermCount{Code: code, Known: "25-49", Worse: provenance.BandFew}
	}
	return &provenance.TermsComparison{
		ID: "01KAR3X1N5TERMSC0MPAREDXX1", Cohort: w.Cohort.ID, Commitment: w.TermsCommitment().ID, Month: "2025-12", Compared: "25-49",
		Terms: []provenance.TermCount{{Code: provenance.TermWage, Known: "25-49", Worse: "10-24"}, few(provenance.TermCurrency), few("TERM_HOURS"), few("TERM_OCCUPATION")},
		Rule:  provenance.TermsRule, Tally: strings.Repeat("7a", 32), Salt: strings.Repeat("8b", 32),
	}
}
