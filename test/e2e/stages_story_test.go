package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"handoff/internal/apply"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"
)

// stageStory is somebody who follows the part on synchronisation of one of the
// seed pages.
type stageStory struct {
	*moved
	t      *testing.T
	w      stageWords
	b, ats *tab   // the Admin's window, and the recruiter's at the ATS
	script bool   // whether the Admin's browser runs script
	title  string // of the ATS
	module string // address of the module's page
	job    string // the job's page at the ATS
	label  string // of the list that moves somebody there, before their name
	proc   process.View
}

func newStageStory(t *testing.T, at, lang, title string, script bool) *stageStory {
	s := &stageStory{moved: newMoved(t, local(t, at), lang, title), t: t, w: stageSpoken[lang], title: title, script: script}
	s.b = newTab(t, strings.ToLower(title)+"-"+lang)
	s.b.looked = lang != "en" // the pages are the same in both languages
	s.b.open(s.house.URL() + "/sign-in?lang=" + lang)
	s.b.fill("E-mail", adminMail)
	s.b.fill(s.w.password, adminSecret)
	s.b.press(s.w.signIn)
	s.b.see(adminMail)
	s.ats = s.b.another()
	if !script {
		s.b.do("no script", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		}))
	}
	return s
}

// reload opens the page anew.
func (b *tab) reload() {
	b.t.Helper()
	at, _, _ := strings.Cut(b.at(), "#")
	b.open(at)
}

// leave does what leads to another page, and waits for that page however long it
// takes.
func (b *tab) leave(do func()) {
	b.t.Helper()
	before := eval[float64](b, `performance.timeOrigin`)
	do()
	if !eventually(30*time.Second, func() bool {
		now, err := chromedp.Run(b.ctx, chromedp.Evaluate[float64](`document.readyState === "complete" ? performance.timeOrigin : 0`))
		return err == nil && now != 0 && now != before
	}) {
		b.t.Fatalf("no other page came\nat %s", b.at())
	}
}

// sound lets axe-core look, unless it does so in another run.
func (b *tab) sound(name string) {
	b.t.Helper()
	if !b.looked {
		b.accessible(name)
	}
}

// top shows a part of a page at the top of the window.
func (b *tab) top(css string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`document.querySelector(%s).scrollIntoView(), true`, quote(css)))
}

// toConnection opens the integration as a reader of the pages does.
func (s *stageStory) toConnection() {
	s.t.Helper()
	s.b.open(s.house.URL() + "/settings")
	s.b.press(s.w.integrations)
	s.b.press(s.title)
}

// tested saves the credential that is typed and tests it. Only then the module
// is there (rule R14).
func (s *stageStory) tested() {
	s.t.Helper()
	b, w := s.b, s.w
	if strings.Contains(b.text(), w.modules) {
		s.t.Error("the module is offered before there is an integration")
	}
	b.follow(func() { eval[bool](b, `document.querySelector("[data-e2e]").form.requestSubmit(), true`) })
	b.see(w.testConnection)
	if strings.Contains(b.text(), w.modules) {
		s.t.Error("the module is offered before the integration was tested")
	}
	b.press(w.testConnection)
	if !eventually(15*time.Second, func() bool { b.reload(); return strings.Contains(b.text(), w.modules) }) {
		s.t.Fatalf("the module does not appear\n%s", b.text())
	}
}

// turnOn is the module's button, with the one choice that the seed pages' readers
// have not met: who tells candidates. slow has the ATS take its time over the
// stages.
func (s *stageStory) turnOn(slow func()) {
	b, w := s.b, s.w
	s.toConnection()
	b.see(w.modules, w.title)
	b.top("#modules")
	b.shot("sync-box")
	b.press(w.turnOn)
	s.module = b.at()
	if eval[bool](b, `!!document.querySelector("input[name=who_tells]:checked")`) {
		s.t.Error("somebody is chosen to tell candidates")
	}
	b.press(w.turnOn)
	if got := eval[string](b, `document.activeElement.name || ""`); b.at() != s.module || got != "who_tells" {
		s.t.Errorf("without a choice the browser is at %s with the focus on %q", b.at(), got)
	}
	// A browser that does not hold the form back is refused.
	b.follow(func() {
		eval[bool](b, `(f => { f.noValidate = true; f.requestSubmit(); return true })(document.querySelector("#settings form"))`)
	})
	b.see(w.chooseWho)
	if got := eval[string](b, `document.activeElement.name || ""`); got != "who_tells" {
		s.t.Errorf("after the refusal the focus is on %q", got)
	}
	b.sound("refused")
	b.open(s.module)
	b.tick(w.platform)
	b.tick(w.daily)
	b.top("#settings")
	b.shot("sync-settings")
	b.fits("settings")
	// The list of stages takes a moment: a page that waits for it is loaded anew
	// by itself, or by hand.
	slow()
	b.press(w.turnOn)
	b.see(w.reading)
	if !s.script {
		s.until("the stages are read", func() bool { b.reload(); return !strings.Contains(b.text(), w.reading) })
	}
	b.see(w.assignEvery)
}

