package apply

import (
	"context"

	"handoff/internal/recruit"
)

// ChangeStage is a manual move. To the present stage it changes nothing.
// Problem application_erased when nothing is left to move.
func (e *Engine) ChangeStage(ctx context.Context, c recruit.Caller, id recruit.ApplicationID, s recruit.Stage) (View, error) {
	if !s.Valid() {
		v := &recruit.Invalid{}
		v.Add("stage", "not_allowed")
		return View{}, v
	}
	return e.change(ctx, c, id, func(v View, a Act) error {
		if v.Stage == s {
			return nil
		}
		return e.Store.MoveApplication(ctx, a, s)
	})
}

// Withdraw records that the candidate withdrew the consent to the transfer
// and the application: a new consent record; what is not yet sent is
// cancelled; an unanswered delivery is looked up first. The stage stays as the
// company set it. A second withdrawal changes nothing.
func (e *Engine) Withdraw(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (View, error) {
	return e.change(ctx, c, id, func(v View, a Act) error { return e.Store.WithdrawApplication(ctx, a) })
}

// Release lets a suspicious application go on to the ATS, or to wherever it
// would stand had it never been suspicious. Problem application_not_suspicious
// for any other.
func (e *Engine) Release(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (View, error) {
	return e.change(ctx, c, id, func(v View, a Act) error {
		if !v.Suspicious {
			return recruit.Refuse("application_not_suspicious")
		}
		return e.Store.ReleaseApplication(ctx, a)
	})
}

// Discard ends a suspicious application: it stays on the platform, as
// negative, and is never sent. Problem application_not_suspicious for any
// other.
func (e *Engine) Discard(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (View, error) {
	return e.change(ctx, c, id, func(v View, a Act) error {
		if !v.Suspicious {
			return recruit.Refuse("application_not_suspicious")
		}
		return e.Store.DiscardApplication(ctx, a)
	})
}

func (e *Engine) change(ctx context.Context, c recruit.Caller, id recruit.ApplicationID, do func(View, Act) error) (View, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, err
	}
	v, err := e.Store.Application(ctx, r, id)
	if err != nil {
		return View{}, err
	}
	if !v.ErasedAt.IsZero() {
		return View{}, recruit.Refuse("application_erased")
	}
	if err := do(v, e.act(c, v)); err != nil {
		return View{}, err
	}
	return e.Store.Application(ctx, r, id)
}

// Erase destroys the application's data key, CV and all that names the
// person, and cancels its delivery (Admin). What stands at the ATS is told in
// the audit record. What was erased before is no error.
//
// Consent records stay: they hold the text that was shown and what was
// decided, which the company must be able to prove, and nothing personal.
func (e *Engine) Erase(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) error {
	if !c.IsAdmin() {
		return recruit.ErrForbidden
	}
	v, err := e.Get(ctx, c, id)
	if err != nil || !v.ErasedAt.IsZero() {
		return err
	}
	return e.Store.EraseApplication(ctx, e.act(c, v))
}
