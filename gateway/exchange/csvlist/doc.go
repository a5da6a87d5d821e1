// Package csvlist reads facility lists in CSV, as brands disclose them, into
// provenance.Facility. It is strict about nothing but the truth: what cannot be
// read is said, row by row, and every row of a list appears in the report
// exactly once.
package csvlist
