package apply

import (
	"strconv"
	"time"

	"handoff/internal/meter"
	"handoff/internal/recruit"
)

// Of the page only: an API token is answerable for what it sends. The usual
// is generous, since what goes over it waits for a person.
var (
	attemptPace = meter.Pace{Usual: 300, Most: 300, Every: 12 * time.Second}
	blockPace   = meter.Pace{Usual: 20, Most: 200, Every: 3 * time.Minute}
	jobPace     = meter.Pace{Usual: 300, Most: 3000, Every: 12 * time.Second}
	personPace  = meter.Pace{Usual: 3, Most: 30, Every: 20 * time.Minute}
)

// admit refuses a page that was sent far too often from one address block,
// before anything of it is read.
func (e *Engine) admit(s Submission) error {
	if s.Channel != channelPage {
		return nil
	}
	_, wait := e.attempts.Take(s.AddrBlock, attemptPace, e.Now())
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
	b1, w1 := e.blocks.Take(s.AddrBlock, blockPace, now)
	b2, w2 := e.jobs.Take(string(s.Process), jobPace, now)
	b3, w3 := e.people.Take(person, personPace, now)
	return b1 || b2 || b3, tooMany(max(w1, w2, w3))
}

func tooMany(wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	return recruit.Refuse("too_many_requests", "retry_after", strconv.Itoa(int(wait/time.Second)+1))
}
