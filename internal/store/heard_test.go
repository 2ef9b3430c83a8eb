package store_test

import (
	"errors"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
	"handoff/internal/store"
)

// there puts the first application into the ATS, and takes the lane of its
// connection.
func (f *followed) there() (fence int64) {
	f.t.Helper()
	store.Exec(f.t, f.db, `UPDATE connections SET state = 'connected' WHERE id = $1`, f.conn)
	store.Exec(f.t, f.db, `UPDATE deliveries SET connection_id = $1, state = 'delivered', remote_job_id = 'job', remote_candidate_id = 'cand' WHERE application_id = $2`,
		f.conn, f.apps[0])
	fence, ok, err := f.db.AcquireLane(f.t.Context(), "conn:"+string(f.conn), "test", f.now, f.now.Add(30*24*time.Hour))
	if must(f.t, err); !ok {
		f.t.Fatal("no lane")
	}
	return fence
}

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

// A module that is on without a subscription gets one, where its ATS tells by
// itself and it is not read once a day.
func TestASubscriptionThatIsMissingIsMade(t *testing.T) {
	f := follow(t, "smartrecruiters", stagesync.TellNobody, notify.Rules{}, 0)
	ctx := t.Context()
	fence, _, err := f.db.AcquireLane(ctx, "conn:"+string(f.conn), "test", f.now, f.now.Add(time.Hour))
	must(t, err)
	claim := func(tells bool) (stagesync.Hook, error) {
		return f.db.ClaimHook(ctx, f.conn, fence, f.now, func(ats string) bool { return tells && ats == "smartrecruiters" })
	}
	none := func(when string, tells bool) {
		t.Helper()
		if h, err := claim(tells); !errors.Is(err, recruit.ErrNotFound) || store.Rows(t, f.db, "hooks") != 0 {
			t.Errorf("%s: %+v, %v", when, h, err)
		}
	}
	none("before the connection can be used", true)
	store.Exec(t, f.db, `UPDATE connections SET state = 'connected' WHERE id = $1`, f.conn)
	none("of an ATS that tells nothing", false)
	store.Exec(t, f.db, `UPDATE stage_syncs SET mode = 'daily'`)
	none("once a day", true)
	store.Exec(t, f.db, `UPDATE stage_syncs SET mode = 'continuous', enabled = 0`)
	none("of a module that is off", true)
	store.Exec(t, f.db, `UPDATE stage_syncs SET enabled = 1`)
	h, err := claim(true)
	must(t, err)
	if h.State != stagesync.HookMaking || h.Company != f.boss.Company || h.Path.Reveal() == "" || h.Token.Reveal() == "" {
		t.Errorf("%+v", h)
	}
	if h, err := claim(true); !errors.Is(err, recruit.ErrNotFound) {
		t.Errorf("it is made twice: %+v, %v", h, err)
	}
}

// How old a change was that a webhook told of is counted from when it was heard,
// and not from a reading long before.
func TestWhatWasHeardAtOnceIsKnownInTime(t *testing.T) {
	f := follow(t, "smartrecruiters", stagesync.TellNobody, notify.Rules{}, 1)
	ctx := t.Context()
	fence := f.there()
	began := f.now
	hear := func(event string, key recruit.StageKey) {
		t.Helper()
		f.now = f.now.Add(10 * time.Minute)
		must(t, f.db.InsertHookEvent(ctx, stagesync.Hook{Connection: f.conn, Company: f.boss.Company},
			connector.HookEvent{ID: event, Kind: connector.HookStage, Job: "job", Candidate: "cand"}, f.now))
		f.now = f.now.Add(time.Second)
		list, err := f.db.ClaimHeard(ctx, f.conn, fence, f.now, 10)
		if must(t, err); len(list) != 1 {
			t.Fatalf("%+v", list)
		}
		must(t, f.db.SaveHeard(ctx, fence, list[0], stagesync.Reading{At: f.now, Changed: []stagesync.Read{{Tracked: list[0].Tracked[0],
			StageRead: connector.StageRead{Key: key, Name: string(key)}}}}))
	}
	hear("e1", "K")
	hear("e2", "L")
	x, err := f.db.Freshness(ctx, f.boss.Company, f.conn, began, time.Minute)
	if must(t, err); x.Changes != 1 || x.Timely != 1 {
		t.Errorf("%+v", x)
	}
}
