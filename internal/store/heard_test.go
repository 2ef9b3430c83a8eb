package store_test

import (
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/notify"
	"handoff/internal/stagesync"
	"handoff/internal/store"
)

// What something was heard of, and cannot be read, is tried ever more rarely,
// and for a week: the readings of its job go on without it.
func TestWhatCannotBeReadIsTriedEverMoreRarely(t *testing.T) {
	f := follow(t, "smartrecruiters", stagesync.TellNobody, notify.Rules{}, 1)
	ctx := t.Context()
	store.Exec(t, f.db, `UPDATE connections SET state = 'connected' WHERE id = $1`, f.conn)
	store.Exec(t, f.db, `UPDATE deliveries SET connection_id = $1, state = 'delivered', remote_job_id = 'job', remote_candidate_id = 'cand' WHERE application_id = $2`,
		f.conn, f.apps[0])
	must(t, f.db.InsertHookEvent(ctx, stagesync.Hook{Connection: f.conn, Company: f.boss.Company},
		connector.HookEvent{ID: "e1", Kind: connector.HookStage, Job: "job", Candidate: "cand"}, f.now))
	fence, ok, err := f.db.AcquireLane(ctx, "conn:"+string(f.conn), "test", f.now, f.now.Add(30*24*time.Hour))
	must(t, err)
	if !ok {
		t.Fatal("no lane")
	}
	claim := func() []stagesync.Heard {
		t.Helper()
		list, err := f.db.ClaimHeard(ctx, f.conn, fence, f.now, 10)
		must(t, err)
		return list
	}
	for try := range 3 {
		list := claim()
		if len(list) != 1 || list[0].Tries != try {
			t.Fatalf("try %d: %+v", try, list)
		}
		must(t, f.db.SaveHeard(ctx, fence, list[0], stagesync.Reading{At: f.now, Failure: "unavailable", Retry: time.Second}))
		f.now = f.now.Add(time.Second)
	}
	f.now = f.now.Add(7 * 24 * time.Hour)
	list := claim()
	if len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	must(t, f.db.SaveHeard(ctx, fence, list[0], stagesync.Reading{At: f.now, Failure: "unavailable", Retry: time.Second}))
	f.now = f.now.Add(time.Hour)
	if list := claim(); len(list) != 0 {
		t.Errorf("tried for ever: %+v", list)
	}
}
