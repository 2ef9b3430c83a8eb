package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/company"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
)

// multiposting is a house connected to an eRecruiter whose support has switched
// our button on, its Admin signed in, and the page of the connection. The feed
// shows at once what is saved.
func multiposting(t *testing.T) (*house, *erecruiter.Simulator, *browser, string) {
	t.Helper()
	h, sim, b, conn, _ := multipostingAt(t)
	return h, sim, b, conn
}

// multipostingAt tells where the simulator is, too, which may serve the feed.
func multipostingAt(t *testing.T) (_ *house, _ *erecruiter.Simulator, _ *browser, conn, address string) {
	t.Helper()
	sim, ats := simulatedKeyed(t)
	ats.Mapping = []byte(`{"rate.per_second": 50, "rate.concurrency": 8, "ads.feed_host": ""}`)
	for _, a := range sim.Ledger().Ads {
		if err := sim.WithdrawAd(a.ID); err != nil {
			t.Fatal(err)
		}
	}
	sim.SetFeedDelay(0)
	sw := sim.Switches()
	sw.WithdrawnAds = erecruiter.Listed
	if err := errors.Join(sim.SetMultiposting(sim.Company().ID, true), sim.SetSwitches(sw)); err != nil {
		t.Fatal(err)
	}
	h := furnished(t, app.Options{ERecruiter: ats, PlatformName: "Handoff"})
	b := h.signedIn("admin@acme.example.com")
	conn = b.post("/settings/integrations/erecruiter/connect", url.Values{"auth": {"access_key"}, "access_scope": {"all"},
		"credentials.access_key": {sim.IssueKey(erecruiter.ScopeAll).Key}}).want(http.StatusSeeOther).to()
	conn, _, _ = strings.Cut(conn, "#")
	b.post(conn+"/test", nil).want(http.StatusSeeOther)
	b.tested(conn)
	id := recruit.ConnectionID(conn[strings.LastIndex(conn, "/")+1:])
	b.until(conn, func(page) bool { // the jobs that ads name
		c, err := h.Integration.Connection(t.Context(), h.boss, id)
		return err == nil && !c.JobsReadAt.IsZero()
	})
	return h, sim, b, conn, ats.AuthorizeURL
}

var adLink = regexp.MustCompile(`href="(/ads/ad_[a-z0-9]+)"`)

// readNow presses READ NOW and returns the list once it says all of words.
func (b *browser) readNow(words ...string) page {
	b.t.Helper()
	at := b.post("/ads/read", url.Values{"connection": {b.get("/ads").field("connection")}}).want(http.StatusSeeOther).to()
	return b.until(at, func(p page) bool {
		for _, w := range words {
			if !strings.Contains(p.text(), w) {
				return false
			}
		}
		return !strings.Contains(p.body, "every 2s")
	})
}

func (p page) adPath() string {
	p.t.Helper()
	m := adLink.FindStringSubmatch(p.body)
	if m == nil {
		p.t.Fatalf("no ad on %s", p.Request.URL.Path)
	}
	return m[1]
}

func goAd(sim *erecruiter.Simulator) erecruiter.AdSpec {
	r := sim.Recruitment("Machine Learning Engineer")
	return erecruiter.AdSpec{CompanyID: r.CompanyID, RecruitmentID: r.ID, Title: "Senior Go Developer", Reference: "GO/77", Portals: []string{"Handoff"},
		Categories: []string{"IT - Rozwój oprogramowania"}, Duties: `<p onclick="x()">Budujesz usługi w Go.</p><script>alert(1)</script>`, Requirements: "<ul><li>Go</li></ul>",
		SalaryFrom: 18000, SalaryTo: 24000, RecruiterEmail: "User@acme.example.com"}
}

