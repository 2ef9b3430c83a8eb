package sync

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/stagesync"
)

func TestStagesOfTheATSComeBack(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 1})
	ctx := t.Context()
	if _, err := r.house.Stages.Run(ctx, r.admin, r.conn); !refused(err, "stage_sync_off") {
		t.Errorf("a run before the module is on: %v", err)
	}
	before := r.apply(r.proc, 0) // made before: never followed (rule R19)
	r.turnOn(stagesync.Defaults())
	a, b, c := r.apply(r.proc, 1), r.apply(r.proc, 2), r.apply(r.proc, 3)
	r.move(before, "HIRED", "")
	r.move(a, "INTERVIEW", "Technical interview")
	r.move(b, "REJECTED", "")
	run := r.sync() // which the webhook may have overtaken
	if run.Moved+run.Unchanged != 3 || run.State != "done" || run.Failed+run.Gone+run.Unmapped != 0 {
		t.Errorf("%+v", run)
	}
	for id, want := range map[recruit.ApplicationID]recruit.Stage{before: recruit.StageWaiting, a: recruit.StageInvited, b: recruit.StageNegative, c: recruit.StageWaiting} {
		if v := r.view(id); v.Stage != want {
			t.Errorf("%s stands on %s, want %s", id, v.Stage, want)
		}
	}
	// A person's move stands until the ATS changes again.
	if _, err := r.house.Apply.ChangeStage(ctx, r.admin, a, recruit.StageOffer); err != nil {
		t.Fatal(err)
	}
	if run := r.sync(); run.Moved != 0 || r.view(a).Stage != recruit.StageOffer {
		t.Errorf("an unchanged stage was applied again: %+v, %s", run, r.view(a).Stage)
	}
	r.move(a, "HIRED", "")
	if run := r.sync(); run.Failed != 0 || r.view(a).Stage != recruit.StageHired || r.view(a).StageChangedBy != recruit.ActorSync {
		t.Errorf("%+v, %s", run, r.view(a).Stage)
	}
	if h := r.history(a); h != "stage_seen, stage_changed invited, stage_changed offer_submitted, stage_changed hired" &&
		h != "stage_changed invited, stage_changed offer_submitted, stage_changed hired" {
		t.Errorf("its history: %s", h)
	}
	// Backfill takes the earlier one in, when asked, and says first what it would do.
	dry, err := r.house.Stages.Backfill(ctx, r.admin, r.conn, true)
	if err != nil {
		t.Fatal(err)
	}
	if dry = r.ended(dry.ID); dry.Moved != 1 || r.view(before).Stage != recruit.StageWaiting {
		t.Errorf("a dry run: %+v, %s", dry, r.view(before).Stage)
	}
	wet, err := r.house.Stages.Backfill(ctx, r.admin, r.conn, false)
	if err != nil {
		t.Fatal(err)
	}
	if wet = r.ended(wet.ID); wet.Moved != 1 || r.view(before).Stage != recruit.StageHired {
		t.Errorf("%+v, %s", wet, r.view(before).Stage)
	}
}

func refused(err error, code string) bool {
	var p *recruit.Problem
	return errors.As(err, &p) && p.Code == code
}

func TestAStageThatCameLaterHoldsThoseOnItAlone(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 2})
	ctx := t.Context()
	r.turnOn(stagesync.Defaults())
	a, b := r.apply(r.proc, 1), r.apply(r.proc, 2)
	if err := r.sim.SetSubStatuses("Default hiring process", "INTERVIEW", []string{"Technical interview", "Lunch"}); err != nil {
		t.Fatal(err)
	}
	r.move(a, "INTERVIEW", "Lunch")
	r.move(b, "INTERVIEW", "Technical interview")
	if run := r.sync(); run.Moved != 1 || run.Unmapped != 1 || r.view(a).Stage != recruit.StageWaiting || r.view(b).Stage != recruit.StageInvited {
		t.Errorf("%+v, %s and %s", run, r.view(a).Stage, r.view(b).Stage)
	}
	m, err := r.house.Stages.Module(ctx, r.admin, r.conn)
	if err != nil || m.Mapping != stagesync.MappingStale || m.Missing == 0 {
		t.Errorf("%+v, %v", m, err)
	}
	r.until("the stages are read again", func() bool {
		all, _, err := r.house.Stages.Stages(ctx, r.admin, r.conn, "")
		for _, s := range all {
			if s.Name == "Lunch" && s.Category == recruit.CategoryMeeting {
				return err == nil
			}
		}
		return false
	})
	full := r.mapping()
	delete(full, "INTERVIEW/Lunch")
	var missing *recruit.Invalid
	if _, err := r.house.Stages.SaveMapping(ctx, r.admin, r.conn, "", full, false); !errors.As(err, &missing) || missing.Fields[0].Path != "entries.INTERVIEW/Lunch" {
		t.Errorf("an incomplete mapping: %v", err)
	}
	full["INTERVIEW/Lunch"] = stagesync.Target{Stage: recruit.StageOffer}
	would, err := r.house.Stages.Preview(ctx, r.admin, r.conn, "", full)
	if err != nil || len(would) != 1 || would[stagesync.Change{From: recruit.StageWaiting, To: recruit.StageOffer}] != 1 {
		t.Errorf("a preview: %v, %v", would, err)
	}
	if _, err := r.house.Stages.SaveMapping(ctx, r.admin, r.conn, "", full, false); err != nil {
		t.Fatal(err)
	}
	r.until("who waited is moved", func() bool { return r.view(a).Stage == recruit.StageOffer })
	if r.view(b).Stage != recruit.StageInvited {
		t.Error("somebody else was moved")
	}
}

