package integration

import (
	"context"
	"errors"
	"fmt"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Readings is the lane source of what keeps our picture of the ATS fresh: the
// list of jobs, the sources, and by night the connection itself.
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
)

// taskRetry is how long after a failure a reading is tried again.
var taskRetry = map[Task]time.Duration{TaskJobs: time.Minute, TaskSources: time.Minute, TaskCheck: 15 * time.Minute}

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
	again, err := e.read(ctx, l, id, task)
	if l.Check() != nil {
		return // due again, under another fence
	}
	now, failed := e.o.Now(), Failed{}
	if err != nil {
		failed, again = failedBy(err), now.Add(taskRetry[task])
	}
	switch connector.KindOf(err) {
	case connector.Unauthorized, connector.Revoked:
		if berr := e.o.Store.Broken(ctx, id, brokenBy(err), recruit.TurnAdmin, now); berr != nil {
			e.o.Log.Error("connection.broken", "connection", id, "err", berr)
		}
	}
	if ferr := e.o.Store.FinishTask(context.WithoutCancel(ctx), id, task, failed, again, now); ferr != nil {
		e.o.Log.Error("connection.task", "connection", id, "task", task, "err", ferr)
	}
	args := []any{"connection", id, "task", task, "kind", "ok"}
	if err != nil {
		args = append(args[:5], connector.KindOf(err).String(), "err", err)
	}
	e.o.Log.Info("connection.read", args...)
}

// failedBy says how a reading failed, in the words that pages have sentences for.
func failedBy(err error) Failed {
	f := Failed{Kind: connector.KindOf(err).String()}
	var ce *connector.Error
	if errors.As(err, &ce) {
		f.Code = connector.SafeCode(ce.Code)
	}
	return f
}

// read does one reading and says when the next one is due; zero is when asked.
func (e *Engine) read(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, task Task) (again time.Time, err error) {
	conn, err := e.OpenConn(ctx, l, id)
	if err != nil {
		return again, err
	}
	switch task {
	case TaskJobs:
		if conn.Jobs == nil {
			return again, nil
		}
		jobs, err := conn.Jobs.ListJobs(ctx)
		if err != nil {
			return again, err
		}
		if jobs, err = e.outOfSight(ctx, conn, id, jobs); err != nil {
			return again, err
		}
		return e.o.Now().Add(jobsEvery), e.o.Store.SaveJobs(ctx, id, jobs, e.o.Now())
	case TaskSources:
		if conn.Sources == nil {
			return again, nil
		}
		sources, err := conn.Sources.ListSources(ctx)
		if err != nil {
			return again, err
		}
		return again, e.o.Store.SaveSources(ctx, id, sources, e.o.Now())
	case TaskCheck:
		if _, _, err := e.examine(ctx, id, conn, false); err != nil {
			return again, err
		}
		return e.nextNight(ctx, id, e.o.Now())
	}
	return again, fmt.Errorf("no such task %q", task)
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
	switch {
	case err != nil:
		return "due"
	case conn.Remove == nil && r.RemoteCandidate != "":
		return "impossible"
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
	if conn.Remove == nil {
		return "impossible" // and now the report leads to it
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
