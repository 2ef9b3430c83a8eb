package sync

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/stagesync"
)

// eRig is a house whose ATS is a simulated eRecruiter.
type eRig struct {
	*base
	sim *erecruiter.Simulator
	job erecruiter.LedgerRecruitment
}

func newERig(t testing.TB, so erecruiter.Options) *eRig {
	t.Helper()
	so.Populate, so.Partner, so.Limits = true, "Handoff", erecruiter.Limits{PerSecond: -1}
	r := &eRig{sim: erecruiter.New(so)}
	srv := httptest.NewServer(r.sim.Handler())
	t.Cleanup(func() {
		r.sim.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	d := r.sim.Dialect()
	r.base = newBase(t, app.Options{PlatformName: "Handoff", ERecruiter: app.ATS{APIURL: srv.URL + d.Base, AuthorizeURL: srv.URL, TokenURL: srv.URL + d.Auth.TokenPath,
		Settle: 2 * time.Second, Mapping: []byte(`{"rate.per_second": 50, "rate.concurrency": 8}`)}},
		integration.NewConnection{ATS: "erecruiter", Auth: connector.AuthAccessKey, AccessScope: "all",
			Fields: integration.Fields{"access_key": secret.New(r.sim.IssueKey(erecruiter.ScopeAll).Key)}})
	r.job = r.sim.Recruitment("Senior Go Developer")
	r.proc = r.open("Senior Go Developer", recruit.RemoteJobID(strconv.FormatInt(r.job.ID, 10)))
	r.until("the recruitment's texts can be shown", func() bool {
		f, err := r.house.Apply.Form(t.Context(), r.proc, "", "pl")
		return err == nil && !f.Unread
	})
	return r
}

// at is a candidate's application in the ATS.
func (r *eRig) at(id recruit.ApplicationID) int64 {
	r.t.Helper()
	for _, a := range r.sim.Ledger().Live(r.job.ID) {
		if strconv.FormatInt(a.CandidateID, 10) == string(r.view(id).Delivery.RemoteCandidate) {
			return a.ID
		}
	}
	r.t.Fatalf("%s is not in the ATS", id)
	return 0
}

func (r *eRig) move(id recruit.ApplicationID, stage string) {
	r.t.Helper()
	r.ok(r.sim.MoveCandidate(r.at(id), r.sim.Stage(stage).ID, ""))
}

func (r *eRig) key(stage string) recruit.StageKey {
	return recruit.StageKey(strconv.FormatInt(r.sim.Stage(stage).ID, 10))
}

// Rules R14 to R17 and R20, as the instructions tell them: the vendor's own
// stages are assigned without anybody's choice, three of them for good, own ones
// carry a suggestion, and nothing is saved until all are assigned.
func TestERecruitersOwnStagesAreAssignedAndTheCompanysAreAskedFor(t *testing.T) {
	r := newERig(t, erecruiter.Options{Seed: 1})
	ctx := t.Context()
	s := stagesync.Defaults()
	s.WhoTells = stagesync.TellNobody
	_, err := r.house.Stages.Save(ctx, r.admin, r.conn, true, s)
	r.ok(err)
	r.until("the stages are read", func() bool {
		m, err := r.house.Stages.Module(ctx, r.admin, r.conn)
		return err == nil && !m.StagesReadAt.IsZero()
	})
	all, _, err := r.house.Stages.Stages(ctx, r.admin, r.conn, "")
	r.ok(err)
	fixed := map[string]string{"Nowy": "waiting_for_decision locked", "Analiza CV": "evaluating", "Złożenie oferty": "offer_submitted locked",
		"Zatrudniony": "hired locked", "Odrzucony": "negative"}
	suggested := map[string]string{"Rozmowa telefoniczna": "invited", "Spotkanie z zespołem": "invited", "Zadanie rekrutacyjne": "evaluating",
		"Wiadomość wysłana": "", "weak English": "negative", "Oferta ustna": "offer_submitted", "Zatrudniony - B2B": "hired"}
	var own []string // as they are named when they are missing
	for _, x := range all {
		if want, ok := fixed[x.Name]; ok {
			got := string(x.To.Stage)
			if x.Locked {
				got += " locked"
			}
			if !x.Assigned || got != want || x.Suggested != nil {
				t.Errorf("%s is %q, want %q: %+v", x.Name, got, want, x)
			}
			continue
		}
		own = append(own, "entries."+string(x.Key)+" required")
		if want, ok := suggested[x.Name]; !ok || x.Assigned || x.Locked || x.Suggested == nil || string(x.Suggested.Stage) != want {
			t.Errorf("%s: %+v, want the suggestion %q", x.Name, x, want)
		}
	}
	if m, err := r.house.Stages.Module(ctx, r.admin, r.conn); err != nil || len(all) != 12 || m.Mapping != stagesync.MappingMissing || m.Missing != len(suggested) {
		t.Errorf("of %d stages: %+v, %v", len(all), m, err)
	}
	refusal := func(m stagesync.Mapping) []string {
		t.Helper()
		var wrong *recruit.Invalid
		if _, err := r.house.Stages.SaveMapping(ctx, r.admin, r.conn, "", m, false); !errors.As(err, &wrong) {
			t.Fatalf("it is saved: %v", err)
		}
		var out []string
		for _, f := range wrong.Fields {
			out = append(out, f.Path+" "+f.Code)
		}
		slices.Sort(out)
		return out
	}
	slices.Sort(own)
	presets := stagesync.Mapping{r.key("Analiza CV"): {Stage: recruit.StageEvaluating}, r.key("Odrzucony"): {Stage: recruit.StageNegative}}
	if got := refusal(presets); !slices.Equal(got, own) {
		t.Errorf("with the company's own missing: %v, want %v", got, own)
	}
	full := r.mapping()
	delete(full, r.key("weak English"))
	if got, want := refusal(full), []string{"entries." + string(r.key("weak English")) + " required"}; !slices.Equal(got, want) {
		t.Errorf("with one missing: %v, want %v", got, want)
	}
	full = r.mapping()
	full[r.key("Nowy")] = stagesync.Target{Stage: recruit.StageInvited}
	if got, want := refusal(full), []string{"entries." + string(r.key("Nowy")) + " locked"}; !slices.Equal(got, want) {
		t.Errorf("with a locked one changed: %v, want %v", got, want)
	}
	full = r.mapping()
	for _, locked := range []string{"Nowy", "Złożenie oferty", "Zatrudniony"} { // these need nobody's choice
		delete(full, r.key(locked))
	}
	full[r.key("Odrzucony")] = stagesync.Target{} // changeable
	saved, err := r.house.Stages.SaveMapping(ctx, r.admin, r.conn, "", full, false)
	if err != nil || saved.Entries[r.key("Nowy")].Stage != recruit.StageWaiting || saved.Entries[r.key("Zatrudniony")].Stage != recruit.StageHired ||
		saved.Entries[r.key("Odrzucony")].Stage != "" {
		t.Errorf("%+v, %v", saved, err)
	}
}

// A candidate whom a recruiter moved moves here, and one whose card was merely
// opened (Nowy to Analiza CV, by itself); a stage that is taken away keeps its
// people; who is gone is believed to be after two complete readings.
func TestStagesOfERecruiterComeBackBySyncNow(t *testing.T) {
	for _, readings := range []string{"", "stage_in_list=absent", "stage_names=en stage_type=absent history_order=newest_first", "dates=polish removed_stages=listed"} {
		t.Run(readings, func(t *testing.T) {
			var sw erecruiter.Switches
			for _, x := range strings.Fields(readings) {
				name, v, _ := strings.Cut(x, "=")
				var err error
				if sw, err = sw.With(name, erecruiter.Setting(v)); err != nil {
					t.Fatal(err)
				}
			}
			r := newERig(t, erecruiter.Options{Seed: 2, Switches: sw})
			ctx := t.Context()
			r.turnOn(stagesync.Defaults())
			task := r.key("Zadanie rekrutacyjne")
			m := r.mapping()
			m[task], m[r.key("Rozmowa telefoniczna")] = stagesync.Target{Stage: recruit.StageEvaluating}, stagesync.Target{Stage: recruit.StageInvited}
			_, err := r.house.Stages.SaveMapping(ctx, r.admin, r.conn, "", m, false)
			r.ok(err)
			var ids []recruit.ApplicationID
			for i := range 5 {
				ids = append(ids, r.apply(r.proc, i))
			}
			r.move(ids[1], "Rozmowa telefoniczna")
			r.ok(r.sim.OpenCandidate(r.at(ids[2])))
			r.move(ids[3], "Zadanie rekrutacyjne")
			r.ok(r.sim.DeleteStage(r.sim.Stage("Zadanie rekrutacyjne").ID))
			r.ok(r.sim.RemoveApplication(r.at(ids[4])))
			want := []recruit.Stage{recruit.StageWaiting, recruit.StageInvited, recruit.StageEvaluating, recruit.StageEvaluating, recruit.StageWaiting}
			stand := func(when string) {
				t.Helper()
				for i, id := range ids {
					if v := r.view(id); v.Stage != want[i] {
						t.Errorf("%s: %d stands on %s, want %s (%s)", when, i, v.Stage, want[i], r.history(id))
					}
				}
			}
			r.clock.Advance(3 * time.Second) // no listing lags behind a delivery any more
			run := r.sync()
			if run.Moved != 3 || run.Unchanged != 2 || run.Gone+run.Failed+run.Unmapped != 0 {
				t.Errorf("the first run: %+v", run)
			}
			stand("after the first run")
			if run = r.sync(); run.Moved != 0 || run.Unchanged != 4 || run.Gone != 1 || run.Failed+run.Unmapped != 0 {
				t.Errorf("the second run: %+v", run)
			}
			// The list of stages is read again, and lacks one: its people keep it.
			// Another has a new name, and so it has for its people.
			r.ok(r.sim.RenameStage(r.sim.Stage("Rozmowa telefoniczna").ID, "Telefon"))
			r.clock.Advance(7 * time.Hour)
			if run = r.sync(); run.Moved+run.Failed+run.Unmapped != 0 {
				t.Errorf("the third run: %+v", run)
			}
			if !strings.Contains(readings, "removed_stages=listed") {
				r.until("the stage is seen to be gone", func() bool {
					all, _, err := r.house.Stages.Stages(ctx, r.admin, r.conn, "")
					return err == nil && slices.ContainsFunc(all, func(s stagesync.Stage) bool { return s.Key == task && !s.RemovedAt.IsZero() })
				})
				if m, err := r.house.Stages.Module(ctx, r.admin, r.conn); err != nil || m.Mapping != stagesync.MappingStale {
					t.Errorf("%+v, %v", m, err)
				}
			}
			if run = r.sync(); run.Moved+run.Failed+run.Unmapped != 0 {
				t.Errorf("the fourth run: %+v", run)
			}
			stand("at last")
			if h := r.history(ids[2]); !strings.HasSuffix(h, "stage_changed evaluating") {
				t.Errorf("the history of whose card was opened: %s", h)
			}
			if h := r.history(ids[4]); !strings.HasSuffix(h, "stage_gone") {
				t.Errorf("the history of who was taken out: %s", h)
			}
			if x := r.view(ids[3]).Remote; x == nil || x.Name != "Zadanie rekrutacyjne" || x.Key != task || x.Gone {
				t.Errorf("who stands on a stage that was taken away: %+v", x)
			}
			r.until("the new name is shown", func() bool { return r.view(ids[1]).Remote.Name == "Telefon" })
			if x := r.view(ids[4]).Remote; x == nil || !x.Gone {
				t.Errorf("who was taken out: %+v", x)
			}
		})
	}
}

// A list that lags behind the history shows a candidate where they were, after
// they left: that is no coming back there.
func TestAListThatLagsBehindTheHistoryPutsNobodyBack(t *testing.T) {
	r := newERig(t, erecruiter.Options{Seed: 3})
	ctx := t.Context()
	r.turnOn(stagesync.Defaults())
	a := r.apply(r.proc, 1)
	r.sync()
	_, err := r.house.Apply.ChangeStage(ctx, r.admin, a, recruit.StageInvited)
	r.ok(err)
	r.sim.Clock().Advance(2 * time.Second) // its history tells the second
	r.clock.Advance(2 * time.Second)
	r.sim.SetStageLag(time.Hour)
	r.move(a, "Wiadomość wysłana") // which means nothing here
	r.clock.Advance(10 * time.Second)
	r.sync()
	r.sim.SetStageLag(0)
	r.sync()
	if v := r.view(a); v.Stage != recruit.StageInvited || v.Remote.Name != "Wiadomość wysłana" {
		t.Errorf("%s, %+v: %s", v.Stage, v.Remote, r.history(a))
	}
}
