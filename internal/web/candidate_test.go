package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"handoff/internal/app"
	"handoff/internal/process"
	"handoff/internal/recruit"
)

const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// opened is a house with an open process, and the address of its public page.
func opened(t *testing.T) (*house, string) {
	t.Helper()
	return openedIn(t, app.Options{})
}

func openedIn(t *testing.T, o app.Options) (*house, string) {
	t.Helper()
	h := furnished(t, o)
	ctx := t.Context()
	v, err := h.Process.Create(ctx, h.boss, recruit.Details{Name: "Robotics <Technician>", Description: "Mend robots.\n\nOften.", Cities: []string{"Poznań"}, WorkMode: "onsite",
		Contracts: []string{"employment"}, Role: "embedded_engineer", Technologies: []string{"ROS", "C++", "Linux"}, SalaryVisibility: "public",
		Salaries: []recruit.Salary{{Contract: "employment", From: 9000, To: 11000, Currency: "PLN", Period: "month"}}})
	if err != nil {
		t.Fatal(err)
	}
	if v, _, err = h.Process.Save(ctx, h.boss, v.ID, process.Edit{Details: v.Details, Revision: v.Revision, Customization: recruit.Customization{FutureMonths: 12,
		Questions: []recruit.Question{{ID: "q1", Label: "Do you travel?", Kind: "yes_no", Required: true}}}}); err != nil {
		t.Fatal(err)
	}
	if v, err = h.Process.Publish(ctx, h.boss, v.ID); err != nil {
		t.Fatal(err)
	}
	return h, "/jobs/" + v.Slug
}

// filled is the form of a page as a candidate fills it in.
func filled(p page) url.Values {
	return url.Values{"candidate.first_name": {"Zofia"}, "candidate.last_name": {`<b onclick="x">Łęcka</b>`}, "candidate.email": {"zofia@example.com"},
		"answers.q1": {"yes"}, "consent.clause": {"given"}, "consent.clause.version": {p.field("consent.clause.version")},
		"consent.future_recruitments.version": {p.field("consent.future_recruitments.version")}, "form_token": {p.field("form_token")}}
}

func TestACandidateAppliesAndTheCompanyReadsIt(t *testing.T) {
	h, job := opened(t)
	c := h.browser()
	p := c.get(job).want(http.StatusOK).has("Robotics <Technician>", "9,000–11,000 PLN gross / month", "at most 10 MB", "PDF", "I have read the information clause")
	if len(p.Cookies()) > 0 {
		t.Error("reading a job sets a cookie")
	}
	if strings.Contains(p.body, "checked") {
		t.Error("something is ticked beforehand")
	}
	form := filled(p)
	if to := c.upload(job, form, "cv Zofia.pdf", []byte(pdf)).want(http.StatusSeeOther).to(); to != job+"/thanks" {
		t.Fatalf("sent to %s", to)
	}
	thanks := c.get(job + "/thanks").want(http.StatusOK).body
	c.upload(job, form, "cv.pdf", []byte(pdf)).want(http.StatusSeeOther) // a second time: the same answer
	if again := c.get(job + "/thanks").body; again != thanks {
		t.Error("a second application is thanked differently")
	}

	b := h.signedIn("admin@acme.example.com")
	found := b.post("/applications", url.Values{"email": {" ZOFIA@example.com "}}).want(http.StatusOK).has("Zofia <b onclick")
	if strings.Contains(found.body, "<b onclick") {
		t.Error("a name is markup")
	}
	b.post("/applications", url.Values{"email": {"nobody@example.com"}}).want(http.StatusOK).has("No candidate matches")
	app := regexp.MustCompile(`/applications/app_[0-9a-z]+`).FindString(found.body)
	b.get(app).want(http.StatusOK).has("zofia@example.com", "Do you travel?", "The application was received.", "Information clause", "Not answered", "Not integrated")
	cv := b.get(app + "/cv").want(http.StatusOK)
	if cv.body != pdf || cv.Header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(cv.Header.Get("Content-Disposition"), "attachment") ||
		!strings.HasPrefix(cv.Header.Get("Content-Security-Policy"), "sandbox") || cv.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the CV is handed out as %v", cv.Header)
	}
	b.post(app+"/stage", url.Values{"stage": {"invited"}}).want(http.StatusSeeOther)
	b.get(app).has("Invited for the interview", "Stage: Waiting for your decision → Invited for the interview.", "Anna Nowak")
	b.post(app+"/erase", nil).want(http.StatusSeeOther)
	b.get(app).want(http.StatusOK).has("Erased").hasNot("zofia@example.com", "Łęcka")
	h.signedIn("user@acme.example.com").get(app).want(http.StatusNotFound)
}