// The steps of MULTIPOSTING in the instructions, from no button to the draft.
func TestAnAdBecomesADraftThatARecruiterCompletes(t *testing.T) {
	h, sim, b, conn := multiposting(t)
	b.get("/processes").has("Ads")
	empty := b.get("/ads").has("No ad has come from eRecruiter yet. Why?", "“Job ads” tab", "“Publication of advertisement” section", "“Multiposting” tab",
		"Select the categories of the ad.", "Select “Handoff” in the list of platforms", "eRecruiter's support must switch it on",
		"we use eRecruiter as Acme Robotics. Please enable multiposting to the platform Handoff", "Prosimy o włączenie", "help@handoff.example.com", "READ NOW")
	if !strings.Contains(empty.body, "<textarea") || !strings.Contains(empty.body, "readonly") {
		t.Error("the letter cannot be selected")
	}
	b.get("/ads?lang=pl").has("ODCZYTAJ TERAZ", "Z eRecruiter nie przyszło jeszcze żadne ogłoszenie")
	b.get("/ads?lang=en")
	b.get(conn).has("Multiposting", "Address of the public career feed")

	if _, err := sim.PublishAd(goAd(sim)); err != nil {
		t.Fatal(err)
	}
	list := b.readNow("Senior Go Developer").has("Warszawa", "eRecruiter", "In the ATS", "draft version", "Unsafe content removed").hasNot("Why?")
	ad := b.get(list.adPath()).has("Senior Go Developer", "Budujesz usługi w Go.", "Requirements", "The original ad in eRecruiter", "Information clause of the ad",
		"Administratorem danych jest", "The ad belongs to this job in eRecruiter:", "Machine Learning Engineer", "Work mode", "Role", "At least three technologies", "Piotr Lis",
		"As eRecruiter sent it", "GO/77", "script, frames, forms or images")
	if strings.Contains(ad.body, "<script>alert") || strings.Contains(ad.body, "<p onclick") {
		t.Error("the ad's script stands in the page")
	}

	// It is the recruiter's whom the ad names; nothing was published or bound.
	r := h.signedIn("user@acme.example.com")
	r.get("/ads").has("Senior Go Developer")
	if strings.Contains(r.get("/jobs").text(), "Senior Go Developer") {
		t.Error("the draft is public")
	}
	list = r.get("/processes").has("Senior Go Developer", "Multiposted", "draft version", "Not integrated")
	proc := regexp.MustCompile(`/processes/proc_[a-z0-9]+`).FindString(list.body)
	r.get(proc).has("The ad that it was made of")
	edit := r.get(proc+"/edit").has("Made of an ad multiposted from eRecruiter:", "The ad does not say, and you have to fill in:", "At least three technologies")
	edit.chosen("Machine Learning Engineer")
	form := url.Values{"name": {"Senior Go Developer"}, "role": {"backend_developer"}, "technologies": {"Go, SQL, Linux"}, "cities": {"Warszawa"}, "work_mode": {"hybrid"},
		"description": {"Budujesz usługi w Go."}, "contracts": {"b2b"}, "salary.b2b.from": {"18000"}, "salary.b2b.to": {"24000"}, "salary.b2b.currency": {"PLN"},
		"salary.b2b.period": {"month"}, "salary_visibility": {"public"}, "min_experience": {"0"}, "bind": {"on"}, "go": {"preview"},
		"connection": {edit.field("connection")}, "remote_job": {edit.checked("remote_job")}}
	r.post(proc+"/edit", form).want(http.StatusSeeOther)
	r.post(proc+"/edit/save", nil).want(http.StatusSeeOther)
	r.get(list.adOf(r)).has("Sends candidates to this job in eRecruiter:")
}

// adOf is the address of the only ad that the browser's user sees.
func (p page) adOf(b *browser) string { return b.get("/ads").adPath() }

// checked is the chosen one of a list of radio buttons.
func (p page) checked(name string) string {
	p.t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)" checked`).FindStringSubmatch(p.body)
	if m == nil {
		p.t.Fatalf("nothing is chosen of %s", name)
	}
	return m[1]
}

// chosen holds that the job of that title is the one that is chosen, with the
// switch on.
func (p page) chosen(title string) {
	p.t.Helper()
	p.checked("remote_job")
	if !strings.Contains(p.body, `name="bind" value="on" checked`) || !regexp.MustCompile(`checked>\s*<span class="job-text">\s*<strong>`+regexp.QuoteMeta(title)).MatchString(p.body) {
		p.t.Errorf("%s is not proposed on %s", title, p.Request.URL.Path)
	}
}

