package network

import (
	"fmt"
	"strings"
)

// What every Fairlead network is called and ruled by.
const (
	Channel   = "labour"
	Chaincode = "fairlead"

	// EndorsementPolicy asks for one commercial and one independent
	// organisation, so that neither kind can write alone.
	EndorsementPolicy = "AND(OR('BrandsMSP.peer','AuditorsMSP.peer'), OR('WorkersMSP.peer','OversightMSP.peer'))"
)

// Ordering is how the orderers agree on the order of transactions.
type Ordering string

// BFT tolerates one orderer of four which lies; Raft tolerates one which is
// silent, and has less to say to commit.
const (
	BFT  Ordering = "bft"
	Raft Ordering = "raft"
)

// ParseOrdering reads "bft" or "raft".
func ParseOrdering(s string) (Ordering, error) {
	switch o := Ordering(strings.ToLower(s)); o {
	case BFT, Raft:
		return o, nil
	}
	return "", fmt.Errorf("ordering %q: there are bft and raft", s)
}

// readerOrganization lends a gateway of nobody's in particular the identity it
// reads with.
const readerOrganization = "Brands"

// member is an organisation before it has any certificate or address.
type member struct {
	name  string
	nodes bool // runs a peer, an orderer and a chaincode process
}

// members lists the channel's organisations. Workers themselves have no
// identity on the ledger; Suppliers write and read but hold no copy of it.
var members = []member{
	{"Brands", true},
	{"Auditors", true},
	{"Workers", true},
	{"Oversight", true},
	{"Suppliers", false},
}

func (m member) mspid() string { return m.name + "MSP" }
func (m member) id() string    { return strings.ToLower(m.name) }

// host is the organisation's name in TLS certificates; .test is reserved and
// resolves nowhere.
func (m member) host(role string) string { return role + "." + m.id() + ".fairlead.test" }
