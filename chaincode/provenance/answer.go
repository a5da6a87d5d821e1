package provenance

import (
	"slices"
	"time"
)

// Question asks what stands behind a product, or behind one lot of it.
type Question struct {
	GTIN string
	Lot  string // empty for all lots

	// AsOf is the moment asked about: what happened later is left out, and what is
	// due is judged by it. It has to be given.
	AsOf time.Time
	// KnownAt leaves out what the ledger learned later. Zero for no such bound.
	KnownAt time.Time
}

// Answer is what History finds. Lists are never nil and are sorted, so that
// equal records give equal bytes. Numbers of workers are bands; groups smaller
// than SmallestShown count in totals only.
type Answer struct {
	GTIN    string `json:"gtin"`
	Lot     string `json:"lot,omitempty"`
	Product string `json:"product"` // its name
	Owner   Name   `json:"owner"`
	AsOf    string `json:"asOf"`
	KnownAt string `json:"knownAt,omitempty"`
	Rules   string `json:"rules"` // version of the rules by which this was concluded

	Outcome       Outcome        `json:"outcome"`
	Fees          Fees           `json:"fees"`
	Tiers         []Tier         `json:"tiers"`
	Sites         []Site         `json:"sites"`
	Audits        []AuditLine    `json:"audits"`
	Findings      []FindingLine  `json:"findings"`
	OpenFindings  []OpenCount    `json:"openFindings"` // of them, the gravest first
	Children      []ChildLine    `json:"children"`     // found at work, or not protected; never by place
	Cohorts       []CohortLine   `json:"cohorts"`
	SmallCohorts  int            `json:"smallCohorts"` // groups too small to be listed
	Contracts     []ContractLine `json:"contracts"`
	Disagreements []Disagreement `json:"disagreements"`
	Unknowns      []UnknownLine  `json:"unknowns"`
	Signals       []SignalLine   `json:"signals"`
	Lots          int            `json:"lots"`   // lots of the product or materials that the answer rests on
	Pieces        int            `json:"pieces"` // and single pieces

	// What workers themselves said.
	Answers    []AnswerLine    `json:"answers"`
	Grievances []GrievanceLine `json:"grievances"` // brought to Workers
	Terms      []TermsLine     `json:"terms"`      // compared with those agreed at origin; alarms first
}

// Outcome is the answer in a word. The worst that applies is given.
type Outcome string

// Outcomes, the worst first.
const (
	OutcomeOwed    Outcome = "OWED"    // workers paid for their jobs and have not verifiably been paid back
	OutcomeOpen    Outcome = "OPEN"    // nothing owed is known, but findings are open, or terms are worse than agreed
	OutcomeUnknown Outcome = "UNKNOWN" // something behind the product is not known or not checked
	OutcomeClear   Outcome = "CLEAR"   // every site known, covered and asked; nothing owed, nothing open
)

// Name is a party or facility with what it is called.
type Name struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Coverage says how audits of a site relate to what happened there.
type Coverage string

// Classes of coverage.
const (
	Covered      Coverage = "COVERED"     // an audit was in force
	Expired      Coverage = "EXPIRED"     // the last audit before was no longer in force
	AfterEvent   Coverage = "AFTER_EVENT" // audited only later
	CoverageNone Coverage = "NONE"        // never audited
)

// CoverageCount counts sites, or events at a site, by class.
type CoverageCount struct {
	Covered    int `json:"covered"`
	Expired    int `json:"expired"`
	AfterEvent int `json:"afterEvent"`
	None       int `json:"none"`
}

// Tier is the sites at one distance from the product: 0 made the product
// itself, 1 made what went into it, and so on.
type Tier struct {
	Tier           int           `json:"tier"`
	Sites          int           `json:"sites"`
	Coverage       CoverageCount `json:"coverage"`       // sites by their worst class
	UnknownOrigins int           `json:"unknownOrigins"` // lots at this distance whose making nobody recorded
}

