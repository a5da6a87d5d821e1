package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// answers holds the histories asked for most lately without moments of their
// own, as long as they stand on the newest block that the read model holds.
// Histories as of another day are made anew each time, so that nobody can push
// out what others ask for.
type answers struct {
	model  Model
	now    func() time.Time
	mu     sync.Mutex
	recent map[provenance.Lot]*answer
}

// mostAnswers bounds what is held; a page and its data are some 40 kB.
const mostAnswers = 512

// answer is a history ready to be served. It never changes but for what page
// adds, once.
type answer struct {
	Question provenance.Question // as it was asked
	Answer   provenance.Answer
	At       readmodel.Position
	moment   time.Time
	object   []byte // {"history": ...}
	tag      string

	sent      atomic.Pointer[sent]
	rendering sync.Once
	page      document
	failure   error
}

// sent is an answer's body, with the age that it tells, in seconds.
type sent struct {
	age  int64
	body []byte
}

func newAnswers(model Model, now func() time.Time) *answers {
	return &answers{model: model, now: now, recent: map[provenance.Lot]*answer{}}
}

// moment is the time that an answer is for when the caller names none: the
// minute that has begun, or the newest transaction when that is later, so that
// what has just been recorded is in it.
func (a *answers) moment(at readmodel.Position) time.Time {
	minute := a.now().UTC().Truncate(time.Minute)
	if at.At.After(minute) {
		return at.At
	}
	return minute
}

// latest answers for a product, or a lot of it, as things stand.
func (a *answers) latest(ctx context.Context, lot provenance.Lot) (*answer, error) {
	at := a.model.Status().Position
	a.mu.Lock()
	held := a.recent[lot]
	a.mu.Unlock()
	if held != nil && held.At.Height >= at.Height && held.moment.Equal(a.moment(held.At)) {
		return held, nil
	}
	made, err := a.ask(ctx, provenance.Question{GTIN: lot.GTIN, Lot: lot.Lot})
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.recent) >= mostAnswers {
		for other := range a.recent { // any: a map gives them in no order
			delete(a.recent, other)
			break
		}
	}
	a.recent[lot] = made
	return made, nil
}

// ask makes an answer. Without AsOf the question is about now.
func (a *answers) ask(ctx context.Context, q provenance.Question) (*answer, error) {
	records, at, err := a.model.Behind(ctx, q.GTIN, q.Lot)
	if err != nil {
		return nil, fmt.Errorf("reading what is behind %s: %w", q.GTIN, err)
	}
	made := &answer{Question: q, At: at}
	if q.AsOf.IsZero() {
		q.AsOf = a.moment(at)
	}
	made.moment = q.AsOf
	if made.Answer, err = provenance.History(records, q); err != nil {
		return nil, fmt.Errorf("answering for %s: %w", q.GTIN, err)
	}
	if made.object, err = json.Marshal(map[string]any{"history": made.Answer}); err != nil {
		return nil, fmt.Errorf("encoding the history of %s: %w", q.GTIN, err)
	}
	made.tag = etag(made.object)
	if made.Question.AsOf.IsZero() { // a later minute with the same answer is no new content
		timeless := made.Answer
		timeless.AsOf = ""
		content, err := json.Marshal(timeless)
		if err != nil {
			return nil, fmt.Errorf("encoding the history of %s: %w", q.GTIN, err)
		}
		made.tag = etag(content)
	}
	return made, nil
}
