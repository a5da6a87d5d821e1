package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/proof"
	"github.com/fairlead/fairlead/gateway/seals"
)

// Seals keeps the bundles by which anybody checks an answer. *seals.Keeper is
// one. Asking for what is not kept has it made in its turn, and no sooner.
type Seals interface {
	Bundle(w seals.Want) (*seals.Bundle, bool)
}

// historyBundle hands out an answer with its seals.
func (s *server) historyBundle(c *gin.Context) error {
	q, err := question(c)
	if err != nil {
		return err
	}
	lot := provenance.Lot{GTIN: q.GTIN, Lot: q.Lot}
	if _, err := s.answers.latest(c.Request.Context(), lot); err != nil { // there is such a product
		return notHeld(err, "This ledger holds nothing under this number.")
	}
	name := "fairlead-" + q.GTIN
	if q.Lot != "" {
		name += "-lot"
	}
	return s.sendBundle(c, seals.Want{Lot: lot}, name)
}

// recordBundle hands out a record's transaction with what peers say of it.
func (s *server) recordBundle(c *gin.Context) error {
	ref, err := s.publicRecord(c)
	if err != nil {
		return err
	}
	return s.sendBundle(c, seals.Want{Record: ref}, "fairlead-"+string(ref.Kind))
}

// publicRecord gives the record that an address names, if anybody may read it.
func (s *server) publicRecord(c *gin.Context) (provenance.Ref, error) {
	kind, err := param(c, "kind")
	if err != nil {
		return provenance.Ref{}, err
	}
	id, err := param(c, "id")
	if err != nil {
		return provenance.Ref{}, err
	}
	ref := provenance.Ref{Kind: provenance.Kind(kind), ID: id}
	switch spec, known := provenance.SpecOf(ref.Kind); {
	case !known:
		return ref, badParameter("kind", "is no kind of record", "use a kind such as facility, event or audit")
	case !spec.Public:
		return ref, notPublic()
	}
	found, _, err := s.stated(c.Request.Context(), ref.Kind, ref.ID)
	if err != nil {
		return ref, notHeld(err, "The ledger holds no "+kind+" with this identifier.")
	}
	if !found.Record.Public() {
		return ref, notPublic()
	}
	return ref, nil
}

func (s *server) sendBundle(c *gin.Context, w seals.Want, name string) error {
	var b *seals.Bundle
	kept := false
	if s.Seals != nil {
		b, kept = s.Seals.Bundle(w)
	}
	if !kept {
		p := newProblem(codeNotSealed, "The organisations' peers have not signed this yet. Seals are made one after the other: ask again in a few seconds.")
		p.retryAfter = 5 * time.Second
		return p
	}
	h := c.Writer.Header()
	tag := `W/"` + b.Tag[:32] + `"`
	h.Set("Vary", "Accept-Encoding")
	h.Set("Etag", tag)
	h.Set("Cache-Control", "no-cache")
	h.Set("Last-Modified", b.Made.UTC().Format(http.TimeFormat))
	h.Set("Content-Disposition", `attachment; filename="`+name+`.json"`)
	if matches(c.GetHeader("If-None-Match"), tag) {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		c.Data(http.StatusOK, proof.MediaType, b.Compressed)
		return nil
	}
	text, err := b.Plain()
	if err != nil {
		return fmt.Errorf("reading a bundle that is kept: %w", err)
	}
	c.Data(http.StatusOK, proof.MediaType, text)
	return nil
}
