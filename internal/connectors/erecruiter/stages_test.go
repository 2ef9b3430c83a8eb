package erecruiter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/recruit"

	sim "handoff/internal/simulator/erecruiter"
)

// both runs a test under either mapping.
func both(t *testing.T, f func(t *testing.T, s setting)) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) { f(t, s) })
	}
}

func readings(t *testing.T, pairs ...string) sim.Switches {
	t.Helper()
	var sw sim.Switches
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, "=")
		var err error
		if sw, err = sw.With(name, sim.Setting(value)); err != nil {
			t.Fatal(err)
		}
	}
	return sw
}

func stagesByName(t *testing.T, c *connector.Conn) map[string]recruit.RemoteStage {
	t.Helper()
	list, err := c.Stages.ListStages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]recruit.RemoteStage{}
	for _, s := range list {
		out[s.Name] = s
	}
	if len(out) != len(list) {
		t.Errorf("%d names of %d stages", len(out), len(list))
	}
	return out
}

// Rule R16, whatever the API shows of a stage and in either language.
func TestTheVendorsOwnStagesAreAssignedAndThreeAreLocked(t *testing.T) {
	fixed := map[string]recruit.RemoteStage{
		"Nowy|New":                        {Category: recruit.CategoryStandard, Preset: recruit.StageWaiting, Locked: true},
		"Analiza CV|CV review":            {Category: recruit.CategoryStandard, Preset: recruit.StageEvaluating, Automatic: true},
		"Złożenie oferty|Offer submitted": {Category: recruit.CategoryOffer, Preset: recruit.StageOffer, Locked: true},
		"Zatrudniony|Hired":               {Category: recruit.CategoryHiring, Preset: recruit.StageHired, Locked: true},
		"Odrzucony|Rejected":              {Category: recruit.CategoryRejection, Preset: recruit.StageNegative},
	}
	owned := map[string]recruit.StageCategory{"Rozmowa telefoniczna": recruit.CategoryMeeting, "Zadanie rekrutacyjne": recruit.CategoryStandard,
		"Wiadomość wysłana": recruit.CategoryMessage, "weak English": recruit.CategoryRejection, "Oferta ustna": recruit.CategoryOffer,
		"Zatrudniony - B2B": recruit.CategoryHiring}
	both(t, func(t *testing.T, s setting) {
		for _, c := range [][]string{nil, {"stage_type=absent"}, {"stage_names=en"}, {"stage_names=en", "stage_type=absent", "field_case=pascal"}} {
			r, conn := run(t, s, readings(t, c...))
			got := stagesByName(t, conn)
			typed := true
			for _, p := range c {
				typed = typed && p != "stage_type=absent"
			}
			for names, want := range fixed {
				pl, en, _ := strings.Cut(names, "|")
				want.Name = pl
				if fmt.Sprint(c) != "[]" && strings.HasPrefix(c[0], "stage_names") {
					want.Name = en
				}
				want.Key = recruit.StageKey(text(r.sim.Stage(pl).ID))
				if x := got[want.Name]; fmt.Sprint(x) != fmt.Sprint(want) {
					t.Errorf("%v: %+v, want %+v", c, x, want)
				}
			}
			for name, category := range owned {
				if !typed {
					category = "" // a name is the company's affair
				}
				if x := got[name]; x.Key != recruit.StageKey(text(r.sim.Stage(name).ID)) || x.Category != category || x.Preset != "" || x.Locked || x.LeavePreset {
					t.Errorf("%v: %+v, want category %q", c, x, category)
				}
			}
		}
	})
}

