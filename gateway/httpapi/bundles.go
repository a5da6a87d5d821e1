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

// historyBundle hands out an answer with its seals. The full one holds the
// records that are not shown to everybody, and goes to whom each of them is shown.
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
	full, err := yes(c, "full")
	if err != nil {
		return err
	}
	if full {
		name += "-full"
		if err := s.mayHaveAll(c, lot); err != nil {
			return err
		}
	}
	return s.sendBundle(c, seals.Want{Lot: lot, Full: full}, name)
}

// mayHaveAll refuses whoever is not shown all that stands behind a product.
func (s *server) mayHaveAll(c *gin.Context, lot provenance.Lot) error {
	who, err := s.reader(c)
	if err != nil {
		return err
	}
	if who == nil {
		return newProblem(codeSignIn, "Nobody is signed in. The full bundle is for members; leave full out for the one that everybody gets.")
	}
	records, _, err := s.Model.Behind(c.Request.Context(), lot.GTIN, lot.Lot)
	if err != nil {
		return err
	}
	if !who.mayReadAll(records) {
		return newProblem(codeNotShown, "Some of what stands behind this is not shown to you one by one. Leave full out for the bundle that everybody gets.")
	}
	c.Set(forMember, true)
	return nil
}

// yes reads a parameter that is true or absent.
func yes(c *gin.Context, name string) (bool, error) {
	value, given := c.GetQuery(name)
	if given && value != "true" {
		return false, badParameter(name, "is not true", "write "+name+"=true, or leave it out")
	}
	return given, nil
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
	h.Set("Cache-Control", keptBy(c))
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