// Site is a facility behind the product.
type Site struct {
	Name
	Kind         string        `json:"kind"` // WORK_SITE or VESSEL
	Country      string        `json:"country"`
	Operator     *Name         `json:"operator,omitempty"`
	Claims       []ClaimLine   `json:"claims"`           // of parties that say they run it, not decided
	Merged       []Name        `json:"merged"`           // other entries of the ledger for the same place
	Closed       string        `json:"closed,omitempty"` // date since when it is said to be closed
	WhileClosed  int           `json:"whileClosed"`      // of its events, those at a time when it was
	Tier         int           `json:"tier"`             // the nearest, where it has several
	First        string        `json:"first"`            // event behind this product
	Last         string        `json:"last"`
	Coverage     Coverage      `json:"coverage"` // the worst of its events
	Events       CoverageCount `json:"events"`
	LastAudit    string        `json:"lastAudit,omitempty"` // date of the newest audit that covers, or covered, the site
	OpenFindings int           `json:"openFindings"`
	Handler      bool          `json:"handler"`      // made nothing of it: stored, carried or repacked it
	DeviceMonths int           `json:"deviceMonths"` // for which devices at the site signed totals
	FeesAsked    bool          `json:"feesAsked"`    // somebody other than employer and recruiter asked what workers paid
	Outstanding  []Money       `json:"outstanding"`
}

// ClaimLine is a party's word that it runs a facility, which nobody decided. It
// gives the party no say.
type ClaimLine struct {
	ID    string     `json:"id"`
	Party Name       `json:"party"`
	Since string     `json:"since"` // date from which it says to run it
	State ClaimState `json:"state"` // OPEN or CONTESTED
	At    string     `json:"at"`    // when it was recorded
}

// Fees is what workers paid for their jobs, over all cohorts at the sites.
// Where parties differ about a cohort, the highest figure counts.
type Fees struct {
	Totals     []FeeTotal    `json:"totals"` // one a currency
	Categories []FeeCategory `json:"categories"`
	Burdens    []BurdenCount `json:"burdens"` // the groups of which it is known what the job cost in months of wages
}

// BurdenCount is how many groups, and workers in them, paid so much.
type BurdenCount struct {
	Band    BurdenBand `json:"band"`
	Cohorts int        `json:"cohorts"`
	Workers Band       `json:"workers"`
	Rule    string     `json:"rule"`
}

// Burden is what a job cost a worker in months of wages: over the lines of one
// statement, the charge of each shared among those who paid it, divided by the
// cohort's first earnings. It tells how grave it is; it is not the indicator
// 10.7.1 of the United Nations, which asks each worker for both.
type Burden struct {
	Hundredths int64      `json:"hundredths"` // of a month, rounded half up
	Band       BurdenBand `json:"band"`       // of the exact value
	Rule       string     `json:"rule"`
}

// FeeTotal is the balance in one currency, in minor units.
type FeeTotal struct {
	Currency    string `json:"currency"`
	Charged     int64  `json:"charged"`
	Repaid      int64  `json:"repaid"`      // paid back, as an auditor or Workers established, or workers' answers confirm
	Confirmed   int64  `json:"confirmed"`   // of this, what workers' own answers confirm
	Claimed     int64  `json:"claimed"`     // said to be paid back; nobody independent has confirmed it
	Promised    int64  `json:"promised"`    // agreed in plans that have not been paid
	Overdue     int64  `json:"overdue"`     // of plans, what should have been paid by now and is not said to be
	Outstanding int64  `json:"outstanding"` // charged less repaid
	Workers     Band   `json:"workers"`     // who paid
}

// FeeCategory is one kind of fee or cost in one currency.
type FeeCategory struct {
	Category string `json:"category"`
	Class    string `json:"class"`
	Currency string `json:"currency"`
	Charged  int64  `json:"charged"`
	Workers  Band   `json:"workers"`

	Excepted    int64 `json:"excepted"`    // of this, what is said to be allowed under an exception
	Undisclosed int64 `json:"undisclosed"` // of that, what workers were not told of before they took the job
}

// AuditLine is one audit of a site.
type AuditLine struct {
	ID            string        `json:"id"`
	Site          Name          `json:"site"`
	Firm          Name          `json:"firm"`
	Scheme        string        `json:"scheme"`
	SchemeVersion string        `json:"schemeVersion"`
	Kind          string        `json:"kind"`
	Announcement  string        `json:"announcement"`
	Start         string        `json:"start"`
	End           string        `json:"end"`
	InForceUntil  string        `json:"inForceUntil"` // as the scheme says, or by our rule
	Result        *NativeResult `json:"result,omitempty"`
	Findings      int           `json:"findings"`
	Open          int           `json:"open"`
	Unlisted      bool          `json:"unlisted,omitempty"` // the scheme is not known to have this version, or this result
	Ended         string        `json:"ended,omitempty"`    // WITHDRAWN or SUPERSEDED: listed, but counts for nothing
	RecordedAt    string        `json:"recordedAt"`
}

