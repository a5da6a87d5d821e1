package stubtest

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/queryresult"
	pb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// The shim puts compositeStart before and after each part of a composite key,
// and ends a query for a partial key with the largest code point.
const (
	compositeStart = "\x00"
	compositeEnd   = string(utf8.MaxRune)
)

// namespaceName is what results of queries call the chaincode.
const namespaceName = "stubtest"

func (s *stub) CreateCompositeKey(objectType string, attributes []string) (string, error) {
	return shim.CreateCompositeKey(objectType, attributes)
}

func (s *stub) SplitCompositeKey(compositeKey string) (string, []string, error) {
	if err := s.checkKey("SplitCompositeKey", compositeKey); err != nil {
		return "", nil, err
	}
	parts := strings.Split(compositeKey[1:len(compositeKey)-1], compositeStart)
	return parts[0], parts[1:], nil
}

func (s *stub) GetStateByPartialCompositeKeyWithPagination(objectType string, keys []string,
	pageSize int32, bookmark string) (shim.StateQueryIteratorInterface, *pb.QueryResponseMetadata, error) {

	const op = "GetStateByPartialCompositeKeyWithPagination"
	start, err := shim.CreateCompositeKey(objectType, keys)
	if err != nil {
		return nil, nil, err
	}
	if err := s.checkKey(op, start); err != nil {
		return nil, nil, err
	}
	if _, exists := s.peer.public.entries[start]; exists {
		return nil, nil, s.broken(RulePartialKey, op,
			"%q is a key of its own: the shim promises not to answer it, a peer does", start)
	}
	return s.page(op, start, start+compositeEnd, pageSize, bookmark)
}

func (s *stub) GetAllStatesCompositeKeyWithPagination(pageSize int32,
	bookmark string) (shim.StateQueryIteratorInterface, *pb.QueryResponseMetadata, error) {

	return s.page("GetAllStatesCompositeKeyWithPagination", compositeStart, compositeStart+compositeEnd, pageSize, bookmark)
}

// page answers one page of the keys from start to before end. The whole page
// is read at once, and the transaction depends on all of it, iterated or not.
func (s *stub) page(op, start, end string, size int32, bookmark string) (shim.StateQueryIteratorInterface, *pb.QueryResponseMetadata, error) {
	s.alive(op)
	switch {
	case size <= 0:
		return nil, nil, s.broken(RuleBounded, op, "a page of %d keys has no end", size)
	case size > s.peer.limits.Page:
		return nil, nil, s.broken(RulePage, op, "a page of %d keys, the limit is %d", size, s.peer.limits.Page)
	case bookmark != "" && (bookmark < start || bookmark >= end):
		return nil, nil, s.broken(RuleBookmark, op, "%q is not between %q and %q", bookmark, start, end)
	case len(s.written) > 0:
		return nil, nil, s.broken(RuleReadOnlyPages, op, "the transaction has written already")
	}
	s.paged = op
	if bookmark != "" {
		start = bookmark
	}
	if err := s.ask(op, start); err != nil {
		return nil, nil, err
	}

	keys, next := s.peer.public.walk(start, end, false, int(size))
	seen := Range{Start: start, End: end, Reads: versions(s.peer.public, keys)}
	if len(keys) == int(size) { // what follows a full page was not looked at
		seen.End, seen.Closed = keys[len(keys)-1], true
	}
	s.ranges = append(s.ranges, seen)

	it := &iterator{stub: s, op: op, start: start, keys: keys}
	s.iterators = append(s.iterators, it)
	return it, &pb.QueryResponseMetadata{FetchedRecordsCount: int32(len(keys)), Bookmark: next}, nil
}

// versions notes at which version each key stands.
func versions(w *world, keys []string) []Read {
	reads := make([]Read, len(keys))
	for i, key := range keys {
		reads[i] = Read{Key: key, Version: w.entries[key].version}
	}
	return reads
}

