package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"handoff/internal/simulator/erecruiter"
)

// phrases are what a reader of the eRecruiter page looks for, there and here.
// The page itself is in English; Polish readers find the same steps.
type phrases struct {
	words
	scope erecruiter.Scope

	// At eRecruiter.
	language, toSettings, toIntegration, partners, activate, scopeThere, generate, keyThere, places, addPlace, name      string
	recruitments, editRecruitment, ads, addAd, title, reference, duties, requirements, offer, recruitment, multi, saveAd string
	// Here.
	key, scopeHere, testConnection, importSource, imported, integrateHere, noConsent, byHand, optIn, noAnswer, agreeRemote string
	openInER, adsHere, readNow, draft, linkedIn                                                                            string
}

var told = []phrases{
	{words: spoken[1], scope: erecruiter.ScopeSelected,
		language: "English", toSettings: "Settings", toIntegration: "Integration with eRecruiter", partners: "Partners", activate: "Activate",
		scopeThere: "selected recruitment processes", generate: "Generate access token", keyThere: "Access key", places: "Location of job posts",
		addPlace: "Add a job post location", name: "Name", recruitments: "Recruitment processes", editRecruitment: "Edit Data Engineer",
		ads: "Job ads", addAd: "Add a job ad", title: "Title", reference: "Reference number", duties: "Duties", requirements: "Requirements",
		offer: "What we offer", recruitment: "Recruitment process", multi: "Multiposting", saveAd: "Save changes",
		key: "Access key", scopeHere: "Selected recruitment processes", testConnection: "TEST THE CONNECTION", importSource: "Import source ID from eRecruiter",
		imported: "Chosen: Handoff", integrateHere: "Integrate with ATS (eRecruiter)", noConsent: "without it no candidate goes in", byHand: "delete it by hand",
		agreeRemote: "I agree", noAnswer: "No answer", openInER: "OPEN IN ERECRUITER", adsHere: "Ads", readNow: "READ NOW", draft: "draft version", linkedIn: "LinkedIn link"},
	{words: spoken[0], scope: erecruiter.ScopeAll,
		language: "Polski", toSettings: "Ustawienia", toIntegration: "Integracja z eRecruiter", partners: "Partnerzy", activate: "Aktywuj",
		scopeThere: "wszystkie rekrutacje", generate: "Generuj token dostępu", keyThere: "Token dostępu", places: "Miejsca publikacji ogłoszeń",
		addPlace: "Dodaj miejsce publikacji", name: "Nazwa", recruitments: "Rekrutacje", editRecruitment: "Edytuj Data Engineer",
		ads: "Ogłoszenia", addAd: "Dodaj ogłoszenie", title: "Tytuł", reference: "Numer referencyjny", duties: "Obowiązki", requirements: "Wymagania",
		offer: "Co oferujemy", recruitment: "Rekrutacja", multi: "Multipublikacja", saveAd: "Zapisz zmiany",
		key: "Klucz dostępu", scopeHere: "Wszystkie rekrutacje", testConnection: "TESTUJ POŁĄCZENIE", importSource: "Zaimportuj source ID z eRecruiter",
		imported: "Wybrane: Handoff", integrateHere: "Integruj z ATS (eRecruiter)", noConsent: "bez niej żaden kandydat nie zostanie przyjęty", byHand: "usuń ręcznie",
		agreeRemote: "Zgadzam się", noAnswer: "Bez odpowiedzi", openInER: "OTWÓRZ W ERECRUITER", adsHere: "Ogłoszenia", readNow: "ODCZYTAJ TERAZ", draft: "wersja robocza", linkedIn: "Link do LinkedIn"},
}

func (d *demonstration) recruiterLedger(t testing.TB) (l erecruiter.Ledger) {
	t.Helper()
	resp, err := http.Get(d.er + "/_sim/ledger")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&l); err != nil {
		t.Fatal(err)
	}
	return l
}

