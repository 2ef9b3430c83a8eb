package atstest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// Variations runs push, resume and find under each reading of what the vendor
// leaves open, one at a time.
func Variations(t *testing.T, target Target) {
	for _, v := range target.Variations {
		t.Run(v.Name, func(t *testing.T) { underVariation(t, target, v) })
	}
}

// underVariation asserts what holds under any reading: an application whose
// person is new is delivered once; one whose person was there before ends
// somewhere, without a second of ours and without harm to theirs.
func underVariation(t testing.TB, target Target, v Variation) {
	h := newHost(t, target, Options{Variation: v}, "")
	job, other := h.remote.Job(JobOpen), h.remote.Job(JobOther)
	if r, err := h.conn().Core.Check(t.Context()); err != nil || !r.Passed() {
		t.Errorf("check: %+v, %v", r, err)
	}
	h.remote.AddJobs(101)
	if list, err := h.conn().Jobs.ListJobs(t.Context()); err != nil {
		t.Errorf("jobs: %v", err)
	} else {
		there := map[string]bool{}
		for _, j := range list {
			there[string(j.ID)] = true
		}
		for id := range h.remote.Jobs() {
			if !there[string(id)] {
				t.Errorf("a job is missing from %d", len(list))
				break
			}
		}
	}
	if board, ok := h.remote.(Advertiser); ok && target.Type.Multiposts {
		a := Ad{Job: other, Title: "Tester", Regions: []Region{{"mazowieckie", []string{"Warszawa"}}, {"małopolskie", []string{"Kraków", "Tarnów"}}}}
		h.alike(h.adsWith(board, a))
	}
	for i := range 100 {
		h.remote.AddCandidate(Other{Job: job, Email: fmt.Sprintf("stranger.%d@example.org", i)})
	}
	before := len(h.remote.Calls())
	h.push(h.application(job, 0))
	steps := len(h.remote.Calls()) - before
	n := 0
	for _, f := range []Fault{{}, {Kind: DropAfter, Nth: 1}, {Kind: DropBefore, Nth: 1}, {Kind: StatusAfter, Status: 503, Nth: 1}, {Kind: StatusAfter, Status: 500, Nth: 3}, {Kind: DropAfter, Nth: 3}, {Kind: Expired, Nth: 2}} {
		n++
		w := h.application(job, n)
		h.remote.Heal()
		if f.Kind != "" {
			h.remote.Fault(f)
		}
		what := fmt.Sprintf("new person, %s at call %d", f.Kind, f.Nth)
		if e := h.deliver(w); e != delivered {
			t.Errorf("%s: %s (attempts ended %v)", what, e, w.kinds)
		}
		h.once(w, what)
	}
	n = h.looksBlind(job, n, steps) // after the last step, which carries the CV
	for _, on := range []struct {
		name string
		job  bool
	}{{"on this job", true}, {"on another job", false}} {
		for _, f := range []Fault{{}, {Kind: DropAfter, Nth: 1}, {Kind: DropBefore, Nth: 1}} {
			n++
			w := h.application(job, n)
			o := Other{Job: other, Email: w.s.Candidate.Email}
			if on.job {
				o.Job = job
			}
			theirs := h.remote.AddCandidate(o)
			h.remote.PutFile(o.Job, theirs, "theirs.pdf", []byte("%PDF-1.7 theirs"))
			h.remote.Pass(time.Hour)
			h.remote.Heal()
			if f.Kind != "" {
				h.remote.Fault(f)
			}
			e := h.deliver(w)
			h.atMostOnce(w, fmt.Sprintf("known person %s, %q at call %d, %s (attempts ended %v)", on.name, f.Kind, f.Nth, e, w.kinds))
		}
	}
	h.remote.Heal()
	if board, ok := h.remote.(Stager); ok && target.Type.TellsStages {
		h.followed(board, job)
	}
	leaks(t, h)
}

