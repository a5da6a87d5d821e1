package stubtest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

// Collection declares a private data collection of the chaincode.
type Collection struct {
	Name string
	// Members are the organisations (MSP identifiers) whose peers hold the
	// data.
	Members []string
	// MemberOnlyRead and MemberOnlyWrite refuse clients of others.
	MemberOnlyRead, MemberOnlyWrite bool
}

// Declare adds collections to the chaincode's definition.
func (p *Peer) Declare(collections ...Collection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tape.declared(collections)
	for _, c := range collections {
		p.collections[c.Name] = c
		if p.private[c.Name] == nil {
			p.private[c.Name] = newWorld()
		}
	}
}

// space returns the committed state of a declared collection, or public state.
func (s *stub) space(collection string) *world {
	if collection == "" {
		return s.peer.public
	}
	return s.peer.private[collection]
}

func (s *stub) collection(op, name string) (Collection, error) {
	s.alive(op)
	c, ok := s.peer.collections[name]
	if !ok {
		return c, s.broken(RuleCollection, op, "there is no collection %q", name)
	}
	return c, nil
}

// readable tells why the client or this peer cannot read a key of a
// collection. A peer whose organisation is no member knows the hash only.
func (s *stub) readable(op, name string, keys ...string) error {
	c, err := s.collection(op, name)
	if err != nil {
		return err
	}
	msp, err := creatorMSP(s.prop.Creator)
	if err != nil {
		return err
	}
	if c.MemberOnlyRead && !slices.Contains(c.Members, msp) {
		return fmt.Errorf("the creator may not read collection %s", name)
	}
	if s.prop.Endorser == "" || slices.Contains(c.Members, s.prop.Endorser) {
		return nil
	}
	for _, key := range keys {
		if _, exists := s.space(name).entries[key]; exists {
			return fmt.Errorf("the peer of %s holds no private data of collection %s", s.prop.Endorser, name)
		}
	}
	return nil
}

func (s *stub) GetPrivateData(collection, key string) ([]byte, error) {
	const op = "GetPrivateData"
	if err := s.readable(op, collection, key); err != nil {
		return nil, err
	}
	value, err := s.get(op, collection, key)
	s.keepSecret(value)
	return value, err
}

func (s *stub) GetMultiplePrivateData(collection string, keys ...string) ([][]byte, error) {
	const op = "GetMultiplePrivateData"
	if err := s.readable(op, collection, keys...); err != nil {
		return nil, err
	}
	values, err := s.getMany(op, collection, keys)
	for _, value := range values {
		s.keepSecret(value)
	}
	return values, err
}

// GetPrivateDataHash answers on every peer, for every client: hashes are part
// of the block.
func (s *stub) GetPrivateDataHash(collection, key string) ([]byte, error) {
	const op = "GetPrivateDataHash"
	if _, err := s.collection(op, collection); err != nil {
		return nil, err
	}
	value, err := s.get(op, collection, key)
	if err != nil || value == nil {
		return nil, err
	}
	sum := sha256.Sum256(value)
	return sum[:], nil
}

func (s *stub) PutPrivateData(collection, key string, value []byte) error {
	const op = "PutPrivateData"
	if len(s.transient) == 0 {
		return s.broken(RuleTransient, op, "the proposal has no transient data, so %q comes from what a block records", key)
	}
	if err := s.putPrivate(op, Write{Collection: collection, Key: key, Value: value}); err != nil {
		return err
	}
	s.keepSecret(value)
	return nil
}

func (s *stub) DelPrivateData(collection, key string) error {
	return s.putPrivate("DelPrivateData", Write{Collection: collection, Key: key, Delete: true})
}

func (s *stub) PurgePrivateData(collection, key string) error {
	return s.putPrivate("PurgePrivateData", Write{Collection: collection, Key: key, Delete: true, Purge: true})
}

func (s *stub) putPrivate(op string, w Write) error {
	c, err := s.collection(op, w.Collection)
	if err != nil {
		return err
	}
	msp, err := creatorMSP(s.prop.Creator)
	if err != nil {
		return err
	}
	if c.MemberOnlyWrite && !slices.Contains(c.Members, msp) {
		return errors.New("the creator may not write to collection " + w.Collection)
	}
	return s.put(op, w)
}

func (s *stub) GetPrivateDataByRange(collection, startKey, endKey string) (shim.StateQueryIteratorInterface, error) {
	return nil, s.brokenRange("GetPrivateDataByRange", startKey, endKey)
}

func (s *stub) GetPrivateDataByPartialCompositeKey(collection, objectType string, keys []string) (shim.StateQueryIteratorInterface, error) {
	return nil, s.broken(RuleBounded, "GetPrivateDataByPartialCompositeKey", "all of %q is read, and private data has no pages", objectType)
}

func (s *stub) GetPrivateDataQueryResult(collection, query string) (shim.StateQueryIteratorInterface, error) {
	return nil, s.broken(RuleRichQuery, "GetPrivateDataQueryResult", noRichQuery)
}

// shortestSecret is the length in bytes from which a private value found in
// public is taken for a leak. Shorter ones ("yes", "7") occur by chance.
const shortestSecret = 16

func (s *stub) keepSecret(value []byte) {
	if len(value) >= shortestSecret {
		s.secrets = append(s.secrets, clone(value))
	}
}

// checkSecrets looks for private values in what a block would record of the
// transaction. A transaction which writes nothing is evaluated, not recorded.
func (s *stub) checkSecrets(res *Result) {
	if len(res.Writes) == 0 {
		return
	}
	public := map[string][]byte{"the result": res.Payload, "the message": []byte(res.Message)}
	for i, arg := range s.prop.Args {
		public[fmt.Sprintf("argument %d", i)] = []byte(arg)
	}
	if res.Event != nil {
		public["the event"] = res.Event.Payload
	}
	for _, w := range res.Writes {
		if w.Collection == "" {
			public[fmt.Sprintf("the value for %q", w.Key)] = w.Value
		}
	}
	var leaks []string
	for place, text := range public {
		if slices.ContainsFunc(s.secrets, func(secret []byte) bool { return bytes.Contains(text, secret) }) {
			leaks = append(leaks, place)
		}
	}
	slices.Sort(leaks)
	for _, place := range leaks {
		_ = s.broken(RuleLeak, "Invoke", "%s holds a private value", place) // recorded
	}
}
