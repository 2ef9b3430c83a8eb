package simkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Kind says in which way a call goes wrong. "Before" kinds answer without doing the work, "after"
// kinds do the whole work and then answer wrongly: the difference is what a client cannot see.
type Kind string

const (
	// StatusBefore answers Status (default 503) and does nothing.
	StatusBefore Kind = "status_before"
	// StatusAfter does the work and answers Status (default 503) all the same.
	StatusAfter Kind = "status_after"
	// DropBefore closes the connection without an answer and does nothing.
	DropBefore Kind = "drop_before"
	// DropAfter does the work and closes the connection without an answer.
	DropAfter Kind = "drop_after"
	// DelayBefore waits for Delay, then works and answers; the work is done even when the client
	// has gone meanwhile.
	DelayBefore Kind = "delay_before"
	// DelayAfter works, waits for Delay, then answers.
	DelayAfter Kind = "delay_after"
	// Expired answers as if the access token had expired; the credential stays as it is.
	Expired Kind = "expired_401"
	// Denied answers the 401 that means "no access to this", with a good token.
	Denied Kind = "denied_401"
	// HTML answers a web page with Status (default 502), as a proxy in between would.
	HTML Kind = "html"
	// Empty200 answers 200 with no body and does nothing.
	Empty200 Kind = "empty_200"
	// Truncated does the work and breaks off in the middle of the body.
	Truncated Kind = "truncated"
	// Trickle does the work and sends the body in small pieces with Delay (default 50ms) between.
	Trickle Kind = "trickle"
	// Swallow does the work and never answers: the connection is held until the client leaves.
	Swallow Kind = "swallow"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{StatusBefore, StatusAfter, DropBefore, DropAfter, DelayBefore, DelayAfter, Expired,
		Denied, HTML, Empty200, Truncated, Trickle, Swallow}
}

// Match says which calls a fault meets. Empty fields match everything. Calls that pass Method,
// Path, Op and Credential are counted; Nth, After, Count and Probability then choose among them.
type Match struct {
	Method     string `json:"method,omitempty"`
	Path       string `json:"path,omitempty"`       // the template: /jobs/{jobId}/candidates
	Op         string `json:"op,omitempty"`         // the operation's id
	Credential string `json:"credential,omitempty"` // the journal's credential id

	Nth         int     `json:"nth,omitempty"`         // only the nth matching call, counted from 1
	After       int     `json:"after,omitempty"`       // leave the first so many alone
	Count       int     `json:"count,omitempty"`       // strike at most so often; 0 is without end
	Probability float64 `json:"probability,omitempty"` // chance of striking; 0 is always
}

// Fault is one rule of a script.
type Fault struct {
	Match
	Kind    Kind              `json:"kind"`
	Status  int               `json:"status,omitempty"`
	Code    string            `json:"code,omitempty"`    // the vendor's error code in the body of a status fault
	Delay   Duration          `json:"delay,omitempty"`   // also slows a status, drop, html or truncated fault
	Headers map[string]string `json:"headers,omitempty"` // added to the answer, for example Retry-After
}

// Validate says what is wrong with a fault, or nil.
func (f Fault) Validate() error {
	switch {
	case !slices.Contains(Kinds(), f.Kind):
		return fmt.Errorf("fault: unknown kind %q", f.Kind)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("fault %s: status %d is not between 200 and 599", f.Kind, f.Status)
	case f.Probability < 0 || f.Probability > 1:
		return fmt.Errorf("fault %s: probability %v is not between 0 and 1", f.Kind, f.Probability)
	case f.Nth < 0 || f.After < 0 || f.Count < 0 || f.Delay < 0:
		return fmt.Errorf("fault %s: nth, after, count and delay cannot be negative", f.Kind)
	case (f.Kind == DelayBefore || f.Kind == DelayAfter) && f.Delay == 0:
		return fmt.Errorf("fault %s: a delay is needed", f.Kind)
	}
	return nil
}

// ParseFaults reads a fault script: a JSON array of faults. Unknown fields are refused, so that a
// misspelt rule does not silently strike everything.
func ParseFaults(b []byte) ([]Fault, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var faults []Fault
	if err := d.Decode(&faults); err != nil {
		return nil, fmt.Errorf("fault script: %w", err)
	}
	for i, f := range faults {
		if err := f.Validate(); err != nil {
			return nil, fmt.Errorf("fault script, rule %d: %w", i+1, err)
		}
	}
	return faults, nil
}
