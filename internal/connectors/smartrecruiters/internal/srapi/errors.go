package srapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
)

var (
	errAddress = errors.New("the address of the call cannot be built")
	errBody    = errors.New("the body of the call cannot be built")
	errMissing = errors.New("the answer lacks what it must have")
)

// StatusError is an answer that is not a success. It keeps the status and the
// codes, and nothing else of the body: vendors echo what was sent to them.
type StatusError struct {
	Op         string
	Status     int
	Codes      []string // as far as they are codes, see connector.SafeCode
	OAuth      string   // error of RFC 6749, lower case; only known ones
	RetryAfter time.Duration
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s: status %d %s", e.Op, e.Status, strings.Join(e.Codes, " "))
}

// Has tells whether the answer carried a code.
func (e *StatusError) Has(code string) bool {
	for _, c := range e.Codes {
		if c == code {
			return true
		}
	}
	return false
}

func unreadable(op string, status int, err error) error {
	var e *connector.Error
	if errors.As(err, &e) {
		return e
	}
	return &connector.Error{Kind: connector.Unanswered, Op: op, Status: status, Err: err}
}

// errorBytes is how much of an error's body is looked at.
const errorBytes = 64 << 10

func readError(op string, resp *http.Response, now time.Time) *StatusError {
	e := &StatusError{Op: op, Status: resp.StatusCode}
	e.RetryAfter, _ = atshttp.RetryAfter(resp.Header, now)
	b, err := io.ReadAll(io.LimitReader(resp.Body, errorBytes))
	if err == nil { // a body that broke off says nothing; the status stands
		e.Codes, e.OAuth = parseError(b)
	}
	return e
}

// parseError finds the codes in a body of any of the shapes that the vendor
// has: {message, errors: [{code}]} (S, Customer API), {id, code, message} (S,
// Application API), {message, errors: [{dataPath, message}]} (S, users and
// forms: no code), {error, error_description} (RFC 6749, I). Anything else, a
// proxy's page included, has none.
func parseError(b []byte) (codes []string, oauth string) {
	var body struct {
		Code   atshttp.Text    `json:"code"`
		Error  atshttp.Text    `json:"error"`
		Errors json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), &body) != nil {
		return nil, ""
	}
	var list []struct {
		Code atshttp.Text `json:"code"`
	}
	_ = json.Unmarshal(body.Errors, &list) // another shape has no codes there
	add := func(code atshttp.Text) {
		c := connector.SafeCode(strings.ToUpper(strings.TrimSpace(string(code))))
		if c != "" && len(codes) < 16 {
			codes = append(codes, c)
		}
	}
	for _, e := range list {
		add(e.Code)
	}
	add(body.Code)
	switch name := strings.ToLower(string(body.Error)); name {
	case "invalid_grant", "invalid_client", "invalid_request", "invalid_scope", "unauthorized_client",
		"unsupported_grant_type", "invalid_token", "access_denied", "temporarily_unavailable", "server_error", "slow_down":
		oauth = name
	}
	return codes, oauth
}
