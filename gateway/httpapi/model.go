package httpapi

import (
	"context"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// Model is what is asked of the read model. *readmodel.Store is one, and its
// comments are the promises meant here.
type Model interface {
	Behind(ctx context.Context, gtin, lot string) ([]provenance.Record, readmodel.Position, error)
	Record(ctx context.Context, kind provenance.Kind, id string) (readmodel.Stored, readmodel.Position, error)
	Member(ctx context.Context, org provenance.Org, certificate string) (readmodel.Stored, readmodel.Position, error)
	RecordsAbout(ctx context.Context, subject provenance.Ref, of []provenance.Kind, c readmodel.Cut) (readmodel.Page, readmodel.Position, error)
	Facilities(ctx context.Context, f readmodel.FacilityFilter, c readmodel.Cut) (readmodel.Page, readmodel.Position, error)
	OfKind(ctx context.Context, kind provenance.Kind, c readmodel.Cut) (readmodel.Page, readmodel.Position, error)
	Products(ctx context.Context, c readmodel.Cut) (readmodel.Page, readmodel.Position, error)
	Status() readmodel.Status
	WaitFor(ctx context.Context, block uint64) error
}

var _ Model = (*readmodel.Store)(nil)
