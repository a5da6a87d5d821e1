package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/fairlead/fairlead/gateway/token"
)

// key opens a key on a token. Its PIN comes from the file that the settings name,
// which may be an open descriptor such as /dev/fd/3, or from the terminal, unseen.
func (c *Config) key(place token.Place, make bool) (*token.Key, error) {
	pin, err := c.pin(place)
	if err != nil {
		return nil, err
	}
	k, err := token.Open(place, pin, make)
	if err == nil {
		c.opened = append(c.opened, k)
	}
	return k, err
}

// longestPIN is more than any token takes.
const longestPIN = 256

func (c *Config) pin(place token.Place) (string, error) {
	if c.PINFile != "" {
		f, err := os.Open(c.PINFile)
		if err != nil {
			return "", fmt.Errorf("reading the PIN: %w", err)
		}
		defer f.Close()
		text, err := io.ReadAll(io.LimitReader(f, longestPIN))
		if err != nil {
			return "", fmt.Errorf("reading the PIN: %w", err)
		}
		return strings.TrimRight(string(text), "\r\n"), nil
	}
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", usagef("nobody is there to be asked for the PIN of the token %s: name a file that holds it with --pin-file or FAIRLEAD_PIN_FILE", place.Name())
	}
	defer terminal.Close()
	if _, err := fmt.Fprintf(terminal, "PIN of the token %s: ", place.Name()); err != nil {
		return "", err
	}
	text, err := term.ReadPassword(int(terminal.Fd()))
	_, _ = fmt.Fprintln(terminal) // but a help
	if err != nil {
		return "", fmt.Errorf("reading the PIN: %w", err)
	}
	return string(text), nil
}

// close leaves what was opened.
func (c *Config) close() error {
	var errs []error
	for _, o := range c.opened {
		errs = append(errs, o.Close())
	}
	c.opened = nil
	return errors.Join(errs...)
}
