package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/simulator/smartrecruiters"
)

// bound is a connected house with an open process that sends to a job of the
// simulated SmartRecruiters, and the process's public page.
func bound(t *testing.T) (h *house, b *browser, sim *smartrecruiters.Simulator, conn, job string) {
	t.Helper()
	h, b, sim, conn = connected(t)
	ctx := t.Context()
	id := recruit.ConnectionID(conn[strings.LastIndex(conn, "/")+1:])
	b.until(conn, func(page) bool {
		c, err := h.Integration.Connection(ctx, h.boss, id)
		return err == nil && !c.JobsReadAt.IsZero()
	})
	v, err := h.Process.Create(ctx, h.boss, recruit.Details{Name: "ML Engineer", Description: "Models.", Cities: []string{"Kraków"}, WorkMode: "remote",
		Contracts: []string{"b2b"}, Role: "backend_developer", Technologies: []string{"Go", "SQL", "Linux"}, SalaryVisibility: "public",
		Salaries: []recruit.Salary{{Contract: "b2b", From: 20000, To: 25000, Currency: "PLN", Period: "month"}}})
	if err != nil {
		t.Fatal(err)
	}
	remote := recruit.RemoteJobID(sim.Job("Machine Learning Engineer").ID)
	if v, _, err = h.Process.Bind(ctx, h.boss, v.ID, process.BindingChoice{Connection: id, RemoteJob: remote}); err != nil {
		t.Fatal(err)
	}
	if v, err = h.Process.Publish(ctx, h.boss, v.ID); err != nil {
		t.Fatal(err)
	}
	return h, b, sim, conn, "/jobs/" + v.Slug
}

// sends applies as a candidate, sees them into the ATS, and returns their page.
func (h *house) sends(b *browser, job, mail string) string {
	h.t.Helper()
	c := h.browser()
	p := c.get(job).want(http.StatusOK)
	c.upload(job, url.Values{"candidate.first_name": {"Zofia"}, "candidate.last_name": {"Łęcka"}, "candidate.email": {mail}, "consent.clause": {"given"},
		"consent.clause.version": {p.field("consent.clause.version")}, "consent.ats_transfer": {"given"},
		"consent.ats_transfer.version": {p.field("consent.ats_transfer.version")}, "form_token": {p.field("form_token")}},
		"cv.pdf", []byte(pdf)).want(http.StatusSeeOther)
	found := b.post("/applications", url.Values{"email": {mail}}).want(http.StatusOK)
	at := regexp.MustCompile(`/applications/app_[0-9a-z]+`).FindString(found.body)
	b.post(at+"/release", nil) // a test fills in faster than people do
	b.until(at, func(p page) bool { return strings.Contains(p.text(), "In SmartRecruiters, complete.") })
	return at
}

var (
	openStage   = regexp.MustCompile(`(?s)<select id="stage-\d+" name="(entries\.[^"]+)".*?</select>`)
	chosenStage = regexp.MustCompile(`<option value="([^"]*)" selected`)
)

// mapping is the form of the page as it stands.
func (p page) mapping() url.Values {
	out := url.Values{}
	for _, m := range openStage.FindAllStringSubmatch(p.body, -1) {
		value := ""
		if c := chosenStage.FindStringSubmatch(m[0]); c != nil {
			value = c[1]
		}
		out.Set(strings.ReplaceAll(m[1], "&amp;", "&"), value)
	}
	return out
}

func unchosen(v url.Values) (out []string) {
	for name := range v {
		if v.Get(name) == "" {
			out = append(out, name)
		}
	}
	return out
}

