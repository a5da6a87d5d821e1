package provenance

import (
	"slices"
	"time"
)

// Audit is one audit of one facility with its findings. The scheme's own
// result stays as the scheme gave it; no grade is a legal result. It has no
// field that could name a worker or hold words about one.
type Audit struct {
	ID            string        `json:"id" validate:"required,id"`
	Facility      string        `json:"facility" validate:"required,id"`
	Firm          string        `json:"firm" validate:"required,id"`          // party
	Accreditation string        `json:"accreditation" validate:"required,id"` // the firm's, for this scheme
	Auditors      []string      `json:"auditors" validate:"required,min=1,max=20,unique,dive,number"`
	Scheme        string        `json:"scheme" validate:"required,oneof=SMETA SA8000 RBA_VAP AMFORI_BSCI WRAP BETTER_WORK SLCP ETI FAIRTRADE RFVS OWN"`
	SchemeVersion string        `json:"schemeVersion" validate:"required,max=20,printascii"`
	AuditKind     string        `json:"kind" validate:"required,oneof=SELF_ASSESSMENT INITIAL PERIODIC FOLLOW_UP_FULL FOLLOW_UP_PARTIAL DESKTOP SURVEILLANCE SPECIAL VERIFICATION"`
	Announcement  string        `json:"announcement" validate:"required,oneof=ANNOUNCED SEMI_ANNOUNCED UNANNOUNCED REMOTE UNKNOWN"`
	Start         string        `json:"start" validate:"required,date"`
	End           string        `json:"end" validate:"required,date"`
	ValidUntil    string        `json:"validUntil,omitempty" validate:"omitempty,date"` // where the scheme gives one
	Workers       Band          `json:"workers" validate:"required,oneof=1-4 5-9 10-24 25-49 50-99 100-249 250+"`
	Interviews    Interviews    `json:"interviews"`
	Result        *NativeResult `json:"result,omitempty"`
	Findings      []Finding     `json:"findings" validate:"required,max=200,dive"` // an empty list says that nothing was found
	Report        *Evidence     `json:"report,omitempty"`
	APSCA         *APSCA        `json:"apsca,omitempty"`
	Supersedes    string        `json:"supersedes,omitempty" validate:"omitempty,id"`
}

// APSCA says that members of the association of social compliance auditors made
// the audit, as its reports have to.
type APSCA struct {
	MemberFirm string         `json:"memberFirm" validate:"required,number"` // the firm's number with the association
	Levels     []AuditorLevel `json:"levels" validate:"required,min=1,max=20,dive"`
	CheckedOn  string         `json:"checkedOn,omitempty" validate:"omitempty,date"` // when their standing was looked up
}

// AuditorLevel is the level of one of the audit's auditors.
type AuditorLevel struct {
	Auditor string `json:"auditor" validate:"required,number"`
	Level   string `json:"level" validate:"required,oneof=CSCA ASCA RA"` // certified, associate; RA is a former level
}

// Interviews are counts; auditors never record whom they spoke to.
type Interviews struct {
	Individual int      `json:"individual" validate:"min=0,max=10000"`
	Groups     int      `json:"groups" validate:"min=0,max=1000"`
	InGroups   int      `json:"inGroups" validate:"min=0,max=10000"` // workers in those groups together
	Languages  []string `json:"languages,omitempty" validate:"max=30,unique,dive,bcp47_language_tag"`
}

// NativeResult is what the scheme itself calls the outcome.
type NativeResult struct {
	List  string `json:"list" validate:"required,max=60,text"` // the scheme's list of outcomes and its version
	Code  string `json:"code" validate:"required,max=40,text"`
	Score string `json:"score,omitempty" validate:"omitempty,decimal"`
}

// Finding is one thing an audit found. Its later life is told by FindingSteps.
type Finding struct {
	No             string   `json:"no" validate:"required,number"` // unique within the audit
	Topic          string   `json:"topic" validate:"required,oneof=rights-and-equality decent-work-conditions workplace-safety worker-representation forced-labor-elimination youth-protection gender-equity supply-chain-labor-rights workplace-hazard-control living-conditions feedback-channels"`
	Indicators     []string `json:"indicators,omitempty" validate:"max=11,unique,dive,oneof=ABUSE_OF_VULNERABILITY DECEPTION RESTRICTION_OF_MOVEMENT ISOLATION PHYSICAL_SEXUAL_VIOLENCE INTIMIDATION_THREATS RETENTION_OF_IDENTITY_DOCUMENTS WITHHOLDING_OF_WAGES DEBT_BONDAGE ABUSIVE_CONDITIONS EXCESSIVE_OVERTIME"`
	NativeSeverity string   `json:"nativeSeverity" validate:"required,max=40,text"` // as the scheme says it
	Severity       string   `json:"severity" validate:"required,oneof=ZERO_TOLERANCE CRITICAL MAJOR MINOR COLLABORATIVE OBSERVATION GOOD_PRACTICE"`
	LawBreach      bool     `json:"lawBreach"`
	CodeRef        string   `json:"codeRef,omitempty" validate:"max=60,text"` // clause of law or code
	DueOn          string   `json:"dueOn,omitempty" validate:"omitempty,date"`
}

