package simkit

import (
	"maps"
	"sync"
	"time"
)

// Entry is one call as the simulator saw it. Status is what the client was sent, 0 when it was sent
// nothing; WorkStatus is how the work itself ended, 0 when it was not begun.
type Entry struct {
	Seq           uint64    `json:"seq"`
	ID            string    `json:"id"`
	Time          time.Time `json:"time"`
	Method        string    `json:"method"`
	Path          string    `json:"path"`              // template
	Op            string    `json:"op"`                // operation id, "" when the path is unknown
	Target        string    `json:"target"`            // path and query as received
	Credential    string    `json:"credential"`        // never the secret itself
	Status        int       `json:"status"`            //
	WorkStatus    int       `json:"work_status"`       //
	Code          string    `json:"code,omitempty"`    // the vendor's error code
	Fault         string    `json:"fault,omitempty"`   // the kind applied
	Limited       string    `json:"limited,omitempty"` // "rate" or "concurrency"
	DurationMS    float64   `json:"duration_ms"`       // on the simulator's clock
	RequestBytes  int       `json:"request_bytes"`
	RequestSHA256 string    `json:"request_sha256"`
	UserAgent     string    `json:"user_agent,omitempty"`
}

// Journal keeps the newest calls and counts of what matters about all of them. Safe for concurrent
// use; bounded: the oldest entries go first, and Page says how many went.
type Journal struct {
	mu      sync.Mutex
	max     int
	next    uint64
	ring    []Entry // ring[seq % max]
	tallies map[string]map[string]int
}

// JournalPage is a part of the journal. Pass Next as since to read on.
type JournalPage struct {
	Entries []Entry                   `json:"entries"`
	Next    uint64                    `json:"next"`
	Dropped uint64                    `json:"dropped"` // entries after since that are no longer held
	Tallies map[string]map[string]int `json:"tallies"` // kind, then subject
}

// Tally returns the count of kind for subject; subject "" sums over all subjects.
func (p JournalPage) Tally(kind, subject string) int {
	if subject != "" {
		return p.Tallies[kind][subject]
	}
	n := 0
	for _, v := range p.Tallies[kind] {
		n += v
	}
	return n
}

// NewJournal returns a journal that holds the newest max calls.
func NewJournal(max int) *Journal {
	return &Journal{max: max, tallies: map[string]map[string]int{}}
}

// Record appends e and gives it its sequence number, which starts at 1.
func (j *Journal) Record(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.Seq = j.next + 1
	if len(j.ring) < j.max {
		j.ring = append(j.ring, e)
	} else {
		j.ring[j.next%uint64(j.max)] = e
	}
	j.next++
}

// Tally counts one more of kind for subject.
func (j *Journal) Tally(kind, subject string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.of(kind)[subject]++
}

// TallyMax remembers the highest n of kind for subject.
func (j *Journal) TallyMax(kind, subject string, n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	m := j.of(kind)
	m[subject] = max(m[subject], n)
}

func (j *Journal) of(kind string) map[string]int {
	m := j.tallies[kind]
	if m == nil {
		m = map[string]int{}
		j.tallies[kind] = m
	}
	return m
}

// Since returns the entries after sequence number since, oldest first, at most limit (0: all).
func (j *Journal) Since(since uint64, limit int) JournalPage {
	j.mu.Lock()
	defer j.mu.Unlock()
	p := JournalPage{Entries: []Entry{}, Next: since, Tallies: map[string]map[string]int{}}
	for k, m := range j.tallies {
		p.Tallies[k] = maps.Clone(m)
	}
	first := j.next - uint64(len(j.ring)) // sequence number before the oldest entry held
	if since < first {
		p.Dropped = first - since
		since = first
	}
	for s := since; s < j.next && (limit == 0 || len(p.Entries) < limit); s++ {
		p.Entries = append(p.Entries, j.ring[s%uint64(j.max)])
	}
	p.Next = max(p.Next, since+uint64(len(p.Entries)))
	return p
}

// Clear forgets all entries and counts. Sequence numbers go on, so that no cursor is reused.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	// Drop whole laps only in appearance: an empty ring restarts at a multiple of max.
	if r := j.next % uint64(j.max); r != 0 {
		j.next += uint64(j.max) - r
	}
	j.ring, j.tallies = nil, map[string]map[string]int{}
}
