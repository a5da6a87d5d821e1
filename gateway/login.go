package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/remote"
)

func (a *app) login() *cobra.Command {
	var who as
	c := &cobra.Command{
		Use:   "login --as AUTHOR",
		Short: "Sign in at the gateway with an author's key",
		Long: `Sign a challenge of the gateway with the author's key, and keep the session that
it gives in the configuration folder, for its owner alone. Commands that ask this
gateway then ask as that member, until logout, half an hour without a command, or
the gateway's end of the session. The ledger says each time whether the member is
in good standing.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			author, err := a.config.signer(who)
			if err != nil {
				return err
			}
			m, err := a.signIn(c.Context(), author)
			if err != nil {
				return err
			}
			return a.printMember(m, false)
		},
	}
	who.flags(c)
	return c
}

func (a *app) signIn(ctx context.Context, author ledger.Signer) (remote.Member, error) {
	server := a.config.Server
	if err := private(server); err != nil {
		return remote.Member{}, err
	}
	// What cannot be read is no session to go on with.
	if s := a.config.session(server); s.unreadable() {
		if err := s.drop(); err != nil {
			return remote.Member{}, err
		}
	}
	relay := a.config.gateway()
	challenge, err := relay.Challenge(ctx)
	if err != nil {
		return remote.Member{}, err
	}
	// One who passes another gateway's challenge on would sign in there as us.
	if strings.TrimRight(challenge.Address, "/") != strings.TrimRight(server, "/") {
		return remote.Member{}, fmt.Errorf("nothing was signed: the gateway at %s says that it is %q: if you know that to be so, name it so with --server", server, challenge.Address)
	}
	digest := sha256.Sum256(httpapi.SignInText(challenge.Address, challenge.Challenge))
	signature, err := author.Sign(digest[:])
	if err != nil {
		return remote.Member{}, fmt.Errorf("signing the challenge: %w", err)
	}
	return relay.SignIn(ctx, author.Identity(), challenge.Challenge, signature)
}

// private refuses a server to which a session would travel in the clear.
func private(server string) error {
	u, err := url.Parse(server)
	if err != nil {
		return usageError{err}
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return usagef("--server %s would show the session to everybody on the way: use https", server)
}

func (a *app) logout() *cobra.Command {
	var everywhere bool
	c := &cobra.Command{
		Use:   "logout",
		Short: "End the session at the gateway",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s := a.config.session(a.config.Server)
			switch _, err := s.read(); {
			case errors.Is(err, errNoSession):
				return usagef("nobody is signed in at %s from here", a.config.Server)
			case err != nil:
				return err
			}
			if err := a.config.gateway().SignOut(c.Context(), everywhere); err != nil {
				return fmt.Errorf("the session may go on at the gateway, and is still kept here: %w", err)
			}
			return s.drop()
		},
	}
	c.Flags().BoolVar(&everywhere, "everywhere", false, "end all of the member's sessions at this gateway, wherever they were begun")
	return c
}

func (a *app) whoami() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "whoami",
		Short: "Tell as whom the gateway takes us; fails when as nobody",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			m, err := a.config.gateway().SignedIn(c.Context())
			if err != nil {
				return err
			}
			return a.printMember(m, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func (a *app) printMember(m remote.Member, asJSON bool) error {
	if asJSON {
		return printJSON(a.out, m)
	}
	roles := make([]string, len(m.Roles))
	for i, role := range m.Roles {
		roles[i] = string(role)
	}
	_, err := fmt.Fprintf(a.out, "%s: %s, member %s of party %s (%s)\n", a.config.Server, m.Org, m.Member, m.Party, strings.Join(roles, ", "))
	return err
}

func (a *app) record() *cobra.Command {
	return &cobra.Command{
		Use:   "record KIND ID",
		Short: "One record as the ledger holds it; members who are signed in are shown more kinds",
		Args:  cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if _, ok := provenance.SpecOf(provenance.Kind(args[0])); !ok {
				return usagef("%q is no kind of record: there are %s", args[0], kindNames())
			}
			record, err := a.config.gateway().Record(c.Context(), provenance.Kind(args[0]), args[1])
			if err != nil {
				return err
			}
			return printJSON(a.out, record)
		},
	}
}
