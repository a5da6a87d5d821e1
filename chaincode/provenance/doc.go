// Package provenance is Fairlead's vocabulary: what may be stated about the
// people behind a product, by whom, in which shape, and what follows from it.
//
// The chaincode, the gateway, the read model and the verifiers all speak it, so
// that a record means the same wherever it is read. It depends on the standard
// library and on validator tags alone, touches no clock, network or file, and
// gives equal output for equal input.
//
// The parts: statements (facility.go, audit.go, ... one file a subject) say
// what a caller may state; a Record (record.go) is a statement once the ledger
// holds it, with its author and time; Specs (spec.go) list the kinds, their
// transactions and who may write them; a Refusal (refusal.go) says why not;
// History (history.go) answers what stands behind a product.
package provenance
