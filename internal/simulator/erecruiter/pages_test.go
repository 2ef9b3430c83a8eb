package erecruiter

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
)

func (w *world) form(path string, form ...string) reply {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		v.Add(form[i], form[i+1])
	}
	return w.call("POST", path, v)
}

func (w *world) page(path string, header ...string) string {
	w.t.Helper()
	return string(w.call("GET", path, nil, header...).is(200, "").Body)
}

var pagePaths = []string{"/app/", "/app/recruitments", "/app/recruitments/new", "/app/recruitments/%[1]d", "/app/recruitments/%[1]d/edit", "/app/applications/%[2]d",
	"/app/ads", "/app/ads/new", "/app/ads/3479394", "/app/settings", "/app/settings/integration", "/app/settings/integration/partners",
	"/app/settings/integration/partners/activate", "/app/settings/places", "/app/settings/places/new", "/app/settings/consents",
	"/app/settings/stages", "/app/support", "/app/calls", "/app/breakages"}

func TestEveryPageIsPlainSafeAndLabelled(t *testing.T) {
	w := start(t)
	id := w.create(w.grace())
	for _, lang := range []string{"en", "pl"} {
		for _, format := range pagePaths {
			path := format
			if strings.Contains(format, "%") {
				path = strings.NewReplacer("%[1]d", fmt.Sprint(w.job), "%[2]d", fmt.Sprint(id)).Replace(format)
			}
			r := w.call("GET", path, nil, "Cookie", "lang="+lang).is(200, "")
			body := string(r.Body)
			if !strings.Contains(r.Header.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(body, "<script") || strings.Contains(body, "style=\"") ||
				!strings.Contains(body, `<html lang="`+lang+`">`) || !strings.HasSuffix(strings.TrimSpace(body), "</html>") || strings.Contains(body, "<no value>") {
				t.Errorf("%s: %v\n%s", path, r.Header, body)
			}
			for _, input := range regexp.MustCompile(`<(?:input|select|textarea) [^>]*>`).FindAllString(body, -1) {
				m := regexp.MustCompile(` id="([^"]+)"`).FindStringSubmatch(input)
				if !strings.Contains(input, `type="hidden"`) && (m == nil || !strings.Contains(body, `for="`+m[1]+`"`)) {
					t.Errorf("%s: %s has no label", path, input)
				}
			}
		}
	}
	w.call("GET", "/app/nope", nil).is(404, "")
	w.call("GET", "/app/recruitments/1", nil).is(404, "")
	w.call("GET", "/app/style.css", nil).is(200, "")
	if r := w.call("GET", "/", nil).is(303, ""); r.Header.Get("Location") != "/app/" {
		t.Error(r.Header.Get("Location"))
	}
}

// TestEveryTextHasItsPolish finds the texts in the templates.
func TestEveryTextHasItsPolish(t *testing.T) {
	words := dictionary()
	files, err := fs.Glob(os.DirFS("web"), "*.html")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	want := map[string]bool{}
	for _, f := range files {
		b, err := os.ReadFile("web/" + f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.T "([^"]+)"`).FindAllStringSubmatch(string(b), -1) {
			want[m[1]] = true
		}
	}
	for _, p := range pageList {
		want[p[0]] = true
	}
	for _, s := range Statuses() {
		want[string(s)] = true
	}
	for _, c := range Categories() {
		want[c.Label()] = true
	}
	for _, s := range []string{"Yes", "No", "No statement"} {
		want[s] = true
	}
	for s := range want {
		if words[s] == "" {
			t.Errorf("no Polish for %q", s)
		}
		delete(words, s)
	}
	for s := range words {
		t.Errorf("%q is on no page", s)
	}
}

// TestTheLabelsOfTheInstructionsAreThere: a reader of the instructions finds each word.
func TestTheLabelsOfTheInstructionsAreThere(t *testing.T) {
	w := start(t)
	for path, labels := range map[string][]string{
		"/app/":                              {"Settings|Ustawienia", "Job ads|Ogłoszenia"},
		"/app/settings":                      {"Integration with eRecruiter|Integracja z eRecruiter", "Location of job posts|Miejsca publikacji ogłoszeń"},
		"/app/settings/integration":          {"Partners|Partnerzy"},
		"/app/settings/integration/partners": {"inhire.io"},
		"/app/settings/integration/partners/activate":   {"Activate|Aktywuj", "all recruitment processes|wszystkie rekrutacje", "selected recruitment processes|wybrane rekrutacje"},
		"/app/settings/places":                          {"Add a job post location|Dodaj miejsce publikacji"},
		"/app/recruitments/new":                         {"Integrations|Integracje", "inhire.io", "Save|Zapisz"},
		fmt.Sprintf("/app/recruitments/%d/edit", w.job): {"Integrations|Integracje", "inhire.io", "Save|Zapisz"},
		"/app/ads/new":                                  {"Publication of advertisement|Publikacja ogłoszenia", "Multiposting|Multipublikacja", "inhire.io", "Ad categories|Kategorie ogłoszenia"},
	} {
		english, polish := w.page(path, "Cookie", "lang=en"), w.page(path, "Accept-Language", "pl-PL")
		for _, l := range labels {
			en, pl, both := strings.Cut(l, "|")
			if !both {
				pl = en
			}
			if !strings.Contains(english, ">"+en) {
				t.Errorf("%s: no %q in English", path, en)
			}
			if !strings.Contains(polish, ">"+pl) {
				t.Errorf("%s: no %q in Polish", path, pl)
			}
		}
	}
	w.ok(w.sim.RevokeKey(w.key.ID))
	if !strings.Contains(w.page("/app/settings/integration/partners"), ">Activate<") {
		t.Error("no Activate beside the partner")
	}
}

