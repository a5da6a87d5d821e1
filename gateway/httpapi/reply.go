package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// Headers that tell what an answer stands on, also when it is "not modified".
const (
	heightHeader = "Fairlead-Height"
	timeHeader   = "Fairlead-Time"
)

// forMember marks a request whose answer is not for everybody.
const forMember = "for a member"

const mediaJSON = "application/json"

// standing is the moment of the ledger that an answer stands on.
type standing struct {
	Height uint64 `json:"height"`
	Time   string `json:"time,omitempty"` // of the newest transaction; absent before the first
	Age    int64  `json:"age"`            // of that transaction, in seconds
}

func (s *server) standing(at readmodel.Position) standing {
	st := standing{Height: at.Height}
	if !at.At.IsZero() {
		st.Time = provenance.FormatInstant(at.At)
		st.Age = int64(s.age(at) / time.Second)
	}
	return st
}

// age of the newest transaction. A transaction's time is its author's claim and
// may be ahead of our clock.
func (s *server) age(at readmodel.Position) time.Duration {
	if at.At.IsZero() {
		return 0
	}
	return max(0, s.Now().Sub(at.At))
}

// reply answers with a JSON object, to which it adds what the answer stands on
// and where to go from here. When the caller has this content already, it
// answers 304; the content alone decides that, not the ledger's height.
func (s *server) reply(c *gin.Context, at readmodel.Position, content any, links map[string]string) error {
	object, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("encoding %T: %w", content, err)
	}
	if s.unchanged(c, at, etag(object)) {
		return nil
	}
	body, err := complete(object, s.standing(at), links)
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, mediaJSON, body)
	return nil
}

// complete adds to an encoded object what it stands on and the links.
func complete(object []byte, st standing, links map[string]string) ([]byte, error) {
	tail, err := json.Marshal(struct {
		Ledger standing          `json:"ledger"`
		Links  map[string]string `json:"links"`
	}{st, links})
	if err != nil {
		return nil, fmt.Errorf("encoding the ledger's position: %w", err)
	}
	body := make([]byte, 0, len(object)+len(tail))
	body = append(body, object[:len(object)-1]...)
	body = append(body, ',')
	return append(body, tail[1:]...), nil
}

// unchanged sets the headers of a reading answer and says whether the caller
// has been told 304.
func (s *server) unchanged(c *gin.Context, at readmodel.Position, tag string) bool {
	h := c.Writer.Header()
	h.Set("Etag", tag)
	h.Set("Cache-Control", keptBy(c))
	h.Set(heightHeader, strconv.FormatUint(at.Height, 10))
	if !at.At.IsZero() {
		h.Set(timeHeader, provenance.FormatInstant(at.At))
	}
	if !matches(c.GetHeader("If-None-Match"), tag) {
		return false
	}
	c.Status(http.StatusNotModified)
	c.Writer.WriteHeaderNow()
	return true
}

// keptBy says who may keep an answer: anybody who asks whether it is still so,
// or nobody when it is a member's.
func keptBy(c *gin.Context) string {
	if c.GetBool(forMember) {
		return "private, no-store"
	}
	return "no-cache"
}

// etag names content. It is weak: an answer also tells its age, which changes.
func etag(content []byte) string {
	sum := sha256.Sum256(content)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || candidate != "" && strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
