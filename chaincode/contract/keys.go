package contract

import (
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// key names one fact on the ledger: a composite key of an object type and its
// attributes. README.md lists the values.
type key struct {
	object     string
	attributes []string
}

func (k key) text() (string, error) { return shim.CreateCompositeKey(k.object, k.attributes) }

const objectAbout = "about"

// A record, as canonical JSON.
func recordKey(r provenance.Ref) key { return key{"record", []string{string(r.Kind), r.ID}} }

// That a record is about a subject: the record's digest.
func aboutKey(subject, r provenance.Ref) key {
	return key{objectAbout, []string{string(subject.Kind), subject.ID, string(r.Kind), r.ID}}
}

// Who holds a strong identifier: the facility.
func identifierKey(i provenance.Identifier) key {
	return key{"identifier", []string{string(i.Scheme), i.Value}}
}

// Whose a certificate is: the member.
func certificateKey(org provenance.Org, fingerprint string) key {
	return key{"certificate", []string{org.MSP(), fingerprint}}
}

// What a member or accreditation may do: the standing now.
func standingKey(r provenance.Ref) key { return key{"standing", []string{string(r.Kind), r.ID}} }

// That a record counts no more: the record that withdrew or superseded it.
func endedKey(r provenance.Ref) key { return key{"ended", []string{string(r.Kind), r.ID}} }

// Where a finding stands: its state now. Absent while it is open.
func findingKey(audit, number string) key { return key{"finding", []string{audit, number}} }

// By when a finding is to be put right: the day now. Absent while it is the
// audit's own.
func dueKey(audit, number string) key { return key{"due", []string{audit, number}} }

// That a lot exists: the event that made it.
func madeKey(l provenance.Lot) key { return key{"made", []string{l.GTIN, l.Lot}} }
