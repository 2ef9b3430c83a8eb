package integration_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/connectors/all"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/store"
)

const callback = "http://localhost:1/oauth/callback"

// rig is the engine over the real store, with one simulated ATS account.
type rig struct {
	*integration.Engine
	t     *testing.T
	sim   *smartrecruiters.Simulator
	db    *store.DB
	clock time.Time
	admin recruit.Caller
	other recruit.Caller // Admin of another company
	conn  recruit.ConnectionID
}

type lender struct {
	network *atshttp.Network
	limiter *atshttp.Limiter
}

func (l lender) Gated(gate func(context.Context) error) connector.Transport {
	return atshttp.New(atshttp.Options{Network: l.network, Limiter: l.limiter, Gate: gate})
}

func newRig(t *testing.T) *rig {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	u := "http://" + srv.Listener.Addr().String()
	sim := smartrecruiters.New(smartrecruiters.Options{PublicURL: u, Seed: 3, Populate: true, RedirectURIs: []string{callback}})
	srv.Config.Handler = sim.Handler()
	srv.Start()
	t.Cleanup(func() { sim.Close(); srv.Close() })
	key, err := secret.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := secret.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, sim: sim, clock: time.Now()}
	now := func() time.Time { return r.clock }
	if r.db, err = store.Open(t.Context(), store.Options{Dir: t.TempDir(), Sealer: sealer, Now: now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.db.Close() })
	network := atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: true})
	t.Cleanup(network.Close)
	id, key2 := sim.App()
	r.Engine = integration.New(integration.Options{Store: r.db, Types: all.Types(), Apps: map[string]integration.App{"smartrecruiters": {Settings: connector.Settings{
		APIURL: u, AuthorizeURL: u + "/identity/oauth/allow", TokenURL: u + "/identity/oauth/token", ClientID: id, ClientSecret: secret.New(key2)}}},
		Lend:         func(t *connector.Type) integration.Lent { return lender{network, atshttp.NewLimiter(t.Limits)} },
		PlatformName: "Handoff", CallbackURL: func() string { return callback }, ReturnURLs: []string{"https://platform.example.com/done"},
		Now: now, Log: slog.New(slog.DiscardHandler)})
	c := company.New(r.db, now)
	for i, caller := range []*recruit.Caller{&r.admin, &r.other} {
		co, admin, err := c.FirstCompany(t.Context(), []string{"Acme Robotics", "Baltic Data"}[i], "Europe/Warsaw", "en", company.NewUser{
			Email: []string{"ada@acme.example.com", "bo@baltic.example.com"}[i], Name: "Admin", Role: recruit.RoleAdmin, Password: secret.New("correct horse battery")})
		if err != nil {
			t.Fatal(err)
		}
		*caller = recruit.Caller{Company: co.ID, User: admin.ID, Role: recruit.RoleAdmin}
	}
	v, err := r.Connect(t.Context(), r.admin, integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthOAuth})
	if err != nil {
		t.Fatal(err)
	}
	r.conn = v.ID
	return r
}

// visit follows a fresh link with a browser and returns the state that the
// ATS would send back, and a code.
func (r *rig) visit(c recruit.Caller, browser secret.String, switches bool) (state, code string) {
	r.t.Helper()
	link, err := r.Authorize(r.t.Context(), c, r.conn, switches, "")
	if err != nil {
		r.t.Fatal(err)
	}
	to, err := r.FollowLink(r.t.Context(), link.Token, browser)
	if err != nil {
		r.t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil {
		r.t.Fatal(err)
	}
	if code, err = r.sim.Authorize("integration@acme.example.com", nil, ""); err != nil {
		r.t.Fatal(err)
	}
	return u.Query().Get("state"), code
}

func newBrowser() secret.String { return secret.New(recruit.RandomToken(32)) }

// refused asserts a problem, and that nothing changed.
func (r *rig) refused(err error, code string, state recruit.ConnectionState) {
	r.t.Helper()
	var p *recruit.Problem
	if !errors.As(err, &p) || p.Code != code {
		r.t.Errorf("got %v, want the problem %s", err, code)
	}
	v, err := r.Connection(r.t.Context(), r.admin, r.conn)
	if err != nil || v.State != state {
		r.t.Errorf("the connection is %s (%v), want %s", v.State, err, state)
	}
	if _, err := r.db.Credential(r.t.Context(), r.conn); state == recruit.ConnAwaitingAuthorization && !errors.Is(err, recruit.ErrNotFound) {
		r.t.Errorf("a credential was stored: %v", err)
	}
}

func TestOnlyTheBrowserAndTheStateThatBeganFinishAnAuthorization(t *testing.T) {
	ctx := t.Context()
	const waiting = recruit.ConnAwaitingAuthorization
	for name, tc := range map[string]func(r *rig, state, code string, mine secret.String) error{
		"no state": func(r *rig, state, code string, mine secret.String) error {
			_, err := r.Callback(ctx, &r.admin, mine, "", code, "")
			return err
		},
		"a made-up state": func(r *rig, state, code string, mine secret.String) error {
			_, err := r.Callback(ctx, &r.admin, mine, recruit.RandomToken(32), code, "")
			return err
		},
		"another browser": func(r *rig, state, code string, mine secret.String) error {
			_, err := r.Callback(ctx, &r.admin, newBrowser(), state, code, "")
			return err
		},
		"no browser secret": func(r *rig, state, code string, mine secret.String) error {
			_, err := r.Callback(ctx, &r.admin, secret.String{}, state, code, "")
			return err
		},
		"a session of another company": func(r *rig, state, code string, mine secret.String) error {
			_, err := r.Callback(ctx, &r.other, mine, state, code, "")
			return err
		},
		"no session, though a page began it": func(r *rig, state, code string, mine secret.String) error {
			_, err := r.Callback(ctx, nil, mine, state, code, "")
			return err
		},
		"too late": func(r *rig, state, code string, mine secret.String) error {
			r.clock = r.clock.Add(10*time.Minute + time.Second)
			_, err := r.Callback(ctx, &r.admin, mine, state, code, "")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			mine := newBrowser()
			state, code := r.visit(r.admin, mine, false)
			r.refused(tc(r, state, code, mine), "oauth_state_invalid", waiting)
		})
	}
}

