package smartrecruiters

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"handoff/internal/simulator/simkit"
)

// call is one request to the API, with what the checks before the work found out.
type call struct {
	*simkit.Call
	s    *Simulator
	op   *operation
	cred *credential
	sw   Switches
	body any    // decoded JSON body, checked against the operation's shape
	base string // public URL for links in answers
}

// api answers everything that is neither a page nor a control call.
func (s *Simulator) api(w http.ResponseWriter, r *http.Request) {
	found, params, allowed, ok := s.router.Find(r.Method, r.URL.EscapedPath())
	op := s.operations[found.ID]
	if !ok {
		found = simkit.Operation{Method: r.Method, Path: "unknown"}
		op = &operation{auth: open, do: func(c *call) *simkit.Answer {
			if len(allowed) > 0 {
				a := c.fail(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "The path has other methods")
				a.Header.Set("Allow", strings.Join(allowed, ", "))
				return a
			}
			return c.fail(http.StatusNotFound, "NOT_FOUND", "No such path")
		}}
	}
	c := &call{s: s, op: op, base: s.base(r)}
	s.exchange.Serve(w, r, found, params, simkit.Vendor{
		Identify: func(k *simkit.Call) string { return s.identify(c, k) },
		Limit:    func(*simkit.Call) simkit.Limit { return s.limitFor(op, found) },
		TooMany: func(*simkit.Call) *simkit.Answer {
			return c.fail(http.StatusTooManyRequests, "TOO_MANY_REQUESTS", "Limit of "+c.Usage.Refused+" exceeded") // body I
		},
		Fail:     func(_ *simkit.Call, f simkit.Fault) *simkit.Answer { return c.spoilt(f) },
		Work:     func(*simkit.Call) *simkit.Answer { return c.work() },
		Decorate: func(_ *simkit.Call, h http.Header) { c.decorate(h) },
	})
}

func (s *Simulator) identify(c *call, k *simkit.Call) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Call, c.sw = k, s.Switches()
	if c.op.auth == open {
		return "anonymous"
	}
	cred, problem := s.bearer(k.Header)
	switch {
	case cred == nil:
		return problem
	case problem == "revoked":
		s.journal.Tally("used_after_revoke", cred.id)
	case problem == "expired":
		s.journal.Tally("used_after_expiry", cred.id)
	}
	return cred.id
}

// limitFor gives 10 calls a second per endpoint and 8 in flight per credential, and one
// GET /candidates at a time (D: rate-limiting).
func (s *Simulator) limitFor(op *operation, o simkit.Operation) simkit.Limit {
	s.mu.Lock()
	defer s.mu.Unlock()
	if op.auth == open {
		return simkit.Limit{}
	}
	l := simkit.Limit{PerSecond: s.limits.PerSecond, InFlight: s.limits.InFlight}
	if o.Method == http.MethodGet && o.Path == "/candidates" {
		l.EndpointInFlight = s.limits.CandidateLists
	}
	return l
}

