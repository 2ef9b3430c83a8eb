package atstest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// host plays Handoff for one connector: it lends transport, tokens, clock and
// log, and remembers everything that could have leaked.
type host struct {
	t      testing.TB
	typ    *connector.Type
	remote Remote
	set    connector.Settings
	tokens *tokens

	mu     sync.Mutex
	gate   func() error
	limit  *atshttp.Limiter
	logged bytes.Buffer
	shown  map[recruit.RemoteJobID][]recruit.RemoteConsent
	errs   []error

	net     *atshttp.Network
	timeout time.Duration
}

// newHost connects in one way; empty takes the connector's first.
func newHost(t testing.TB, target Target, o Options, auth connector.Auth) *host {
	t.Helper()
	h := &host{t: t, typ: target.Type, remote: target.Start(t, o), timeout: 5 * time.Second,
		net: atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: true})}
	t.Cleanup(h.net.Close)
	if auth == "" {
		auth = target.Type.Auths[0].Auth
	}
	h.set = h.remote.Settings()
	h.set.Auth = auth
	var limits connector.Limits
	if o.Limits {
		limits = target.Type.Limits
	}
	h.limit = atshttp.NewLimiter(limits)
	h.tokens = &tokens{h: h, cred: h.remote.Login(t, auth)}
	h.read(JobOpen, JobOther)
	return h
}

// read keeps what candidates of these jobs are shown, as the host does before
// anybody applies.
func (h *host) read(kinds ...JobKind) {
	h.t.Helper()
	h.shown = map[recruit.RemoteJobID][]recruit.RemoteConsent{}
	c := h.conn()
	if c.Consents == nil {
		return
	}
	for _, k := range kinds {
		list, err := c.Consents.RemoteConsents(h.t.Context(), h.remote.Job(k))
		if h.saw(err) != connector.Unknown {
			h.t.Fatalf("the consents of job kind %d: %v", k, err)
		}
		h.shown[h.remote.Job(k)] = list
	}
}

// method is the way in which this host is connected.
func (h *host) method() connector.AuthMethod {
	m, _ := h.typ.Method(h.set.Auth)
	return m
}

// conn opens the connector as the host does for one run.
func (h *host) conn() *connector.Conn {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	env := connector.Env{HTTP: h.client(h.limit), Tokens: h.tokens, Now: h.remote.Now,
		Log: slog.New(slog.NewTextHandler(writer{h}, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	c, err := connector.Open(h.typ, h.set, env)
	if err != nil {
		h.t.Fatalf("open: %v", err)
	}
	return c
}

func (h *host) client(l *atshttp.Limiter) *atshttp.Client {
	return atshttp.New(atshttp.Options{Network: h.net, Limiter: l, Timeout: h.timeout, Gate: func(context.Context) error {
		h.mu.Lock()
		gate := h.gate
		h.mu.Unlock()
		if gate == nil {
			return nil
		}
		return gate()
	}})
}

// rested forgets a pause that the vendor's limits asked for, as if it had been
// waited out.
func (h *host) rested() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.limit = atshttp.NewLimiter(connector.Limits{})
}

func (h *host) setGate(g func() error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gate = g
}

// saw keeps an error for the leak check and says whether it is typed.
func (h *host) saw(err error) connector.Kind {
	h.t.Helper()
	if err == nil {
		return connector.Unknown
	}
	h.mu.Lock()
	h.errs = append(h.errs, err)
	h.mu.Unlock()
	var e *connector.Error
	switch {
	case errors.Is(err, errStop):
	case !errors.As(err, &e):
		h.t.Errorf("an error of type %T left the connector: %v", err, err)
	case e.Kind == connector.Unknown || e.Op == "":
		h.t.Errorf("an error without kind or operation left the connector: %v", err)
	}
	return connector.KindOf(err)
}

type writer struct{ h *host }

func (w writer) Write(p []byte) (int, error) {
	w.h.mu.Lock()
	defer w.h.mu.Unlock()
	return w.h.logged.Write(p)
}

// tokens lends the credential as the host does: one refresh however many ask,
// and never a key.
type tokens struct {
	h       *host
	mu      sync.Mutex
	cred    connector.Credential
	renewed int
}

func (k *tokens) Current(ctx context.Context) (connector.Credential, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.h.set.Auth != connector.AuthOAuth && k.h.method().Renewable() && k.cred.AccessToken.Empty() {
		return k.refresh(ctx)
	}
	return k.cred, nil
}

func (k *tokens) Renew(ctx context.Context, refused secret.String) (connector.Credential, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.h.typ.OAuth == nil || !k.h.method().Renewable() {
		return connector.Credential{}, connector.ErrNoRenewal
	}
	if !k.cred.AccessToken.Equal(refused) {
		return k.cred, nil
	}
	return k.refresh(ctx)
}

func (k *tokens) refresh(ctx context.Context) (connector.Credential, error) {
	next, err := k.h.typ.OAuth.Refresh(ctx, k.h.set, k.h.client(atshttp.NewLimiter(connector.Limits{})), k.cred)
	if err != nil {
		return connector.Credential{}, err
	}
	k.cred = next
	k.renewed++
	return next, nil
}

func (k *tokens) renewals() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.renewed
}
