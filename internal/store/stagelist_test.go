package store_test

import (
	"testing"
	"time"

	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
	"handoff/internal/store"
)

// A stage that the ATS's list lacks is to be assigned as long as somebody stands
// on it who waits for that; one that was assigned is only shown to be gone.
func TestAStageIsThereWhileSomebodyWaitsOnIt(t *testing.T) {
	f := follow(t, "smartrecruiters", stagesync.TellNobody, notify.Rules{}, 2)
	ctx := t.Context()
	fence, _, err := f.db.AcquireLane(ctx, "conn:"+string(f.conn), "test", f.now, f.now.Add(time.Hour))
	must(t, err)
	list := func(keys ...recruit.StageKey) {
		t.Helper()
		f.now = f.now.Add(time.Second)
		var all []recruit.RemoteStage
		for _, k := range keys {
			all = append(all, recruit.RemoteStage{Key: k, Name: string(k)})
		}
		must(t, f.db.SaveStages(ctx, f.conn, fence, all, "", f.now.Add(time.Hour), f.now))
	}
	m := stagesync.Mapping{}
	save := func(key recruit.StageKey, to recruit.Stage) {
		t.Helper()
		f.now = f.now.Add(time.Second)
		m[key] = stagesync.Target{Stage: to}
		must(t, f.db.SaveMapping(ctx, f.boss.Company, f.conn, "", m, stagesync.Run{ID: recruit.NewSyncRunID(f.now), Company: f.boss.Company,
			Connection: f.conn, Trigger: stagesync.TriggerMapping, State: "running", StartedBy: string(f.boss.User), StartedAt: f.now}))
		_, err := f.db.Refold(ctx, f.conn, fence, f.now, 100)
		must(t, err)
	}
	stand := func(n int, key recruit.StageKey) {
		t.Helper()
		f.now = f.now.Add(time.Second)
		store.Observed(t, f.db, f.boss.Company, f.apps[n], f.conn, key, m, false, f.now)
	}
	is := func(when string, key recruit.StageKey, there bool, state stagesync.MappingState) {
		t.Helper()
		all, err := f.db.RemoteStages(ctx, f.boss.Company, f.conn)
		must(t, err)
		saved, err := f.db.StageMapping(ctx, f.boss.Company, f.conn, "")
		must(t, err)
		if got, _ := stagesync.State(all, saved); got != state {
			t.Errorf("%s: the mapping is %s, want %s", when, got, state)
		}
		for i, s := range all {
			if s.Key == key && s.RemovedAt.IsZero() != there || !s.RemovedAt.IsZero() && i < len(all)-1 && all[i+1].RemovedAt.IsZero() {
				t.Errorf("%s: %+v", when, all)
			}
		}
	}
	list("NEW")
	save("NEW", recruit.StageWaiting)
	is("at first", "NEW", true, stagesync.MappingComplete)
	stand(0, "LUNCH")
	is("shown by a candidate alone", "LUNCH", true, stagesync.MappingStale)
	list("NEW")
	is("which the list lacks", "LUNCH", true, stagesync.MappingStale)
	for _, away := range []string{`application_stages SET gone_at = `, `applications SET erased_at = `} {
		store.Exec(t, f.db, `UPDATE `+away+`1`)
		is("nobody stands there: "+away, "LUNCH", false, stagesync.MappingComplete)
		store.Exec(t, f.db, `UPDATE `+away+`0`)
		is("somebody is back", "LUNCH", true, stagesync.MappingStale)
	}
	save("LUNCH", recruit.StageInvited)
	is("assigned", "LUNCH", false, stagesync.MappingComplete)
	stand(1, "LUNCH")
	is("another one comes to what is assigned", "LUNCH", false, stagesync.MappingComplete)

	list("NEW", "OLD")
	is("a new one", "OLD", true, stagesync.MappingStale)
	list("NEW")
	is("that went before it was assigned", "OLD", false, stagesync.MappingComplete)
	stand(1, "OLD")
	is("and on which somebody stands all the same", "OLD", true, stagesync.MappingStale)
	stand(1, "NEW")
	is("and is gone from", "OLD", false, stagesync.MappingComplete)

	list("NEW", "TASK")
	save("TASK", recruit.StageEvaluating)
	stand(1, "TASK")
	list("NEW")
	is("assigned, and taken away with somebody on it", "TASK", false, stagesync.MappingStale)
}
