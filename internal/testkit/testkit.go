// Package testkit is what the rigs of tests share: a log that is read while it
// is written, and waiting for what another goroutine does. Only tests import
// it. A clock that tests move is simkit's.
package testkit

import (
	"bytes"
	"sync"
	"time"
)

// Buffer is a log that is read while it is written. The zero value is empty
// and ready.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer and never fails.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String returns all that was written so far.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// Tail returns the last bytes of it, n at the most: what fits a failure's
// message.
func (b *Buffer) Tail(n int) string {
	s := b.String()
	return s[max(0, len(s)-n):]
}

// Within asks at once and then at every tick until ok says so, and tells
// whether it did before most had passed. It is for what has no other way to say
// that it is done.
func Within(most, every time.Duration, ok func() bool) bool {
	deadline := time.After(most)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			return false
		case <-tick.C:
		}
	}
	return true
}
