package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

func (b *bench) productAmended(change func(*provenance.ProductAmendment)) *provenance.ProductAmendment {
	a := &provenance.ProductAmendment{ID: b.ID(), Product: b.Shirt.GTIN, From: "2025-12-01"}
	change(a)
	return a
}

func TestProductAmendmentRefusals(t *testing.T) {
	renamed := func(a *provenance.ProductAmendment) { a.Name = "Shirt, short sleeves" }
	refused(t, founded, []attempt{
		{"another party's product", provenance.NoStanding, "product", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), b.productAmended(renamed)
		}},
		{"another brand's product", provenance.NoStanding, "product", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Brands, "BRAND")
			return rival, b.productAmended(renamed)
		}},
		{"a product nobody registered", provenance.UnknownReference, "product", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			a := b.productAmended(renamed)
			a.Product = b.GTIN()
			return b.as(provenance.RoleBrand), a
		}},
		{"the owner that it has", provenance.WrongState, "owner", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.productAmended(func(a *provenance.ProductAmendment) { a.Owner = b.Brand.ID })
		}},
		{"an owner nobody registered", provenance.UnknownReference, "owner", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.productAmended(func(a *provenance.ProductAmendment) { a.Owner = b.ID() })
		}},
		{"a product that was given away", provenance.NoStanding, "product", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			heir, _ := b.rival(provenance.Brands, "BRAND")
			b.states(b.as(provenance.RoleBrand), b.productAmended(func(a *provenance.ProductAmendment) { a.Owner = heir.ID }))
			return b.as(provenance.RoleBrand), b.productAmended(renamed)
		}},
	})
}

func TestProductAmendmentsThatMayBe(t *testing.T) {
	b := founded(t)
	brand := b.as(provenance.RoleBrand)
	b.states(brand, b.productAmended(func(a *provenance.ProductAmendment) { a.Name = "Shirt, short sleeves" }))
	b.states(b.as(provenance.RoleOversight), b.productAmended(func(a *provenance.ProductAmendment) { a.HS, a.HSEdition = "610520", "2022" }))

	heir, heirs := b.rival(provenance.Brands, "BRAND")
	b.states(brand, b.productAmended(func(a *provenance.ProductAmendment) { a.Owner = heir.ID }))
	b.states(heirs, b.productAmended(func(a *provenance.ProductAmendment) { a.Name = "Heir's shirt" }))
	b.refuses(brand, provenance.NoStanding, "product", &provenance.Yield{ID: b.ID(), Product: b.Shirt.GTIN, Most: "0.9"})
	b.states(heirs, &provenance.Yield{ID: b.ID(), Product: b.Shirt.GTIN, Most: "0.9"})
	b.states(heirs, b.productAmended(func(a *provenance.ProductAmendment) { a.Owner = b.Brand.ID }))
	b.states(brand, b.productAmended(func(a *provenance.ProductAmendment) { a.Name = "Shirt" }))
}