func TestStagesComeBackByTheStepsOfTheInstructions(t *testing.T) {
	h, b, sim, conn, job := bound(t)
	b.get(conn).has("Additional modules", "Synchronization of candidate stages", "TURN ON THE SYNCHRONIZATION")
	b.get(conn+"?lang=pl").has("Moduły dodatkowe", "Synchronizacja stanów kandydatów", "WŁĄCZ SYNCHRONIZACJĘ")
	b.get(conn + "?lang=en")
	module := conn + "/stages"
	if regexp.MustCompile(`name="who_tells" value="[a-z]+" checked`).MatchString(b.get(module).body) {
		t.Error("somebody is chosen to tell candidates")
	}
	h.signedIn("user@acme.example.com").get(module).want(http.StatusForbidden)

	settings := url.Values{"mode": {"daily"}, "schedule.at": {"16:45"}, "time_zone": {"Europe/Warsaw"}}
	refused := b.post(module, settings).want(http.StatusUnprocessableEntity).has("Choose who tells candidates.")
	if !strings.Contains(refused.body, `value="16:45"`) {
		t.Error("what was typed is gone")
	}
	settings.Set("mode", "continuous")
	settings.Set("who_tells", "nobody")
	b.post(module, settings).want(http.StatusSeeOther)
	p := b.until(module, func(p page) bool { return strings.Contains(p.body, `id="stage-`) })
	if b.get(module+"?seen=none", "HX-Request", "true").want(http.StatusNoContent).Header.Get("HX-Refresh") != "true" {
		t.Error("a page that waited for the stages is not loaded anew")
	}
	p.has("Interview", "Leave at the current stage", "a suggestion counts only once you choose it", "Suggested by its category", "Sync now", "Does SmartRecruiters tell of changes by itself?")
	b.get("/attention").has("Synchronization of candidate stages: SmartRecruiters", "not assigned yet", "Assign the stages")

	app := h.sends(b, job, "zofia@example.com")
	form := p.mapping()
	missing := unchosen(form)
	if len(missing) == 0 || len(form) == len(missing) {
		t.Fatalf("%d of %d stages are open", len(missing), len(form))
	}
	form.Set("act", "save")
	form.Set("entries.TRANSFERRED", "negative")
	p = b.post(module+"/mapping", form).want(http.StatusUnprocessableEntity).has("Choose what it means here")
	if again := p.mapping(); again.Get("entries.TRANSFERRED") != "negative" || len(unchosen(again)) != len(missing) {
		t.Errorf("after a refusal the form is %v", again)
	}
	if !strings.Contains(p.body, `href="#stage-`) || strings.Count(p.body, "autofocus") != 1 {
		t.Error("the missing stages are not led to")
	}

	forged := p.mapping()
	forged.Set("act", "save")
	forged.Set("entries.TRANSFERRED", "promoted")
	p = b.post(module+"/mapping", forged).want(http.StatusUnprocessableEntity)
	if row := regexp.MustCompile(`<select id="(stage-\d+)" name="entries\.TRANSFERRED"[^>]*aria-invalid="true"`).FindStringSubmatch(p.body); row == nil ||
		!strings.Contains(p.body, `href="#`+row[1]+`"`) || !strings.Contains(p.body, `id="`+row[1]+`-error"`) {
		t.Error("a value that there is none of is not marked where it stands")
	}

	// All parts of a status at once.
	form = p.mapping()
	form.Set("entries.TRANSFERRED", "negative")
	for status, to := range map[string]string{"LEAD": "waiting_for_decision", "NEW": "leave", "IN_REVIEW": "evaluating", "INTERVIEW": "invited", "OFFERED": "offer_submitted",
		"HIRED": "hired", "REJECTED": "negative", "WITHDRAWN": "negative", "TRANSFERRED": "leave"} {
		form.Set("bulk.status."+status, to)
		form.Set("act", "status:"+status)
		p = b.post(module+"/mapping", form).want(http.StatusOK).has("not saved yet")
		form = p.mapping()
	}
	if !strings.Contains(p.body, `href="`+module+`?lang=pl"`) {
		t.Error("the language switch of a mapping that is not saved leads nowhere")
	}
	if left := unchosen(form); len(left) > 0 {
		t.Fatalf("not assigned: %v", left)
	}
	form.Set("act", "preview")
	b.post(module+"/mapping", form).want(http.StatusOK).has("would move", "Nobody is mailed for it")
	b.get(module).has("not assigned yet") // nothing was saved so far
	form.Set("act", "save")
	b.post(module+"/mapping", form).want(http.StatusSeeOther)
	b.get(module).has("Complete: every stage is assigned.", "Saved version: 1")
	b.get("/attention").hasNot("Synchronization of candidate stages")

	held := sim.Ledger().Email("zofia@example.com")
	if len(held) != 1 {
		t.Fatalf("the ATS holds %d", len(held))
	}
	if err := sim.MoveCandidate(held[0].ID, sim.Job("Machine Learning Engineer").ID, smartrecruiters.Move{Status: "INTERVIEW"}); err != nil {
		t.Fatal(err)
	}
	run := b.post(module+"/run", nil).want(http.StatusSeeOther).to()
	b.until(run, func(p page) bool { return strings.Contains(p.text(), "Done") }).has("Moved", "Unchanged", "Jobs read")
	b.get(module).has("Last runs", "Sync now")
	b.until(app, func(p page) bool {
		return strings.Contains(p.text(), "Stage in SmartRecruiters") && strings.Contains(p.text(), "as in SmartRecruiters")
	}).
		has("Invited for the interview", "Interview", "Last read", "Stage: Waiting for your decision → Invited for the interview")
	// What names the stage elsewhere on the open page comes along, once it is another.
	if moved := b.get(app + "/live?seen=before&stage=waiting_for_decision").body; !strings.Contains(moved, `id="stage-badge" hx-swap-oob="true"`) ||
		!strings.Contains(moved, `id="stage" hx-swap-oob="true"`) || !strings.Contains(moved, `<option value="invited" selected>`) {
		t.Errorf("the open page keeps the old stage:\n%s", moved)
	}
	if same := b.get(app + "/live?seen=before&stage=invited").body; strings.Contains(same, "hx-swap-oob") {
		t.Error("what a person may be choosing is replaced though the stage is the same")
	}
	b.get(app+"?lang=pl").has("Etap w SmartRecruiters", "tak jak w SmartRecruiters", "Zaproszenie na rozmowę")
	b.get(app + "?lang=en")

	b.post(module+"/off", nil).want(http.StatusSeeOther)
	b.get(module).has("TURN ON THE SYNCHRONIZATION", "The synchronization is off.").hasNot("Last runs")
	b.post(module+"/run", nil).want(http.StatusSeeOther)
	b.get(module).has("The synchronization of candidate stages is off.")
}

