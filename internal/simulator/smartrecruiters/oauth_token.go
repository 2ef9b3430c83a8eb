package smartrecruiters

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

// DefaultScopes is what the app asks for when the authorize request names no scope: the least set
// for a sourcing client.
func DefaultScopes() []string {
	return strings.Fields("jobs_read candidates_create candidates_read candidates_manage candidate_status_read " +
		"configuration_read company_read job_applications_read webhooks_manage user_me_read")
}

func oauthOperations() []*operation {
	page := func(id, method, path string, do func(*call) *simkit.Answer) *operation {
		return &operation{Operation: simkit.Operation{ID: id, Method: method, Path: path, Calm: true}, auth: open,
			anyQuery: true, oauth: true, form: method == http.MethodPost, do: do}
	}
	return []*operation{
		page("oauthAuthorize", http.MethodGet, "/identity/oauth/allow", (*call).authorizePage),
		page("oauthLogin", http.MethodPost, "/identity/oauth/login", (*call).loginPost),
		page("oauthDecide", http.MethodPost, "/identity/oauth/decide", (*call).decidePost),
		page("oauthToken", http.MethodPost, "/identity/oauth/token", (*call).token),
		// /www stands for the older host www.smartrecruiters.com (D 2018, 3).
		page("oauthAuthorizeWWW", http.MethodGet, "/www/identity/oauth/allow", (*call).authorizePage),
		page("oauthTokenWWW", http.MethodPost, "/www/identity/oauth/token", (*call).tokenOlderHost),
	}
}

func (c *call) tokenOlderHost() *simkit.Answer {
	if c.sw.OlderTokenHost == Off {
		return c.oauthFail(http.StatusNotFound, "not_found", "The token endpoint has moved")
	}
	return c.token()
}

// token answers the token endpoint. Parameters come in the form body, not as HTTP Basic (R, V).
func (c *call) token() *simkit.Answer {
	form, err := url.ParseQuery(string(c.Body))
	if err != nil {
		return c.oauthFail(http.StatusBadRequest, "invalid_request", "The form cannot be decoded")
	}
	for name, values := range form {
		if len(values) > 1 {
			return c.oauthFail(http.StatusBadRequest, "invalid_request", "Parameter "+name+" is repeated")
		}
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		return c.exchangeCode(form)
	case "refresh_token":
		return c.refresh(form)
	case "client_credentials":
		return c.clientCredentials(form)
	case "":
		return c.oauthFail(http.StatusBadRequest, "invalid_request", "grant_type is required")
	}
	return c.oauthFail(http.StatusBadRequest, "unsupported_grant_type", "The grant type is not supported")
}

