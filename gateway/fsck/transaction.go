package fsck

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// transaction is what one envelope says of itself.
type transaction struct {
	id      string
	at      time.Time
	kind    uint64
	by      provenance.Org // empty when its author's certificate does not hold
	event   string         // of our chaincode, where it counts
	payload []byte
	sets    message // what it read and wrote
	signed  int     // signatures that were looked at
}

// Fabric's validation codes that say something of signatures, and those that do
// only after the signatures passed.
const (
	codeValid        = 0
	codeBadCreator   = 4
	codeBadTx        = 8
	codeDuplicate    = 9
	codePolicy       = 10
	codeReadConflict = 11
	codePhantom      = 12
)

var codeNames = map[byte]string{
	codeValid: "VALID", codeBadCreator: "BAD_CREATOR_SIGNATURE", codeBadTx: "BAD_PROPOSAL_TXID", codeDuplicate: "DUPLICATE_TXID",
	codePolicy: "ENDORSEMENT_POLICY_FAILURE", codeReadConflict: "MVCC_READ_CONFLICT", codePhantom: "PHANTOM_READ_CONFLICT",
}

func codeName(code byte) string {
	if name, ok := codeNames[code]; ok {
		return name
	}
	return fmt.Sprintf("validation code %d", code)
}

// clockSlack is how far an author's clock may be from the peers', which take no
// proposal from further away.
const clockSlack = 15 * time.Minute

// readTransaction reads an envelope and checks all that its peers vouch for with
// their verdict on signatures: who wrote it, its identifier, what the endorsers
// signed, and that they are those who have to. The error says what does not hold.
func (c *channel) readTransaction(envelope []byte, name, chaincode string) (transaction, error) {
	var r reader
	outer := r.read(envelope)
	payload := r.within(outer, 1)
	header := r.within(payload, 1)
	about, from := r.within(header, 1), r.within(header, 2)
	stamp := r.within(about, 3)
	tx := transaction{id: string(about.text(5)), kind: about.number(1)}
	tx.at = time.Unix(int64(stamp.number(1)), int64(int32(stamp.number(2)))).UTC()
	if r.err != nil {
		return tx, errors.New("its header cannot be read")
	}
	identity := from.text(1)
	author, err := c.signer(identity)
	if err != nil {
		return tx, fmt.Errorf("its author: %w", err)
	}
	tx.by = author.org
	tx.signed++
	if err := author.signed(outer.text(2), outer.text(1)); err != nil {
		return tx, fmt.Errorf("its author: %w", err)
	}
	if tx.kind == typeConfig { // what it holds was the orderers' to judge
		return tx, nil
	}
	sum := sha256.Sum256(append(bytes.Clone(from.text(2)), identity...))
	switch {
	case string(about.text(4)) != name:
		return tx, errors.New("it was made for another channel")
	case tx.id != hex.EncodeToString(sum[:]):
		return tx, errors.New("its identifier is not the hash of nonce and author")
	case tx.at.Before(author.notBefore.Add(-clockSlack)), tx.at.After(author.notEnd.Add(clockSlack)):
		return tx, errors.New("its author's certificate was not in date")
	case tx.kind != typeTransaction:
		return tx, nil
	}
	return tx, c.readAction(&r, &tx, header, payload, chaincode)
}

// readAction reads what was endorsed.
func (c *channel) readAction(r *reader, tx *transaction, header, payload message, chaincode string) error {
	actions := r.within(payload, 2).list(1)
	if r.err != nil || len(actions) != 1 {
		return errors.New("it has not one action")
	}
	action := r.within(r.read(actions[0]), 2)
	endorsed := r.within(action, 2)
	response := r.within(endorsed, 1)
	result := r.within(response, 2)
	event := r.within(result, 2)
	sets := r.within(result, 1)
	if r.err != nil {
		return errors.New("its action cannot be read")
	}
	sum := sha256.New()
	for _, part := range [][]byte{header.text(1), header.text(2), action.text(1)} {
		sum.Write(part)
	}
	if !bytes.Equal(sum.Sum(nil), response.text(1)) {
		return errors.New("its endorsers signed the answer to another proposal")
	}
	tx.sets = sets
	peers, err := c.endorsers(r, tx, endorsed)
	if err != nil {
		return err
	}
	writes, err := writesOf(sets, chaincode)
	if err != nil {
		return err
	}
	if writes.public && string(event.text(1)) == chaincode {
		tx.event, tx.payload = string(event.text(3)), event.text(4)
	}
	return c.allowed(writes, peers)
}

