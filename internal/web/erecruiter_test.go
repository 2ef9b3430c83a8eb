package web_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"handoff/internal/app"
	"handoff/internal/simulator/erecruiter"
)

// simulatedKeyed starts an eRecruiter for a house to connect to, without the
// vendor's pace.
func simulatedKeyed(t *testing.T) (*erecruiter.Simulator, app.ATS) {
	t.Helper()
	sim := erecruiter.New(erecruiter.Options{Seed: 7, Populate: true, Partner: "Handoff", Limits: erecruiter.Limits{PerSecond: -1, Burst: -1}})
	s := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); s.Close() })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	address := "http://localhost:" + port
	sim.SetPublicURL(address)
	return sim, app.ATS{APIURL: address + erecruiter.DefaultDialect().Base, AuthorizeURL: address,
		Mapping: []byte(`{"rate.per_second": 50, "rate.concurrency": 8, "web.card": "/app/applications/{applicationId}"}`)}
}

func (b *browser) tested(path string) page {
	b.t.Helper()
	return b.until(path, func(p page) bool {
		return strings.Contains(p.body, "report-body") && !strings.Contains(p.body, "every 1s")
	})
}

// The steps of the instructions, in their order and under their labels, with
// either access scope.
func TestAnAdminConnectsByAKeyAndImportsTheSourceID(t *testing.T) {
	for _, scope := range []erecruiter.Scope{erecruiter.ScopeAll, erecruiter.ScopeSelected} {
		t.Run(string(scope), func(t *testing.T) {
			sim, ats := simulatedKeyed(t)
			h := furnished(t, app.Options{ERecruiter: ats})
			b := h.signedIn("admin@acme.example.com")
			b.get("/settings/integrations").has("eRecruiter")
			b.get("/settings/integrations/erecruiter").want(200).has("Integration with eRecruiter", "Select the Partners tab and click Activate next to Handoff.",
				"All recruitment processes", "Selected recruitment processes", "Access key", "Save").hasNot("Sandbox")
			form := url.Values{"auth": {"access_key"}}
			b.post("/settings/integrations/erecruiter/connect", form).want(422).has("Select what you chose")
			k := sim.IssueKey(scope)
			form.Set("access_scope", string(scope))
			b.post("/settings/integrations/erecruiter/connect", form).want(422).has("Please fill this in")
			form.Set("credentials.access_key", " "+k.Key+" ")
			conn := strings.TrimSuffix(b.post("/settings/integrations/erecruiter/connect", form).want(http.StatusSeeOther).to(), "#test")
			saved := b.get(conn).has("TEST THE CONNECTION", "Not tested", "Add a job post location", "Test the connection first.")
			if strings.Contains(saved.body, k.Key) {
				t.Error("the key stands on the page")
			}
			b.post(conn+"/test", nil).want(http.StatusSeeOther)
			b.tested(conn).has("Connected", "Acme Robotics", "No source is chosen")

			// No place of ours yet, then one.
			b.post(conn+"/import", nil).want(http.StatusSeeOther)
			b.until(conn, func(p page) bool { return strings.Contains(p.text(), "has no place named Handoff") }).
				has("Location of job posts", "Import source ID from eRecruiter")
			ours, err := sim.AddOrigin("Handoff")
			if err != nil {
				t.Fatal(err)
			}
			id := strconv.FormatInt(ours.ID, 10)
			b.post(conn+"/import", nil).want(http.StatusSeeOther)
			b.until(conn, func(p page) bool { return strings.Contains(p.text(), "Chosen: Handoff (source ID "+id+").") })

			// The list of jobs, with what to do when one is missing.
			process := draft(t, b)
			edit := b.until(process+"/edit", func(p page) bool { return strings.Contains(p.body, `name="remote_job"`) })
			edit.has("Integrate with ATS (eRecruiter)", "TEST INTEGRATION", "NOTE – IMPORTANT:", "Machine Learning Engineer", "Not active in eRecruiter (")
			if scope == erecruiter.ScopeSelected {
				edit.has("select Handoff in the “Integrations” section").hasNot("Data Engineer")
			} else {
				edit.has("With access to all recruitment processes nothing has to be shared", "Data Engineer")
			}
			ml := sim.Recruitment("Machine Learning Engineer")
			job := strconv.FormatInt(ml.ID, 10)
			choice := details()
			for name, v := range map[string]string{"bind": "on", "connection": conn[strings.LastIndex(conn, "/")+1:], "remote_job": job, "go": "test"} {
				choice.Set(name, v)
			}
			b.post(process+"/edit", choice).want(http.StatusSeeOther)
			b.tested(process+"/edit").has("Failed", "has no consent assigned in eRecruiter. Assign a consent")
			for _, c := range sim.Ledger().Consents {
				if !c.Clause {
					if err := sim.AssignConsent(ml.ID, c.ID, c.Required); err != nil {
						t.Fatal(err)
					}
					break
				}
			}
			b.post(process+"/edit", choice).want(http.StatusSeeOther)
			done := b.until(process+"/edit", func(p page) bool {
				return !strings.Contains(p.body, "every 1s") && strings.Contains(p.text(), "Passed with a warning")
			})
			done.has("delete it by hand", "See the test candidate in eRecruiter")
			if !regexp.MustCompile(`href="[^"]*/app/applications/\d+"`).MatchString(done.body) {
				t.Error("the report does not lead to the card")
			}
			n := 0
			for _, a := range sim.Ledger().Applications {
				if a.RecruitmentID == ml.ID && strings.HasPrefix(a.Email, "test+") {
					n++
					if a.OriginID != ours.ID {
						t.Errorf("it came from origin %d, want %d", a.OriginID, ours.ID)
					}
				}
			}
			if n != 1 {
				t.Errorf("%d test candidates went in, want 1", n)
			}
		})
	}
}

