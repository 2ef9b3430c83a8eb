package smartrecruiters_test

import (
	"slices"
	"strings"
	"time"

	"handoff/internal/connector/atstest"
	"handoff/internal/recruit"
	sim "handoff/internal/simulator/smartrecruiters"
)

// interviews are the sub-statuses of interviews in the hiring process of the
// suite's jobs.
func (r *remote) interviews(change func([]string) []string) {
	if r.subs == nil {
		r.subs = []string{"Technical interview", "Onsite", "Culture fit"}
	}
	r.subs = change(r.subs)
	if err := r.sim.SetSubStatuses("Default hiring process", "INTERVIEW", r.subs); err != nil {
		r.t.Fatal(err)
	}
}

func (r *remote) AddStage(name string) recruit.RemoteStage {
	r.interviews(func(all []string) []string { return append(all, name) })
	return recruit.RemoteStage{Key: recruit.StageKey("INTERVIEW/" + name), Name: name, Category: recruit.CategoryMeeting}
}

// RenameStage gives it another key: a sub-status has no id.
func (r *remote) RenameStage(key recruit.StageKey, name string) recruit.StageKey {
	r.DeleteStage(key)
	return r.AddStage(name).Key
}

func (r *remote) DeleteStage(key recruit.StageKey) {
	_, name, _ := strings.Cut(string(key), "/")
	r.interviews(func(all []string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == name })
	})
}

func (r *remote) Move(job recruit.RemoteJobID, c recruit.RemoteCandidateID, to recruit.StageKey) {
	status, sub, _ := strings.Cut(string(to), "/")
	if err := r.sim.MoveCandidate(string(c), string(job), sim.Move{Status: status, SubStatus: sub}); err != nil {
		r.t.Fatal(err)
	}
}

// OpenCard changes nothing at this ATS.
func (r *remote) OpenCard(recruit.RemoteJobID, recruit.RemoteCandidateID) {}

func (r *remote) TakeOut(job recruit.RemoteJobID, c recruit.RemoteCandidateID) {
	if err := r.sim.RemoveApplication(string(c), string(job)); err != nil {
		r.t.Fatal(err)
	}
}

func (r *remote) StandsOn(job recruit.RemoteJobID, c recruit.RemoteCandidateID) (recruit.StageKey, string) {
	for _, k := range r.sim.Ledger().Candidates {
		for _, a := range k.Applications {
			if k.ID != string(c) || a.JobID != string(job) || a.RemovedAt != nil {
				continue
			}
			if a.SubStatus != "" {
				return recruit.StageKey(a.Status + "/" + a.SubStatus), a.SubStatus
			}
			name := strings.ReplaceAll(a.Status[:1]+strings.ToLower(a.Status[1:]), "_", " ")
			return recruit.StageKey(a.Status), name
		}
	}
	r.t.Fatalf("candidate %s is not on job %s", c, job)
	return "", ""
}

func (r *remote) Hide(job recruit.RemoteJobID, c recruit.RemoteCandidateID) {
	if err := r.sim.HideStage(string(c), string(job)); err != nil {
		r.t.Fatal(err)
	}
}

// LagStages does nothing: no list of this ATS was seen to lag behind a move.
func (r *remote) LagStages(time.Duration) {}

var _ atstest.Stager = (*remote)(nil)
