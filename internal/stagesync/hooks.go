package stagesync

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Hook is a connection's subscription to what happens in the ATS.
type Hook struct {
	Connection recruit.ConnectionID
	Company    recruit.CompanyID
	ATS        string
	// Path is the random end of its address and Token what stands in the header
	// of each call: either alone opens nothing.
	Path, Token secret.String
	Keys        []secret.String // that calls are signed with, newest first
	Remote      string          // its id in the ATS
	State       HookState
	// HandshakeUntil is set while an activation of our own waits: only then is
	// a handshake answered.
	HandshakeUntil time.Time
}

// HookState is the life of a subscription.
type HookState string

const (
	HookMaking HookState = "making"
	HookActive HookState = "active"
	HookEnding HookState = "ending" // to be deleted in the ATS
)

// HookPath hashes the end of an address as it is kept.
func HookPath(end string) string {
	h := sha256.Sum256([]byte(end))
	return hex.EncodeToString(h[:])
}

// HookStore is what webhooks need kept.
type HookStore interface {
	// HookByPath returns the subscription at an address.
	HookByPath(ctx context.Context, pathHash string) (Hook, error)
	// InsertHookEvent stores an event that is not known yet, and rings the lane.
	InsertHookEvent(ctx context.Context, h Hook, e connector.HookEvent, now time.Time) error
	// ClaimHook returns the connection's subscription when it is due to be
	// looked after: made for a module that is on in continuous mode, ended for
	// one that is off. One that should be there and is not is made, where the
	// ATS tells by itself. ErrNotFound when nothing is due.
	ClaimHook(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, tells func(ats string) bool) (Hook, error)
	// SaveHook keeps how far it came, and when it is due again; whether it is
	// wanted stays as it was said meanwhile.
	SaveHook(ctx context.Context, h Hook, fence int64, failure string, again time.Time) error
	// DropHook forgets one that was ended; wanted again meanwhile it is made anew.
	DropHook(ctx context.Context, h Hook, fence int64) error
	// ClaimHeard returns at most n applications that events are about, whose
	// stage is to be read; events about nobody of ours wait for a week, since
	// some come before their delivery has settled.
	ClaimHeard(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) ([]Heard, error)
	// SaveHeard keeps what was read, and ends the events that came before the
	// reading; after a failure they are due again.
	SaveHeard(ctx context.Context, fence int64, h Heard, r Reading) error
}

// Heard is an application that something was heard of.
type Heard struct {
	Poll  // of this one application
	Tries int
}

// tells says whether an ATS tells by itself what happens there.
func (e *Engine) tells(ats string) bool {
	t, ok := e.Type(ats)
	return ok && t.Hook != nil
}

// Outcome says how a call of an ATS is answered.
type Outcome int

const (
	HookAccepted  Outcome = iota // 202
	HookEcho                     // 200 with the header
	HookUnknown                  // 404: no such address
	HookRefused                  // 401: not signed, or not by a key of ours
	HookMalformed                // 400
)

// Hear takes one call of an ATS: it stores what was said, and works it
// afterwards. Whoever calls is told nothing but whether it was taken.
func (e *Engine) Hear(ctx context.Context, path string, h http.Header, body []byte) (o Outcome, name, value string, err error) {
	hook, err := e.Store.HookByPath(ctx, HookPath(path))
	if errors.Is(err, recruit.ErrNotFound) {
		return HookUnknown, "", "", nil
	}
	if err != nil {
		return HookUnknown, "", "", err
	}
	t, ok := e.Type(hook.ATS)
	if !ok || t.Hook == nil {
		return HookUnknown, "", "", nil
	}
	if !hook.Token.Equal(secret.New(h.Get(connector.HookHeader))) {
		return HookRefused, "", "", nil
	}
	now := e.Now()
	if name, value, ok := t.Hook.Handshake(h); ok {
		if now.After(hook.HandshakeUntil) {
			return HookRefused, "", "", nil
		}
		return HookEcho, name, value, nil
	}
	event, err := t.Hook.ReadHook(h, body, hook.Keys)
	switch connector.KindOf(err) {
	case connector.Unknown:
	case connector.Rejected:
		return HookMalformed, "", "", nil
	default:
		return HookRefused, "", "", nil
	}
	if event.Kind == connector.HookOther {
		return HookAccepted, "", "", nil
	}
	return HookAccepted, "", "", e.Store.InsertHookEvent(ctx, hook, event, now)
}

// Hooks is the lane source that looks after a connection's subscription and
// reads what it told of.
type Hooks struct {
	Engine     *Engine
	Connection recruit.ConnectionID
	// tending is set while the subscription is being looked after: one that is
	// ended meanwhile is ended after that, so that none is made and forgotten.
	tending atomic.Bool
}

const (
	hookEvery    = time.Hour // how often a subscription is looked at
	handshakes   = 30 * time.Second
	hookAttempts = 5 * time.Minute
)

