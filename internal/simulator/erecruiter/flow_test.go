package erecruiter

import "testing"

// TestACandidateGoesTheWholeWay is the way of the instructions: it fails first, because the
// recruitment has no consent assigned, and goes through when one is.
func TestACandidateGoesTheWholeWay(t *testing.T) {
	w := start(t)
	if n := len(w.call("GET", "/v1.1/Account/Companies", nil).is(200, "").items()); n != 1 {
		t.Fatalf("%d companies", n)
	}
	w.push(w.bare, w.grace()).is(409, "ConsentNotAssigned")
	if w.held() != 0 {
		t.Fatal("a refused candidate is stored")
	}
	w.ok(w.sim.AssignConsent(w.bare, w.must, true))
	w.ok(w.sim.AssignConsent(w.bare, w.may, false))
	made := w.push(w.bare, w.grace()).is(201, "")
	id := made.num("applicationId")
	if made.num("candidateId") == 0 || made.num("stageId") != w.sim.Stage(stageNew).ID {
		t.Fatalf("%s", made.Body)
	}
	a := w.sim.Ledger().Email("gracja.probna@example.com")[0]
	if a.OriginID != w.origin || len(a.Files) != 1 || string(w.sim.File(a.Files[0].ID)) != string(pdf) || len(a.Notes) != 1 || len(a.Consents) != 2 ||
		!a.Consents[0].Given || a.Consents[1].Given || a.CreatedBy != w.key.ID {
		t.Fatalf("%+v", a)
	}
	found := false
	for _, item := range w.get("/Recruitments/%d/CandidateApplications", w.bare).is(200, "").items() {
		found = found || int64(item["applicationId"].(float64)) == id && item["stageName"] == stageNew
	}
	if !found {
		t.Fatal("the application is not listed")
	}
	w.ok(w.sim.OpenCandidate(id))
	w.ok(w.sim.MoveCandidate(id, w.sim.Stage("Spotkanie z zespołem").ID, ""))
	h := w.get("/CandidateApplications/%d/StagesHistory", id).is(200, "").items()
	if len(h) != 3 || h[1]["stageName"] != stageReview || h[2]["stageName"] != "Spotkanie z zespołem" {
		t.Fatalf("%v", h)
	}
	w.push(w.bare, w.grace()).is(200, "")
	if w.held() != 1 {
		t.Fatal("doubled")
	}
}
