package atstest

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
)

// recorder is a testing.TB that notes failures instead of passing them on.
type recorder struct {
	testing.TB
	mu  sync.Mutex
	why []string
}

func (r *recorder) note(why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.why = append(r.why, why)
}

func (r *recorder) first() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.why) == 0 {
		return ""
	}
	return r.why[0]
}

func (r *recorder) stop(why string) {
	r.note(why)
	runtime.Goexit()
}

func (r *recorder) Failed() bool              { return r.first() != "" }
func (r *recorder) Fail()                     { r.note("failed") }
func (r *recorder) Error(a ...any)            { r.note(fmt.Sprint(a...)) }
func (r *recorder) Errorf(f string, a ...any) { r.note(fmt.Sprintf(f, a...)) }
func (r *recorder) FailNow()                  { r.stop("failed") }
func (r *recorder) Fatal(a ...any)            { r.stop(fmt.Sprint(a...)) }
func (r *recorder) Fatalf(f string, a ...any) { r.stop(fmt.Sprintf(f, a...)) }
func (r *recorder) Log(...any)                {}
func (r *recorder) Logf(string, ...any)       {}
func (r *recorder) Helper()                   {}

// enough tells a long chapter that it is only run to see it fail, and has.
func enough(t testing.TB) bool {
	r, ok := t.(*recorder)
	return ok && r.Failed()
}
