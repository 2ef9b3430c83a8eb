package erecruiter

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

// call is one request to the API, with what the checks before the work found out.
type call struct {
	*simkit.Call
	s       *Simulator
	w       *wire
	op      *operation
	sw      Switches
	key     *key
	company *company
	form    url.Values
	base    string
	limited string // "company N" when the rate is the company's
}

// api answers everything that is neither a page nor a control call.
func (s *Simulator) api(rw http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	c := &call{s: s, w: s.wire, sw: s.Switches(), base: s.publicURL}
	s.mu.Unlock()
	if c.base == "" {
		c.base = "http://" + r.Host
	}
	op, params, allowed := c.w.find(r.Method, r.URL.EscapedPath())
	if op == nil {
		op = &operation{Operation: simkit.Operation{Method: r.Method, Path: "unknown"}, auth: open, do: func(c *call) *simkit.Answer {
			if len(allowed) > 0 {
				a := c.fail(http.StatusMethodNotAllowed, "MethodNotAllowed", "The path has other methods", "")
				a.Header.Set("Allow", strings.Join(allowed, ", "))
				return a
			}
			return c.fail(http.StatusNotFound, "NotFound", "No such path", "")
		}}
		op.body = anyBody
	}
	c.op = op
	s.exchange.Serve(rw, r, op.Operation, params, simkit.Vendor{
		Identify: func(k *simkit.Call) string { return c.identify(k) },
		Limit:    func(*simkit.Call) simkit.Limit { return c.limit() },
		TooMany:  func(*simkit.Call) *simkit.Answer { return c.tooMany() },
		Fail:     func(_ *simkit.Call, f simkit.Fault) *simkit.Answer { return c.spoilt(f) },
		Work:     func(*simkit.Call) *simkit.Answer { return c.work() },
		Decorate: func(_ *simkit.Call, h http.Header) { c.decorate(h) },
	})
}

func (c *call) identify(k *simkit.Call) string {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Call = k
	if c.op.auth != needed {
		return "anonymous"
	}
	found, problem := s.credential(k.Header)
	if found == nil {
		return problem
	}
	if problem != "" {
		s.journal.Tally("used_after_"+map[string]string{"revoked": "revoke", "expired": "expiry"}[problem], found.id)
	}
	return found.id
}

// limit counts all calls for one company together, whoever makes them (A).
func (c *call) limit() simkit.Limit {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.op.auth != needed || c.s.limits.PerSecond == 0 {
		return simkit.Limit{}
	}
	share := "company " + c.Query.Get(c.w.Company)
	if !c.op.company {
		share = "credential " + c.Credential
	}
	return simkit.Limit{PerSecond: c.s.limits.PerSecond, Burst: c.s.limits.Burst, Share: share}
}

// decorate sets the date, which the administrator can put wrong, and an id of the request.
func (c *call) decorate(h http.Header) {
	c.s.mu.Lock()
	skew := c.s.skew
	c.s.mu.Unlock()
	h.Set("Date", c.s.clock.Now().Add(skew).Format(http.TimeFormat))
	h.Set("X-Request-Id", c.ID)
}

// work checks in the order credential, query, company, right, body, and then does the operation
// under the lock (promise 4).
func (c *call) work() *simkit.Answer {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.op.auth == needed {
		k, problem := s.credential(c.Header)
		switch {
		case problem == "revoked" && c.sw.RevokedKey == "403":
			return c.fail(http.StatusForbidden, "AccessKeyRevoked", "The access key was revoked", "")
		case problem != "":
			a := c.fail(http.StatusUnauthorized, "Unauthorized", "Authorization is missing or not valid: "+problem, "")
			a.Header.Set("WWW-Authenticate", "Bearer")
			return a
		}
		c.key, k.lastUsed = k, s.clock.Now()
		if slices.Contains(k.denied, c.op.ID) {
			return c.fail(http.StatusForbidden, "PermissionDenied", "The access key has no right to this", "")
		}
	}
	if a := c.checkQuery(); a != nil {
		return a
	}
	if c.op.company {
		if a := c.findCompany(); a != nil {
			return a
		}
	}
	if a := c.checkBody(); a != nil {
		return a
	}
	return c.op.do(c)
}

// checkQuery refuses what the contract does not declare (promise 2), what was not encoded, and
// parameters sent twice.
func (c *call) checkQuery() *simkit.Answer {
	if c.op.body == anyBody {
		return nil
	}
	if c.QueryErr != nil {
		return c.fail(http.StatusBadRequest, "QueryInvalid", "The query cannot be decoded", "")
	}
	var declared []string
	if c.op.company {
		declared = append(declared, c.w.Company)
	}
	if c.op.paged {
		declared = append(declared, c.w.Paging.Limit, c.w.Paging.Offset)
	}
	for _, q := range c.op.query {
		declared = append(declared, c.w.name("query", q))
	}
	for name, values := range c.Query {
		switch {
		case !slices.Contains(declared, name):
			if a := c.undeclared("query parameter " + name); a != nil {
				return a
			}
		case len(values) > 1:
			return c.fail(http.StatusBadRequest, "QueryInvalid", "Query parameter "+name+" can be given once", "")
		}
	}
	return nil
}

// undeclared refuses, or counts with the switch undeclared_fields.
func (c *call) undeclared(what string) *simkit.Answer {
	if c.sw.UndeclaredFields == Refused {
		return c.fail(http.StatusBadRequest, "UnknownField", "Unknown "+what, "")
	}
	c.s.journal.Tally("undeclared", c.op.ID+" "+what)
	return nil
}

func (c *call) findCompany() *simkit.Answer {
	text := c.Query.Get(c.w.Company)
	if text == "" {
		if c.sw.MissingCompany == First {
			c.company = c.key.companies[0]
			return nil
		}
		return c.fail(http.StatusBadRequest, "CompanyRequired", "Query parameter "+c.w.Company+" is missing", "")
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return c.fail(http.StatusBadRequest, "CompanyInvalid", "The company is not a number", "")
	}
	co := c.s.st.company(id)
	if co == nil || !c.key.reaches(co) {
		return c.fail(http.StatusForbidden, "CompanyForbidden", "The access key is not of this company", "")
	}
	c.company = co
	return nil
}

// id reads the number in the path.
func (c *call) id() int64 {
	n, err := strconv.ParseInt(c.Params["id"], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (c *call) now() time.Time { return c.s.clock.Now() }
