package api_test

import (
	"net/http"
	"strings"
	"testing"

	"handoff/internal/door"
)

// paths fills a pattern with identifiers.
func fill(pattern string) string {
	return strings.NewReplacer("{id}", "proc_0000000000", "{cause}", "none").Replace(pattern)
}

func TestEveryOperationRefusesWhoeverHasNoToken(t *testing.T) {
	h := start(t)
	nobody := &client{h: h}
	n := 0
	for _, r := range h.Routes() {
		if !strings.HasPrefix(r.Pattern, "/api/v1/") {
			continue
		}
		n++
		g := nobody.ask(r.Method, fill(r.Pattern), nil).want(http.StatusUnauthorized, "unauthorized")
		if !strings.HasPrefix(g.header.Get("WWW-Authenticate"), `Bearer realm="handoff"`) {
			t.Errorf("%s %s: WWW-Authenticate %q", r.Method, r.Pattern, g.header.Get("WWW-Authenticate"))
		}
	}
	if n < 50 {
		t.Errorf("only %d operations asked", n)
	}
}

func TestATokenInTheQueryOrInACookieOpensNothing(t *testing.T) {
	h := start(t)
	nobody := &client{h: h}
	nobody.ask("GET", "/processes?access_token="+h.admin.token, nil).want(401)
	nobody.ask("GET", "/processes", nil, "Cookie", "token="+h.admin.token).want(401)
	nobody.ask("GET", "/processes", nil, "Authorization", "Basic "+h.admin.token).want(401)
	nobody.ask("GET", "/processes", nil, "Authorization", "Bearer "+h.admin.token).want(200)
}

func TestARevokedTokenIsOutAtOnce(t *testing.T) {
	h := start(t)
	made := h.admin.ask("POST", "/tokens", map[string]any{"name": "short", "role": "user"}).want(201)
	short := &client{h: h, token: made.text("secret")}
	short.ask("GET", "/processes", nil).want(200)
	h.admin.ask("DELETE", "/tokens/"+made.text("id"), nil).want(204)
	g := short.ask("GET", "/processes", nil).want(401, "unauthorized")
	if !strings.Contains(g.header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("WWW-Authenticate %q", g.header.Get("WWW-Authenticate"))
	}
}

func TestEachTokenOpensWhatTheTableSaysAndNothingElse(t *testing.T) {
	h := start(t)
	opens := func(c *client, a door.Access) bool {
		switch c {
		case h.oper:
			return a == door.Operator || a == door.AnyToken
		case h.user:
			return a == door.Token || a == door.AnyToken
		}
		return a == door.Token || a == door.AnyToken || a == door.Admin
	}
	for _, r := range h.Routes() {
		if !strings.HasPrefix(r.Pattern, "/api/v1/") {
			continue
		}
		for name, c := range map[string]*client{"admin": h.admin, "user": h.user, "operator": h.oper} {
			if opens(c, r.Access) {
				continue
			}
			if g := c.ask(r.Method, fill(r.Pattern), nil); g.status != http.StatusForbidden {
				t.Errorf("%s of %s: %d, want 403", r.Method+" "+r.Pattern, name, g.status)
			}
		}
	}
}

func TestATokenCannotMakeAStrongerOne(t *testing.T) {
	h := start(t)
	h.user.ask("POST", "/tokens", map[string]any{"name": "up", "role": "admin"}).want(403, "forbidden")
	h.admin.ask("POST", "/tokens", map[string]any{"name": "up", "role": "operator"}).want(403, "forbidden")
	h.admin.ask("POST", "/tokens", map[string]any{"name": "long", "role": "user", "expires_at": "2099-01-01T00:00:00Z"}).want(422, "invalid")
}

func TestATokenThatAsksTooOftenIsToldWhenToComeBack(t *testing.T) {
	h := start(t)
	limited := false
	for range 400 {
		g := h.user.ask("GET", "/vocabulary", nil)
		if g.status == http.StatusTooManyRequests {
			limited = true
			if g.want(429, "too_many_requests").header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			break
		}
	}
	if !limited {
		t.Fatal("400 requests in a row were let through")
	}
	h.admin.ask("GET", "/vocabulary", nil).want(200) // another token is another limit
}

func TestWhoeverTriesTokensIsSlowedDown(t *testing.T) {
	h := start(t)
	thief := &client{h: h, token: "handoff_" + strings.Repeat("a", 52)}
	for range 60 {
		if thief.ask("GET", "/vocabulary", nil).status == http.StatusTooManyRequests {
			h.admin.ask("GET", "/vocabulary", nil).want(200) // from the same address
			return
		}
	}
	t.Error("60 wrong tokens in a row were looked at")
}
