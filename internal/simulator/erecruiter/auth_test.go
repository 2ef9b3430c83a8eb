package erecruiter

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"testing"
	"time"
)

func mode(m Mode) func(*Options) {
	return func(o *Options) { o.Dialect = DefaultDialect().WithAuth(m) }
}

func (w *world) basic() []string {
	id, secret := w.sim.Client()
	return []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))}
}

func (w *world) token(form ...string) reply {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		v.Set(form[i], form[i+1])
	}
	return w.call("POST", "/oAuth/Token", v, w.basic()...)
}

func (w *world) with(token string) int {
	w.t.Helper()
	return w.call("GET", "/v1.1/Account/Companies", nil, "Authorization", "Bearer "+token).Status
}

func TestEachModeOpensItsOwnDoorOnly(t *testing.T) {
	for _, m := range Modes() {
		t.Run(string(m), func(t *testing.T) {
			w := start(t, mode(m))
			a := w.sim.IssueServiceAccount()
			byBearer := w.with(w.key.Key) == 200
			byHeader := w.call("GET", "/v1.1/Account/Companies", nil, "Authorization", "", "X-Access-Key", w.key.Key).Status == 200
			exchanged := w.token("grant_type", "access_key", "access_key", w.key.Key)
			password := w.token("grant_type", "password", "username", a.Username, "password", a.Password)
			got := map[Mode]bool{BearerKey: byBearer, HeaderKey: byHeader, Exchange: exchanged.Status == 200, Password: password.Status == 200}
			for _, other := range Modes() {
				if got[other] != (other == m) {
					t.Errorf("%s opened: %v", other, got[other])
				}
			}
			for _, r := range []reply{exchanged, password} {
				if r.Status == 200 {
					if access, _ := r.obj()["access_token"].(string); w.with(access) != 200 {
						t.Error("the token does not work")
					}
				}
			}
		})
	}
}

func TestATokenExpiresAndIsRefreshedOnce(t *testing.T) {
	w := start(t, mode(Exchange))
	w.sim.SetTokenLife(10 * time.Minute)
	first := w.call("POST", "/oauth/token/", url.Values{"grant_type": {"access_key"}, "access_key": {w.key.Key}}, w.basic()...).is(200, "").obj()
	if first["expires_in"] != 600.0 {
		t.Error(first["expires_in"])
	}
	access, refresh := first["access_token"].(string), first["refresh_token"].(string)
	w.clock.Advance(10 * time.Minute)
	if w.with(access) != 401 {
		t.Error("an expired token works")
	}
	again := w.token("grant_type", "refresh_token", "refresh_token", refresh).is(200, "").obj()["access_token"].(string)
	w.token("grant_type", "refresh_token", "refresh_token", refresh).is(400, "invalid_grant")
	if w.with(again) != 200 {
		t.Error("the refreshed token does not work")
	}
	w.ok(w.sim.RevokeKey(w.key.ID))
	if w.with(again) != 401 {
		t.Error("the token outlives its key")
	}
	w.token("grant_type", "access_key", "access_key", w.key.Key).is(400, "invalid_grant")
	p := w.sim.Journal(0)
	if p.Tally("refresh_replayed", w.key.ID) != 1 || p.Tally("used_after_expiry", w.key.ID) != 1 || p.Tally("used_after_revoke", w.key.ID) != 1 {
		t.Errorf("%v", p.Tallies)
	}
}

func TestTheTokenEndpointRefuses(t *testing.T) {
	w := start(t, mode(Exchange))
	w.call("POST", "/oAuth/Token", url.Values{"grant_type": {"access_key"}}).is(401, "invalid_client")
	w.token("grant_type", "access_key", "access_key", "x").is(400, "invalid_grant")
	w.token("grant_type", "access_key").is(400, "invalid_grant")
	w.token("grant_type", "magic").is(400, "unsupported_grant_type")
	w.call("POST", "/oAuth/Token", map[string]any{}, w.basic()...).is(400, "invalid_request")
	w.sim.RemoveTokenEndpoint(true)
	w.token("grant_type", "access_key", "access_key", w.key.Key).is(404, "NotFound")
}

func TestTheScopeDecidesWhatIsSeen(t *testing.T) {
	w := start(t)
	names := func() map[any]bool {
		m := map[any]bool{}
		for _, r := range w.get("/Recruitments").is(200, "").items() {
			m[r["name"]] = true
		}
		return m
	}
	hidden := w.sim.Recruitment("Data Engineer").ID
	if names()["Data Engineer"] || !names()["Machine Learning Engineer"] || names()["iOS Developer"] {
		t.Errorf("%v", names())
	}
	w.get("/Recruitments/%d", hidden).is(403, "RecruitmentNotShared")
	w.set("unshared_by_id", "404")
	for _, p := range []string{"", "/Stages", "/Consents", "/CandidateApplications"} {
		w.get("/Recruitments/%d%s", hidden, p).is(404, "RecruitmentNotFound")
	}
	w.ok(w.sim.SetKeyScope(w.key.ID, ScopeAll))
	if !names()["Data Engineer"] {
		t.Errorf("%v", names())
	}
	w.get("/Recruitments/%d", hidden).is(200, "")
}

func TestAKeyOfSeveralCompaniesOpensEachByItsID(t *testing.T) {
	w := start(t)
	other, err := w.sim.AddCompany("Example Drones Sp. z o.o.")
	w.ok(err)
	w.ok(w.sim.SetKeyCompanies(w.key.ID, w.company, other.ID))
	if n := len(w.call("GET", "/v1.1/Account/Companies", nil).items()); n != 2 {
		t.Errorf("%d companies", n)
	}
	w.call("GET", fmt.Sprintf("/v1.1/Recruitments/%d?companyId=%d", w.job, other.ID), nil).is(404, "RecruitmentNotFound")
	w.call("GET", fmt.Sprintf("/v1.1/Account/Stages?companyId=%d", other.ID), nil).is(200, "")
	w.ok(w.sim.SetKeyCompanies(w.key.ID, other.ID))
	w.get("/Recruitments").is(403, "CompanyForbidden")
}

func TestACompanyHasTwoCallsASecond(t *testing.T) {
	w := start(t, func(o *Options) { o.Limits = Limits{} })
	for range 6 {
		w.get("/Recruitments").is(200, "")
	}
	other := w.sim.IssueKey(ScopeAll)
	if r := w.call("GET", w.api("/Account/Stages"), nil, "Authorization", "Bearer "+other.Key).is(429, "TooManyRequests"); r.Header.Get("Retry-After") != "1" {
		t.Error(r.Header)
	}
	for reading, status := range map[Setting]int{"429": 429, "503": 503, "403_html": 403} {
		w.set("rate_answer", reading)
		if r := w.get("/Recruitments"); r.Status != status || r.Header.Get("Retry-After") != "" {
			t.Errorf("%s: %d %v", reading, r.Status, r.Header)
		}
	}
	w.clock.Advance(time.Second)
	w.get("/Recruitments").is(200, "")
	w.get("/Recruitments").is(200, "")
	if w.get("/Recruitments").Status == 200 {
		t.Error("a second gave three calls")
	}
}
