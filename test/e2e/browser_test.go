package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// The guides' pictures are made by
//
//	go test ./test/e2e -run 'TestTheSeedPage|TestTheERecruiterPage|TestTheSynchronization' -shots ../../docs/guide/img
var shots = flag.String("shots", "", "folder that the guides' screenshots are written to; a temporary one when empty")

//go:embed testdata/axe.min.js
var axe string

// tab is a person at a real browser: it finds things by what they say.
type tab struct {
	t    testing.TB
	ctx  context.Context
	dir  string // of screenshots
	name string // prefix of screenshots
	// looked says that axe-core looks at the same pages in another run.
	looked bool
}

func newTab(t testing.TB, name string) *tab {
	t.Helper()
	path := chromium(t)
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.Headless, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("lang", "en"),
		// No bubble of the browser's own lies over a page, and a window behind
		// another is not put to sleep.
		chromedp.Flag("disable-features", "Translate,AutofillServerCommunication,OptimizationHints"),
		chromedp.Flag("disable-renderer-backgrounding", true), chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.Flag("disable-background-timer-throttling", true)}
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancelTab := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancelTab(); cancel() })
	b := &tab{t: t, ctx: ctx, dir: *shots, name: name}
	if b.dir == "" {
		b.dir = t.TempDir()
	}
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1240, 820)); err != nil {
		t.Fatal(err)
	}
	return b
}

// chromium finds a browser: the one named by CHROMIUM, or one of the usual.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	t.Fatal("no browser: install chromium, or name one with CHROMIUM")
	return ""
}

// another is a second window of the same browser.
func (b *tab) another() *tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	c := &tab{t: b.t, ctx: ctx, dir: b.dir, name: b.name, looked: b.looked}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1240, 820)); err != nil {
		b.t.Fatal(err)
	}
	return c
}

func (b *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 15*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v\nat %s\n%s", what, err, b.at(), b.text())
	}
}

func eval[T any](b *tab, js string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 15*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		b.t.Fatalf("evaluate: %v\n%.300s", err, js)
	}
	return v
}

// read is eval of what changes nothing: a page that makes way for another in
// that moment is read again.
func read[T any](b *tab, js string) (v T) {
	b.t.Helper()
	var err error
	if !eventually(15*time.Second, func() bool {
		v, err = chromedp.Run(b.ctx, chromedp.Evaluate[T](js))
		return err == nil
	}) {
		b.t.Fatalf("read: %v\n%.300s", err, js)
	}
	return v
}

func (b *tab) at() string   { return read[string](b, `location.href`) }
func (b *tab) text() string { return read[string](b, `document.body ? document.body.innerText : ""`) }

func (b *tab) open(u string) { b.t.Helper(); b.do("open "+u, chromedp.Navigate(u)) }

// who is the address at the top right, under which the menu is.
func (b *tab) who() string {
	return eval[string](b, `[...document.querySelectorAll("header summary, nav summary, summary")].map(e => e.innerText.trim()).find(s => s.includes("@")) || ""`)
}

func quote(s string) string { return strconv.Quote(s) }

// pick is the script that finds one visible thing by what it says: a control
// by its label, anything that can be pressed by its text, exactly or, failing
// that, as a part of it.
const pick = `(kind, text) => {
  const norm = s => (s || "").replace(/\s+/g, " ").trim();
  const seen = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  const named = e => norm(e.getAttribute("aria-label") || e.innerText || e.value);
  let list = [];
  if (kind === "press") list = [...document.querySelectorAll("a, button, summary, input[type=submit]")].filter(seen).map(e => [e, named(e)]);
  if (kind === "field") for (const l of document.querySelectorAll("label, legend")) {
    if (!seen(l)) continue;
    const e = l.control || l.querySelector("input, textarea, select") || (l.parentElement && l.parentElement.querySelector("input, textarea, select"));
    if (e) list.push([e, norm(l.innerText)]);
  }
  if (kind === "option") for (const e of document.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    const l = e.closest("label") || (e.labels && e.labels[0]);
    if (l && seen(l) && !e.disabled) list.push([e, norm(l.innerText)]);
  }
  const hit = list.find(x => x[1].toLowerCase() === text.toLowerCase()) || list.find(x => x[1].toLowerCase().startsWith(text.toLowerCase())) ||
    list.find(x => x[1].toLowerCase().includes(text.toLowerCase()));
  document.querySelectorAll("[data-e2e]").forEach(e => e.removeAttribute("data-e2e"));
  if (!hit) return false;
  hit[0].setAttribute("data-e2e", "1");
  return true;
}`

const picked = chromedp.CSS("[data-e2e]")