// The page "How to integrate with eRecruiter" from its first step to
// MULTIPOSTING, with both kinds of access, and candidates who apply.
func TestTheERecruiterPageCanBeFollowedAndACandidateArrives(t *testing.T) {
	for _, w := range told {
		t.Run(w.lang+" "+string(w.scope), func(t *testing.T) {
			d := startDemo(t)
			b := newTab(t, "erecruiter-"+w.lang)
			b.looked = w.lang != "en" // the pages are the same in both languages
			b.open(d.url + "/sign-in?lang=" + w.lang)
			b.fill("E-mail", d.adminMail)
			b.fill(w.password, d.adminSecret)
			b.press(w.signIn)
			b.see(d.adminMail)
			ats := b.another()
			ats.open(d.er + "/app/")
			ats.press(w.language)
			takeAccessKey(t, b, ats, w)
			makeSource(t, b, ats, w)
			bindRecruitment(t, d, b, ats, w)
			applyThere(t, d, b, w)
			multipost(t, d, b, ats, w)
		})
	}
}

// takeAccessKey is "Generating an Access Key", steps 1 to 5.
func takeAccessKey(t *testing.T, b, ats *tab, w phrases) {
	ats.press(w.toSettings)
	ats.press(w.toIntegration)
	ats.press(w.partners)
	ats.see("Handoff")
	ats.picture("partners")
	ats.press(w.activate)
	ats.tick(w.scopeThere)
	ats.picture("activate")
	ats.press(w.generate)
	ats.see(w.keyThere)
	key := eval[string](ats, `document.querySelector("#key").value`)
	if key == "" {
		t.Fatal("no key is shown")
	}
	b.press(b.who())
	b.press(w.settings)
	b.press(w.integrations)
	b.press("eRecruiter")
	b.fill(w.key, key)
	b.tick(w.scopeHere)
	b.shot("key")
	b.press(w.save)
	b.see(w.testConnection)
	b.press(w.testConnection)
	b.see(w.connected, "Acme Robotics")
	b.shot("connected")
}

// makeSource is "Generating a source ID" and "Importing source ID".
func makeSource(t *testing.T, b, ats *tab, w phrases) {
	name := eval[string](b, `document.querySelector("#new-source-0").value`)
	eval[bool](b, `document.querySelector("#source").scrollIntoView(), true`)
	b.shot("new-source")
	ats.press(w.toSettings)
	ats.press(w.places)
	ats.press(w.addPlace)
	ats.fill(w.name, name)
	ats.picture("place")
	ats.press(w.save)
	ats.see(name)
	b.press(w.importSource)
	b.see(w.imported)
	eval[bool](b, `document.querySelector("#source").scrollIntoView(), true`)
	b.shot("source")
	b.fits("source")
}

// bindRecruitment is "Use the integration": Senior ML Engineer to Machine
// Learning Engineer, which has no consent at first.
func bindRecruitment(t *testing.T, d *demonstration, b, ats *tab, w phrases) {
	b.press(w.processes)
	b.press(w.actions)
	b.press(w.edit)
	b.tick(w.integrateHere)
	b.see("Machine Learning Engineer")
	listed := strings.Contains(b.text(), "Data Engineer")
	if want := w.scope == erecruiter.ScopeAll; listed != want {
		t.Errorf("with access to %s, a recruitment that is not shared is listed: %t", w.scope, listed)
	}
	b.tick("Machine Learning Engineer")
	eval[bool](b, `document.querySelector("#integration").scrollIntoView(), true`)
	b.shot("integrate")
	b.press(w.test)
	b.see(w.noConsent)
	eval[bool](b, `document.querySelector("#integration").scrollIntoView({block: "end"}), true`)
	b.shot("no-consent")
	if n := len(d.recruiterLedger(t).Applications); n != 4 { // the four strangers of the sample
		t.Errorf("the ATS holds %d applications after a test that could not pass", n)
	}
	ats.press(w.recruitments)
	ats.press("Machine Learning Engineer")
	ats.open(ats.at() + "/edit")
	assigned := 0
	for _, c := range d.recruiterLedger(t).Consents {
		if strings.HasPrefix(c.Text, "Wyrażam zgodę") || strings.HasPrefix(c.Text, "Administratorem") {
			eval[bool](ats, fmt.Sprintf(`document.querySelector("#a-%d").checked = true`, c.ID))
			assigned++
		}
		if c.Required && strings.HasPrefix(c.Text, "Wyrażam") {
			eval[bool](ats, fmt.Sprintf(`document.querySelector("#r-%d").checked = true`, c.ID))
		}
	}
	eval[bool](ats, `document.querySelector("form[action$=consents]").scrollIntoView(), true`)
	ats.picture("consents")
	ats.follow(func() { eval[bool](ats, `document.querySelector("form[action$=consents]").requestSubmit(), true`) })
	for _, r := range d.recruiterLedger(t).Recruitments {
		if r.Name == "Machine Learning Engineer" && (len(r.Consents) != 3 || assigned != 3) {
			t.Fatalf("%d texts were ticked, %d are assigned: %s", assigned, len(r.Consents), ats.at())
		}
	}
	b.press(w.test)
	b.see(w.byHand)
	eval[bool](b, `document.querySelector("#integration").scrollIntoView({block: "end"}), true`)
	b.shot("tested")
	b.fits("tested")
	tests := 0
	for _, a := range d.recruiterLedger(t).Applications {
		if strings.HasPrefix(a.Email, "test+") {
			tests++
			if a.Recruitment != "Machine Learning Engineer" || len(a.Files) != 1 {
				t.Errorf("the test candidate: %+v", a)
			}
		}
	}
	if tests != 1 {
		t.Errorf("the test put %d candidates in, want 1", tests)
	}
	b.press(w.next)
	b.press(w.preview)
	b.see("Machine Learning Engineer")
	b.shot("preview")
	b.press(w.save)
	b.see(w.saved)
	b.press(w.publish)
	b.see(w.published)
}

