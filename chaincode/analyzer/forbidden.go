package analyzer

import (
	"go/types"
	"slices"
	"strings"
)

// ban says what is wrong with a name and what to use instead.
type ban struct {
	rule Rule
	text string
}

const (
	clockRemedy  = "peers run at different moments: take the time from GetTxTimestamp"
	randomRemedy = "each peer would draw another one: derive it from the transaction's identifier or take it from the caller"
	syncRemedy   = "a transaction is one sequence of steps: do them in order, without locks"
	placeRemedy  = "peers run on different machines: take it from the document or the ledger, or make it a constant"
	floatRemedy  = "count in the smallest unit with integers, or keep decimals as text"
)

// banned gives the ban on an object of another module or the standard library.
func banned(obj types.Object) (ban, bool) {
	if obj == nil || obj.Pkg() == nil {
		return ban{}, false
	}
	path, name := obj.Pkg().Path(), qualified(obj)
	if rule := wholePackage(path); rule != "" && !slices.Contains(harmless[path], name) {
		return ban{rule, describe(path, name, rule)}, true
	}
	for _, entry := range bannedNames[path] {
		if slices.Contains(entry.names, name) {
			return ban{entry.rule, describe(path, name, entry.rule)}, true
		}
	}
	return ban{}, false
}

func describe(path, name string, rule Rule) string {
	full := path[strings.LastIndex(path, "/")+1:] + "." + name
	switch rule {
	case Clock:
		return full + " reads the peer's clock; " + clockRemedy
	case Random:
		return full + " depends on chance; " + randomRemedy
	case Concurrency:
		return full + " is for concurrent code; " + syncRemedy
	case Float:
		return full + " works with floating point, whose results and text forms differ between programs; " + floatRemedy
	}
	return full + " depends on the machine; " + placeRemedy
}

// qualified is a name within its package, "Type.Method" for methods.
func qualified(obj types.Object) string {
	fn, ok := obj.(*types.Func)
	if !ok {
		return obj.Name()
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name() + "." + fn.Name()
	}
	return fn.Name()
}

// wholePackage gives the rule which everything in a package breaks, but for the
// names listed as harmless.
func wholePackage(path string) Rule {
	switch path {
	case "math/rand", "math/rand/v2", "crypto/rand", "hash/maphash", "github.com/google/uuid", "github.com/gofrs/uuid",
		"github.com/gofrs/uuid/v5", "github.com/satori/go.uuid", "github.com/oklog/ulid", "github.com/oklog/ulid/v2",
		"github.com/rs/xid", "github.com/segmentio/ksuid", "github.com/lithammer/shortuuid", "github.com/matoous/go-nanoid/v2":
		return Random
	case "sync", "sync/atomic", "golang.org/x/sync/errgroup", "golang.org/x/sync/semaphore", "golang.org/x/sync/singleflight":
		return Concurrency
	case "os", "os/exec", "os/signal", "os/user", "net", "net/http", "net/rpc", "net/smtp", "syscall", "runtime", "runtime/debug",
		"runtime/metrics", "plugin", "expvar", "flag", "debug/buildinfo", "io/ioutil", "database/sql", "C", "log/syslog":
		return Environment
	}
	if strings.HasPrefix(path, "golang.org/x/sys/") {
		return Environment
	}
	return ""
}

var harmless = map[string][]string{
	"github.com/google/uuid": {
		"UUID", "NullUUID", "Nil", "Max", "Parse", "ParseBytes", "MustParse", "Validate", "FromBytes", "NewSHA1", "NewMD5", "NewHash",
		"NameSpaceDNS", "NameSpaceURL", "NameSpaceOID", "NameSpaceX500", "UUID.String", "UUID.MarshalText", "UUID.UnmarshalText", "UUID.Version", "UUID.Variant", "UUID.URN",
	},
	"github.com/oklog/ulid":    ulidHarmless,
	"github.com/oklog/ulid/v2": ulidHarmless,
	"sync":                     {"Once", "Once.Do", "OnceFunc", "OnceValue", "OnceValues"},
	"os":                       {"ErrNotExist", "ErrExist", "ErrPermission", "ErrInvalid", "ErrClosed", "IsNotExist", "IsExist"},
	"net":                      {"IP", "IPNet", "IPMask", "ParseIP", "ParseCIDR", "IP.String", "IP.Equal", "IP.To4", "IP.To16", "IPNet.Contains", "ParseMAC", "SplitHostPort", "JoinHostPort"},
	"net/http": {
		"StatusOK", "StatusCreated", "StatusBadRequest", "StatusForbidden", "StatusNotFound", "StatusConflict",
		"StatusInternalServerError", "StatusText", "StatusUnprocessableEntity", "StatusServiceUnavailable", "CanonicalHeaderKey",
	},
	"runtime": {"Error", "Error.Error", "KeepAlive"},
	"flag":    {"ErrHelp"},
}