// A company's own stage is never taken for the vendor's because of its name.
func TestAnOwnStageWithAVendorsNameIsTheCompanys(t *testing.T) {
	s := settings(t)["builtin"]
	r, conn := run(t, s, sim.Switches{})
	second, err := r.sim.AddStage("Hired", sim.Employment)
	r.ok(err)
	if x := stagesByName(t, conn)["Hired"]; x.Preset != "" || x.Locked || x.Category != recruit.CategoryHiring || x.Key != recruit.StageKey(text(second.ID)) {
		t.Errorf("%+v", x)
	}
	// Without the mark, the first of a name is the vendor's, and of another category it never is.
	blind := s
	blind.mapping = mapped(t, `{"fields.stage.system": []}`)
	proposal, err := r.sim.AddStage("Odrzucony ", sim.JobProposal)
	r.ok(err)
	list, err := opened(t, blind, r, key{r.again(t)}).Stages.ListStages(t.Context())
	r.ok(err)
	for _, x := range list {
		switch string(x.Key) {
		case text(second.ID), text(proposal.ID):
			if x.Preset != "" || x.Locked {
				t.Errorf("%+v", x)
			}
		case text(r.sim.Stage("Zatrudniony").ID):
			if !x.Locked || x.Preset != recruit.StageHired {
				t.Errorf("%+v", x)
			}
		}
	}
}

func TestADictionaryThatIsEmptyOrRefusedIsNoListOfStages(t *testing.T) {
	both(t, func(t *testing.T, s setting) {
		r, conn := run(t, s, sim.Switches{})
		want := stagesByName(t, conn)
		// A key that may not read the dictionary sees the stages of its recruitments, which are all.
		r.ok(r.sim.DenyOperation(r.credential(), "listAccountStages", true))
		if got := stagesByName(t, conn); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("from the recruitments: %v, want %v", got, want)
		}
		r.ok(r.sim.DenyOperation(r.credential(), "listRecruitmentStages", true))
		if _, err := conn.Stages.ListStages(t.Context()); connector.KindOf(err) != connector.Forbidden {
			t.Errorf("with neither: %v", err)
		}
		r.ok(r.sim.DenyOperation(r.credential(), "listAccountStages", false))
		r.sim.EmptyStages(true)
		if list, err := conn.Stages.ListStages(t.Context()); codeOf(err) != "unavailable NO_STAGES" || list != nil {
			t.Errorf("an empty dictionary: %v, %v", list, err)
		}
		none := s
		none.mapping = mappedOver(t, s, `{"paths.account_stages": "", "paths.recruitment_stages": ""}`)
		conn = opened(t, none, r, key{r.again(t)})
		if _, err := conn.Stages.ListStages(t.Context()); codeOf(err) != "misconfigured NO_CALL_FOR_STAGES" || conn.Type.TellsStages {
			t.Errorf("without any call: %v, tells stages: %v", err, conn.Type.TellsStages)
		}
	})
}

// tracked pushes n applications to a job.
func tracked(t *testing.T, r *remote, conn *connector.Conn, job recruit.RemoteJobID, n int) []connector.Tracked {
	t.Helper()
	var out []connector.Tracked
	for i := range n {
		s := submission(job, i)
		s.CV = nil
		done, err := pushed(t, conn, s)
		r.ok(err)
		out = append(out, connector.Tracked{Application: s.Application, Candidate: done.Candidate, Remote: done.Application, Last: recruit.StageKey(text(r.sim.Stage("Nowy").ID))})
	}
	return out
}

