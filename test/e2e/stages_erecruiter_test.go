package e2e

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/simulator/erecruiter"
)

// The part "SYNCHRONIZATION OF CANDIDATE STAGES" of the eRecruiter page, by its
// steps, and what follows from them: its default stages are assigned, three of
// them for good, the company's own are asked for, and candidates move once a day.
func TestTheSynchronizationOfStagesOfERecruiterCanBeFollowed(t *testing.T) {
	for _, c := range []struct {
		lang, at string
		change   change
	}{{"en", "2026-03-27 15:00", spring}, {"pl", "2025-10-24 15:00", autumn}} {
		t.Run(c.lang, func(t *testing.T) {
			t.Parallel() // what takes long is waiting
			s := newStageStory(t, c.at, c.lang, "eRecruiter", true)
			s.b.looked = true // the module's pages are the same for both ATSs
			w := s.w
			s.connectERecruiter()
			early := s.arrives(s.proc.ID, c.lang, "Ewa", "Wczesna", "ewa@example.com")
			s.turnOn(s.slowly("listAccountStages"))
			s.assignERecruiter()
			anna := s.firstFive("Anna", "Łęcka", "anna@example.com", "Zadanie rekrutacyjne", "Zadanie rekrutacyjne")
			s.overTheChange(c.change, anna, "Anna Łęcka", [3]string{"Rozmowa telefoniczna", "Oferta ustna", "weak English"}, [3]string{w.invited, w.offer, w.negative})
			s.strikes(s.clock.Now().Add(16 * time.Minute))
			// "weak English" is a real stage's name. That it is over is not mailed
			// until an Admin wants it.
			s.told("anna@example.com", w.ended, []string{"anna@example.com", w.reads[1], w.reads[2]}, "Zadanie", "telefoniczna", "Oferta ustna", "weak", "Odrzucon")

			bartek := s.arrives(s.proc.ID, c.lang, "Bartek", "Nowak", "bartek@example.com")
			s.ats.open(s.job)
			s.ats.press("Bartek Nowak") // who is looked at is moved from Nowy to Analiza CV
			s.syncNow(bartek, "Bartek Nowak", w.evaluating, s.slowly("listRecruitmentApplications"))
			celina := s.arrives(s.proc.ID, c.lang, "Celina", "Kos", "celina@example.com")
			s.ats.open(s.url + "/app/settings/stages")
			s.ats.fill("Name", "Rozmowa końcowa")
			s.ats.choose("Category", "Interview")
			s.ats.press("Add")
			s.moves("Celina Kos", "Rozmowa końcowa")
			s.moves("Bartek Nowak", "Rozmowa telefoniczna")
			s.held(celina, bartek, "Rozmowa końcowa", w.invited)
			s.moves("Ewa Wczesna", "Spotkanie z zespołem")
			s.backfill(early, "ewa@example.com", w.invited)
			s.byPolling(bartek, "Bartek Nowak", "Oferta ustna", w.offer)
			s.gone(bartek, "Bartek Nowak", w.offer)
		})
	}
}

// connectERecruiter is the main integration.
func (s *stageStory) connectERecruiter() {
	s.ats.open(s.url + "/app/")
	s.ats.press("English")
	s.toConnection()
	s.b.tick(s.w.scope)
	s.b.fill(s.w.accessKey, s.er.IssueKey(erecruiter.ScopeAll).Key)
	s.tested()
	job := s.er.Recruitment("Senior Go Developer")
	s.proc = s.opened("Senior Go Developer", recruit.RemoteJobID(strconv.FormatInt(job.ID, 10)))
	s.job, s.label = s.url+"/app/recruitments/"+strconv.FormatInt(job.ID, 10), "Stage: "
}

// assignERecruiter: what is assigned already, what of it is locked, and what
// Save misses.
func (s *stageStory) assignERecruiter() {
	b, w := s.b, s.w
	type row struct {
		Name, Value, Suggested string
		Locked                 bool
	}
	rows := func() []row {
		return eval[[]row](b, `[...document.querySelectorAll(".stage-row")].map(r => { const e = r.querySelector("select, input");
			const o = [...(e.options || [])].find(o => o.text.includes(`+quote("· "+w.suggestedMark)+`));
			return {Name: r.querySelector("label").innerText, Value: e.value, Suggested: o ? o.value : "", Locked: e.readOnly === true} })`)
	}
	fixed := map[string]row{"Nowy": {Value: w.waiting, Locked: true}, "Złożenie oferty": {Value: w.offer, Locked: true}, "Zatrudniony": {Value: w.hired, Locked: true},
		"Analiza CV": {Value: "evaluating"}, "Odrzucony": {Value: "negative"}}
	own := map[string]string{"Rozmowa telefoniczna": "invited", "Spotkanie z zespołem": "invited", "Zadanie rekrutacyjne": "evaluating", "Wiadomość wysłana": "leave",
		"weak English": "negative", "Oferta ustna": "offer_submitted", "Zatrudniony - B2B": "hired"}
	for _, r := range rows() {
		want, isFixed := fixed[r.Name]
		want.Name = r.Name
		if !isFixed {
			want.Suggested = own[r.Name]
		}
		if r != want {
			s.t.Errorf("a stage is %+v, want %+v", r, want)
		}
	}
	b.see(w.suggested, w.locked)
	b.top("#map")
	b.shot("sync-map")
	if s.w.lang == "en" {
		b.accessible("locked stages")
	}
	b.press(w.save)
	named := eval[[]string](b, `[...document.querySelectorAll("#errors a")].map(a => a.innerText.replace(/:.*/, ""))`)
	slices.Sort(named)
	if want := slices.Sorted(maps.Keys(own)); !slices.Equal(named, want) {
		s.t.Errorf("Save misses %v, want %v", named, want)
	}
	b.top("#errors")
	b.shot("sync-missing")
	for name, stage := range own {
		b.find("field", name)
		eval[bool](b, `document.querySelector("[data-e2e]").value = `+quote(stage)+`, true`)
	}
	b.press(w.preview)
	b.see(w.wouldMove)
	b.press(w.save)
	b.see(w.saved, w.complete)
}

// byPolling is continuous synchronisation of an ATS that tells nothing by
// itself: a move is here within minutes.
func (s *stageStory) byPolling(id recruit.ApplicationID, who, place, stage string) {
	b, w := s.b, s.w
	b.open(s.module)
	b.tick(w.continuous)
	b.follow(func() { eval[bool](b, `document.querySelector("#settings form").requestSubmit(), true`) })
	b.see(w.saved, w.polled)
	if strings.Contains(b.text(), w.tells) {
		s.t.Error("eRecruiter is said to tell of changes or not to, and never can")
	}
	s.moves(who, place)
	s.strikes(s.clock.Now().Add(5 * time.Minute))
	s.comesTo(id, stage)
}

// gone is somebody who was taken out of the recruitment: it is told after two
// readings, and nothing becomes of it here.
func (s *stageStory) gone(id recruit.ApplicationID, who, stage string) {
	b, w := s.b, s.w
	s.ats.open(s.job)
	s.ats.press(who)
	s.ats.press("Delete the application")
	s.strikes(s.clock.Now().Add(time.Minute))
	for range 2 {
		b.open(s.module)
		b.press(w.syncNow)
		s.ended()
	}
	s.wantStage("taken out there", id, stage)
	b.see(w.goneHelp)
}
