package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

func TestAnAuthorizationLinkBindsTheBrowserThatFollowsIt(t *testing.T) {
	_, ats := simulated(t)
	ats.ClientID, ats.ClientSecret = "platform", secret.New("hush")
	h := furnished(t, app.Options{SmartRecruiters: ats})
	ctx := t.Context()
	_, bearer, err := h.Company.IssueToken(ctx, h.boss, company.NewToken{Name: "career site", Role: recruit.RoleAdmin})
	if err != nil {
		t.Fatal(err)
	}
	byToken, err := h.Company.Authenticate(ctx, bearer)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := h.Integration.Connect(ctx, byToken, integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthOAuth})
	if err != nil {
		t.Fatal(err)
	}
	link, err := h.Integration.Authorize(ctx, byToken, conn.ID, false, "")
	if err != nil {
		t.Fatal(err)
	}

	b := h.browser()
	p := b.get("/connect/"+link.Token).want(http.StatusOK).has("Connect Acme Robotics with SmartRecruiters", "career site", "Go on to SmartRecruiters", "Handoff")
	if p.Header.Get("Cache-Control") != "no-store" || len(p.Cookies()) > 0 {
		t.Error("reading the link is kept, or binds a browser already")
	}
	gone := b.post("/connect/"+link.Token, nil).want(http.StatusSeeOther)
	if !strings.HasPrefix(gone.to(), ats.AuthorizeURL+"/identity/oauth/allow?") {
		t.Errorf("sent to %s", gone.to())
	}
	var bound *http.Cookie
	for _, c := range gone.Cookies() {
		if c.Name == "handoff-oauth" {
			bound = c
		}
	}
	if bound == nil || !bound.HttpOnly || bound.SameSite != http.SameSiteLaxMode || bound.MaxAge != 600 || len(bound.Value) < 52 {
		t.Errorf("the browser is bound by %v", bound)
	}
	h.browser().post("/connect/"+link.Token, nil).want(http.StatusNotFound).has("This link does not work any more")

	to, _ := url.Parse(gone.to())
	back := "/oauth/callback?code=c0de&state=" + url.QueryEscape(to.Query().Get("state"))
	stranger := h.browser().get(back).want(http.StatusBadRequest).has("does not belong to this browser")
	if strings.Contains(stranger.body, "c0de") || strings.Contains(stranger.body, to.Query().Get("state")) {
		t.Error("the page repeats the code or the state")
	}
	v, err := h.Integration.Connection(ctx, h.boss, conn.ID)
	if err != nil || v.State != recruit.ConnAwaitingAuthorization {
		t.Errorf("a stranger's callback changed the connection: %s %v", v.State, err)
	}
}

func TestConnectSendsTheAdminToTheLogin(t *testing.T) {
	_, ats := simulated(t)
	ats.ClientID, ats.ClientSecret = "platform", secret.New("hush")
	h := furnished(t, app.Options{SmartRecruiters: ats})
	b := h.signedIn("admin@acme.example.com")
	b.get("/settings/integrations/smartrecruiters").want(http.StatusOK).has("CONNECT", "in the instructions: TURN ON THE SYNCHRONIZATION", "its name will stand on everything")
	p := b.post("/settings/integrations/smartrecruiters/connect", url.Values{"auth": {"oauth"}}).want(http.StatusSeeOther)
	if !strings.HasPrefix(p.to(), ats.AuthorizeURL) {
		t.Fatalf("sent to %s", p.to())
	}
	to, _ := url.Parse(p.to())
	denied := b.get("/oauth/callback?error=access_denied&state=" + url.QueryEscape(to.Query().Get("state"))).want(http.StatusSeeOther)
	b.get(denied.to()).want(http.StatusOK).has("The permissions were not accepted. Nothing was changed.", "CONNECT")
}

func TestASessionEndsWhenNobodyUsesIt(t *testing.T) {
	var ahead atomic.Int64
	h := furnished(t, app.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	b := h.signedIn("admin@acme.example.com")
	for range 3 {
		ahead.Add(int64(11 * time.Hour))
		b.get("/processes").want(http.StatusOK)
	}
	ahead.Add(int64(13 * time.Hour))
	b.get("/processes").want(http.StatusSeeOther)
}

func TestADisabledPersonIsOutAtOnce(t *testing.T) {
	h := furnished(t, app.Options{})
	b := h.signedIn("user@acme.example.com")
	b.get("/processes").want(http.StatusOK)
	admin := h.signedIn("admin@acme.example.com")
	admin.post("/settings/users/"+string(h.user.User)+"/disable", nil).want(http.StatusSeeOther)
	b.get("/processes").want(http.StatusSeeOther)
	admin.get("/settings/users").has("Disabled")
	admin.post("/settings/users/"+string(h.boss.User)+"/disable", nil).want(http.StatusSeeOther)
	admin.get("/settings/users/" + string(h.boss.User)).has("A company needs an Admin")
}

func TestAPasswordIsChangedAgainstThePresentOne(t *testing.T) {
	h := furnished(t, app.Options{})
	b := h.signedIn("user@acme.example.com")
	b.post("/password", url.Values{"present": {"not the present one"}, "password": {"another long password"}}).want(http.StatusUnauthorized).has("The present password is wrong.")
	b.post("/password", url.Values{"present": {password}, "password": {"short"}}).want(http.StatusUnprocessableEntity).has("at least 12 characters")
	b.post("/password", url.Values{"present": {password}, "password": {"another long password"}}).want(http.StatusSeeOther)
	h.browser().post("/sign-in", url.Values{"email": {"user@acme.example.com"}, "password": {"another long password"}}).want(http.StatusSeeOther)
}
