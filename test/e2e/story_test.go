package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/simulator/smartrecruiters"
)

// demonstration is a running `handoff demo`, as the README tells people to
// start it.
type demonstration struct {
	url, sim, er           string // the product, SmartRecruiters, eRecruiter
	adminMail, adminSecret string
	opMail, opSecret       string
	simMail, simSecret     string
}

// given are the addresses that freePort gave: tests that run beside each other
// never get the same.
var given sync.Map

func freePort(t testing.TB) string {
	t.Helper()
	for {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		_ = l.Close()
		if _, taken := given.LoadOrStore(address, true); !taken {
			return address
		}
	}
}

func startDemo(t testing.TB) *demonstration {
	t.Helper()
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, "demo", "--listen", freePort(t), "--smartrecruiters-listen", freePort(t), "--erecruiter-listen", freePort(t), "--data", filepath.Join(t.TempDir(), "data"))
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	d := &demonstration{}
	lines := bufio.NewScanner(out)
	account := regexp.MustCompile(`^\s+(.+?)\s{2,}(\S+@\S+)\s+(\S+)$`)
	for lines.Scan() {
		line := lines.Text()
		switch m := account.FindStringSubmatch(line); {
		case strings.Contains(line, "The product"):
			d.url = regexp.MustCompile(`http://\S+`).FindString(line)
		case strings.Contains(line, "eRecruiter  ") && strings.Contains(line, "/app/"):
			d.er = strings.TrimSuffix(regexp.MustCompile(`http://\S+`).FindString(line), "/app/")
		case strings.Contains(line, "/app/"):
			d.sim = strings.TrimSuffix(regexp.MustCompile(`http://\S+`).FindString(line), "/app/")
		case m != nil && m[1] == "Acme Robotics, Admin":
			d.adminMail, d.adminSecret = m[2], m[3]
		case m != nil && strings.HasPrefix(m[1], "Operator"):
			d.opMail, d.opSecret = m[2], m[3]
		case m != nil && strings.Contains(m[1], "simulated ATS"):
			d.simMail, d.simSecret = m[2], m[3]
		}
		if strings.Contains(line, "Ctrl-C") {
			break
		}
	}
	if d.url == "" || d.sim == "" || d.er == "" || d.adminSecret == "" || d.simSecret == "" {
		t.Fatalf("the demo's guide lacks something: %+v", *d)
	}
	go func() { // let it go on printing
		for lines.Scan() {
		}
	}()
	return d
}

func (d *demonstration) ledger(t testing.TB) (l smartrecruiters.Ledger) {
	t.Helper()
	resp, err := http.Get(d.sim + "/_sim/ledger")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&l); err != nil {
		t.Fatal(err)
	}
	return l
}

// words are what a reader of the seed page looks for, in both languages.
type words struct {
	lang, password, signIn, settings, integrations, connect, note, login, allow, connected, source, sourceLabel, save, template  string
	processes, actions, edit, integrate, test, passed, removed, next, preview, publish, published                                string
	read, yes, agree, disagree, first, last, send, candidates, openIn, delivered, withheld, withheldWhy, transfer, saved, thanks string
}

var spoken = []words{
	{lang: "pl", password: "Hasło", signIn: "Zaloguj się", settings: "Ustawienia", integrations: "Integracje", connect: "POŁĄCZ",
		note: "WŁĄCZ SYNCHRONIZACJĘ", login: "Zaloguj", allow: "Akceptuj", connected: "Połączone", source: "Handoff", sourceLabel: "Źródło", save: "Zapisz", template: "Wzory zgód",
		processes: "Procesy rekrutacyjne", actions: "Działania: Senior ML Engineer", edit: "Edytuj", integrate: "Integruj z ATS (SmartRecruiters)",
		test: "TESTUJ INTEGRACJĘ", passed: "Zaliczony", removed: "Kandydat testowy usunięty", next: "Dalej: Personalizacja procesu", preview: "Podgląd procesu",
		publish: "Opublikuj", published: "otwarty", read: "Zapoznałem(-am) się", yes: "Tak", agree: "Zgadzam się", disagree: "Nie zgadzam się", first: "Imię", last: "Nazwisko",
		send: "Wyślij zgłoszenie", candidates: "Kandydaci", openIn: "OTWÓRZ W SMARTRECRUITERS", delivered: "W ATS", withheld: "Zatrzymane decyzją kandydata",
		withheldWhy: "nie zgodził się", transfer: "Przekazanie zgłoszenia", saved: "Zapisano", thanks: "Dziękujemy"},
	{lang: "en", password: "Password", signIn: "Sign in", settings: "Settings", integrations: "Integrations", connect: "CONNECT",
		note: "TURN ON THE SYNCHRONIZATION", login: "Log in", allow: "Allow access", connected: "Connected", source: "Handoff", sourceLabel: "Source", save: "Save", template: "Consent template",
		processes: "Processes", actions: "Actions: Senior ML Engineer", edit: "Edit", integrate: "Integrate with ATS (SmartRecruiters)",
		test: "TEST INTEGRATION", passed: "Passed", removed: "Test candidate removed", next: "Next: Process Customization", preview: "Process Preview",
		publish: "Publish", published: "open", read: "I have read", yes: "Yes", agree: "I agree", disagree: "I do not agree", first: "First name", last: "Last name",
		send: "Send the application", candidates: "Candidates", openIn: "OPEN IN SMARTRECRUITERS", delivered: "In the ATS", withheld: "Kept by the candidate's decision",
		withheldWhy: "did not agree", transfer: "Passing your application", saved: "Saved", thanks: "Thank you"},
}

