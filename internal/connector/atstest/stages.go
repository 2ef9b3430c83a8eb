package atstest

import (
	"fmt"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// Stager is what a Remote has besides where its ATS tells stages
// (Type.TellsStages). What it does is a recruiter's, and never a call of the
// connector's.
type Stager interface {
	// AddStage defines a stage of the company's own, of the category of
	// meetings, on which candidates of all open jobs can be put, and returns it
	// as it is to be listed (Key, Name, Category). RenameStage returns the key
	// that it has then: another one where the ATS knows it by its name.
	AddStage(name string) recruit.RemoteStage
	RenameStage(key recruit.StageKey, name string) recruit.StageKey
	// DeleteStage takes it away; candidates keep it.
	DeleteStage(key recruit.StageKey)
	// Move puts an application on a stage; OpenCard only looks at it.
	Move(job recruit.RemoteJobID, c recruit.RemoteCandidateID, to recruit.StageKey)
	OpenCard(job recruit.RemoteJobID, c recruit.RemoteCandidateID)
	// TakeOut ends an application; the person stays.
	TakeOut(job recruit.RemoteJobID, c recruit.RemoteCandidateID)
	// StandsOn is where the ATS holds an application.
	StandsOn(job recruit.RemoteJobID, c recruit.RemoteCandidateID) (key recruit.StageKey, name string)
	// Hide has nothing show any more where an application stands; that it is
	// there is still shown.
	Hide(job recruit.RemoteJobID, c recruit.RemoteCandidateID)
	// LagStages is how long listings show an application where it stood before.
	LagStages(d time.Duration)
}

// follow pushes n applications and returns them as they are tracked.
func (h *host) follow(job recruit.RemoteJobID, from, n int) []connector.Tracked {
	h.t.Helper()
	var out []connector.Tracked
	for i := range n {
		w := h.application(job, from+i)
		w.s.CV = nil
		if e := h.deliver(w); e != delivered {
			h.t.Fatalf("an application to follow: %s (attempts ended %v)", e, w.kinds)
		}
		out = append(out, w.tracked())
	}
	return out
}

func (w *work) tracked() connector.Tracked {
	return connector.Tracked{Application: w.s.Application, Candidate: w.receipt.Candidate, Remote: w.receipt.Application}
}

// where reads a job, and remembers it as the engine does.
func (h *host) where(job recruit.RemoteJobID, tracked []connector.Tracked) (connector.JobStages, connector.Kind) {
	h.t.Helper()
	got, err := h.conn().Stages.ReadStages(h.t.Context(), job, tracked)
	kind := h.saw(err)
	if kind != connector.Unknown {
		if got.Stages != nil || got.Rows != 0 {
			h.t.Errorf("a part stands beside an error: %d of %d", len(got.Stages), len(tracked))
		}
		return got, kind
	}
	for i, t := range tracked {
		if r, ok := got.Stages[t.Application]; ok && !r.Gone {
			tracked[i].Last = r.Key
		}
	}
	return got, kind
}

// patiently is where, again and again while the ATS misbehaves.
func (h *host) patiently(job recruit.RemoteJobID, tracked []connector.Tracked) connector.JobStages {
	h.t.Helper()
	for range 60 {
		got, kind := h.where(job, tracked)
		switch kind {
		case connector.Unknown:
			return got
		case connector.Unavailable, connector.RateLimited:
			h.rested()
		default:
			h.t.Errorf("stages: %v", kind)
			return got
		}
	}
	h.t.Errorf("the stages were not read in sixty attempts")
	return connector.JobStages{}
}

// asHeld compares what was read of everybody, or of one alone, with where the
// ATS holds them. Nobody else is in it.
func (h *host) asHeld(what string, board Stager, job recruit.RemoteJobID, tracked []connector.Tracked, got map[recruit.ApplicationID]connector.StageRead) {
	h.t.Helper()
	if len(got) != len(tracked) {
		h.t.Errorf("%s: %d answers for %d that were asked for", what, len(got), len(tracked))
	}
	there := map[recruit.RemoteCandidateID]bool{}
	for _, x := range h.remote.Held(job) {
		there[x.Candidate] = true
	}
	for i, t := range tracked {
		r, answered := got[t.Application]
		if !there[t.Candidate] {
			if !answered || !r.Gone || r.Key != "" || len(r.Past) > 0 {
				h.t.Errorf("%s: %d is not in the ATS and is read as %s", what, i, shape(r))
			}
			continue
		}
		key, name := board.StandsOn(job, t.Candidate)
		if !answered || r.Gone || r.Key != key || r.Name != name {
			h.t.Errorf("%s: %d stands on %s and is read as %s", what, i, key, shape(r))
		}
		h.inOrder(what, r)
	}
}

// inOrder: no stage was come to later than now, or than the one after it.
func (h *host) inOrder(what string, r connector.StageRead) {
	h.t.Helper()
	before := time.Time{}
	for _, p := range append(r.Past, connector.StagePast{Key: r.Key, At: r.ChangedAt}) {
		if p.Key == "" || p.At.Before(before) && !p.At.IsZero() || p.At.After(h.remote.Now().Add(time.Minute)) {
			h.t.Errorf("%s: a history out of order: %s", what, shape(r))
			return
		}
		before = p.At
	}
}

// shape is a reading without the company's words.
func shape(r connector.StageRead) string {
	if r.Gone {
		return "gone"
	}
	return fmt.Sprintf("%q since %v after %d others", string(r.Key), r.ChangedAt, len(r.Past))
}

// cost is how many calls f makes.
func (h *host) cost(f func()) int {
	before := len(h.remote.Calls())
	f()
	return len(h.remote.Calls()) - before
}
