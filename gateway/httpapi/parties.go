package httpapi

import (
	"context"
	"fmt"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// party shows one as it was registered, with who stated it, what holds of it
// today, and all that amends it.
func (s *server) party(c *gin.Context) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	found, at, err := s.stated(ctx, provenance.KindParty, id)
	if err != nil {
		return notHeld(err, "No party with this identifier is on the ledger.")
	}
	content := struct {
		stated
		Now provenance.PartyNow `json:"now"`
	}{stated: found}
	if content.Now, err = s.partyNow(ctx, id); err != nil {
		return err
	}
	return s.reply(c, at, content, map[string]string{"self": "/v1/parties/" + url.PathEscape(id)})
}

// partyNow tells what holds of a party today.
func (s *server) partyNow(ctx context.Context, id string) (provenance.PartyNow, error) {
	records, err := s.ofParty(ctx, id)
	if err != nil {
		return provenance.PartyNow{}, err
	}
	now, err := provenance.PartyNowOf(records, id, s.Now())
	if err != nil {
		return provenance.PartyNow{}, err
	}
	for _, owner := range now.Owners {
		of, err := s.ofParty(ctx, owner.ID)
		if err != nil {
			return provenance.PartyNow{}, err
		}
		records = append(records, of...)
	}
	return provenance.PartyNowOf(records, id, s.Now())
}

// ofParty gathers a party's record and what amends it.
func (s *server) ofParty(ctx context.Context, id string) ([]provenance.Record, error) {
	found, _, err := s.Model.Record(ctx, provenance.KindParty, id)
	if err != nil {
		return nil, fmt.Errorf("reading party %s: %w", id, err)
	}
	since, err := s.allAbout(ctx, found.Ref(), provenance.KindPartyAmendment)
	return append(since, found.Record), err
}

// partyName is what a party is called today.
func (s *server) partyName(ctx context.Context, id string) (string, error) {
	records, err := s.ofParty(ctx, id)
	if err != nil {
		return "", err
	}
	now, err := provenance.PartyNowOf(records, id, s.Now())
	return now.Party.Name, err
}

// productNow tells what holds of a product today.
func (s *server) productNow(ctx context.Context, registered provenance.Record) (provenance.ProductNow, error) {
	since, err := s.allAbout(ctx, registered.Ref(), provenance.KindProductAmendment)
	if err != nil {
		return provenance.ProductNow{}, err
	}
	records := append(since, registered)
	now, err := provenance.ProductNowOf(records, registered.ID, s.Now())
	if err != nil {
		return provenance.ProductNow{}, err
	}
	owner, err := s.ofParty(ctx, now.Product.Owner)
	if err != nil {
		return provenance.ProductNow{}, err
	}
	return provenance.ProductNowOf(append(records, owner...), registered.ID, s.Now())
}