func (s *stageStory) application(id recruit.ApplicationID) string {
	return s.house.URL() + "/applications/" + string(id)
}

// stands is the stage that an application's page shows.
func (s *stageStory) stands(id recruit.ApplicationID) string {
	s.t.Helper()
	s.b.open(s.application(id))
	return eval[string](s.b, `document.querySelector(".page-head .badge").textContent`)
}

func (s *stageStory) wantStage(when string, id recruit.ApplicationID, stage string) {
	s.t.Helper()
	if got := s.stands(id); got != stage {
		s.t.Errorf("%s: the application's page says %q, want %q", when, got, stage)
	}
}

// comesTo waits until an application's page shows a stage.
func (s *stageStory) comesTo(id recruit.ApplicationID, stage string) {
	s.t.Helper()
	if !eventually(20*time.Second, func() bool { return s.stands(id) == stage }) {
		s.t.Fatalf("at %v the application's page says %q, want %q\n%s\n%s", s.clock.Now(), s.stands(id), stage, s.b.text(), s.log.Tail(3000))
	}
}

// moves is a recruiter's at the ATS, on its own pages.
func (s *stageStory) moves(who, to string) {
	s.t.Helper()
	s.ats.open(s.job)
	s.ats.choose(s.label+who, to)
	s.ats.follow(func() { eval[bool](s.ats, `document.querySelector("[data-e2e]").form.requestSubmit(), true`) })
}

// applies is a candidate on the public page, who agrees to whatever is asked.
func (s *stageStory) applies(first, last, email string) recruit.ApplicationID {
	s.t.Helper()
	c := s.b.another()
	c.open(s.house.URL() + "/jobs/" + s.proc.Slug + "?lang=" + s.w.lang)
	c.fill(s.w.first, first)
	c.fill(s.w.last, last)
	c.fill("E-mail", email)
	c.fill(s.w.linkedIn, "https://www.linkedin.com/in/example")
	c.tick(s.w.read)
	eval[bool](c, `(() => { const asked = new Set(); for (const e of document.querySelectorAll('input[type=radio][name^="consent."]')) {
		if (!asked.has(e.name)) e.click(); asked.add(e.name) } return true })()`)
	s.clock.Advance(3 * time.Second) // a person takes longer than a machine, which the form notices
	c.press(s.w.send)
	c.see(s.w.thanks)
	all, err := s.house.Apply.List(s.t.Context(), s.admin, apply.Filter{Process: s.proc.ID, List: recruit.List{Limit: 100}})
	s.ok(err)
	i := slices.IndexFunc(all.Items, func(a apply.View) bool { return a.Candidate.Email == email })
	if i < 0 {
		s.t.Fatalf("%s did not arrive", email)
	}
	s.delivered(all.Items[i].ID)
	return all.Items[i].ID
}

// goOn moves the clock on. The Admin looks at a page now and then meanwhile, or
// would have to sign in again.
func (s *stageStory) goOn(at time.Time) {
	s.t.Helper()
	for at.Sub(s.clock.Now()) > 11*time.Hour {
		s.clock.Advance(11 * time.Hour)
		s.b.open(s.module)
	}
	s.clock.Set(at)
}

// strikes moves the clock to a moment and waits until the lane has been round:
// whoever it was going to move then is on the way. The scheduler's own timer has
// not seen the clock move; what wakes it is somebody who asks for the list of jobs.
func (s *stageStory) strikes(at time.Time) {
	s.t.Helper()
	s.goOn(at)
	s.ok(s.house.Integration.RefreshJobs(s.t.Context(), s.admin, s.connection()))
	s.until("the lane has been round", func() bool {
		c, err := s.house.Integration.Connection(s.t.Context(), s.admin, s.connection())
		return err == nil && !c.JobsReadAt.Before(at)
	})
}

// schedule has the module run once a day, at a time.
func (s *stageStory) schedule(at string) {
	s.t.Helper()
	s.b.open(s.module)
	s.b.tick(s.w.daily)
	s.b.find("field", s.w.at)
	eval[bool](s.b, fmt.Sprintf(`document.querySelector("[data-e2e]").value = %s, true`, quote(at)))
	s.b.follow(func() { eval[bool](s.b, `document.querySelector("[data-e2e]").form.requestSubmit(), true`) })
	s.b.see(s.w.saved)
}

