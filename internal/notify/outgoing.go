package notify

import (
	"context"
	"errors"
	"strings"
	"time"

	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// LaneKey is the lane of outgoing mail: one run in the whole installation.
const LaneKey = "mail"

// Slots is how many mails are handed over at once.
const Slots = 4

// Patience is how long a mail is tried from when it first came due.
const Patience = 48 * time.Hour

// Sender hands one message to a mail server. It answers within its own time
// limits and reports what happened; it decides nothing.
type Sender interface {
	Send(ctx context.Context, m Message) Handover
}

// Outgoing is the lane's source of mail.
type Outgoing struct{ *Engine }

// Take implements lane.Source.
func (o *Outgoing) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	e := o.Engine
	now := e.o.Now()
	if n, err := e.o.Store.AdoptMails(ctx, l.Fence, now); err != nil {
		return nil, err
	} else if n > 0 {
		e.o.Log.Warn("mail.unknown", "count", n)
	}
	if !e.Sends() {
		for {
			looked, err := e.o.Store.KeepMails(ctx, l.Fence, now, 100)
			if err != nil || looked < 100 || l.Check() != nil {
				return nil, err
			}
		}
	}
	claimed, err := e.o.Store.ClaimMails(ctx, l.Fence, now, n)
	pieces := make([]func(context.Context), len(claimed))
	for i, w := range claimed {
		pieces[i] = func(ctx context.Context) { e.attempt(ctx, l, w) }
	}
	return pieces, err
}

// attempt hands one mail over and settles it. What it cannot settle stays on
// disk as begun, and the next run makes it unknown.
func (e *Engine) attempt(ctx context.Context, l *lane.Lease, w Work) {
	began := e.o.Now()
	h, out := Handover{}, Outcome{}
	m, err := e.message(ctx, w)
	switch {
	case errors.Is(err, recruit.ErrNotFound):
		out = Outcome{State: Cancelled, Reason: ReasonErased}
	case errors.Is(err, errTest):
		out = Outcome{State: Cancelled, Reason: ReasonTest}
	case errors.Is(err, errUnwritable):
		out = Outcome{State: Failed, Reason: ReasonUnwritable}
	case err != nil: // nothing has left
		e.o.Log.Error("mail.compose", "mail", w.ID, "err", err)
		out = decide(Handover{Result: NotTaken, Reason: ReasonLater}, w, began)
	case l.Check() != nil:
		return // somebody else's by now, and nothing has left; it is told as unknown
	default:
		h = e.o.Sender.Send(ctx, m)
		out = decide(h, w, e.o.Now())
	}
	out.At = e.o.Now()
	err = e.o.Store.SettleMail(context.WithoutCancel(ctx), w.ID, l.Fence, out)
	e.o.Log.Info("mail.attempted", "mail", w.ID, "application", w.Application, "kind", w.Kind, "attempt", w.Attempts,
		"state", out.State, "reason", out.Reason, "code", h.Code, "took", e.o.Now().Sub(began).Round(time.Millisecond))
	if err != nil {
		l.Unsettled()
		e.o.Log.Error("mail.settle", "mail", w.ID, "err", err)
	}
}

// decide says what becomes of a mail after an attempt: the one place that does.
func decide(h Handover, w Work, now time.Time) Outcome {
	o := Outcome{Reason: h.Reason, Code: h.Code}
	switch h.Result {
	case Taken:
		o.State, o.Reason = Sent, ""
	case Refused:
		o.State = Failed
	case NotTaken: // invariant 3
		o.State, o.Next = Waiting, now.Add(backoff(w.Attempts))
		if o.Next.After(w.Last) {
			o.State, o.Reason, o.Next = Failed, ReasonGaveUp, time.Time{}
		}
	default:
		o.State, o.Reason = Unknown, ReasonUnknown // invariant 2
	}
	return o
}

// backoff is how long after its nth attempt a mail is tried again: a minute,
// doubling to four hours.
func backoff(n int) time.Duration {
	d := time.Minute
	for ; n > 1 && d < 4*time.Hour; n-- {
		d *= 2
	}
	return min(d, 4*time.Hour)
}

// testDomain is where test candidates have their addresses (product decision 13).
const testDomain = "@handoff.invalid"

func isTest(email string) bool { return strings.HasSuffix(recruit.FoldEmail(email), testDomain) }
