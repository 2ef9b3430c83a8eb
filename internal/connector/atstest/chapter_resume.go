package atstest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// faults is every way in which one call can go wrong and a patient client can
// still come through.
func faults() []Fault {
	out := []Fault{{Kind: DropBefore}, {Kind: DropAfter}, {Kind: HTML}, {Kind: Empty}, {Kind: Truncated}, {Kind: Expired},
		{Kind: Slow, Delay: time.Minute}, {Kind: Swallow}, {Kind: StatusBefore, Status: 429}}
	for _, s := range []int{500, 502, 503, 504} {
		out = append(out, Fault{Kind: StatusBefore, Status: s}, Fault{Kind: StatusAfter, Status: s})
	}
	return out
}

// chapterResume spoils each call of a push in each way, alone and with the same
// again at a later call; and each look after an unanswered step, so that it
// sees nothing. One application is there in the end, with one CV.
func chapterResume(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	h.timeout = 150 * time.Millisecond // for what never answers
	job := h.remote.Job(JobOpen)
	before := len(h.remote.Calls())
	h.push(h.application(job, 0))
	steps := len(h.remote.Calls()) - before
	n := 0
	for at := 1; at <= steps; at++ {
		for _, f := range faults() {
			for _, again := range []int{0, 1, 2} {
				if n++; enough(t) {
					return
				}
				f.Nth = at
				spoilt := []Fault{f}
				if again > 0 {
					f.Nth = at + again
					spoilt = append(spoilt, f)
				}
				h.comesThrough(job, n, spoilt...)
			}
		}
		n = h.looksBlind(job, n, at)
	}
}

// looksBlind leaves a call unanswered and spoils each look that follows, one at
// a time, until there is none left to spoil.
func (h *host) looksBlind(job recruit.RemoteJobID, n, at int) int {
	h.t.Helper()
	for _, f := range blindLooks() {
		for f.Nth = at + 1; ; f.Nth++ {
			if n++; enough(h.t) {
				return n
			}
			if before := len(h.remote.Calls()); h.comesThrough(job, n, Fault{Kind: DropAfter, Nth: at}, f)-before < f.Nth {
				break
			}
		}
	}
	return n
}

// blindLooks is how a look after an unanswered step can see nothing of what is
// there: none of it may be taken for an absence.
func blindLooks() []Fault {
	return []Fault{{Kind: Empty}, {Kind: HTML, Status: 200}, {Kind: Truncated}, {Kind: StatusBefore, Status: 503}}
}

// comesThrough delivers one application while calls are spoilt, and asserts
// that it is there once. It returns how many calls there have been by then.
func (h *host) comesThrough(job recruit.RemoteJobID, n int, spoilt ...Fault) int {
	h.t.Helper()
	h.remote.Heal()
	w := h.application(job, n)
	var what []string
	for _, f := range spoilt {
		h.remote.Fault(f)
		what = append(what, fmt.Sprintf("%s %d at call %d", f.Kind, f.Status, f.Nth))
	}
	story := strings.Join(what, ", ")
	if e := h.deliver(w); e != delivered {
		h.t.Errorf("%s: %s (attempts ended %v)", story, e, w.kinds)
	}
	calls := len(h.remote.Calls())
	h.remote.Heal()
	h.remote.Pass(time.Minute)
	h.once(w, story)
	if w.kinds[0] == connector.Rejected || w.kinds[0] == connector.Unauthorized {
		h.t.Errorf("%s: a passing fault was called %v", story, w.kinds[0])
	}
	return calls
}