func TestARefusedApplicationKeepsWhatWasTyped(t *testing.T) {
	h, job := opened(t)
	c := h.browser()
	form := filled(c.get(job))
	form.Set("candidate.email", "not an address")
	form.Del("consent.clause")
	form.Del("answers.q1")
	p := c.upload(job, form, "cv.exe", []byte("MZ")).want(http.StatusUnprocessableEntity)
	p.has("4 things need correcting", "E-mail: This does not look right.", "Please tick that you have read it.", "This kind of file is not accepted")
	if !strings.Contains(p.body, `value="not an address"`) || !strings.Contains(p.body, `value="Zofia"`) {
		t.Error("what was typed is gone")
	}
	if !strings.Contains(p.body, `href="#candidate.email"`) || !strings.Contains(p.body, `aria-describedby="candidate.email-error"`) {
		t.Error("the error is not tied to its field")
	}
	c.upload(job, form, "cv.pdf", []byte(pdf)).want(http.StatusUnprocessableEntity).has("Choose the file again")
	c.upload(job, form, "cv.pdf", make([]byte, 11<<20)).want(http.StatusUnprocessableEntity).has("at most 10 MB")
	c.upload(job, form, "cv.pdf", make([]byte, 13<<20)).want(http.StatusRequestEntityTooLarge)
}

func TestTextsThatChangedAreShownAgain(t *testing.T) {
	h, job := opened(t)
	c := h.browser()
	form := filled(c.get(job))
	if _, err := h.Company.SaveClause(t.Context(), h.boss, "Nowa klauzula", "A new clause"); err != nil {
		t.Fatal(err)
	}
	p := c.upload(job, form, "cv.pdf", []byte(pdf)).want(http.StatusUnprocessableEntity).has("The texts below changed", "A new clause")
	if !strings.Contains(p.body, `value="Zofia"`) || regexp.MustCompile(`name="consent[^>]*checked`).MatchString(p.body) {
		t.Error("names are gone, or a decision about other words was kept")
	}
	form = filled(p)
	c.upload(job, form, "cv.pdf", []byte(pdf)).want(http.StatusSeeOther)
}

func TestSearchEnginesReadTheJob(t *testing.T) {
	h, job := opened(t)
	c := h.browser()
	m := regexp.MustCompile(`(?s)<script id="posting" type="application/ld\+json">(.*?)</script>`).FindStringSubmatch(c.get(job).body)
	if m == nil {
		t.Fatal("there is no posting on the page")
	}
	var posting map[string]any
	if err := json.Unmarshal([]byte(m[1]), &posting); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"title", "description", "datePosted", "hiringOrganization", "jobLocation", "baseSalary"} {
		if posting[k] == nil {
			t.Errorf("the posting has no %s", k)
		}
	}
	if posting["title"] != "Robotics <Technician>" {
		t.Errorf("title %v", posting["title"])
	}
	for _, path := range []string{"/jobs.xml", "/sitemap.xml"} {
		if p := c.get(path).want(http.StatusOK); !strings.Contains(p.body, h.URL()+job) {
			t.Errorf("%s does not name the job", path)
		}
	}
	c.get("/robots.txt").want(http.StatusOK).has("Allow: /jobs", "/sitemap.xml")
	c.get("/jobs?q=technician").want(http.StatusOK).has("Robotics <Technician>")
	id := regexp.MustCompile(`proc_[0-9a-z]+`).FindString(m[1])
	if _, err := h.Process.Close(t.Context(), h.boss, recruit.ProcessID(id)); err != nil {
		t.Fatal(err)
	}
	closed := c.get(job).want(http.StatusOK).has("This recruitment is closed")
	if strings.Contains(closed.body, "ld+json") || strings.Contains(closed.body, "<form") {
		t.Error("a closed job is still offered")
	}
}

// No form of the site can put an address, a name or a number into a URL.
func TestNothingPersonalIsAskedForByGET(t *testing.T) {
	h, job := opened(t)
	b := h.signedIn("admin@acme.example.com")
	for _, path := range []string{"/applications", "/processes", "/settings/users", job, "/sign-in"} {
		for _, form := range regexp.MustCompile(`(?s)<form [^>]*method="get".*?</form>`).FindAllString(b.get(path).body, -1) {
			for _, name := range []string{`name="email"`, `name="candidate.`, `name="name"`, `type="email"`} {
				if strings.Contains(form, name) {
					t.Errorf("%s asks by GET for %s", path, name)
				}
			}
		}
	}
}
