package integration

import (
	"context"
	"fmt"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Readings is the lane source of what keeps our picture of the ATS fresh: the
// list of jobs, the sources, a credential that lies idle.
type Readings struct {
	Engine     *Engine
	Connection recruit.ConnectionID
}

const (
	// jobsEvery is how old the list of jobs may become: a closed job is noticed
	// within it. Reading it also keeps a grant alive: SmartRecruiters' dies
	// after 28 idle days (help page "Most important facts about OAuth", as of
	// 2026-11).
	jobsEvery = 10 * time.Minute
	// taskRetry is how long after a failure a reading is tried again.
	taskRetry = time.Minute
)

// Take implements lane.Source.
func (s *Readings) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	e := s.Engine
	tasks, err := e.o.Store.ClaimTasks(ctx, s.Connection, l.Fence, e.o.Now(), n)
	if err != nil {
		return nil, err
	}
	out := make([]func(context.Context), 0, len(tasks))
	for _, task := range tasks {
		out = append(out, func(ctx context.Context) { e.reading(ctx, l, s.Connection, task) })
	}
	return out, nil
}

func (e *Engine) reading(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, task Task) {
	err := e.read(ctx, l, id, task)
	if l.Check() != nil {
		return // due again, under another fence
	}
	now, failure, again := e.o.Now(), "", time.Time{}
	if err != nil {
		failure, again = connector.KindOf(err).String(), now.Add(taskRetry)
	} else if task == TaskJobs {
		again = now.Add(jobsEvery)
	}
	switch connector.KindOf(err) {
	case connector.Unauthorized, connector.Revoked:
		if berr := e.o.Store.Broken(ctx, id, brokenBy(err), recruit.TurnAdmin, now); berr != nil {
			e.o.Log.Error("connection.broken", "connection", id, "err", berr)
		}
	}
	if ferr := e.o.Store.FinishTask(context.WithoutCancel(ctx), id, task, failure, again, now); ferr != nil {
		e.o.Log.Error("connection.task", "connection", id, "task", task, "err", ferr)
	}
	args := []any{"connection", id, "task", task, "kind", "ok"}
	if err != nil {
		args = append(args[:5], connector.KindOf(err).String(), "err", err)
	}
	e.o.Log.Info("connection.read", args...)
}

func (e *Engine) read(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, task Task) error {
	conn, err := e.OpenConn(ctx, l, id)
	if err != nil {
		return err
	}
	switch task {
	case TaskJobs:
		if conn.Jobs == nil {
			return nil
		}
		jobs, err := conn.Jobs.ListJobs(ctx)
		if err != nil {
			return err
		}
		return e.o.Store.SaveJobs(ctx, id, jobs, e.o.Now())
	case TaskSources:
		if conn.Sources == nil {
			return nil
		}
		sources, err := conn.Sources.ListSources(ctx)
		if err != nil {
			return err
		}
		return e.o.Store.SaveSources(ctx, id, sources, e.o.Now())
	}
	return fmt.Errorf("no such task %q", task)
}

// Removals is the lane source of test candidates that are still in an ATS.
type Removals struct {
	Engine     *Engine
	Connection recruit.ConnectionID
}

// Take implements lane.Source.
func (s *Removals) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	e := s.Engine
	list, err := e.o.Store.ClaimRemovals(ctx, s.Connection, l.Fence, e.o.Now(), min(n, 1))
	if err != nil {
		return nil, err
	}
	out := make([]func(context.Context), 0, len(list))
	for _, r := range list {
		out = append(out, func(ctx context.Context) { e.removal(ctx, l, r) })
	}
	return out, nil
}

// maxRemovals is how often a removal is tried before it is a person's turn.
const maxRemovals = 20

func (e *Engine) removal(ctx context.Context, l *lane.Lease, r Removal) {
	outcome := e.tryRemoval(ctx, l, &r)
	if outcome == "due" && r.Attempts >= maxRemovals {
		outcome = "impossible"
	}
	check := recruit.TestCheck{Name: "removed", State: recruit.CheckWarning, Code: "removal_pending"}
	switch outcome {
	case "done":
		check.State, check.Code = recruit.CheckPassed, ""
	case "impossible":
		check.Code = "removal_by_hand"
	}
	for i := range r.Checks {
		if r.Checks[i].Name == "removed" {
			r.Checks[i] = check
		}
	}
	again := e.o.Now().Add(min(time.Minute<<min(r.Attempts, 6), time.Hour))
	if err := e.o.Store.SettleRemoval(context.WithoutCancel(ctx), r, l.Fence, outcome, again); err != nil {
		e.o.Log.Error("connection.removal", "run", r.ID, "err", err)
	}
}

func (e *Engine) tryRemoval(ctx context.Context, l *lane.Lease, r *Removal) string {
	began := e.o.Now()
	conn, err := e.OpenConn(ctx, l, r.Connection)
	if err != nil || conn.Remove == nil {
		return "due"
	}
	if r.RemoteCandidate == "" { // its creation was never answered
		found, err := conn.Find.Find(ctx, r.RemoteJob, []connector.Wanted{{Application: recruit.ApplicationID(r.ID), Tag: r.Tag,
			Email: testEmail(r.TestRun), From: r.PushFrom, To: r.PushFrom.Add(time.Minute)}})
		if err != nil {
			return "due"
		}
		f := found[recruit.ApplicationID(r.ID)]
		switch {
		case f.Match == connector.Absent && began.After(r.PushFrom.Add(time.Minute+conn.Settle)):
			return "done" // it never arrived
		case f.Match != connector.Ours:
			return "due"
		}
		r.RemoteCandidate, r.RemoteURL = f.Candidate, f.URL
	}
	err = conn.Remove.Remove(ctx, r.RemoteCandidate, r.RemoteJob, r.Tag)
	switch {
	case err == nil:
		return "done"
	case removalCode(err) == "removal_by_hand":
		return "impossible"
	}
	return "due"
}
