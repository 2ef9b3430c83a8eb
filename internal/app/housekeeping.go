package app

import (
	"context"
	"time"
)

// sweepEvery is how often what has expired is removed. Nothing depends on it:
// what has expired is not seen any more, only kept.
const sweepEvery = time.Hour

// housekeep removes expired sessions, forgotten keys and old webhook events, until ctx ends.
func (a *App) housekeep(ctx context.Context) {
	t := time.NewTicker(sweepEvery)
	defer t.Stop()
	for {
		sessions, err := a.Store.Sessions().Sweep(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.Error("app.sweep", "what", "sessions", "err", err)
		}
		keys, err := a.Store.SweepKeys(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.Error("app.sweep", "what", "keys", "err", err)
		}
		if err := a.Store.DropOldHookEvents(ctx, a.options.Now()); err != nil && ctx.Err() == nil {
			a.log.Error("app.sweep", "what", "webhook events", "err", err)
		}
		if sessions+keys > 0 {
			a.log.Debug("app.swept", "sessions", sessions, "keys", keys)
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return
		}
	}
}