// The seed page from its first step to its last, and then the story that it
// is for: a candidate applies, and is in SmartRecruiters once.
func TestTheSeedPageCanBeFollowedAndACandidateArrives(t *testing.T) {
	for _, w := range spoken {
		t.Run(w.lang, func(t *testing.T) {
			d := startDemo(t)
			b := newTab(t, "smartrecruiters-"+w.lang)
			b.open(d.url + "/sign-in?lang=" + w.lang)
			b.fill("E-mail", d.adminMail)
			b.fill(w.password, d.adminSecret)
			b.press(w.signIn)
			b.see(d.adminMail)
			b.accessible("signed-in")
			connectATS(t, d, b, w)
			bindProcess(t, d, b, w)
			applyToIt(t, d, b, w)
			if w.lang == "en" {
				letStagesComeBack(t, d, b)
			}
		})
	}
}

// connectATS is the seed page's part "Skonfiguruj integrację", steps 1 to 6.
func connectATS(t *testing.T, d *demonstration, b *tab, w words) {
	// Step 1: one's own address in the top right corner.
	type place struct{ Right, Top, Width float64 }
	p := eval[place](b, fmt.Sprintf(`(() => { const e = [...document.querySelectorAll("summary, button, a")].find(e => e.innerText.includes(%s));
		const r = e.getBoundingClientRect(); return {Right: r.right, Top: r.top, Width: innerWidth} })()`, quote(d.adminMail)))
	if p.Right < 0.8*p.Width || p.Top > 80 {
		t.Errorf("the e-mail address is not at the top right: %+v", p)
	}
	b.press(d.adminMail)
	b.see(w.settings)
	b.shot("menu")
	b.press(w.settings)
	b.press(w.integrations)
	b.see("SmartRecruiters")
	b.shot("integrations")
	b.press("SmartRecruiters") // step 2
	b.see(w.connect, w.note)
	b.shot("connect")
	b.press(w.connect) // step 3, under its new name
	b.arrive(d.sim)
	b.open(b.at() + "&lang=" + w.lang)
	b.fill("E-mail", d.simMail) // step 4
	b.fill(w.password, d.simSecret)
	b.picture("login")
	b.press(w.login)
	b.see(w.allow)
	b.picture("permissions")
	b.press(w.allow) // step 5
	b.see(w.connected, "Acme Robotics")
	b.shot("connected")
	b.see("Handoff ·") // the sources were read meanwhile, ours suggested
	b.choose(w.sourceLabel, w.source)
	eval[bool](b, `document.querySelector("#source").scrollIntoView(), true`)
	b.shot("source")
	b.press(w.save)
	if v := eval[string](b, `[...document.querySelectorAll("textarea")].map(e => e.value.length > 40).join()`); v != "true,true" {
		t.Errorf("the consent template did not arrive filled in both languages: %s", v)
	}
	eval[bool](b, `(() => { const e = document.querySelector("#template textarea"); e.value += " (2026)"; return true })()`) // step 6
	eval[bool](b, `document.querySelector("#template").scrollIntoView(), true`)
	b.shot("template")
	b.follow(func() { eval[bool](b, `document.querySelector("#template form").requestSubmit(), true`) })
	if !eval[bool](b, `document.querySelector("#template textarea").value.endsWith("(2026)")`) {
		t.Error("the edited consent template was not stored")
	}
}

// bindProcess is the seed page's part "Wykorzystywanie integracji".
func bindProcess(t *testing.T, d *demonstration, b *tab, w words) {
	b.press(w.processes)
	b.see("Senior ML Engineer")
	b.press(w.actions) // the three dots
	b.shot("three-dots")
	b.press(w.edit)
	b.tick(w.integrate)
	b.tick("Machine Learning Engineer")
	eval[bool](b, `document.querySelector("#integration").scrollIntoView(), true`)
	b.shot("integrate")
	b.press(w.test)
	b.see(w.removed, w.passed)
	eval[bool](b, `document.querySelector("#integration").scrollIntoView({block: "end"}), true`)
	b.shot("tested")
	ats := b.another() // the candidate came and went there, which a person can see
	ats.open(d.sim + "/app/jobs")
	ats.press("Machine Learning Engineer")
	ats.see("TEST", "removed")
	ats.picture("ats")
	tests := 0
	for _, c := range d.ledger(t).Candidates {
		if strings.HasPrefix(c.Email, "test+") && strings.HasSuffix(c.Email, "@handoff.invalid") {
			tests++
			if c.RemovedAt == nil {
				t.Error("the test candidate is still in the ATS")
			}
		}
	}
	if tests != 1 {
		t.Errorf("the test put %d candidates into the ATS, want 1", tests)
	}
	b.press(w.next)
	b.see(w.preview)
	b.shot("customization")
	b.press(w.preview)
	b.see("Machine Learning Engineer")
	b.shot("preview")
	b.press(w.save)
	b.see(w.saved)
	b.press(w.publish)
	b.see(w.published)
	b.shot("published")
}