// decorate puts the four headers on every answer (D). There is no Retry-After (D, by absence).
// Where no limit holds they say a high one: a client that paces itself by them must not stop.
func (c *call) decorate(h http.Header) {
	u := c.Usage
	if u.Limit == 0 {
		u.Limit, u.Remaining = 1000, 999
	}
	if u.ConcurrentLimit == 0 {
		u.ConcurrentLimit, u.ConcurrentRemaining = 1000, 999
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(u.Limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(u.Remaining))
	h.Set("X-RateLimit-Concurrent-Limit", strconv.Itoa(u.ConcurrentLimit))
	h.Set("X-RateLimit-Concurrent-Remaining", strconv.Itoa(u.ConcurrentRemaining))
	h.Set("X-Request-Id", c.ID)
}

// spoilt is the body of a fault that answers with a status.
func (c *call) spoilt(f simkit.Fault) *simkit.Answer {
	status, code := f.Status, f.Code
	if status == 0 {
		status = http.StatusServiceUnavailable
	}
	switch {
	case f.Kind == simkit.Expired:
		return c.unauthorized("The access token expired")
	case f.Kind == simkit.Denied:
		return c.denied("Candidate or job")
	case code == "" && status == http.StatusTooManyRequests:
		code, c.Usage.Remaining = "TOO_MANY_REQUESTS", 0
	case code == "" && status == http.StatusForbidden:
		code = "PERMISSION_DENIED"
	case code == "" && status >= 500:
		code = "INTERNAL_ERROR"
	case code == "":
		code = "BAD_REQUEST"
	}
	if c.op.oauth {
		return c.oauthFail(status, code, http.StatusText(status))
	}
	return c.fail(status, code, http.StatusText(status))
}

// work checks in the order credential, right, query, body, and then does the operation under the
// lock (promise 4).
func (c *call) work() *simkit.Answer {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.op.auth != open {
		cred, problem := s.bearer(c.Header)
		switch problem {
		case "":
		case "expired":
			return c.unauthorized("The access token expired")
		case "revoked":
			return c.unauthorized("The credential was revoked")
		default:
			return c.unauthorized("Authentication is required")
		}
		c.cred = cred
		cred.lastUsed = s.clock.Now()
		if a := c.forbidden(); a != nil {
			return a
		}
	}
	if a := c.checkQuery(); a != nil {
		return a
	}
	if a := c.checkBody(); a != nil {
		return a
	}
	if c.sw.LaterPages == "error_500" && (c.Query.Has("pageId") || c.Query.Has("page_id")) {
		return c.fail(http.StatusInternalServerError, "INTERNAL_ERROR", http.StatusText(http.StatusInternalServerError))
	}
	return c.op.do(c)
}

// forbidden checks scopes and role (D: a scope is not enough when the role forbids).
func (c *call) forbidden() *simkit.Answer {
	ok := c.cred.allows(c.op.scopes)
	if c.op.ID == "candidatesStatusHistory" && c.sw.HistoryScope == Both {
		ok = c.cred.allows([]string{"candidates_read"}) && c.cred.allows([]string{"candidate_status_read"})
	}
	if !ok {
		return c.fail(http.StatusForbidden, c.op.forbiddenCode(), "Insufficient scope: "+strings.Join(c.op.scopes, " or ")+" is needed")
	}
	if c.Op.Method != http.MethodGet && c.cred.roleNow() == RoleViewer {
		return c.fail(http.StatusForbidden, c.op.forbiddenCode(), "The System role does not permit this")
	}
	return nil
}

// checkQuery refuses what no document declares (promise 2) and single parameters sent twice.
func (c *call) checkQuery() *simkit.Answer {
	if c.QueryErr != nil {
		return c.fail(http.StatusBadRequest, "BAD_REQUEST", "The query cannot be decoded")
	}
	for name, values := range c.Query {
		many := slices.Contains(c.op.repeated, name)
		switch {
		case !many && !slices.Contains(c.op.query, name):
			if c.sw.UndeclaredFields == Refused && !c.op.anyQuery {
				return c.fail(http.StatusBadRequest, "UNKNOWN_PARAMETER", "Unknown query parameter "+name)
			}
		case !many && len(values) > 1:
			return c.fail(http.StatusBadRequest, "REPEATED_PARAMETER", "Query parameter "+name+" can be given once")
		}
	}
	return nil
}

func (c *call) checkBody() *simkit.Answer {
	if c.TooLarge && !c.op.multipart {
		return c.fail(http.StatusRequestEntityTooLarge, "REQUEST_TOO_LARGE", "The request body is too large")
	}
	media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch {
	case c.op.shape == nil && !c.op.multipart && !c.op.form:
		if len(c.Body) > 0 {
			return c.fail(http.StatusBadRequest, "UNEXPECTED_BODY", "This call takes no body")
		}
		return nil
	case err != nil || !slices.Contains(c.op.accepts(c.sw), media):
		return c.fail(http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be "+strings.Join(c.op.accepts(c.sw), " or "))
	case c.op.shape == nil:
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(c.Body))
	if err := d.Decode(&c.body); err != nil {
		return c.fail(http.StatusBadRequest, "MALFORMED_JSON", "The body is not JSON")
	}
	if _, err := d.Token(); err != io.EOF {
		return c.fail(http.StatusBadRequest, "MALFORMED_JSON", "There is something after the JSON body")
	}
	var strange, bad []problem
	for _, p := range c.op.shape("", c.body) {
		if p.code == codeUnknownField {
			strange = append(strange, p)
		} else {
			bad = append(bad, p)
		}
	}
	switch {
	case len(strange) > 0 && c.sw.UndeclaredFields == Refused:
		return c.failAll(http.StatusBadRequest, strange)
	case len(bad) > 0:
		return c.invalid(bad)
	}
	return nil
}
