package atstest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
)

// chapterFind: ours by tag, ours by time and source, absent; over pages, behind
// a lag, in any case of letters; nothing about anybody else.
func chapterFind(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	job := h.remote.Job(JobOpen)
	for i := range 130 {
		h.remote.AddCandidate(Other{Job: job, Email: fmt.Sprintf("stranger.%d@example.org", i)})
	}
	sent, absent := h.application(job, 1), h.application(job, 2)
	h.push(sent)
	absent.from, absent.to = sent.from, sent.to
	if f, _ := h.find(sent); f.Match != connector.Ours || f.Candidate != sent.receipt.Candidate || f.Application != sent.receipt.Application || f.URL != sent.receipt.URL {
		t.Errorf("what was pushed is found as %+v, pushed was %+v", f, sent.receipt)
	}
	if f, _ := h.find(absent); f != (connector.Found{}) {
		t.Errorf("what was never pushed is found as %+v", f)
	}
	all, err := h.conn().Find.Find(t.Context(), job, []connector.Wanted{sent.wanted(), absent.wanted()})
	if h.saw(err) != connector.Unknown || len(all) != 2 {
		t.Errorf("Find answers for %d, want the two that were asked for: %v", len(all), err)
	}

	if h.typ.Tags { // the tag decides even when a recruiter corrected the address
		renamed := h.application(job, 3)
		h.push(renamed)
		w := renamed.wanted()
		w.Email = "someone.else@example.com"
		got, err := h.conn().Find.Find(t.Context(), job, []connector.Wanted{w})
		if h.saw(err) != connector.Unknown || got[w.Application].Match != connector.Ours {
			t.Errorf("found by tag under another address: %+v, %v", got, err)
		}
	}

	// Without a tag: created while an attempt was in flight, under our source.
	lost := h.application(job, 4)
	lost.from = h.remote.Now()
	id := h.remote.AddCandidate(Other{Job: job, Email: strings.ToUpper(lost.s.Candidate.Email), OurSource: true})
	lost.to = h.remote.Now()
	if f, _ := h.find(lost); f.Match != connector.Ours || f.Candidate != id {
		t.Errorf("by address, time and source: %+v", f)
	}

	// A listing that lags says absent, until it has caught up.
	h.remote.Lag(time.Minute)
	late := h.application(job, 5)
	h.push(late)
	h.remote.Pass(h.typ.Limits.Settle())
	if f, _ := h.find(late); f.Match != connector.Ours {
		t.Errorf("after the time that Type names, a lagging listing gives %+v", f)
	}
	h.remote.Lag(0)
	for _, c := range h.remote.Calls() {
		if s := strings.ToLower(c.Target); strings.Contains(s, "@") || strings.Contains(s, "%40") || strings.Contains(s, canaryMail) {
			t.Errorf("an address stands in a URL of %s %s", c.Method, c.Template)
		}
	}
}

// chapterExisting: who was there before us stays as they are.
func chapterExisting(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	job := h.remote.Job(JobOpen)
	day := 24 * time.Hour
	cases := []struct {
		name   string
		others []Other
		pass   time.Duration
		want   connector.Match
	}{
		{"before our attempts, from elsewhere", []Other{{}}, day, connector.Existing},
		{"before our attempts, under our source", []Other{{OurSource: true}}, day, connector.Existing},
		{"during our attempts, from elsewhere", []Other{{}}, 0, connector.Existing},
		{"during our attempts, with another application's tag", []Other{{OurSource: true, Tags: []string{"ho-0000000000000000"}}}, 0, connector.Existing},
		{"two of them", []Other{{}, {}}, day, connector.Ambiguous},
	}
	for i, c := range cases {
		w := h.application(job, i)
		if !h.typ.Tags && len(c.others[0].Tags) > 0 {
			continue
		}
		w.from = h.remote.Now()
		for _, o := range c.others {
			o.Job, o.Email = job, w.s.Candidate.Email
			h.remote.PutFile(job, h.remote.AddCandidate(o), "theirs.pdf", []byte("%PDF-1.7 theirs"))
		}
		h.remote.Pass(c.pass)
		if c.pass > 0 {
			w.from = h.remote.Now()
		}
		before := fmt.Sprint(h.held(w))
		// The create is lost on its way, so that the engine has to look.
		h.remote.Fault(Fault{Kind: DropBefore, Nth: 1})
		e := h.deliver(w)
		h.remote.Heal()
		f, _ := h.find(w)
		if f.Match != c.want {
			t.Errorf("%s: found as %d, want %d", c.name, f.Match, c.want)
		}
		if want := map[connector.Match]end{connector.Existing: linked, connector.Ambiguous: attention}[c.want]; e != want {
			t.Errorf("%s: the delivery ended as %s, want %s", c.name, e, want)
		}
		if after := fmt.Sprint(h.held(w)); after != before {
			t.Errorf("%s: what was there was changed or added to", c.name)
		}
	}
}

// chapterWhole: a listing that broke off is an error, never an absence.
func chapterWhole(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	job := h.remote.Job(JobOpen)
	w := h.application(job, 1)
	h.push(w)
	for i := range 130 { // whichever end the listing begins at, another page follows
		h.remote.AddCandidate(Other{Job: job, Email: fmt.Sprintf("stranger.%d@example.org", i)})
	}
	for page := 1; page <= 2; page++ {
		for _, f := range faults() {
			if f.Kind == Expired || f.Kind == Slow || f.Kind == Swallow {
				continue // these come through, or take their time
			}
			h.remote.Heal()
			f.Nth = page
			h.remote.Fault(f)
			got, err := h.conn().Find.Find(t.Context(), job, []connector.Wanted{w.wanted()})
			k := h.saw(err)
			if k != connector.Unavailable && k != connector.RateLimited || len(got) > 0 {
				t.Errorf("%s %d on page %d: %d found and %v, want an error that may be repeated", f.Kind, f.Status, page, len(got), err)
			}
			h.rested()
		}
	}
}
