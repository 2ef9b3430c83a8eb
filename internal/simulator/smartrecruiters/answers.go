package smartrecruiters

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"handoff/internal/simulator/simkit"
)

// obj is a JSON object.
type obj = map[string]any

// stamp writes a date-time as the vendor does: yyyy-MM-ddTHH:mm:ss.SSSZ (S).
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// json answers with v and a few fields that no document knows: a client must read past them.
func (c *call) json(status int, v any) *simkit.Answer {
	switch v := v.(type) {
	case obj:
		v["apiRevision"] = 201911
		v["insights"] = obj{"score": nil, "labels": []string{}}
		if list, ok := v["content"].([]obj); ok {
			strange(list)
		}
	case []obj:
		strange(v)
	}
	b, err := json.Marshal(v)
	if err != nil {
		b = []byte("{}") // values are built from strings, numbers and what JSON gave
	}
	return &simkit.Answer{Status: status, Header: http.Header{"Content-Type": {string(c.sw.AnswerContentType)}}, Body: b}
}

func strange(list []obj) {
	for _, o := range list {
		o["matchInsight"] = obj{"version": 2, "value": nil}
	}
}

func nothing() *simkit.Answer {
	return &simkit.Answer{Status: http.StatusNoContent, Header: http.Header{}}
}

// fail answers with the Customer API's error body: errors with code and message, and a message on
// top (S). With the switch echo_bodies the request comes back inside it, as real services do.
func (c *call) fail(status int, code, message string) *simkit.Answer {
	return c.failAll(status, []problem{{code: code, message: message}})
}

type problem struct{ code, message string }

func (c *call) failAll(status int, problems []problem) *simkit.Answer {
	list := make([]obj, len(problems))
	for i, p := range problems {
		m := p.message
		if c.sw.EchoBodies == On && len(c.Body) > 0 {
			m += " (request was: " + string(c.Body[:min(len(c.Body), 2000)]) + ")"
		}
		list[i] = obj{"code": p.code, "message": m}
	}
	a := c.json(status, obj{"message": http.StatusText(status), "errors": list})
	a.Code = problems[0].code
	return a
}

// invalid answers for a body that does not have the declared shape (S: some answers are 422
// without a body).
func (c *call) invalid(problems []problem) *simkit.Answer {
	if c.sw.ValidationErrors == "422_empty" {
		return &simkit.Answer{Status: http.StatusUnprocessableEntity, Header: http.Header{}, Code: problems[0].code}
	}
	return c.failAll(http.StatusBadRequest, problems)
}

// unauthorized is the 401 of a credential that is not good, in one of the shapes it may have (I).
func (c *call) unauthorized(why string) *simkit.Answer {
	switch c.sw.ExpiredTokenBody {
	case "oauth":
		a := c.json(http.StatusUnauthorized, obj{"error": "invalid_token", "error_description": why})
		a.Header.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		a.Code = "invalid_token"
		return a
	case "empty":
		return &simkit.Answer{Status: http.StatusUnauthorized, Header: http.Header{"WWW-Authenticate": {"Bearer"}}}
	}
	return c.fail(http.StatusUnauthorized, "UNAUTHORIZED", why)
}

// denied is the 401 that means: a good credential without access to this job or candidate (S).
func (c *call) denied(what string) *simkit.Answer {
	return c.fail(http.StatusUnauthorized, "PERMISSION_DENIED", what+" access denied")
}

func (c *call) link(method, format string, args ...any) obj {
	return obj{"url": c.base + fmt.Sprintf(format, args...), "method": method}
}
