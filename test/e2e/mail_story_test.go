package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// In the demo the outbox is the mail: the operator reads what the candidate is
// told, and the link in it opens the candidate's own page, where a withdrawal
// takes two clicks.
func TestACandidateFollowsTheMailsLinkAndWithdraws(t *testing.T) {
	d := startDemo(t)
	c := newTab(t, "mail")
	c.open(d.url + "/jobs?lang=en")
	c.open(eval[string](c, `[...document.querySelectorAll("a")].map(a => a.href).find(h => /\/jobs\/./.test(h))`))
	c.fill("First name", "Żaneta")
	c.fill("Last name", "Gęślińska")
	c.fill("E-mail", "zaneta@example.com")
	c.fill("LinkedIn link", "https://www.linkedin.com/in/zaneta")
	for eval[bool](c, `(() => { const q = [...document.querySelectorAll('input[name^="answers."][type=radio]')].find(e => ![...document.getElementsByName(e.name)].some(x => x.checked)); if (q) q.click(); return !!q })()`) {
	}
	eval[bool](c, `(() => { for (const e of document.querySelectorAll('input[type=text][name^="answers."], textarea[name^="answers."]')) e.value = "Yes."; return true })()`)
	c.tick("I have read")
	human := time.NewTimer(2500 * time.Millisecond) // a person takes longer than a machine, which the form notices
	<-human.C
	c.press("Send the application")
	c.see("Thank you")

	b := c.another()
	b.open(d.url + "/sign-in?lang=en")
	b.fill("E-mail", d.opMail)
	b.fill("Password", d.opSecret)
	b.press("Sign in")
	b.press("Outbox")
	if !eventually(20*time.Second, func() bool {
		b.open(d.url + "/operator/outbox")
		return eval[bool](b, `document.querySelector(".row .badge")?.innerText.toLowerCase() === "kept here"`)
	}) {
		t.Fatalf("the mail is not in the outbox\n%s", b.text())
	}
	b.accessible("outbox")
	b.press("Confirmation of an application")
	b.accessible("mail")
	b.choose("Reason", "the candidate asked")
	b.press("OPEN")
	b.see("What you sent", "zaneta@example.com", "word for word")
	b.accessible("mail opened")
	own := eval[string](b, `[...document.querySelectorAll("a")].map(a => a.href).find(h => /\/my\/./.test(h))`)

	c.open(own)
	c.see("Application received", "zaneta@example.com", "This page is yours alone")
	c.accessible("own page")
	c.do("narrow", chromedp.EmulateViewport(360, 740))
	if over := eval[int](c, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("the own page is %d pixels wider than a small screen", over)
	}
	c.press("Withdraw the application")
	c.press("WITHDRAW")
	c.see("Your application is withdrawn.")
	c.accessible("withdrawn")
}