// dailyRuns are when the daily runs of a day began, as the page lists them.
func (s *stageStory) dailyRuns(day string) (out []string) {
	s.t.Helper()
	s.b.open(s.module)
	for _, x := range eval[[]string](s.b, fmt.Sprintf(`[...document.querySelectorAll("#runs .row")].filter(r => r.innerText.includes(%s)).map(r => r.querySelector("time").dateTime)`, quote(s.w.dailyRun))) {
		at, err := time.Parse(time.RFC3339, x)
		s.ok(err)
		if l := at.In(local(s.t, day+" 12:00").Location()).Format("2006-01-02 15:04 MST"); strings.HasPrefix(l, day) {
			out = append(out, strings.TrimPrefix(l, day+" "))
		}
	}
	slices.Sort(out)
	return out
}

// firstFive is a candidate who applies after the module was turned on, and whom
// the recruiter moves: nothing moves here before 17:00. The candidate is told of
// it a quarter of an hour later.
func (s *stageStory) firstFive(first, last, email, place, theirs string) recruit.ApplicationID {
	s.t.Helper()
	b, w := s.b, s.w
	id := s.applies(first, last, email)
	s.moves(first+" "+last, place)
	five := local(s.t, s.clock.Now().Format("2006-01-02")+" 17:00")
	s.strikes(five.Add(-time.Minute))
	s.wantStage("a minute before five", id, w.waiting)
	s.strikes(five)
	s.comesTo(id, w.evaluating)
	b.see(w.remote+" "+s.title, theirs, w.known)
	b.top(".columns")
	b.shot("sync-application")
	b.fits("application")
	s.told(email, w.reads[0], []string{email}, theirs)
	s.strikes(five.Add(16 * time.Minute))
	s.until("the mail", func() bool { return len(s.mailed(email)) > 1 })
	s.told(email, w.reads[1], []string{email, w.reads[1]}, theirs)
	return id
}

// change is a night in which the clocks change, and what runs of that Sunday
// are to be: one at 02:30, which the night has twice or not at all, and one at
// 17:00.
type change struct {
	saturday, sunday, monday string
	night                    string // the night's run
	runs                     []string
}

var (
	autumn = change{"2025-10-25", "2025-10-26", "2025-10-27", "2025-10-26T00:30:00Z", []string{"02:30 CEST", "17:00 CET"}}
	spring = change{"2026-03-28", "2026-03-29", "2026-03-30", "2026-03-29T01:00:00Z", []string{"03:00 CEST", "17:00 CEST"}}
)

// overTheChange has a candidate moved thrice at the ATS over such a weekend, and
// sees each move come here with its run and not before.
func (s *stageStory) overTheChange(c change, id recruit.ApplicationID, who string, places, stages [3]string) {
	s.t.Helper()
	s.goOn(local(s.t, c.saturday+" 20:00"))
	s.schedule("02:30")
	s.moves(who, places[0])
	night, err := time.Parse(time.RFC3339, c.night)
	s.ok(err)
	before := s.stands(id)
	s.strikes(night.Add(-time.Minute))
	s.wantStage("a minute before the night's run", id, before)
	s.strikes(night)
	s.comesTo(id, stages[0])
	s.moves(who, places[1])
	s.strikes(night.Add(time.Hour + time.Minute))
	s.wantStage("an hour after the night's run", id, stages[0])
	s.schedule("17:00")
	five := local(s.t, c.sunday+" 17:00")
	s.strikes(five.Add(-time.Minute))
	s.wantStage("a minute before five", id, stages[0])
	s.strikes(five)
	s.comesTo(id, stages[1])
	s.moves(who, places[2])
	five = local(s.t, c.monday+" 17:00")
	s.strikes(five.Add(-time.Minute))
	s.wantStage("a minute before five on Monday", id, stages[1])
	s.strikes(five)
	s.comesTo(id, stages[2])
	if got := s.dailyRuns(c.sunday); !slices.Equal(got, c.runs) {
		s.t.Errorf("the daily runs of %s are %v, want %v", c.sunday, got, c.runs)
	}
}

// told is all mail of a candidate by its subjects and what it says of the stage,
// and their own page. None of it has the ATS's word for a stage (product
// decision 1).
func (s *stageStory) told(email string, own string, mails []string, theirs ...string) {
	s.t.Helper()
	got := s.mailed(email)
	if len(got) != len(mails) {
		s.t.Errorf("%d mails, want %d: %q", len(got), len(mails), got)
		return
	}
	c := s.b.another()
	c.open(s.ownPage(email))
	if status := eval[string](c, `document.querySelector(".own-stage").innerText`); status != own {
		s.t.Errorf("the candidate's own page says %q, want %q", status, own)
	}
	for i, text := range append(slices.Clone(got), c.text()) {
		if i < len(mails) && !strings.Contains(text, mails[i]) {
			s.t.Errorf("mail %d does not say %q:\n%s", i+1, mails[i], text)
		}
		for _, name := range theirs {
			if strings.Contains(text, name) {
				s.t.Errorf("the candidate reads %q:\n%s", name, text)
			}
		}
	}
}