func (b *tab) find(kind, text string) {
	b.t.Helper()
	js := fmt.Sprintf("(%s)(%s, %s)", pick, quote(kind), quote(text))
	if !eventually(15*time.Second, func() bool { return eval[bool](b, js) }) {
		b.t.Fatalf("nothing to %s says %q\nat %s\n%s", kind, text, b.at(), b.text())
	}
}

// press clicks what says text, and waits for the page that it may lead to.
func (b *tab) press(text string) {
	b.t.Helper()
	b.find("press", text)
	b.follow(func() { b.do("press "+text, chromedp.ScrollIntoView(picked), chromedp.Click(picked)) })
}

// follow does something and, where that leads to another page, waits for it.
// Within half a second nothing has begun to load where nothing will.
func (b *tab) follow(do func()) {
	b.t.Helper()
	before := eval[float64](b, `performance.timeOrigin`)
	do()
	ctx, cancel := context.WithTimeout(b.ctx, 15*time.Second)
	defer cancel()
	eventually(500*time.Millisecond, func() bool {
		// While one page makes way for another there is nothing to ask.
		now, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`document.readyState === "complete" ? performance.timeOrigin : 0`))
		return err == nil && now != 0 && now != before
	})
}

// fill replaces what stands in the control labelled so.
func (b *tab) fill(label, value string) {
	b.t.Helper()
	b.find("field", label)
	eval[bool](b, `(() => { const e = document.querySelector("[data-e2e]"); e.focus(); e.value = ""; return true })()`)
	b.do("fill "+label, chromedp.SendKeys(picked, value))
}

// tick clicks a radio button or a checkbox by its label.
func (b *tab) tick(label string) {
	b.t.Helper()
	b.find("option", label)
	b.do("tick "+label, chromedp.ScrollIntoView(picked), chromedp.Click(picked))
}

// choose picks the entry of a list that contains text.
func (b *tab) choose(label, text string) {
	b.t.Helper()
	b.find("field", label)
	if !eval[bool](b, fmt.Sprintf(`(() => { const e = document.querySelector("[data-e2e]");
		const o = [...e.options].find(o => o.text.includes(%s)); if (!o) return false;
		e.value = o.value; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); return true })()`, quote(text))) {
		b.t.Fatalf("the list %q has nothing that says %q", label, text)
	}
}

// upload chooses a file.
func (b *tab) upload(css, path string) {
	b.t.Helper()
	b.do("upload", chromedp.SetUploadFiles(chromedp.CSS(css), []string{path}))
}

// see waits until the page says text.
func (b *tab) see(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		want := strings.ToLower(text)
		if !eventually(15*time.Second, func() bool { return strings.Contains(strings.ToLower(b.text()), want) }) {
			b.t.Fatalf("the page does not say %q\nat %s\n%s", text, b.at(), b.text())
		}
	}
}

// arrive waits until the browser is on another site.
func (b *tab) arrive(site string) {
	b.t.Helper()
	if !eventually(15*time.Second, func() bool { return strings.HasPrefix(b.at(), site) }) {
		b.t.Fatalf("at %s, not at %s\n%s", b.at(), site, b.text())
	}
}

// atRest lets what moves come to rest, but what turns as long as it is there.
const atRest = `document.getAnimations().filter(a => isFinite(a.effect.getComputedTiming().endTime)).forEach(a => a.finish()), true`

// shot keeps what a person sees of our pages, and lets axe-core look at it.
func (b *tab) shot(name string) {
	b.t.Helper()
	b.picture(name)
	if !b.looked {
		b.accessible(name)
	}
}

// picture keeps what a person sees.
func (b *tab) picture(name string) {
	b.t.Helper()
	_ = eval[bool](b, atRest)
	// The demo's own guided tour lies over the page; no installation has it.
	_ = eval[bool](b, `document.querySelectorAll(".tour").forEach(e => e.remove()), true`)
	ctx, cancel := context.WithTimeout(b.ctx, 15*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.dir, b.name+"-"+name+".png"), small(b.t, png), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

type violation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// accessible lets axe-core look at the page as it stands, light and dark.
// Findings of any weight fail the test.
func (b *tab) accessible(name string) {
	b.t.Helper()
	// The page's policy forbids scripts that are not its own, which does not
	// bind the debugger.
	_ = eval[json.RawMessage](b, axe+";0")
	for _, scheme := range []string{"dark", "light"} {
		b.do("scheme "+scheme, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			return err
		}))
		_ = eval[bool](b, atRest)
		ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
		found, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](`axe.run(document, {resultTypes: ["violations"]}).then(r =>
			r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 160))})))`, chromedp.EvalAwaitPromise))
		cancel()
		if err != nil {
			b.t.Fatalf("axe: %v", err)
		}
		for _, v := range found {
			b.t.Errorf("accessibility of %s, %s (%s): %s: %s\n  %s", name, scheme, b.at(), v.ID, v.Help, strings.Join(v.Nodes, "\n  "))
		}
	}
}
