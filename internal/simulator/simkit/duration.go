package simkit

import (
	"encoding/json"
	"fmt"
	"time"
)

// Duration is a time.Duration that is written in JSON as text ("1.5s", "28h") and is also read
// from a number of seconds.
type Duration time.Duration

// MarshalJSON writes the text form.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Duration(d).String())
}

// UnmarshalJSON reads "2s" or 2.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	switch v := v.(type) {
	case string:
		p, err := time.ParseDuration(v)
		if err != nil {
			return fmt.Errorf("duration %q: use a form like 1.5s or 28h", v)
		}
		*d = Duration(p)
	case float64:
		*d = Duration(v * float64(time.Second))
	default:
		return fmt.Errorf("duration %s: use a form like 1.5s or a number of seconds", b)
	}
	return nil
}

// String returns the text form.
func (d Duration) String() string { return time.Duration(d).String() }
