package atstest

import (
	"fmt"
	"testing"
	"time"

	"handoff/internal/connector"
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
// again at the next call: one application is there in the end, with one CV.
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
				h.remote.Heal()
				w := h.application(job, n)
				f.Nth = at
				h.remote.Fault(f)
				if again > 0 {
					f.Nth = at + again
					h.remote.Fault(f)
				}
				what := fmt.Sprintf("%s %d at call %d of %d, and %d later", f.Kind, f.Status, at, steps, again)
				if e := h.deliver(w); e != delivered {
					t.Errorf("%s: %s (attempts ended %v)", what, e, w.kinds)
				}
				h.remote.Heal()
				h.remote.Pass(time.Minute)
				h.once(w, what)
				if w.kinds[0] == connector.Rejected || w.kinds[0] == connector.Unauthorized {
					t.Errorf("%s: a passing fault was called %v", what, w.kinds[0])
				}
			}
		}
	}
}