// Evidence is a document that stays elsewhere: only its fingerprint is here.
type Evidence struct {
	SHA256    string `json:"sha256" validate:"required,sha256"`
	MediaType string `json:"mediaType" validate:"required,max=100,printascii"`
	Bytes     int64  `json:"bytes" validate:"min=1"`
	Locator   string `json:"locator,omitempty" validate:"omitempty,max=300,locator"` // where whoever may read it finds it
}

// ConcernsWorkers says whether workers can tell best if what was found is put
// right: it shows signs of forced labour, or is not about buildings, machines
// and suppliers alone. Such a finding does not close by an auditor's word only.
func (f Finding) ConcernsWorkers() bool {
	switch f.Topic {
	case "workplace-safety", "workplace-hazard-control", "supply-chain-labor-rights":
		return len(f.Indicators) > 0
	}
	return true
}

// NeedsVisit says whether only somebody on site can see that it is put right.
func (f Finding) NeedsVisit() bool {
	return f.Severity == ZeroTolerance || f.Severity == Critical || len(f.Indicators) > 0
}

// Finding gives a finding by its number.
func (a *Audit) Finding(no string) (Finding, bool) {
	i := slices.IndexFunc(a.Findings, func(f Finding) bool { return f.No == no })
	if i < 0 {
		return Finding{}, false
	}
	return a.Findings[i], true
}

func (*Audit) Kind() Kind    { return KindAudit }
func (a *Audit) Key() string { return a.ID }

func (a *Audit) References() []Reference {
	refs := []Reference{
		{Field: "facility", Ref: Ref{KindFacility, a.Facility}, Subject: true},
		{Field: "firm", Ref: Ref{KindParty, a.Firm}},
		{Field: "accreditation", Ref: Ref{KindAccreditation, a.Accreditation}},
	}
	return append(refs, supersedes(KindAudit, a.Supersedes)...)
}

func supersedes(k Kind, id string) []Reference {
	if id == "" {
		return nil
	}
	return []Reference{{Field: "supersedes", Ref: Ref{k, id}, Subject: true}}
}

func (a *Audit) Check(now time.Time) []FieldProblem {
	var ps problems
	if a.End < a.Start {
		ps.add("end", Invalid, "is before start", "correct the dates")
	}
	if afterToday(a.End, now) {
		ps.add("end", InFuture, "lies in the future", "record the audit once it is over")
	}
	if a.ValidUntil != "" && a.ValidUntil < a.End {
		ps.add("validUntil", Invalid, "is before end", "correct the dates")
	}
	if a.Interviews.InGroups > 0 && a.Interviews.Groups == 0 {
		ps.add("interviews.groups", Invalid, "is zero, but workers were in groups", "count the groups")
	}
	seen := map[string]bool{}
	for i, f := range a.Findings {
		if seen[f.No] {
			ps.add(index("findings", i)+".no", Invalid, "is used twice", "number each finding once")
		}
		seen[f.No] = true
		if f.DueOn != "" && f.DueOn < a.Start {
			ps.add(index("findings", i)+".dueOn", Invalid, "is before the audit", "correct the date")
		}
		f.checkYouth(index("findings", i), a, &ps)
		if f.DueOn != "" && f.Severity == Collaborative {
			ps.add(index("findings", i)+".dueOn", Invalid, "is given for an action that has no fixed day", "leave it out")
		}
	}
	a.checkScheme(&ps)
	a.checkAPSCA(&ps)
	ps.supersedesItself(a.Supersedes, a.ID)
	return ps
}

// checkAPSCA: the association does not know audits from afar, wants every level
// told of somebody who was there, and one who may lead.
func (a *Audit) checkAPSCA(ps *problems) {
	if a.APSCA == nil {
		return
	}
	if a.AuditKind == "DESKTOP" || a.Announcement == "REMOTE" {
		ps.add("apsca", Invalid, "is given for an audit that was not made on site", "leave it out: the association knows no audits from afar")
	}
	leads := false
	seen := map[string]bool{}
	for i, l := range a.APSCA.Levels {
		at := index("apsca.levels", i)
		if !slices.Contains(a.Auditors, l.Auditor) || seen[l.Auditor] {
			ps.add(at+".auditor", Invalid, "is not one of the audit's auditors, or is given twice", "give the level of each auditor once")
		}
		seen[l.Auditor] = true
		leads = leads || l.Level != "ASCA"
	}
	if !leads {
		ps.add("apsca.levels", Invalid, "have nobody who may lead an audit", "name the certified auditor (CSCA) who was there")
	}
}

func (ps *problems) supersedesItself(supersedes, id string) {
	if supersedes == id {
		ps.add("supersedes", Invalid, "is the record itself", "name the record that this one replaces")
	}
}
