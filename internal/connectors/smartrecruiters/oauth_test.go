package smartrecruiters_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/connectors/smartrecruiters"
	"handoff/internal/secret"
	"handoff/internal/simulator/simkit"
	sim "handoff/internal/simulator/smartrecruiters"
)

func transport(t *testing.T) *atshttp.Client {
	t.Helper()
	net := atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: true})
	t.Cleanup(net.Close)
	return atshttp.New(atshttp.Options{Network: net, Limiter: atshttp.NewLimiter(connector.Limits{}), Timeout: 2 * time.Second})
}

func TestTheBrowserIsSentWithScopesAndState(t *testing.T) {
	o := smartrecruiters.Type().OAuth
	for setting, want := range map[string]string{
		"https://www.smartrecruiters.com":                      "https://www.smartrecruiters.com/identity/oauth/allow",
		"https://www.smartrecruiters.com/":                     "https://www.smartrecruiters.com/identity/oauth/allow",
		"https://www.smartrecruiters.com/identity/oauth/allow": "https://www.smartrecruiters.com/identity/oauth/allow",
		"http://127.0.0.1:8081/other/identity/oauth/allow":     "http://127.0.0.1:8081/other/identity/oauth/allow",
	} {
		got := o.AuthorizeURL(connector.Settings{AuthorizeURL: setting, ClientID: "id", ClientSecret: secret.New("hidden")}, redirectURI, "s&t")
		u, err := url.Parse(got)
		if err != nil || u.Scheme+"://"+u.Host+u.Path != want || strings.Contains(got, "hidden") {
			t.Errorf("%s leads to %s, %v", setting, got, err)
			continue
		}
		q := u.Query()
		if q.Get("state") != "s&t" || q.Get("client_id") != "id" || q.Get("redirect_uri") != redirectURI || q.Get("response_type") != "code" ||
			q.Get("scope") != strings.Join(smartrecruiters.Type().Scopes, " ") {
			t.Errorf("the browser is sent with %v", q)
		}
	}
}

func TestACodeAndARefreshTokenAreUsedOnce(t *testing.T) {
	r := start(t, atstest.Options{})
	o, set, tr := smartrecruiters.Type().OAuth, r.Settings(), transport(t)
	code, err := r.sim.Authorize("integration@acme.example.com", nil, redirectURI)
	if err != nil {
		t.Fatal(err)
	}
	first, err := o.Exchange(t.Context(), set, tr, code, redirectURI)
	if err != nil || first.AccessToken.Empty() || first.RefreshToken.Empty() {
		t.Fatal(err)
	}
	if life := first.Life; life != 30*time.Minute {
		t.Errorf("the access token lives %v", life)
	}
	if _, err := o.Exchange(t.Context(), set, tr, code, redirectURI); connector.KindOf(err) != connector.Revoked {
		t.Errorf("a used code: %v", err)
	}
	second, err := o.Refresh(t.Context(), set, tr, first)
	if err != nil || second.RefreshToken.Equal(first.RefreshToken) || second.AccessToken.Equal(first.AccessToken) {
		t.Errorf("refresh: %v", err)
	}
	if _, err := o.Refresh(t.Context(), set, tr, first); connector.KindOf(err) != connector.Revoked {
		t.Errorf("a used refresh token: %v", err)
	}
	set.ClientSecret = secret.New("wrong")
	if _, err := o.Refresh(t.Context(), set, tr, second); connector.KindOf(err) != connector.Misconfigured {
		t.Errorf("a wrong app secret: %v", err)
	}
	if _, err := o.Refresh(t.Context(), r.Settings(), tr, connector.Credential{}); connector.KindOf(err) != connector.Revoked {
		t.Errorf("without a refresh token: %v", err)
	}
}

func TestAPairAsksForATokenOfItsOwn(t *testing.T) {
	r := start(t, atstest.Options{})
	o, set, tr := smartrecruiters.Type().OAuth, r.Settings(), transport(t)
	set.Auth = connector.AuthClientCredentials
	pair := r.Login(t, connector.AuthClientCredentials)
	got, err := o.Refresh(t.Context(), set, tr, pair)
	if err != nil || got.AccessToken.Empty() || !got.RefreshToken.Empty() || got.Fields["client_id"].Empty() {
		t.Fatalf("%v", err)
	}
	pair.Fields["client_secret"] = secret.New("wrong")
	if _, err := o.Refresh(t.Context(), set, tr, pair); connector.KindOf(err) != connector.Unauthorized {
		t.Errorf("the company's own pair is refused: %v; it is not the operator's turn", err)
	}
}

func TestWhatTheTokenEndpointSaysInEachOfItsShapes(t *testing.T) {
	for shape, want := range map[sim.Setting]connector.Kind{
		"rfc6749": connector.Revoked, "all_401": connector.Revoked, "errors_body": connector.Revoked,
		"empty": connector.Unavailable, // nothing says that the grant is gone: not for us to break a connection
	} {
		r := start(t, atstest.Options{Variation: atstest.Variation{Value: sim.Switches{TokenErrors: shape}}})
		c := r.Login(t, connector.AuthOAuth)
		r.Withdraw()
		if _, err := smartrecruiters.Type().OAuth.Refresh(t.Context(), r.Settings(), transport(t), c); connector.KindOf(err) != want {
			t.Errorf("%s: %v, want %v", shape, err, want)
		}
	}
}

func TestAFailingTokenEndpointBreaksNothing(t *testing.T) {
	for name, c := range map[string]struct {
		fault       simkit.Fault
		grant, pair connector.Kind
	}{
		"limited":     {simkit.Fault{Kind: simkit.StatusBefore, Status: 429}, connector.RateLimited, connector.RateLimited},
		"down":        {simkit.Fault{Kind: simkit.StatusBefore, Status: 503}, connector.Unanswered, connector.Unavailable},
		"down after":  {simkit.Fault{Kind: simkit.StatusAfter, Status: 500}, connector.Unanswered, connector.Unavailable},
		"lost":        {simkit.Fault{Kind: simkit.DropAfter}, connector.Unanswered, connector.Unanswered},
		"a web page":  {simkit.Fault{Kind: simkit.HTML, Status: 403}, connector.Unavailable, connector.Unavailable},
		"empty":       {simkit.Fault{Kind: simkit.Empty200}, connector.Unanswered, connector.Unanswered},
		"strange 400": {simkit.Fault{Kind: simkit.StatusBefore, Status: 400, Code: "invalid_scope"}, connector.Unavailable, connector.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, atstest.Options{})
			grant, pair := r.Login(t, connector.AuthOAuth), r.Login(t, connector.AuthClientCredentials)
			o, tr := smartrecruiters.Type().OAuth, transport(t)
			c.fault.Op = "oauthToken"
			if err := r.sim.Faults(c.fault); err != nil {
				t.Fatal(err)
			}
			if _, err := o.Refresh(t.Context(), r.Settings(), tr, grant); connector.KindOf(err) != c.grant {
				t.Errorf("a grant: %v, want %v", err, c.grant)
			}
			set := r.Settings()
			set.Auth = connector.AuthClientCredentials
			r2 := transport(t) // a limit pauses the first
			if _, err := o.Refresh(t.Context(), set, r2, pair); connector.KindOf(err) != c.pair {
				t.Errorf("a pair: %v, want %v", err, c.pair)
			}
		})
	}
}
