package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/apply"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/test/mailserver"
)

// mailbox is a mail server that an application's mails arrive at.
type mailbox struct {
	*mailserver.Server
	t *testing.T
}

func (m mailbox) options() app.Options {
	return app.Options{SMTPURL: secret.New(m.URL()), MailFrom: "jobs@handoff.example.com"}
}

var ownLink = regexp.MustCompile(`/my/[0-9a-z]{52}`)

// link waits for the nth mail and returns the link in it.
func (m mailbox) link(n int) string {
	m.t.Helper()
	end := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if got := m.Mails(); len(got) >= n {
			found := ownLink.FindString(strings.ReplaceAll(string(got[n-1].Raw), "=\r\n", ""))
			if found == "" {
				m.t.Fatalf("the mail has no link:\n%s", got[n-1].Raw)
			}
			return found
		}
		if time.Now().After(end) {
			m.t.Fatalf("%d mails arrived, want %d", len(m.Mails()), n)
		}
	}
	return ""
}

func submit(t *testing.T, h *house, first string, phone string) recruit.ApplicationID {
	t.Helper()
	list, err := h.Process.PublicList(t.Context(), "", recruit.List{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Apply.Submit(t.Context(), apply.Submission{Process: list.Items[0].ID, Channel: "api", Locale: "en", Answers: map[string]string{"q1": "yes"},
		Clause: &apply.Choice{Decision: recruit.Given, Version: 1}, CV: &apply.Upload{FileName: first + ".txt", Body: strings.NewReader("CV of " + first)},
		Candidate: recruit.Candidate{FirstName: first, LastName: "Łęcka", Email: "zofia@example.com", Phone: phone}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Application
}

func TestACandidateSeesAndWithdrawsByTheLinkInTheMail(t *testing.T) {
	box := mailbox{mailserver.Start(t, mailserver.Options{}), t}
	h, job := openedIn(t, box.options())
	id := submit(t, h, "Zofia", "+48601234567")
	link := box.link(1)
	c := h.browser()
	c.get(job + "/thanks").has("a confirmation by e-mail")
	p := c.get(link, "Accept-Language", "en").want(http.StatusOK)
	p.has("Robotics <Technician>", "Acme Robotics", "Application received", "zofia@example.com", "Zofia.txt", "It is passed on to no other system", "Information on the processing of personal data", "WITHDRAW")
	for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store"} {
		if got := p.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if len(p.Cookies()) > 0 || !strings.Contains(p.body, `content="noindex"`) || regexp.MustCompile(`(src|href)="https?://`).MatchString(p.body) {
		t.Error("the page sets a cookie, is for search engines, or asks somebody else for something")
	}
	// Programs that look through mail follow links: nothing happens by it.
	for _, path := range []string{link + "/withdraw", link + "/again/app_1/confirm"} {
		c.get(path).want(http.StatusMethodNotAllowed)
	}
	c.get(link).has("WITHDRAW")
	for _, wrong := range []string{"/my/" + strings.Repeat("a", 52), "/my/x", "/my/" + strings.ToUpper(link[4:]), link + "x"} {
		c.get(wrong).want(http.StatusNotFound)
		c.post(wrong+"/withdraw", nil).want(http.StatusNotFound)
	}
	// The page names no referrer, and browsers then name no origin.
	c.post(link+"/withdraw", nil, "Origin", "null").want(http.StatusSeeOther)
	c.get(link+"?done=withdrawn").want(http.StatusOK).has("Your application is withdrawn.", "Withdrawn").hasNot("WITHDRAW")
	c.get(link + "?done=%3Cscript%3E").want(http.StatusOK).hasNot("script>")
	boss := h.signedIn("admin@acme.example.com")
	boss.get("/applications/"+string(id)).has("The candidate withdrew.", "the candidate", "Candidate's page")
	if err := h.Apply.Erase(t.Context(), h.boss, id); err != nil {
		t.Fatal(err)
	}
	c.get(link).want(http.StatusNotFound)
}

func TestARepeatedApplicationIsAppliedOnlyFromItsMailbox(t *testing.T) {
	box := mailbox{mailserver.Start(t, mailserver.Options{}), t}
	h, _ := openedIn(t, box.options())
	id := submit(t, h, "Zofia", "+48601234567")
	first := box.link(1)
	submit(t, h, "Stranger", "+48607654321")
	second := box.link(2)
	if first == second {
		t.Fatal("two mails carry one capability")
	}
	c := h.browser()
	shown := c.get(second, "Accept-Language", "en").want(http.StatusOK).has("Sent again on", "Stranger.txt", "+48607654321", "Nothing has been changed yet")
	act := regexp.MustCompile(`/my/[0-9a-z]{52}/again/app_[0-9a-z]+/`).FindString(shown.body)
	boss := h.signedIn("admin@acme.example.com")
	boss.get("/applications/"+string(id)).has("+48601234567").hasNot("+48607654321", "Stranger")
	c.post(act+"dismiss", url.Values{}).want(http.StatusSeeOther)
	c.get(second).hasNot("Sent again on", "Stranger")
	if to := c.post(act+"confirm", nil).want(http.StatusSeeOther).to(); !strings.HasSuffix(to, "?done=decided_before") {
		t.Errorf("a dismissed one was confirmed: %s", to)
	}
	boss.get("/applications/"+string(id)).has("+48601234567", "The candidate discarded the repeated application.").hasNot("Stranger")

	submit(t, h, "Zofia Maria", "+48607654322")
	shown = c.get(first).want(http.StatusOK).has("Zofia Maria.txt")
	act = regexp.MustCompile(`/my/[0-9a-z]{52}/again/app_[0-9a-z]+/`).FindString(shown.body)
	c.post(act+"confirm", nil).want(http.StatusSeeOther)
	c.get(first).has("+48607654322", "Zofia Maria").hasNot("Sent again on", "+48601234567")
	boss.get("/applications/"+string(id)).has("+48607654322", "Zofia Maria.txt", "took the place of the first").hasNot("+48601234567")
	if cv := boss.get("/applications/" + string(id) + "/cv").want(http.StatusOK); cv.body != "CV of Zofia Maria" {
		t.Errorf("the CV is %q", cv.body)
	}
}

func TestWhoWithdrewAndAppliesAgainIsAnApplicantAgain(t *testing.T) {
	box := mailbox{mailserver.Start(t, mailserver.Options{}), t}
	h, _ := openedIn(t, box.options())
	id := submit(t, h, "Zofia", "")
	link := box.link(1)
	c := h.browser()
	submit(t, h, "Before", "")
	c.post(link+"/withdraw", nil).want(http.StatusSeeOther)
	c.get(link).has("Withdrawn").hasNot("Before.txt") // what came before the withdrawal went with it
	submit(t, h, "After", "")
	act := regexp.MustCompile(`/my/[0-9a-z]{52}/again/app_[0-9a-z]+/`).FindString(c.get(link).has("After.txt").body)
	c.post(act+"confirm", nil).want(http.StatusSeeOther)
	c.get(link).has("WITHDRAW", "After.txt").hasNot("You withdrew it")
	v, err := h.Apply.Get(t.Context(), h.boss, id)
	if err != nil || !v.WithdrawnAt.IsZero() || v.Candidate.FirstName != "After" {
		t.Errorf("%+v (%v)", v.WithdrawnAt, err)
	}
}