func TestAPersonAcceptsWhatChangedAndClosesWhatIsOver(t *testing.T) {
	h, sim, b, _ := multiposting(t)
	spec := goAd(sim)
	published, err := sim.PublishAd(spec)
	if err != nil {
		t.Fatal(err)
	}
	ad := b.readNow("Senior Go Developer").adPath()
	list, err := h.Process.List(t.Context(), h.boss, processFilter())
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("%d processes (%v)", len(list.Items), err)
	}
	p := list.Items[0]
	d := p.Details
	d.WorkMode = "remote"
	save(t, h, p, d)
	// Not being bound was somebody's decision: the job is suggested, not switched on.
	if edit := b.get("/processes/" + string(p.ID) + "/edit"); edit.checked("remote_job") == "" || strings.Contains(edit.body, `name="bind" value="on" checked`) {
		t.Error("a process that a person saved unbound would be bound by the next Save")
	}
	spec.Title, spec.Requirements = "Lead Go Developer", "<ul><li>Go</li><li>SQL</li></ul>"
	if err := sim.ChangeAd(published.ID, spec); err != nil {
		t.Fatal(err)
	}
	b.readNow("2 changes to look at")
	shown := b.get(ad).has("Changed in the ATS since", "In the process now", "Lead Go Developer", "ACCEPT", "ACCEPT ALL", "Dismiss this version")
	form := url.Values{"ad": {shown.field("ad")}, "process": {shown.field("process")}, "field": {"name"}}

	// Somebody saves meanwhile: nothing is accepted unseen.
	list, _ = h.Process.List(t.Context(), h.boss, processFilter())
	save(t, h, list.Items[0], list.Items[0].Details)
	b.post(ad+"/accept", form).want(http.StatusSeeOther)
	shown = b.get(ad).has("The ad or the process changed meanwhile", "ACCEPT ALL")
	form.Set("process", shown.field("process"))
	b.post(ad+"/accept", form).want(http.StatusSeeOther)
	shown = b.get(ad).has("Accepted and saved.", "Changed in the ATS since")
	list, _ = h.Process.List(t.Context(), h.boss, processFilter())
	if d := list.Items[0].Details; d.Name != "Lead Go Developer" || d.WorkMode != "remote" || strings.Contains(d.Description, "SQL") {
		t.Errorf("accepted into %+v", d)
	}
	b.post(ad+"/dismiss", url.Values{"ad": {shown.field("ad")}, "process": {shown.field("process")}}).want(http.StatusSeeOther)
	b.get(ad).has("Dismissed.").hasNot("Changed in the ATS since")

	if err := sim.WithdrawAd(published.ID); err != nil {
		t.Fatal(err)
	}
	b.readNow("Over in the ATS, process not closed")
	b.get(ad).has("The ad was withdrawn in eRecruiter.", "Its draft version was changed by a person")
	b.post(ad+"/close", nil).want(http.StatusSeeOther)
	b.get(ad).has("The process was closed.", "Make it a draft version again")
	b.post(ad+"/reopen", nil).want(http.StatusSeeOther)
	b.get(ad).has("It is a draft version again.")

	// A deleted draft stays away until an Admin wants it.
	if err := h.Process.Delete(t.Context(), h.boss, p.ID); err != nil {
		t.Fatal(err)
	}
	b.get(ad).has("was deleted here by a person").hasNot("Make a draft version again")
	b.post(ad+"/draft", nil).want(http.StatusSeeOther)
	b.get(ad).has("The ad is over in the ATS")
}

func TestEveryBrokenAdIsToldOnItsPageInBothLanguages(t *testing.T) {
	for name, says := range map[string][2]string{
		"ad_without_recruitment": {"The ad names no recruitment", "Ogłoszenie nie podaje rekrutacji"},
		"ad_without_title":       {"The ad has no title", "Ogłoszenie nie ma tytułu"},
		"ad_doubled_per_region":  {"once for each region", "osobno dla każdego województwa"},
		"ad_with_hostile_html":   {"script, frames, forms or images", "skrypty, ramki, formularze lub obrazy"},
		"ad_expired":             {"The ad's last day is over", "Ostatni dzień ogłoszenia minął"},
		"ad_for_foreign_portal":  {"The ad is for another platform and is not used", "Ogłoszenie jest przeznaczone dla innej platformy"},
	} {
		t.Run(name, func(t *testing.T) {
			_, sim, b, _ := multiposting(t)
			if _, err := sim.Break(name, erecruiter.Target{}); err != nil {
				t.Fatal(err)
			}
			list := "/ads"
			if name == "ad_for_foreign_portal" {
				list = "/ads?foreign=1"
				b.readNow("is for another platform and is not used")
			} else {
				b.readNow("Last seen in the ATS")
			}
			path := ""
			for _, m := range adLink.FindAllStringSubmatch(b.get(list).body, -1) {
				if p := b.get(m[1]); strings.Contains(p.text(), says[0]) {
					path = m[1]
				}
			}
			if path == "" {
				t.Fatalf("no ad says %q", says[0])
			}
			b.get(path + "?lang=pl").has(says[1])
			if strings.Contains(b.get(path).body, "alert(1)\"") || strings.Contains(b.get("/processes").body, "<img src=x") {
				t.Error("what was removed stands in a page")
			}
		})
	}
}

