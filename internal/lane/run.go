package lane

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// run is one run of one lane, from acquiring to releasing its lease.
func (r *Runner) run(ctx context.Context, key string, poke <-chan struct{}) error {
	work, ok := r.o.Work(key)
	if !ok {
		return fmt.Errorf("nobody works lane %s", key)
	}
	began := r.o.Now()
	until := began.Add(r.o.Lease)
	fence, ok, err := r.o.Store.AcquireLane(ctx, key, r.holder, began, until)
	if err != nil || !ok {
		return err
	}
	l := NewLease(key, fence, until, r.o.Now)

	// Work outlives ctx: a request in flight is let finish, and settled. It
	// does not outlive the lease.
	alive, die := context.WithCancel(context.WithoutCancel(ctx))
	var beat sync.WaitGroup
	beat.Go(func() { r.heartbeat(alive, die, l) })

	err = r.take(ctx, alive, l, work, began, poke)
	die()
	beat.Wait()
	if l.lost.Load() {
		return errors.Join(err, ErrLost)
	}
	return errors.Join(err, r.o.Store.ReleaseLane(context.WithoutCancel(ctx), key, fence, r.o.Now()))
}

// take fills the slots until nothing is due or the run is over, and returns when
// all it started has returned.
func (r *Runner) take(ctx, alive context.Context, l *Lease, work Work, began time.Time, poke <-chan struct{}) error {
	finished := make(chan struct{}, work.Slots)
	inFlight := 0
	look := time.NewTimer(r.o.Look)
	defer look.Stop()
	defer func() {
		for ; inFlight > 0; inFlight-- {
			<-finished
		}
	}()
	for {
		taken := 0
		for _, s := range work.Sources {
			if inFlight >= work.Slots || r.over(ctx, l, began) {
				break
			}
			pieces, err := s.Take(alive, l, work.Slots-inFlight)
			if err != nil {
				return fmt.Errorf("take work for %s: %w", l.Key, err)
			}
			for _, do := range pieces {
				inFlight++
				taken++
				go func() {
					defer func() { finished <- struct{}{} }()
					r.guard(l, func() { do(alive) })
				}()
			}
		}
		if inFlight == 0 && taken == 0 || r.over(ctx, l, began) {
			return nil
		}
		if taken > 0 && inFlight < work.Slots {
			continue // there may be more due
		}
		look.Reset(r.o.Look)
		select {
		case <-finished:
			inFlight--
		case <-poke:
		case <-look.C: // something may have come due beside what is in flight
		case <-ctx.Done():
		}
	}
}

// over tells whether a run takes no more: ctx or the lease ended, or its slice
// did while another lane waits for its slot, or another run for what it left
// unsettled. Else it goes on: what comes due beside a long piece would wait for
// that one's end.
func (r *Runner) over(ctx context.Context, l *Lease, began time.Time) bool {
	return ctx.Err() != nil || l.Check() != nil || r.o.Now().Sub(began) > r.o.Slice && (r.waited.Load() || l.unsettled.Load())
}

// guard keeps one piece's panic from taking the process. What the piece left
// on disk under this fence is found by the next run, which treats it as
// unanswered. The panic's value is not logged: it may hold anything.
func (r *Runner) guard(l *Lease, do func()) {
	defer func() {
		if p := recover(); p != nil {
			l.Unsettled()
			r.o.Log.Error("lane.panic", "lane", l.Key, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	do()
}

// heartbeat moves the lease's end while the run lives. When that fails for
// too long, or the fence has moved on, it ends the run.
func (r *Runner) heartbeat(ctx context.Context, die context.CancelFunc, l *Lease) {
	t := time.NewTicker(r.o.Lease / 3)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		until := r.o.Now().Add(r.o.Lease)
		ok, err := r.o.Store.RenewLane(ctx, l.Key, l.Fence, until)
		switch {
		case err == nil && ok:
			l.until.Store(until.UnixMilli())
		case err == nil || l.Check() != nil:
			l.lost.Store(true)
			die()
			return
		}
	}
}
