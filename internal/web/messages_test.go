package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"handoff/internal/app"
	"handoff/test/mailserver"
)

func TestAnAdminDecidesWhoIsToldAndInWhichWords(t *testing.T) {
	box := mailbox{mailserver.Start(t, mailserver.Options{}), t}
	h, _ := openedIn(t, box.options())
	b := h.signedIn("admin@acme.example.com")
	b.get("/settings/messages").want(http.StatusOK).has("Not chosen yet: nobody is told.", "our words", "{COMPANY} invites you for an interview", "W trakcie oceny")
	b.post("/settings/messages", url.Values{}).want(http.StatusUnprocessableEntity)
	b.post("/settings/messages", url.Values{"manual": {"platform"}, "negative": {"on"}}).want(http.StatusSeeOther)
	p := b.get("/settings/messages").hasNot("Not chosen yet")
	if !strings.Contains(p.body, `value="platform" checked`) || !strings.Contains(p.body, `name="negative" checked`) || strings.Contains(p.body, `name="hired" checked`) {
		t.Error("what was saved is not shown")
	}
	words := url.Values{"pl.invited": {"Cześć {FIRST_NAME}! {PROCESS}"}, "en.invited": {"Hi {FIRST_NAME}! {PROCESS} at {COMPANY}"}, "act": {"preview"}}
	b.post("/settings/messages/invited", words).want(http.StatusOK).has("Preview: nothing is saved", "Hi Anna! Backend Developer at Acme Robotics", "Cześć Anna!", "/my/••••••••")
	b.get("/settings/messages").hasNot("Hi {FIRST_NAME}")
	words.Del("act")
	b.post("/settings/messages/invited", words).want(http.StatusSeeOther)
	b.get("/settings/messages").has("Hi {FIRST_NAME}!", "your words")
	words.Set("en.invited", "{NAME}")
	b.post("/settings/messages/invited", words).want(http.StatusUnprocessableEntity).has("There is no such placeholder", "{NAME}")
	b.post("/settings/messages/nowhere", url.Values{"pl.nowhere": {"x"}, "en.nowhere": {"x"}}).want(http.StatusNotFound)
	b.get("/settings/company").has("Message about a stage saved", "Rules of messages saved")
	u := h.signedIn("user@acme.example.com")
	u.get("/settings/messages").want(http.StatusForbidden)
	u.post("/settings/messages", url.Values{"manual": {"nobody"}}).want(http.StatusForbidden)
	u.get("/attention").want(http.StatusOK)
	u.post("/attention/mails", url.Values{"act": {"send"}, "process": {"proc_x"}}).want(http.StatusSeeOther)
	u.get("/attention").has("Somebody has decided about this mail already.")
}

func TestWithoutAMailServerTheMessagesPageSaysSo(t *testing.T) {
	h, _ := openedIn(t, app.Options{})
	h.signedIn("admin@acme.example.com").get("/settings/messages").want(http.StatusOK).has("No mail server is set up in this installation")
}
