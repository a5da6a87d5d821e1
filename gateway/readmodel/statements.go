package readmodel

import _ "embed"

//go:embed schema.sql
var schemaSQL string

// All SQL is here and in schema.sql. It is plain but for pragmas, for numbered
// arguments, and for json_each, by which a list of numbers travels as one
// argument. CROSS JOIN is there for SQLite, which then keeps the order of the
// tables; left to itself it begins with all subjects of a kind.

// Writing.
const (
	sqlBegin     = `BEGIN IMMEDIATE`
	sqlCommit    = `COMMIT`
	sqlRollback  = `ROLLBACK`
	sqlSavepoint = `SAVEPOINT block`
	sqlRelease   = `RELEASE block`
	sqlUndo      = `ROLLBACK TO block`

	sqlLastNumber  = `SELECT coalesce(max(n), 0) FROM subject`
	sqlAddSubject  = `INSERT INTO subject (n, kind, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlAddRecord   = `INSERT INTO record (n, block, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlAddAbout    = `INSERT INTO about (subject, kind, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlAddName     = `INSERT INTO names (record, subject) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlAddMade     = `INSERT INTO made (lot, event) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlAddUsed     = `INSERT INTO used (lot, event) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlAddSeen     = `INSERT INTO seen (lot, event) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlAddMember   = `INSERT INTO member (org, certificate, n) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlAddFacility = `INSERT INTO facility (n, place, country, words) VALUES (?, ?, ?, ?)`
	// What is said of a facility later can be searched for too; a vessel's new flag
	// is its country.
	sqlAmendFacility = `UPDATE facility SET words = words || char(10) || ?, country = coalesce(nullif(?, ''), country) WHERE n = ?`
	// What was said of a facility, itself first, in the ledger's order.
	sqlAmended = `SELECT text FROM record WHERE n = ? UNION ALL
		SELECT text FROM (SELECT r.text FROM about a JOIN record r ON r.n = a.record
		WHERE a.subject = ? AND a.kind IN ('facility-amendment', 'withdrawal') ORDER BY a.record)`
	sqlReword = `UPDATE facility SET words = ?, country = ? WHERE n = ?`
	sqlMove   = `UPDATE position SET height = ?, hash = ?, at = ?, applied_at = ?`
)

// Reading one thing.
const (
	sqlPosition = `SELECT height, hash, at, applied_at FROM position`
	sqlNumber   = `SELECT n FROM subject WHERE kind = ? AND id = ?`
	sqlText     = `SELECT text FROM record WHERE n = ?`
	sqlRecord   = `SELECT r.text, r.block FROM subject s JOIN record r ON r.n = s.n WHERE s.kind = ? AND s.id = ?`
	sqlMember   = `SELECT s.id FROM member m JOIN subject s ON s.n = m.n WHERE m.org = ? AND m.certificate = ?`
)

// Reading lists, a page at a time.
const (
	sqlRecordsAbout = `SELECT record FROM about WHERE subject = ? AND kind = ? AND record < ? ORDER BY record DESC LIMIT ?`
	sqlFacilities   = `SELECT f.place, r.text FROM facility f JOIN record r ON r.n = f.n
		WHERE f.place > ? AND f.words LIKE ? ESCAPE '\' ORDER BY f.place LIMIT ?`
	sqlOfKind = `SELECT s.id, r.text FROM subject s CROSS JOIN record r
		WHERE s.kind = ? AND s.id > ? AND r.n = s.n ORDER BY s.id LIMIT ?`
	sqlFacilitiesOf = `SELECT f.place, r.text FROM facility f JOIN record r ON r.n = f.n
		WHERE f.country = ? AND f.place > ? AND f.words LIKE ? ESCAPE '\' ORDER BY f.place LIMIT ?`
)

// Walking. Each takes a list of numbers and gives the numbers one step away,
// some of them perhaps twice.
const (
	sqlLots      = `SELECT n FROM subject WHERE kind IN ('lot', 'piece') AND id >= ? AND id < ?`
	sqlMakersOf  = `SELECT event FROM made WHERE lot IN (SELECT value FROM json_each(?))`
	sqlUsedBy    = `SELECT lot FROM used WHERE event IN (SELECT value FROM json_each(?))`
	sqlSightings = `SELECT event FROM seen WHERE lot IN (SELECT value FROM json_each(?))`
	// The products of lots: a lot's identifier begins with its 14 digits.
	sqlProductsOf = `SELECT p.n FROM (SELECT DISTINCT substr(id, 1, 14) AS gtin FROM subject WHERE n IN (SELECT value FROM json_each(?))) l
		JOIN subject p ON p.kind = 'product' AND p.id = l.gtin`
	sqlNamed     = `SELECT subject FROM names WHERE record IN (SELECT value FROM json_each(?))`
	sqlNamedKind = `SELECT m.subject FROM names m CROSS JOIN subject s
		WHERE m.record IN (SELECT value FROM json_each(?)) AND s.n = m.subject AND s.kind = ?`
	// The facilities of those records that are merges, or were.
	sqlMergedWith = `SELECT m.subject FROM json_each(?) l CROSS JOIN subject r CROSS JOIN names m CROSS JOIN subject s
		WHERE r.n = l.value AND r.kind = 'facility-merge' AND m.record = r.n AND s.n = m.subject AND s.kind = 'facility'`
	// Two ranges, so that a site's many events are stepped over unread.
	sqlAboutButEvents = `SELECT a.record FROM json_each(?1) l CROSS JOIN about a WHERE a.subject = l.value AND a.kind < 'event'
		UNION ALL SELECT a.record FROM json_each(?1) l CROSS JOIN about a WHERE a.subject = l.value AND a.kind > 'event'`
	// What observers found of parties in lists, and what became of the parties.
	sqlOfParties = `SELECT a.record FROM json_each(?) l CROSS JOIN about a WHERE a.subject = l.value AND a.kind IN ('party-amendment', 'screening')`
	sqlParties   = `SELECT n FROM subject WHERE kind = 'party' AND id IN (SELECT value FROM json_each(?))`
	sqlTexts     = `SELECT n, text FROM record WHERE n IN (SELECT value FROM json_each(?))`
)

// Everything, in an order that does not depend on numbers.
const (
	sqlAllRecords = `SELECT s.kind, s.id, r.block, r.text FROM subject s JOIN record r ON r.n = s.n ORDER BY s.kind, s.id`
	sqlAllPlaces  = `SELECT s.id, f.place, f.country, f.words FROM facility f JOIN subject s ON s.n = f.n ORDER BY s.id`
	sqlAllAbout   = `SELECT s.kind, s.id, a.kind, o.id FROM subject s CROSS JOIN about a CROSS JOIN subject o
		WHERE a.subject = s.n AND o.n = a.record ORDER BY s.kind, s.id, a.kind, o.id`
	sqlAllNames = `SELECT s.kind, s.id, o.kind, o.id FROM subject s CROSS JOIN names e CROSS JOIN subject o
		WHERE e.record = s.n AND o.n = e.subject ORDER BY s.kind, s.id, o.kind, o.id`
	sqlAllMade = `SELECT s.kind, s.id, o.kind, o.id FROM subject s CROSS JOIN made e CROSS JOIN subject o
		WHERE e.lot = s.n AND o.n = e.event ORDER BY s.kind, s.id, o.kind, o.id`
	sqlAllUsed = `SELECT s.kind, s.id, o.kind, o.id FROM subject s CROSS JOIN used e CROSS JOIN subject o
		WHERE e.event = s.n AND o.n = e.lot ORDER BY s.kind, s.id, o.kind, o.id`
	sqlAllSeen = `SELECT s.kind, s.id, o.kind, o.id FROM subject s CROSS JOIN seen e CROSS JOIN subject o
		WHERE e.lot = s.n AND o.n = e.event ORDER BY s.kind, s.id, o.kind, o.id`
)

// questions lists what is asked of the store from outside the projector.
var questions = append([]string{
	sqlPosition, sqlNumber, sqlRecord, sqlMember,
	sqlRecordsAbout, sqlOfKind, sqlFacilities, sqlFacilitiesOf,
	sqlLots, sqlMakersOf, sqlUsedBy, sqlSightings, sqlProductsOf, sqlNamed, sqlNamedKind, sqlMergedWith, sqlAboutButEvents, sqlOfParties, sqlParties, sqlTexts,
}, everything...)

// everything lists what makes up the digest, with four columns each.
var everything = []string{sqlAllRecords, sqlAllPlaces, sqlAllAbout, sqlAllNames, sqlAllMade, sqlAllUsed, sqlAllSeen}
