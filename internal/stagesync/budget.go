package stagesync

import (
	"time"

	"handoff/internal/connector"
)

// Load is what reading one job costs, and whether something is likely to
// happen there.
type Load struct {
	Rows int // of its listing, as last read
	// Busy says that it changed, or got an application, in the last two days.
	Busy bool
}

const (
	pageRows = 100              // of one request of a listing, about
	quiet    = 4                // how much rarer a job is read where nothing happens
	soonest  = 30 * time.Second // no job is read more often
	latest   = time.Hour        // nor rarer, however much there is
)

// pages is how many requests a listing takes.
func (l Load) pages() float64 { return float64(1 + l.Rows/pageRows) }

// Every tells how often jobs are read so that reading takes half of what the
// ATS allows one credential: deliveries and waiting people have the rest.
// Where something is likely to change a job is read four times as often.
func Every(all []Load, limits connector.Limits) (busy, still time.Duration) {
	rate := limits.PerSecond / 2
	if rate <= 0 {
		rate = 1
	}
	cost := 0.0 // requests in one round
	for _, l := range all {
		if l.Busy {
			cost += l.pages()
		} else {
			cost += l.pages() / quiet
		}
	}
	busy = time.Duration(cost / rate * float64(time.Second))
	busy = min(max(busy, soonest), latest)
	return busy, min(quiet*busy, latest)
}
