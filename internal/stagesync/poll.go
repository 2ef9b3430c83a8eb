package stagesync

import (
	"context"
	"sync/atomic"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Polls is the lane source that reads where applications stand.
type Polls struct {
	Engine     *Engine
	Connection recruit.ConnectionID
	reading    atomic.Int32 // jobs that are being read
}

const (
	// atOnce is how many jobs are read at a time: one while the other is stored.
	// ATSs give one listing at a time or two, and a lane whose slots all wait for
	// listings would let a candidate, or whoever moved, wait for them too.
	atOnce      = 2
	stagesEvery = 6 * time.Hour
	readRetry   = time.Minute
	runRetry    = 5 * time.Second
	// refoldPart is how many applications are stood by a new mapping at once.
	refoldPart = 500
)

// Take implements lane.Source.
func (s *Polls) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	e, now := s.Engine, s.Engine.Now()
	var out []func(context.Context)
	due, err := e.Store.ClaimStageList(ctx, s.Connection, l.Fence, now)
	if err != nil {
		return nil, err
	}
	if due {
		out = append(out, func(ctx context.Context) { e.readStages(ctx, l, s.Connection) })
	}
	if err := e.Store.BeginDaily(ctx, s.Connection, l.Fence, now); err != nil {
		return nil, err
	}
	// A part of a run by a new mapping asks nobody, and is done at once.
	if _, err := e.Store.Refold(ctx, s.Connection, l.Fence, now, refoldPart); err != nil {
		return nil, err
	}
	free := min(n-len(out), atOnce-int(s.reading.Load()))
	if free <= 0 {
		return out, nil
	}
	polls, err := e.Store.ClaimPolls(ctx, s.Connection, l.Fence, now, free)
	if err != nil {
		return nil, err
	}
	for _, p := range polls {
		s.reading.Add(1)
		out = append(out, func(ctx context.Context) {
			defer s.reading.Add(-1)
			e.poll(ctx, l, p)
		})
	}
	return out, nil
}

// readStages reads the list of stages.
func (e *Engine) readStages(ctx context.Context, l *lane.Lease, id recruit.ConnectionID) {
	var list []recruit.RemoteStage
	conn, err := e.Open.OpenConn(ctx, l, id)
	if err == nil {
		if conn.Stages == nil {
			return // the connector was changed under a module that is on
		}
		list, err = conn.Stages.ListStages(ctx)
	}
	if l.Check() != nil {
		return // due again, under another fence
	}
	now, failure, again := e.Now(), "", stagesEvery
	if err != nil {
		failure, again = connector.KindOf(err).String(), max(readRetry, connector.RetryAfter(err))
	}
	if serr := e.Store.SaveStages(context.WithoutCancel(ctx), id, l.Fence, list, failure, now.Add(again), now); serr != nil {
		e.Log.Error("stages.save", "connection", id, "err", serr)
	}
	e.log("stages.listed", id, "", err, "count", len(list))
}

// poll reads one job and keeps what it said.
func (e *Engine) poll(ctx context.Context, l *lane.Lease, p Poll) {
	r := Reading{At: e.Now()}
	err := e.readJob(ctx, l, p, &r)
	if l.Check() != nil {
		return
	}
	if err != nil {
		r = p.failed(r.At, err)
	}
	if serr := e.Store.SavePoll(context.WithoutCancel(ctx), l.Fence, p, r); serr != nil {
		e.Log.Error("stages.save", "connection", p.Connection, "err", serr)
	}
	e.log("stages.read", p.Connection, p.Job, err, "tracked", len(p.Tracked), "changed", len(r.Changed)-r.Untold, "untold", r.Untold)
}

// failed is a reading that said nothing. The job is read again soon in a run,
// for which somebody may be waiting, and not before the ATS allows; waiting
// one's turn is no failure.
func (p Poll) failed(at time.Time, err error) Reading {
	r := Reading{At: at, Failure: connector.KindOf(err).String(), Turn: connector.KindOf(err) == connector.RateLimited}
	switch {
	case r.Turn:
		r.Retry = time.Second
	case p.Run != "":
		r.Retry = runRetry << (2 * min(p.Attempts, 3))
	default:
		r.Retry = min(readRetry<<min(p.Attempts, 4), 15*time.Minute)
	}
	r.Retry = max(r.Retry, connector.RetryAfter(err))
	return r
}

func (e *Engine) readJob(ctx context.Context, l *lane.Lease, p Poll, r *Reading) error {
	conn, err := e.Open.OpenConn(ctx, l, p.Connection)
	if err != nil {
		return err
	}
	got, err := conn.Stages.ReadStages(ctx, p.Job, p.Tracked)
	if err != nil {
		return err
	}
	if len(got.Stages) == 0 && len(p.Tracked) > 0 { // of a whole job nothing was told: that is no reading
		return &connector.Error{Kind: connector.Unavailable, Op: "stages", Code: "NOBODY_TOLD"}
	}
	r.Rows, r.Settle = got.Rows, conn.Settle
	for _, t := range p.Tracked {
		read, ok := got.Stages[t.Application]
		switch {
		case !ok:
			r.Untold++
			r.Changed = append(r.Changed, Read{Tracked: t, Untold: true})
		case read.Gone, !t.Presence && read.Key != t.Last, t.Presence && t.Last == "":
			r.Changed = append(r.Changed, Read{Tracked: t, StageRead: read})
		default:
			r.Same++
		}
	}
	loads, err := e.Store.Loads(ctx, p.Connection, e.Now())
	if err != nil {
		return &connector.Error{Kind: connector.Unavailable, Op: "stages", Err: err}
	}
	r.Busy, r.Still = Every(loads, conn.Type.Limits)
	return nil
}

func (e *Engine) log(event string, id recruit.ConnectionID, job recruit.RemoteJobID, err error, more ...any) {
	args := append([]any{"connection", id, "job", job, "kind", kind(err)}, more...)
	if err != nil {
		args = append(args, "err", err)
	}
	e.Log.Info(event, args...)
}

func kind(err error) string {
	if err == nil {
		return "ok"
	}
	return connector.KindOf(err).String()
}
