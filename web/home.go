package web

import "github.com/fairlead/fairlead/chaincode/provenance"

// Home is the start page.
type Home struct {
	Products []HomeProduct
	Sites    []HomeSite // the first by name
	More     bool       // whether there are others
	Ledger   Ledger
	Late     string // why answers may be old; empty when they are not
}

// HomeProduct is a product as the start page lists it.
type HomeProduct struct {
	GTIN  string
	Name  string
	Owner string
}

// HomeSite is a site as the start page lists it.
type HomeSite struct {
	provenance.Name
	Country string
}

// Page renders it.
func (h Home) Page() ([]byte, error) { return render("home.html", h) }

// Fault is the page for a request that has no answer.
type Fault struct {
	Title  string
	Detail string
	Number string // of the request, for whoever asks about it
}

// Page renders it.
func (f Fault) Page() ([]byte, error) { return render("fault.html", f) }