// A stage that no list has and on which somebody stands is to be assigned like
// any other; once it is, it is said to be gone.
func TestAStageThatOnlyACandidateShowsIsToBeAssigned(t *testing.T) {
	h, b, sim, conn, job := mapped(t)
	module, id := conn+"/stages", recruit.ConnectionID(conn[strings.LastIndex(conn, "/")+1:])
	// Nobody tells of the move, so that it is read after the stage is gone again.
	b.post(module, url.Values{"mode": {"daily"}, "who_tells": {"nobody"}, "schedule.at": {"17:00"}, "time_zone": {"Europe/Warsaw"}}).want(http.StatusSeeOther)
	b.until(module, func(page) bool { return len(sim.Webhooks()) == 0 })
	app := h.sends(b, job, "zofia@example.com")
	subs := func(names ...string) {
		t.Helper()
		if err := sim.SetSubStatuses("Default hiring process", "INTERVIEW", names); err != nil {
			t.Fatal(err)
		}
	}
	subs("Technical interview", "Onsite", "Culture fit", "Lunch")
	if err := sim.MoveCandidate(sim.Ledger().Email("zofia@example.com")[0].ID, sim.Job("Machine Learning Engineer").ID,
		smartrecruiters.Move{Status: "INTERVIEW", SubStatus: "Lunch"}); err != nil {
		t.Fatal(err)
	}
	subs("Technical interview", "Onsite", "Culture fit")
	before, err := h.Stages.Module(t.Context(), h.boss, id)
	if err != nil {
		t.Fatal(err)
	}
	run := b.post(module+"/run", nil).want(http.StatusSeeOther).to()
	b.until(run, func(p page) bool { return strings.Contains(p.text(), "Done") })
	b.until(module, func(page) bool {
		m, err := h.Stages.Module(t.Context(), h.boss, id)
		return err == nil && m.StagesReadAt.After(before.StagesReadAt)
	})
	b.get("/attention").has("Synchronization of candidate stages: SmartRecruiters", "Assign the stages")
	p := b.get(module).has("Lunch", "Interview › Lunch")
	form := p.mapping()
	if left := unchosen(form); len(left) != 1 || left[0] != "entries.INTERVIEW/Lunch" {
		t.Fatalf("to be assigned are %v", left)
	}
	form.Set("act", "save")
	b.post(module+"/mapping", form).want(http.StatusUnprocessableEntity).has("Interview › Lunch: not assigned yet")
	form.Set("entries.INTERVIEW/Lunch", "offer_submitted")
	b.post(module+"/mapping", form).want(http.StatusSeeOther)
	b.until(app, func(p page) bool {
		return strings.Contains(p.text(), "Stage: Waiting for your decision → Offer submitted")
	})
	gone := b.until(module, func(p page) bool { return !p.mapping().Has("entries.INTERVIEW/Lunch") })
	gone.has("Complete: every stage is assigned.", "Lunch")
	b.get("/attention").hasNot("Synchronization of candidate stages")
}

