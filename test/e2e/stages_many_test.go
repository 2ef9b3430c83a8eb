package e2e

import (
	"fmt"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/stagesync"
)

// A company with 120 hiring processes, whose teams call their sub-statuses as
// they like: thousands of rows, assigned in a few choices and saved at once.
func TestThousandsOfStagesAreAssignedInAFewChoices(t *testing.T) {
	s := newStageStory(t, "2025-10-24 15:00", "en", "SmartRecruiters", true)
	ctx, b, w := t.Context(), s.b, s.w
	for n := range 120 {
		subs := map[string][]string{}
		for status, name := range map[string]string{"IN_REVIEW": "In review", "INTERVIEW": "Interview", "OFFERED": "Offered"} {
			subs[status] = []string{"On hold", "Feedback due"}
			for i := range 8 {
				subs[status] = append(subs[status], fmt.Sprintf("%s, step %d of team %d", name, i+1, n+1))
			}
		}
		s.ok(s.sr.AddProcess(fmt.Sprintf("Team %d", n+1), subs))
	}
	const rows = 9 + 10 + 6 + 120*3*8 // the statuses, the sample's, those of many teams, each team's own
	c, err := s.house.Integration.Connect(ctx, s.admin, integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthAPIKey,
		Fields: integration.Fields{"api_key": secret.New(s.sr.IssueKey().Key)}})
	s.ok(err)
	_, err = s.house.Integration.Test(ctx, s.admin, c.ID)
	s.ok(err)
	s.proc = s.opened("Senior ML Engineer", recruit.RemoteJobID(s.sr.Job("Machine Learning Engineer").ID))
	settings := stagesync.Defaults()
	settings.WhoTells = stagesync.TellNobody
	s.until("it is on", func() bool { _, err := s.house.Stages.Save(ctx, s.admin, c.ID, true, settings); return err == nil })
	s.until("the stages are read", func() bool {
		m, err := s.house.Stages.Module(ctx, s.admin, c.ID)
		return err == nil && !m.StagesReadAt.IsZero()
	})
	anna := s.arrives(s.proc.ID, "en", "Anna", "Łęcka", "anna@example.com")

	began := time.Now()
	s.module = s.house.URL() + "/settings/integrations/smartrecruiters/" + string(c.ID) + "/stages"
	b.open(s.module)
	t.Logf("%d rows, %d kB, open after %v", rows, eval[int](b, `performance.getEntriesByType("navigation")[0].decodedBodySize`)>>10, time.Since(began).Round(time.Millisecond))
	if n := eval[int](b, `document.querySelectorAll(".stage-row").length`); n != rows {
		t.Fatalf("%d rows, want %d", n, rows)
	}
	if h := eval[int](b, `document.documentElement.scrollHeight`); h > 4000 {
		t.Errorf("the page is %d pixels high before anything is opened", h)
	}
	b.press(w.save)
	b.see("2,896 things need correcting", "In review › In review, step 1 of team 1: "+w.notAssigned, "and 2,876 more")
	b.choose("Name of the stages", "On hold") // all of one name
	eval[bool](b, `document.getElementsByName("bulk.name.to")[0].value = "leave", true`)
	b.leave(func() { eval[bool](b, `document.querySelector("button[value=name]").click(), true`) })
	s.fillIn("IN_REVIEW", "evaluating") // all of a status
	s.fillIn("INTERVIEW", "invited")
	s.fillIn("OFFERED", "offer_submitted")
	// Those of one name were of all three statuses. The last choice holds, and
	// what one stage means can be said after it.
	t.Logf("assigned after %v", time.Since(began).Round(time.Millisecond))
	if got := chosen(b, "OFFERED/On hold"); got != "offer_submitted" {
		t.Errorf("filled in over what was chosen by name: %q", got)
	}
	exception := "Interview, step 5 of team 77"
	b.press("Interview ") // its group is folded up
	b.choose(exception, w.evaluating)
	began = time.Now()
	b.press(w.save)
	b.see(w.saved, w.complete)
	t.Logf("saved after %v", time.Since(began).Round(time.Millisecond))
	saved, err := s.house.Stages.Mapping(ctx, s.admin, c.ID, "")
	s.ok(err)
	if n := len(saved.Entries); saved.Version != 1 || n != rows {
		t.Errorf("version %d has %d entries, want %d", saved.Version, n, rows)
	}
	for key, want := range map[recruit.StageKey]recruit.Stage{"INTERVIEW/" + recruit.StageKey(exception): recruit.StageEvaluating,
		"INTERVIEW/Interview, step 5 of team 78": recruit.StageInvited, "OFFERED/Offered, step 8 of team 120": recruit.StageOffer} {
		if got := saved.Entries[key].Stage; got != want {
			t.Errorf("%s means %s, want %s", key, got, want)
		}
	}
	// One that is new among them is named, and led to.
	s.ok(s.sr.AddProcess("Team 121", map[string][]string{"OFFERED": {"Keys handed over"}}))
	held := s.sr.Ledger().Email("anna@example.com")[0]
	s.ok(s.sr.MoveCandidate(held.ID, held.Applications[0].JobID, smartrecruiters.Move{Status: "INTERVIEW", SubStatus: "Onsite"}))
	s.comesTo(anna, w.invited) // by webhook
	s.strikes(s.clock.Now().Add(7 * time.Hour))
	s.until("the stages are read again", func() bool {
		m, err := s.house.Stages.Module(ctx, s.admin, c.ID)
		return err == nil && m.Mapping == stagesync.MappingStale
	})
	b.open(s.module)
	b.see(w.newStage)
	b.press("Offered › Keys handed over")
	if got := eval[string](b, `document.activeElement.name`); got != "entries.OFFERED/Keys handed over" {
		t.Errorf("the name of what is new leads to %q", got)
	}
}

// chosen is what stands in the form for a stage.
func chosen(b *tab, key string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf(`document.getElementsByName(%s)[0].value`, quote("entries."+key)))
}