func TestAnAdminIsToldOfATroubledIntegrationAndRepairsItWithANewKey(t *testing.T) {
	sim, ats := simulatedKeyed(t)
	h := furnished(t, app.Options{ERecruiter: ats})
	b := h.signedIn("admin@acme.example.com")
	first, second := sim.Company(), "Acme Services"
	twin, err := sim.AddCompany(second)
	if err != nil {
		t.Fatal(err)
	}
	k := sim.IssueKey(erecruiter.ScopeAll, first.ID, twin.ID)
	conn := strings.TrimSuffix(b.post("/settings/integrations/erecruiter/connect", url.Values{"auth": {"access_key"}, "access_scope": {"all"},
		"credentials.access_key": {k.Key}}).want(http.StatusSeeOther).to(), "#test")
	b.post(conn+"/test", nil).want(http.StatusSeeOther)
	b.tested(conn).has("Choose your company", first.Name, second)
	b.post(conn+"/confirm", url.Values{"account": {"1"}}).want(409)
	b.post(conn+"/confirm", url.Values{"account": {strconv.FormatInt(first.ID, 10)}}).want(http.StatusSeeOther)
	b.until(conn, func(p page) bool { return strings.Contains(p.text(), "is connected and candidates can go in") }).hasNot("Choose your company")

	// A source that is gone is told to the Admin, and to nobody else.
	b.post(conn+"/source", url.Values{"source_id": {"<b>"}}).want(422).has("Up to 64 letters")
	b.post(conn+"/source", url.Values{"source_id": {"424242"}}).want(http.StatusSeeOther)
	b.get(conn).has("Source ID 424242 was typed")
	b.until("/attention", func(p page) bool {
		return strings.Contains(p.text(), "The source number that was typed is not in the list")
	}).
		has("Integration with eRecruiter", "Open eRecruiter in Settings")
	h.signedIn("user@acme.example.com").get("/attention").hasNot("Integration with eRecruiter")

	// Revoked: found by the next call, told with the way to a new key.
	if err := sim.RevokeKey(k.ID); err != nil {
		t.Fatal(err)
	}
	p := draft(t, b)
	b.post(p+"/edit", url.Values{"connection": {conn[strings.LastIndex(conn, "/")+1:]}, "bind": {"on"}, "name": {"X"}, "go": {"refresh"}}).want(http.StatusSeeOther)
	b.until(conn, func(p page) bool { return strings.Contains(p.text(), "does not let us in") }).
		has("the key was revoked or replaced there", "Settings, Integration with eRecruiter, Partners, Activate").hasNot("Passed")
	b.get("/attention").has("the key was revoked or replaced there", "Partners, Activate")

	stranger, err := sim.AddCompany("Baltic Data")
	if err != nil {
		t.Fatal(err)
	}
	replace := func(k erecruiter.IssuedKey) {
		t.Helper()
		b.post(conn+"/credential", url.Values{"access_scope": {"all"}, "credentials.access_key": {k.Key}}).want(http.StatusSeeOther)
		b.get(conn).has("A new key waits")
		b.post(conn+"/test", nil).want(http.StatusSeeOther)
	}
	replace(sim.IssueKey(erecruiter.ScopeAll, stranger.ID))
	b.tested(conn).has("The new key opens Baltic Data, but this integration belongs to Acme Robotics", "A new key waits")
	b.post(conn+"/discard-new", nil).want(http.StatusSeeOther)
	b.get(conn).hasNot("A new key waits")
	replace(sim.IssueKey(erecruiter.ScopeAll))
	b.until(conn, func(p page) bool { return strings.Contains(p.text(), "is connected and candidates can go in") }).hasNot("A new key waits")
}

