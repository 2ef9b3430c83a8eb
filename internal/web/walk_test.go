package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"handoff/internal/app"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/smartrecruiters"
)

// connected is a house whose company is connected to a simulated
// SmartRecruiters with a key, its jobs and sources read.
func connected(t *testing.T) (*house, *browser, *smartrecruiters.Simulator, string) {
	t.Helper()
	sim, ats := simulated(t)
	h := furnished(t, app.Options{SmartRecruiters: ats})
	b := h.signedIn("admin@acme.example.com")
	to := b.post("/settings/integrations/smartrecruiters/connect", url.Values{"auth": {"api_key"}, "environment": {"production"},
		"credentials.api_key": {sim.IssueKey().Key}}).want(http.StatusSeeOther).to()
	conn := strings.TrimSuffix(to, "#test")
	b.post(conn+"/test", nil).want(http.StatusSeeOther)
	b.until(conn, func(p page) bool {
		return strings.Contains(p.body, "check-passed") && !strings.Contains(p.body, "every 1s")
	})
	b.post(conn+"/import", nil).want(http.StatusSeeOther)
	b.until(conn+"/sources", func(p page) bool { return strings.Contains(p.body, "<select") })
	return h, b, sim, conn
}

func details() url.Values {
	return url.Values{"name": {"Senior ML Engineer"}, "role": {"machine_learning_engineer"}, "min_experience": {"5"}, "technologies": {"Python, PyTorch, CUDA"},
		"cities": {"Warszawa"}, "work_mode": {"hybrid"}, "description": {"You will own the models."}, "contracts": {"b2b"}, "salary.b2b.from": {"26 000"},
		"salary.b2b.to": {"34 000"}, "salary.b2b.currency": {"PLN"}, "salary.b2b.period": {"month"}, "salary_visibility": {"public"}}
}

var processID = regexp.MustCompile(`proc_[0-9a-z]+`)

func draft(t *testing.T, b *browser) string {
	t.Helper()
	to := b.post("/processes/new", url.Values{"name": {"Senior ML Engineer"}}).want(http.StatusSeeOther).to()
	return "/processes/" + processID.FindString(to)
}

// The steps of the instructions, in their order and under their labels.
func TestAProcessIsBoundByTheStepsOfTheInstructions(t *testing.T) {
	h, b, _, conn := connected(t)
	b.get("/processes").has("Settings", "admin@acme.example.com")
	b.get("/settings/integrations").has("Integrations", "SmartRecruiters", "Connected")
	b.get(conn).has("TEST THE CONNECTION", "Consent template", "Save", "Import sources from SmartRecruiters")

	process := draft(t, b)
	b.get("/processes").has("Edit", "Process Preview")
	edit := b.until(process+"/edit", func(p page) bool { return strings.Contains(p.body, `name="remote_job"`) })
	edit.has("Integrate with ATS (SmartRecruiters)", "TEST INTEGRATION", "Next: Process Customization", "Machine Learning Engineer", "SmartRecruiters: candidates cannot go in")
	job := regexp.MustCompile(`name="remote_job" value="([^"]+)"[^>]*>\s*<span class="job-text"><strong>Machine Learning Engineer`).FindStringSubmatch(edit.body)
	if job == nil {
		t.Fatal("the job is not in the list")
	}
	form := details()
	form.Set("bind", "on")
	form.Set("connection", strings.TrimPrefix(conn, "/settings/integrations/smartrecruiters/"))
	form.Set("remote_job", job[1])
	form.Set("go", "test")
	b.post(process+"/edit", form).want(http.StatusSeeOther)
	tested := b.until(process+"/edit", func(p page) bool {
		return strings.Contains(p.body, "report-body") && !strings.Contains(p.body, "every 1s")
	})
	tested.has("Passed", "Read back and compared", "See the test candidate in SmartRecruiters")
	if !strings.Contains(tested.body, `value="26 000"`) {
		t.Error("what was typed is gone after the test")
	}

	stored := func() recruit.ProcessID { return recruit.ProcessID(strings.TrimPrefix(process, "/processes/")) }
	if v, err := h.Process.Get(t.Context(), h.boss, stored()); err != nil || v.Binding != nil || v.Details.Role != "" {
		t.Errorf("before Save something is stored: %+v %v", v.Binding, err)
	}
	form.Set("go", "customization")
	if to := b.post(process+"/edit", form).want(http.StatusSeeOther).to(); to != process+"/edit/customization" {
		t.Fatalf("Next leads to %s", to)
	}
	b.post(process+"/edit/customization", url.Values{"cv_required": {"no"}, "question_id": {""}, "question_label": {"Do you travel?"}, "question_kind": {"yes_no"},
		"question_required": {"no"}, "future_months": {"12"}, "accent_colour": {"#334455"}, "go": {"preview"}}).want(http.StatusSeeOther)
	b.get(process+"/edit/preview").want(http.StatusOK).has("Do you travel?", "net + VAT", "I do not agree", "Save stores everything")
	if sheet := b.get(process + "/edit/look.css").want(http.StatusOK).body; !strings.Contains(sheet, "#334455") {
		t.Errorf("the preview has the colour %s", sheet)
	}
	if to := b.post(process+"/edit/save", url.Values{"go": {"save"}}).want(http.StatusSeeOther).to(); to != process {
		t.Fatalf("Save leads to %s", to)
	}
	v, err := h.Process.Get(t.Context(), h.boss, stored())
	if err != nil || v.Binding == nil || v.Binding.State != recruit.BindingOK || v.Details.Salaries[0].From != 26000 {
		t.Fatalf("Save stored %+v %+v %v", v.Binding, v.Details.Salaries, err)
	}
	b.get(process).has("Candidates go in", "Publish")
	b.post(process+"/publish", nil).want(http.StatusSeeOther)
	b.get(process).has("The process is open", "brackets", "Fill in the clause")
	if _, err := h.Company.SaveClause(t.Context(), h.boss, "Wypełniona.", "Filled in."); err != nil {
		t.Fatal(err)
	}
	if p := b.get(process); strings.Contains(p.body, "brackets") {
		t.Error("a clause that is filled in is still said not to be")
	}
	b.get(process + "/edit/preview").has("Save changes the public page")
}