// Take implements lane.Source.
func (s *Hooks) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	e, now := s.Engine, s.Engine.Now()
	var out []func(context.Context)
	if !s.tending.Load() {
		h, err := e.Store.ClaimHook(ctx, s.Connection, l.Fence, now, e.tells)
		switch {
		case err == nil:
			s.tending.Store(true)
			out = append(out, func(ctx context.Context) {
				defer s.tending.Store(false)
				e.tend(ctx, l, h)
			})
		case !errors.Is(err, recruit.ErrNotFound):
			return nil, err
		}
	}
	heard, err := e.Store.ClaimHeard(ctx, s.Connection, l.Fence, now, n-len(out))
	if err != nil {
		return nil, err
	}
	for _, x := range heard {
		out = append(out, func(ctx context.Context) { e.listen(ctx, l, x) })
	}
	return out, nil
}

// tend brings a subscription to where it should be, each step on disk before
// the next: made and its key known before it is switched on, because the first
// call may come within that.
func (e *Engine) tend(ctx context.Context, l *lane.Lease, h Hook) {
	err := e.tendHook(ctx, l, &h)
	if l.Check() != nil {
		return
	}
	now, failure, again := e.Now(), "", hookEvery
	if err != nil {
		failure, again = connector.KindOf(err).String(), hookAttempts
	}
	h.HandshakeUntil = time.Time{}
	if h.State == HookEnding && err == nil {
		h.Remote, h.Keys = "", nil
		err = e.Store.DropHook(context.WithoutCancel(ctx), h, l.Fence)
	} else if serr := e.Store.SaveHook(context.WithoutCancel(ctx), h, l.Fence, failure, now.Add(again)); serr != nil {
		err = serr
	}
	e.log("hook.tended", h.Connection, "", err, "state", h.State)
}

func (e *Engine) tendHook(ctx context.Context, l *lane.Lease, h *Hook) error {
	conn, err := e.Open.OpenConn(ctx, l, h.Connection)
	if err != nil {
		return err
	}
	if conn.Hooks == nil {
		return nil
	}
	url := e.HookURL(h.Path.Reveal())
	if h.State == HookEnding { // switched off, or disconnected
		err := conn.Hooks.Unsubscribe(ctx, h.Remote, url)
		switch connector.KindOf(err) {
		case connector.Unauthorized, connector.Revoked, connector.Forbidden:
			return nil // it is nobody's to end any more; what it sends is refused
		}
		return err
	}
	if h.State == HookActive {
		active, err := conn.Hooks.HookState(ctx, h.Remote)
		if k := connector.KindOf(err); k != connector.Unknown && k != connector.Gone {
			return err
		}
		if active {
			return nil
		}
		// Suspended, or deleted: a new one, because no call brings this one back
		// that is sure to (reference 10.2).
		if err := conn.Hooks.Unsubscribe(ctx, h.Remote, url); err != nil {
			return err
		}
		h.State, h.Remote, h.Keys = HookMaking, "", nil
	}
	save := func() error {
		return e.Store.SaveHook(context.WithoutCancel(ctx), *h, l.Fence, "", e.Now().Add(hookAttempts))
	}
	if h.Remote == "" {
		// What an attempt left there whose answer was lost calls nobody.
		if err := conn.Hooks.Unsubscribe(ctx, "", url); err != nil {
			return err
		}
		if h.Remote, err = conn.Hooks.Subscribe(ctx, url, h.Token); err != nil {
			return err
		}
		if err := save(); err != nil {
			return err
		}
	}
	if len(h.Keys) == 0 {
		key, err := conn.Hooks.MakeHookKey(ctx, h.Remote)
		if err != nil {
			return h.forgetGone(err)
		}
		h.Keys = []secret.String{key}
	}
	h.HandshakeUntil = e.Now().Add(handshakes)
	if err := save(); err != nil {
		return err
	}
	if err := conn.Hooks.Activate(ctx, h.Remote); err != nil {
		return h.forgetGone(err)
	}
	h.State = HookActive
	return nil
}

// forgetGone forgets a subscription that is not there any more, so that the
// next attempt makes another.
func (h *Hook) forgetGone(err error) error {
	if connector.KindOf(err) == connector.Gone {
		h.Remote, h.Keys = "", nil
	}
	return err
}

// listen reads the one application that something was heard of.
func (e *Engine) listen(ctx context.Context, l *lane.Lease, h Heard) {
	r := Reading{At: e.Now()}
	err := e.readOne(ctx, l, h, &r)
	if l.Check() != nil {
		return
	}
	if err != nil {
		r = Reading{At: r.At, Failure: connector.KindOf(err).String(), Retry: max(min(time.Second<<min(h.Tries, 10), 15*time.Minute), connector.RetryAfter(err))}
	}
	if serr := e.Store.SaveHeard(context.WithoutCancel(ctx), l.Fence, h, r); serr != nil {
		e.Log.Error("stages.save", "connection", h.Connection, "err", serr)
	}
	e.log("stages.heard", h.Connection, h.Job, err, "changed", len(r.Changed))
}

func (e *Engine) readOne(ctx context.Context, l *lane.Lease, h Heard, r *Reading) error {
	conn, err := e.Open.OpenConn(ctx, l, h.Connection)
	if err != nil {
		return err
	}
	t := h.Tracked[0]
	read, err := conn.Stages.ReadStage(ctx, h.Job, t)
	if err != nil {
		return err
	}
	// One reading that lacks somebody says nothing: two listings do.
	if !read.Gone {
		r.Changed = []Read{{Tracked: t, StageRead: read}}
	}
	return nil
}
