package delivery

import (
	"context"
	"errors"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Pushes is the lane source of deliveries that are due. One is made for each
// connection and serves one run at a time.
type Pushes struct {
	Engine     *Engine
	Connection recruit.ConnectionID
	adopted    int64 // the fence under which orphans were adopted
}

// Take implements lane.Source.
func (p *Pushes) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	e := p.Engine
	if err := e.adopt(ctx, &p.adopted, p.Connection, l); err != nil {
		return nil, err
	}
	work, err := e.Store.ClaimPushes(ctx, p.Connection, l.Fence, e.Now(), n) // invariants 2 and 4
	if err != nil {
		return nil, err
	}
	out := make([]func(context.Context), 0, len(work))
	for _, w := range work {
		out = append(out, func(ctx context.Context) { e.push(ctx, l, p.Connection, w) })
	}
	return out, nil
}

// adopt takes over, once per run, what a run that died left in flight.
func (e *Engine) adopt(ctx context.Context, adopted *int64, id recruit.ConnectionID, l *lane.Lease) error {
	if *adopted == l.Fence {
		return nil
	}
	n, err := e.Store.AdoptOrphans(ctx, id, l.Fence, e.Now()) // invariant 2
	if err != nil {
		return err
	}
	if n > 0 {
		e.Log.Info("delivery.adopted", "connection", id, "count", n)
	}
	*adopted = l.Fence
	return nil
}

// push makes one attempt and settles it.
func (e *Engine) push(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, w Work) {
	o := Outcome{Op: "push", Receipt: w.Done, Started: e.Now()}
	var stopped error
	if w.Unreadable != nil {
		err := unreadable(w.Unreadable)
		o.Verdict, o.Kind, o.Certain, o.Finished = decide(err, w.Failures), kindName(err), true, e.Now()
		o.Trips, o.Turn = false, recruit.TurnOperator
		e.settle(ctx, l, id, w.Application.ID, w.Attempt, o, err)
		return
	}
	var withheld *Withheld
	conn, err := e.Open.OpenConn(ctx, l, id)
	if err == nil {
		record := func(r connector.Receipt) error {
			err := e.Store.RecordStep(context.WithoutCancel(ctx), w.Application.ID, l.Fence, r, e.Now())
			switch {
			case err == nil:
				o.Receipt = r
			case errors.Is(err, ErrStopped), errors.Is(err, lane.ErrLost), errors.As(err, &withheld):
				stopped, o.Receipt = err, r
			}
			return err
		}
		err = conn.Push.Push(ctx, connector.Submission{Application: w.Application.ID, Job: w.Job, Candidate: w.Application.Candidate,
			Tag: w.Application.Tag, CV: w.CV, Note: w.Note, Locale: w.Application.Locale, Consents: w.Consents}, w.Done, record)
	}
	switch {
	case errors.Is(stopped, lane.ErrLost) || l.Check() != nil:
		// Somebody else's by now, or soon: they find an attempt on disk and
		// look before they repeat (invariants 2, 3, 5).
		e.log(id, w.Application.ID, "push", w.Attempt, "lease_lost", err)
		return
	case withheld != nil:
		o.Verdict, o.Kind, o.Certain = Verdict{State: recruit.DeliveryWithheld, Reason: withheld.Reason, Turn: withheld.Turn}, "stopped", true
	case stopped != nil:
		o.Verdict, o.Kind, o.Certain = cancelled(o.Receipt), "stopped", true
	default:
		o.Verdict, o.Status, o.Kind = decide(err, w.Failures), statusOf(err), kindName(err)
		if connector.KindOf(err) == connector.Gone && o.Receipt.Candidate != "" {
			// It is the candidate that is not there (any more, or to be seen
			// yet), not the job: Find says which, and nobody else is held.
			o.Verdict = decide(&connector.Error{Kind: connector.Unanswered}, w.Failures)
			o.Trips = false
		}
		o.Certain = o.State != recruit.DeliveryUnanswered
		if err == nil && !o.Receipt.Complete {
			// A connector that returns without its last step has broken its
			// promise; what it did is looked up like anything unanswered.
			o.Verdict, o.Kind, o.Certain = decide(&connector.Error{Kind: connector.Unanswered}, w.Failures), "incomplete", false
		}
	}
	o.Finished = e.Now()
	e.settle(ctx, l, id, w.Application.ID, w.Attempt, o, err)
}

func (e *Engine) settle(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, app recruit.ApplicationID, attempt int, o Outcome, cause error) {
	err := e.Store.Settle(context.WithoutCancel(ctx), app, l.Fence, o) // invariant 5
	kind := o.Kind
	if err != nil {
		// What could not be settled stays an attempt on disk: the next run
		// looks it up.
		l.Unsettled()
		kind = "settle_failed"
		cause = errors.Join(cause, err)
	}
	e.log(id, app, o.Op, attempt, kind, cause)
}

// log writes the one line of an attempt: identifiers and kinds (invariant 7).
// An error of a connector carries no body and no URL; any other is the
// store's own.
func (e *Engine) log(id recruit.ConnectionID, app recruit.ApplicationID, op string, attempt int, kind string, err error) {
	args := []any{"connection", id, "application", app, "op", op, "attempt", attempt, "kind", kind}
	if err != nil {
		args = append(args, "err", err)
	}
	e.Log.Info("delivery.attempted", args...)
}

// cancelled ends a delivery whose person withdrew: what stands at the ATS
// already is for the recruiter to remove there.
func cancelled(r connector.Receipt) Verdict {
	if r.Candidate != "" {
		return Verdict{State: recruit.DeliveryCancelled, Reason: ReasonWithdrawnSent, Turn: recruit.TurnRecruiter}
	}
	return Verdict{State: recruit.DeliveryCancelled, Reason: ReasonWithdrawn}
}

func kindName(err error) string {
	if err == nil {
		return "ok"
	}
	return connector.KindOf(err).String()
}