// The list tells most; the history is asked for whom it shows elsewhere, and
// tells when and what before, in whatever order it comes.
func TestAHistoryIsReadForWhoMovedAlone(t *testing.T) {
	both(t, func(t *testing.T, s setting) {
		for _, order := range []string{"oldest_first", "newest_first"} {
			for _, dates := range []string{"wire", "local", "ms", "polish"} {
				r, conn := run(t, s, readings(t, "history_order="+order, "dates="+dates))
				job := r.Job(atstest.JobOther)
				all := tracked(t, r, conn, job, 3)
				made := r.Now()
				r.Pass(26 * time.Hour)
				opened := r.Now()
				r.ok(r.sim.OpenCandidate(number(all[1].Remote)))
				r.Pass(26 * time.Hour)
				moved := r.Now()
				r.ok(r.sim.MoveCandidate(number(all[1].Remote), r.sim.Stage("weak English").ID, "język"))
				before := len(r.Calls())
				read, err := conn.Stages.ReadStages(t.Context(), job, all)
				r.ok(err)
				histories := 0
				for _, c := range r.Calls()[before:] {
					if strings.HasSuffix(c.Template, "/StagesHistory") || strings.HasPrefix(c.Target, "/partner/v2/people/") {
						histories++
					}
				}
				if histories != 1 || len(read.Stages) != 3 || read.Rows < 3 {
					t.Errorf("%s, %s: %d histories, %+v", order, dates, histories, read)
				}
				if x := read.Stages[all[0].Application]; x.Key != all[0].Last || x.Name != "Nowy" || !x.ChangedAt.IsZero() || x.Past != nil {
					t.Errorf("%s, %s: who stayed: %+v", order, dates, x)
				}
				x := read.Stages[all[1].Application]
				if x.Key != recruit.StageKey(text(r.sim.Stage("weak English").ID)) || x.Name != "weak English" {
					t.Fatalf("%s, %s: %+v", order, dates, x)
				}
				if dates == "polish" { // the day alone: a change counts from when it was read
					if !x.ChangedAt.IsZero() || x.Past != nil {
						t.Errorf("%s, %s: %+v", order, dates, x)
					}
					continue
				}
				near := func(a, b time.Time) bool { return a.Sub(b).Abs() < 2*time.Second }
				if len(x.Past) != 2 || x.Past[0].Name != "Nowy" || x.Past[1].Name != "Analiza CV" || !near(x.Past[0].At, made) || !near(x.Past[1].At, opened) || !near(x.ChangedAt, moved) {
					t.Errorf("%s, %s: %+v", order, dates, x)
				}
				if one, err := conn.Stages.ReadStage(t.Context(), job, all[1]); err != nil || fmt.Sprint(one) != fmt.Sprint(x) {
					t.Errorf("%s, %s: alone %+v, %v", order, dates, one, err)
				}
			}
		}
	})
}

// A list that lags behind the history never takes anybody back; a row that is
// newer than the history holds.
func TestAListThatLagsTakesNobodyBack(t *testing.T) {
	both(t, func(t *testing.T, s setting) {
		r, conn := run(t, s, sim.Switches{})
		job := r.Job(atstest.JobOther)
		all := tracked(t, r, conn, job, 1)
		r.sim.SetStageLag(30 * time.Minute)
		r.Pass(time.Hour)
		r.ok(r.sim.OpenCandidate(number(all[0].Remote)))
		review := recruit.StageKey(text(r.sim.Stage("Analiza CV").ID))
		all[0].Last = review // as read from the history
		for range 2 {
			if got, err := conn.Stages.ReadStages(t.Context(), job, all); err != nil || got.Stages[all[0].Application].Key != review {
				t.Errorf("%+v, %v", got, err)
			}
			r.Pass(time.Hour)
		}
	})
}

