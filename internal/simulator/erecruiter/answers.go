package erecruiter

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

// obj is a JSON object.
type obj = map[string]any

// raw answers with v as it is.
func (c *call) raw(status int, v any) *simkit.Answer {
	b, err := json.Marshal(v)
	if err != nil {
		b = []byte("{}") // values are built from strings, numbers and what JSON gave
	}
	return &simkit.Answer{Status: status, Header: http.Header{"Content-Type": {string(c.sw.AnswerContentType)}}, Body: b}
}

// one answers with one object of a kind, in the words of the dialect.
func (c *call) one(status int, kind string, v obj) *simkit.Answer {
	return c.raw(status, c.cased(c.say(kind, v)))
}

// fail answers with the vendor's error body: an array of message, errorCode and modelType (C on a
// 500; the codes are A). With the switch echo_bodies the request comes back inside it.
func (c *call) fail(status int, code, message, model string) *simkit.Answer {
	if c.sw.EchoBodies == On && len(c.Body) > 0 {
		message += " (request was: " + string(c.Body[:min(len(c.Body), 2000)]) + ")"
	}
	e := obj{"message": message, "errorCode": code, "modelType": nil}
	if model != "" {
		e["modelType"] = model
	}
	var a *simkit.Answer
	switch said := c.say("error", e); c.sw.ErrorBody {
	case "object":
		a = c.raw(status, said)
	case "html":
		a = cdn(status)
	case "empty":
		a = &simkit.Answer{Status: status, Header: http.Header{}}
	default:
		a = c.raw(status, c.wrap(c.w.Errors, []any{said}))
	}
	a.Code = code
	return a
}

// cdn is a page of what stands before the vendor's hosts, which answers 403 to those whom it takes
// for robots (C).
func cdn(status int) *simkit.Answer {
	return &simkit.Answer{Status: status, Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}, "Server": {"cdn"}},
		Body: []byte("<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title></head><body><h1>" +
			http.StatusText(status) + "</h1><p>Enable JavaScript and cookies to continue</p></body></html>")}
}

// tooMany is the answer above the limit; none is known (U).
func (c *call) tooMany() *simkit.Answer {
	switch c.sw.RateAnswer {
	case "503":
		return c.fail(http.StatusServiceUnavailable, "ServiceUnavailable", "Too many requests", "")
	case "403_html":
		a := cdn(http.StatusForbidden)
		a.Code = "TooManyRequests"
		return a
	}
	a := c.fail(http.StatusTooManyRequests, "TooManyRequests", "Too many requests", "")
	if c.sw.RateAnswer != "429" {
		a.Header.Set("Retry-After", "1")
	}
	return a
}

// spoilt is the body of a fault that answers with a status.
func (c *call) spoilt(f simkit.Fault) *simkit.Answer {
	status, code := f.Status, f.Code
	if status == 0 {
		status = http.StatusServiceUnavailable
	}
	switch {
	case f.Kind == simkit.Expired:
		return c.fail(http.StatusUnauthorized, "Unauthorized", "The token expired", "")
	case f.Kind == simkit.Denied:
		return c.fail(http.StatusForbidden, "PermissionDenied", "No access to this", "")
	case code == "" && status == http.StatusTooManyRequests:
		return c.tooMany()
	case code == "" && status >= 500:
		code = "InternalServerError" // C
	case code == "":
		code = strings.ReplaceAll(http.StatusText(status), " ", "")
	}
	if c.op.auth == client {
		return c.oauthFail(status, code, http.StatusText(status))
	}
	return c.fail(status, code, http.StatusText(status), "")
}

// date writes a moment; nobody has seen how the vendor does it (U).
func (c *call) date(t time.Time) string {
	how := c.sw.Dates
	if how == Wire {
		how = c.w.Dates
	}
	t = t.Add(c.s.skew).In(c.s.warsaw)
	switch how {
	case RFC3339:
		return t.Format(time.RFC3339)
	case PolishDate:
		return t.Format("02.01.2006")
	case Milliseconds:
		return "/Date(" + strconv.FormatInt(t.UnixMilli(), 10) + ")/"
	}
	return t.Format("2006-01-02T15:04:05")
}
