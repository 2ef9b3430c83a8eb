package delivery

import (
	"context"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Lookups is the lane source of unanswered deliveries: they come before
// pushes, because one that is found frees its person from waiting.
type Lookups struct {
	Engine     *Engine
	Connection recruit.ConnectionID
	adopted    int64 // the fence under which orphans were adopted
}

// Take implements lane.Source.
func (s *Lookups) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	e := s.Engine
	if err := e.adopt(ctx, &s.adopted, s.Connection, l); err != nil {
		return nil, err
	}
	// One listing at a time: an ATS that allows one would make the others wait
	// in slots that pushes can use.
	lookups, err := e.Store.ClaimLookups(ctx, s.Connection, l.Fence, e.Now(), 1)
	if err != nil {
		return nil, err
	}
	out := make([]func(context.Context), 0, len(lookups))
	for _, k := range lookups {
		out = append(out, func(ctx context.Context) { e.find(ctx, l, s.Connection, k) })
	}
	return out, nil
}

// find lists one job and settles what it answers (invariant 3).
func (e *Engine) find(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, k Lookup) {
	began := e.Now()
	k.Items = e.readable(ctx, l, id, k.Items, began)
	if len(k.Items) == 0 {
		return
	}
	wanted := make([]connector.Wanted, len(k.Items))
	for i, it := range k.Items {
		wanted[i] = it.Wanted
	}
	conn, err := e.Open.OpenConn(ctx, l, id)
	var found map[recruit.ApplicationID]connector.Found
	if err == nil {
		found, err = conn.Find.Find(ctx, k.Job, wanted)
	}
	if l.Check() != nil {
		return // invariant 5
	}
	for i, it := range k.Items {
		o := Outcome{Op: "find", Receipt: it.Done, Started: began, Finished: e.Now(), Kind: kindName(err), Status: statusOf(err)}
		if err != nil {
			o.Verdict = lookAgain(err, it)
			o.Trips = o.Trips && i == 0 // one listing failed, not as many as it would have served
		} else {
			f := found[it.Wanted.Application]
			o.Verdict, o.Certain = judge(f, it, began, conn.Settle)
			if f.Match == connector.Ours || o.State == recruit.DeliveryLinked {
				// Of anybody else's candidate nothing is kept: our own may
				// appear yet, and a push would go on with theirs.
				o.Receipt = merge(it.Done, f)
			}
		}
		e.settle(ctx, l, id, it.Wanted.Application, 0, o, err)
	}
}

// readable settles what cannot be compared, for a later look, and returns the
// rest. Comparing without the e-mail could take what is there for absent.
func (e *Engine) readable(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, items []LookupItem, began time.Time) []LookupItem {
	var out []LookupItem
	for _, it := range items {
		if it.Unreadable == nil {
			out = append(out, it)
			continue
		}
		err := unreadable(it.Unreadable)
		o := Outcome{Op: "find", Receipt: it.Done, Started: began, Finished: e.Now(), Kind: kindName(err), Verdict: lookAgain(err, it)}
		o.Trips = false
		e.settle(ctx, l, id, it.Wanted.Application, 0, o, err)
	}
	return out
}

// unreadable is a failure on our side: nothing was sent, and no ATS is to blame.
func unreadable(err error) error {
	return &connector.Error{Kind: connector.Unavailable, Op: "read", Err: err}
}

// judge says what a lookup that began at began means for one delivery. Absent
// is believed only when settle has passed since the last moment at which an
// attempt may have been under way.
func judge(f connector.Found, it LookupItem, began time.Time, settle time.Duration) (v Verdict, certain bool) {
	believable := it.Wanted.To.Add(settle)
	switch f.Match {
	case connector.Ours:
		if it.Stopped {
			return Verdict{State: recruit.DeliveryCancelled, Reason: ReasonWithdrawnSent, Turn: recruit.TurnRecruiter}, true
		}
		if it.Done.Candidate != "" && began.Before(believable) {
			// A later step may still be under way at the ATS.
			return Verdict{State: recruit.DeliveryUnanswered, Reason: ReasonUnanswered, After: believable.Sub(began)}, false
		}
		// On to the first missing step.
		return Verdict{State: recruit.DeliveryWaiting}, true
	case connector.Existing:
		if it.Stopped {
			return Verdict{State: recruit.DeliveryCancelled, Reason: ReasonWithdrawn}, true
		}
		if !it.Duplicate && began.Before(believable) {
			// Somebody of that address is there, but our own request may yet
			// be worked on.
			return Verdict{State: recruit.DeliveryUnanswered, Reason: ReasonUnanswered, After: next(it, began, believable)}, false
		}
		return Verdict{State: recruit.DeliveryLinked}, true
	case connector.Ambiguous:
		return Verdict{State: recruit.DeliveryNeedsAttention, Reason: ReasonAmbiguous, Turn: recruit.TurnRecruiter}, true
	}
	if began.Before(believable) {
		return Verdict{State: recruit.DeliveryUnanswered, Reason: reasonOf(it), After: next(it, began, believable)}, false
	}
	switch {
	case it.Stopped:
		return Verdict{State: recruit.DeliveryCancelled, Reason: ReasonWithdrawn}, true
	case it.Done.Candidate != "":
		return Verdict{State: recruit.DeliveryNeedsAttention, Reason: ReasonVanished, Turn: recruit.TurnRecruiter}, true
	case it.Duplicate:
		return Verdict{State: recruit.DeliveryNeedsAttention, Reason: ReasonDuplicateNotFound, Turn: recruit.TurnRecruiter}, true
	}
	// It never arrived: sending it again cannot double it.
	return Verdict{State: recruit.DeliveryWaiting}, true
}

// next is when to look again: soon at first, at the latest when absence can
// be believed.
func next(it LookupItem, now, believable time.Time) time.Duration {
	return max(min(believable.Sub(now), backoff(it.Looks)), 50*time.Millisecond)
}

// lookAgain is what to do when the lookup itself failed. The delivery stays
// unanswered, because nothing was learned of it.
func lookAgain(err error, it LookupItem) Verdict {
	v := decide(err, it.Failures)
	v.State = recruit.DeliveryUnanswered
	if v.Breaks != BreaksBinding { // that is for a person to repair, who has to hear of it
		v.Reason, v.Turn = reasonOf(it), ""
	}
	v.After = max(v.After, connector.RetryAfter(err), backoff(it.Failures))
	return v
}

func reasonOf(it LookupItem) string {
	if it.Duplicate {
		return ReasonDuplicate
	}
	return ReasonUnanswered
}

func merge(done connector.Receipt, f connector.Found) connector.Receipt {
	if f.Candidate != "" {
		if done.Candidate == "" {
			done.Candidate = f.Candidate
		}
		if done.Application == "" {
			done.Application = f.Application
		}
		if done.URL == "" {
			done.URL = f.URL
		}
	}
	return done
}
