package atstest

import (
	"testing"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// chapterRemove: the run's own test candidate goes, once; nobody else does.
func chapterRemove(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	job, other := h.remote.Job(JobOpen), h.remote.Job(JobOther)
	own, kept := h.application(job, 1), h.application(job, 2)
	h.push(own)
	h.push(kept)
	stranger := h.application(job, 3)
	id := h.remote.AddCandidate(Other{Job: job, Email: stranger.s.Candidate.Email, OurSource: true})

	refused := func(what string, c recruit.RemoteCandidateID, job recruit.RemoteJobID, tag recruit.Tag) {
		t.Helper()
		err := h.conn().Remove.Remove(t.Context(), c, job, tag)
		e, _ := err.(*connector.Error)
		if h.saw(err) != connector.Rejected || e.Code != "NOT_OURS" {
			t.Errorf("%s: %v, want NOT_OURS", what, err)
		}
	}
	refused("a stranger", id, job, own.s.Tag)
	refused("another application of ours", kept.receipt.Candidate, job, own.s.Tag)
	refused("our own on another job", own.receipt.Candidate, other, own.s.Tag)
	refused("our own without its tag", own.receipt.Candidate, job, "")
	if len(h.held(own)) != 1 || len(h.held(kept)) != 1 || len(h.held(stranger)) != 1 {
		t.Error("a refused removal removed somebody")
	}
	for range 2 { // the second time it is gone already
		if err := h.conn().Remove.Remove(t.Context(), own.receipt.Candidate, job, own.s.Tag); h.saw(err) != connector.Unknown {
			t.Errorf("our own: %v", err)
		}
	}
	if len(h.held(own)) != 0 || len(h.held(kept)) != 1 || len(h.held(stranger)) != 1 {
		t.Error("a removal took another one than asked, or none")
	}
}

// chapterSources: a picker that suggests ours, and a check that sees it go.
func chapterSources(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	list, err := h.conn().Sources.ListSources(t.Context())
	if h.saw(err) != connector.Unknown || len(list) == 0 {
		t.Fatalf("sources: %d, %v", len(list), err)
	}
	seen, suggested, chosen := map[string]bool{}, 0, false
	for _, s := range list {
		if s.ID == "" || s.Name == "" || seen[s.ID] {
			t.Errorf("a source is listed twice or without a name: %+v", s)
		}
		seen[s.ID] = true
		if s.Suggested {
			suggested++
		}
		chosen = chosen || s.ID == h.set.Source.ID && s.Name == h.set.Source.Name
	}
	if suggested != 1 || !chosen {
		t.Errorf("%d sources are suggested, want 1; the chosen one is listed: %v", suggested, chosen)
	}
	h.remote.DropSource()
	r, err := h.conn().Core.Check(t.Context())
	if c := states(r)[connector.CheckSource]; h.saw(err) != connector.Unknown || c.State != recruit.CheckFailed || c.Code != connector.CodeSourceGone {
		t.Errorf("with the chosen source gone the check says %+v, %v", c, err)
	}
}

// chapterReadBack: a test shows what the ATS really holds.
func chapterReadBack(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	w := h.application(h.remote.Job(JobOpen), 1)
	h.push(w)
	for _, r := range []connector.Receipt{w.receipt, {Candidate: w.receipt.Candidate}} {
		got, err := h.conn().Read.ReadBack(t.Context(), r, w.s.Job)
		cv := got.CVSHA == w.s.CV.SHA256 && got.CVBytes == w.s.CV.Size
		if got.CVHidden {
			cv = got.CVSHA == "" && got.CVBytes == 0
		}
		if h.saw(err) != connector.Unknown || !cv || got.Source != h.set.Source.Name || got.Status == "" {
			t.Errorf("read back %+v, %v", got, err)
		}
	}
}