// followed asserts what holds of stages under any reading: who moved, and who
// was taken out, is read as the ATS holds them, whatever was known before.
func (h *host) followed(board Stager, job recruit.RemoteJobID) {
	h.t.Helper()
	talk := board.AddStage("Talk")
	if s := h.stages()[talk.Key]; s.Name != talk.Name || s.Preset != "" || s.Locked {
		h.t.Errorf("a stage of the company's own is listed as %+v", s)
	}
	tracked := h.follow(job, 1000, 4)
	for _, what := range []string{"at first", "after they moved", "when nothing changed"} {
		got, kind := h.where(job, tracked)
		if kind != connector.Unknown {
			h.t.Errorf("stages %s: %v", what, kind)
			return
		}
		h.asHeld("stages "+what, board, job, tracked, got.Stages)
		if what == "at first" {
			h.remote.Pass(time.Hour)
			board.Move(job, tracked[0].Candidate, talk.Key)
			board.OpenCard(job, tracked[1].Candidate)
			board.TakeOut(job, tracked[2].Candidate)
			board.DeleteStage(talk.Key)
		}
	}
}

// atMostOnce asserts that our CV stands on the job once at most, and that no
// file of theirs is gone.
func (h *host) atMostOnce(w *work, what string) {
	h.t.Helper()
	ours, tagged := 0, 0
	for _, x := range h.held(w) {
		for _, f := range x.Files {
			if f.SHA256 == w.s.CV.SHA256 {
				ours++
			}
		}
		for _, tag := range x.Tags {
			if tag == string(w.s.Tag) {
				tagged++
			}
		}
	}
	if ours > 1 || tagged > 1 {
		h.t.Errorf("%s: our CV stands there %d times, our tag on %d", what, ours, tagged)
	}
}

// followedThrough moves what was delivered, and reads it while the ATS goes on
// misbehaving: what is said in the end is right. A reading of a job takes many
// calls and comes as a whole, so that fewer of them fail.
func (h *host) followedThrough(board Stager, job recruit.RemoteJobID, works []*work, seed uint64) {
	h.t.Helper()
	h.remote.Heal()
	h.remote.Misbehave(seed, 0.1)
	talk := board.AddStage("Talk")
	var tracked []connector.Tracked
	for _, w := range works {
		if w.receipt.Complete {
			tracked = append(tracked, w.tracked())
		}
	}
	h.asHeld("stages at first", board, job, tracked, h.patiently(job, tracked).Stages)
	h.remote.Pass(time.Hour)
	for i, x := range tracked {
		switch i % 3 {
		case 0:
			board.Move(job, x.Candidate, talk.Key)
		case 1:
			board.OpenCard(job, x.Candidate)
		}
	}
	h.asHeld("stages after they moved", board, job, tracked, h.patiently(job, tracked).Stages)
}

// Mixtures is twenty seeds of switches and misbehaviour together: many
// applications at once, each there exactly once when the dust has settled.
func Mixtures(t *testing.T, target Target) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { underMixture(t, target, seed) })
	}
}

func underMixture(t testing.TB, target Target, seed uint64) {
	var v Variation
	if target.Mix != nil {
		v = target.Mix(seed)
	}
	t.Logf("switches: %s", v.Name)
	h := newHost(t, target, Options{Variation: v}, "")
	h.timeout = time.Second
	job := h.remote.Job(JobOpen)
	for i := range 100 {
		h.remote.AddCandidate(Other{Job: job, Email: fmt.Sprintf("stranger.%d@example.org", i)})
	}
	h.remote.Misbehave(seed, 0.3)
	var wg sync.WaitGroup
	works := make([]*work, 6)
	ends := make([]end, len(works))
	for i := range works {
		works[i] = h.application(job, i)
		wg.Go(func() { ends[i] = h.deliver(works[i]) })
	}
	wg.Wait()
	if board, ok := h.remote.(Stager); ok && target.Type.TellsStages {
		h.followedThrough(board, job, works, seed)
	}
	h.remote.Heal()
	h.remote.Pass(time.Minute)
	for i, w := range works {
		if ends[i] != delivered {
			t.Errorf("application %d: %s (attempts ended %v)", i, ends[i], w.kinds)
		}
		h.once(w, fmt.Sprintf("application %d", i))
	}
	leaks(t, h)
}