// applyThere is three candidates: with a CV, with a LinkedIn link alone, and
// one who does not agree to what the recruitment requires.
func applyThere(t *testing.T, d *demonstration, b *tab, w phrases) {
	cv := filepath.Join(t.TempDir(), "zażółć gęślą.pdf")
	if err := os.WriteFile(cv, pdf(815, 90_000), 0o600); err != nil {
		t.Fatal(err)
	}
	public := eval[string](b, `[...document.querySelectorAll("a")].map(a => a.href).find(h => h.includes("/jobs/senior"))`)
	var c *tab
	form := func(email string) { // each candidate at a window of their own
		t.Helper()
		c = b.another()
		if !eventually(20*time.Second, func() bool {
			c.open(public + "?lang=" + w.lang)
			return strings.Contains(c.text(), "Wyrażam zgodę na przetwarzanie moich danych w tej rekrutacji")
		}) {
			t.Fatalf("the recruitment's consents are not shown\n%s", c.text())
		}
		if n := eval[int](c, `document.querySelectorAll("[name^=\"consent.remote\"]:checked").length`); n != 0 {
			t.Errorf("%d answers are ticked already", n)
		}
		c.fill(w.first, "Żaneta")
		c.fill(w.last, "Gęślińska")
		c.fill("E-mail", email)
		c.tick(w.yes)
		c.tick(w.read)
	}
	// decide answers one text of the recruitment by what it says; n is the place
	// of the choice: agree, do not agree, no answer.
	decide := func(text string, n int) {
		t.Helper()
		js := fmt.Sprintf(`(() => { const f = [...document.querySelectorAll("fieldset")].filter(f => f.innerText.includes(%s) && f.querySelector("input[type=radio]")).pop();
			if (!f) return false; f.querySelectorAll("input[type=radio]")[%d].click(); return true })()`, quote(text), n)
		if !eval[bool](c, js) {
			t.Fatalf("nothing to decide about %q\n%s", text, c.text())
		}
	}
	transfer := func(n int) {
		t.Helper()
		eval[bool](c, fmt.Sprintf(`document.querySelectorAll("input[name=\"consent.ats_transfer\"]")[%d].click(), true`, n))
	}
	send := func() {
		t.Helper()
		human := time.NewTimer(2500 * time.Millisecond)
		<-human.C
		c.press(w.send)
		c.see(w.thanks)
	}
	const now, future = "w tej rekrutacji", "w przyszłych rekrutacjach"

	form("zaneta@example.com")
	c.upload("input[type=file]", cv)
	transfer(0)
	decide(now, 0)
	eval[bool](c, `document.querySelector("#apply").scrollIntoView({block: "end"}), true`)
	c.shot("apply")
	c.fits("apply")
	send()
	var arrived erecruiter.LedgerApplication
	there := func(email string) bool {
		for _, a := range d.recruiterLedger(t).Applications {
			if a.Email == email {
				arrived = a
				return true
			}
		}
		return false
	}
	if !eventually(20*time.Second, func() bool { return there("zaneta@example.com") }) {
		t.Fatal("the candidate did not arrive")
	}
	if len(arrived.Files) != 1 || arrived.Files[0].SHA256 != sum(pdf(815, 90_000)) || arrived.Recruitment != "Machine Learning Engineer" {
		t.Errorf("arrived with %+v on %s", arrived.Files, arrived.Recruitment)
	}
	for _, o := range d.recruiterLedger(t).Origins {
		if o.ID == arrived.OriginID && o.Name != "Handoff" {
			t.Errorf("the source is %q", o.Name)
		}
	}
	if len(arrived.Consents) != 1 || !arrived.Consents[0].Given { // the optional one was left unsaid
		t.Errorf("consents: %+v", arrived.Consents)
	}

	form("linkedin@example.com")
	c.fill(w.linkedIn, "https://www.linkedin.com/in/example-candidate")
	transfer(0)
	decide(now, 0)
	decide(future, 1)
	send()
	if !eventually(20*time.Second, func() bool { return there("linkedin@example.com") }) {
		t.Fatal("the candidate without a CV did not arrive")
	}
	if len(arrived.Files) != 0 || len(arrived.Notes) != 1 || !strings.Contains(arrived.Notes[0], "linkedin.com/in/example-candidate") || len(arrived.Consents) != 2 {
		t.Errorf("without a CV: files %v, notes %q, consents %+v", arrived.Files, arrived.Notes, arrived.Consents)
	}

	form("odmowa@example.com")
	c.upload("input[type=file]", cv)
	transfer(0)
	decide(now, 1)
	send()
	b.press(w.candidates)
	b.see(w.delivered, w.withheld)
	for _, l := range eval[[]string](b, `[...new Set([...document.querySelectorAll('a[href*="/applications/app_"]')].map(a => a.href))]`) {
		b.open(l)
		switch text := b.text(); {
		case strings.Contains(text, "zaneta@example.com"):
			b.see(w.delivered, w.openInER)
			b.shot("delivered")
			b.find("press", w.openInER)
			b.open(eval[string](b, `document.querySelector("[data-e2e]").href`))
			b.arrive(d.er)
			b.see("Gęślińska")
			b.open(l)
		case strings.Contains(text, "odmowa@example.com"):
			b.see(w.withheld)
			b.shot("withheld")
			b.fits("withheld")
		}
	}
	if there("odmowa@example.com") {
		t.Error("somebody who did not agree to what is required is in the ATS")
	}
}

