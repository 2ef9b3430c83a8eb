package simkit

import (
	"sync"
	"time"
)

// Clock is the simulator's idea of now. It runs at a speed (1 is real time, 0 stands still until
// moved) and can be set or advanced at any moment; everyone who waits on it is woken as soon as
// their time has come, however it came. Safe for concurrent use.
type Clock struct {
	mu      sync.Mutex
	base    time.Time // what the clock said at anchor
	anchor  time.Time // the machine's time when base was taken
	speed   float64
	waiting map[*wait]struct{}
}

type wait struct {
	due   time.Time
	done  chan struct{}
	timer *time.Timer
}

// NewClock returns a clock that shows the machine's time and runs with it.
func NewClock() *Clock { return newClock(time.Now(), 1) }

// NewFrozenClock returns a clock that shows at and stands still until Advance, Set or SetSpeed.
func NewFrozenClock(at time.Time) *Clock { return newClock(at, 0) }

func newClock(at time.Time, speed float64) *Clock {
	return &Clock{base: at.UTC().Round(0), anchor: time.Now(), speed: speed, waiting: map[*wait]struct{}{}}
}

// Now returns the simulated time in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	return c.base.Add(time.Duration(float64(time.Since(c.anchor)) * c.speed))
}

// Advance moves the clock forward by d. A negative d moves it back; no one is un-woken by that.
func (c *Clock) Advance(d time.Duration) {
	c.change(func(now time.Time) { c.base = now.Add(d) })
}

// Set moves the clock to t.
func (c *Clock) Set(t time.Time) {
	c.change(func(time.Time) { c.base = t.UTC().Round(0) })
}

// SetSpeed makes the clock run at factor times real time; 0 stops it, negative counts as 0.
func (c *Clock) SetSpeed(factor float64) {
	c.change(func(now time.Time) { c.base, c.speed = now, max(factor, 0) })
}

// Speed returns the factor at which the clock runs.
func (c *Clock) Speed() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.speed
}

func (c *Clock) change(f func(now time.Time)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	c.anchor = time.Now()
	c.base = now
	f(now)
	for w := range c.waiting {
		if w.timer != nil {
			w.timer.Stop()
		}
		c.arm(w)
	}
}

// Wait returns a channel that is closed once d has passed on this clock, and a function that gives
// the waiting up. Calling the function more than once, or late, does nothing.
func (c *Clock) Wait(d time.Duration) (done <-chan struct{}, stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := &wait{due: c.now().Add(d), done: make(chan struct{})}
	c.waiting[w] = struct{}{}
	c.arm(w)
	return w.done, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if w.timer != nil {
			w.timer.Stop()
		}
		delete(c.waiting, w)
	}
}

// Waiting returns how many waits are under way. A test on a frozen clock polls it to learn that a
// call has reached its delay before it moves the clock.
func (c *Clock) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waiting)
}

// arm fires w if it is due and otherwise sets its timer at the present speed. Holds c.mu.
func (c *Clock) arm(w *wait) {
	left := w.due.Sub(c.now())
	if left <= 0 {
		if _, ok := c.waiting[w]; ok {
			delete(c.waiting, w)
			close(w.done)
		}
		return
	}
	if c.speed == 0 {
		w.timer = nil
		return
	}
	// One nanosecond more than computed: rounding must never wake a waiter early.
	w.timer = time.AfterFunc(time.Duration(float64(left)/c.speed)+1, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if _, ok := c.waiting[w]; ok {
			c.arm(w)
		}
	})
}