// endorsers gives the organisations whose peers signed.
func (c *channel) endorsers(r *reader, tx *transaction, endorsed message) (map[provenance.Org]bool, error) {
	peers := map[provenance.Org]bool{}
	var reason error
	for _, text := range endorsed.list(2) {
		endorsement := r.read(text)
		identity := endorsement.text(1)
		s, err := c.signer(identity)
		if err == nil && s.role != "peer" {
			err = fmt.Errorf("a signer of %s is no peer", s.org)
		}
		if err == nil {
			tx.signed++
			err = s.signed(endorsement.text(2), endorsed.text(1), identity)
		}
		if err != nil {
			reason = err
			continue
		}
		peers[s.org] = true
	}
	if r.err != nil {
		return nil, errors.New("its endorsements cannot be read")
	}
	// Peers count the signatures that hold. One that does not was put there by
	// somebody, and is worth saying; no honest gateway sends any.
	if reason != nil {
		return nil, fmt.Errorf("an endorsement: %w", reason)
	}
	return peers, nil
}

// writes is where a transaction writes, as far as that decides who has to
// endorse it.
type writes struct {
	public, private bool     // of our chaincode
	defines         bool     // a chaincode for the channel
	approves        []string // MSPs in whose name a definition is approved
	others          bool     // of a chaincode that is not ours
}

const (
	lifecycle   = "_lifecycle"
	implicitOrg = "_implicit_org_"
)

func writesOf(sets message, chaincode string) (writes, error) {
	var w writes
	var r reader
	for _, text := range sets.list(2) {
		set := r.read(text)
		keys := r.within(set, 2)
		public := len(keys.list(3))+len(keys.list(4)) > 0
		var collections []string
		for _, text := range set.list(3) {
			collection := r.read(text)
			hashed := r.within(collection, 2)
			if len(hashed.list(2))+len(hashed.list(3)) > 0 {
				collections = append(collections, string(collection.text(1)))
			}
		}
		switch string(set.text(1)) {
		case chaincode:
			w.public, w.private = w.public || public, w.private || len(collections) > 0
		case lifecycle:
			w.defines = w.defines || public
			for _, name := range collections {
				w.approves = append(w.approves, strings.TrimPrefix(name, implicitOrg))
			}
		default:
			w.others = w.others || public || len(collections) > 0
		}
	}
	if r.err != nil {
		return w, errors.New("its writes cannot be read")
	}
	return w, nil
}

// allowed says whether peers of those organisations endorsed that have to: of a
// commercial and an independent one for the ledger's records, of Workers for what
// they hold, of each organisation for what is approved in its name, of most for
// what all of them run.
func (c *channel) allowed(w writes, by map[provenance.Org]bool) error {
	switch {
	case w.public && !((by[provenance.Brands] || by[provenance.Auditors]) && (by[provenance.Workers] || by[provenance.Oversight])):
		return errors.New("no commercial and independent organisation endorsed it together")
	case w.private && !by[provenance.Workers]:
		return errors.New("it writes to what Workers hold, and no peer of theirs endorsed it")
	case w.defines && len(by) <= c.writers/2:
		return errors.New("it defines a chaincode, and no majority of organisations endorsed it")
	case w.others:
		return errors.New("it writes to a chaincode that is not Fairlead's")
	case len(by) == 0:
		return errors.New("nobody endorsed it")
	}
	for _, msp := range w.approves {
		if org, ok := provenance.OrgOfMSP(msp); !ok || !by[org] {
			return fmt.Errorf("it approves a chaincode for %s, whose peer did not endorse it", msp)
		}
	}
	return nil
}

// judged compares the peers' verdict with what does not hold, if anything.
func judged(code byte, fault error) error {
	switch code {
	case codeValid, codeReadConflict, codePhantom: // versions are compared only after signatures
		return fault
	case codeBadCreator, codeBadTx, codePolicy:
		if fault == nil {
			return errors.New("its signatures hold")
		}
	}
	return nil
}
