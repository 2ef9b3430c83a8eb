package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/simulator/smartrecruiters"
)

// assigned is the form of a page with every stage assigned: "leave" where
// nothing is chosen.
func (p page) assigned(act string) url.Values {
	form := p.mapping()
	for _, name := range unchosen(form) {
		form.Set(name, "leave")
	}
	form.Set("act", act)
	return form
}

// mapped is a bound house whose module is on and whose stages are assigned.
func mapped(t *testing.T) (h *house, b *browser, sim *smartrecruiters.Simulator, conn, job string) {
	t.Helper()
	h, b, sim, conn, job = bound(t)
	module := conn + "/stages"
	b.post(module, url.Values{"mode": {"continuous"}, "who_tells": {"platform"}, "schedule.at": {"17:00"}, "time_zone": {"Europe/Warsaw"}}).want(http.StatusSeeOther)
	p := b.until(module, func(p page) bool { return strings.Contains(p.body, `id="stage-`) })
	b.post(module+"/mapping", p.assigned("save")).want(http.StatusSeeOther)
	return h, b, sim, conn, job
}

var ownPage = regexp.MustCompile(`href="([^"]+/stages/processes/proc_[0-9a-z]+)"`)

func TestAProcessHasAMappingOfItsOwnAndGivesItBack(t *testing.T) {
	h, b, sim, conn, job := mapped(t)
	module := conn + "/stages"
	app := h.sends(b, job, "zofia@example.com")
	held := sim.Ledger().Email("zofia@example.com")[0]
	if err := sim.MoveCandidate(held.ID, sim.Job("Machine Learning Engineer").ID, smartrecruiters.Move{Status: "INTERVIEW"}); err != nil {
		t.Fatal(err)
	}
	b.post(module+"/run", nil).want(http.StatusSeeOther)
	stands := func(stage string) {
		t.Helper()
		b.until(app, func(p page) bool {
			v, err := h.Apply.Get(t.Context(), h.boss, recruit.ApplicationID(app[strings.LastIndex(app, "/")+1:]))
			return err == nil && string(v.Stage) == stage
		})
	}
	stands("invited")

	list := b.get(module).has("Processes with a mapping of their own", "Where a stage means something else in one process", "ML Engineer", "SmartRecruiters: Machine Learning Engineer", "common mapping")
	found := ownPage.FindStringSubmatch(list.body)
	if found == nil {
		t.Fatal("no process is led to")
	}
	own, process := found[1], "/processes/"+processID.FindString(found[1])
	if !strings.Contains(b.get(process).has("What the stages in SmartRecruiters mean in this process").body, `href="`+own+`"`) {
		t.Error("the process does not lead to its mapping")
	}
	user := h.signedIn("user@acme.example.com")
	user.get(process).hasNot("mean in this process")
	user.get(own).want(http.StatusForbidden)
	user.post(own+"/common", nil).want(http.StatusForbidden)
	b.get(module + "/processes/proc_0000000000").want(http.StatusNotFound)
	b.get(module+"?lang=pl").has("Procesy z własnym mapowaniem", "wspólne mapowanie")
	b.get(own+"?lang=pl").has("W tym procesie obowiązuje wspólne mapowanie", "Zapisz")
	b.get(own + "?lang=en")

	p := b.get(own).has("ML Engineer", "The common mapping counts for this process").hasNot("Saved version", "Use the common mapping again")
	if got, want := p.mapping(), list.mapping(); got.Encode() != want.Encode() {
		t.Errorf("it is filled in with %v, want what is in force: %v", got, want)
	}
	form := p.assigned("save")
	form.Set("entries.INTERVIEW", "")
	refused := b.post(own+"/mapping", form).want(http.StatusUnprocessableEntity).has("Choose what it means here", "Interview: not assigned yet", "ML Engineer")
	if strings.Count(refused.body, "autofocus") != 1 || !strings.Contains(refused.body, `action="`+own+`/mapping"`) {
		t.Error("the refusal is not the process's own form")
	}
	form.Set("entries.INTERVIEW", "offer_submitted")
	form.Set("act", "preview")
	b.post(own+"/mapping", form).want(http.StatusOK).has("1 candidate would move", "not saved yet")
	form.Set("bulk.status.OFFERED", "hired")
	form.Set("act", "status:OFFERED")
	if many := b.post(own+"/mapping", form).want(http.StatusOK).mapping(); many.Get("entries.OFFERED/Offer sent") != "hired" || many.Get("entries.INTERVIEW") != "offer_submitted" {
		t.Errorf("filled in at once: %v", many)
	}
	b.get(own).has("The common mapping counts")
	form.Set("act", "save")
	if to := b.post(own+"/mapping", form).want(http.StatusSeeOther).to(); to != own {
		t.Errorf("Save leads to %s", to)
	}
	saved := b.get(own).has("Saved. The candidates of this process are placed by it now.", "This process has a mapping of its own", "own mapping", "Saved version: 1")
	if got := saved.mapping().Get("entries.INTERVIEW"); got != "offer_submitted" {
		t.Errorf("saved is %q", got)
	}
	stands("offer_submitted")
	if again := b.get(module).has("own mapping").hasNot("common mapping").mapping(); again.Get("entries.INTERVIEW") != "invited" {
		t.Error("the connection's was changed")
	}

	// A stage that comes later is missing in both, and said of each.
	if err := sim.SetSubStatuses("Default hiring process", "INTERVIEW", []string{"Lunch"}); err != nil {
		t.Fatal(err)
	}
	if err := sim.MoveCandidate(held.ID, sim.Job("Machine Learning Engineer").ID, smartrecruiters.Move{Status: "INTERVIEW", SubStatus: "Lunch"}); err != nil {
		t.Fatal(err)
	}
	b.post(module+"/run", nil).want(http.StatusSeeOther)
	p = b.until(module, func(p page) bool { return strings.Contains(p.body, "entries.INTERVIEW/Lunch") })
	b.post(module+"/mapping", p.assigned("save")).want(http.StatusSeeOther)
	b.get(module).has("Complete: every stage is assigned.", "1 process has a mapping of its own that leaves stages out", "1 to assign")
	b.get("/attention").has("1 process has a mapping of its own that leaves stages out").hasNot("Complete: every stage")
	b.get("/attention?lang=pl").has("1 proces ma własne mapowanie, które pomija niektóre etapy")
	b.get("/attention?lang=en")
	b.get(own).has("new", "Interview › Lunch")

	b.post(own+"/common", url.Values{"act": {"preview"}}).want(http.StatusOK).has("would move", "Nobody is mailed for it unless you say so. To do it, choose")
	b.get(own).has("This process has a mapping of its own", "Use the common mapping again", "Mail the candidates who move because of this").hasNot("would move")
	if to := b.post(own+"/common", nil).want(http.StatusSeeOther).to(); to != own {
		t.Errorf("giving it back leads to %s", to)
	}
	b.get(own).has("The common mapping counts for this process again.", "The common mapping counts for this process, as below").hasNot("Use the common mapping again")
	stands("invited")
	b.get("/attention").hasNot("leaves stages out")
	b.post(own+"/common", nil).want(http.StatusSeeOther) // pressed twice

	b.post(module+"/off", nil).want(http.StatusSeeOther)
	if to := b.get(own).want(http.StatusSeeOther).to(); to != module {
		t.Errorf("while the module is off, it leads to %s", to)
	}
	b.get(module).hasNot("Processes with a mapping of their own")
}