var ulidHarmless = []string{
	"ULID", "Zero", "Parse", "ParseStrict", "MustParse", "MustParseStrict", "EncodedSize", "Timestamp", "Time", "ErrDataSize", "ErrInvalidCharacters",
	"ErrBufferSize", "ErrBigTime", "ErrOverflow", "MaxTime", "ULID.String", "ULID.Time", "ULID.Timestamp", "ULID.Bytes", "ULID.Compare", "ULID.IsZero",
	"ULID.Entropy", "ULID.MarshalText", "ULID.UnmarshalText", "ULID.MarshalBinary", "ULID.UnmarshalBinary",
}

type bannedEntry struct {
	rule  Rule
	names []string
}

var bannedNames = map[string][]bannedEntry{
	"time": {
		{Clock, []string{
			"Now", "Since", "Until", "After", "AfterFunc", "Tick", "Sleep", "NewTimer", "NewTicker", "Timer", "Ticker",
			"Timer.Reset", "Timer.Stop", "Ticker.Reset", "Ticker.Stop",
		}},
		{Environment, []string{"Local", "Time.Local", "LoadLocation"}},
	},
	"context": {
		{Clock, []string{"WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause"}},
		{Concurrency, []string{"AfterFunc"}},
	},
	"google.golang.org/protobuf/types/known/timestamppb": {{Clock, []string{"Now"}}},
	"github.com/golang/protobuf/ptypes":                  {{Clock, []string{"TimestampNow"}}},
	"crypto/ecdsa":                                       {{Random, []string{"GenerateKey", "Sign", "SignASN1", "PrivateKey.Sign"}}},
	"crypto/rsa":                                         {{Random, []string{"GenerateKey", "GenerateMultiPrimeKey", "SignPSS", "EncryptOAEP", "EncryptPKCS1v15", "PrivateKey.Sign"}}},
	"crypto/ed25519":                                     {{Random, []string{"GenerateKey"}}},
	"crypto/elliptic":                                    {{Random, []string{"GenerateKey"}}},
	"crypto/ecdh":                                        {{Random, []string{"Curve.GenerateKey"}}},
	"crypto/dsa":                                         {{Random, []string{"GenerateKey", "GenerateParameters", "Sign"}}},
	"crypto/mlkem": {{Random, []string{
		"GenerateKey768", "GenerateKey1024", "EncapsulationKey768.Encapsulate", "EncapsulationKey1024.Encapsulate",
	}}},
	"crypto/cipher": {{Random, []string{"NewGCMWithRandomNonce"}}},
	"crypto/x509": {
		{Random, []string{"CreateCertificate", "CreateCertificateRequest", "CreateRevocationList"}},
		{Environment, []string{"SystemCertPool"}},
	},
	"reflect": {
		{Random, []string{"Value.Pointer", "Value.UnsafePointer", "Value.UnsafeAddr"}},
		{Concurrency, []string{"Select"}},
	},
	"path/filepath": {{Environment, []string{"Abs", "EvalSymlinks", "Glob", "Walk", "WalkDir"}}},
	"html/template": {{Environment, []string{"ParseFiles", "ParseGlob", "Template.ParseFiles", "Template.ParseGlob"}}},
	"text/template": {{Environment, []string{"ParseFiles", "ParseGlob", "Template.ParseFiles", "Template.ParseGlob"}}},
	"fmt":           {{Environment, []string{"Scan", "Scanf", "Scanln"}}},
	"encoding/json": {{Float, []string{"Number.Float64"}}},
	"strconv":       {{Float, []string{"ParseFloat", "FormatFloat", "AppendFloat", "ParseComplex", "FormatComplex"}}},
	"math/big":      {{Float, []string{"Float", "NewFloat", "ParseFloat", "Rat.Float64", "Rat.Float32", "Rat.SetFloat64"}}},
}