func TestAdsAreSeenWithTheirProcessesAndReadByEverybodyOfTheCompanyOnly(t *testing.T) {
	h, sim, b, conn := multiposting(t)
	spec := goAd(sim)
	spec.RecruiterEmail = ""
	if _, err := sim.PublishAd(spec); err != nil {
		t.Fatal(err)
	}
	ad := b.readNow("Senior Go Developer").adPath()
	r := h.signedIn("user@acme.example.com")
	r.get("/ads").want(200).has("READ NOW").hasNot("Senior Go Developer")
	for _, path := range []string{"/accept", "/dismiss", "/close", "/reopen"} {
		r.post(ad+path, nil).want(http.StatusNotFound)
	}
	r.get(ad).want(http.StatusNotFound)
	r.post(ad+"/draft", nil).want(http.StatusForbidden)
	r.post(conn+"/ad-feed", nil).want(http.StatusForbidden)
	if _, _, err := h.Company.FirstCompany(t.Context(), "Baltic Data", "", "", company.NewUser{Email: "admin@baltic.example.com", Name: "Ewa Sowa", Password: secret.New(password)}); err != nil {
		t.Fatal(err)
	}
	o := h.signedIn("admin@baltic.example.com")
	o.get(ad).want(http.StatusNotFound)
	o.get("/ads").has("No ATS that multiposts is connected").hasNot("Senior Go Developer")
	o.post("/ads/read", url.Values{"connection": {conn[strings.LastIndex(conn, "/")+1:]}}).want(http.StatusNotFound)
	h.browser().get("/ads").want(http.StatusSeeOther)
}

func TestTheAddressOfThePublicFeedIsAnHTTPSOneAndSaved(t *testing.T) {
	h, _, b, conn := multiposting(t)
	for _, bad := range []string{"http://offers.erecruiter.pl/x", "offers", "https://user@offers.erecruiter.pl/x", "https://offers.erecruiter.pl/" + strings.Repeat("x", 480)} {
		b.post(conn+"/ad-feed", url.Values{"ad_feed": {bad}}).want(http.StatusUnprocessableEntity)
	}
	const address = "https://offers.erecruiter.pl/feed?hash=invented"
	b.post(conn+"/ad-feed", url.Values{"ad_feed": {address}}).want(http.StatusSeeOther)
	if got := b.get(conn).field2("ad_feed"); got != address {
		t.Errorf("the field holds %q", got)
	}
	c, err := h.Integration.Connection(t.Context(), h.boss, recruit.ConnectionID(conn[strings.LastIndex(conn, "/")+1:]))
	if err != nil || c.AdFeed != address {
		t.Errorf("stored is %q (%v)", c.AdFeed, err)
	}
	b.post(conn+"/ad-feed", url.Values{"ad_feed": {""}}).want(http.StatusSeeOther)
}

// The simulator's feed is no https one, so its address is put where the page
// would have put it.
func TestAdsAreReadFromThePublicFeedWhereOneIsSet(t *testing.T) {
	h, sim, b, conn, at := multipostingAt(t)
	spec := goAd(sim)
	spec.Portals = nil // the career feed holds every ad, and the API would show none
	ad, err := sim.PublishAd(spec)
	if err != nil {
		t.Fatal(err)
	}
	id, co := recruit.ConnectionID(conn[strings.LastIndex(conn, "/")+1:]), sim.Company()
	for _, file := range []string{"offers.json", "offers.xml"} {
		address := fmt.Sprintf("%s/skk/company/%d/%s?hash=%s", at, co.ID, file, co.Hash)
		if err := h.Store.SaveAdFeed(t.Context(), h.boss.Company, id, address, "test", time.Now()); err != nil {
			t.Fatal(err)
		}
		spec.Title = "Developer of " + file
		if err := sim.ChangeAd(ad.ID, spec); err != nil {
			t.Fatal(err)
		}
		b.readNow(spec.Title).has("In the ATS").hasNot("The last reading failed")
	}
}

// field2 returns the value of a field that has an identifier too.
func (p page) field2(name string) string {
	p.t.Helper()
	m := regexp.MustCompile(`id="` + name + `" name="` + name + `" value="([^"]*)"`).FindStringSubmatch(p.body)
	if m == nil {
		p.t.Fatalf("%s has no field %s", p.Request.URL.Path, name)
	}
	return m[1]
}

func processFilter() process.Filter { return process.Filter{} }

func save(t *testing.T, h *house, p process.View, d recruit.Details) {
	t.Helper()
	if _, _, err := h.Process.Save(t.Context(), h.boss, p.ID, process.Edit{Details: d, Revision: p.Revision}); err != nil {
		t.Fatal(err)
	}
}
