// Package proof is how anybody checks an answer without trusting who served it:
// the file that a gateway hands out, and its verification against the roots of
// the organisations. It is pure: no network, no clock of its own. README.md
// describes the format.
package proof