// applyToIt is two candidates: one agrees to the transfer, one does not.
func applyToIt(t *testing.T, d *demonstration, b *tab, w words) {
	cv := filepath.Join(t.TempDir(), "zażółć gęślą.pdf")
	if err := os.WriteFile(cv, pdf(4711, 120_000), 0o600); err != nil {
		t.Fatal(err)
	}
	public := eval[string](b, `[...document.querySelectorAll("a")].map(a => a.href).find(h => h.includes("/jobs/senior"))`)
	c := b.another()
	fillForm := func(email, choice string) {
		c.open(public + "?lang=" + w.lang)
		c.fill(w.first, "Żaneta")
		c.fill(w.last, "Gęślińska-O'Brien")
		c.fill("E-mail", email)
		c.upload("input[type=file]", cv)
		c.tick(w.yes) // the sample process asks one thing that must be answered
		c.tick(w.read)
		c.tick(choice)
	}
	fillForm("zaneta@example.com", w.agree)
	if strings.ContainsAny(c.text(), "[]") {
		t.Error("the public page shows a text that nobody has filled in")
	}
	eval[bool](c, `document.querySelector("#apply").scrollIntoView(), true`)
	c.shot("apply")
	// A person takes longer than a machine, which the form notices.
	human := time.NewTimer(2500 * time.Millisecond)
	<-human.C
	c.press(w.send)
	sent := time.Now()
	c.see(w.thanks)
	c.accessible("thanks")
	var there []smartrecruiters.LedgerCandidate
	if !eventually(15*time.Second, func() bool {
		there = d.ledger(t).Email("zaneta@example.com")
		return len(there) == 1 && len(there[0].Applications) == 1 && len(there[0].Applications[0].Attachments) == 1
	}) {
		t.Fatalf("the candidate did not arrive: %+v", there)
	}
	t.Logf("in the ATS, complete, %v after the button was pressed", time.Since(sent).Round(time.Millisecond))
	a := there[0].Applications[0]
	if got, want := a.Attachments[0].SHA256, sum(pdf(4711, 120_000)); got != want {
		t.Errorf("the CV arrived as %s, want %s", got, want)
	}
	if a.JobTitle != "Machine Learning Engineer" || a.Source.Label != "Handoff" || len(there[0].Tags) != 2 || there[0].LastName != "Gęślińska-O'Brien" {
		t.Errorf("job %q, source %q, tags %v, name %q", a.JobTitle, a.Source.Label, there[0].Tags, there[0].LastName)
	}

	fillForm("odmowa@example.com", w.disagree)
	human.Reset(2500 * time.Millisecond)
	<-human.C
	c.press(w.send)
	c.see(w.thanks)

	b.press(w.candidates)
	b.see(w.delivered, w.withheld)
	b.accessible("candidates")
	links := eval[[]string](b, `[...new Set([...document.querySelectorAll('a[href*="/applications/app_"]')].map(a => a.href))]`)
	if len(links) != 2 {
		t.Fatalf("the list shows %d candidates", len(links))
	}
	for _, l := range links {
		b.open(l)
		if strings.Contains(b.text(), "zaneta@example.com") {
			b.see(w.delivered, w.openIn)
			b.shot("delivered")
			b.find("press", w.openIn) // it opens a window of its own
			b.open(eval[string](b, `document.querySelector("[data-e2e]").href`))
			b.arrive(d.sim)
			b.see("Żaneta")
		} else {
			b.see(w.withheld, w.withheldWhy)
			b.shot("withheld")
		}
	}
	if n := len(d.ledger(t).Email("odmowa@example.com")); n != 0 {
		t.Error("somebody who did not agree is in the ATS")
	}
}

// letStagesComeBack is the demo's own last step: its simulator calls it, so that
// a move is here at once.
func letStagesComeBack(t *testing.T, d *demonstration, b *tab) {
	w := stageSpoken["en"]
	b.open(d.url + "/settings/integrations")
	b.press("SmartRecruiters")
	b.press(w.turnOn)
	b.tick(w.platform)
	b.press(w.turnOn)
	b.see(w.assignEvery)
	eval[bool](b, `document.querySelectorAll("select[name^='entries.']").forEach(e => { if (!e.value) e.value = "leave" }), true`)
	b.press(w.save)
	b.see(w.complete)
	if !eventually(15*time.Second, func() bool { b.reload(); return strings.Contains(b.text(), w.sureHook) }) {
		t.Fatalf("the demo's ATS does not tell of changes\n%s", b.text())
	}
	b.open(d.url + "/tour")
	b.see("8 of 8")
}
