package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/desk"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/letterbox"
)

// union is a union's staff at work: their desk, the letterbox, and one of them
// who signs. What they send goes through a gateway of Workers alone.
type union struct {
	*app
	desk   *desk.Desk
	box    *letterbox.Letterbox
	author ledger.Signer
	relay  gateway
}

// atDesk opens the desk and the letterbox.
func (a *app) atDesk() (*union, error) {
	folder, err := a.config.deskDir()
	if err != nil {
		return nil, err
	}
	key, err := a.config.deskKey()
	if err != nil {
		return nil, err
	}
	u := &union{app: a, relay: a.config.gatewayAt(a.config.Workers)}
	if u.desk, err = desk.Open(folder, key); err != nil {
		return nil, err
	}
	letters, err := a.config.letterboxDir()
	if err != nil {
		return nil, err
	}
	u.box, err = letterbox.Open(letters)
	return u, err
}

// sign lets an author sign, once the gateway is known to be one of Workers:
// others must not even see what is sent.
func (u *union) sign(ctx context.Context, who as) error {
	author, err := u.config.signer(who)
	if err != nil {
		return err
	}
	if author.Identity().Org != provenance.Workers {
		return usagef("--as names an author of %s: inquiries and grievances are for members of Workers alone", author.Identity().Org)
	}
	status, err := u.relay.Status(ctx)
	if err != nil {
		return err
	}
	if status.Status.Of != provenance.Workers {
		return fmt.Errorf("nothing was sent: the gateway %s reads as %q: name one of Workers with --workers-server", u.config.Workers, status.Status.Of)
	}
	u.author = author
	return nil
}

// hold hands something to Workers' peer.
func (u *union) hold(ctx context.Context, transaction string, content provenance.Held) error {
	_, err := ledger.Hold(ctx, u.relay, u.author, transaction, content)
	return err
}

// held reads what Workers' peer holds under a token; false when it is nothing.
func (u *union) held(ctx context.Context, token string, into any) (bool, error) {
	text, err := ledger.ReadHeld(ctx, u.relay, u.author, token)
	if refusal, ok := provenance.AsRefusal(err); ok && refusal.Code == provenance.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return false, errors.New("reading what is held: it does not fit its type")
	}
	return true, nil
}

// state has the author state a record.
func (u *union) state(ctx context.Context, statement provenance.Statement) error {
	text, err := documentOf(statement)
	if err != nil {
		return err
	}
	spec, _ := provenance.SpecOf(statement.Kind())
	_, err = ledger.State(ctx, u.relay, u.author, spec.Transaction, text)
	return err
}

// documentOf writes a statement down, once form and meaning are checked.
func documentOf(statement provenance.Statement) ([]byte, error) {
	spec, _ := provenance.SpecOf(statement.Kind())
	text, err := json.Marshal(statement)
	if err != nil {
		return nil, err
	}
	if _, refusal := spec.Read(text, time.Now()); refusal != nil {
		return nil, refusal
	}
	return text, nil
}

// fits checks form and meaning of what is to be held, as Workers' peer does.
func fits(transaction string, content provenance.Held) error {
	spec, _ := provenance.HeldSpecOf(transaction)
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	if _, refusal := spec.Read(text, time.Now()); refusal != nil {
		return refusal
	}
	return nil
}

// writes is the flags of a command that writes.
type writes struct {
	who            as
	dryRun, asJSON bool
}

func (w *writes) flags(c *cobra.Command) {
	w.who.flags(c)
	c.Flags().BoolVar(&w.dryRun, "dry-run", false, "check what would be sent, and send and keep nothing")
	c.Flags().BoolVar(&w.asJSON, "json", false, "answer as JSON")
}

// reply answers in words, or as JSON.
func (a *app) reply(asJSON bool, v any, format string, args ...any) error {
	if asJSON {
		return printJSON(a.out, v)
	}
	_, err := fmt.Fprintf(a.out, format+"\n", args...)
	return err
}

// required refuses flags that are missing.
func required(c *cobra.Command, names ...string) error {
	for _, name := range names {
		if !c.Flags().Changed(name) {
			return usagef("%s needs --%s: see %s --help", c.CommandPath(), name, c.CommandPath())
		}
	}
	return nil
}
