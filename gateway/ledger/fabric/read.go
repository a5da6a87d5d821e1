package fabric

import (
	"context"
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// askAny asks one peer after the other, from the preferred one on, until one
// answers or refuses.
func askAny[T any](ctx context.Context, l *Ledger, ask func(*host) (T, error)) (T, error) {
	var answer T
	var err error
	h := l.hosts.current()
	for range l.hosts.all {
		if answer, err = ask(h); err == nil {
			return answer, nil
		}
		if _, refused := provenance.AsRefusal(err); refused || ctx.Err() != nil {
			break
		}
		l.log.DebugContext(ctx, "asking another peer", "left", h.name, "after", err)
		h = l.hosts.after(h)
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("%w (%w)", ctx.Err(), err)
	}
	return answer, err
}

// Height is the number of blocks the preferred peer has committed.
func (l *Ledger) Height(ctx context.Context) (uint64, error) {
	return askAny(ctx, l, func(h *host) (uint64, error) { return l.asker.height(ctx, h) })
}

// Record asks the preferred peer, so that it finds what Submit has reported as
// committed.
func (l *Ledger) Record(ctx context.Context, kind provenance.Kind, id string) (provenance.Record, error) {
	return askAny(ctx, l, func(h *host) (provenance.Record, error) {
		return l.asker.record(ctx, h, provenance.Ref{Kind: kind, ID: id})
	})
}

// Ready is nil once a peer knows whom to ask for endorsements. It also has the
// connections made, so that no author waits for that.
func (l *Ledger) Ready(ctx context.Context) error {
	_, err := askAny(ctx, l, func(h *host) (struct{}, error) { return struct{}{}, l.asker.plan(ctx, h) })
	return err
}
