package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"handoff/internal/app"
	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
)

// boundWithTexts is a house with an open process that is bound to eRecruiter's
// "Senior Go Developer", the process's page and the job's.
func boundWithTexts(t *testing.T, sim *erecruiter.Simulator, ats app.ATS) (h *house, b *browser, process_, job string) {
	t.Helper()
	h = furnished(t, app.Options{ERecruiter: ats})
	b = h.signedIn("admin@acme.example.com")
	ctx := t.Context()
	conn, err := h.Integration.Connect(ctx, h.boss, integration.NewConnection{ATS: "erecruiter", Auth: connector.AuthAccessKey, AccessScope: "all",
		Fields: integration.Fields{"access_key": secret.New(sim.IssueKey(erecruiter.ScopeAll).Key)}})
	if err != nil {
		t.Fatal(err)
	}
	path := "/settings/integrations/erecruiter/" + string(conn.ID)
	b.post(path+"/test", nil).want(http.StatusSeeOther)
	b.tested(path).has("Connected")
	b.until(path, func(page) bool {
		v, err := h.Integration.Connection(ctx, h.boss, conn.ID)
		return err == nil && !v.JobsReadAt.IsZero()
	})
	v, err := h.Process.Create(ctx, h.boss, recruit.Details{Name: "Go Developer", Description: "Services.", Cities: []string{"Kraków"}, WorkMode: "remote",
		Contracts: []string{"b2b"}, Role: "backend_developer", Technologies: []string{"Go", "SQL", "Linux"}, SalaryVisibility: "public",
		Salaries: []recruit.Salary{{Contract: "b2b", From: 20000, To: 25000, Currency: "PLN", Period: "month"}}})
	if err != nil {
		t.Fatal(err)
	}
	if v, _, err = h.Process.Bind(ctx, h.boss, v.ID, process.BindingChoice{Connection: conn.ID,
		RemoteJob: recruit.RemoteJobID(strconv.FormatInt(sim.Recruitment("Senior Go Developer").ID, 10))}); err != nil {
		t.Fatal(err)
	}
	if v, err = h.Process.Publish(ctx, h.boss, v.ID); err != nil {
		t.Fatal(err)
	}
	return h, b, "/processes/" + string(v.ID), "/jobs/" + v.Slug
}

func TestACandidateReadsTheRecruitmentsOwnTextsAndTheCompanySeesThemGoAlong(t *testing.T) {
	sim, ats := simulatedKeyed(t)
	r := sim.Recruitment("Senior Go Developer")
	hostile := "Zgoda <script>alert(1)</script>\n  na  wszystko."
	if err := sim.ChangeConsent(r.Consents[2].ConsentID, hostile); err != nil {
		t.Fatal(err)
	}
	h, b, process, job := boundWithTexts(t, sim, ats)
	c := h.browser()
	p := c.until(job, func(p page) bool { return strings.Contains(p.body, "consent.remote.2") })
	p.has("Administratorem danych jest Acme Robotics.", "Wyrażam zgodę na przetwarzanie moich danych w tej rekrutacji.", "required to pass your application on",
		"I do not agree", "No answer", "Without this consent your application stays here")
	if strings.Contains(p.body, "checked") {
		t.Error("something is ticked beforehand")
	}
	if strings.Contains(p.body, "<script>alert") || !strings.Contains(p.body, "&lt;script&gt;alert(1)&lt;/script&gt;\n  na  wszystko.") || !strings.Contains(p.body, `lang="pl"`) {
		t.Error("a text of the ATS's own is not shown word for word, as text")
	}
	fill := func(p page, mail, must, may string) url.Values {
		v := url.Values{"candidate.first_name": {"Zofia"}, "candidate.last_name": {"Łęcka"}, "candidate.email": {mail},
			"consent.clause": {"given"}, "consent.clause.version": {p.field("consent.clause.version")}, "consent.ats_transfer": {"given"},
			"consent.ats_transfer.version": {p.field("consent.ats_transfer.version")}, "form_token": {p.field("form_token")}}
		for i, d := range []string{"", must, may} {
			name := "consent.remote." + strconv.Itoa(i)
			v.Set(name+".text", p.field(name+".text"))
			if d != "" {
				v.Set(name, d)
			}
		}
		return v
	}
	// What was wrong elsewhere comes back with the decisions as they were.
	wrong := fill(p, "nobody", "given", "no_statement")
	again := c.upload(job, wrong, "cv.pdf", []byte(pdf)).want(http.StatusUnprocessableEntity)
	if n := strings.Count(again.body, "checked"); n != 4 { // the clause, the transfer, and the two consents
		t.Errorf("%d fields are as they were", n)
	}
	c.upload(job, fill(p, "zofia@example.com", "given", ""), "cv.pdf", []byte(pdf)).want(http.StatusSeeOther)
	c.upload(job, fill(p, "no@example.com", "refused", "given"), "cv.pdf", []byte(pdf)).want(http.StatusSeeOther)
	paths := map[string]string{}
	for _, mail := range []string{"zofia@example.com", "no@example.com"} {
		found := b.post("/applications", url.Values{"email": {mail}}).want(200)
		i := strings.Index(found.body, `href="/applications/app_`)
		paths[mail], _, _ = strings.Cut(found.body[i+len(`href="`):], `"`)
	}
	b.post(paths["zofia@example.com"]+"/release", nil).want(http.StatusSeeOther) // a test fills in faster than people do
	b.until(paths["zofia@example.com"], func(p page) bool {
		return strings.Contains(p.body, "In the ATS") || strings.Contains(p.text(), "In eRecruiter, complete.")
	}).
		has("Clause of the recruitment in the ATS", "Consent of the recruitment in the ATS", "Shown", "Not answered", "Yes, with the application.",
			"It was left unsaid, because the candidate did not answer.", "na  wszystko.")
	b.get(paths["no@example.com"]).has("did not give a consent that eRecruiter requires", "Not yet or not at all.", "Refused")
	if n := len(sim.Ledger().Email("no@example.com")); n != 0 {
		t.Errorf("the ATS holds %d of who refused", n)
	}
	got := sim.Ledger().Email("zofia@example.com")
	if len(got) != 1 || len(got[0].Consents) != 1 || !got[0].Consents[0].Given || got[0].Consents[0].ConsentID != r.Consents[1].ConsentID {
		t.Errorf("the ATS holds %+v", got)
	}
	b.get(process).has("Looked at in eRecruiter:", "3 clauses and consents there, read:")
	b.get(process + "/edit/preview").has("Wyrażam zgodę na przetwarzanie moich danych w tej rekrutacji.")
}

func TestTheProcessSaysThatItsRecruitmentTakesNobodyAndWhatToDo(t *testing.T) {
	sim, ats := simulatedKeyed(t)
	r := sim.Recruitment("Senior Go Developer")
	for _, c := range r.Consents[1:] {
		if err := sim.UnassignConsent(r.ID, c.ConsentID); err != nil {
			t.Fatal(err)
		}
	}
	h, b, process, job := boundWithTexts(t, sim, ats)
	b.until(process, func(p page) bool {
		return strings.Contains(p.text(), "has no consent assigned in eRecruiter, and takes no candidates")
	}).
		has("goes on by itself", "Consent is assigned")
	// A clause alone is shown, and the application waits for the consent.
	p := h.browser().get(job).want(200).has("Administratorem danych jest Acme Robotics.")
	if strings.Contains(p.body, `name="consent.remote.1.text"`) {
		t.Error("a consent is asked that is not assigned")
	}
}
