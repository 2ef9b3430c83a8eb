package api_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/testkit"
)

// remote starts a simulated SmartRecruiters and returns the settings for it.
func remote(t *testing.T) (*smartrecruiters.Simulator, app.ATS) {
	t.Helper()
	sim := smartrecruiters.New(smartrecruiters.Options{Seed: 7, Populate: true})
	s := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); s.Close() })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	url := "http://localhost:" + port
	sim.SetPublicURL(url)
	return sim, app.ATS{APIURL: url, AuthorizeURL: url, TokenURL: url, Settle: time.Second}
}

// until asks for a resource until ok says so. The lanes work beside the test;
// there is nothing in the API to wait on but the resource itself.
func (c *client) until(path string, ok func(got) bool) got {
	c.h.t.Helper()
	end := time.Now().Add(60 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		g := c.ask("GET", path, nil).want(http.StatusOK)
		if ok(g) {
			return g
		}
		if time.Now().After(end) {
			c.h.t.Fatalf("after a minute %s is still %s", path, g.body)
		}
	}
	return got{}
}

func TestAPlatformGoesAllTheWayByAPIAlone(t *testing.T) {
	sim, ats := remote(t)
	h := startWith(t, ats)
	conn := h.admin.ask("POST", "/connections", map[string]any{"ats": "smartrecruiters", "auth": "api_key", "environment": "production",
		"credentials": map[string]any{"api_key": sim.IssueKey().Key}}).want(201).text("id")
	test := h.admin.ask("POST", "/connections/"+conn+"/test", nil).want(202)
	finished := func(g got) bool { return g.text("state") != "running" }
	if g := h.admin.until(strings.TrimPrefix(test.header.Get("Location"), "/api/v1"), finished); g.text("state") != "passed" {
		t.Fatalf("the connection's test: %s", g.body)
	}
	h.admin.ask("POST", "/connections/"+conn+"/sources/import", nil).want(202)
	sources := h.admin.until("/connections/"+conn+"/sources?limit=100", func(g got) bool { return g.get("refreshing") == false && g.get("read_at") != nil })
	h.admin.ask("PUT", "/connections/"+conn+"/sources/selected", map[string]any{"source_id": sources.get("items.0.id")}).want(200)
	h.user.ask("POST", "/connections/"+conn+"/jobs/refresh", nil).want(202)
	jobs := h.admin.until("/connections/"+conn+"/jobs?q=machine", func(g got) bool { return g.get("refreshing") == false && g.get("read_at") != nil })
	remoteJob := jobs.text("items.0.id")

	p := h.admin.open()
	to := map[string]any{"connection_id": conn, "remote_job_id": remoteJob}
	run := h.admin.ask("POST", "/processes/"+p+"/binding/test", to, "Idempotency-Key", "t").want(202)
	run = h.admin.until("/test-runs/"+run.text("id"), finished)
	if run.text("state") != "passed" {
		t.Fatalf("the binding's test: %s", run.body)
	}
	to["test_run_id"] = run.text("id")
	if state := h.admin.ask("PUT", "/processes/"+p+"/binding", to).want(200).text("state"); state != "ok" {
		t.Errorf("bound, and %s", state)
	}
	if title := h.admin.ask("GET", "/processes/"+p+"/binding/preflight", nil).want(200).text("job.title"); title != "Machine Learning Engineer" {
		t.Errorf("bound to %q", title)
	}

	body := withCV(h.candidate(p), "cv.pdf", pdf(30_000))
	form := h.admin.ask("GET", "/processes/"+p+"/application-form?locale=pl", nil).want(200)
	consent := body["consent"].(map[string]any)
	consent["ats_transfer"] = map[string]any{"decision": "given", "version": form.get("ats_transfer.version")}
	id := h.admin.ask("POST", "/processes/"+p+"/applications", body, "Idempotency-Key", "a").want(201).text("id")
	done := h.admin.until("/applications/"+id, func(g got) bool { return g.text("delivery.state") == "delivered" })
	if done.get("delivery.remote_candidate_id") == nil || done.text("consent.ats_transfer") != "given" {
		t.Errorf("delivered: %s", done.body)
	}
	n := 0
	for _, c := range sim.Ledger().Candidates {
		if strings.EqualFold(c.Email, "zofia.w@example.com") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the ATS holds %d of her, want 1", n)
	}
	h.admin.ask("POST", "/applications/"+id+"/delivery/retry", nil).want(409, "delivery_not_retryable")
	h.admin.ask("GET", "/attention", nil).want(200)
	h.stagesComeBack(sim, conn, id)
	h.mappedOfItsOwn(conn, p, id)
	h.sidesCompared(sim, conn, id)
	h.mapsNothingWhileOff(conn)
	h.admin.ask("DELETE", "/connections/"+conn, nil).want(204)
	if state := h.admin.ask("GET", "/connections/"+conn, nil).want(200).text("state"); state != "disconnected" {
		t.Errorf("the connection is %s", state)
	}
}