// A company may have both: a process goes to one of them, and a job of one is
// never taken for a job of the other.
func TestTwoATSsStandBesideEachOther(t *testing.T) {
	sim, ats := simulatedKeyed(t)
	sr, theirs := simulated(t)
	h := furnished(t, app.Options{ERecruiter: ats, SmartRecruiters: theirs, Demo: true, ERecruiterSite: "http://localhost:1/er", SmartRecruitersSite: "http://localhost:1/sr"})
	b := h.signedIn("admin@acme.example.com")
	connect := func(name string, form url.Values) string {
		t.Helper()
		conn := strings.TrimSuffix(b.post("/settings/integrations/"+name+"/connect", form).want(http.StatusSeeOther).to(), "#test")
		b.post(conn+"/test", nil).want(http.StatusSeeOther)
		b.until(conn, func(p page) bool { return strings.Contains(p.text(), "candidates can go in") })
		return conn[strings.LastIndex(conn, "/")+1:]
	}
	b.get("/tour").has("Connect an ATS", "Open the SmartRecruiters simulator", "Open the eRecruiter simulator", "0 of 8")
	smart := connect("smartrecruiters", url.Values{"auth": {"api_key"}, "environment": {"production"}, "credentials.api_key": {sr.IssueKey().Key}})
	er := connect("erecruiter", url.Values{"auth": {"access_key"}, "access_scope": {"all"}, "credentials.access_key": {sim.IssueKey(erecruiter.ScopeAll).Key}})
	b.get("/tour").has("1 of 8")
	b.get("/settings/integrations").has("SmartRecruiters", "eRecruiter")

	process := draft(t, b)
	form := details()
	choose := func(conn, listed, job string) page {
		t.Helper()
		for name, v := range map[string]string{"bind": "on", "connection": conn, "listed": listed, "remote_job": job, "go": "search"} {
			form.Set(name, v)
		}
		b.post(process+"/edit", form).want(http.StatusSeeOther)
		return b.until(process+"/edit", func(p page) bool { return strings.Contains(p.body, `name="remote_job"`) })
	}
	job := strconv.FormatInt(sim.Recruitment("Senior Go Developer").ID, 10)
	if p := choose(er, er, job).has("Integrate with ATS (eRecruiter)", "NOTE – IMPORTANT"); !strings.Contains(p.body, `value="`+job+`" checked`) {
		t.Error("the choice is not kept")
	}
	p := choose(smart, er, job).has("Integrate with ATS (SmartRecruiters)").hasNot("NOTE – IMPORTANT")
	if strings.Contains(p.body, `name="remote_job" value="`+job+`"`) || regexp.MustCompile(`name="remote_job"[^>]*checked`).MatchString(p.body) {
		t.Error("a recruitment in eRecruiter is chosen in SmartRecruiters")
	}
	form.Set("go", "customization")
	b.post(process+"/edit", form).want(http.StatusUnprocessableEntity).has("Choose a job from the list first.")
}
