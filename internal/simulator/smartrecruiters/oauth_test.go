package smartrecruiters

import (
	"testing"
	"time"
)

func TestTheTokenEndpointRefuses(t *testing.T) {
	w := start(t)
	code, err := w.sim.Authorize(integration, nil, redirectURI)
	if err != nil {
		t.Fatal(err)
	}
	grant := func(form ...string) reply {
		return w.token(append([]string{"grant_type", "authorization_code"}, form...)...)
	}
	w.token().is(400, "invalid_request")
	w.token("grant_type", "password").is(400, "unsupported_grant_type")
	grant("code", code, "redirect_uri", redirectURI, "client_secret", "wrong").is(401, "invalid_client")
	grant("code", code, "redirect_uri", redirectURI, "client_id", "wrong").is(401, "invalid_client")
	grant("code", "wrong", "redirect_uri", redirectURI).is(400, "invalid_grant")
	grant("code", code, "redirect_uri", redirectURI+"/").is(400, "invalid_grant")
	grant("code", code).is(400, "invalid_grant")
	grant("code", code, "redirect_uri", redirectURI, "code_verifier", "ignored").is(200, "")
	grant("code", code, "redirect_uri", redirectURI).is(400, "invalid_grant") // one time
	if n := w.sim.Journal(0).Tally("code_replayed", ""); n != 1 {
		t.Errorf("%d replays of the code", n)
	}
	late, _ := w.sim.Authorize(integration, nil, redirectURI)
	w.clock.Advance(codeLife)
	grant("code", late, "redirect_uri", redirectURI).is(400, "invalid_grant")
	w.token("grant_type", "client_credentials").is(401, "invalid_client") // the app is no such pair
	w.token("grant_type", "refresh_token", "refresh_token", "wrong").is(400, "invalid_grant")
}

func TestTokenErrorsHaveEachShape(t *testing.T) {
	for value, want := range map[Setting]struct {
		status int
		code   string
	}{"rfc6749": {400, "invalid_grant"}, "all_401": {401, "invalid_grant"}, "errors_body": {400, "INVALID_GRANT"}, "empty": {400, ""}} {
		w := start(t, with("token_errors", value))
		r := w.token("grant_type", "refresh_token", "refresh_token", "wrong")
		if r.Status != want.status || r.code() != want.code {
			t.Errorf("%s: %d %s", value, r.Status, r.code())
		}
	}
}

func TestARefreshTokenWorksOnce(t *testing.T) {
	w := start(t)
	access, refresh := w.grant(integration)
	next := w.token("grant_type", "refresh_token", "refresh_token", refresh).is(200, "")
	if next.obj()["expires_in"] != 1800.0 || next.str("token_type") != "Bearer" {
		t.Fatalf("%s", next.Body)
	}
	w.call("GET", "/jobs", nil, bearer(access)...).is(200, "") // the old access token lives on
	w.token("grant_type", "refresh_token", "refresh_token", refresh).is(400, "invalid_grant")
	w.token("grant_type", "refresh_token", "refresh_token", next.str("refresh_token")).is(200, "")
	j := w.sim.Journal(0)
	if j.Tally("refresh_redeemed", "") != 2 || j.Tally("refresh_replayed", "") != 1 || len(j.Tallies["refresh_redeemed"]) != 2 {
		t.Fatalf("%v", j.Tallies)
	}
}

func TestAReplayWithinTheGraceGivesANewPair(t *testing.T) {
	w := start(t, with("refresh_grace", "60s"))
	_, refresh := w.grant(integration)
	w.token("grant_type", "refresh_token", "refresh_token", refresh).is(200, "")
	w.clock.Advance(59 * time.Second)
	w.token("grant_type", "refresh_token", "refresh_token", refresh).is(200, "")
	w.clock.Advance(time.Second)
	w.token("grant_type", "refresh_token", "refresh_token", refresh).is(400, "invalid_grant")
}

func TestAReplayMayCostTheGrant(t *testing.T) {
	w := start(t, with("refresh_replay", "revokes_grant"))
	_, refresh := w.grant(integration)
	next := w.token("grant_type", "refresh_token", "refresh_token", refresh).is(200, "")
	w.token("grant_type", "refresh_token", "refresh_token", refresh).is(400, "invalid_grant")
	w.token("grant_type", "refresh_token", "refresh_token", next.str("refresh_token")).is(400, "invalid_grant")
	w.call("GET", "/jobs", nil, bearer(next.str("access_token"))...).is(401, "UNAUTHORIZED")
}

func TestTokensHaveTheVendorsLives(t *testing.T) {
	w := start(t)
	access, refresh := w.grant(integration)
	w.clock.Advance(30*time.Minute - time.Second)
	w.call("GET", "/jobs", nil, bearer(access)...).is(200, "")
	w.clock.Advance(time.Second)
	w.call("GET", "/jobs", nil, bearer(access)...).is(401, "UNAUTHORIZED")
	if w.sim.Journal(0).Tally("used_after_expiry", "") != 1 {
		t.Error("the use after expiry is not tallied")
	}
	w.clock.Advance(27 * 24 * time.Hour)
	refresh = w.token("grant_type", "refresh_token", "refresh_token", refresh).is(200, "").str("refresh_token")
	w.clock.Advance(28 * 24 * time.Hour)
	w.token("grant_type", "refresh_token", "refresh_token", refresh).is(400, "invalid_grant")
}