func (s *stub) GetStateByPartialCompositeKey(objectType string, keys []string) (shim.StateQueryIteratorInterface, error) {
	return nil, s.broken(RuleBounded, "GetStateByPartialCompositeKey", "all of %q is read: ask for pages", objectType)
}

func (s *stub) GetStateByRange(startKey, endKey string) (shim.StateQueryIteratorInterface, error) {
	return nil, s.brokenRange("GetStateByRange", startKey, endKey)
}

func (s *stub) GetStateByRangeWithPagination(startKey, endKey string, pageSize int32,
	bookmark string) (shim.StateQueryIteratorInterface, *pb.QueryResponseMetadata, error) {

	return nil, nil, s.brokenRange("GetStateByRangeWithPagination", startKey, endKey)
}

// brokenRange refuses a range of simple keys: the shim lets none start inside
// composite keys, so in a state of composite keys it finds nothing, silently.
func (s *stub) brokenRange(op, startKey, endKey string) error {
	if startKey == "" || endKey == "" {
		return s.broken(RuleBounded, op, "from %q to %q one end is open", startKey, endKey)
	}
	return s.broken(RuleCompositeKey, op, "from %q to %q lies no composite key", startKey, endKey)
}

func (s *stub) GetQueryResult(string) (shim.StateQueryIteratorInterface, error) {
	return nil, s.broken(RuleRichQuery, "GetQueryResult", noRichQuery)
}

func (s *stub) GetQueryResultWithPagination(string, int32, string) (shim.StateQueryIteratorInterface, *pb.QueryResponseMetadata, error) {
	return nil, nil, s.broken(RuleRichQuery, "GetQueryResultWithPagination", noRichQuery)
}

// GetHistoryForKey gives what a key held, the newest first. It is not validated
// at commit, so a transaction that asks for it may write nothing.
func (s *stub) GetHistoryForKey(key string) (shim.HistoryQueryIteratorInterface, error) {
	const op = "GetHistoryForKey"
	s.alive(op)
	if err := s.checkKey(op, key); err != nil {
		return nil, err
	}
	if len(s.written) > 0 {
		return nil, s.broken(RuleHistory, op, "the history of %q is not validated at commit, and the transaction has written already", key)
	}
	s.paged = op
	if err := s.ask(op, key); err != nil {
		return nil, err
	}
	it := &past{iterator{stub: s, op: op, start: key}, s.peer.history[key]}
	s.iterators = append(s.iterators, &it.iterator)
	return it, nil
}

// past walks what a key held.
type past struct {
	iterator
	left []*queryresult.KeyModification // the oldest first
}

func (it *past) HasNext() bool { return len(it.left) > 0 }

func (it *past) Next() (*queryresult.KeyModification, error) {
	if err := it.stub.ask("Next", it.start); err != nil {
		return nil, err
	}
	last := len(it.left) - 1
	was := it.left[last]
	it.left = it.left[:last]
	return &queryresult.KeyModification{TxId: was.TxId, Value: clone(was.Value), Timestamp: was.Timestamp, IsDelete: was.IsDelete}, nil
}

const noRichQuery = "LevelDB has none, and none is validated at commit"

// iterator walks the keys of one page.
type iterator struct {
	stub      *stub
	op, start string
	keys      []string
	closed    bool
}

func (it *iterator) HasNext() bool { return len(it.keys) > 0 }

func (it *iterator) Next() (*queryresult.KV, error) {
	if it.closed {
		return nil, errors.New("the iterator is closed")
	}
	if len(it.keys) == 0 {
		return nil, errors.New("the iterator has no further key")
	}
	key := it.keys[0]
	if err := it.stub.ask("Next", key); err != nil {
		return nil, err
	}
	it.keys = it.keys[1:]
	return &queryresult.KV{Namespace: namespaceName, Key: key, Value: it.stub.peer.public.value(key)}, nil
}

func (it *iterator) Close() error {
	it.closed = true
	return nil
}