// What the history does not tell, the row does; where neither does, nothing is
// concluded.
func TestTheRowHoldsWhereTheHistoryCannotBeRead(t *testing.T) {
	both(t, func(t *testing.T, s setting) {
		r, conn := run(t, s, sim.Switches{})
		job := r.Job(atstest.JobOther)
		all := tracked(t, r, conn, job, 1)
		review := recruit.StageKey(text(r.sim.Stage("Analiza CV").ID))
		r.ok(r.sim.OpenCandidate(number(all[0].Remote)))
		r.ok(r.sim.DenyOperation(r.credential(), "getStagesHistory", true))
		got, err := conn.Stages.ReadStages(t.Context(), job, all)
		if x := got.Stages[all[0].Application]; err != nil || x.Key != review || x.Name != "Analiza CV" || x.Past != nil {
			t.Errorf("%+v, %v", got, err)
		}
		if x, err := conn.Stages.ReadStage(t.Context(), job, all[0]); err != nil || x.Key != review {
			t.Errorf("alone: %+v, %v", x, err)
		}
		// A history that is lost (404) is no end: the list has the application.
		r.ok(r.sim.DenyOperation(r.credential(), "getStagesHistory", false))
		r.Fault(atstest.Fault{Kind: atstest.StatusBefore, Status: 404, Nth: 1})
		if x, err := conn.Stages.ReadStage(t.Context(), job, all[0]); err != nil || x.Key != review || x.Gone {
			t.Errorf("without its history, alone: %+v, %v", x, err)
		}
		r.Heal()
		r.ok(r.sim.DenyOperation(r.credential(), "getStagesHistory", true))
		r.ok(r.sim.SetSwitches(readings(t, "stage_in_list=absent")))
		if got, err := conn.Stages.ReadStages(t.Context(), job, all); connector.KindOf(err) != connector.Forbidden || got.Stages != nil {
			t.Errorf("%+v, %v", got, err)
		}
		r.ok(r.sim.DenyOperation(r.credential(), "getStagesHistory", false))
		if got, err := conn.Stages.ReadStages(t.Context(), job, all); err != nil || got.Stages[all[0].Application].Key != review {
			t.Errorf("from the history alone: %+v, %v", got, err)
		}
		none := s
		none.mapping = mappedOver(t, s, `{"paths.stages_history": ""}`)
		conn = opened(t, none, r, key{r.again(t)})
		if _, err := conn.Stages.ReadStages(t.Context(), job, all); codeOf(err) != "unavailable STAGE_UNTOLD" {
			t.Errorf("with neither: %v", err)
		}
	})
}

// An application whose id the answer to its create did not name is known by its
// candidate; another application of that person's is not ours.
func TestAnApplicationIsKnownByItsCandidateWhereItsIDWasNotNamed(t *testing.T) {
	s := settings(t)["builtin"]
	r, conn := run(t, s, sim.Switches{})
	job := r.Job(atstest.JobOther)
	all := tracked(t, r, conn, job, 1)
	r.ok(r.sim.OpenCandidate(number(all[0].Remote)))
	all[0].Remote = ""
	got, err := conn.Stages.ReadStages(t.Context(), job, all)
	if x := got.Stages[all[0].Application]; err != nil || x.Name != "Analiza CV" {
		t.Errorf("%+v, %v", got, err)
	}
	if x, err := conn.Stages.ReadStage(t.Context(), job, all[0]); err != nil || x.Name != "Analiza CV" {
		t.Errorf("alone: %+v, %v", x, err)
	}
	all[0].Remote = "1"
	if got, err := conn.Stages.ReadStages(t.Context(), job, all); err != nil || !got.Stages[all[0].Application].Gone {
		t.Errorf("another application of theirs: %+v, %v", got, err)
	}
}

// A history longer than a page is read to its end.
func TestALongHistoryIsReadWhole(t *testing.T) {
	both(t, func(t *testing.T, s setting) {
		for _, order := range []string{"oldest_first", "newest_first"} {
			r, conn := run(t, s, readings(t, "history_order="+order))
			job := r.Job(atstest.JobOther)
			all := tracked(t, r, conn, job, 1)
			r.sim.SetLimits(sim.Limits{PerSecond: -1, PageItems: 10})
			for i := range 34 {
				r.Pass(time.Hour)
				r.ok(r.sim.MoveCandidate(number(all[0].Remote), r.sim.Stage([]string{"weak English", "Oferta ustna"}[i%2]).ID, ""))
			}
			got, err := conn.Stages.ReadStages(t.Context(), job, all)
			if x := got.Stages[all[0].Application]; err != nil || x.Name != "Oferta ustna" || len(x.Past) != 34 || x.Past[0].Name != "Nowy" {
				t.Errorf("%s: %d past, %s, %v", order, len(x.Past), x.Name, err)
			}
			r.ok(r.sim.SetSwitches(readings(t, "history_order="+order, "ignored_offset=all")))
			if got, err = conn.Stages.ReadStages(t.Context(), job, all); err != nil || len(got.Stages[all[0].Application].Past) != 34 {
				t.Errorf("%s, where paging is ignored: %+v, %v", order, got, err)
			}
		}
	})
}
