package web

import (
	"html/template"
	"slices"
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Worker is the page on which the holder of a code says whether what is stated of
// their group is right. It never tells for what the code is: that one of a
// worker's two is for pressure is known to nobody here, so both read the same.
type Worker struct {
	Lang      string // one of Languages
	Step      string // "code", "ask", "check" or "kept"
	Wrong     string // key of the words for what was wrong, empty for nothing
	Code      string
	Number    string // to keep, once answered
	Leave     string // where the way out leads
	Questions []WorkerQuestion
}

// WorkerQuestion is one thing that is asked.
type WorkerQuestion struct {
	ID       string
	Matter   string
	By       string   // who states it
	Says     []string // in sentences, see Stated
	Chosen   provenance.Said
	Handler  string
	Contact  string
	Closes   string // dates
	Hears    string
	language string
}

// Title names what is asked about.
func (q WorkerQuestion) Title() string {
	if words := workerWords[q.language]["matter_"+q.Matter]; words != "" {
		return words
	}
	return Word(q.Matter)
}

// ChosenWords is the answer in words.
func (q WorkerQuestion) ChosenWords() string {
	return workerWords[q.language]["said_"+string(q.Chosen)]
}

// Choice is an answer that may be given.
type Choice struct {
	Value provenance.Said
	Words string
}

// Choices are all answers, in their order.
func (w Worker) Choices() []Choice {
	var choices []Choice
	for _, said := range []provenance.Said{provenance.SaidRight, provenance.SaidWrong, provenance.SaidAsk} {
		choices = append(choices, Choice{said, workerWords[w.Lang]["said_"+string(said)]})
	}
	return choices
}

// Words are those of the page's language.
func (w Worker) Words() map[string]string { return workerWords[w.Lang] }

// Page renders it.
func (w Worker) Page() ([]byte, error) {
	w.Questions = slices.Clone(w.Questions)
	for n := range w.Questions {
		w.Questions[n].language = w.Lang
	}
	return render("worker.html", w)
}

// WorkerLanguage picks the language for an Accept-Language, English for others.
func WorkerLanguage(accepted string) string {
	for part := range strings.SplitSeq(accepted, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if _, ok := workerWords[base]; ok {
			return base
		}
	}
	return "en"
}

var (
	workerStyle  = mustRead("static/worker.css")
	workerScript = strings.TrimSpace(string(squeeze([]byte(mustRead("static/worker.js"))))) // as the page holds it
)

// WorkerPolicy is the Content-Security-Policy of the worker's page: its own style
// and script, and nothing fetched from anywhere.
var WorkerPolicy = strings.Join([]string{
	"default-src 'none'",
	"style-src '" + hashOf(workerStyle) + "'",
	"script-src '" + hashOf(workerScript) + "'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
	"trusted-types 'none'",
}, "; ")

func workerCSS() template.CSS { return template.CSS(workerStyle) }
func workerJS() template.JS   { return template.JS(workerScript) }
