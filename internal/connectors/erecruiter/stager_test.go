package erecruiter_test

import (
	"time"

	"handoff/internal/connector/atstest"
	"handoff/internal/recruit"

	sim "handoff/internal/simulator/erecruiter"
)

func (r *remote) AddStage(name string) recruit.RemoteStage {
	s, err := r.sim.AddStage(name, sim.Interview)
	r.ok(err)
	out := recruit.RemoteStage{Key: recruit.StageKey(text(s.ID)), Name: name, Category: recruit.CategoryMeeting}
	if r.sim.Switches().Get("stage_type") == sim.Absent {
		out.Category = "" // the API does not show it
	}
	return out
}

func (r *remote) RenameStage(key recruit.StageKey, name string) recruit.StageKey {
	r.ok(r.sim.RenameStage(number(key), name))
	return key
}

func (r *remote) DeleteStage(key recruit.StageKey) { r.ok(r.sim.DeleteStage(number(key))) }

func (r *remote) Move(job recruit.RemoteJobID, c recruit.RemoteCandidateID, to recruit.StageKey) {
	r.ok(r.sim.MoveCandidate(r.application(job, c).ID, number(to), ""))
}

func (r *remote) OpenCard(job recruit.RemoteJobID, c recruit.RemoteCandidateID) {
	r.ok(r.sim.OpenCandidate(r.application(job, c).ID))
}

func (r *remote) TakeOut(job recruit.RemoteJobID, c recruit.RemoteCandidateID) {
	r.ok(r.sim.RemoveApplication(r.application(job, c).ID))
}

func (r *remote) StandsOn(job recruit.RemoteJobID, c recruit.RemoteCandidateID) (recruit.StageKey, string) {
	a := r.application(job, c)
	name := a.Stage
	if r.sim.Switches().Get("stage_names") == "en" {
		english := map[string]string{"Nowy": "New", "Analiza CV": "CV review"} // of those on which anybody stands by itself
		if english[name] != "" {
			name = english[name]
		}
	}
	return recruit.StageKey(text(a.StageID)), name
}

func (r *remote) Hide(job recruit.RemoteJobID, c recruit.RemoteCandidateID) {
	r.ok(r.sim.HideStage(r.application(job, c).ID))
}

func (r *remote) LagStages(d time.Duration) { r.sim.SetStageLag(d) }

// application is the first of a candidate's on a job, which is ours.
func (r *remote) application(job recruit.RemoteJobID, c recruit.RemoteCandidateID) sim.LedgerApplication {
	for _, a := range r.sim.Ledger().Live(number(job)) {
		if text(a.CandidateID) == string(c) {
			return a
		}
	}
	r.t.Helper()
	r.t.Fatalf("candidate %s is not on job %s", c, job)
	return sim.LedgerApplication{}
}

var _ atstest.Stager = (*remote)(nil)
