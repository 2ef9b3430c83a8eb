package atstest

import (
	"testing"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// chapterJobs: all of them over several pages, once each, or an error.
func chapterJobs(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	h.remote.AddJobs(230)
	jobs, err := h.conn().Jobs.ListJobs(t.Context())
	if h.saw(err) != connector.Unknown {
		t.Fatalf("list: %v", err)
	}
	want, got := h.remote.Jobs(), map[recruit.RemoteJobID]bool{}
	for _, j := range jobs {
		if _, twice := got[j.ID]; twice {
			t.Errorf("a job is listed twice")
		}
		got[j.ID] = j.Open
		if j.Title == "" || j.Status == "" || j.RefreshedAt.IsZero() || j.Open == (j.BlockedReason != "") {
			t.Errorf("a job is listed as %+v", j)
		}
	}
	for id, open := range want {
		if o, there := got[id]; !there || o != open {
			t.Errorf("a job is missing, or its state is wrong: %v, %v", there, o)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d jobs, want %d", len(got), len(want))
	}
	for _, f := range []Fault{{Kind: StatusBefore, Status: 502, Nth: 2}, {Kind: DropBefore, Nth: 3}, {Kind: Truncated, Nth: 2}, {Kind: Empty, Nth: 3}, {Kind: HTML, Nth: 1}} {
		h.remote.Heal()
		h.remote.Fault(f)
		jobs, err := h.conn().Jobs.ListJobs(t.Context())
		if k := h.saw(err); k != connector.Unavailable || jobs != nil {
			t.Errorf("%s on page %d: %d jobs and %v, want nothing and unavailable", f.Kind, f.Nth, len(jobs), err)
		}
	}
}

// chapterPreflight: the one job, as it is.
func chapterPreflight(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	for kind, state := range map[JobKind]recruit.TestCheckState{JobOpen: recruit.CheckPassed, JobClosed: recruit.CheckFailed} {
		id := h.remote.Job(kind)
		job, checks, err := h.conn().Flight.Preflight(t.Context(), id)
		if h.saw(err) != connector.Unknown || job.ID != id || job.Open != (kind == JobOpen) {
			t.Errorf("preflight of job kind %d: %+v, %v", kind, job, err)
		}
		got := states(connector.Report{Checks: checks})
		if got[connector.CheckJobOpen].State != state || got[connector.CheckConsentAssigned].State == "" {
			t.Errorf("preflight of job kind %d says %+v", kind, checks)
		}
	}
	if _, _, err := h.conn().Flight.Preflight(t.Context(), h.remote.Job(JobDenied)); h.saw(err) != connector.Forbidden {
		t.Errorf("a denied job: %v", err)
	}
	if _, _, err := h.conn().Flight.Preflight(t.Context(), h.remote.Job(JobUnknown)); h.saw(err) != connector.Gone {
		t.Errorf("an unknown job: %v", err)
	}
}