func TestTheLanguageIsKept(t *testing.T) {
	w := start(t)
	r := w.form("/app/language", "lang", "pl", "back", "/app/ads").is(303, "")
	if !strings.HasPrefix(r.Header.Get("Set-Cookie"), "lang=pl") || r.Header.Get("Location") != "/app/ads" {
		t.Fatal(r.Header)
	}
	for _, evil := range []string{"https://evil.example.com/", "//evil.example.com", "/app\\evil"} {
		if got := w.form("/app/language", "lang", "en", "back", evil).Header.Get("Location"); got != "/app/" {
			t.Errorf("sent back to %q", got)
		}
	}
}

// TestAnAdministratorDoesTheInstructions goes through them by the pages alone.
func TestAnAdministratorDoesTheInstructions(t *testing.T) {
	w := start(t)
	old := w.key.Key
	w.form("/app/settings/integration/partners/activate", "scope", "everything").is(422, "")
	page := string(w.form("/app/settings/integration/partners/activate", "scope", "selected").is(200, "").Body)
	m := regexp.MustCompile(`id="key" name="key" readonly value="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal(page)
	}
	w.call("GET", "/v1.1/Account/Companies", nil, "Authorization", "Bearer "+old).is(401, "")
	w.key.Key = m[1]
	w.form("/app/settings/places", "name", " ").is(422, "")
	w.form("/app/settings/places", "name", "inhire.io").is(303, "")
	w.form("/app/recruitments", "name", "Platform Engineer", "city", "Gdynia", "status", "Active", "shared", "yes", "consent", fmt.Sprint(w.must)).is(303, "")
	made := w.sim.Recruitment("Platform Engineer")
	if !made.Shared || len(made.Consents) != 1 || !made.Consents[0].Required {
		t.Fatalf("%+v", made)
	}
	at := fmt.Sprintf("/app/recruitments/%d", made.ID)
	w.form(at+"/integrations").is(303, "")
	w.get("/Recruitments/%d", made.ID).is(403, "RecruitmentNotShared")
	w.form(at+"/integrations", "shared", "yes").is(303, "")
	w.form(at+"/consents", "assigned", fmt.Sprint(w.may), "assigned", fmt.Sprint(w.must), "required", fmt.Sprint(w.must)).is(303, "")
	w.form(at+"/questions", "label", "Prawo jazdy?").is(303, "")
	w.form(at+"/form", "cv", "yes").is(303, "")
	w.form("/app/settings/stages", "name", "Assessment", "category", "Interview").is(303, "")
	id := w.push(made.ID, w.grace()).is(201, "").num("applicationId")

	card := fmt.Sprintf("/app/applications/%d", id)
	if body := w.page(card); !strings.Contains(body, stageReview) || !strings.Contains(body, "No statement") && !strings.Contains(body, ">Yes<") {
		t.Error("opening the card did not move Nowy to Analiza CV")
	}
	w.form(card+"/move", "stage", fmt.Sprint(w.sim.Stage("Assessment").ID)).is(303, "")
	w.form(card+"/move", "stage", "999").is(422, "")
	if got := w.get("/CandidateApplications/%d", id).obj()["stageName"]; got != "Assessment" {
		t.Error(got)
	}
	w.form(at+"/stages", "ticked", "1").is(303, "")
	w.form(card+"/delete").is(303, "")
	if body := w.page(at); !strings.Contains(body, `class="gone"`) {
		t.Error("the removed one is not seen")
	}
}

func TestTheButtonIsMissingUntilSupportSwitchesItOn(t *testing.T) {
	w := start(t)
	ad := []string{"title", "Senior Go Developer", "places", "mazowieckie: Warszawa\nśląskie: Katowice", "duties", "<p>Go</p>", "requirements", "<p>Go</p>",
		"expires", "2026-12-20", "recruitment", fmt.Sprint(w.job), "category", "IT - Rozwój oprogramowania", "portal", "inhire.io"}
	w.form("/app/support/multiposting", "on", "no").is(303, "")
	if strings.Contains(w.page("/app/ads/new"), "inhire.io") || !strings.Contains(w.page("/app/ads/new"), "customer support") {
		t.Error("the button is still there")
	}
	w.form("/app/ads", ad...).is(422, "")
	w.form("/app/support/multiposting", "on", "yes").is(303, "")
	w.form("/app/ads", ad[2:]...).is(422, "")
	w.form("/app/ads", append(ad[:len(ad)-4:len(ad)-4], "portal", "inhire.io")...).is(422, "")
	w.form("/app/ads", ad...).is(303, "")
	rows := w.get("/JobOffers/Multiposting").is(200, "").items()
	if len(rows) != 2 || rows[0]["portal"] != "inhire.io" || rows[0]["recruitmentId"] != float64(w.job) {
		t.Fatalf("%v", rows)
	}
	if r := w.call("POST", "/app/ads", url.Values{}, "Sec-Fetch-Site", "cross-site"); r.Status != http.StatusForbidden {
		t.Errorf("a post from another site: %d", r.Status)
	}
}
