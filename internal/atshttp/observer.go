package atshttp

import "time"

// Observer is told of each request, for metrics. op is the operation's name and
// nothing else ever becomes a label. Its methods are called concurrently and
// must not block.
type Observer interface {
	// Request is called once a request was answered or failed. class is 2xx
	// to 5xx, or the kind of its failure: unanswered, unavailable,
	// rate_limited, stopped.
	Request(op, class string, took time.Duration)
	// Limited is called for each 429 of the vendor.
	Limited(op string)
	// Waited is called with the time that a request waited for its turn.
	Waited(op string, d time.Duration)
}

type nobody struct{}

func (nobody) Request(string, string, time.Duration) {}
func (nobody) Limited(string)                        {}
func (nobody) Waited(string, time.Duration)          {}
