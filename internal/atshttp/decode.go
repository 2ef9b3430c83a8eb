package atshttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"handoff/internal/connector"
)

// ErrAnswer says that an answer's body is not what was expected. It holds
// nothing of the body: encoding/json would quote it.
var ErrAnswer = errors.New("the answer is not the JSON that was expected")

// DecodeJSON reads one JSON value from a body that Client.Do has bounded.
// Fields that are not asked for are passed over: vendors add them. It returns
// ErrAnswer, or the *connector.Error of a body that broke off.
func DecodeJSON(body io.Reader, v any) error {
	b, err := io.ReadAll(body)
	if err != nil {
		var e *connector.Error
		if errors.As(err, &e) {
			return e
		}
		return ErrAnswer
	}
	if json.Unmarshal(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), v) != nil {
		return ErrAnswer
	}
	return nil
}

// Text is a string that may come as a number or a boolean: identifiers are
// strings in one answer of a vendor and numbers in the next. null is empty;
// anything else that is no text is empty too.
type Text string

func (t *Text) UnmarshalJSON(b []byte) error {
	var s string
	switch c := b[0]; {
	case c == '"':
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = Text(s)
	case c == '-' || c >= '0' && c <= '9', c == 't', c == 'f':
		*t = Text(b)
	default:
		*t = ""
	}
	return nil
}

// Int is a whole number that may come as a string or with a fraction. What is
// no number is 0.
type Int int64

func (n *Int) UnmarshalJSON(b []byte) error {
	*n = 0
	f, err := strconv.ParseFloat(strings.Trim(string(b), `" `), 64)
	if err == nil && f > -1e15 && f < 1e15 {
		*n = Int(f)
	}
	return nil
}
