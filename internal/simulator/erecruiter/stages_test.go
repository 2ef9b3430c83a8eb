package erecruiter

import (
	"testing"
	"time"
)

func TestListsLagAndTheHistoryDoesNot(t *testing.T) {
	w := start(t)
	w.sim.SetLag(5 * time.Minute)
	w.sim.SetStageLag(20 * time.Minute)
	id := w.create(w.grace())
	listed := func() any {
		for _, i := range w.get("/Recruitments/%d/CandidateApplications", w.job).items() {
			if int64(i["applicationId"].(float64)) == id {
				return i["stageName"]
			}
		}
		return nil
	}
	if listed() != nil {
		t.Error("listed at once")
	}
	w.get("/CandidateApplications/%d", id).is(200, "")
	w.clock.Advance(5 * time.Minute)
	w.ok(w.sim.OpenCandidate(id))
	if listed() != stageNew {
		t.Error(listed())
	}
	if n := len(w.get("/CandidateApplications/%d/StagesHistory", id).items()); n != 2 {
		t.Error(n)
	}
	w.clock.Advance(20 * time.Minute)
	if listed() != stageReview {
		t.Error(listed())
	}
}

func TestACandidateKeepsAStageThatWasTakenAway(t *testing.T) {
	w := start(t)
	id := w.create(w.grace())
	task := w.sim.Stage("Zadanie rekrutacyjne").ID
	w.ok(w.sim.MoveCandidate(id, task, ""))
	w.ok(w.sim.TickStage(w.job, task, false))
	if w.sim.MoveCandidate(id, task, "") == nil {
		t.Error("moved to a stage that is not on the recruitment")
	}
	w.ok(w.sim.DeleteStage(task))
	for _, path := range []string{"/Account/Stages", "/Dictionaries/RecruitmentStages"} {
		for _, s := range w.get("%s", path).items() {
			if s["id"] == float64(task) {
				t.Errorf("%s still has the stage", path)
			}
		}
	}
	if got := w.get("/CandidateApplications/%d", id).obj()["stageName"]; got != "Zadanie rekrutacyjne" {
		t.Error(got)
	}
	fixed := w.sim.Stage(stageNew).ID
	if w.sim.DeleteStage(fixed) == nil || w.sim.TickStage(w.job, fixed, false) == nil || w.sim.RenameStage(fixed, "x") == nil {
		t.Error("a fixed stage was taken away")
	}
}

func TestOnlyTheFirstOpeningOfACardMoves(t *testing.T) {
	w := start(t)
	id := w.create(w.grace())
	w.ok(w.sim.OpenCandidate(id))
	w.ok(w.sim.OpenCandidate(id))
	w.ok(w.sim.MoveCandidate(id, w.sim.Stage("weak English").ID, "język"))
	w.ok(w.sim.OpenCandidate(id))
	a := w.sim.Ledger().Email("gracja.probna@example.com")[0]
	if len(a.History) != 3 || a.Stage != "weak English" || a.History[1].By != "system" || a.History[2].Reason != "język" {
		t.Errorf("%+v", a.History)
	}
}

func TestDecisionsAreKeptByGroupCompany(t *testing.T) {
	w := start(t)
	services, err := w.sim.AddConsent(ConsentSpec{Text: "Zgoda dla Services.", GroupID: 302})
	w.ok(err)
	w.ok(w.sim.AssignConsent(w.job, services.ID, false))
	b := w.grace()
	b["consents"] = []any{w.says(w.must, true), w.says(services.ID, false)}
	w.create(b)
	a := w.sim.Ledger().Email("gracja.probna@example.com")[0]
	k, _ := w.sim.Ledger().Candidate(a.CandidateID)
	if len(k.Decisions) != 2 || k.Decisions[0].GroupID != 0 || k.Decisions[1].GroupID != 302 || k.Decisions[1].Given {
		t.Errorf("%+v", k.Decisions)
	}
}
