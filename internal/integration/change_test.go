package integration_test

import (
	"strconv"
	"testing"
	"time"

	"handoff/internal/integration"
	"handoff/internal/lane"
	"handoff/internal/recruit"
	"handoff/internal/simulator/erecruiter"
)

// watched is a visit of the lane at the bound jobs, d later; it returns the
// check of one job's consents.
func (r *keyRig) watched(d time.Duration, job recruit.RemoteJobID) recruit.TestCheck {
	r.t.Helper()
	r.clock = r.clock.Add(d)
	r.sim.Clock().Set(r.clock)
	ctx, key, until := r.t.Context(), "conn:"+string(r.conn), r.clock.Add(time.Hour)
	fence, ok, err := r.db.AcquireLane(ctx, key, "me", r.clock, until)
	if err != nil || !ok {
		r.t.Fatal(ok, err)
	}
	pieces, err := (&integration.Watches{Engine: r.Engine, Connection: r.conn}).Take(ctx, lane.NewLease(key, fence, until, func() time.Time { return r.clock }), 8)
	r.ok(err)
	for _, do := range pieces {
		do(ctx)
	}
	r.ok(r.db.ReleaseLane(ctx, key, fence, r.clock))
	w, err := r.JobHealth(ctx, r.admin, r.conn, job)
	r.ok(err)
	if !w.CheckedAt.Equal(r.clock.Truncate(time.Millisecond)) {
		r.t.Fatalf("nobody looked: last at %s, now %s", w.CheckedAt, r.clock)
	}
	return check(w.Checks, "consent_assigned")
}

func TestAChangeOfTextsIsToldForThreeDays(t *testing.T) {
	for _, x := range []struct {
		name, code string
		change     func(s *erecruiter.Simulator, job, must, may int64) error
	}{
		{"another text", "texts_changed", func(s *erecruiter.Simulator, _, must, _ int64) error { return s.ChangeConsent(must, "Inna treść.") }},
		{"another clause or a consent less", "texts_changed", func(s *erecruiter.Simulator, job, _, may int64) error { return s.UnassignConsent(job, may) }},
		{"not required any more", "texts_changed", func(s *erecruiter.Simulator, job, must, _ int64) error { return s.AssignConsent(job, must, false) }},
		{"required now", "texts_required", func(s *erecruiter.Simulator, job, _, may int64) error { return s.AssignConsent(job, may, true) }},
		{"another text, and required now", "texts_required", func(s *erecruiter.Simulator, job, must, may int64) error {
			if err := s.ChangeConsent(must, "Inna treść."); err != nil {
				return err
			}
			return s.AssignConsent(job, may, true)
		}},
		{"a required one more", "texts_changed", func(s *erecruiter.Simulator, job, _, _ int64) error {
			c, err := s.AddConsent(erecruiter.ConsentSpec{Text: "Jeszcze jedna.", Required: true})
			if err != nil {
				return err
			}
			return s.AssignConsent(job, c.ID, true)
		}},
		{"an optional one more", "", func(s *erecruiter.Simulator, job, _, _ int64) error {
			c, err := s.AddConsent(erecruiter.ConsentSpec{Text: "Jeszcze jedna."})
			if err != nil {
				return err
			}
			return s.AssignConsent(job, c.ID, false)
		}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			r := newKeyRig(t)
			r.connect(r.sim.IssueKey(erecruiter.ScopeAll), "all")
			r.test()
			r.run()
			job := r.sim.Recruitment("Senior Go Developer")
			id := recruit.RemoteJobID(strconv.FormatInt(job.ID, 10))
			r.bind(id)
			if c := r.watched(time.Minute, id); c.State != recruit.CheckPassed {
				t.Fatalf("the first reading is told as a change: %+v", c)
			}
			r.ok(x.change(r.sim, job.ID, job.Consents[1].ConsentID, job.Consents[2].ConsentID))
			c := r.watched(25*time.Hour, id)
			if x.code == "" {
				if c.State != recruit.CheckPassed {
					t.Errorf("it is told: %+v", c)
				}
				return
			}
			if c.State != recruit.CheckWarning || c.Code != x.code || c.Args["at"] != r.clock.UTC().Format(time.RFC3339) {
				t.Fatalf("found as %+v", c)
			}
			found := c
			for range 2 { // 48 hours later it is told still
				if c := r.watched(24*time.Hour, id); c.Code != x.code || c.Args["at"] != found.Args["at"] {
					t.Errorf("after %s it is told as %+v", r.clock, c)
				}
			}
			if c := r.watched(24*time.Hour-time.Second, id); c.Code != x.code {
				t.Errorf("within three days it is told as %+v", c)
			}
			if c := r.watched(24*time.Hour, id); c.State != recruit.CheckPassed {
				t.Errorf("after three days it is told still: %+v", c)
			}
		})
	}
}

func TestAJobOutOfReachOfAKeyForAllIsANarrowedScope(t *testing.T) {
	for scope, code := range map[erecruiter.Scope]string{erecruiter.ScopeAll: "scope_narrowed", erecruiter.ScopeSelected: "job_not_shared"} {
		r := newKeyRig(t)
		k := r.sim.IssueKey(scope)
		r.connect(k, string(scope))
		r.test()
		r.run()
		job := r.sim.Recruitment("Senior Go Developer")
		id := recruit.RemoteJobID(strconv.FormatInt(job.ID, 10))
		p := r.bind(id)
		r.watched(time.Minute, id)
		r.ok(r.sim.SetKeyScope(k.ID, erecruiter.ScopeSelected))
		r.ok(r.sim.ShareRecruitment(job.ID, false))
		r.watched(25*time.Hour, id)
		w, err := r.JobHealth(t.Context(), r.admin, r.conn, id)
		r.ok(err)
		if len(w.Checks) != 1 || w.Checks[0].Name != "job_open" || w.Checks[0].Code != code || w.Reason != "job_not_shared" {
			t.Errorf("with access to %s: %+v (%s)", scope, w.Checks, w.Reason)
		}
		if b := r.binding(p); b.State != recruit.BindingBroken || b.Reason != "job_not_shared" {
			t.Errorf("with access to %s the binding is %s (%s)", scope, b.State, b.Reason)
		}
	}
}
