package contract

import (
	"strconv"

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

// What is about a subject is in three parts, so that each can be read page by
// page without meeting the others: a question's endorsement tells of every key
// that was read for it.
const (
	objectAbout  = "about"  // what provenance.Kind.Covers, and anybody may read
	objectClosed = "closed" // what it covers, and is not shown one by one
	objectBeside = "beside" // the rest
)

// A record, as canonical JSON.
func recordKey(r provenance.Ref) key { return key{"record", []string{string(r.Kind), r.ID}} }

// That a record is about a subject: the record's digest.
func aboutKey(subject provenance.Ref, r provenance.Record) key {
	object := objectAbout
	switch {
	case !subject.Kind.Covers(r.Kind):
		object = objectBeside
	case !r.Public():
		object = objectClosed
	}
	return key{object, []string{string(subject.Kind), subject.ID, string(r.Kind), r.ID}}
}

// What is recorded about a subject and not shown one by one: the records of the
// newest transaction that told of any. It is written without being read, so that
// no two are in conflict, and read by its history alone, see Conclude.
func toldKey(subject provenance.Ref) key {
	return key{"told", []string{string(subject.Kind), subject.ID}}
}

// Who holds a strong identifier: the facility, empty when it was taken from one.
func identifierKey(i provenance.Identifier) key {
	return key{"identifier", []string{string(i.Scheme), i.Value}}
}

// Which hull a vessel is of, once it is another than the registration says: its
// IMO number, empty when that was taken from it.
func hullKey(vessel string) key { return key{"hull", []string{vessel}} }

// Who runs a facility, once it is another than the registration says: the party,
// empty when nobody is known to.
func operatorKey(facility string) key { return key{"operator", []string{facility}} }

// Who has a stake in a party, once that was amended: the organisation that said
// it last, under the amendment that holds it.
func ownersKey(party string) key { return key{"owners", []string{party}} }

// Whose number a product has, once it is another party's than the registration
// says.
func ownerKey(gtin string) key { return key{"owner", []string{gtin}} }

// That a facility was merged: the one that is kept.
func mergedKey(facility string) key { return key{"merged", []string{facility}} }

// Where a claim stands: its state now. Absent while it is open.
func claimKey(claim string) key { return key{"claim", []string{claim}} }

// That a party claims a facility: its newest claim.
func claimantKey(facility, party string) key { return key{"claimant", []string{facility, party}} }

// Whose a certificate is: the member.
func certificateKey(org provenance.Org, fingerprint string) key {
	return key{"certificate", []string{org.MSP(), fingerprint}}
}

// By what a firm, or one of its auditors, is accredited for a scheme: those of its
// accreditations that have not run out. The auditor is empty for the firm.
func grantedKey(firm, scheme, auditor string) key {
	return key{"granted", []string{firm, scheme, auditor}}
}

// What a member or accreditation may do: the standing now.
func standingKey(r provenance.Ref) key { return key{"standing", []string{string(r.Kind), r.ID}} }

// That a record counts no more: the record that withdrew or superseded it, or
// countsAgain once the latter was withdrawn itself.
func endedKey(r provenance.Ref) key { return key{"ended", []string{string(r.Kind), r.ID}} }

// What held under a key before a record said otherwise, so that it holds again
// when that one is withdrawn.
func beforeKey(by provenance.Ref, k key) key {
	return key{"before", append([]string{string(by.Kind), by.ID, k.object}, k.attributes...)}
}

// That somebody stated something about a cohort. It is written without being
// read, so that no two of them are in conflict.
func spokenKey(cohort string) key { return key{"spoken", []string{cohort}} }

// Where a finding stands: its state now. Absent while it is open.
func findingKey(audit, number string) key { return key{"finding", []string{audit, number}} }

// By which step an auditor closed a finding last.
func closingKey(audit, number string) key { return key{"closing", []string{audit, number}} }

// By when a finding is to be put right: the day now. Absent while it is the
// audit's own.
func dueKey(audit, number string) key { return key{"due", []string{audit, number}} }

// Where a signal stands: its state now. Absent while nobody has looked at it.
func signalKey(r provenance.Ref) key { return key{"signal", []string{string(r.Kind), r.ID}} }

// Whose a device's key is: the device.
func deviceKey(fingerprint string) key { return key{"device", []string{fingerprint}} }

// From which age a country allows a class of work, in a course of training or
// not, once Oversight stated it.
func ageKey(country string, work provenance.WorkClass, training bool) key {
	return key{"age", []string{country, string(work), strconv.FormatBool(training)}}
}

// Where a case of children stands: its state now. Absent while they are to be
// made safe first.
func childKey(id string) key { return key{"child", []string{id}} }

// That a finding tells of children at work: the case, which it follows from
// then on.
func childFindingKey(audit, number string) key { return key{"child finding", []string{audit, number}} }

// That a lot or piece exists: the event that made it.
func madeKey(r provenance.Ref) key { return tracedKey("made", r) }

// That something was made of a lot or piece: the newest event in which it was.
func usedKey(r provenance.Ref) key { return tracedKey("used", r) }

// tracedKey is a key of a lot, GTIN and number, or of a piece, with "21" between
// GTIN and serial.
func tracedKey(object string, r provenance.Ref) key {
	if lot, ok := provenance.ParseLotRef(r.ID); ok && r.Kind == provenance.LotSubject {
		return key{object, []string{lot.GTIN, lot.Lot}}
	}
	piece := provenance.ParsePieceRef(r.ID)
	return key{object, []string{piece.GTIN, "21", piece.Serial}}
}
