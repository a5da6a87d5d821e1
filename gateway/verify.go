package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/gateway/proof"
	"github.com/fairlead/fairlead/web"
)

// networkRoots is what network.json says of the organisations' authorities.
func (c *Config) networkRoots() (proof.Roots, error) {
	n, err := c.openNetwork()
	if err != nil {
		return proof.Roots{}, err
	}
	r := proof.Roots{Format: proof.RootsFormat, Channel: c.Channel, Chaincode: c.Chaincode}
	for _, o := range n.Organizations {
		root, err := os.ReadFile(o.RootCA)
		if err != nil {
			return r, fmt.Errorf("reading the root of %s: %w", o.Name, err)
		}
		intermediate, err := os.ReadFile(o.IntermediateCA)
		if err != nil {
			return r, fmt.Errorf("reading the authority of %s: %w", o.Name, err)
		}
		r.Organizations = append(r.Organizations, proof.Organization{Name: o.Name, Roots: []string{string(root)}, Intermediates: []string{string(intermediate)}})
	}
	r.Quorum = n.quorum()
	return r, nil
}

func (a *app) roots() *cobra.Command {
	var path string
	var fingerprint bool
	c := &cobra.Command{
		Use:   "roots",
		Short: "The roots of the organisations, for those who verify",
		Long: `Print the roots file of the network in --network: the certificates of the
organisations' authorities, which verify trusts. Hand it to people by another
way than the answers that they are to check.

With --fingerprint print what to compare instead: SHA-256 of the roots, and of the
module by which pages check in the browser.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			r, err := a.openRoots(path)
			if err != nil {
				return err
			}
			if !fingerprint {
				return printJSON(a.out, r)
			}
			print, err := r.Fingerprint()
			if err == nil {
				_, err = fmt.Fprintf(a.out, "%s  roots\n%s  verify.mjs\n", print, web.VerifierHash)
			}
			return err
		},
	}
	c.Flags().StringVar(&path, "roots", "", "roots file (default: the roots of --network)")
	c.Flags().BoolVar(&fingerprint, "fingerprint", false, "print fingerprints instead")
	return c
}

func (a *app) verify() *cobra.Command {
	var rootsPath, nonce string
	var maxAge time.Duration
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify FILE|URL",
		Short: "Check an answer or a record with its seals, trusting the organisations' roots alone",
		Long: `Check a bundle that a gateway handed out, step by step. Nothing is asked of the
gateway, but for the bundle itself when its address is given. The roots come from
--roots, a file that fairlead roots made, or from --network. It ends with 3 when
something does not hold.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			roots, err := a.openRoots(rootsPath)
			if err != nil {
				return err
			}
			text, err := fetchBundle(c.Context(), http.DefaultTransport, args[0])
			if err != nil {
				return err
			}
			format, err := proof.Format(text)
			if err != nil {
				return fmt.Errorf("reading %s: %w", args[0], err)
			}
			check := proof.VerifyProduct
			if format == proof.RecordFormat {
				check = proof.VerifyRecord
			}
			report, err := check(text, roots, proof.Terms{Now: time.Now(), MaxAge: maxAge, Nonce: nonce})
			if err != nil {
				return err
			}
			return a.judge(report, asJSON)
		},
	}
	c.Flags().StringVar(&rootsPath, "roots", "", "roots file (default: the roots of --network)")
	c.Flags().DurationVar(&maxAge, "max-age", 48*time.Hour, "greatest age of a seal; 0 for any")
	c.Flags().StringVar(&nonce, "nonce", "", "nonce that the seals must carry, when it was yours")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func (a *app) openRoots(path string) (proof.Roots, error) {
	if path == "" {
		return a.config.networkRoots()
	}
	var r proof.Roots
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, fmt.Errorf("reading the roots: %w", err)
	}
	return r, nil
}

// fetchBundle reads a bundle from a file or an address, "-" for standard input.
func fetchBundle(ctx context.Context, transport http.RoundTripper, from string) ([]byte, error) {
	if u, err := url.Parse(from); err != nil || u.Scheme != "http" && u.Scheme != "https" {
		text, err := os.ReadFile(from)
		if err != nil {
			return nil, fmt.Errorf("reading the bundle: %w", err)
		}
		return text, nil
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	answer, err := (&http.Client{Transport: transport, Timeout: time.Minute}).Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, proof.MaxBundle+1))
	if err != nil {
		return nil, fmt.Errorf("reading the bundle: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		if after := answer.Header.Get("Retry-After"); after != "" {
			return nil, fmt.Errorf("the gateway answers %s: ask again in %s seconds", answer.Status, after)
		}
		return nil, fmt.Errorf("the gateway answers %s", answer.Status)
	}
	return text, nil
}

// judge prints a report, and ends with errFalse when something does not hold.
func (a *app) judge(report proof.Report, asJSON bool) error {
	verdict := "It holds."
	if !report.Holds() {
		verdict = "It does NOT hold: do not rely on it."
	}
	var err error
	if asJSON {
		err = printJSON(a.out, map[string]any{"of": report.Of, "holds": report.Holds(), "steps": report.Steps})
	} else {
		var text strings.Builder
		fmt.Fprintf(&text, "%s\n", report.Of)
		for _, s := range report.Steps {
			fmt.Fprintf(&text, "  %-9s  %s: %s\n", s.Result, s.Check, s.Detail)
		}
		fmt.Fprintln(&text, verdict)
		_, err = io.WriteString(a.out, text.String())
	}
	if err == nil && !report.Holds() {
		return errFalse
	}
	return err
}
