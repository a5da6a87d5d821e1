package web

import (
	"fmt"
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// workerWords are the words of the worker's page, by language. Another language
// is one more table; a test holds it to have every key.
var workerWords = map[string]map[string]string{
	"en": {
		"leave":        "Leave now",
		"code_title":   "Is what is said about your work right?",
		"code_intro":   "Type the code from your card. Then you see what is stated about your group, and can say whether it is right.",
		"code_label":   "Code from your card",
		"code_send":    "Show me",
		"code_note":    "Nobody can see who you are: the code has no name. If this phone is not yours, another person may see the pages that were open: use Leave now.",
		"bad_code":     "This code is not copied right. Look at the card again.",
		"no_question":  "Nothing is being asked for this code now.",
		"choose":       "Choose an answer first.",
		"busy":         "Too many people are here at this moment. Nothing was sent. Wait a minute and try again.",
		"fault":        "Something is broken on our side. Nothing was sent. Try again later.",
		"says":         "states this about your group:",
		"ask_title":    "Is this right?",
		"ask_note":     "Nothing is sent yet.",
		"go_on":        "Go on",
		"check_title":  "This will be sent",
		"check_who":    "Only the worker organisation that gave you the card can read it. It publishes how many workers gave each answer, in rough numbers, later, and only when ten or more answered.",
		"check_not":    "Your employer, your recruiter and the buyers do not see what you answer, nor whether you do. Your name is not in it.",
		"send":         "Send",
		"back":         "Change it",
		"kept_title":   "Your answer is kept",
		"kept_number":  "Write this number down. With it the worker organisation finds your answer.",
		"kept_handler": "it is looked after by",
		"kept_hears":   "You hear what came of it on",
		"kept_change":  "You can change your answer until",
		"change":       "Change my answer",

		"said_RIGHT": "It is right",
		"said_WRONG": "It is wrong",
		"said_ASK":   "I want somebody to explain it",

		"matter_FEES":      "What you paid to get the job",
		"matter_REPAYMENT": "Money that was paid back",
		"matter_FINDING":   "Something that was to be put right",

		"fee_line":   "%s: about %s for each worker, from %s workers",
		"fee_none":   "Nobody paid anything to get the job.",
		"fee_how":    "Workers paid; how much is not known.",
		"repaid":     "About %s was paid back to each of %s workers, in %s.",
		"promised":   "About %s is to be paid back to each of %s workers.",
		"predicate":  "“%s” holds for %s workers, does not hold for %s, and is not known for %s.",
		"put_right":  "An auditor saw on %s that what was found is put right.",
		"not_stated": "What is stated cannot be read at this moment.",
	},
}

// StatedFees says what a fee statement states, in sentences.
func StatedFees(lang string, f provenance.FeeStatement) []string {
	w := workerWords[lang]
	var out []string
	for _, l := range f.Lines {
		if l.Workers > 0 && l.Charged.Amount > 0 {
			each := provenance.Money{Amount: l.Charged.Amount / int64(l.Workers), Currency: l.Charged.Currency}
			out = append(out, fmt.Sprintf(w["fee_line"], upperFirst(Word(l.Category)), Amount(each), band(provenance.BandOf(l.Workers))))
		}
	}
	switch {
	case len(out) == 0 && f.Quantified == "NOT_YET":
		out = append(out, w["fee_how"])
	case len(out) == 0:
		out = append(out, w["fee_none"])
	}
	return out
}

// StatedRepayment says what a repayment states.
func StatedRepayment(lang string, r provenance.Repayment) []string {
	w := workerWords[lang]
	each := provenance.Money{Amount: r.Paid.Amount / int64(max(r.Workers, 1)), Currency: r.Paid.Currency}
	if r.State != provenance.Paid {
		return []string{fmt.Sprintf(w["promised"], Amount(each), band(provenance.BandOf(r.Workers)))}
	}
	return []string{fmt.Sprintf(w["repaid"], Amount(each), band(provenance.BandOf(r.Workers)), month(r.Month))}
}

// StatedPredicate says what an attestation states of one point.
func StatedPredicate(lang string, a provenance.Attestation, code string) []string {
	for _, p := range a.Predicates {
		if p.Code == code {
			return []string{fmt.Sprintf(workerWords[lang]["predicate"], Word(code), band(provenance.BandOf(p.Yes)), band(provenance.BandOf(p.No)), band(provenance.BandOf(p.Unknown)))}
		}
	}
	return StatedNothing(lang)
}

// StatedClosing says what an auditor's closing of a finding states.
func StatedClosing(lang string, s provenance.FindingStep) []string {
	return []string{fmt.Sprintf(workerWords[lang]["put_right"], date(s.On))}
}

// StatedNothing is for a record that cannot be read.
func StatedNothing(lang string) []string { return []string{workerWords[lang]["not_stated"]} }

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
