package connector

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what happened to a request, in the only terms that the engine
// decides by. The zero value means unknown, and is treated as Unanswered.
type Kind int

const (
	Unknown       Kind = iota
	Unavailable        // nothing was sent, or the ATS refused before doing anything: safe to repeat
	RateLimited        // refused by a limit; RetryAfter says how long to wait
	Unauthorized       // the credential itself is bad
	Forbidden          // the credential is good, but not for this job or this right
	Rejected           // the ATS refuses this application; Code is the vendor's
	Gone               // what was named is not there
	Duplicate          // the ATS says that it has this already
	Unanswered         // sent, outcome unknown: the default for anything after the dial
	Misconfigured      // the operator's own app credentials are refused (OAuth invalid_client)
	Revoked            // the grant is gone for good (OAuth invalid_grant)
	Stopped            // the host's own stop: lease lost, consent withdrawn; nothing was sent
)

var kindNames = [...]string{"unknown", "unavailable", "rate_limited", "unauthorized", "forbidden", "rejected", "gone",
	"duplicate", "unanswered", "misconfigured", "revoked", "stopped"}

func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[0]
	}
	return kindNames[k]
}

// Kinds lists every kind, for suites that hold something for each.
func Kinds() []Kind {
	out := make([]Kind, len(kindNames))
	for i := range out {
		out[i] = Kind(i)
	}
	return out
}

// Error is the one error type that leaves a connector. It carries no body,
// no URL and nothing of a candidate: Code is kept only when it looks like a
// code, see SafeCode.
type Error struct {
	Kind       Kind
	Op         string        // the operation, e.g. "create"
	Status     int           // HTTP status, 0 when there was none
	Code       string        // the vendor's error code, upper case, at most 64 characters
	RetryAfter time.Duration // with RateLimited and Unavailable; 0 when the ATS gave none
	Err        error         // what was underneath; never a body
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Op, e.Kind)
	if e.Status != 0 {
		fmt.Fprintf(&b, " (status %d)", e.Status)
	}
	if e.Code != "" {
		b.WriteString(" " + e.Code)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// OfRead returns the error as a read means it: of a read that was lost nothing
// is open, so that what would be Unanswered of a write is Unavailable.
func (e *Error) OfRead() *Error {
	if e.Kind != Unanswered {
		return e
	}
	lost := *e
	lost.Kind = Unavailable
	return &lost
}

// RetryAfter returns how long the ATS asked to wait: an hour at most, so that
// one that is wrong about it is not lost, and 0 when it did not say.
func RetryAfter(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return min(e.RetryAfter, time.Hour)
	}
	return 0
}

// KindOf returns the kind of an error: Unknown for nil and Unanswered for an
// error of any other type, because it says nothing of what reached the ATS.
func KindOf(err error) Kind {
	if err == nil {
		return Unknown
	}
	var e *Error
	if errors.As(err, &e) {
		if e.Kind == Unknown {
			return Unanswered
		}
		return e.Kind
	}
	return Unanswered
}

// SafeCode returns code if it can only be a code (capital letters, digits,
// underscore, dot, dash; at most 64), and nothing otherwise: vendors echo
// what was sent to them, and a candidate's name must not reach a log that way.
func SafeCode(code string) string {
	if len(code) > 64 {
		return ""
	}
	for _, r := range code {
		if (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '.' && r != '-' {
			return ""
		}
	}
	return code
}