func TestANewSubStatusFollowsItsStatusWhereTheAdminChoseSo(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 3})
	s := stagesync.Defaults()
	s.NewSubStatuses, s.WhoTells = stagesync.FollowNew, stagesync.TellPlatform
	r.turnOn(s)
	own := r.mapping() // of the process's own: there too
	own["INTERVIEW"] = stagesync.Target{Stage: recruit.StageOffer}
	second := r.open("Another", recruit.RemoteJobID(r.job.ID))
	_, err := r.house.Stages.SaveMapping(t.Context(), r.admin, r.conn, second, own, false)
	r.ok(err)
	a, b := r.apply(r.proc, 1), r.apply(second, 2)
	if err := r.sim.SetSubStatuses("Default hiring process", "INTERVIEW", []string{"Lunch"}); err != nil {
		t.Fatal(err)
	}
	r.move(a, "INTERVIEW", "Lunch")
	r.move(b, "INTERVIEW", "Lunch")
	r.sync()
	if x, y := r.view(a).Stage, r.view(b).Stage; x != recruit.StageInvited || y != recruit.StageOffer {
		t.Errorf("they follow to %s and %s", x, y)
	}
	for _, id := range []recruit.ApplicationID{a, b} { // at once, as any change, and not by another mapping afterwards
		if h := r.history(id); strings.Count(h, "stage_changed") != 1 || strings.HasPrefix(h, "stage_seen, stage_seen") {
			t.Errorf("its history: %s", h)
		}
	}
	x := r.told() // like anybody whose stage was known
	if slices.Sort(x); !slices.Equal(x, []recruit.Stage{recruit.StageInvited, recruit.StageOffer}) {
		t.Errorf("mails planned: %v", x)
	}
}

func TestWhoStandsOnAStageThatWasTakenAwayStaysWhenTheMappingIsSavedAgain(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 9})
	ctx := t.Context()
	r.turnOn(stagesync.Defaults())
	a := r.apply(r.proc, 1)
	r.move(a, "INTERVIEW", "Onsite")
	r.sync()
	r.ok(r.sim.SetSubStatuses("Default hiring process", "INTERVIEW", []string{"Technical interview"}))
	state := func() stagesync.MappingState {
		m, err := r.house.Stages.Module(ctx, r.admin, r.conn)
		r.ok(err)
		return m.Mapping
	}
	r.clock.Advance(7 * time.Hour)
	r.sync()
	r.until("the stage is seen to be gone", func() bool { return state() == stagesync.MappingStale })
	_, err := r.house.Stages.SaveMapping(ctx, r.admin, r.conn, "", r.mapping(), false)
	r.ok(err)
	runs, err := r.house.Stages.Runs(ctx, r.admin, r.conn)
	r.ok(err)
	if run := r.ended(runs[0].ID); run.Trigger != stagesync.TriggerMapping || run.Moved != 0 || run.Unmapped != 0 {
		t.Errorf("%+v", run)
	}
	if v := r.view(a); v.Stage != recruit.StageInvited || v.Remote.Unmapped || state() != stagesync.MappingComplete {
		t.Errorf("%s, %+v, the mapping is %s", v.Stage, v.Remote, state())
	}
}

func TestGoneIsBelievedAfterTwoCompleteReadings(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 4})
	r.turnOn(stagesync.Defaults())
	a := r.apply(r.proc, 1)
	r.move(a, "INTERVIEW", "")
	r.sync()
	d := r.view(a).Delivery
	if err := r.sim.RemoveApplication(string(d.RemoteCandidate), string(d.RemoteJob)); err != nil {
		t.Fatal(err)
	}
	r.clock.Advance(3 * time.Second) // the listing cannot lag any more
	if run := r.sync(); run.Gone != 0 {
		t.Errorf("gone at once: %+v", run)
	}
	if run := r.sync(); run.Gone != 1 || r.view(a).Stage != recruit.StageInvited {
		t.Errorf("%+v, %s", run, r.view(a).Stage)
	}
}

