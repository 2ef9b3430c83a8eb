package sync

import (
	"fmt"
	"slices"
	"testing"

	"handoff/internal/recruit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/stagesync"
)

// A process's own mapping is its people's alone. Given back, they stand by the
// connection's, and are mailed only when that is said.
func TestAMappingOfItsOwnIsThatProcesssAlone(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 17})
	s := stagesync.Defaults()
	s.WhoTells = stagesync.TellPlatform
	r.turnOn(s)
	ctx, e := t.Context(), r.house.Stages
	second := r.open("Another", recruit.RemoteJobID(r.job.ID))
	a, b := r.apply(r.proc, 1), r.apply(second, 2)
	r.move(a, "INTERVIEW", "")
	r.move(b, "INTERVIEW", "")
	r.sync()
	stand := func(what string, first, other recruit.Stage) {
		t.Helper()
		runs, err := e.Runs(ctx, r.admin, r.conn)
		r.ok(err)
		if run := r.ended(runs[0].ID); run.State != "done" {
			t.Errorf("%s: %+v", what, run)
		}
		if x, y := r.view(a).Stage, r.view(b).Stage; x != first || y != other {
			t.Errorf("%s: they stand at %s and %s, want %s and %s", what, x, y, first, other)
		}
	}
	stand("read", recruit.StageInvited, recruit.StageInvited)
	told := r.told()

	own := r.mapping()
	own["INTERVIEW"] = stagesync.Target{Stage: recruit.StageOffer}
	would, err := e.Preview(ctx, r.admin, r.conn, second, own)
	r.ok(err)
	if fmt.Sprint(would) != "map[{invited offer_submitted}:1]" {
		t.Errorf("its own would do %v", would)
	}
	saved, err := e.SaveMapping(ctx, r.admin, r.conn, second, own, false)
	r.ok(err)
	stand("its own", recruit.StageInvited, recruit.StageOffer)
	common, err := e.Mapping(ctx, r.admin, r.conn, "")
	r.ok(err)
	if !saved.Own || saved.Version != 1 || common.Own || common.Entries["INTERVIEW"].Stage != recruit.StageInvited {
		t.Errorf("its own is %+v, the connection's %+v", saved, common)
	}
	m := r.mapping()
	m["INTERVIEW"] = stagesync.Target{Stage: recruit.StageEvaluating}
	_, err = e.SaveMapping(ctx, r.admin, r.conn, "", m, false)
	r.ok(err)
	stand("the connection's", recruit.StageEvaluating, recruit.StageOffer)

	if would, err = e.PreviewDrop(ctx, r.admin, r.conn, second); err != nil || fmt.Sprint(would) != "map[{offer_submitted evaluating}:1]" {
		t.Errorf("without its own: %v, %v", would, err)
	}
	stand("a preview", recruit.StageEvaluating, recruit.StageOffer)
	for range 2 { // the second time there is nothing to give back
		r.ok(e.DropMapping(ctx, r.admin, r.conn, second, false))
		stand("given back", recruit.StageEvaluating, recruit.StageEvaluating)
	}
	if runs, err := e.Runs(ctx, r.admin, r.conn); err != nil || runs[0].Trigger != stagesync.TriggerMapping || runs[0].Moved != 1 || runs[1].Moved != 1 {
		t.Errorf("%+v, %v", runs, err)
	}
	if x := r.told(); !slices.Equal(x, told) {
		t.Errorf("mails were %v and are %v", told, x)
	}
	r.move(b, "OFFERED", "") // it is followed as the others are
	r.sync()
	stand("moved", recruit.StageEvaluating, recruit.StageOffer)

	_, err = e.SaveMapping(ctx, r.admin, r.conn, second, own, false)
	r.ok(err)
	r.move(b, "INTERVIEW", "")
	r.sync()
	stand("its own again", recruit.StageEvaluating, recruit.StageOffer)
	told = r.told()
	r.ok(e.DropMapping(ctx, r.admin, r.conn, second, true))
	stand("given back with mail", recruit.StageEvaluating, recruit.StageEvaluating)
	if n := len(r.told()) - len(told); n != 1 {
		t.Errorf("%d mails planned for it, want 1: %v", n, r.told())
	}
}

// An Admin is told of stages that a process's own mapping leaves out: whoever
// stands there waits for it, though the connection's may have them.
func TestAMappingOfItsOwnThatLeavesAStageOutIsTold(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 18})
	r.turnOn(stagesync.Defaults())
	ctx, e := t.Context(), r.house.Stages
	_, err := e.SaveMapping(ctx, r.admin, r.conn, r.proc, r.mapping(), false)
	r.ok(err)
	other := r.open("Another", recruit.RemoteJobID(r.job.ID))
	list := func(f stagesync.ProcessFilter) (out []string) {
		p, err := e.Processes(ctx, r.admin, r.conn, f)
		r.ok(err)
		for _, x := range p.Items {
			out = append(out, fmt.Sprintf("%s, own %v, %d left out", x.Name, x.Own, x.Missing))
		}
		return out
	}
	want := []string{"Senior ML Engineer, own true, 0 left out", "Another, own false, 0 left out"}
	if got := list(stagesync.ProcessFilter{}); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	a := r.apply(r.proc, 1)
	r.ok(r.sim.SetSubStatuses("Default hiring process", "INTERVIEW", []string{"Lunch"}))
	r.move(a, "INTERVIEW", "Lunch")
	r.sync()
	module := func() stagesync.Module {
		m, err := e.Module(ctx, r.admin, r.conn)
		r.ok(err)
		return m
	}
	r.until("the stage is known", func() bool { return module().Missing == 1 })
	full := r.mapping()
	_, err = e.SaveMapping(ctx, r.admin, r.conn, "", full, false)
	r.ok(err)
	if m := module(); m.Missing != 0 || m.OwnMissing != 1 {
		t.Errorf("the module says %+v", m)
	}
	if v := r.view(a); !v.Remote.Unmapped {
		t.Errorf("who is on it: %+v", v.Remote)
	}
	want[0] = "Senior ML Engineer, own true, 1 left out"
	if got := list(stagesync.ProcessFilter{Own: true}); !slices.Equal(got, want[:1]) {
		t.Errorf("%q", got)
	}
	if got := list(stagesync.ProcessFilter{Query: " ANOTH"}); !slices.Equal(got, want[1:]) {
		t.Errorf("found: %q", got)
	}
	// In parts, each once, whatever its kind.
	first, err := e.Processes(ctx, r.admin, r.conn, stagesync.ProcessFilter{List: recruit.List{Limit: 1}})
	r.ok(err)
	rest, err := e.Processes(ctx, r.admin, r.conn, stagesync.ProcessFilter{List: recruit.List{Limit: 1, Cursor: first.Next}})
	r.ok(err)
	if first.Items[0].ID != r.proc || len(rest.Items) != 1 || rest.Items[0].ID != other || rest.Next != "" {
		t.Errorf("in parts: %+v, %+v", first, rest)
	}
	r.ok(e.DropMapping(ctx, r.admin, r.conn, r.proc, false))
	if m := module(); m.OwnMissing != 0 {
		t.Errorf("given back, the module says %+v", m)
	}
}
