package apply

import (
	"strconv"
	"sync"
	"time"

	"handoff/internal/recruit"
)

// meterKeys bounds the memory that strangers can make a meter take.
const meterKeys = 50_000

// meter counts events by key, and forgets them at a steady pace. Its zero
// value is ready. It is safe for concurrent use.
type meter struct {
	mu     sync.Mutex
	levels map[string]level
}

type level struct {
	n  float64
	at time.Time
}

// pace is how many events pass without a question, from where on none passes,
// and how soon one is forgotten.
type pace struct {
	usual, most float64
	every       time.Duration
}

// Of the page only: an API token is answerable for what it sends. The usual
// is generous, since what goes over it waits for a person.
var (
	attemptPace = pace{usual: 300, most: 300, every: 12 * time.Second}
	blockPace   = pace{usual: 20, most: 200, every: 3 * time.Minute}
	jobPace     = pace{usual: 300, most: 3000, every: 12 * time.Second}
	personPace  = pace{usual: 3, most: 30, every: 20 * time.Minute}
)

// add counts one event, unless that would go over the most: then wait is how
// long until it would not. burst says that it went over the usual.
func (m *meter) add(key string, p pace, now time.Time) (burst bool, wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.levels == nil {
		m.levels = map[string]level{}
	}
	n := p.left(m.levels[key], now) + 1
	if n > p.most {
		return true, time.Duration((n - p.most) * float64(p.every))
	}
	if len(m.levels) >= meterKeys {
		m.makeRoom(p, now)
	}
	m.levels[key] = level{n: n, at: now}
	return n > p.usual, 0
}

func (p pace) left(v level, now time.Time) float64 {
	return max(0, v.n-float64(now.Sub(v.at))/float64(p.every))
}

// makeRoom drops what is forgotten anyway and, when that is not enough, any
// eighth of the keys: whoever can fill the map from that many addresses is
// not stopped by a limit per address.
func (m *meter) makeRoom(p pace, now time.Time) {
	for k, v := range m.levels {
		if p.left(v, now) <= 0 {
			delete(m.levels, k)
		}
	}
	for k := range m.levels {
		if len(m.levels) < meterKeys*7/8 {
			return
		}
		delete(m.levels, k)
	}
}

// admit refuses a page that was sent far too often from one address block,
// before anything of it is read.
func (e *Engine) admit(s Submission) error {
	if s.Channel != channelPage {
		return nil
	}
	_, wait := e.attempts.add(s.AddrBlock, attemptPace, e.Now())
	return tooMany(wait)
}

// burst counts an arrival that is in order, and tells whether it came with too
// many others.
func (e *Engine) burst(s Submission, email string) (bool, error) {
	if s.Channel != channelPage {
		return false, nil
	}
	// A hash, so that nobody's address lies about in memory for hours.
	person, err := e.Sealer.LookupHash("limit", recruit.FoldEmail(email))
	if err != nil {
		return false, err
	}
	now := e.Now()
	b1, w1 := e.blocks.add(s.AddrBlock, blockPace, now)
	b2, w2 := e.jobs.add(string(s.Process), jobPace, now)
	b3, w3 := e.people.add(person, personPace, now)
	return b1 || b2 || b3, tooMany(max(w1, w2, w3))
}

func tooMany(wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	return recruit.Refuse("too_many_requests", "retry_after", strconv.Itoa(int(wait/time.Second)+1))
}
