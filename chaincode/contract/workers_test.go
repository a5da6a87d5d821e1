package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

// grouped has the cohort on the ledger, charged its fees, repaid its repayment.
func grouped(t testing.TB) *bench {
	b := founded(t)
	b.states(b.as(provenance.RoleUnion), &b.Cohort)
	return b
}

func charged(t testing.TB) *bench {
	b := grouped(t)
	b.states(b.as(provenance.RoleUnion), &b.Fees)
	return b
}

func repaid(t testing.TB) *bench {
	b := charged(t)
	b.states(b.as(provenance.RoleSupplier), &b.Repayment)
	return b
}

func TestCohortRefusals(t *testing.T) {
	refused(t, founded, []attempt{
		{"a recruiter nobody registered", provenance.UnknownReference, "recruiter", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Cohort.Recruiter = b.ID()
			return b.as(provenance.RoleUnion), &b.Cohort
		}},
		{"so few that it points at people", provenance.BelowK, "size", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Cohort.Size = 4
			return b.as(provenance.RoleUnion), &b.Cohort
		}},
		{"months to come", provenance.InFuture, "arrivedUntil", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Cohort.ArrivedUntil = "2026-02"
			return b.as(provenance.RoleUnion), &b.Cohort
		}},
	})
}

func TestFeeStatementRefusals(t *testing.T) {
	refused(t, grouped, []attempt{
		{"more workers than there are", provenance.Invalid, "lines[0].workers", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Fees.Lines[0].Workers = 41
			return b.as(provenance.RoleUnion), &b.Fees
		}},
		{"a cost disclosed when they were there", provenance.Invalid, "lines[0].exception.disclosedIn", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			line := &b.Fees.Lines[0]
			line.Category, line.Exception = "COST_MEDICAL", &provenance.Exception{Instrument: "MLC 2006", Disclosed: true, DisclosedIn: "2025-04"}
			return b.as(provenance.RoleUnion), &b.Fees
		}},
		{"before anybody came", provenance.Invalid, "month", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Fees.Month = "2024-12"
			return b.as(provenance.RoleUnion), &b.Fees
		}},
		{"more in debt than there are", provenance.Invalid, "debt.workers", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Fees.Debt = &provenance.Debt{Workers: 41}
			return b.as(provenance.RoleUnion), &b.Fees
		}},
		{"earnings of nothing", provenance.Invalid, "firstMonthEarnings.amount", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Fees.FirstMonthEarnings.Amount = 0
			return b.as(provenance.RoleUnion), &b.Fees
		}},
		{"a union as employer", provenance.NoStanding, "method", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Fees.Method = provenance.EmployerDeclaration
			return b.as(provenance.RoleUnion), &b.Fees
		}},
		{"an employer as interviewer", provenance.NoStanding, "method", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), &b.Fees
		}},
		{"an employer of others", provenance.NoStanding, "cohort", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Suppliers, "SUPPLIER")
			b.Fees.Method = provenance.EmployerDeclaration
			return rival, &b.Fees
		}},
		{"a cohort nobody formed", provenance.UnknownReference, "cohort", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Fees.Cohort = b.ID()
			return b.as(provenance.RoleUnion), &b.Fees
		}},
	})
}

func TestEmployerRecruiterAuditorAndUnionSpeakSideBySide(t *testing.T) {
	b := grouped(t)
	for _, s := range []struct {
		as     provenance.Role
		method provenance.Method
	}{
		{provenance.RoleSupplier, provenance.EmployerDeclaration}, {provenance.RoleRecruiter, provenance.EmployerDeclaration},
		{provenance.RoleAuditor, "DOCUMENT_REVIEW"}, {provenance.RoleUnion, "UNION_OR_NGO"},
	} {
		fees, attestation := b.Fees, b.Attestation
		fees.ID, fees.Method, attestation.ID, attestation.Method = b.ID(), s.method, b.ID(), s.method
		fees.Month = "2025-01" // the first month somebody came
		b.states(b.as(s.as), &fees)
		b.states(b.as(s.as), &attestation)
	}
}

func TestFeesOfTheWholeCohortMayBeStated(t *testing.T) {
	b := grouped(t)
	b.Fees.Lines[0].Workers = b.Cohort.Size
	b.states(b.as(provenance.RoleUnion), &b.Fees)
}

