// Package e2e starts everything as `make run` does and uses it as people would:
// with the programs, over HTTP, from a scanned QR code. Its tests carry the build
// tag e2e.
package e2e