// oauthFail is a refusal of the token endpoint. No vendor table exists; the switch token_errors
// gives the RFC 6749 form and three others (I).
func (c *call) oauthFail(status int, code, why string) *simkit.Answer {
	reading := c.sw.TokenErrors
	if status == http.StatusTooManyRequests || status >= 500 {
		reading = "rfc6749"
	}
	var a *simkit.Answer
	switch reading {
	case "all_401":
		a = c.json(http.StatusUnauthorized, obj{"error": code, "error_description": why})
	case "errors_body":
		a = c.fail(http.StatusBadRequest, strings.ToUpper(code), why)
	case "empty":
		a = &simkit.Answer{Status: status, Header: http.Header{}}
	default:
		a = c.json(status, obj{"error": code, "error_description": why})
	}
	a.Code = code
	return a
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// appClient checks client_id and client_secret of the registered app.
func (c *call) appClient(form url.Values) *simkit.Answer {
	if form.Get("client_id") != c.s.app.clientID || !equal(form.Get("client_secret"), c.s.app.secret) {
		return c.oauthFail(http.StatusUnauthorized, "invalid_client", "The client is not known or its secret is wrong")
	}
	return nil
}

// exchangeCode redeems a one-time code. The PKCE verifier is not looked at: nothing documents PKCE.
func (c *call) exchangeCode(form url.Values) *simkit.Answer {
	if bad := c.appClient(form); bad != nil {
		return bad
	}
	s := c.s
	k := s.st.codes[form.Get("code")]
	switch {
	case k == nil:
		return c.oauthFail(http.StatusBadRequest, "invalid_grant", "The code is not known")
	case k.used:
		s.journal.Tally("code_replayed", k.id)
		return c.oauthFail(http.StatusBadRequest, "invalid_grant", "The code was used before")
	case !s.clock.Now().Before(k.expires):
		return c.oauthFail(http.StatusBadRequest, "invalid_grant", "The code has expired")
	case form.Get("redirect_uri") != k.redirectURI: // exact, case and trailing slash included (D)
		return c.oauthFail(http.StatusBadRequest, "invalid_grant", "redirect_uri differs from the authorization request")
	}
	k.used = true
	grant := s.newCredential(KindGrant)
	grant.user, grant.scopes, grant.clientID = k.user, k.scopes, s.app.clientID
	k.cred = grant
	return c.pair(grant)
}

// pair issues an access token of 30 minutes and a refresh token of 28 days (D).
func (c *call) pair(grant *credential) *simkit.Answer {
	return c.tokens(obj{"access_token": c.s.newToken(grant, false, accessLife), "token_type": "Bearer",
		"expires_in": int(accessLife / time.Second), "refresh_token": c.s.newToken(grant, true, refreshLife),
		"scope": strings.Join(grant.scopes, " ")})
}

func (c *call) tokens(o obj) *simkit.Answer {
	a := c.json(http.StatusOK, o)
	a.Header.Set("Cache-Control", "no-store")
	return a
}

// refresh redeems a refresh token, which works once (D). Redemptions and replays are tallied by
// token as refresh_redeemed and refresh_replayed.
func (c *call) refresh(form url.Values) *simkit.Answer {
	if bad := c.appClient(form); bad != nil {
		return bad
	}
	s := c.s
	t := s.st.tokens[form.Get("refresh_token")]
	if t == nil || !t.refresh {
		return c.oauthFail(http.StatusBadRequest, "invalid_grant", "The refresh token is not known")
	}
	now := s.clock.Now()
	t.cred.lastUsed = now
	switch {
	case t.cred.dead():
		s.journal.Tally("used_after_revoke", t.cred.id)
		return c.oauthFail(http.StatusBadRequest, "invalid_grant", "The authorization was withdrawn")
	case t.redeemed > 0:
		s.journal.Tally("refresh_replayed", t.id)
		grace, _ := time.ParseDuration(string(c.sw.RefreshGrace))
		if now.Sub(t.redeemedAt) >= grace {
			if c.sw.RefreshReplay == "revokes_grant" {
				s.revoke(t.cred)
			}
			return c.oauthFail(http.StatusBadRequest, "invalid_grant", "The refresh token was used before")
		}
	case !now.Before(t.expires):
		return c.oauthFail(http.StatusBadRequest, "invalid_grant", "The refresh token has expired")
	default:
		t.redeemedAt = now
	}
	t.redeemed++
	s.journal.Tally("refresh_redeemed", t.id)
	return c.pair(t.cred)
}

// clientCredentials answers with an access token only; no refresh token is known of (I).
func (c *call) clientCredentials(form url.Values) *simkit.Answer {
	s := c.s
	i := slices.IndexFunc(s.st.credentials, func(k *credential) bool {
		return k.kind == KindClient && k.clientID == form.Get("client_id")
	})
	if i < 0 || !equal(s.st.credentials[i].secret, form.Get("client_secret")) {
		return c.oauthFail(http.StatusUnauthorized, "invalid_client", "The client is not known or its secret is wrong")
	}
	k := s.st.credentials[i]
	if k.dead() {
		s.journal.Tally("used_after_revoke", k.id)
		return c.oauthFail(http.StatusUnauthorized, "invalid_client", "The client was removed")
	}
	life, _ := time.ParseDuration(string(c.sw.ClientCredentialsLife))
	k.lastUsed = s.clock.Now()
	return c.tokens(obj{"access_token": s.newToken(k, false, life), "token_type": "Bearer",
		"expires_in": int(life / time.Second), "scope": strings.Join(k.scopes, " ")})
}