func TestCostsDisclosedBeforeTheJobAreStatedAsSuch(t *testing.T) {
	b := grouped(t)
	line := &b.Fees.Lines[0]
	line.Category, line.Exception = "COST_MEDICAL", &provenance.Exception{Instrument: "MLC 2006", Disclosed: true, DisclosedIn: b.Cohort.ArrivedUntil}
	b.states(b.as(provenance.RoleUnion), &b.Fees)
}

func TestFeeStatementSupersession(t *testing.T) {
	b := charged(t)
	next := b.Fees
	next.ID, next.Supersedes = b.ID(), b.Fees.ID
	cohort := b.Cohort
	cohort.ID = b.ID()
	b.states(b.as(provenance.RoleAuditor), &cohort)
	other := next
	other.Cohort = cohort.ID
	b.refuses(b.as(provenance.RoleUnion), provenance.Invalid, "supersedes", &other)
	b.refuses(b.as(provenance.RoleAuditor), provenance.NoStanding, "supersedes", &next)
	b.states(b.as(provenance.RoleUnion), &next)
	b.refuses(b.as(provenance.RoleSupplier), provenance.WrongState, "statement", &b.Repayment)
	b.Repayment.Statement = next.ID
	b.states(b.as(provenance.RoleSupplier), &b.Repayment)
}

func TestRepaymentRefusals(t *testing.T) {
	refused(t, charged, []attempt{
		{"a currency nobody paid in", provenance.Invalid, "paid.currency", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Repayment.Paid.Currency = "THB"
			return b.as(provenance.RoleSupplier), &b.Repayment
		}},
		{"more workers than there are", provenance.Invalid, "workers", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Repayment.Workers = 41
			return b.as(provenance.RoleSupplier), &b.Repayment
		}},
		{"a plan that is a payment", provenance.Invalid, "plan", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &b.Repayment)
			b.Repayment.Plan, b.Repayment.ID = b.Repayment.ID, b.ID()
			return b.as(provenance.RoleSupplier), &b.Repayment
		}},
		{"a plan for other fees", provenance.Invalid, "plan", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			plan := b.plan()
			b.states(b.as(provenance.RoleSupplier), plan)
			b.Fees.ID = b.ID()
			b.states(b.as(provenance.RoleUnion), &b.Fees)
			b.Repayment.Plan, b.Repayment.Statement = plan.ID, b.Fees.ID
			return b.as(provenance.RoleSupplier), &b.Repayment
		}},
		{"a plan nobody made", provenance.UnknownReference, "plan", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Repayment.Plan = b.ID()
			return b.as(provenance.RoleSupplier), &b.Repayment
		}},
		{"a plan in place of a payment", provenance.Invalid, "supersedes", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &b.Repayment)
			plan := b.plan()
			plan.Supersedes = b.Repayment.ID
			return b.as(provenance.RoleSupplier), plan
		}},
		{"the place of another's plan", provenance.NoStanding, "supersedes", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			plan := b.plan()
			b.states(b.as(provenance.RoleSupplier), plan)
			plan.Supersedes, plan.ID = plan.ID, b.ID()
			return b.as(provenance.RoleBrand), plan
		}},
		{"before anybody came", provenance.Invalid, "month", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Repayment.Month = "2024-12"
			return b.as(provenance.RoleBrand), &b.Repayment
		}},
		{"an employer of others", provenance.NoStanding, "statement", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Suppliers, "SUPPLIER")
			return rival, &b.Repayment
		}},
		{"a statement nobody made", provenance.UnknownReference, "statement", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Repayment.Statement = b.ID()
			return b.as(provenance.RoleSupplier), &b.Repayment
		}},
		{"a statement that was withdrawn", provenance.WrongState, "statement", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleUnion), b.withdrawal(&b.Fees))
			return b.as(provenance.RoleSupplier), &b.Repayment
		}},
	})
}

// plan makes the repayment a promise in two instalments.
func (b *bench) plan() *provenance.Repayment {
	r := b.Repayment
	r.ID, r.State, r.DueMonth = b.ID(), provenance.PlanAgreed, "2026-06"
	r.Instalments = []provenance.Instalment{{Due: "2026-03", Amount: r.Paid.Amount / 2}, {Due: "2026-06", Amount: r.Paid.Amount / 2}}
	return &r
}

