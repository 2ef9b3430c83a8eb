package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/stagesync"
)

// One process's stages mean something else: its mapping is found from the
// module, changed, and given back; in English with script, in Polish without.
func TestAProcessIsGivenAMappingOfItsOwn(t *testing.T) {
	for _, c := range []struct {
		lang                                            string
		script                                          bool
		own, common, ownBadge, would, back, given, look string
	}{
		{"en", true, "Processes with a mapping of their own", "The common mapping counts for this process", "This process has a mapping of its own", "1 candidate would move",
			"Use the common mapping again", "counts for this process again", "PREVIEW OF THE COMMON MAPPING"},
		{"pl", false, "Procesy z własnym mapowaniem", "W tym procesie obowiązuje wspólne mapowanie", "Ten proces ma własne mapowanie", "Etap zmieniłby 1 kandydat",
			"Wróć do wspólnego mapowania", "znów obowiązuje wspólne mapowanie", "PODGLĄD WSPÓLNEGO MAPOWANIA"},
	} {
		t.Run(c.lang, func(t *testing.T) {
			s := newStageStory(t, "2025-10-24 15:00", c.lang, "SmartRecruiters", c.script)
			ctx, b, w := t.Context(), s.b, s.w
			conn, err := s.house.Integration.Connect(ctx, s.admin, integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthAPIKey,
				Fields: integration.Fields{"api_key": secret.New(s.sr.IssueKey().Key)}})
			s.ok(err)
			_, err = s.house.Integration.Test(ctx, s.admin, conn.ID)
			s.ok(err)
			job := recruit.RemoteJobID(s.sr.Job("Machine Learning Engineer").ID)
			s.proc = s.opened("Senior ML Engineer", job)
			s.opened("Data Engineer", job)
			settings := stagesync.Defaults()
			settings.WhoTells = stagesync.TellPlatform
			s.until("it is on", func() bool { _, err := s.house.Stages.Save(ctx, s.admin, conn.ID, true, settings); return err == nil })
			s.until("the stages are read", func() bool {
				m, err := s.house.Stages.Module(ctx, s.admin, conn.ID)
				return err == nil && !m.StagesReadAt.IsZero()
			})
			all, _, err := s.house.Stages.Stages(ctx, s.admin, conn.ID, "")
			s.ok(err)
			m := stagesync.Mapping{} // the vendor's own as they are, the others leave
			for _, x := range all {
				m[x.Key] = x.To
			}
			_, err = s.house.Stages.SaveMapping(ctx, s.admin, conn.ID, "", m, false)
			s.ok(err)
			anna := s.arrives(s.proc.ID, c.lang, "Anna", "Łęcka", "anna@example.com")
			held := s.sr.Ledger().Email("anna@example.com")[0]
			s.ok(s.sr.MoveCandidate(held.ID, string(job), smartrecruiters.Move{Status: "INTERVIEW"}))
			s.comesTo(anna, w.invited)

			s.module = s.house.URL() + "/settings/integrations/smartrecruiters/" + string(conn.ID) + "/stages"
			b.open(s.module)
			b.see(c.own)
			b.fits("the module")
			b.press("Senior ML Engineer")
			b.see(c.common)
			b.choose("Interview", w.offer)
			b.press(w.preview)
			b.see(c.would)
			b.press(w.save)
			b.see(w.saved, c.ownBadge)
			own := b.at()
			s.comesTo(anna, w.offer)
			b.open(s.module)
			b.top("#processes")
			b.shot("own-list")
			b.open(own)
			b.shot("own")
			b.press(c.look)
			b.see(c.would)
			b.top("#back")
			if !c.script { // with script it stands open beside the preview
				b.press(c.back)
			}
			b.fits("a process's mapping")
			b.shot("own-back")
			if c.script {
				b.do("to it by keyboard", chromedp.Focus(chromedp.CSS("#back details summary")), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t"))
				b.leave(func() { b.do("give it back", chromedp.KeyEvent("\r")) })
			} else {
				b.leave(func() { eval[bool](b, `document.querySelector("#back details button").click(), true`) })
			}
			b.see(c.given)
			s.comesTo(anna, w.invited)
		})
	}
}