func TestBothSidesOfAnIntegrationAreHeldAgainstEachOther(t *testing.T) {
	h, b, sim, conn, job := bound(t)
	path, id := conn+"/reconciliation", conn[strings.LastIndex(conn, "/")+1:]
	b.get(conn).has("Compare with SmartRecruiters: who is where")
	h.signedIn("user@acme.example.com").get(path).want(http.StatusForbidden)
	app := h.sends(b, job, "zofia@example.com")
	b.get(path).has("Comparison of both sides", "The two sides were not compared yet.", "Not looked for yet")
	b.get(path+"?lang=pl").has("Porównanie obu stron", "PORÓWNAJ TERAZ", "Jeszcze nie sprawdzono")
	b.get(path + "?lang=en")

	compare := func() page {
		t.Helper()
		run := b.post(path, nil).want(http.StatusSeeOther).to()
		b.until(run, func(p page) bool { return strings.Contains(p.text(), "Done") }).has("A comparison moves and mails nobody.")
		return b.get(path)
	}
	compare().has("Both sides agree").hasNot("What differs")
	// The numbers lead to their own applications, and to no other connection's.
	there := "/applications?delivery=delivered&connection="
	if !strings.Contains(b.get(path).body, strings.ReplaceAll(there, "&", "&amp;")+id) {
		t.Error("the number of the delivered leads elsewhere")
	}
	b.get(there + id).has("Zofia Łęcka")
	b.get(there + "conn_other").hasNot("Zofia Łęcka")
	held := sim.Ledger().Email("zofia@example.com")
	if err := sim.RemoveApplication(held[0].ID, sim.Job("Machine Learning Engineer").ID); err != nil {
		t.Fatal(err)
	}
	b.until(path, func(page) bool { // a listing may lag behind a delivery for a while
		return strings.Contains(compare().text(), "1 candidate is not in SmartRecruiters any more")
	})
	b.get(path).has("What differs, and what repairs it", "Zofia Łęcka")
	b.get(app).has("Not in SmartRecruiters any more.", "It is meant: leave it like this", "Send again")
	b.post(app+"/leave", nil).want(http.StatusSeeOther)
	b.get(app).has("Somebody said that this is meant.").hasNot("Send again")
	b.get(path).has("Not there any more, as meant", "Both sides agree").hasNot("What differs")
	b.post(app+"/retry", nil).want(http.StatusSeeOther) // a second thought
	b.until(app, func(p page) bool { return strings.Contains(p.text(), "In the ATS") })
	if now := sim.Ledger().Email("zofia@example.com"); now[len(now)-1].Applications[0].RemovedAt != nil {
		t.Errorf("the ATS holds %+v", now)
	}
}
