package erecruiter_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/connectors/erecruiter"
	"handoff/internal/secret"

	sim "handoff/internal/simulator/erecruiter"
)

// inMode is a setting whose key travels in another way; nothing else changes.
func inMode(t testing.TB, s setting, m sim.Mode) setting {
	t.Helper()
	s.dialect = s.dialect.WithAuth(m)
	lines := map[sim.Mode]string{sim.BearerKey: `"auth.mode": "bearer_key"`, sim.HeaderKey: `"auth.mode": "header_key", "auth.header": "` + s.dialect.Auth.Header + `", "auth.prefix": ""`,
		sim.Exchange: `"auth.mode": "exchange"`, sim.Password: `"auth.mode": "password"`}[m]
	s.mapping = over(t, s.dialect.Name, "{"+lines+"}")
	return s
}

// over is a mapping file with some lines replaced.
func over(t testing.TB, dialect, lines string) *erecruiter.Mapping {
	t.Helper()
	all := map[string]json.RawMessage{}
	for _, b := range [][]byte{partnerFile(t, dialect), []byte(lines)} {
		if err := json.Unmarshal(b, &all); err != nil {
			t.Fatal(err)
		}
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return mapped(t, string(b))
}

func partnerFile(t testing.TB, dialect string) []byte {
	t.Helper()
	if dialect != "partner" {
		return []byte("{}")
	}
	b, err := os.ReadFile("testdata/partner.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The four ways in which a key may travel, under both mappings: looking,
// pushing, being refused, and saying nothing of it.
func TestTheKeyTravelsInFourWays(t *testing.T) {
	for name, s := range settings(t) {
		for _, m := range sim.Modes() {
			t.Run(name+"/"+string(m), func(t *testing.T) {
				t.Parallel()
				tg := inMode(t, s, m).target()
				for _, c := range atstest.Chapters() {
					if slices.Contains([]string{"type", "check", "credential", "push", "record", "gate", "find", "consents", "quiet"}, c.Name) {
						t.Run(c.Name, func(t *testing.T) { c.Run(t, tg) })
					}
				}
			})
		}
	}
}

// One token serves many calls, and one exchange all those who found it ended.
func TestAKeyIsExchangedOnceForManyCalls(t *testing.T) {
	s := inMode(t, settings(t)["builtin"], sim.Exchange)
	r := start(t, s.dialect, atstest.Options{})
	h := &lender{typ: erecruiter.TypeWith(s.mapping), set: r.Settings(), tr: transport(t), cred: r.Login(t, connector.AuthAccessKey)}
	h.set.Auth = connector.AuthAccessKey
	for range 3 {
		if _, err := opened(t, s, r, h).Jobs.ListJobs(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := exchanges(r); n != 1 {
		t.Errorf("%d exchanges for three listings", n)
	}
	r.Expire()
	if _, err := opened(t, s, r, h).Jobs.ListJobs(t.Context()); err != nil || exchanges(r) != 2 {
		t.Errorf("after the token ended: %v, %d exchanges", err, exchanges(r))
	}
}

func TestWhatTheTokenEndpointRefuses(t *testing.T) {
	s := inMode(t, settings(t)["builtin"], sim.Exchange)
	typ := erecruiter.TypeWith(s.mapping)
	r := start(t, s.dialect, atstest.Options{})
	set := r.Settings()
	set.Auth = connector.AuthAccessKey
	good := r.Login(t, connector.AuthAccessKey)
	ask := func(set connector.Settings, c connector.Credential) (connector.Credential, connector.Kind) {
		got, err := typ.OAuth.Refresh(t.Context(), set, transport(t), c)
		if err != nil && (strings.Contains(err.Error(), set.ClientSecret.Reveal()) || strings.Contains(err.Error(), c.Fields["access_key"].Reveal())) {
			t.Error("a secret stands in an error")
		}
		return got, connector.KindOf(err)
	}
	if c, k := ask(set, good); k != connector.Unknown || c.AccessToken.Empty() || c.Life != time.Hour || c.Fields["access_key"].Empty() {
		t.Errorf("a good key: %v, life %v", k, c.Life)
	}
	bad := connector.Credential{Fields: map[string]secret.String{"access_key": secret.New("no such key")}}
	if _, k := ask(set, bad); k != connector.Unauthorized {
		t.Errorf("a bad key: %v", k)
	}
	other := set
	other.ClientSecret = secret.New("of another platform")
	if _, k := ask(other, good); k != connector.Misconfigured {
		t.Errorf("a client that is refused: %v", k)
	}
	for status, want := range map[int]connector.Kind{400: connector.Unavailable, 404: connector.Unavailable, 429: connector.RateLimited, 500: connector.Unavailable, 503: connector.Unavailable, 200: connector.Unavailable} {
		r.Answer(status, nil, "<html>")
		if _, k := ask(set, good); k != want {
			t.Errorf("status %d: %v, want %v", status, k, want)
		}
	}
}

func TestAHostThatLendsNoTokenIsTold(t *testing.T) {
	s := inMode(t, settings(t)["builtin"], sim.Exchange)
	r := start(t, s.dialect, atstest.Options{})
	c := opened(t, s, r, key{r.Login(t, connector.AuthAccessKey)})
	_, err := c.Jobs.ListJobs(t.Context())
	var e *connector.Error
	if !errors.As(err, &e) || e.Kind != connector.Misconfigured || e.Code != "NO_TOKEN" {
		t.Errorf("without a token: %v", err)
	}
}

func exchanges(r *remote) int {
	n := 0
	for _, e := range r.sim.Journal(0).Entries {
		if e.Op == "getToken" {
			n++
		}
	}
	return n
}

// key is a credential that is what it is.
type key struct{ c connector.Credential }

func (k key) Current(context.Context) (connector.Credential, error) { return k.c, nil }

func (key) Renew(context.Context, secret.String) (connector.Credential, error) {
	return connector.Credential{}, connector.ErrNoRenewal
}

// lender exchanges as a host does, and keeps what it got.
type lender struct {
	typ  *connector.Type
	set  connector.Settings
	tr   connector.Transport
	mu   sync.Mutex
	cred connector.Credential
}

func (l *lender) Current(context.Context) (connector.Credential, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cred, nil
}

func (l *lender) Renew(ctx context.Context, refused secret.String) (connector.Credential, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.cred.AccessToken.Equal(refused) {
		return l.cred, nil
	}
	next, err := l.typ.OAuth.Refresh(ctx, l.set, l.tr, l.cred)
	if err == nil {
		l.cred = next
	}
	return l.cred, err
}

func transport(t testing.TB) connector.Transport {
	net := atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: true})
	t.Cleanup(net.Close)
	return atshttp.New(atshttp.Options{Network: net, Limiter: atshttp.NewLimiter(connector.Limits{})})
}

func opened(t testing.TB, s setting, r *remote, tokens connector.Tokens, change ...func(*connector.Settings)) *connector.Conn {
	t.Helper()
	set := r.Settings()
	set.Auth = connector.AuthAccessKey
	for _, f := range change {
		f(&set)
	}
	c, err := connector.Open(erecruiter.TypeWith(s.mapping), set, connector.Env{HTTP: transport(t), Tokens: tokens, Now: r.Now})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