func TestExpiringOnOrder(t *testing.T) {
	w := start(t)
	access, refresh := w.grant(integration)
	w.sim.ExpireTokens(false)
	w.call("GET", "/jobs", nil, bearer(access)...).is(401, "UNAUTHORIZED")
	next := w.token("grant_type", "refresh_token", "refresh_token", refresh).is(200, "")
	w.sim.ExpireTokens(true)
	w.token("grant_type", "refresh_token", "refresh_token", next.str("refresh_token")).is(400, "invalid_grant")
}

func TestARevokedGrantIsOverAndItsUseIsCounted(t *testing.T) {
	w := start(t)
	access, refresh := w.grant(integration)
	if n := w.sim.RevokeGrants(); n != 1 {
		t.Fatalf("%d grants", n)
	}
	w.call("GET", "/jobs", nil, bearer(access)...).is(401, "UNAUTHORIZED")
	w.token("grant_type", "refresh_token", "refresh_token", refresh).is(400, "invalid_grant")
	if n := w.sim.Journal(0).Tally("used_after_revoke", ""); n != 2 {
		t.Fatalf("%d uses after the revocation", n)
	}
	w.get("/jobs").is(200, "") // the key has nothing to do with it
	if err := w.sim.Revoke("key-1"); err != nil {
		t.Fatal(err)
	}
	w.get("/jobs").is(401, "UNAUTHORIZED")
}

func TestAGrantBreaksWithItsUser(t *testing.T) {
	w := start(t)
	access, refresh := w.grant(integration)
	if err := w.sim.DeleteUser(integration); err != nil {
		t.Fatal(err)
	}
	w.call("GET", "/jobs", nil, bearer(access)...).is(401, "UNAUTHORIZED")
	w.token("grant_type", "refresh_token", "refresh_token", refresh).is(400, "invalid_grant")
}

func TestClientCredentialsGiveAnAccessTokenOnly(t *testing.T) {
	for value, life := range map[Setting]float64{"1h": 3600, "30m": 1800, "24h": 86400} {
		w := start(t, with("client_credentials_life", value))
		pair, err := w.sim.IssueClientCredentials(nil, "")
		if err != nil {
			t.Fatal(err)
		}
		form := []string{"grant_type", "client_credentials", "client_id", pair.ClientID, "client_secret", pair.ClientSecret}
		r := w.token(form...).is(200, "")
		if r.obj()["expires_in"] != life || r.obj()["refresh_token"] != nil {
			t.Errorf("%s: %s", value, r.Body)
		}
		w.call("GET", "/users/me", nil, bearer(r.str("access_token"))...).is(403, "PERMISSION_DENIED")
		w.clock.Advance(time.Duration(life) * time.Second)
		w.call("GET", "/jobs", nil, bearer(r.str("access_token"))...).is(401, "UNAUTHORIZED")
		w.token("grant_type", "client_credentials", "client_id", pair.ClientID, "client_secret", "wrong").is(401, "invalid_client")
		if err := w.sim.Revoke(pair.ID); err != nil {
			t.Fatal(err)
		}
		w.token(form...).is(401, "invalid_client")
	}
	w := start(t, with("client_credentials_user", "service_user"))
	pair, _ := w.sim.IssueClientCredentials([]string{"user_me_read"}, RoleViewer)
	r := w.token("grant_type", "client_credentials", "client_id", pair.ClientID, "client_secret", pair.ClientSecret)
	w.call("GET", "/users/me", nil, bearer(r.str("access_token"))...).is(200, "")
	if _, err := w.sim.IssueClientCredentials([]string{"everything"}, ""); err == nil {
		t.Error("an unknown scope was taken")
	}
}

func TestTheOlderTokenHostIsASwitch(t *testing.T) {
	for value, want := range map[Setting]int{On: 400, Off: 404} {
		w := start(t, with("older_token_host", value))
		if r := w.call("POST", "/www/identity/oauth/token", map[string][]string{}, "Content-Type", "application/x-www-form-urlencoded"); r.Status != want {
			t.Errorf("%s: %d", value, r.Status)
		}
	}
}

func TestRedirectURIsAreThreeAtMostAndSafe(t *testing.T) {
	w := start(t)
	for _, bad := range []string{"http://app.example.com/cb", "http://127.0.0.1:8080/cb", "ftp://localhost/", "not a url", "https://x.example.com/#f"} {
		if w.sim.AllowRedirectURI(bad) == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	for _, good := range []string{"https://a.example.com/cb", "https://b.example.com/cb", "https://a.example.com/cb"} {
		if err := w.sim.AllowRedirectURI(good); err != nil {
			t.Error(err)
		}
	}
	if w.sim.AllowRedirectURI("https://c.example.com/cb") == nil {
		t.Error("a fourth was taken")
	}
	if _, err := w.sim.Authorize(integration, nil, redirectURI+"/"); err == nil {
		t.Error("a redirect URI that is not registered was taken")
	}
}
