package atshttp

import (
	"context"
	"sync"
)

// semaphore admits up to a limit that can be lowered and raised while in use,
// in the order of asking. A configured limit of 0 admits everyone until the
// limit is learned.
type semaphore struct {
	mu         sync.Mutex
	configured int
	limit      int
	used       int
	waiting    []chan struct{}
}

func newSemaphore(limit int) *semaphore { return &semaphore{configured: limit, limit: limit} }

// acquire waits for a place, or for ctx.
func (s *semaphore) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	if len(s.waiting) == 0 && s.free() {
		s.used++
		s.mu.Unlock()
		return nil
	}
	ready := make(chan struct{})
	s.waiting = append(s.waiting, ready)
	s.mu.Unlock()
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		s.giveUp(ready)
		return ctx.Err()
	}
}

// giveUp leaves the queue; a place that was handed over meanwhile is given on.
func (s *semaphore) giveUp(ready chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, w := range s.waiting {
		if w == ready {
			s.waiting = append(s.waiting[:i], s.waiting[i+1:]...)
			return
		}
	}
	s.used--
	s.admit()
}

func (s *semaphore) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used--
	s.admit()
}

// atMost sets the limit to n, never above what is configured.
func (s *semaphore) atMost(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.configured > 0 {
		n = min(n, s.configured)
	}
	s.limit = n
	s.admit()
}

func (s *semaphore) free() bool { return s.limit <= 0 || s.used < s.limit }

// admit hands free places to the first in the queue; the lock is held.
func (s *semaphore) admit() {
	for len(s.waiting) > 0 && s.free() {
		s.used++
		close(s.waiting[0])
		s.waiting = s.waiting[1:]
	}
}
