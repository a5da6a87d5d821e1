//go:build !cgo

package token

import (
	"crypto"
	"errors"
)

// Key is never had without cgo.
type Key struct {
	crypto.Signer
	Fresh bool
}

// Close does nothing.
func (*Key) Close() error { return nil }

// Open says why there is no key.
func Open(Place, string, bool) (*Key, error) {
	return nil, errors.New("this program was built without cgo, so it cannot load a token's program: build it with a C compiler at hand and CGO_ENABLED=1")
}