func TestAPlanIsReplacedAndPaid(t *testing.T) {
	b := charged(t)
	site := b.as(provenance.RoleSupplier)
	former := b.plan()
	b.states(site, former)
	next := b.plan()
	next.Supersedes = former.ID
	b.states(site, next)
	b.Repayment.Plan = former.ID
	b.refuses(site, provenance.WrongState, "plan", &b.Repayment)
	b.Repayment.Plan = next.ID
	b.states(site, &b.Repayment)
}

func TestFeesNobodyCanPutASumTo(t *testing.T) {
	b := grouped(t)
	b.Fees.Quantified, b.Fees.Lines[0].Charged.Amount = provenance.NotYet, 0
	b.Fees.Debt = &provenance.Debt{Workers: 20, Principal: "UNKNOWN", Interest: "UP_TO_36_PERCENT", Lender: "RELATIVE"}
	b.states(b.as(provenance.RoleUnion), &b.Fees)
}

func TestOperatorRecruiterAndBrandRepay(t *testing.T) {
	b := charged(t)
	for _, role := range []provenance.Role{provenance.RoleSupplier, provenance.RoleRecruiter, provenance.RoleBrand} {
		b.Repayment.ID, b.Repayment.Workers = b.ID(), b.Cohort.Size
		b.states(b.as(role), &b.Repayment)
	}
}

func TestRepaymentCheckRefusals(t *testing.T) {
	refused(t, repaid, []attempt{
		{"a plan", provenance.WrongState, "repayment", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			plan := b.Repayment
			plan.ID, plan.State, plan.DueMonth = b.ID(), provenance.PlanAgreed, "2026-06"
			b.states(b.as(provenance.RoleSupplier), &plan)
			b.Check.Repayment = plan.ID
			return b.as(provenance.RoleUnion), &b.Check
		}},
		{"before it was paid", provenance.Invalid, "month", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Check.Month = "2025-11"
			return b.as(provenance.RoleUnion), &b.Check
		}},
		{"a repayment that was withdrawn", provenance.WrongState, "repayment", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), b.withdrawal(&b.Repayment))
			return b.as(provenance.RoleUnion), &b.Check
		}},
		{"a repayment nobody recorded", provenance.UnknownReference, "repayment", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Check.Repayment = b.ID()
			return b.as(provenance.RoleUnion), &b.Check
		}},
		{"whoever paid", provenance.NoStanding, "", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), &b.Check
		}},
	})
}

func TestAuditorsAndUnionsCheckOneRepayment(t *testing.T) {
	b := repaid(t)
	b.states(b.as(provenance.RoleUnion), &b.Check)
	b.Check.ID, b.Check.Received = b.ID(), provenance.No
	b.states(b.as(provenance.RoleAuditor), &b.Check)
}

func TestAttestationRefusals(t *testing.T) {
	refused(t, grouped, []attempt{
		{"a worker too few", provenance.Invalid, "predicates[0]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Attestation.Predicates[0].Unknown = 2
			return b.as(provenance.RoleUnion), &b.Attestation
		}},
		{"a worker too many, twice", provenance.Invalid, "predicates[0] predicates[1]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Attestation.Predicates[0].No, b.Attestation.Predicates[1].No = 7, 1
			return b.as(provenance.RoleUnion), &b.Attestation
		}},
		{"a union as employer", provenance.NoStanding, "method", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Attestation.Method = provenance.EmployerDeclaration
			return b.as(provenance.RoleUnion), &b.Attestation
		}},
		{"an employer as witness", provenance.NoStanding, "method", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), &b.Attestation
		}},
		{"an employer of others", provenance.NoStanding, "cohort", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Suppliers, "SUPPLIER")
			b.Attestation.Method = provenance.EmployerDeclaration
			return rival, &b.Attestation
		}},
		{"the place of another's", provenance.NoStanding, "supersedes", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleUnion), &b.Attestation)
			b.Attestation.Supersedes, b.Attestation.ID = b.Attestation.ID, b.ID()
			return b.as(provenance.RoleAuditor), &b.Attestation
		}},
	})
}

func TestAttestationSupersession(t *testing.T) {
	b := grouped(t)
	b.states(b.as(provenance.RoleUnion), &b.Attestation)
	b.Attestation.Supersedes, b.Attestation.ID = b.Attestation.ID, b.ID()
	b.states(b.as(provenance.RoleUnion), &b.Attestation)
}
