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

func TestAJobIsListedOnceForAllItsStages(t *testing.T) {
	for _, primary := range []sim.Setting{sim.Latest, sim.First} {
		t.Run("primary "+string(primary), func(t *testing.T) {
			sw, err := sim.Switches{}.With("primary_assignment", primary)
			if err != nil {
				t.Fatal(err)
			}
			r := start(t, atstest.Options{Variation: atstest.Variation{Value: sw}})
			conn := opened(t, r)
			job, other := r.Job(atstest.JobOpen), r.Job(atstest.JobOther)
			all := tracked(t, conn, job, 230)
			move := func(i int, status, sub string) {
				if err := r.sim.MoveCandidate(string(all[i].Candidate), string(job), sim.Move{Status: status, SubStatus: sub}); err != nil {
					t.Fatal(err)
				}
			}
			move(3, "IN_REVIEW", "Phone screen")
			move(4, "HIRED", "")
			if err := r.sim.RemoveApplication(string(all[5].Candidate), string(job)); err != nil {
				t.Fatal(err)
			}
			before := len(r.Calls())
			read, err := conn.Stages.ReadStages(t.Context(), job, all)
			got := read.Stages
			if err != nil || len(got) != len(all) || read.Rows < len(all) {
				t.Fatalf("%d of %d, %v", len(got), len(all), err)
			}
			// 230 of ours and a few strangers are three pages.
			if n := len(r.Calls()) - before; n > 4 {
				t.Errorf("%d calls for three pages", n)
			}
			for i, want := range map[int]connector.StageRead{0: {Key: "NEW", Name: "New"}, 3: {Key: "IN_REVIEW/Phone screen", Name: "Phone screen"},
				4: {Key: "HIRED", Name: "Hired"}, 5: {Gone: true}} {
				if s := got[all[i].Application]; s.Key != want.Key || s.Name != want.Name || s.Gone != want.Gone {
					t.Errorf("%d is %+v, want %+v", i, s, want)
				}
			}
			one, err := conn.Stages.ReadStage(t.Context(), job, all[3])
			if err != nil || one.Key != "IN_REVIEW/Phone screen" {
				t.Errorf("%+v, %v", one, err)
			}
			if one, err = conn.Stages.ReadStage(t.Context(), job, all[5]); err != nil || !one.Gone {
				t.Errorf("%+v, %v", one, err)
			}
			// On another job's list the main assignment is this job's: asked for one by one.
			if one, err = conn.Stages.ReadStage(t.Context(), other, all[3]); err != nil || !one.Gone {
				t.Errorf("on another job: %+v, %v", one, err)
			}
			r.Fault(atstest.Fault{Kind: atstest.StatusBefore, Status: 500, Nth: 2})
			if got, err := conn.Stages.ReadStages(t.Context(), job, all); connector.KindOf(err) != connector.Unavailable || got.Stages != nil {
				t.Errorf("with a failing page: %d answers, %v", len(got.Stages), err)
			}
		})
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
}