func TestWhatIsTypedSurvivesARefusalAndAStrangersSave(t *testing.T) {
	h := furnished(t, app.Options{})
	b := h.signedIn("admin@acme.example.com")
	process := draft(t, b)
	form := details()
	form.Set("salary.b2b.from", "a lot")
	form.Set("go", "customization")
	b.post(process+"/edit", form).want(http.StatusUnprocessableEntity).has("One thing needs correcting", "You will own the models.")
	if !strings.Contains(b.get(process+"/edit").body, `value="a lot"`) {
		t.Error("what was typed is gone")
	}
	form.Set("salary.b2b.from", "26000")
	b.post(process+"/edit", form).want(http.StatusSeeOther)
	id := recruit.ProcessID(strings.TrimPrefix(process, "/processes/"))
	other := h.signedIn("admin@acme.example.com")
	theirs := details()
	theirs.Set("name", "Theirs")
	theirs.Set("go", "preview")
	other.post(process+"/edit", theirs).want(http.StatusSeeOther)
	other.post(process+"/edit/save", url.Values{"go": {"save"}}).want(http.StatusSeeOther)
	b.post(process+"/edit/save", url.Values{"go": {"save"}}).want(http.StatusConflict).has("Somebody else saved this process meanwhile")
	if v, _ := h.Process.Get(t.Context(), h.boss, id); v.Details.Name != "Theirs" {
		t.Errorf("a conflict overwrote: %s", v.Details.Name)
	}
	b.post(process+"/edit/keep", nil).want(http.StatusSeeOther)
	b.post(process+"/edit/save", url.Values{"go": {"save"}}).want(http.StatusSeeOther)
	if v, _ := h.Process.Get(t.Context(), h.boss, id); v.Details.Name != "Senior ML Engineer" {
		t.Errorf("a kept version was not saved: %s", v.Details.Name)
	}
}

func TestAConsentTemplateCannotBeEmptied(t *testing.T) {
	_, b, _, conn := connected(t)
	refused := b.post(conn+"/template", url.Values{"texts.pl": {" "}, "texts.en": {"Mine"}}).want(http.StatusUnprocessableEntity).has("Please fill this in.", "Mine")
	if !strings.Contains(refused.body, `href="`+conn+`?lang=pl"`) {
		t.Error("the language switch of a refused form leads nowhere")
	}
	b.post(conn+"/template", url.Values{"texts.pl": {"Moje"}, "texts.en": {"Mine"}}).want(http.StatusSeeOther)
	b.get(conn).has("Version 2", "Moje")
}

func TestATokenIsShownOnce(t *testing.T) {
	h := furnished(t, app.Options{})
	b := h.signedIn("admin@acme.example.com")
	p := b.post("/settings/tokens", url.Values{"name": {"career site"}, "role": {"user"}, "days": {"30"}}).want(http.StatusOK)
	bearer := regexp.MustCompile(`handoff_[0-9a-z]{52}`).FindString(p.body)
	if _, err := h.Company.Authenticate(t.Context(), secret.New(bearer)); err != nil {
		t.Fatalf("what is shown is no token: %v", err)
	}
	if again := b.get("/settings/tokens").has("career site"); strings.Contains(again.body, bearer) {
		t.Error("the token is shown again")
	}
}
