package erapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
)

var (
	errAddress = errors.New("the address of the call cannot be built")
	errBody    = errors.New("the body of the call cannot be built")
	errMissing = errors.New("the answer lacks what the mapping says it has")
)

// StatusError is an answer that is no success. It keeps the status, the codes
// and their meanings, and nothing else of the body.
type StatusError struct {
	Op       string
	Status   int
	Codes    []string // as far as they are codes, e.g. CONSENT_REQUIRED
	Meanings []string // of the codes, by the mapping: CodeConsentRequired …
	// Page is set when the body is a page for a browser: it is of something
	// that stands before the API (C: Cloudflare), not of the API.
	Page       bool
	OAuth      string // error of RFC 6749; only known ones
	RetryAfter time.Duration
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s: status %d %s", e.Op, e.Status, strings.Join(e.Codes, " "))
}

// errorBytes is how much of an error's body is looked at.
const errorBytes = 64 << 10

func (c Client) readError(op string, resp *http.Response) *StatusError {
	e := &StatusError{Op: op, Status: resp.StatusCode}
	e.RetryAfter, _ = atshttp.RetryAfter(resp.Header, c.now())
	b, err := io.ReadAll(io.LimitReader(resp.Body, errorBytes))
	if err == nil { // a body that broke off says nothing; the status stands
		c.Map.readErrorBody(b, e)
	}
	return e
}

// readErrorBody finds codes in an array of errors (C: [{message, errorCode,
// modelType}]), in one error, in an array inside an object, or in an error of
// RFC 6749. Anything else has none.
func (m *Mapping) readErrorBody(b []byte, e *StatusError) {
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	if len(b) > 0 && b[0] == '<' {
		e.Page = true
		return
	}
	var n node
	if json.Unmarshal(b, &n) != nil {
		return
	}
	items, ok := n.rows(m.Fields["error.list"], nil)
	if !ok {
		items = []node{n}
	}
	for _, item := range append(items, n) {
		code, _ := item.first(m.Fields["error.code"])
		m.addCode(code.text(), e)
	}
	oauth, _ := n.at(Pointer{"error"})
	switch name := strings.ToLower(oauth.text()); name {
	case "invalid_grant", "invalid_client", "invalid_request", "invalid_scope", "unauthorized_client", "unsupported_grant_type",
		"access_denied", "temporarily_unavailable", "server_error":
		e.OAuth = name
	}
}

func (m *Mapping) addCode(word string, e *StatusError) {
	if word == "" || len(e.Codes) >= 16 {
		return
	}
	code := connector.SafeCode(snake(word))
	if code == "" {
		return
	}
	e.Codes = append(e.Codes, code)
	for _, meaning := range names()["codes."] {
		if fold(m.Codes[meaning], word) {
			e.Meanings = append(e.Meanings, meaning)
		}
	}
}

// snake writes ConsentRequired as CONSENT_REQUIRED. What is not made of
// letters and digits of ASCII is no code.
func snake(word string) string {
	var b strings.Builder
	for i, r := range word {
		switch {
		case r > unicode.MaxASCII:
			return ""
		case i > 0 && unicode.IsUpper(r) && unicode.IsLower(rune(word[i-1])):
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// unreadable is a success that cannot be read: the work was done, its outcome
// is not known.
func unreadable(op string, status int, err error) error {
	var e *connector.Error
	if errors.As(err, &e) {
		return e
	}
	return &connector.Error{Kind: connector.Unanswered, Op: op, Status: status, Err: err}
}
