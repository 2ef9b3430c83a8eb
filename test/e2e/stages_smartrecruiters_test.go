package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"handoff/internal/recruit"
)

// The part "Synchronizacja stanów kandydatów" of the seed page, by its steps,
// and what follows from them: stages at 17:00, over the change of the clocks,
// on demand and by themselves. In English with script, in Polish without.
func TestTheSynchronizationOfStagesOfSmartRecruitersCanBeFollowed(t *testing.T) {
	for _, c := range []struct {
		lang, at string
		script   bool
		change   change
	}{{"en", "2025-10-24 15:00", true, autumn}, {"pl", "2026-03-27 15:00", false, spring}} {
		t.Run(c.lang, func(t *testing.T) {
			t.Parallel() // what takes long is waiting
			s := newStageStory(t, c.at, c.lang, "SmartRecruiters", c.script)
			w := s.w
			s.connectSmartRecruiters()
			early := s.arrives(s.proc.ID, c.lang, "Ewa", "Wczesna", "ewa@example.com")
			s.turnOn(s.slowly("hiringProcessAll"))
			s.assignSmartRecruiters()
			anna := s.firstFive("Anna", "Łęcka", "anna@example.com", "In review · Phone screen", "Phone screen")
			s.overTheChange(c.change, anna, "Anna Łęcka", [3]string{"Interview · Culture fit", "Offered · Offer sent", "Hired"}, [3]string{w.invited, w.offer, w.hired})
			s.strikes(s.clock.Now().Add(16 * time.Minute))
			// Of what the weekend changed, the last is told, on Monday; Hired is not
			// told until an Admin wants it (product decision 4).
			s.told("anna@example.com", w.reads[3], []string{"anna@example.com", w.reads[1], w.reads[2]}, "In review", "Phone screen", "Culture fit", "Offered", "Offer sent", "HIRED")

			bartek := s.arrives(s.proc.ID, c.lang, "Bartek", "Nowak", "bartek@example.com")
			s.moves("Bartek Nowak", "In review")
			s.syncNow(bartek, "Bartek Nowak", w.evaluating, s.slowly("candidatesAll"))
			celina := s.arrives(s.proc.ID, c.lang, "Celina", "Kos", "celina@example.com")
			s.ats.open(s.url + "/app/processes")
			s.ats.fill("Interview", "Technical interview\nOnsite\nCulture fit\nLunch")
			s.ats.follow(func() { eval[bool](s.ats, `document.querySelector("[data-e2e]").form.requestSubmit(), true`) })
			s.moves("Celina Kos", "Interview · Lunch")
			s.moves("Bartek Nowak", "Interview · Onsite")
			s.held(celina, bartek, "Lunch", w.evaluating) // Onsite leaves who is moved there
			s.moves("Ewa Wczesna", "Offered")
			s.backfill(early, "ewa@example.com", w.offer)
			s.byWebhook(bartek, "Bartek Nowak", "Offered", w.offer)
		})
	}
}

// connectSmartRecruiters is the main integration. The module is not there
// before it works (rule R14).
func (s *stageStory) connectSmartRecruiters() {
	s.toConnection()
	s.b.press(s.w.apiKey)
	s.b.fill(s.w.apiKey, s.sr.IssueKey().Key)
	s.tested()
	job := s.sr.Job("Machine Learning Engineer")
	s.proc = s.opened("Senior ML Engineer", recruit.RemoteJobID(job.ID))
	s.job, s.label = s.url+"/app/jobs/"+job.ID, "Status of "
}

