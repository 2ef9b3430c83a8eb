package lane

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"handoff/internal/recruit"
)

// Store is what lanes need kept.
type Store interface {
	// AcquireLane takes the lane if nobody holds it at now, raises its fence
	// and returns it; ok is false while somebody does.
	AcquireLane(ctx context.Context, key, holder string, now, until time.Time) (fence int64, ok bool, err error)
	// RenewLane moves the lease's end; ok is false when the fence has moved on.
	RenewLane(ctx context.Context, key string, fence int64, until time.Time) (ok bool, err error)
	// ReleaseLane gives the lane back and sets its wake-up to the earliest due
	// work, looked for in the same transaction, so that no ring is lost. With
	// a fence that has moved on it does nothing.
	ReleaseLane(ctx context.Context, key string, fence int64, now time.Time) error
	// DueLanes returns the lanes without a living lease that are to wake at
	// now, longest due first, and when the next one is (zero: none).
	DueLanes(ctx context.Context, now time.Time, limit int) (keys []string, next time.Time, err error)
}

// Source gives out work of one urgency.
type Source interface {
	// Take claims at most n pieces of due work for the lease, with everything
	// on disk that must be before they start. A piece returns when it is
	// settled; it must bear its context's end at any time.
	Take(ctx context.Context, l *Lease, n int) ([]func(ctx context.Context), error)
}

// Work is what a lane runs: its sources in order of urgency, and how many
// pieces may be in flight.
type Work struct {
	Sources []Source
	Slots   int
}

// Options of a Runner; zero values take the defaults named.
type Options struct {
	Store Store
	// Work returns what the lane of a key runs; ok is false for a key that is
	// nobody's.
	Work     func(key string) (w Work, ok bool)
	Now      func() time.Time
	Log      *slog.Logger
	Lease    time.Duration // 30 s
	Slice    time.Duration // 10 s: how long one run takes work while another waits
	Parallel int           // 64 lanes at once
	Sweep    time.Duration // 5 s: the longest that a missed ring can cost
	// Look is how often a run that has work in flight and free slots looks for
	// what came due meanwhile: 200 ms.
	Look time.Duration
	Rest time.Duration // 1 s: before a lane is run again whose run failed
}

// Runner is the scheduler inside the process: poked in memory after a commit
// that rang a lane, and sweeping for what it was not told.
type Runner struct {
	o      Options
	holder string
	poke   chan struct{}
	waited atomic.Bool // a lane that is due waits for another's end

	mu      sync.Mutex
	running map[string]chan struct{} // key to the run's own poke
}

// New returns a runner. Run starts it.
func New(o Options) *Runner {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Lease == 0 {
		o.Lease = 30 * time.Second
	}
	if o.Slice == 0 {
		o.Slice = 10 * time.Second
	}
	if o.Parallel == 0 {
		o.Parallel = 64
	}
	if o.Sweep == 0 {
		o.Sweep = 5 * time.Second
	}
	if o.Look == 0 {
		o.Look = 200 * time.Millisecond
	}
	if o.Rest == 0 {
		o.Rest = time.Second
	}
	return &Runner{o: o, holder: "run_" + recruit.RandomToken(10), poke: make(chan struct{}, 1), running: map[string]chan struct{}{}}
}

// Ring wakes a lane. It never blocks, and may be called at any time. A lane that
// runs is told itself, and looked for only once more, after its run: a burst of
// rings is no burst of queries.
func (r *Runner) Ring(key string) {
	r.mu.Lock()
	own := r.running[key]
	r.mu.Unlock()
	if own == nil {
		own = r.poke
	}
	nudge(own)
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // a nudge is waiting already, or nobody listens
	}
}

// Run schedules until ctx ends, then stops taking work, lets what is in
// flight finish within its requests' own time, and returns.
func (r *Runner) Run(ctx context.Context) {
	var runs sync.WaitGroup
	defer runs.Wait()
	slots := make(chan struct{}, r.o.Parallel)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		wait := r.o.Sweep
		keys, next, err := r.o.Store.DueLanes(ctx, r.o.Now(), 2*r.o.Parallel)
		if err != nil && ctx.Err() == nil {
			r.o.Log.Error("lane.sweep", "err", err)
		}
		for _, key := range keys {
			own, ok := r.enter(key)
			if !ok {
				continue
			}
			r.waited.Store(len(slots) == r.o.Parallel)
			select {
			case slots <- struct{}{}:
				r.waited.Store(false)
			case <-ctx.Done():
				r.leave(key)
				return
			}
			runs.Go(func() {
				err := r.run(ctx, key, own)
				<-slots
				if err != nil && ctx.Err() == nil {
					r.o.Log.Error("lane.run", "lane", key, "err", err)
					r.rest(ctx)
				}
				r.leave(key)
				nudge(r.poke)
			})
		}
		if !next.IsZero() {
			wait = min(wait, max(next.Sub(r.o.Now()), 5*time.Millisecond))
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-r.poke:
		case <-timer.C:
		}
	}
}

// rest keeps a lane whose run failed from being run again at once: its work is
// still due, and what made it fail (a full disk, say) would fail it as often as
// the processor can.
func (r *Runner) rest(ctx context.Context) {
	t := time.NewTimer(r.o.Rest)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func (r *Runner) enter(key string) (chan struct{}, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, is := r.running[key]; is {
		return nil, false
	}
	own := make(chan struct{}, 1)
	r.running[key] = own
	return own, true
}

func (r *Runner) leave(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.running, key)
}
