package storetest

import (
	"slices"
	"testing"
	"time"

	"handoff/internal/process"
	"handoff/internal/recruit"
)

func bindings(t *testing.T, open Open) {
	t.Run("a binding is to a job that the company's connection is known to have", func(t *testing.T) {
		h := newHouse(t, open)
		v, conn := h.opened(h.acme.admin, "One"), h.connected(h.acme, "production", "acct-1")
		theirs := h.connected(h.other, "production", "acct-2")
		bind := func(c recruit.ConnectionID, j recruit.RemoteJobID) error {
			_, _, err := h.process.Bind(h.ctx, h.acme.admin, v.ID, process.BindingChoice{Connection: c, RemoteJob: j})
			return err
		}
		h.refused(bind(conn, "9"), "job_unknown")
		h.refused(bind(theirs, "1"), "connection_unknown")
		h.must(bind(conn, "1"))
		h.clock.Advance(time.Hour)
		h.must(h.db.SaveJobs(h.ctx, conn, []recruit.RemoteJob{{ID: "1", Title: "First", Open: true}}, h.clock.Now()))
		h.refused(bind(conn, "2"), "job_unknown") // it is gone
		h.must(h.db.Disconnect(h.ctx, h.acme.ID, conn, "usr_1", h.clock.Now()))
		_, err := h.process.Unbind(h.ctx, h.acme.admin, v.ID)
		h.must(err)
		h.refused(bind(conn, "1"), "connection_unknown")
	})
	t.Run("it starts ok only with a test that passed for exactly it", func(t *testing.T) {
		h := newHouse(t, open)
		v, conn := h.opened(h.acme.admin, "One"), h.connected(h.acme, "production", "acct-1")
		run := func(p recruit.ProcessID, j recruit.RemoteJobID, state string) recruit.TestRunID {
			x := recruit.TestRun{ID: recruit.NewTestRunID(h.clock.Now()), Company: h.acme.ID, Connection: conn, Process: p, RemoteJob: j, State: state, CreatedAt: h.clock.Now()}
			h.must(h.db.InsertTestRun(h.ctx, x))
			return x.ID
		}
		for _, c := range []struct {
			test recruit.TestRunID
			want recruit.BindingState
		}{{"", "untested"}, {"test_none", "untested"}, {run(v.ID, "1", "failed"), "untested"}, {run(v.ID, "2", "passed"), "untested"},
			{run("proc_x", "1", "passed"), "untested"}, {run(v.ID, "1", "passed"), "ok"}} {
			b, _, err := h.process.Bind(h.ctx, h.acme.admin, v.ID, process.BindingChoice{Connection: conn, RemoteJob: "1", Tested: c.test})
			h.must(err)
			if b.Binding.State != c.want || b.Binding.RemoteJobTitle != "First" || b.ATS != "erecruiter" {
				t.Errorf("with %q the binding is %+v", c.test, b.Binding)
			}
		}
		for _, test := range []recruit.TestRunID{"", "test_none"} {
			b, _, err := h.process.Bind(h.ctx, h.acme.admin, v.ID, process.BindingChoice{Connection: conn, RemoteJob: "1", Tested: test})
			h.must(err)
			if b.Binding.State != recruit.BindingOK {
				t.Errorf("binding the same again with %q made it %s", test, b.Binding.State)
			}
		}
	})
	t.Run("two processes on one job are warned about", func(t *testing.T) {
		h := newHouse(t, open)
		_, conn := h.bound(h.acme)
		second := h.opened(h.acme.admin, "Two")
		_, warnings, err := h.process.Bind(h.ctx, h.acme.admin, second.ID, process.BindingChoice{Connection: conn, RemoteJob: "1"})
		h.must(err)
		if len(warnings) != 1 || warnings[0].Code != "two_processes_one_job" {
			t.Errorf("warned of %v", warnings)
		}
	})
	t.Run("save stores the binding, and saves a text although the connection is gone", func(t *testing.T) {
		h := newHouse(t, open)
		v, conn := h.bound(h.acme)
		h.must(h.db.Disconnect(h.ctx, h.acme.ID, conn, "usr_1", h.clock.Now()))
		keep := &process.BindingChoice{Connection: conn, RemoteJob: "1"}
		v, _, err := h.process.Save(h.ctx, h.acme.admin, v.ID, process.Edit{Details: details("New"), Binding: keep, Revision: v.Revision})
		h.must(err)
		if v.Binding == nil || v.Details.Name != "New" {
			t.Errorf("stored %+v", v)
		}
		v, _, err = h.process.Save(h.ctx, h.acme.admin, v.ID, process.Edit{Details: details("New"), Revision: v.Revision})
		h.must(err)
		if v.Binding != nil {
			t.Error("it is still bound")
		}
	})
	t.Run("a refused binding saves nothing of the edit", func(t *testing.T) {
		h := newHouse(t, open)
		v := h.opened(h.acme.admin, "One")
		_, _, err := h.process.Save(h.ctx, h.acme.admin, v.ID, process.Edit{Details: details("Two"), Revision: v.Revision, Binding: &process.BindingChoice{Connection: "conn_x", RemoteJob: "1"}})
		h.refused(err, "connection_unknown")
		v, err = h.process.Get(h.ctx, h.acme.admin, v.ID)
		h.must(err)
		if v.Details.Name != "One" {
			t.Errorf("stored %s", v.Details.Name)
		}
	})
	t.Run("deliveries follow the binding", func(t *testing.T) {
		h := newHouse(t, open)
		v, conn := h.bound(h.acme)
		yes := h.submitted(agreed(v.ID, "yes@b.invalid"))
		bind := func(c recruit.ConnectionID, j recruit.RemoteJobID) {
			h.clock.Advance(time.Minute)
			_, _, err := h.process.Bind(h.ctx, h.acme.admin, v.ID, process.BindingChoice{Connection: c, RemoteJob: j})
			h.must(err)
		}
		state := func(id recruit.ApplicationID, state recruit.DeliveryState, reason string) {
			t.Helper()
			if d := h.application(h.acme, id).Delivery; d.State != state || d.Reason != reason {
				t.Errorf("the delivery is %s %s, want %s %s", d.State, d.Reason, state, reason)
			}
		}
		state(yes, "waiting", "")
		_, err := h.process.Unbind(h.ctx, h.acme.admin, v.ID)
		h.must(err)
		state(yes, "none", "")
		before := h.submitted(submission(v.ID, "before@b.invalid"))
		state(before, "none", "")
		bind(conn, "2")
		state(yes, "withheld", "consent_other_job")
		state(before, "withheld", "consent_not_asked")
		sandbox := h.connected(h.acme, "sandbox", "acct-9")
		bind(sandbox, "1")
		state(yes, "withheld", "consent_other_account")
		rung := h.rung()
		bind(conn, "1")
		state(yes, "waiting", "")
		state(before, "withheld", "consent_not_asked")
		if d := h.application(h.acme, yes).Delivery; !d.NextAt.Equal(h.clock.Now()) || d.Connection != conn || d.RemoteJob != "1" {
			t.Errorf("it waits as %+v", d)
		}
		if !slices.Equal(slices.Compact(*rung), []string{"conn:" + string(conn)}) {
			t.Errorf("rung: %v", *rung)
		}
	})
}