// mappedOfItsOwn gives the process of an application that was invited a mapping
// of its own, and the connection's back.
func (h *house) mappedOfItsOwn(conn, process, id string) {
	h.t.Helper()
	mapping := "/connections/" + conn + "/stage-mapping"
	of := mapping + "?process_id=" + process
	common := h.admin.ask("GET", of, nil).want(200)
	if common.get("own") != false || common.get("version") != 1.0 {
		h.t.Errorf("before it has its own: %s", common.body)
	}
	entries := common.get("entries").([]any)
	for _, x := range entries {
		if e := x.(map[string]any); e["remote_stage_id"] == "INTERVIEW" {
			e["stage"] = "offer_submitted"
		}
	}
	stands := func(want string) {
		h.t.Helper()
		h.admin.until("/applications/"+id, func(g got) bool { return g.text("stage") == want })
	}
	own := map[string]any{"process_id": process, "entries": entries}
	if g := h.admin.ask("POST", mapping+"/preview", own).want(200); g.get("total") != 1.0 || g.text("would.0.to") != "offer_submitted" {
		h.t.Errorf("the preview says %s", g.body)
	}
	if g := h.admin.ask("PUT", mapping, own).want(200); g.get("own") != true || g.get("version") != 1.0 {
		h.t.Errorf("its own: %s", g.body)
	}
	stands("offer_submitted")
	if g := h.admin.ask("GET", "/connections/"+conn+"/stage-sync", nil).want(200); g.get("processes_missing_stages") != 0.0 {
		h.t.Errorf("stages are left out: %s", g.body)
	}
	if g := h.admin.ask("GET", mapping, nil).want(200); g.get("own") != false {
		h.t.Errorf("the connection's: %s", g.body)
	}

	stranger := h.admin.open() // bound to nothing
	h.admin.ask("GET", mapping+"?process_id="+stranger, nil).want(422, "process_not_bound")
	h.admin.ask("POST", mapping+"/preview", map[string]any{"process_id": stranger, "entries": entries}).want(422, "process_not_bound")
	h.admin.ask("PUT", mapping, map[string]any{"process_id": stranger, "entries": entries}).want(422, "process_not_bound")
	h.admin.ask("DELETE", mapping+"?process_id="+stranger, nil).want(422, "process_not_bound")
	h.admin.ask("DELETE", mapping, nil).want(422, "invalid")
	h.user.ask("DELETE", of, nil).want(403)
	h.other.ask("DELETE", of, nil).want(404)
	stands("offer_submitted")
	for range 2 {
		h.admin.ask("DELETE", of, nil).want(204)
		stands("invited")
	}
	if g := h.admin.ask("GET", of, nil).want(200); g.get("own") != false || g.get("version") != 1.0 {
		h.t.Errorf("given back: %s", g.body)
	}
	h.admin.ask("PUT", mapping, own).want(200) // its versions go on
	if g := h.admin.ask("GET", of, nil).want(200); g.get("own") != true || g.get("version") != 3.0 {
		h.t.Errorf("its own again: %s", g.body)
	}
	// What mails takes over from what does not once that is through.
	if !testkit.Within(20*time.Second, 10*time.Millisecond, func() bool {
		g := h.admin.ask("DELETE", of+"&mail=true", nil)
		return g.status != 409 && g.want(204).status == 204
	}) {
		h.t.Error("it is still being applied")
	}
	stands("invited")
}

