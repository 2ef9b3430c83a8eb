package lane_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"handoff/internal/lane"
)

// memory is a lane.Store for one process: the real one is tested by the
// store's own suite. due says when a lane has work next.
type memory struct {
	mu    sync.Mutex
	lanes map[string]*row
	due   func(key string) time.Time
}

type row struct {
	wake, until time.Time
	fence       int64
}

func (m *memory) AcquireLane(_ context.Context, key, _ string, now, until time.Time) (int64, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.lanes[key]
	if r.until.After(now) {
		return 0, false, nil
	}
	r.fence++
	r.until = until
	return r.fence, true, nil
}

func (m *memory) RenewLane(_ context.Context, key string, fence int64, until time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.lanes[key]
	if r.fence != fence {
		return false, nil
	}
	r.until = until
	return true, nil
}

func (m *memory) ReleaseLane(_ context.Context, key string, fence int64, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.lanes[key]
	if r.fence == fence {
		r.until, r.wake = time.Time{}, m.due(key)
	}
	return nil
}

func (m *memory) DueLanes(_ context.Context, now time.Time, _ int) (keys []string, next time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, r := range m.lanes {
		if !r.wake.IsZero() && !r.wake.After(now) && !r.until.After(now) {
			keys = append(keys, k)
		}
	}
	return keys, next, nil
}

// queue is a source of n pieces that each take a while.
type queue struct {
	mu       sync.Mutex
	left     int
	takes    time.Duration
	inFlight atomic.Int32
	most     atomic.Int32
	did      atomic.Int32
	lost     atomic.Int32
}

func (q *queue) Take(_ context.Context, l *lane.Lease, n int) (out []func(context.Context), _ error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for ; n > 0 && q.left > 0; n-- {
		q.left--
		out = append(out, func(ctx context.Context) {
			q.most.Store(max(q.most.Load(), q.inFlight.Add(1)))
			defer q.inFlight.Add(-1)
			select {
			case <-time.After(q.takes):
				q.did.Add(1)
			case <-ctx.Done():
				q.lost.Add(1)
			}
		})
	}
	return out, nil
}

func (q *queue) waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.left
}

func start(t *testing.T, m *memory, work func(string) (lane.Work, bool)) (*lane.Runner, func()) {
	return startWith(t, m, 0, work)
}

func startWith(t *testing.T, m *memory, parallel int, work func(string) (lane.Work, bool)) (*lane.Runner, func()) {
	r := lane.New(lane.Options{Store: m, Log: slog.New(slog.DiscardHandler), Work: work, Parallel: parallel})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { r.Run(ctx); close(done) }()
	return r, func() { stop(); <-done }
}

func TestALaneFillsItsSlotsAndNoMoreThanOneRunExists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{left: 100, takes: 100 * time.Millisecond}
		m := &memory{lanes: map[string]*row{"a": {wake: time.Now()}}}
		m.due = func(string) time.Time {
			if q.waiting() > 0 {
				return time.Now()
			}
			return time.Time{}
		}
		work := func(string) (lane.Work, bool) { return lane.Work{Sources: []lane.Source{q}, Slots: 8}, true }
		r, stop := start(t, m, work)
		_, stop2 := start(t, m, work)
		for range 50 {
			r.Ring("a")
			time.Sleep(30 * time.Millisecond) // virtual
		}
		time.Sleep(time.Minute)
		stop()
		stop2()
		if q.did.Load() != 100 || q.most.Load() != 8 || q.lost.Load() != 0 {
			t.Errorf("did %d, at most %d at once, %d cut short; want 100, 8, 0", q.did.Load(), q.most.Load(), q.lost.Load())
		}
	})
}

func TestARunThatLosesItsLeaseEndsItsWorkAndReleasesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{left: 1, takes: time.Hour}
		m := &memory{lanes: map[string]*row{"a": {wake: time.Now()}}, due: func(string) time.Time { return time.Time{} }}
		_, stop := start(t, m, func(string) (lane.Work, bool) { return lane.Work{Sources: []lane.Source{q}, Slots: 1}, true })
		time.Sleep(time.Second)
		m.mu.Lock()
		another := time.Now().Add(time.Hour)
		m.lanes["a"].fence, m.lanes["a"].until = 99, another
		m.mu.Unlock()
		time.Sleep(time.Minute)
		if q.lost.Load() != 1 {
			t.Error("the work went on after the lease was lost")
		}
		m.mu.Lock()
		if m.lanes["a"].fence != 99 || !m.lanes["a"].until.Equal(another) {
			t.Error("a lane that was lost was touched")
		}
		m.mu.Unlock()
		stop()
	})
}

func TestAfterItsSliceALaneLetsOthersIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		big := map[string]*queue{"a": {left: 1 << 20, takes: time.Second}, "b": {left: 1 << 20, takes: time.Second}}
		m := &memory{lanes: map[string]*row{"a": {wake: time.Now()}, "b": {wake: time.Now()}}}
		m.due = func(string) time.Time { return time.Now() }
		var runs atomic.Int32
		_, stop := startWith(t, m, 1, func(key string) (lane.Work, bool) {
			runs.Add(1)
			return lane.Work{Sources: []lane.Source{big[key]}, Slots: 4}, true
		})
		time.Sleep(75 * time.Second) // virtual
		stop()
		if n := runs.Load(); n < 6 || n > 8 {
			t.Errorf("%d runs in 75 s, want one per slice of 10 s", n)
		}
		for key, q := range big {
			if q.did.Load() < 4*20 {
				t.Errorf("%s had %d pieces of 300 done", key, q.did.Load())
			}
			if q.lost.Load() != 0 {
				t.Error("work in flight was cut short by a slice's end or a stop")
			}
		}
	})
}

func TestWorkThatComesDueBesideALongPieceDoesNotWaitForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		long, late := &queue{left: 1, takes: time.Hour}, &queue{takes: time.Millisecond}
		m := &memory{lanes: map[string]*row{"a": {wake: time.Now()}}, due: func(string) time.Time { return time.Time{} }}
		_, stop := start(t, m, func(string) (lane.Work, bool) { return lane.Work{Sources: []lane.Source{long, late}, Slots: 2}, true })
		for i, after := range []time.Duration{time.Second, 10 * time.Second, 10 * time.Minute} { // in the run's slice, and after it
			time.Sleep(after) // virtual
			late.mu.Lock()
			late.left = 1 // due by the clock: nobody rings
			late.mu.Unlock()
			time.Sleep(time.Second)
			if late.did.Load() != int32(i+1) {
				t.Errorf("what came due after %v more waited for the long piece", after)
			}
		}
		stop()
		if long.did.Load() != 1 || long.lost.Load() != 0 {
			t.Error("the long piece was cut short")
		}
	})
}

// What a piece left unsettled, only another run takes up.
func TestARunThatAPiecePanickedInEndsWithItsSlice(t *testing.T) {
	for _, panics := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			big := &queue{left: 1 << 20, takes: time.Second}
			m := &memory{lanes: map[string]*row{"a": {wake: time.Now()}}, due: func(string) time.Time { return time.Now() }}
			var runs atomic.Int32
			_, stop := start(t, m, func(string) (lane.Work, bool) {
				sources := []lane.Source{big}
				if runs.Add(1) == 1 && panics {
					sources = []lane.Source{&bad{}, big}
				}
				return lane.Work{Sources: sources, Slots: 4}, true
			})
			time.Sleep(time.Minute) // virtual
			stop()
			if n := runs.Load(); n != map[bool]int32{false: 1, true: 2}[panics] {
				t.Errorf("a piece panicked: %v, and there were %d runs", panics, n)
			}
		})
	}
}

// bad is a source of one piece, which panics.
type bad struct{ taken bool }

func (b *bad) Take(context.Context, *lane.Lease, int) ([]func(context.Context), error) {
	if b.taken {
		return nil, nil
	}
	b.taken = true
	return []func(context.Context){func(context.Context) { panic("bad") }}, nil
}

// broken is a source that cannot say what is due.
type broken struct{ asked atomic.Int32 }

func (b *broken) Take(context.Context, *lane.Lease, int) ([]func(context.Context), error) {
	b.asked.Add(1)
	return nil, errors.New("the disk is full")
}

func TestALaneWhoseRunFailsIsTriedAgainButNotAsOftenAsTheProcessorCan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, well := &broken{}, &queue{left: 3, takes: time.Millisecond}
		m := &memory{lanes: map[string]*row{"a": {wake: time.Now()}, "b": {wake: time.Now()}}}
		m.due = func(key string) time.Time {
			if key == "a" {
				return time.Now()
			}
			return time.Time{}
		}
		r, stop := start(t, m, func(key string) (lane.Work, bool) {
			if key == "a" {
				return lane.Work{Sources: []lane.Source{b}, Slots: 1}, true
			}
			return lane.Work{Sources: []lane.Source{well}, Slots: 1}, true
		})
		for range 600 {
			r.Ring("a")
			time.Sleep(100 * time.Millisecond) // virtual
		}
		stop()
		if n := b.asked.Load(); n < 10 || n > 62 {
			t.Errorf("%d tries in a minute, want one a second at most", n)
		}
		if well.did.Load() != 3 {
			t.Error("another lane waited for it")
		}
	})
}

func TestALeaseFailsItsCheckOnceItsTimeIsOver(t *testing.T) {
	now := time.Unix(1000, 0)
	l := lane.NewLease("a", 1, now.Add(time.Second), func() time.Time { return now })
	if err := l.Check(); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Second)
	if err := l.Check(); !errors.Is(err, lane.ErrLost) {
		t.Errorf("Check at its end: %v", err)
	}
}
