package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// The pages that the story does not pass: sound for a screen reader, light
// and dark, and nothing cut off or sideways on a small screen.
func TestEveryPageIsSoundAndFitsASmallScreen(t *testing.T) {
	d := startDemo(t)
	b := newTab(t, "pages")
	look := func(paths ...string) {
		t.Helper()
		for _, p := range paths {
			b.open(d.url + p)
			b.accessible(p)
			b.fits(p)
		}
	}
	look("/sign-in?lang=pl", "/jobs", "/nothing-here", "/setup")
	b.open(d.url + "/jobs")
	look(eval[string](b, `new URL([...document.querySelectorAll("a")].map(a => a.href).find(h => /\/jobs\/./.test(h))).pathname`))

	b.open(d.url + "/sign-in?lang=pl")
	b.fill("E-mail", d.adminMail)
	b.fill("Hasło", d.adminSecret)
	b.press("Zaloguj się")
	look("/processes", "/processes/new", "/ads", "/applications", "/attention", "/settings/clause", "/settings/messages", "/settings/users", "/settings/tokens", "/settings/company",
		"/settings/integrations", "/settings/integrations/smartrecruiters", "/settings/integrations/erecruiter", "/password", "/tour")
	b.open(d.url + "/processes")
	process := eval[string](b, `new URL([...document.querySelectorAll("a")].map(a => a.href).find(h => /\/processes\/proc_[^/]+$/.test(h))).pathname`)
	look(process, process+"/edit")
}

// fits looks whether nothing of the page lies beside a small screen.
func (b *tab) fits(name string) {
	b.t.Helper()
	b.do("narrow", chromedp.EmulateViewport(360, 740))
	if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		b.t.Errorf("%s is %d pixels wider than a small screen", name, over)
	}
	b.do("wide", chromedp.EmulateViewport(1240, 820))
}

// Everything can be reached and pressed without a mouse.
func TestTheMenuUnderTheAddressWorksByKeyboard(t *testing.T) {
	d := startDemo(t)
	b := newTab(t, "keyboard")
	b.open(d.url + "/sign-in?lang=en")
	b.do("focus", chromedp.Focus(chromedp.CSS("input[type=email]")))
	b.do("sign in", chromedp.KeyEvent(d.adminMail+"\t"+d.adminSecret+"\r"))
	b.see("Senior ML Engineer")
	focused := func() string {
		return eval[string](b, `(document.activeElement.getAttribute("aria-label") || document.activeElement.innerText || "").trim()`)
	}
	reach := func(text string) {
		t.Helper()
		for range 40 {
			b.do("tab", chromedp.KeyEvent("\t"))
			if focused() == text {
				if !eval[bool](b, `(() => { const e = document.activeElement, s = getComputedStyle(e); return s.outlineStyle !== "none" || s.boxShadow !== "none" })()`) {
					t.Errorf("nobody sees that %q has the focus", text)
				}
				return
			}
		}
		t.Fatalf("forty tabs do not reach %q; at %q", text, focused())
	}
	eval[bool](b, `document.activeElement.blur(), true`)
	reach(d.adminMail)
	b.do("open", chromedp.KeyEvent("\r"))
	reach("Settings")
	b.do("follow", chromedp.KeyEvent("\r"))
	b.see("Integrations")
	b.open(d.url + "/processes")
	reach("Actions: Senior ML Engineer")
	b.do("open", chromedp.KeyEvent("\r"))
	reach("Edit")
	b.do("follow", chromedp.KeyEvent("\r"))
	b.see("Next: Process Customization")
}
