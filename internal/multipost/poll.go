package multipost

import (
	"context"
	"errors"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

const (
	// pollEvery keeps a draft within the half hour of rule R12, one failure
	// included; completeEvery is how often everything is read, which alone can
	// tell what is not there any more.
	pollEvery     = 10 * time.Minute
	completeEvery = 6 * time.Hour
	pollRetry     = time.Minute
)

// Polls is the lane source of a connection's ads: after all that waits for it
// more urgently, and never while the lane is paused or the connection broken.
type Polls struct {
	Engine     *Engine
	Connection recruit.ConnectionID
}

// Take implements lane.Source.
func (s *Polls) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	e := s.Engine
	var ats []string
	for _, t := range e.Types {
		if t.Multiposts {
			ats = append(ats, t.Name)
		}
	}
	if len(ats) == 0 || n == 0 {
		return nil, nil
	}
	claim, ok, err := e.Store.ClaimAdReading(ctx, s.Connection, l.Fence, ats, e.Now())
	if err != nil || !ok {
		return nil, err
	}
	return []func(context.Context){func(ctx context.Context) { e.poll(ctx, l, s.Connection, claim) }}, nil
}

func (e *Engine) poll(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, claim Claim) {
	f := Finished{Complete: claim.Complete, Began: e.Now()}
	n, err := e.pollOnce(ctx, l, id, claim)
	if l.Check() != nil || errors.Is(err, lane.ErrLost) {
		return // due again, under another fence
	}
	now := e.Now()
	f.Refused, f.Listed, f.Again = n.Refused, n.Ads, now.Add(pollEvery)
	if claim.Complete {
		f.CompleteAgain = now.Add(completeEvery)
	}
	if err != nil {
		f.Failure, f.Again, f.CompleteAgain = kindOf(err), now.Add(max(pollRetry, connector.RetryAfter(err))), time.Time{}
	}
	e.broken(ctx, id, err, now)
	if ferr := e.Store.FinishAdReading(context.WithoutCancel(ctx), id, f); ferr != nil {
		e.Log.Error("multipost.finish", "connection", id, "err", ferr)
	}
	args := []any{"connection", id, "complete", claim.Complete, "kind", "ok", "ads", n.Ads, "created", n.Created, "updated", n.Updated,
		"closed", n.Closed, "reopened", n.Reopened, "refused", n.Refused}
	if err != nil {
		args[5] = f.Failure
		args = append(args, "err", err)
	}
	e.Log.Info("multipost.read", args...)
}

func (e *Engine) pollOnce(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, claim Claim) (Counts, error) {
	c, err := e.Store.AnyConnection(ctx, id)
	if err != nil {
		return Counts{}, err
	}
	conn, err := e.Open.OpenConn(ctx, l, id)
	if err != nil {
		return Counts{}, err
	}
	if conn.Ads == nil {
		return Counts{}, nil
	}
	since := claim.Since
	if claim.Complete {
		since = time.Time{}
	}
	rows, err := conn.Ads.ListAds(ctx, since)
	if err != nil {
		return Counts{}, err
	}
	return e.take(ctx, id, c.Company, l.Fence, rows, claim.Complete)
}

// broken tells of a credential that the ATS refuses: the next call found it,
// whichever it was.
func (e *Engine) broken(ctx context.Context, id recruit.ConnectionID, err error, now time.Time) {
	reason := "credential_refused"
	switch connector.KindOf(err) {
	case connector.Unauthorized:
	case connector.Revoked:
		reason = "grant_revoked"
		var ce *connector.Error
		if errors.As(err, &ce) && ce.Code == "REFRESH_INTERRUPTED" {
			reason = "refresh_interrupted"
		}
	default:
		return
	}
	if err := e.Store.Broken(ctx, id, reason, recruit.TurnAdmin, now); err != nil {
		e.Log.Error("multipost.broken", "connection", id, "err", err)
	}
}

// kindOf is the kind of a failure; one of our own side is no kind of an ATS.
func kindOf(err error) string {
	var ce *connector.Error
	if errors.As(err, &ce) {
		return connector.KindOf(err).String()
	}
	return "internal"
}