// Ways in which a record has ended.
const (
	EndedWithdrawn  = "WITHDRAWN"
	EndedSuperseded = "SUPERSEDED"
)

// FindingLine is one finding and where it stands. Only shortcomings are listed.
type FindingLine struct {
	Audit      string          `json:"audit"`
	No         string          `json:"no"`
	Site       Name            `json:"site"`
	Topic      string          `json:"topic"`
	Indicators []string        `json:"indicators"`
	Severity   string          `json:"severity"`
	Native     string          `json:"native"`             // severity in the scheme's words
	Unlisted   bool            `json:"unlisted,omitempty"` // the scheme is not known to have that severity
	LawBreach  bool            `json:"lawBreach"`
	State      FindingState    `json:"state"`
	Reason     string          `json:"reason,omitempty"` // of its present state, where that needs one
	Found      string          `json:"found"`            // date
	Since      string          `json:"since"`            // date of its present state
	DueOn      string          `json:"dueOn,omitempty"`  // with all extensions
	Open       bool            `json:"open"`
	Overdue    bool            `json:"overdue"`
	Workers    *WorkersWord    `json:"workers,omitempty"` // by which they confirm it, or deny it
	Actions    []ActionLine    `json:"actions"`           // what the site proposed to do, the oldest first
	Extensions []ExtensionLine `json:"extensions"`        // of its time, the oldest first
}

// OpenCount is how many findings of a severity have been open for so long.
type OpenCount struct {
	Severity string     `json:"severity"`
	Age      FindingAge `json:"age"`
	Findings int        `json:"findings"`
	Overdue  int        `json:"overdue"`
}

// FindingAge is how long ago something was found, at the moment asked about.
type FindingAge string

// Ages, the longest first.
const (
	AgeOlder   FindingAge = "OVER_365_DAYS"
	AgeYear    FindingAge = "UP_TO_365_DAYS"
	AgeQuarter FindingAge = "UP_TO_90_DAYS"
	AgeMonth   FindingAge = "UP_TO_30_DAYS"
)

// ActionLine is a corrective action that a site proposed.
type ActionLine struct {
	ID         string   `json:"id"`
	Causes     []string `json:"causes"`
	Measures   []string `json:"measures"`
	ProposedOn string   `json:"proposedOn"`
	DueOn      string   `json:"dueOn"`
	Evidence   int      `json:"evidence"` // documents it names
}

// ExtensionLine is more time that an auditor gave a site.
type ExtensionLine struct {
	By     Name   `json:"by"`
	From   string `json:"from"` // the former day
	Until  string `json:"until"`
	On     string `json:"on"`
	Reason string `json:"reason"`
}

// ChildLine tells that children were found at work behind the product, or that
// the young are not protected well, and whether something is done for them. It
// names no site, has no number, and says tier and country only where several
// sites share them.
type ChildLine struct {
	Tier        *int        `json:"tier,omitempty"`
	Country     string      `json:"country,omitempty"`
	Found       ChildMatter `json:"found"`
	Remediation Remediation `json:"remediation"` // the least of all that the line stands for
}

// ChildMatter is what a ChildLine is about.
type ChildMatter string

// Matters.
const (
	ChildLabour      ChildMatter = "CHILD_LABOUR"
	YoungUnprotected ChildMatter = "YOUNG_UNPROTECTED"
)

// Remediation says whether something is done.
type Remediation string

// How far it is.
const (
	RemedyNotBegun Remediation = "NOT_BEGUN"
	RemedyUnderWay Remediation = "UNDER_WAY"
	RemedyDone     Remediation = "DONE"

	RemedyTakenBack Remediation = "TAKEN_BACK" // it turned out that there were no children
)

// rank orders them, the least first.
func (r Remediation) rank() int {
	return slices.Index([]Remediation{RemedyNotBegun, RemedyUnderWay, RemedyDone, RemedyTakenBack}, r)
}

