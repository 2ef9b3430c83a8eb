package smartrecruiters_test

import (
	"fmt"
	"slices"
	"testing"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/recruit"
	sim "handoff/internal/simulator/smartrecruiters"
)

func TestStagesAreTheStatusesAndEveryProcessesSubStatuses(t *testing.T) {
	r := start(t, atstest.Options{})
	conn := opened(t, r)
	for _, process := range []string{"Default hiring process", "Engineering with task"} {
		if err := r.sim.SetSubStatuses(process, "INTERVIEW", []string{"Hold", process}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := conn.Stages.ListStages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[recruit.StageKey]recruit.RemoteStage{}
	for _, s := range list {
		if _, twice := got[s.Key]; twice {
			t.Errorf("%s comes twice", s.Key)
		}
		got[s.Key] = s
	}
	for key, to := range map[recruit.StageKey]recruit.Stage{"LEAD": recruit.StageWaiting, "NEW": recruit.StageWaiting, "OFFERED": recruit.StageOffer,
		"HIRED": recruit.StageHired, "WITHDRAWN": recruit.StageNegative, "TRANSFERRED": ""} {
		if s, ok := got[key]; !ok || s.Preset != to || s.Locked {
			t.Errorf("%s is %+v", key, s)
		}
	}
	hold := got["INTERVIEW/Hold"]
	if !slices.Equal(hold.Pipelines, []string{"Default hiring process", "Engineering with task"}) || hold.Preset != "" ||
		hold.Category != recruit.CategoryMeeting || hold.Status != "INTERVIEW" {
		t.Errorf("the same name in two processes is %+v", hold)
	}
	if s := got["INTERVIEW/Engineering with task"]; len(s.Pipelines) != 1 {
		t.Errorf("%+v", s)
	}
	for name, body := range map[string]string{"empty": "", "no list": "{}", "fewer than it says": `{"totalFound":3,"content":[]}`} {
		r.Answer(200, nil, body)
		if _, err := conn.Stages.ListStages(t.Context()); connector.KindOf(err) != connector.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// tracked pushes n applications and returns them as they are tracked.
func tracked(t *testing.T, conn *connector.Conn, job recruit.RemoteJobID, n int) []connector.Tracked {
	t.Helper()
	var out []connector.Tracked
	for i := range n {
		s := submission(job, i)
		s.CV = nil
		var done connector.Receipt
		if err := conn.Push.Push(t.Context(), s, connector.Receipt{}, func(r connector.Receipt) error { done = r; return nil }); err != nil {
			t.Fatal(err)
		}
		out = append(out, connector.Tracked{Application: s.Application, Candidate: done.Candidate, Remote: done.Application})
	}
	return out
}

func TestAListThatBreaksOffIsNeverTakenForWhole(t *testing.T) {
	r := start(t, atstest.Options{Variation: atstest.Variation{Value: sim.Switches{LaterPages: "error_500"}}})
	conn := opened(t, r)
	job := r.Job(atstest.JobOther)
	ours := tracked(t, conn, job, 1)
	for i := range 120 { // newer ones: ours is on the second page
		r.AddCandidate(atstest.Other{Job: job, Email: fmt.Sprintf("s%d@example.org", i)})
	}
	if got, err := conn.Stages.ReadStages(t.Context(), job, ours); connector.KindOf(err) != connector.Unavailable || got.Stages != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := conn.Find.Find(t.Context(), job, []connector.Wanted{{Application: ours[0].Application, Email: "s1@example.org"}}); connector.KindOf(err) != connector.Unavailable || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestTheStageOnAJobThatIsNotTheMainOneIsRead(t *testing.T) {
	r := start(t, atstest.Options{Variation: atstest.Variation{Value: sim.Switches{DuplicateEmail: sim.SameCandidate}}})
	conn := opened(t, r)
	job, other := r.Job(atstest.JobOpen), r.Job(atstest.JobOther)
	first, second := tracked(t, conn, job, 1), tracked(t, conn, other, 1) // the same person
	if first[0].Candidate != second[0].Candidate {
		t.Fatal("two candidates")
	}
	for j, status := range map[recruit.RemoteJobID]string{job: "INTERVIEW", other: "REJECTED"} {
		if err := r.sim.MoveCandidate(string(first[0].Candidate), string(j), sim.Move{Status: status}); err != nil {
			t.Fatal(err)
		}
	}
	for j, want := range map[recruit.RemoteJobID]recruit.StageKey{job: "INTERVIEW", other: "REJECTED"} { // one of them is not the main one
		got, err := conn.Stages.ReadStages(t.Context(), j, first)
		if err != nil || got.Stages[first[0].Application].Key != want {
			t.Errorf("%s: %+v, %v, want %s", fmt.Sprint(j), got, err, want)
		}
	}
	third := tracked(t, conn, other, 2)[1:] // on the other job alone
	if one, err := conn.Stages.ReadStage(t.Context(), job, third[0]); err != nil || !one.Gone {
		t.Errorf("on a job that they never applied to: %+v, %v", one, err)
	}
}
