package fabric

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/hyperledger/fabric-protos-go/gateway"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// failure is what a peer's gateway answered instead of a result. Its text names
// the call, the peer and the status code, never the peer's own words: those may
// quote what an author wrote.
type failure struct {
	call string
	host *host
	code codes.Code

	refusal *provenance.Refusal // nil when nobody refused
	own     bool                // the peer itself failed or refused, rather than others it asked
	late    bool                // the proposal's time is too far from the peer's
	twice   bool                // a block holds the transaction already
}

func (f *failure) Error() string {
	return fmt.Sprintf("%s by way of %s: %v", f.call, f.host.name, f.code)
}

// What peers say in words alone when they do not let a proposal reach the
// contract. A text that is not recognised costs repetitions, no more.
const (
	saysDenied  = "access denied: channel"
	saysExpired = "proposal client identity expired"
	saysLate    = "incorrect timestamp"
	saysTwice   = "duplicate transaction found"
)

func denied() *provenance.Refusal {
	return provenance.Refuse(provenance.NoStanding,
		"the network does not accept the certificate: it is not of its organisation, or revoked, or expired")
}

// readFailure takes a gRPC error apart. The gateway puts what single peers said
// into details, each with the organisation it comes from.
func readFailure(call string, h *host, err error) *failure {
	s := status.Convert(err)
	f := &failure{call: call, host: h, code: s.Code()}
	details := 0
	for _, d := range s.Details() {
		if detail, ok := d.(*gateway.ErrorDetail); ok {
			details++
			f.hear(detail.Message, detail.MspId == h.org.MSP())
		}
	}
	if details == 0 {
		f.hear(s.Message(), true)
	}
	return f
}

// hear takes in what one peer said; the peer that was called is believed first.
func (f *failure) hear(said string, own bool) {
	refusal, ok := provenance.ParseRefusal(said)
	if !ok && (strings.Contains(said, saysDenied) || strings.Contains(said, saysExpired)) {
		refusal = denied()
	}
	if refusal != nil && (f.refusal == nil || own) {
		f.refusal = refusal
	}
	f.own = f.own || own
	f.late = f.late || strings.Contains(said, saysLate)
	f.twice = f.twice || strings.Contains(said, saysTwice)
}

// lasting says that asking again, here or elsewhere, cannot help.
func (f *failure) lasting() bool {
	switch f.code {
	case codes.InvalidArgument, codes.PermissionDenied, codes.Unauthenticated, codes.Unimplemented, codes.NotFound:
		return true
	}
	return false
}

// errNoResult is an answer that the peer's program should never give.
var errNoResult = errors.New("the peer answered without a result")
