package fsck

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// channel is one configuration: who belongs to the channel and who orders it. It
// does not change; a later configuration is another one.
type channel struct {
	block       uint64 // that holds it
	authorities map[string]*authority
	writers     int // organisations that endorse
	bft         bool
	consenters  map[uint64][]byte // serialized identities of orderers, by number; of BFT
	orderers    map[string]bool   // MSPs of those who order

	seen      sync.Map // string to known
	seenCount atomic.Int64
}

// Types in a channel header.
const (
	typeConfig      = 1
	typeTransaction = 3
)

// configOf gives the configuration in a block, nil when it holds none.
func configOf(b *block) []byte {
	if len(b.envelopes) != 1 {
		return nil
	}
	var r reader
	payload := r.within(r.read(b.envelopes[0]), 1)
	if r.down(payload, 1, 1).number(1) != typeConfig || r.err != nil {
		return nil
	}
	return payload.text(2)
}

// openChannel reads a configuration. Every organisation has to be one of ours and
// to rest on its pinned roots: the first configuration is signed by nobody.
func openChannel(config []byte, number uint64, roots map[provenance.Org][]string) (*channel, error) {
	var r reader
	group := r.down(r.read(config), 1, 2)
	c := &channel{block: number, authorities: map[string]*authority{}, consenters: map[uint64][]byte{}, orderers: map[string]bool{}}
	groups := r.entries(group, 2)
	for _, part := range []string{"Application", "Orderer"} {
		members := r.entries(r.read(groups[part]), 2)
		if len(members) == 0 {
			return nil, fmt.Errorf("the configuration names nobody in %s", part)
		}
		for msp, text := range members {
			if err := c.admit(&r, msp, r.entries(r.read(text), 3)["MSP"], roots); err != nil {
				return nil, err
			}
			c.orderers[msp] = part == "Orderer"
		}
		if part == "Application" {
			c.writers = len(members)
		}
	}
	values := r.entries(r.read(groups["Orderer"]), 3)
	c.bft = string(r.read(r.read(values["ConsensusType"]).text(2)).text(1)) == "BFT"
	for _, text := range r.read(r.read(values["Orderers"]).text(2)).list(1) {
		consenter := r.read(text)
		c.consenters[consenter.number(1)] = serialized(consenter.text(4), consenter.text(5))
	}
	if r.err != nil {
		return nil, errors.New("the configuration cannot be read")
	}
	if c.bft && len(c.consenters) == 0 {
		return nil, errors.New("the configuration names no orderers")
	}
	return c, nil
}

// entries reads a map of messages.
func (r *reader) entries(m message, n protowire.Number) map[string][]byte {
	out := map[string][]byte{}
	for _, text := range m.list(n) {
		entry := r.read(text)
		out[string(entry.text(1))] = entry.text(2)
	}
	return out
}

func serialized(msp, certificate []byte) []byte {
	var text []byte
	for n, value := range [][]byte{msp, certificate} {
		text = protowire.AppendBytes(protowire.AppendTag(text, protowire.Number(n+1), protowire.BytesType), value)
	}
	return text
}

// admit takes in an organisation's authorities.
func (c *channel) admit(r *reader, name string, value []byte, pinned map[provenance.Org][]string) error {
	definition := r.read(r.read(r.read(value).text(2)).text(2))
	msp := string(definition.text(1))
	org, known := provenance.OrgOfMSP(msp)
	if !known || msp != name || len(pinned[org]) == 0 {
		return fmt.Errorf("the configuration admits %q, which is none of the organisations that are pinned", name)
	}
	pins := map[string]bool{}
	for _, text := range pinned[org] {
		root, err := certificate([]byte(text))
		if err != nil {
			return fmt.Errorf("the pinned root of %s: %w", org, err)
		}
		pins[string(root.Raw)] = true
	}
	a := &authority{roots: x509.NewCertPool(), intermediates: x509.NewCertPool(), revoked: map[string]bool{}}
	for _, text := range definition.list(2) {
		root, err := certificate(text)
		if err != nil || !pins[string(root.Raw)] {
			return fmt.Errorf("the configuration gives %s a root that is not pinned", org)
		}
		a.roots.AddCert(root)
	}
	for _, text := range definition.list(3) {
		intermediate, err := certificate(text)
		if err != nil {
			return fmt.Errorf("an intermediate authority of %s: %w", org, err)
		}
		a.intermediates.AddCert(intermediate)
	}
	for _, text := range definition.list(5) {
		der := text
		if block, _ := pem.Decode(text); block != nil {
			der = block.Bytes
		}
		list, err := x509.ParseRevocationList(der)
		if err != nil {
			return fmt.Errorf("a revocation list of %s: %w", org, err)
		}
		for _, entry := range list.RevokedCertificateEntries {
			a.revoked[serial(list.RawIssuer, entry.SerialNumber)] = true
		}
	}
	c.authorities[msp] = a
	return nil
}

// ordered checks that the orderers signed a block: of BFT a quorum of those in
// the configuration, otherwise one of the organisations that order. It gives how
// many signatures were looked at.
func (c *channel) ordered(b *block) (int, error) {
	var r reader
	m := r.read(b.meta(atSignatures))
	value := m.text(1)
	last := r.within(r.read(value), 1).number(1)
	if r.err != nil {
		return 0, errors.New("its signatures cannot be read")
	}
	due := c.block
	if configOf(b) != nil { // it names itself
		due = b.number
	}
	if last != due {
		return 0, fmt.Errorf("its orderers went by the configuration in block %d where that of block %d was due", last, due)
	}
	signed, looked, reason := map[string]bool{}, 0, error(nil)
	for _, text := range m.list(2) {
		signature := r.read(text)
		head, identity := signature.text(1), []byte(nil)
		if c.bft && len(head) == 0 {
			head = signature.text(3)
			identity = c.consenters[r.read(head).number(1)]
		} else {
			identity = r.read(head).text(1)
		}
		s, err := c.signer(identity)
		if err == nil && (!c.orderers[s.org.MSP()] || c.bft && s.role != "orderer") {
			err = fmt.Errorf("a signer of %s does not order", s.org)
		}
		if err == nil {
			looked++
			err = s.signed(signature.text(2), value, head, b.header)
		}
		if err != nil {
			reason = err
			continue
		}
		signed[string(identity)] = true
	}
	need := 1
	if c.bft {
		n := len(c.consenters)
		need = (n+(n-1)/3)/2 + 1
	}
	if r.err != nil || len(signed) < need {
		err := fmt.Errorf("%d orderers signed it where %d are needed", len(signed), need)
		if reason != nil {
			err = fmt.Errorf("%w: %w", err, reason)
		}
		return looked, err
	}
	return looked, nil
}
