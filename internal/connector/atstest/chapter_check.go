package atstest

import (
	"strings"
	"sync"
	"testing"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

func states(r connector.Report) map[string]recruit.TestCheck {
	out := map[string]recruit.TestCheck{}
	for _, c := range r.Checks {
		out[c.Name] = c
	}
	return out
}

// writes counts the calls that could have changed something, tokens aside.
func (h *host) writes() int {
	n := 0
	for _, c := range h.remote.Calls() {
		if c.Method != "GET" && !strings.Contains(c.Template, "token") && !strings.Contains(c.Template, "oauth") {
			n++
		}
	}
	return n
}

// chapterCheck: every way to connect opens the account, and a look changes
// nothing.
func chapterCheck(t testing.TB, target Target) {
	for _, m := range target.Type.Auths {
		h := newHost(t, target, Options{}, m.Auth)
		r, err := h.conn().Core.Check(t.Context())
		if h.saw(err) != connector.Unknown || !r.Passed() || r.Account.ID == "" || r.Account.Name == "" {
			t.Errorf("%s: %+v, %v", m.Auth, r, err)
		}
		got := states(r)
		for _, name := range []string{connector.CheckCredential, connector.CheckRights, connector.CheckSource} {
			if got[name].State != recruit.CheckPassed && got[name].State != recruit.CheckNotApplicable {
				t.Errorf("%s: %s is %q %s", m.Auth, name, got[name].State, got[name].Code)
			}
		}
		if h.writes() != 0 {
			t.Errorf("%s: a check wrote", m.Auth)
		}
		h.set.Source = nil
		r, err = h.conn().Core.Check(t.Context())
		if c := states(r)[connector.CheckSource]; err != nil || !r.Passed() || c.State == recruit.CheckPassed {
			t.Errorf("%s: without a source the check says %+v, %v; it is a warning", m.Auth, c, err)
		}
		h.remote.Fault(Fault{Kind: StatusBefore, Status: 500})
		if _, err = h.conn().Core.Check(t.Context()); h.saw(err) != connector.Unavailable {
			t.Errorf("%s: while the ATS is down a check says %v", m.Auth, err)
		}
	}
}

// chapterCredential: an expired token is renewed once; a dead credential is
// told from a job that this one may not see.
func chapterCredential(t testing.TB, target Target) {
	for _, m := range target.Type.Auths {
		h := newHost(t, target, Options{}, m.Auth)
		job := h.remote.Job(JobOpen)
		renewable := m.Renewable()
		if renewable {
			first := h.application(job, 0)
			h.push(first)
			before := h.tokens.renewals()
			h.remote.Expire()
			var wg sync.WaitGroup
			works := make([]*work, 8)
			for i := range works {
				works[i] = h.application(job, 1+i)
				wg.Go(func() { h.push(works[i]) })
			}
			wg.Wait()
			for _, w := range works {
				h.once(w, string(m.Auth)+" with an expired token")
			}
			if n := h.tokens.renewals() - before; n != 1 {
				t.Errorf("%s: %d renewals for one expired token, want 1", m.Auth, n)
			}
		}
		w := h.application(h.remote.Job(JobDenied), 20)
		if k := h.push(w); k != connector.Forbidden {
			t.Errorf("%s: a job that may not be seen is %v, want forbidden", m.Auth, k)
		}
		if r, err := h.conn().Core.Check(t.Context()); err != nil || !r.Passed() {
			t.Errorf("%s: after a denied job the connection says %+v, %v", m.Auth, r, err)
		}
		if !renewable { // the question whose fault it is fails: the credential is not blamed
			h.remote.Fault(Fault{Kind: StatusBefore, Status: 500, Nth: 2})
			if k := h.push(h.application(h.remote.Job(JobDenied), 21)); k == connector.Unauthorized || k == connector.Unknown {
				t.Errorf("%s: a denied job while the ATS is ailing is %v", m.Auth, k)
			}
			h.remote.Heal()
		}
		h.remote.Withdraw()
		dead := h.application(job, 22)
		k := h.push(dead)
		if k != connector.Unauthorized && k != connector.Revoked {
			t.Errorf("%s: a withdrawn credential is %v", m.Auth, k)
		}
		if n := len(h.held(dead)); n != 0 {
			t.Errorf("%s: a withdrawn credential created %d", m.Auth, n)
		}
		r, err := h.conn().Core.Check(t.Context())
		if err != nil || states(r)[connector.CheckCredential].State != recruit.CheckFailed {
			t.Errorf("%s: with a withdrawn credential the check says %+v, %v", m.Auth, r, err)
		}
	}
}