// multipost is MULTIPOSTING, from the Job ads tab to the draft version.
func multipost(t *testing.T, d *demonstration, b, ats *tab, w phrases) {
	ats.press(w.ads)
	ats.press(w.addAd)
	ats.fill(w.title, "Embedded Engineer")
	ats.fill(w.reference, "AR/2026/77")
	ats.choose(w.recruitment, "Frontend Developer")
	ats.fill(w.duties, "<p>Piszesz sterowniki robotów.</p>")
	ats.fill(w.requirements, "<ul><li>C++</li><li>Rust</li></ul>")
	ats.fill(w.offer, "<p>B2B</p>")
	eval[bool](ats, `document.querySelector("#from").value = "19000", document.querySelector("#to").value = "25000", true`)
	ats.tick(w.multi)
	ats.tick("IT - Data Science")
	ats.tick("Handoff")
	eval[bool](ats, `document.querySelector("#tab-multi").scrollIntoView(), true`)
	ats.picture("multiposting")
	ats.press(w.saveAd)
	b.press(w.processes)
	b.press(w.adsHere)
	b.press(w.readNow)
	b.see("Embedded Engineer")
	b.shot("ads")
	b.fits("ads")
	b.press("Embedded Engineer")
	b.see("Piszesz sterowniki robotów", "Frontend Developer", w.draft)
	b.shot("ad")
	b.fits("ad")
	public := b.another()
	public.open(d.url + "/jobs")
	if strings.Contains(public.text(), "Embedded Engineer") {
		t.Error("a multiposted ad was published by itself")
	}
}
