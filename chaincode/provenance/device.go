package provenance

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"
)

// Device is a machine at a site, such as a time clock, whose key signs totals.
type Device struct {
	ID         string `json:"id" validate:"required,id"`
	Facility   string `json:"facility" validate:"required,id"`
	DeviceKind string `json:"kind" validate:"required,oneof=TIME_CLOCK GATE PAYROLL_TERMINAL"`
	PublicKey  string `json:"publicKey" validate:"required,max=200,base64"` // of curve P-256, DER (SubjectPublicKeyInfo) in base64
}

func (*Device) Kind() Kind    { return KindDevice }
func (d *Device) Key() string { return d.ID }

func (d *Device) References() []Reference {
	return []Reference{{Field: "facility", Ref: Ref{KindFacility, d.Facility}, Subject: true}}
}

func (d *Device) Check(time.Time) []FieldProblem {
	var ps problems
	if _, err := d.key(); err != nil {
		ps.add("publicKey", Invalid, err.Error(), "give the key of curve P-256 as DER (SubjectPublicKeyInfo) in base64")
	}
	return ps
}

// Fingerprint is the lower-case hexadecimal SHA-256 of the device's key in DER.
// A key that cannot be read has none.
func (d *Device) Fingerprint() string {
	der, err := base64.StdEncoding.DecodeString(d.PublicKey)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// key reads the public key, which has one spelling.
func (d *Device) key() (*ecdsa.PublicKey, error) {
	der, err := base64.StdEncoding.Strict().DecodeString(d.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("is not base64")
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("is no public key")
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, fmt.Errorf("is not of curve P-256")
	}
	if again, err := x509.MarshalPKIXPublicKey(key); err != nil || !bytes.Equal(again, der) {
		return nil, fmt.Errorf("is not in canonical form")
	}
	return key, nil
}

// DeviceTotal is what a device counted over a month for a group of workers, as
// a whole: nothing in it tells of one of them. The device signs it.
type DeviceTotal struct {
	ID        string  `json:"id" validate:"required,id"`
	Device    string  `json:"device" validate:"required,id"`
	Month     string  `json:"month" validate:"required,month"`
	Workers   int     `json:"workers" validate:"min=0,max=1000000"`
	Totals    []Total `json:"totals" validate:"required,min=1,max=10,dive"`
	Signature string  `json:"signature" validate:"required,max=120,base64"` // of SignedBytes: ECDSA with SHA-256, ASN.1 DER in base64
}

// Total is one figure over all workers of the group.
type Total struct {
	Name  string  `json:"name" validate:"required,oneof=HOURS_WORKED HOURS_OVERTIME HOURS_AT_NIGHT DAYS_WORKED REST_DAYS"`
	Value Decimal `json:"value" validate:"required,decimal"`
}

func (*DeviceTotal) Kind() Kind    { return KindDeviceTotal }
func (d *DeviceTotal) Key() string { return d.ID }

func (d *DeviceTotal) References() []Reference {
	return []Reference{{Field: "device", Ref: Ref{KindDevice, d.Device}, Subject: true}}
}

func (d *DeviceTotal) Check(now time.Time) []FieldProblem {
	var ps problems
	if d.Workers < SmallestCohort {
		ps.add("workers", BelowK, "is so small a group that its totals point at people", "put groups together until they have five")
	}
	if afterThisMonth(d.Month, now) {
		ps.add("month", InFuture, "lies in the future", "state what has been counted")
	}
	seen := map[string]bool{}
	for i, t := range d.Totals {
		if seen[t.Name] {
			ps.add(index("totals", i)+".name", Invalid, "is given twice", "give each once")
		}
		seen[t.Name] = true
	}
	return ps
}

// SignedBytes is what the device signs: the canonical JSON of the statement
// without its signature.
func (d *DeviceTotal) SignedBytes() ([]byte, error) {
	return Canonical(struct {
		ID      string  `json:"id"`
		Device  string  `json:"device"`
		Month   string  `json:"month"`
		Workers int     `json:"workers"`
		Totals  []Total `json:"totals"`
	}{d.ID, d.Device, d.Month, d.Workers, d.Totals})
}

// SignedBy says whether a device's key signed the totals.
func (d *DeviceTotal) SignedBy(device *Device) (bool, error) {
	key, err := device.key()
	if err != nil {
		return false, fmt.Errorf("reading the key of a device: %w", err)
	}
	text, err := d.SignedBytes()
	if err != nil {
		return false, err
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(d.Signature)
	if err != nil {
		return false, nil
	}
	sum := sha256.Sum256(text)
	return ecdsa.VerifyASN1(key, sum[:], signature), nil
}
