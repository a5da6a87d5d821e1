package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/ledger/remote"
)

func (a *app) newKey() *cobra.Command {
	var scopes []string
	var days int
	var output string
	c := &cobra.Command{
		Use:   "new NAME --scope SCOPE,... --days N",
		Short: "Make a key for a machine; it is shown once",
		Long: `Make a key by which a machine asks the gateway as the member who is signed in: with
the scope history for what anybody may read, full for that and what the member is
shown, relay for authors' transactions. The key is printed, or written to a file for
its owner alone, and shown nowhere again. A machine that runs this program names
that file with --key-file.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			made, err := a.config.gateway().NewKey(c.Context(), args[0], scopes, days)
			if err != nil {
				return err
			}
			a.note("key %s, until %s", made.ID, made.Until)
			if output == "" {
				_, err = fmt.Fprintln(a.out, made.Key)
				return err
			}
			if err := writeOnce(output, made.Key+"\n"); err != nil {
				return fmt.Errorf("the key is lost and may be revoked (fairlead key revoke %s): %w", made.ID, err)
			}
			return nil
		},
	}
	c.Flags().StringSliceVar(&scopes, "scope", nil, "history, full or relay; several with commas")
	c.Flags().IntVar(&days, "days", 90, "for how many days it is good, 365 at most")
	c.Flags().StringVarP(&output, "output", "o", "", "file to write it to, which must not be there yet (default: standard output)")
	return c
}

// writeOnce writes a new file for its owner alone.
func writeOnce(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func (a *app) listKeys() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "The keys of the member who is signed in",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			keys, err := a.config.gateway().Keys(c.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, keys)
			}
			return a.printKeys(keys)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func (a *app) printKeys(keys []remote.Key) error {
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KEY\tNAME\tSCOPES\tUNTIL\tLAST USED")
	for _, k := range keys {
		used := "never"
		if k.Used != "" {
			used = k.Used
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, strings.Join(k.Scopes, ","), day(k.Until), used)
	}
	return table.Flush()
}

func (a *app) revokeKey() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke KEY",
		Short: "End a key at once",
		Long:  "End a key at once. KEY is the number that list shows, never the key itself.",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if strings.HasPrefix(args[0], access.KeyPrefix) {
				return usagef("that is a key, and now in the shell's history: name it by its number, the twelve digits after %s", access.KeyPrefix)
			}
			return a.config.gateway().RevokeKey(c.Context(), args[0])
		},
	}
}

// bearer reads the machine's key that the settings name, empty for none.
func (c *Config) bearer() (string, error) {
	if c.KeyFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(c.KeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return "", usagef("--key-file (FAIRLEAD_KEY_FILE) %s is not there: write the key into it, for its owner alone", c.KeyFile)
	}
	if err != nil {
		return "", fmt.Errorf("reading the key: %w", err)
	}
	key := strings.TrimSpace(string(text))
	if !strings.HasPrefix(key, access.KeyPrefix) || strings.ContainsAny(key, " \n\r\t") {
		return "", usagef("--key-file (FAIRLEAD_KEY_FILE) %s holds no key: keys begin with %s", c.KeyFile, access.KeyPrefix)
	}
	return key, nil
}

// asMachine asks with a key, without any session.
func asMachine(next http.RoundTripper, request *http.Request, key string) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.Header.Set("Authorization", "Bearer "+key)
	return next.RoundTrip(request)
}
