package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
)

// sessionFile keeps the session at one server, for its owner alone.
type sessionFile struct {
	config *Config
	server string
}

func (c *Config) session(server string) sessionFile { return sessionFile{c, server} }

// kept is what the file holds. The cookie is the secret.
type kept struct {
	Server string `json:"server"`
	Name   string `json:"name"`
	Secret string `json:"secret"`
}

var errNoSession = errors.New("no session is kept")

func (s sessionFile) read() (kept, error) {
	path, err := s.config.sessionPath(s.server)
	if err != nil {
		return kept{}, err
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return kept{}, errNoSession
	case err != nil:
		return kept{}, fmt.Errorf("reading the session: %w", err)
	}
	var k kept
	if err := json.Unmarshal(text, &k); err != nil || k.Name == "" || k.Secret == "" {
		return kept{}, fmt.Errorf("the session in %s cannot be read: sign in again", path)
	}
	return k, nil
}

func (s sessionFile) unreadable() bool {
	_, err := s.read()
	return err != nil && !errors.Is(err, errNoSession)
}

// write replaces the file whole: another command may be reading it.
func (s sessionFile) write(k kept) error {
	path, err := s.config.sessionPath(s.server)
	if err != nil {
		return err
	}
	k.Server = s.server
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keeping the session: %w", err)
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".new-") // of mode 0600
	if err != nil {
		return fmt.Errorf("keeping the session: %w", err)
	}
	_, err = draft.Write(text)
	if err = errors.Join(err, draft.Close()); err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keeping the session: %w", err), os.Remove(draft.Name()))
	}
	return nil
}

func (s sessionFile) drop() error {
	path, err := s.config.sessionPath(s.server)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// signedIn carries the session kept for a server, to that server alone, and
// keeps the secret that the server gives in exchange for it. Where the settings
// name a machine's key, that is carried in its place.
type signedIn struct {
	next   http.RoundTripper
	config *Config
	server string

	mu sync.Mutex // one change of the file at a time
}

func (c *Config) transport(server string) http.RoundTripper {
	return &signedIn{next: c.connection(), config: c, server: server}
}

func (s *signedIn) RoundTrip(request *http.Request) (*http.Response, error) {
	u, err := url.Parse(s.server)
	if err != nil || u.Scheme != request.URL.Scheme || u.Host != request.URL.Host {
		return s.next.RoundTrip(request)
	}
	switch key, err := s.config.bearer(); {
	case err != nil:
		return nil, err
	case key != "" && s.server == s.config.Server:
		if err := private(s.server); err != nil {
			return nil, err
		}
		return asMachine(s.next, request, key)
	}
	file := s.config.session(s.server)
	// Read for each request: another command may have been given another secret.
	held, err := file.read()
	if err == nil {
		request = request.Clone(request.Context())
		request.AddCookie(&http.Cookie{Name: held.Name, Value: held.Secret})
	} else if !errors.Is(err, errNoSession) && !isUsage(err) {
		return nil, err
	}
	answer, err := s.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	for _, cookie := range answer.Cookies() {
		if cookie.Value == "" || cookie.Name != "fairlead" && cookie.Name != "__Host-fairlead" {
			continue
		}
		s.mu.Lock()
		err := file.write(kept{Name: cookie.Name, Secret: cookie.Value})
		s.mu.Unlock()
		if err != nil {
			return nil, errors.Join(err, answer.Body.Close())
		}
	}
	return answer, nil
}

// isUsage says whether there is no place for a session: without a home nobody
// can have signed in.
func isUsage(err error) bool {
	var usage usageError
	return errors.As(err, &usage)
}
