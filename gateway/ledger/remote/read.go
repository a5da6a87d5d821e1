package remote

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Standing is the moment of the ledger that an answer stands on.
type Standing struct {
	Height uint64 `json:"height"` // number of blocks
	Time   string `json:"time"`   // of the newest transaction; empty before the first
	Age    int64  `json:"age"`    // of that transaction, in seconds
}

// Histories is the answer of a gateway to a question.
type Histories struct {
	History provenance.Answer `json:"history"`
	Ledger  Standing          `json:"ledger"`
	Links   map[string]string `json:"links"`
}

// History asks what stands behind a product. Zero moments are left to the
// gateway: now, and all that is known.
func (r *Relay) History(ctx context.Context, q provenance.Question) (Histories, error) {
	query := url.Values{}
	if q.Lot != "" {
		query.Set("lot", q.Lot)
	}
	if !q.AsOf.IsZero() {
		query.Set("asOf", provenance.FormatInstant(q.AsOf))
	}
	if !q.KnownAt.IsZero() {
		query.Set("knownAt", provenance.FormatInstant(q.KnownAt))
	}
	var h Histories
	if err := r.get(ctx, "/v1/products/"+url.PathEscape(q.GTIN)+"/history", query, &h); err != nil {
		return Histories{}, fmt.Errorf("asking for the history of %s: %w", q.GTIN, err)
	}
	return h, nil
}

// Status is how current a gateway's answers are.
type Status struct {
	Status struct {
		Of        provenance.Org `json:"organisation"` // whose gateway it says it is
		Projector string         `json:"projector"`    // following, catching up or stopped
		Lag       uint64         `json:"lag"`          // blocks it has yet to take in
		AppliedAt string         `json:"appliedAt"`
	} `json:"status"`
	Ledger Standing `json:"ledger"`
}

// Status asks how current the gateway is.
func (r *Relay) Status(ctx context.Context) (Status, error) {
	var s Status
	if err := r.get(ctx, "/v1/status", nil, &s); err != nil {
		return Status{}, fmt.Errorf("asking the gateway for its status: %w", err)
	}
	return s, nil
}

// FacilityQuery selects facilities; the zero query selects all.
type FacilityQuery struct {
	Country string // ISO 3166-1 alpha-2
	Text    string // in name, alias or identifier
	After   string // Next of the page before
	Limit   int    // entries a page, 0 for the gateway's choice
}

// FacilityPage is one page of facilities.
type FacilityPage struct {
	Facilities []provenance.Record `json:"facilities"`
	Next       string              `json:"next"` // empty at the end
	Ledger     Standing            `json:"ledger"`
}

// Facilities asks for a page of facilities, sorted by name.
func (r *Relay) Facilities(ctx context.Context, q FacilityQuery) (FacilityPage, error) {
	query := url.Values{}
	for name, value := range map[string]string{"country": q.Country, "q": q.Text, "after": q.After} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if q.Limit > 0 {
		query.Set("limit", strconv.Itoa(q.Limit))
	}
	var page FacilityPage
	if err := r.get(ctx, "/v1/facilities", query, &page); err != nil {
		return FacilityPage{}, fmt.Errorf("asking for facilities: %w", err)
	}
	return page, nil
}

// Ages are the least ages in a country.
type Ages struct {
	Country string               `json:"country"`
	Rules   string               `json:"rules"` // version of the tables behind them
	Ages    []provenance.AgeLine `json:"ages"`
	Ledger  Standing             `json:"ledger"`
}

// Ages asks from which age a country allows which work.
func (r *Relay) Ages(ctx context.Context, country string) (Ages, error) {
	var found Ages
	if err := r.get(ctx, "/v1/ages/"+url.PathEscape(country), nil, &found); err != nil {
		return Ages{}, fmt.Errorf("asking for least ages: %w", err)
	}
	return found, nil
}

// Duplicates are the facilities that are likely to be another entry for one.
type Duplicates struct {
	Duplicates []provenance.Likeness `json:"duplicates"`
	Complete   bool                  `json:"complete"` // all of the country were compared
	Ledger     Standing              `json:"ledger"`
}

// Duplicates asks which entries are likely to be of the same place as one.
func (r *Relay) Duplicates(ctx context.Context, facility string) (Duplicates, error) {
	var found Duplicates
	if err := r.get(ctx, "/v1/facilities/"+url.PathEscape(facility)+"/duplicates", nil, &found); err != nil {
		return Duplicates{}, fmt.Errorf("asking for likely duplicates: %w", err)
	}
	return found, nil
}