func TestAStateWorksOnce(t *testing.T) {
	r, mine := newRig(t), newBrowser()
	state, code := r.visit(r.admin, mine, false)
	if _, err := r.Callback(t.Context(), &r.admin, mine, state, code, ""); err != nil {
		t.Fatal(err)
	}
	again, err := r.sim.Authorize("integration@acme.example.com", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Callback(t.Context(), &r.admin, mine, state, again, "")
	r.refused(err, "oauth_state_invalid", recruit.ConnConnected)
}

func TestALinkWorksOnceAndForTenMinutes(t *testing.T) {
	r := newRig(t)
	link, err := r.Authorize(t.Context(), r.admin, r.conn, false, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.OpenLink(t.Context(), link.Token); err != nil {
		t.Errorf("looking at a link uses it up: %v", err)
	}
	if _, err := r.FollowLink(t.Context(), link.Token, newBrowser()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.OpenLink(t.Context(), link.Token); !errors.Is(err, recruit.ErrNotFound) {
		t.Errorf("a followed link opens again: %v", err)
	}
	if _, err := r.FollowLink(t.Context(), link.Token, newBrowser()); !errors.Is(err, recruit.ErrNotFound) {
		t.Errorf("a followed link is followed again: %v", err)
	}
	late, err := r.Authorize(t.Context(), r.admin, r.conn, false, "")
	if err != nil {
		t.Fatal(err)
	}
	r.clock = late.ExpiresAt.Add(-time.Second)
	if _, err := r.OpenLink(t.Context(), late.Token); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
	r.clock = late.ExpiresAt
	if _, err := r.FollowLink(t.Context(), late.Token, newBrowser()); !errors.Is(err, recruit.ErrNotFound) {
		t.Errorf("at its end: %v", err)
	}
}

func TestARefusalAtTheATSIsToldAndChangesNothing(t *testing.T) {
	r, mine := newRig(t), newBrowser()
	state, _ := r.visit(r.admin, mine, false)
	_, err := r.Callback(t.Context(), &r.admin, mine, state, "", "access_denied")
	r.refused(err, "oauth_denied", recruit.ConnAwaitingAuthorization)
	state, _ = r.visit(r.admin, mine, false)
	_, err = r.Callback(t.Context(), &r.admin, mine, state, "not-a-code", "")
	r.refused(err, "oauth_code_refused", recruit.ConnAwaitingAuthorization)
}

func TestAnotherAccountNeedsTheActOfSwitching(t *testing.T) {
	r, mine := newRig(t), newBrowser()
	state, code := r.visit(r.admin, mine, false)
	if _, err := r.Callback(t.Context(), &r.admin, mine, state, code, ""); err != nil {
		t.Fatal(err)
	}
	// The same installation, reached again, opens another account.
	if err := r.db.Checked(t.Context(), r.conn, recruit.Account{ID: "SomebodyElse", Name: "Somebody Else"}, r.clock); err == nil {
		t.Fatal("a check of another account was believed")
	}
	_ = r.renameAccount("Former")
	before, err := r.db.Credential(t.Context(), r.conn)
	if err != nil {
		t.Fatal(err)
	}
	state, code = r.visit(r.admin, mine, false)
	_, err = r.Callback(t.Context(), &r.admin, mine, state, code, "")
	r.refused(err, "oauth_other_account", recruit.ConnConnected)
	after, err := r.db.Credential(t.Context(), r.conn)
	if err != nil || after.Generation != before.Generation {
		t.Errorf("the credential changed: generation %d to %d (%v)", before.Generation, after.Generation, err)
	}
	state, code = r.visit(r.admin, mine, true)
	if _, err := r.Callback(t.Context(), &r.admin, mine, state, code, ""); err != nil {
		t.Fatalf("switching: %v", err)
	}
	v, err := r.Connection(t.Context(), r.admin, r.conn)
	if err != nil || v.Account.ID != "AcmeRobotics" || v.State != recruit.ConnConnected {
		t.Errorf("after switching: %+v %v", v.Account, err)
	}
}

// renameAccount makes the stored account another than the ATS's.
func (r *rig) renameAccount(id string) error {
	l := integration.StoredLink{Company: r.admin.Company, Connection: r.conn}
	st, err := r.db.Credential(r.t.Context(), r.conn)
	if err != nil {
		return err
	}
	return r.db.Authorized(r.t.Context(), l, st.Credential, recruit.Account{ID: id, Name: id}, true, r.clock)
}

func TestWhatIsStartedByAPIMustBeConfirmed(t *testing.T) {
	r, mine := newRig(t), newBrowser()
	token := recruit.Caller{Company: r.admin.Company, Token: "tok_1", Role: recruit.RoleAdmin}
	if _, err := r.Authorize(t.Context(), token, r.conn, false, "https://elsewhere.example.com/"); err == nil {
		t.Error("a return address that is not on the list was accepted")
	}
	state, code := r.visit(token, mine, false)
	if _, err := r.Callback(t.Context(), nil, mine, state, code, ""); err != nil {
		t.Fatal(err)
	}
	v, err := r.Connection(t.Context(), r.admin, r.conn)
	if err != nil || v.State != recruit.ConnAwaitingConfirmation || v.Account == nil || v.Account.ID != "AcmeRobotics" {
		t.Fatalf("%s, account %+v, %v", v.State, v.Account, err)
	}
	if _, err := r.Confirm(t.Context(), token, r.conn, "Other"); err == nil {
		t.Error("another account was confirmed")
	}
	if v, err = r.Confirm(t.Context(), token, r.conn, "AcmeRobotics"); err != nil || v.State != recruit.ConnConnected {
		t.Errorf("confirmed: %s, %v", v.State, err)
	}
}

func TestOnlyAnAdminOfTheCompanyTouchesItsConnection(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	for name, c := range map[string]recruit.Caller{"another company": r.other, "a manager": {Company: r.admin.Company, User: "usr_1", Role: recruit.RoleManager},
		"the operator": {User: "usr_2", Role: recruit.RoleOperator}, "nobody": {}} {
		acts := map[string]error{}
		_, acts["connect"] = r.Connect(ctx, c, integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthAPIKey, Environment: "sandbox",
			Fields: integration.Fields{"api_key": secret.New("k")}})
		_, acts["authorize"] = r.Authorize(ctx, c, r.conn, false, "")
		_, acts["test"] = r.Test(ctx, c, r.conn)
		_, acts["disconnect"] = r.Disconnect(ctx, c, r.conn)
		_, acts["source"] = r.SelectSource(ctx, c, r.conn, "")
		_, acts["template"] = r.SaveConsentTemplate(ctx, c, r.conn, "a", "b")
		_, acts["replace"] = r.ReplaceCredential(ctx, c, r.conn, nil, "")
		_, acts["confirm"] = r.Confirm(ctx, c, r.conn, "x")
		acts["import"] = r.ImportSources(ctx, c, r.conn)
		for act, err := range acts {
			if name == "another company" && act == "connect" {
				continue // its own
			}
			if !errors.Is(err, recruit.ErrForbidden) && !errors.Is(err, recruit.ErrNotFound) {
				t.Errorf("%s may %s: %v", name, act, err)
			}
		}
	}
}

func TestAConsentTemplateIsNeverEmptyAndItsVersionsStay(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	v, err := r.Connection(ctx, r.admin, r.conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{v.ConsentTemplate.PL, v.ConsentTemplate.EN} {
		if !strings.Contains(s, "Acme Robotics") || !strings.Contains(s, "SmartRecruiters") || strings.ContainsAny(s, "{}") {
			t.Errorf("the template did not arrive filled: %q", s)
		}
	}
	if _, err := r.SaveConsentTemplate(ctx, r.admin, r.conn, " \n", "text"); err == nil {
		t.Error("an empty template was saved")
	}
	if _, err := r.SaveConsentTemplate(ctx, r.admin, r.conn, strings.Repeat("ł", 5001), "text"); err == nil {
		t.Error("a template of 5001 characters was saved")
	}
	x, err := r.SaveConsentTemplate(ctx, r.admin, r.conn, strings.Repeat("ł", 5000), "one\r\ntwo")
	if err != nil || x.Version != 2 || x.EN != "one\ntwo" {
		t.Errorf("version %d, %q, %v", x.Version, x.EN, err)
	}
	if x, err = r.SaveConsentTemplate(ctx, r.admin, r.conn, strings.Repeat("ł", 5000), "one\ntwo"); err != nil || x.Version != 2 {
		t.Errorf("the same text made version %d (%v)", x.Version, err)
	}
}
