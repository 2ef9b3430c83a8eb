package atstest

import (
	"slices"
	"strings"
	"testing"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// chapterPush: what a person submitted stands in the ATS, once, word for word.
func chapterPush(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	job := h.remote.Job(JobOpen)
	people := []recruit.Candidate{
		{FirstName: canaryFirst, LastName: canaryLast},
		{FirstName: "李", LastName: "王小明"}, {FirstName: "محمد", LastName: "علي"}, {FirstName: "Ołena", LastName: "Шевченко"},
		{FirstName: "Anne-Marie", LastName: "O'Neill \"Ann\" <x>"},
	}
	for i, p := range people {
		w := h.application(job, i)
		w.s.Candidate.FirstName, w.s.Candidate.LastName = p.FirstName, p.LastName
		if i == 4 {
			w.s.CV = nil
		}
		if k := h.push(w); k != connector.Unknown {
			t.Fatalf("push of person %d: %v", i, k)
		}
		h.once(w, "a push")
		got := h.held(w)
		if len(got) != 1 {
			return
		}
		x := got[0]
		if x.FirstName != p.FirstName || x.LastName != p.LastName || x.Email != w.s.Candidate.Email || x.Phone != w.s.Candidate.Phone {
			t.Errorf("person %d stands in the ATS under other data", i)
		}
		if x.LinkedIn != w.s.Candidate.LinkedInURL {
			t.Errorf("person %d: the profile link is %q", i, x.LinkedIn)
		}
		if h.typ.Tags && (!slices.Contains(x.Tags, string(w.s.Tag)) || !slices.Contains(x.Tags, h.set.PlatformTag) || len(x.Tags) != 2) {
			t.Errorf("person %d carries the tags %v", i, x.Tags)
		}
		if x.Source != h.set.Source.Name {
			t.Errorf("person %d: source %q, want %q", i, x.Source, h.set.Source.Name)
		}
		r := w.receipt
		if !r.Complete || !r.CVDone || r.Candidate != x.Candidate || r.Application != "" && r.Application != x.Application {
			t.Errorf("person %d: receipt %+v", i, r)
		}
		if !strings.Contains(r.URL, string(x.Candidate)) {
			t.Errorf("person %d: %q does not lead to the candidate", i, r.URL)
		}
	}
	for kind, want := range map[JobKind]connector.Kind{JobUnknown: connector.Gone, JobDenied: connector.Forbidden} {
		if k := h.push(h.application(h.remote.Job(kind), 50+int(kind))); k != want {
			t.Errorf("a push to job kind %d: %v, want %v", kind, k, want)
		}
	}
	h.remote.DropSource()
	w := h.application(job, 60)
	if k := h.push(w); k != connector.Rejected || len(h.held(w)) != 0 {
		t.Errorf("a push under a source that is gone: %v, and the ATS holds %d", k, len(h.held(w)))
	}
}

// chapterRecord: each step is recorded before the next, and an error of record
// stops at once and comes back as it is.
func chapterRecord(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	job := h.remote.Job(JobOpen)
	steps := 0
	h.pushUntil(h.application(job, 0), func(connector.Receipt) error { steps++; return nil })
	if steps < 2 {
		t.Errorf("a push with a CV was recorded %d times; create and CV are two steps", steps)
	}
	for stop := 1; stop <= steps; stop++ {
		w := h.application(job, stop)
		n, calls := 0, 0
		err := h.conn().Push.Push(t.Context(), w.s, w.receipt, func(r connector.Receipt) error {
			w.receipt = r
			if n++; n == stop {
				calls = len(h.remote.Calls())
				return errStop
			}
			return nil
		})
		if err != errStop {
			t.Errorf("stopped at record %d, Push returned %v", stop, err)
		}
		if got := len(h.remote.Calls()); got != calls {
			t.Errorf("stopped at record %d, %d more calls were made", stop, got-calls)
		}
		if k := h.push(w); k != connector.Unknown {
			t.Errorf("resumed after record %d: %v", stop, k)
		}
		h.once(w, "resumed from a receipt")
		before := len(h.remote.Calls())
		if k := h.push(w); k != connector.Unknown || len(h.remote.Calls()) != before {
			t.Errorf("a complete receipt was pushed again")
		}
	}
}

// chapterGate: whatever the step, a no sends nothing more.
func chapterGate(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	job := h.remote.Job(JobOpen)
	before := len(h.remote.Calls())
	h.push(h.application(job, 0))
	steps := len(h.remote.Calls()) - before
	for allow := range steps {
		w := h.application(job, 1+allow)
		asked, from := 0, len(h.remote.Calls())
		h.setGate(func() error {
			if asked++; asked > allow {
				return errStop
			}
			return nil
		})
		if k := h.push(w); k != connector.Stopped {
			t.Errorf("with a no after %d calls Push ended %v", allow, k)
		}
		if n := len(h.remote.Calls()) - from; n != allow {
			t.Errorf("with a no after %d calls %d were made", allow, n)
		}
		h.setGate(nil)
		if e := h.deliver(w); e != delivered {
			t.Errorf("after a no was lifted: %s", e)
		}
		h.once(w, "stopped and allowed again")
	}
}
