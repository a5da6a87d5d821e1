package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/fabric"
	"github.com/fairlead/fairlead/gateway/letterbox"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/gateway/seals"
	"github.com/fairlead/fairlead/gateway/staff"
)

// How long serve waits: for a request's header and whole, for an answer (a
// commit may take most of it), for idle connections, and for requests under way
// when it is stopped.
const (
	headerPatience = 10 * time.Second
	readPatience   = 30 * time.Second
	writePatience  = 75 * time.Second
	idlePatience   = 2 * time.Minute
	stopPatience   = 10 * time.Second
)

// retryEach is the pause before a projector that lost the ledger begins again.
const retryEach = 2 * time.Second

func (a *app) serve() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve the ledger's answers and relay what authors sign",
		Long: `Follow the ledger into the read model and serve it over HTTP, as pages and as
JSON, and relay authors' transactions. It holds no author's key. The address is
printed once it listens; /readyz tells when it can be relied upon.

With --read-as it is the gateway of that organisation, and the only kind that
carries what the organisation's authors hand to its own peer alone: inquiries and
grievances go through one of Workers. That one serves the page for workers, /w, and
puts what they answer into the letterbox.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.runServer(c.Context()) },
	}
}

func (a *app) runServer(ctx context.Context) error {
	log := slog.New(slog.NewTextHandler(a.errs, nil))
	if err := a.config.checkTLS(); err != nil {
		return err
	}
	if a.config.Network == "" {
		_, err := a.config.openNetwork()
		return err
	}
	store, err := a.openModel()
	if err != nil {
		return err
	}
	defer store.Close()
	own, err := a.openAccess()
	if err != nil {
		return err
	}
	defer own.Close()
	book, err := fabric.Open(ctx, fabric.Config{Path: a.config.Network, ReadAs: provenance.Org(a.config.ReadAs), Log: log})
	if err != nil {
		return err
	}
	defer book.Close()
	listener, err := net.Listen("tcp", a.config.Listen)
	if err != nil {
		return fmt.Errorf("listening (--listen chooses another address, port 0 a free one): %w", err)
	}
	issuers, err := a.config.issuers()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	secured, scheme, err := a.config.overTLS(listener, issuers)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	address := scheme + listener.Addr().String()
	base := a.config.BaseURL
	if base == "" {
		base = address
	}
	letters, err := a.openLetterbox(book.Org())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	roots, err := a.config.networkRoots()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	door, err := a.openDoor(base)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	keeper := seals.NewKeeper(store, seals.Maker{Witness: book, Roots: roots, Now: time.Now}, log)
	server := &http.Server{
		Handler:           httpapi.New(httpapi.Config{Ledger: book, Of: book.Org(), Model: store, Letterbox: letters, LeaveTo: a.config.LeaveTo, Log: log, BaseURL: base, Now: time.Now, Access: own, Seals: keeper, Roots: roots, Issuers: issuers, Staff: door}),
		ReadHeaderTimeout: headerPatience, ReadTimeout: readPatience, WriteTimeout: writePatience, IdleTimeout: idlePatience,
		MaxHeaderBytes: 32 << 10,
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	if _, err := fmt.Fprintln(a.out, address); err != nil {
		return errors.Join(err, listener.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	projected := make(chan struct{})
	go func() {
		defer close(projected)
		keepProjecting(ctx, book, store, log)
	}()
	sealed := make(chan struct{})
	go func() {
		defer close(sealed)
		keeper.Run(ctx)
	}()
	served := make(chan error, 1)
	go func() { served <- server.Serve(secured) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		log.Info("stopping")
		stopping, done := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
		defer done()
		err = server.Shutdown(stopping)
	}
	cancel()
	<-projected
	<-sealed
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// openDoor opens the way in for brands' staff, when the settings name one.
func (a *app) openDoor(base string) (httpapi.Staff, error) {
	if a.config.Staff == "" {
		return nil, nil
	}
	return staff.Open(a.config.Staff, httpapi.StaffRedirect(strings.TrimRight(base, "/")))
}

// issuers are who issues each organisation's certificates.
func (c *Config) issuers() (map[provenance.Org]*x509.Certificate, error) {
	network, err := c.openNetwork()
	if err != nil {
		return nil, err
	}
	all := map[provenance.Org]*x509.Certificate{}
	for _, o := range network.Organizations {
		if all[o.Name], err = readCertificate(o.IntermediateCA); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (a *app) openModel() (*readmodel.Store, error) {
	path, err := a.config.modelPath()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making the read model's folder: %w", err)
	}
	return readmodel.Open(path)
}

// openLetterbox opens it for Workers' own gateway, and for no other.
func (a *app) openLetterbox(of provenance.Org) (httpapi.Letterbox, error) {
	if of != provenance.Workers {
		return nil, nil
	}
	folder, err := a.config.letterboxDir()
	if err != nil {
		return nil, err
	}
	return letterbox.Open(folder)
}

// openAccess opens what only this gateway knows, beside the read model: that
// can be deleted and made anew, this cannot.
func (a *app) openAccess() (*access.Store, error) {
	path, err := a.config.modelPath()
	if err != nil {
		return nil, err
	}
	return access.Open(filepath.Join(filepath.Dir(path), "access.sqlite"), nil)
}

// keepProjecting follows the ledger until ctx ends. What may pass is tried
// again. What lasts is said once; the server goes on answering from what it
// has, and /readyz says 503.
func keepProjecting(ctx context.Context, reader ledger.Reader, store *readmodel.Store, log *slog.Logger) {
	for {
		err := readmodel.Project(ctx, reader, store, log)
		if ctx.Err() != nil {
			return
		}
		if lasting(err) {
			log.Error("the read model follows the ledger no more; answers grow old until this is repaired and the gateway is started again", "error", err)
			return
		}
		log.Warn("the read model lost the ledger and tries again", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryEach):
		}
	}
}

func lasting(err error) bool {
	var block *readmodel.BlockError
	return errors.As(err, &block) || errors.Is(err, readmodel.ErrOtherLedger) || errors.Is(err, readmodel.ErrDamaged)
}