// Ten processes stand on the module's page; of more there is a next part, and a
// search.
func TestManyProcessesAreFoundOnTheModulesPage(t *testing.T) {
	h, b, sim, conn, _ := mapped(t)
	module, id := conn+"/stages", recruit.ConnectionID(conn[strings.LastIndex(conn, "/")+1:])
	job := recruit.RemoteJobID(sim.Job("Machine Learning Engineer").ID)
	more := func(n int) {
		t.Helper()
		v, err := h.Process.Create(t.Context(), h.boss, recruit.Details{Name: fmt.Sprintf("Team %d", n)})
		if err == nil {
			_, _, err = h.Process.Bind(t.Context(), h.boss, v.ID, process.BindingChoice{Connection: id, RemoteJob: job})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	rows := func(p page) int { return len(ownPage.FindAllString(p.body, -1)) }
	for n := range 9 {
		more(n)
	}
	p := b.get(module).hasNot("Find a process", "Show more")
	if n := rows(p); n != 10 {
		t.Errorf("%d of ten are shown", n)
	}
	more(9)
	p = b.get(module).has("Find a process", "Show more")
	if n := rows(p); n != 10 {
		t.Errorf("%d of eleven are shown at first", n)
	}
	next := regexp.MustCompile(`href="([^"]+cursor=[^"]+)#processes"`).FindStringSubmatch(p.body)
	if next == nil {
		t.Fatal("nothing leads to the rest")
	}
	rest := b.get(strings.ReplaceAll(next[1], "&amp;", "&"))
	if rows(rest) != 1 {
		t.Errorf("%d in the rest", rows(rest))
	}
	form := p.mapping()
	form.Set("act", "preview")
	b.post(module+"/mapping", form).want(http.StatusOK).has("Show more") // also after a form
	if found := b.get(module + "?q=team+3"); rows(found) != 1 {
		t.Errorf("%d of that name", rows(found))
	}
	b.get(module+"?q=nobody").has("No process of that name is bound to SmartRecruiters.", "Clear")
}
