package atstest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
)

// shapes are the forms in which error bodies come, each repeating what a
// candidate wrote, as vendors do.
func shapes() []string {
	said := canaryFirst + " " + canaryLast + " " + canaryMail + ".1@example.com"
	return []string{
		fmt.Sprintf(`{"message": %q, "errors": [{"code": "SOME_CODE", "message": %q}, {"code": %q}]}`, said, said, said),
		fmt.Sprintf(`{"id": "1", "code": %q, "message": %q}`, said, said),
		fmt.Sprintf(`{"error": %q, "error_description": %q, "errors": [{"dataPath": %q, "message": %q}]}`, said, said, said, said),
		"<html><body>" + said + "</body></html>",
		"",
	}
}

// chapterErrors: every status from 400 to 599 in every shape has a verdict, for
// a call that writes and for one that reads.
func chapterErrors(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	job := h.remote.Job(JobOpen)
	n := 0
	for status := 400; status <= 599 && !enough(t); status++ {
		for i, body := range shapes() {
			n++
			w := h.application(job, n)
			h.remote.Answer(status, nil, body)
			from := len(h.held(w))
			err := h.conn().Push.Push(t.Context(), w.s, connector.Receipt{}, func(r connector.Receipt) error { w.receipt = r; return nil })
			if k := h.saw(err); status != 401 { // a 401 may be repeated with a new token
				judge(t, fmt.Sprintf("write, status %d, shape %d", status, i), status, k, err, true, strings.HasPrefix(body, "<"))
				if len(h.held(w)) != from {
					t.Errorf("status %d: a candidate was made by an answer that was not one", status)
				}
			}
			h.rested()
			if i < 3 {
				h.remote.Answer(status, nil, body)
				_, err = h.conn().Find.Find(t.Context(), job, nil)
				if k := h.saw(err); status != 401 {
					judge(t, fmt.Sprintf("read, status %d, shape %d", status, i), status, k, err, false, false)
				}
				h.rested()
			}
		}
	}
	leaks(t, h)
	for v, want := range map[string]time.Duration{"7": 7 * time.Second, h.remote.Now().Add(90 * time.Second).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"): 90 * time.Second} {
		h.remote.Answer(429, map[string]string{"Retry-After": v}, "")
		var e *connector.Error
		err := h.conn().Push.Push(t.Context(), h.application(job, 0).s, connector.Receipt{}, func(connector.Receipt) error { return nil })
		if !errors.As(err, &e) || e.Kind != connector.RateLimited || e.RetryAfter < want-10*time.Second || e.RetryAfter > want+time.Second {
			t.Errorf("Retry-After %q became %v", v, err)
		}
		h.rested()
	}
}

// judge holds a verdict to what every ATS has in common. A page for a browser
// may be of something that stands before the ATS, which then did nothing.
func judge(t testing.TB, what string, status int, k connector.Kind, err error, write, page bool) {
	t.Helper()
	ok := k != connector.Unknown
	switch {
	case status == 429:
		ok = k == connector.RateLimited
	case status == 403:
		ok = k == connector.Forbidden || page && k == connector.Unavailable
	case status == 404 || status == 410:
		ok = k == connector.Gone
	case status == 408 || status >= 500:
		ok = k == connector.Unanswered && write || k == connector.Unavailable && !write
	default:
		ok = ok && k != connector.Unauthorized && k != connector.Revoked && k != connector.Misconfigured && k != connector.Stopped
	}
	if !ok {
		t.Errorf("%s: %v", what, err)
	}
}

// chapterQuiet: through every kind of failure, nothing of a candidate and no
// credential stands in an error, a log line or a URL.
func chapterQuiet(t testing.TB, target Target) {
	for _, m := range target.Type.Auths {
		h := newHost(t, target, Options{}, m.Auth)
		h.timeout = 150 * time.Millisecond
		job := h.remote.Job(JobOpen)
		for i, f := range faults() {
			h.remote.Heal()
			h.remote.Fault(f)
			w := h.application(job, i)
			h.push(w)
			_, err := h.conn().Find.Find(t.Context(), job, []connector.Wanted{w.wanted()})
			h.saw(err)
			h.rested()
		}
		h.remote.Heal()
		for i, body := range shapes() {
			h.remote.Answer(400, nil, body)
			h.push(h.application(job, 100+i))
		}
		broken := h.application(job, 200)
		broken.s.CV.Open = nil
		broken.s.CV = cv(canaryFile, nil)
		broken.s.CV.Size = 99 // fewer bytes come than announced
		h.push(broken)
		h.remote.Withdraw()
		h.push(h.application(job, 201))
		_, err := h.conn().Core.Check(t.Context())
		h.saw(err)
		leaks(t, h)
	}
}

// leaks looks for canaries where none may be.
func leaks(t testing.TB, h *host) {
	t.Helper()
	h.mu.Lock()
	var b strings.Builder
	for _, e := range h.errs {
		fmt.Fprintf(&b, "%v %+v %#v\n", e, e, e)
		for u := e; u != nil; u = errors.Unwrap(u) {
			b.WriteString(u.Error() + "\n")
		}
	}
	h.errs = nil
	b.WriteString(h.logged.String())
	h.mu.Unlock()
	for _, c := range h.remote.Calls() {
		b.WriteString(c.Target + "\n")
	}
	text := strings.ToLower(b.String())
	cred := h.tokens.cred
	secrets := []string{cred.AccessToken.Reveal(), cred.RefreshToken.Reveal(), h.set.ClientSecret.Reveal()}
	for _, f := range cred.Fields {
		secrets = append(secrets, f.Reveal())
	}
	for i, s := range append(secrets, canaryFirst, canaryLast, "kanarkowa", "zdzis", canaryPhone, "600700800", "%pdf", "%40", "@example") {
		if s != "" && strings.Contains(text, strings.ToLower(s)) {
			t.Errorf("canary %d of %s leaked", i, h.set.Auth)
		}
	}
}
