package erecruiter

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

// Scope is what the administrator granted with a key.
type Scope string

const (
	ScopeAll      Scope = "all"      // "all recruitment processes" (C)
	ScopeSelected Scope = "selected" // "selected recruitment processes": those shared with the partner (C)
)

// key is the partner's access key. It identifies companies, partner and scope (I).
type key struct {
	id        string
	value     string
	scope     Scope
	companies []*company
	denied    []string // operation ids without the right to them
	created   time.Time
	revoked   *time.Time
	lastUsed  time.Time
}

// account is a service account for the password grant (C, 2018).
type account struct {
	name, password string
	key            *key // what it may do; never itself on the wire
}

// token is one of the token endpoint.
type token struct {
	access, refresh string
	key             *key
	expires         time.Time
	spent           bool // its refresh token was used
}

// credential finds what a call presents. problem is "", "missing", "unknown", "expired" or
// "revoked"; the key is known with the last two.
func (s *Simulator) credential(h http.Header) (k *key, problem string) {
	presented := ""
	switch a := s.wire.Auth; a.Mode {
	case HeaderKey:
		presented = h.Get(a.Header)
	default:
		scheme, rest, _ := strings.Cut(h.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return nil, "missing"
		}
		presented = rest
	}
	if presented == "" {
		return nil, "missing"
	}
	if m := s.wire.Auth.Mode; m == Exchange || m == Password {
		t := s.st.tokens[presented]
		switch {
		case t == nil:
			return nil, "unknown"
		case t.key.revoked != nil:
			return t.key, "revoked"
		case !s.clock.Now().Before(t.expires):
			return t.key, "expired"
		}
		return t.key, ""
	}
	k = find(s.st.keys, func(k *key) bool { return k.value != "" && k.value == presented })
	switch {
	case k == nil:
		return nil, "unknown"
	case k.revoked != nil:
		return k, "revoked"
	}
	return k, ""
}

// token answers the token endpoint: password (C), refresh_token (I) and the grant of the dialect
// that carries the access key (A). Errors have the shape of RFC 6749 (A).
func (c *call) token() *simkit.Answer {
	s := c.s
	if s.tokenGone {
		return c.fail(http.StatusNotFound, "NotFound", "No such path", "")
	}
	if !c.isClient() {
		a := c.oauthFail(http.StatusUnauthorized, "invalid_client", "Client id or secret is not right")
		a.Header.Set("WWW-Authenticate", `Basic realm="eRecruiter"`)
		return a
	}
	var k *key
	switch grant := c.form.Get("grant_type"); {
	case grant == "password" && s.wire.Auth.Mode == Password:
		a := find(s.st.accounts, func(a *account) bool { return a.name == c.form.Get("username") && a.password == c.form.Get("password") })
		if a != nil {
			k = a.key
		}
	case grant == s.wire.Auth.Grant && s.wire.Auth.Mode == Exchange:
		k = find(s.st.keys, func(k *key) bool { return k.value != "" && k.value == c.form.Get(s.wire.Auth.KeyField) })
	case grant == "refresh_token" && (s.wire.Auth.Mode == Password || s.wire.Auth.Mode == Exchange):
		t := s.st.refreshes[c.form.Get("refresh_token")]
		if t != nil && t.spent && c.sw.RefreshTokens != "reusable" {
			s.journal.Tally("refresh_replayed", t.key.id)
			return c.oauthFail(http.StatusBadRequest, "invalid_grant", "The refresh token was used")
		}
		if t != nil {
			t.spent, k = true, t.key
		}
	default:
		return c.oauthFail(http.StatusBadRequest, "unsupported_grant_type", "This grant is not supported")
	}
	if k == nil || k.revoked != nil {
		return c.oauthFail(http.StatusBadRequest, "invalid_grant", "The credential is not valid")
	}
	t := &token{access: s.rand.Hex(20), refresh: s.rand.Hex(20), key: k, expires: s.clock.Now().Add(s.tokenLife)}
	s.st.tokens[t.access], s.st.refreshes[t.refresh] = t, t
	var life any = int(s.tokenLife / time.Second)
	if c.sw.ExpiresIn == Text {
		life = strconv.Itoa(int(s.tokenLife / time.Second))
	}
	return c.raw(http.StatusOK, obj{"access_token": t.access, "token_type": "bearer", "expires_in": life, "refresh_token": t.refresh})
}

// isClient checks HTTP Basic with the partner's client id and secret (C).
func (c *call) isClient() bool {
	scheme, rest, _ := strings.Cut(c.Header.Get("Authorization"), " ")
	b, err := base64.StdEncoding.DecodeString(rest)
	return strings.EqualFold(scheme, "Basic") && err == nil && string(b) == c.s.clientID+":"+c.s.secret
}

func (c *call) oauthFail(status int, code, why string) *simkit.Answer {
	a := c.raw(status, obj{"error": code, "error_description": why})
	a.Code = code
	return a
}

// reaches says whether the key opens a company.
func (k *key) reaches(c *company) bool { return slices.Contains(k.companies, c) }

// sees says whether the key opens a recruitment: with ScopeSelected only what is shared (I).
func (k *key) sees(r *recruitment) bool {
	return k.reaches(r.company) && (k.scope == ScopeAll || r.shared)
}