// assignSmartRecruiters is step 2: every stage is assigned, or Save is refused.
func (s *stageStory) assignSmartRecruiters() {
	b, w := s.b, s.w
	for key, want := range map[string]string{"NEW": "waiting_for_decision", "INTERVIEW": "invited", "OFFERED": "offer_submitted", "HIRED": "hired", "WITHDRAWN": "negative",
		"TRANSFERRED": "leave", "INTERVIEW/Onsite": "", "IN_REVIEW/CV review": ""} { // default ones, and the company's own
		if got := chosen(b, key); got != want {
			s.t.Errorf("%s is assigned to %q, want %q", key, got, want)
		}
	}
	b.see(w.suggested)
	b.top("#map")
	b.shot("sync-map")
	b.press(w.save)
	b.see("In review › CV review: "+w.notAssigned, "Offered › Offer negotiated: "+w.notAssigned)
	missing := eval[[]string](b, `[...document.querySelectorAll("[aria-invalid=true]")].map(e => e.name)`)
	if len(missing) != 10 || slices.Contains(missing, "entries.INTERVIEW") {
		s.t.Errorf("refused are %v", missing)
	}
	if s.script {
		s.fromTheRefusalByKeyboard()
	} else if got := eval[string](b, `document.activeElement.name`); got != missing[0] {
		s.t.Errorf("without script the focus is on %q, want %q", got, missing[0])
	}
	b.top("#errors")
	b.shot("sync-missing")
	b.fits("missing")
	s.fillIn("IN_REVIEW", "evaluating")
	if got := eval[float64](b, `document.querySelector("#group-2").getBoundingClientRect().top`); got < 0 || got > 200 {
		s.t.Errorf("after a group was filled in, it stands at %v", got)
	}
	s.fillIn("INTERVIEW", "invited")
	s.fillIn("OFFERED", "offer_submitted")
	if got := chosen(b, "IN_REVIEW/Home task") + " " + chosen(b, "INTERVIEW/Culture fit") + " " + chosen(b, "OFFERED/Offer sent"); got != "evaluating invited offer_submitted" {
		s.t.Errorf("filled in at once: %s", got)
	}
	b.choose("Onsite", w.leave)
	b.press(w.preview)
	b.see(w.wouldMove)
	if got := chosen(b, "INTERVIEW/Onsite"); got != "leave" {
		s.t.Errorf("after the preview Onsite is %q", got)
	}
	if m, err := s.house.Stages.Module(s.t.Context(), s.admin, s.connection()); err != nil || m.Version != 0 {
		s.t.Errorf("a preview saved version %d, %v", m.Version, err)
	}
	b.press(w.save)
	b.see(w.saved, w.complete)
}

// fillIn assigns all sub-statuses of a status in one choice.
func (s *stageStory) fillIn(status, to string) {
	s.t.Helper()
	list := fmt.Sprintf(`document.getElementsByName(%s)[0]`, quote("bulk.status."+status))
	eval[bool](s.b, fmt.Sprintf(`%s.value = %s, true`, list, quote(to)))
	s.b.leave(func() { eval[bool](s.b, list+`.closest("fieldset").querySelector("button").click(), true`) })
}

// fromTheRefusalByKeyboard goes from the summary to the first stage that is
// missing, and chooses, without a mouse.
func (s *stageStory) fromTheRefusalByKeyboard() {
	b := s.b
	if got := eval[string](b, `document.activeElement.id`); got != "errors" {
		s.t.Errorf("after the refusal the focus is on %q", got)
	}
	b.do("to the first", chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"))
	if got := eval[string](b, `document.activeElement.name || document.activeElement.outerHTML`); got != "entries.IN_REVIEW/CV review" {
		s.t.Errorf("the first of the summary leads to %q", got)
	}
	b.do("choose", chromedp.KeyEvent("Eva"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t")) // the first closes the list
	if got := eval[string](b, `document.getElementsByName("entries.IN_REVIEW/CV review")[0].value + " " + document.activeElement.name`); got != "evaluating entries.IN_REVIEW/Phone screen" {
		s.t.Errorf("by keyboard: %q", got)
	}
}

// byWebhook goes over to what the seed page's users wish for: a move in the ATS
// is here within two seconds, by both sides' one clock.
func (s *stageStory) byWebhook(id recruit.ApplicationID, who, place, stage string) {
	b, w := s.b, s.w
	b.open(s.module)
	b.tick(w.continuous)
	b.follow(func() { eval[bool](b, `document.querySelector("#settings form").requestSubmit(), true`) })
	b.see(w.saved)
	if !eventually(20*time.Second, func() bool { b.open(s.module); return strings.Contains(b.text(), w.sureHook) }) {
		s.t.Fatalf("the ATS does not tell\n%s", b.text())
	}
	b.sound("continuous")
	s.moves(who, place)
	s.comesTo(id, stage)
	v, err := s.house.Apply.Get(s.t.Context(), s.admin, id)
	s.ok(err)
	moved := s.sr.Ledger().Email(v.Candidate.Email)[0].Applications[0].History
	if took := v.StageChangedAt.Sub(moved[len(moved)-1].At); took > 2*time.Second {
		s.t.Errorf("by webhook it took %v", took)
	}
}