func TestADailyRunIsAtFiveInWarsaw(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 5})
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	// The evening before the clocks go forward, and the one before they go back.
	for _, day := range []string{"2027-03-27", "2027-10-30"} {
		at, err := time.ParseInLocation("2006-01-02 15:04", day+" 18:00", warsaw)
		if err != nil {
			t.Fatal(err)
		}
		r.clock.Set(at)
		s := stagesync.Defaults()
		s.Mode = stagesync.OnceADay
		r.turnOn(s)
		a := r.apply(r.proc, at.YearDay())
		r.move(a, "INTERVIEW", "")
		next := time.Date(at.Year(), at.Month(), at.Day()+1, 17, 0, 0, 0, warsaw)
		if m, err := r.house.Stages.Module(t.Context(), r.admin, r.conn); err != nil || !m.NextRunAt.Equal(next) {
			t.Fatalf("the next run is %v, want %v, %v", m.NextRunAt, next, err)
		}
		r.clock.Set(next.Add(-2 * time.Second))
		if v := r.view(a); v.Stage != recruit.StageWaiting {
			t.Errorf("%s: moved before five: %s", day, v.Stage)
		}
		r.until("five o'clock", func() bool { return r.view(a).Stage == recruit.StageInvited })
		if now := r.clock.Now(); now.Before(next) {
			t.Errorf("moved at %v, before %v", now, next)
		}
		if _, err := r.house.Stages.Save(t.Context(), r.admin, r.conn, false, stagesync.Settings{}); err != nil {
			t.Fatal(err)
		}
	}
}

// A run whose time passed while the connection was broken is made up once it is
// not, whatever was saved meanwhile but for another time of day.
func TestASavedSettingDropsNoDailyRun(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 11})
	ctx := t.Context()
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	r.ok(err)
	noon := time.Date(2027, 1, 11, 12, 0, 0, 0, warsaw)
	r.clock.Set(noon)
	s := stagesync.Defaults()
	s.Mode, s.WhoTells = stagesync.OnceADay, stagesync.TellNobody
	r.turnOn(s)
	a := r.apply(r.proc, 0)
	r.move(a, "INTERVIEW", "")
	state := func() recruit.ConnectionState {
		v, err := r.house.Integration.Connection(ctx, r.admin, r.conn)
		r.ok(err)
		return v.State
	}
	r.ok(r.sim.Faults(simkit.Fault{Kind: simkit.Expired}))
	r.ok(r.house.Integration.RefreshJobs(ctx, r.admin, r.conn))
	r.until("broken", func() bool { return state() == recruit.ConnBroken })
	r.clock.Set(noon.Add(6 * time.Hour))
	s.NewSubStatuses = stagesync.FollowNew
	m, err := r.house.Stages.Save(ctx, r.admin, r.conn, true, s)
	r.ok(err)
	if five := noon.Add(5 * time.Hour); !m.NextRunAt.Equal(five) {
		t.Errorf("the next run is %v, want %v", m.NextRunAt, five)
	}
	r.sim.ClearFaults()
	_, err = r.house.Integration.Test(ctx, r.admin, r.conn)
	r.ok(err)
	r.until("the day's run", func() bool { return r.view(a).Stage == recruit.StageInvited })
	s.At = "09:30"
	m, err = r.house.Stages.Save(ctx, r.admin, r.conn, true, s)
	r.ok(err)
	if want := time.Date(2027, 1, 12, 9, 30, 0, 0, warsaw); !m.NextRunAt.Equal(want) {
		t.Errorf("by another schedule the next run is %v, want %v", m.NextRunAt, want)
	}
}

// Turned on for once a day, the stages are read at once all the same: they are
// to be assigned before the first run. No job is read before that run, whatever
// was due before the schedule was changed.
func TestOnceADayReadsTheStagesAtOnceAndNobodyBeforeTheRun(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 10})
	ctx := t.Context()
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	r.ok(err)
	noon := time.Date(2027, 1, 11, 12, 0, 0, 0, warsaw)
	r.clock.Set(noon)
	r.apply(r.proc, 0) // the lane has done what else was due, and rests
	s := stagesync.Defaults()
	s.Mode = stagesync.OnceADay
	r.turnOn(s)
	s.Mode, s.WhoTells = stagesync.Continuous, stagesync.TellNobody
	_, err = r.house.Stages.Save(ctx, r.admin, r.conn, true, s)
	r.ok(err)
	r.hooked()
	a := r.apply(r.proc, 1)
	s.Mode = stagesync.OnceADay
	_, err = r.house.Stages.Save(ctx, r.admin, r.conn, true, s)
	r.ok(err)
	r.until("nobody is told by webhook any more", func() bool { return len(r.sim.Webhooks()) == 0 })
	r.move(a, "INTERVIEW", "")
	r.clock.Set(noon.Add(4 * time.Hour))
	b := r.apply(r.proc, 2) // the lane has been round
	if v := r.view(a); v.Stage != recruit.StageWaiting {
		t.Errorf("moved to %s at four", v.Stage)
	}
	r.clock.Set(noon.Add(5 * time.Hour))
	r.until("five o'clock", func() bool { return r.view(a).Stage == recruit.StageInvited })
	if v := r.view(b); v.Stage != recruit.StageWaiting {
		t.Errorf("who was not moved stands on %s", v.Stage)
	}
}
