package smartrecruiters

import (
	"strings"
	"testing"
)

func TestACandidateGoesInIsMovedAndCanBeReadBack(t *testing.T) {
	w := start(t)
	body := grace()
	var handoff LedgerSource
	for _, s := range w.sim.Ledger().Sources {
		if s.Label == "Handoff" {
			handoff = s
		}
	}
	body["sourceDetails"] = map[string]any{"sourceTypeId": handoff.TypeID, "sourceSubTypeId": handoff.SubTypeID, "sourceId": handoff.ID}
	created := w.call("POST", "/jobs/"+w.job+"/candidates", body).is(201, "")
	id := created.str("id")
	if created.str("primaryAssignment.status") != "NEW" || created.str("primaryAssignment.source") != "Handoff" {
		t.Fatalf("%s", created.Body)
	}
	if strings.Contains(string(created.Body), "applicationId") {
		t.Fatal("the create answer must not have an applicationId (S)")
	}
	appID := w.get(w.app(id)).is(200, "").str("applicationId")
	file := w.attach(id, "cv.pdf", pdf).is(201, "").str("id")
	if got := w.get("/candidates/attachments/"+file).is(200, ""); string(got.Body) != pdf {
		t.Fatalf("downloaded %q", got.Body)
	}
	if err := w.sim.MoveCandidate(id, w.job, Move{Status: "INTERVIEW", SubStatus: "Onsite"}); err != nil {
		t.Fatal(err)
	}
	ja := w.get("/job-applications-api/v202112/job-applications/"+appID).is(200, "")
	if ja.str("status") != "INTERVIEW" || ja.str("subStatus") != "Onsite" || ja.str("profileId") != id || ja.str("sourceIdentifier") != handoff.UUID {
		t.Fatalf("%s", ja.Body)
	}
	if h := w.get(w.app(id)+"/status/history").is(200, "").content(); len(h) != 2 || h[0]["status"] != "INTERVIEW" {
		t.Fatalf("history %v", h)
	}
	found := w.get("/candidates?jobId="+w.job+"&tag=handoff").is(200, "").content()
	if len(found) != 1 || found[0]["id"] != id {
		t.Fatalf("listed %v", found)
	}

	w.call("DELETE", "/candidates/"+id, nil).is(204, "")
	w.get("/candidates/"+id).is(404, "CANDIDATE_NOT_FOUND")
	w.get("/candidates/attachments/"+file).is(404, "FILE_NOT_FOUND")
	l := w.sim.Ledger()
	if len(l.Email("gracja.probna@example.com")) != 0 {
		t.Fatal("still there")
	}
	last := l.Candidates[len(l.Candidates)-1]
	if last.ID != id || last.RemovedAt == nil || last.Applications[0].RemovedAt == nil || last.Applications[0].Attachments[0].RemovedAt == nil {
		t.Fatalf("the ledger forgot what was removed: %+v", last)
	}
}

func TestOAuthCodeGivesAPairThatWorks(t *testing.T) {
	w := start(t)
	access, refresh := w.grant(integration)
	if refresh == "" {
		t.Fatal("no refresh token")
	}
	me := w.call("GET", "/user-api/v201804/users/me", nil, bearer(access)...).is(200, "")
	if me.str("email") != integration {
		t.Fatalf("%s", me.Body)
	}
}