// mapsNothingWhileOff: a mapping stands people by it, and so is not saved while
// the module is off.
func (h *house) mapsNothingWhileOff(conn string) {
	h.t.Helper()
	mapping := "/connections/" + conn + "/stage-mapping"
	entries := h.admin.ask("GET", mapping, nil).want(200).get("entries")
	h.admin.ask("PUT", "/connections/"+conn+"/stage-sync", map[string]any{"enabled": false}).want(200)
	h.admin.ask("PUT", mapping, map[string]any{"entries": entries, "mail": true}).want(409, "stage_sync_off")
}

// stagesComeBack switches the synchronization on, maps the stages, and has the
// application, made before, taken in by a backfill.
func (h *house) stagesComeBack(sim *smartrecruiters.Simulator, conn, id string) {
	h.t.Helper()
	module, mapping := "/connections/"+conn+"/stage-sync", "/connections/"+conn+"/stage-mapping"
	on := map[string]any{"enabled": true}
	h.admin.ask("POST", module+"/run", nil).want(409, "stage_sync_off")
	h.admin.ask("PUT", module, on).want(422, "invalid") // nobody said who tells candidates
	on["who_tells"] = "nobody"
	h.user.ask("PUT", module, on).want(403)
	h.admin.ask("PUT", module, on).want(200)
	h.other.ask("GET", module, nil).want(404)
	stages := h.admin.until("/connections/"+conn+"/stages?limit=100", func(g got) bool { return len(g.get("items").([]any)) > 0 })
	entries, missing := []any{}, ""
	for _, x := range stages.get("items").([]any) {
		s := x.(map[string]any)
		to := s["mapped_to"]
		if to == nil && missing == "" {
			missing = s["id"].(string)
			continue
		}
		if to == nil {
			to = "leave"
		}
		entries = append(entries, map[string]any{"remote_stage_id": s["id"], "stage": to})
	}
	if g := h.admin.ask("PUT", mapping, map[string]any{"entries": entries}).want(422, "invalid"); g.field("entries."+missing) != "required" {
		h.t.Errorf("without %s: %s", missing, g.body)
	}
	entries = append(entries, map[string]any{"remote_stage_id": missing, "stage": "leave"})
	if total := h.admin.ask("POST", mapping+"/preview", map[string]any{"entries": entries}).want(200).get("total"); total != 0.0 {
		h.t.Errorf("%v would move, and nobody was ever read", total)
	}
	if v := h.admin.ask("PUT", mapping, map[string]any{"entries": entries}).want(200).get("version"); v != 1.0 {
		h.t.Errorf("version %v", v)
	}
	if v := h.admin.ask("PUT", mapping, map[string]any{"entries": entries}).want(200).get("version"); v != 1.0 {
		h.t.Errorf("saved again as it is it has version %v", v)
	}
	twice := append(slices.Clone(entries), map[string]any{"remote_stage_id": missing, "stage": "negative"})
	at := fmt.Sprintf("entries[%d].remote_stage_id", len(entries))
	if g := h.admin.ask("PUT", mapping, map[string]any{"entries": twice}).want(422, "invalid"); g.field(at) != "repeated" {
		h.t.Errorf("a stage is assigned twice: %s", g.body)
	}
	d := h.admin.ask("GET", "/applications/"+id, nil).want(200)
	if err := sim.MoveCandidate(d.text("delivery.remote_candidate_id"), sim.Job("Machine Learning Engineer").ID, smartrecruiters.Move{Status: "INTERVIEW"}); err != nil {
		h.t.Fatal(err)
	}

	ended := func(g got) got {
		h.t.Helper()
		return h.admin.until("/sync-runs/"+g.want(202).text("id"), func(g got) bool { return g.text("state") == "done" })
	}
	ended(h.user.ask("POST", module+"/run", nil))
	dry := ended(h.admin.ask("POST", module+"/backfill", map[string]any{"dry_run": true}))
	if dry.get("counts.moved") != 1.0 || dry.text("items.0.to") != "invited" || dry.get("dry_run") != true {
		h.t.Errorf("the dry run says %s", dry.body)
	}
	if stage := h.admin.ask("GET", "/applications/"+id, nil).want(200).text("stage"); stage != "waiting_for_decision" {
		h.t.Errorf("a run that follows nobody, and a dry one, moved to %s", stage)
	}
	ended(h.admin.ask("POST", module+"/backfill", nil))
	g := h.admin.ask("GET", "/applications/"+id, nil).want(200)
	if g.text("stage") != "invited" || g.text("stage_changed_by") != "sync" || g.text("remote_stage.name") != "Interview" {
		h.t.Errorf("after the backfill: %s", g.body)
	}
	if g := h.admin.ask("GET", "/applications/"+id+"/timeline", nil).want(200); !strings.Contains(string(g.body), `"stage_changed"`) {
		h.t.Errorf("the timeline is %s", g.body)
	}
	if g := h.admin.ask("GET", "/connections/"+conn, nil).want(200); g.get("stage_sync.enabled") != true || g.text("stage_sync.mapping") != "complete" {
		h.t.Errorf("the connection says %s", g.body)
	}
}

