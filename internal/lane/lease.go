package lane

import (
	"errors"
	"sync/atomic"
	"time"
)

// ErrLost says that a lease is, or may be, somebody else's by now.
var ErrLost = errors.New("the lane's lease is lost")

// Lease is one run's right to a lane.
type Lease struct {
	Key   string
	Fence int64

	now   func() time.Time
	until atomic.Int64 // ms
	lost  atomic.Bool

	unsettled atomic.Bool
}

// Check tells whether the lease still holds. It looks at the clock and asks
// nobody, so it is cheap enough to stand before each request's first byte.
func (l *Lease) Check() error {
	if l.lost.Load() || l.now().UnixMilli() >= l.until.Load() {
		return ErrLost
	}
	return nil
}

// Unsettled says that a piece left on disk what only another run takes up, so
// that this one is not to go on beyond its slice.
func (l *Lease) Unsettled() { l.unsettled.Store(true) }

// NewLease returns a lease that holds until its end, for tests of sources.
func NewLease(key string, fence int64, until time.Time, now func() time.Time) *Lease {
	l := &Lease{Key: key, Fence: fence, now: now}
	l.until.Store(until.UnixMilli())
	return l
}