// slowly has the ATS take its time over its next answer to one call, once it is
// asked for.
func (s *stageStory) slowly(op string) func() {
	return func() {
		f := simkit.Fault{Match: simkit.Match{Op: op, Count: 1}, Kind: simkit.DelayBefore, Delay: simkit.Duration(1500 * time.Millisecond)}
		if s.er != nil {
			s.ok(s.er.Faults(f))
			return
		}
		s.ok(s.sr.Faults(f))
	}
}

// syncNow is the button on a day on which 17:00 is hours away: its progress,
// and a result that can be read.
func (s *stageStory) syncNow(id recruit.ApplicationID, who, stage string, slow func()) {
	s.t.Helper()
	b, w := s.b, s.w
	slow()
	b.open(s.module)
	b.press(w.syncNow)
	b.see(w.running)
	if left := eval[int](b, `(p => p.max - p.value)(document.querySelector("progress"))`); left != 1 {
		s.t.Errorf("of one job %d are to be read", left)
	}
	s.ended()
	b.see(who)
	counts := eval[[]string](b, `[...document.querySelectorAll("#sync-run .facts dd")].map(e => e.textContent)`)
	if len(counts) != 5 || counts[0] != "1" || strings.Join(counts[2:], "") != "000" {
		s.t.Errorf("moved, unchanged, unassigned, gone, failed: %v\n%s", counts, b.text())
	}
	b.shot("sync-run")
	b.fits("run")
	s.wantStage("after Sync now", id, stage)
}

// ended waits for the end of the run whose page is open: it shows by itself or,
// without script, by the page's own link.
func (s *stageStory) ended() {
	s.t.Helper()
	if !eventually(20*time.Second, func() bool {
		text := s.b.text()
		if !s.script && strings.Contains(text, s.w.reload) {
			s.b.press(s.w.reload)
		}
		return strings.Contains(text, s.w.done)
	}) {
		s.t.Fatalf("the run does not end\n%s", s.b.text())
	}
}

// held is somebody on a stage that the ATS has had only since: the mapping is
// out of date, whoever stands on it stays, another goes on, and the Admin is told
// and assigns it.
func (s *stageStory) held(id, other recruit.ApplicationID, theirs, otherStage string) {
	s.t.Helper()
	b, w := s.b, s.w
	before := s.stands(id)
	b.open(s.module)
	b.press(w.syncNow)
	s.ended()
	b.see(w.unmapped, theirs)
	s.comesTo(other, otherStage)
	s.wantStage("on a stage that nobody assigned", id, before)
	b.see(theirs)
	b.sound("held")
	b.open(s.house.URL() + "/attention")
	b.see(w.title+": "+s.title, w.stale, w.newStage)
	b.sound("attention")
	b.press(w.assign)
	b.see(w.assignEvery)
	b.find("field", theirs)
	if got := eval[string](b, `document.querySelector("[data-e2e]").value`); got != "" {
		s.t.Errorf("the new stage is assigned to %q by itself", got)
	}
	b.top("#map")
	b.shot("sync-stale")
	b.choose(theirs, w.negative)
	b.press(w.preview)
	b.see(w.wouldMove)
	b.press(w.save)
	b.see(w.complete)
	s.comesTo(id, w.negative)
	b.open(s.house.URL() + "/attention")
	if strings.Contains(b.text(), w.title) {
		s.t.Errorf("it still needs attention\n%s", b.text())
	}
}

// backfill is an application that was made before the module was turned on: it
// is not followed (rule R19) until an Admin takes it in, having seen first what
// would become of it. Nobody is mailed for it.
func (s *stageStory) backfill(early recruit.ApplicationID, email, stage string) {
	s.t.Helper()
	b, w := s.b, s.w
	s.wantStage("made before", early, w.waiting)
	if strings.Contains(b.text(), w.remote+" "+s.title) {
		s.t.Errorf("an application made before is followed\n%s", b.text())
	}
	b.open(s.module)
	b.press(w.dryRun)
	s.ended()
	b.see(w.takeThem, w.wouldDo)
	dry := b.at()
	s.wantStage("after the dry run", early, w.waiting)
	b.open(dry)
	b.sound("dry run")
	b.press(w.takeThem)
	s.comesTo(early, stage)
	s.strikes(s.clock.Now().Add(2 * time.Hour))
	s.arrives(s.proc.ID, w.lang, "Ktoś", "Inny", "afterwards@example.com") // the mail lane has been round, too
	s.until("the later one's confirmation", func() bool { return len(s.mailed("afterwards@example.com")) == 1 })
	if n := len(s.mailed(email)); n != 1 {
		s.t.Errorf("who applied before has %d mails, want the confirmation alone", n)
	}
}