// sidesCompared finds who is gone from the ATS, and sends them again.
func (h *house) sidesCompared(sim *smartrecruiters.Simulator, conn, id string) {
	h.t.Helper()
	both := "/connections/" + conn + "/reconciliation"
	h.user.ask("GET", both, nil).want(403)
	h.other.ask("GET", both, nil).want(404)
	if g := h.admin.ask("GET", both, nil).want(200); g.get("applied") != 1.0 || g.get("presence.present") != 1.0 {
		h.t.Errorf("before: %s", g.body)
	}
	h.admin.ask("POST", "/applications/"+id+"/delivery/leave", nil).want(409, "not_gone")
	d := h.admin.ask("GET", "/applications/"+id, nil).want(200)
	if err := sim.RemoveApplication(d.text("delivery.remote_candidate_id"), sim.Job("Machine Learning Engineer").ID); err != nil {
		h.t.Fatal(err)
	}
	g := h.admin.until(both, func(g got) bool {
		run := h.admin.ask("POST", both+"/run", nil).want(202).text("id")
		h.admin.until("/sync-runs/"+run, func(g got) bool { return g.text("state") == "done" })
		return g.get("presence.gone") == 1.0
	})
	if g.text("gone.0.application_id") != id || g.text("gone.0.remote_stage") != "Interview" || g.get("compared_at") == nil {
		h.t.Errorf("gone: %s", g.body)
	}
	h.admin.ask("POST", "/applications/"+id+"/delivery/leave", nil).want(204)
	if g := h.admin.ask("GET", both, nil).want(200); g.get("presence.left") != 1.0 || len(g.get("gone").([]any)) != 0 {
		h.t.Errorf("left: %s", g.body)
	}
	h.admin.ask("POST", "/applications/"+id+"/delivery/retry", nil).want(202)
	now := h.admin.until("/applications/"+id, func(g got) bool { return g.text("delivery.state") == "delivered" })
	if now.text("delivery.remote_candidate_id") == d.text("delivery.remote_candidate_id") {
		h.t.Errorf("sent again, and it is still %s", now.body)
	}
}

func TestAnAuthorizationLinkIsOursAndGoesOnlyWhereItMay(t *testing.T) {
	h := start(t)
	conn := h.admin.ask("POST", "/connections", map[string]any{"ats": "smartrecruiters", "auth": "oauth"}).want(201)
	if conn.text("state") != "awaiting_authorization" {
		t.Errorf("made %s", conn.body)
	}
	path := "/connections/" + conn.text("id") + "/authorize"
	link := h.admin.ask("POST", path, map[string]any{"return_url": "https://platform.example.com/done"}).want(200)
	if !strings.HasPrefix(link.text("url"), h.URL()+"/connect/") {
		t.Errorf("url %q", link.text("url"))
	}
	h.admin.ask("POST", path, nil).want(200)
	h.admin.ask("POST", path, map[string]any{"return_url": "https://platform.example.com/done?x"}).want(422, "return_url_refused")
	h.admin.ask("POST", "/connections/"+conn.text("id")+"/confirm", map[string]any{"account_id": "x"}).want(409)
	h.admin.ask("POST", "/connections", map[string]any{"ats": "smartrecruiters", "auth": "oauth"}).want(409, "connection_exists")
	h.admin.ask("POST", "/connections", map[string]any{"ats": "workday", "auth": "oauth"}).want(422, "invalid")
}
