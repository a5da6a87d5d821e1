// Package fsck looks at the ledger and at its read model a second time, by code
// that shares the vocabulary with the projector and nothing else: its own
// reading of blocks, its own fold, its own questions to the file.
//
// Run reads every organisation's copy of the ledger from block 0 side by side,
// checks what holds it together, makes the read model anew and compares it row by
// row. It tells the first difference and where it lies. What it could not look at
// is said, and is never shown as good.
package fsck
