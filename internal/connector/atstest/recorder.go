package atstest

import (
	"runtime"
	"sync"
	"testing"
)

// recorder is a testing.TB that notes failures instead of passing them on.
type recorder struct {
	testing.TB
	mu     sync.Mutex
	failed bool
}

func (r *recorder) note() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = true
}

func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

func (r *recorder) Fail()                 { r.note() }
func (r *recorder) Error(...any)          { r.note() }
func (r *recorder) Errorf(string, ...any) { r.note() }
func (r *recorder) FailNow()              { r.note(); runtime.Goexit() }
func (r *recorder) Fatal(...any)          { r.FailNow() }
func (r *recorder) Fatalf(string, ...any) { r.FailNow() }
func (r *recorder) Log(...any)            {}
func (r *recorder) Logf(string, ...any)   {}
func (r *recorder) Helper()               {}