// CohortLine is what is known of one group of workers.
type CohortLine struct {
	ID           string     `json:"id"`
	Site         Name       `json:"site"`
	Recruiter    *Name      `json:"recruiter,omitempty"`
	Corridor     *Corridor  `json:"corridor,omitempty"`
	ArrivedFrom  string     `json:"arrivedFrom"`
	ArrivedUntil string     `json:"arrivedUntil"`
	Size         Band       `json:"size"`
	Balances     []FeeTotal `json:"balances"`
	Said         []FeeSaid  `json:"said"` // each party's own figures, side by side

	Burden    *Burden        `json:"burden,omitempty"`    // of the account that counts, where it can be told
	Repayment *RepaymentLine `json:"repayment,omitempty"` // absent where nobody is known to have paid
}

// RepaymentLine is how far a group is from having its money back.
type RepaymentLine struct {
	State       RepaymentState   `json:"state"`
	Eligible    Band             `json:"eligible"` // workers in the plans, or in the payments where there is no plan
	Leavers     Band             `json:"leavers"`  // of these, who have left
	Interest    bool             `json:"interest"` // whether plans pay back what loans cost
	Payout      []string         `json:"payout"`   // currencies that workers chose
	Instalments []InstalmentLine `json:"instalments"`
}

// InstalmentLine is a part of a plan. What is said to be paid goes to the
// earliest first.
type InstalmentLine struct {
	Due   string          `json:"due"` // month
	Money Money           `json:"money"`
	State InstalmentState `json:"state"`
}

// FeeSaid is what one party states that a cohort was charged.
type FeeSaid struct {
	By      Name    `json:"by"`
	Org     Org     `json:"org"`
	Method  Method  `json:"method"`
	Month   string  `json:"month"`
	Charged []Money `json:"charged"`

	Quantified string    `json:"quantified,omitempty"`
	Burden     *Burden   `json:"burden,omitempty"` // where charges and earnings are in one currency
	Debt       *DebtSaid `json:"debt,omitempty"`
}

// DebtSaid is what a party states that workers borrowed.
type DebtSaid struct {
	Workers   Band   `json:"workers"`
	Principal string `json:"principal,omitempty"`
	Interest  string `json:"interest,omitempty"`
	Lender    string `json:"lender,omitempty"`
}

// ContractLine is one predicate over all cohorts, by who says it.
type ContractLine struct {
	Code     string          `json:"code"`
	Employer *PredicateBands `json:"employer,omitempty"`
	Auditors *PredicateBands `json:"auditors,omitempty"`
	Workers  *PredicateBands `json:"workers,omitempty"`
}

// PredicateBands counts workers for whom a predicate holds, fails, is unknown.
type PredicateBands struct {
	Yes     Band `json:"yes"`
	No      Band `json:"no"`
	Unknown Band `json:"unknown"`
}

// Disagreement is a matter in which what an employer or recruiter declares is
// better than what others found.
type Disagreement struct {
	Site    Name   `json:"site"`
	Cohort  string `json:"cohort"`
	Matter  string `json:"matter"`  // FEES or a predicate's code
	Against []Org  `json:"against"` // who found otherwise
}

// UnknownLine is something that nobody knows or has checked.
type UnknownLine struct {
	Code  string `json:"code"`
	Site  *Name  `json:"site,omitempty"`
	Lot   *Lot   `json:"lot,omitempty"`
	Piece *Piece `json:"piece,omitempty"`
	Tier  int    `json:"tier"`
}

// Codes of unknowns.
const (
	UnknownNoLots       = "NO_LOTS_RECORDED"      // nobody recorded any lot of the product
	UnknownOrigin       = "ORIGIN_NOT_RECORDED"   // a lot went in, but nobody recorded where it was made
	UnknownNotAudited   = "NOT_AUDITED"           // a site was never audited
	UnknownAuditExpired = "AUDIT_NOT_IN_FORCE"    // some of what happened at a site lies outside its audits
	UnknownFees         = "FEES_NOT_ASKED"        // nobody independent asked a site's workers what they paid
	UnknownContracts    = "CONTRACTS_NOT_CHECKED" // nobody independent looked at a site's contracts
	UnknownSums         = "FEES_NOT_QUANTIFIED"   // workers paid, and nobody independent knows all of it
	UnknownOperator     = "OPERATOR_NOT_KNOWN"    // nobody recorded who runs a site
	UnknownWhileClosed  = "RECORDED_WHILE_CLOSED" // things are said to have happened at a site while it was closed
)
