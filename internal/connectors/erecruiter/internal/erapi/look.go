package erapi

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"handoff/internal/connector"
)

// Look is what answers show besides what was asked for. It is kept while a
// connection is checked. A nil *Look sees nothing. It is safe for concurrent use.
type Look struct {
	Now func() time.Time

	mu       sync.Mutex
	moved    bool
	unpaged  bool
	dated    bool
	apart    time.Duration
	limited  bool
	slowdown time.Duration
}

// answered reads the date of an answer. What counts is the answer whose date is
// nearest to ours: the others may have been long on their way.
func (l *Look) answered(resp *http.Response) {
	if l == nil {
		return
	}
	at, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return
	}
	apart := l.Now().Sub(at).Abs()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.dated || apart < l.apart {
		l.dated, l.apart = true, apart
	}
}

// listed notes a list that stands at none of the places of the mapping.
func (l *Look) listed(n node, places []Pointer) {
	if l == nil {
		return
	}
	for _, p := range places {
		if v, ok := n.at(p); ok {
			if _, ok := v.list(); ok {
				return
			}
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.moved = true
}

// repeated notes a second page that began like the first.
func (l *Look) repeated() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unpaged = true
}

// lookWaits is how long a check waits altogether where the vendor's limit asks
// it to.
const lookWaits = 10 * time.Second

// slowed notes a refusal by the vendor's limit, and tells whether waiting it out
// keeps within what a check may take. It is the transport that waits, before the
// next call.
func (l *Look) slowed(err error) bool {
	if l == nil {
		return false
	}
	var s *StatusError
	var e *connector.Error
	var wait time.Duration
	switch {
	case errors.As(err, &s) && s.Status == http.StatusTooManyRequests:
		wait = s.RetryAfter
	case errors.As(err, &e) && e.Kind == connector.RateLimited:
		wait = e.RetryAfter
	default:
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limited = true
	l.slowdown += max(wait, time.Second)
	return l.slowdown <= lookWaits
}

// Seen is what a Look saw.
type Seen struct {
	Moved   bool          // a list stood elsewhere than the mapping says
	Unpaged bool          // a second page began like the first
	Limited bool          // calls ran into the vendor's limit
	Apart   time.Duration // by how much the vendor's clock differs
}

// Seen returns what was seen up to now.
func (l *Look) Seen() Seen {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Seen{l.moved, l.unpaged, l.limited, l.apart}
}

// Codes of answers that are none of the API that the mapping describes, as they
// stand in errors of kind Unavailable.
const (
	AnswerPage    = "ANSWER_PAGE"     // a page for a browser
	AnswerEmpty   = "ANSWER_EMPTY"    // a success without a body
	AnswerBroken  = "ANSWER_BROKEN"   // no JSON
	ListingBroken = "LISTING_BROKEN"  // no list in it
	ListingCut    = "LISTING_CUT_OFF" // the first page came, and a later one fails
	ListingWhole  = "LISTING_UNPAGED" // paging is ignored, and this may be a part
	RowWithoutID  = "ROW_WITHOUT_ID"
)

// formless says what a success is whose body is no JSON.
func formless(body []byte) string {
	switch s := strings.TrimSpace(string(body)); {
	case s == "":
		return AnswerEmpty
	case strings.HasPrefix(s, "<"):
		return AnswerPage
	}
	return AnswerBroken
}

// later marks the failure of a page that is not the first.
func later(err error, op string) error {
	if s, ok := err.(*StatusError); ok && s.Status >= 500 {
		return &connector.Error{Kind: connector.Unavailable, Op: op, Status: s.Status, Code: ListingCut, RetryAfter: s.RetryAfter}
	}
	return err
}
