//go:build cgo

package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/ThalesGroup/crypto11"
)

// Key signs on the token. It may be used concurrently until it is closed.
type Key struct {
	crypto.Signer
	context *crypto11.Context
	Fresh   bool // it was made just now
}

// Close leaves the token.
func (k *Key) Close() error { return k.context.Close() }

// Open finds a key on its token, or with make draws it there: such a key can be
// used and not be read.
func Open(place Place, pin string, make bool) (*Key, error) {
	context, err := crypto11.Configure(&crypto11.Config{Path: place.Module, TokenLabel: place.Label, TokenSerial: place.Serial, Pin: pin, MaxSessions: 32})
	if err != nil {
		return nil, fmt.Errorf("opening the token %s with %s: %w", place.Name(), place.Module, err)
	}
	key, err := find(context, place, make)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("on the token %s: %w", place.Name(), err), context.Close())
	}
	return key, nil
}

func find(context *crypto11.Context, place Place, make bool) (*Key, error) {
	signers, err := context.FindKeyPairs(nil, []byte(place.Object))
	if err != nil {
		return nil, fmt.Errorf("looking for the key %s: %w", place.Object, err)
	}
	k := &Key{context: context}
	switch {
	case len(signers) > 1:
		return nil, fmt.Errorf("%d keys are called %s: give each a label of its own", len(signers), place.Object)
	case len(signers) == 1:
		k.Signer = signers[0]
	case !make:
		return nil, fmt.Errorf("there is no key called %s", place.Object)
	default:
		var id [8]byte
		rand.Read(id[:]) // never fails
		if k.Signer, err = context.GenerateECDSAKeyPairWithLabel(id[:], []byte(place.Object), elliptic.P256()); err != nil {
			return nil, fmt.Errorf("making the key %s: %w", place.Object, err)
		}
		k.Fresh = true
	}
	if public, ok := k.Public().(*ecdsa.PublicKey); !ok || public.Curve != elliptic.P256() {
		return nil, fmt.Errorf("the key %s is no ECDSA key on P-256", place.Object)
	}
	return k, nil
}
