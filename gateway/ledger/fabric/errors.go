package fabric

import (
	"errors"
	"fmt"

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
}

func (f *failure) Error() string {
	return fmt.Sprintf("%s by way of %s: %v", f.call, f.host.name, f.code)
}

// readFailure takes a gRPC error apart. The gateway puts what single peers said
// into details, each with the organisation it comes from.
func readFailure(call string, h *host, err error) *failure {
	s := status.Convert(err)
	f := &failure{call: call, host: h, code: s.Code()}
	if r, ok := provenance.ParseRefusal(s.Message()); ok {
		f.refusal, f.own = r, true
	}
	details := 0
	for _, d := range s.Details() {
		detail, ok := d.(*gateway.ErrorDetail)
		if !ok {
			continue
		}
		details++
		own := detail.MspId == h.org.MSP()
		if r, ok := provenance.ParseRefusal(detail.Message); ok && (f.refusal == nil || own) {
			f.refusal = r
		}
		f.own = f.own || own
	}
	f.own = f.own || details == 0
	return f
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
