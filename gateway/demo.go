package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/demo"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// readyPatience bounds how long the demonstration waits for a gateway.
const readyPatience = time.Minute

func (a *app) loadDemo() *cobra.Command {
	return &cobra.Command{
		Use:   "load",
		Short: "State the demonstration supply chain, through the gateway like anybody else",
		Long: `State the demonstration supply chain: invented companies, three products, a
year of lots. Each document is signed here by the member who would write it;
members are enrolled where they are missing. What Workers alone hold goes through
--workers-server. Loading it again is harmless.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := awaitReady(c.Context(), a.config.Server, readyPatience); err != nil {
				return err
			}
			return a.load(c.Context())
		},
	}
}

// load states the demonstration phase by phase, each phase at once.
func (a *app) load(ctx context.Context) error {
	begun := time.Now()
	bar := newProgress(a.errs)
	defer bar.clear()
	network, err := a.config.openNetwork()
	if err != nil {
		return err
	}
	cast, err := a.cast(ctx, network, bar)
	if err != nil {
		return err
	}
	relay := a.config.gateway()
	statements := 0
	for _, phase := range demo.Plan(func(author demo.Author) string { return cast[author].fingerprint }) {
		var done atomic.Int64
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(concurrency)
		for _, d := range phase.Documents {
			statements += d.Statements
			group.Go(func() error {
				spec, _ := provenance.SpecOf(d.Kind)
				if _, err := ledger.State(ctx, relay, cast[d.Author].key, spec.Transaction, d.Body); err != nil {
					return fmt.Errorf("stating a document of the kind %s by %s %s: %w", d.Kind, d.Author.Org, d.Author.Name, err)
				}
				bar.say("%s: %d of %s", phase.Title, done.Add(1), counted(len(phase.Documents), "document"))
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	if err := a.loadHeard(ctx, cast, bar); err != nil {
		return err
	}
	bar.clear()
	a.note("the demonstration is on the ledger: %s in %.1f s", counted(statements, "record"), time.Since(begun).Seconds())
	return nil
}

// player is an author of the demonstration with its key.
type player struct {
	key         *ledger.KeySigner
	fingerprint string
}

// cast opens the keys of all authors, and makes those that are missing or were
// issued by another network.
func (a *app) cast(ctx context.Context, network *network, bar *progress) (map[demo.Author]player, error) {
	players := map[demo.Author]player{}
	for _, org := range provenance.Orgs() {
		key, err := network.registrar(org)
		if err != nil {
			return nil, err
		}
		players[demo.Author{Org: org}] = player{key: key}
	}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	authors := demo.Authors()
	for _, author := range authors {
		group.Go(func() error {
			p, err := a.player(ctx, network, author)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			players[author] = p
			bar.say("members' keys: %d of %d", len(players)-len(provenance.Orgs()), len(authors))
			return nil
		})
	}
	return players, group.Wait()
}

func (a *app) player(ctx context.Context, network *network, author demo.Author) (player, error) {
	folder, err := a.config.authorDir(author.Org, author.Name)
	if err != nil {
		return player{}, err
	}
	key, err := ledger.OpenKeyFile(author.Org, folder)
	usable := false
	if err == nil {
		certificate, err := key.Identity().Parse()
		if err != nil {
			return player{}, err
		}
		if usable, err = network.issued(author.Org, certificate, time.Now()); err != nil {
			return player{}, err
		}
	}
	if !usable {
		if key, err = a.config.enrol(ctx, author.Org, author.Name, []string{string(author.Role)}); err != nil {
			return player{}, err
		}
	}
	fingerprint, err := fingerprintOf(key)
	return player{key: key, fingerprint: fingerprint}, err
}
