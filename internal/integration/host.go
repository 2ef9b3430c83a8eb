package integration

import (
	"context"
	"errors"
	"sync"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// host is what is kept in memory of one connection: its transport with the
// vendor's limits, and its credential as last read.
type host struct {
	lent Lent

	mu     sync.Mutex // one refresh at a time
	stored *Stored
}

func (e *Engine) host(id recruit.ConnectionID, t *connector.Type) *host {
	e.mu.Lock()
	defer e.mu.Unlock()
	h := e.hosts[id]
	if h == nil {
		h = &host{lent: e.o.Lend(t)}
		e.hosts[id] = h
	}
	return h
}

// forget drops a credential from memory after another was stored.
func (e *Engine) forget(id recruit.ConnectionID) {
	e.mu.Lock()
	h := e.hosts[id]
	e.mu.Unlock()
	if h != nil {
		h.mu.Lock()
		h.stored = nil
		h.mu.Unlock()
	}
}

// app is what the operator configured for one ATS; an address that is not is
// the vendor's own for the environment.
func (e *Engine) app(ats, environment string) connector.Settings {
	s := e.o.Apps[ats].Settings
	t, ok := e.Type(ats)
	if !ok {
		return s
	}
	h := t.Hosts[environment]
	for own, vendors := range map[*string]string{&s.APIURL: h.APIURL, &s.AuthorizeURL: h.AuthorizeURL, &s.TokenURL: h.TokenURL} {
		if *own == "" {
			*own = vendors
		}
	}
	return s
}

// settings are the operator's and the connection's choices for a connector.
func (e *Engine) settings(c recruit.Connection) connector.Settings {
	s := e.app(c.ATS, c.Environment)
	s.PlatformName, s.PlatformTag = e.o.PlatformName, PlatformTag(e.o.PlatformName)
	s.Auth, s.Source, s.AdFeed = connector.Auth(c.Auth), c.Source, c.AdFeed
	if c.Account != nil {
		s.Account = c.Account.ID
	}
	return s
}

// OpenConn lends the connector of a connection for one run of its lane. No
// byte leaves it unless the lease was checked just before.
func (e *Engine) OpenConn(ctx context.Context, l *lane.Lease, id recruit.ConnectionID) (*connector.Conn, error) {
	c, err := e.o.Store.AnyConnection(ctx, id)
	if err != nil {
		return nil, &connector.Error{Kind: connector.Unavailable, Op: "open", Err: err}
	}
	t, ok := e.Type(c.ATS)
	if !ok {
		return nil, &connector.Error{Kind: connector.Misconfigured, Op: "open", Err: errors.New("no such connector in this installation")}
	}
	h := e.host(id, t)
	s := e.settings(c)
	tr := h.lent.Gated(func(context.Context) error { return l.Check() })
	conn, err := connector.Open(t, s, connector.Env{HTTP: tr, Log: e.o.Log, Now: e.o.Now,
		Tokens: &tokens{e: e, h: h, id: id, t: t, s: s, tr: tr, account: accountOf(c)}})
	if err != nil {
		return nil, err
	}
	if settle := e.o.Apps[c.ATS].Settle; settle > 0 {
		conn.Settle = settle
	}
	return conn, nil
}

// tokens lends one connection's credential and renews it: the refresh rules
// of the architecture (Lanes, "Token refresh").
type tokens struct {
	e  *Engine
	h  *host
	id recruit.ConnectionID
	t  *connector.Type
	s  connector.Settings
	tr connector.Transport
	// account is whose credential is lent; empty while it is not known.
	account string
}

func accountOf(c recruit.Connection) string {
	if c.Account == nil {
		return ""
	}
	return c.Account.ID
}

// early is how long before its end an access token is replaced.
const early = 5 * time.Minute

// Current implements connector.Tokens.
func (k *tokens) Current(ctx context.Context) (connector.Credential, error) {
	k.h.mu.Lock()
	defer k.h.mu.Unlock()
	c, err := k.current(ctx)
	return k.own(ctx, c, err)
}

// own refuses the credential of another account than the run began with: what
// was begun with the consent to one is not sent to the one switched to.
func (k *tokens) own(ctx context.Context, c connector.Credential, err error) (connector.Credential, error) {
	if err != nil || k.account == "" || k.h.stored.Account == k.account {
		return c, err
	}
	// What is in memory may be from before a test learned the account.
	if err := k.load(ctx, true); err != nil {
		return connector.Credential{}, err
	}
	if k.h.stored.Account != k.account {
		return connector.Credential{}, &connector.Error{Kind: connector.Unavailable, Op: "credential", Err: errSwitched}
	}
	return k.h.stored.Credential, nil
}

var errSwitched = errors.New("the connection was switched to another account")

func (k *tokens) current(ctx context.Context) (connector.Credential, error) {
	if err := k.load(ctx, false); err != nil {
		return connector.Credential{}, err
	}
	st := k.h.stored
	left := st.ExpiresAt.Sub(k.e.o.Now())
	switch {
	case !k.renewable(), !st.AccessToken.Empty() && (st.ExpiresAt.IsZero() || left > early):
		return st.Credential, nil
	case !st.AccessToken.Empty() && left > 0 && !st.RefreshStartedAt.IsZero():
		// A refresh never finished: its token may be used up. The access token
		// is used while it lives, before that is put to the test.
		return st.Credential, nil
	}
	if err := k.refresh(ctx); err != nil {
		if left > 0 && !st.AccessToken.Empty() && transient(err) {
			return st.Credential, nil
		}
		return connector.Credential{}, err
	}
	return k.h.stored.Credential, nil
}

// Renew implements connector.Tokens.
func (k *tokens) Renew(ctx context.Context, refused secret.String) (connector.Credential, error) {
	k.h.mu.Lock()
	defer k.h.mu.Unlock()
	c, err := k.renew(ctx, refused)
	return k.own(ctx, c, err)
}

func (k *tokens) renew(ctx context.Context, refused secret.String) (connector.Credential, error) {
	if err := k.load(ctx, true); err != nil {
		return connector.Credential{}, err
	}
	if !k.renewable() {
		if !refused.Empty() && !holds(k.h.stored.Credential, refused) {
			return k.h.stored.Credential, nil // another key took over meanwhile
		}
		return connector.Credential{}, connector.ErrNoRenewal
	}
	if !k.h.stored.AccessToken.Equal(refused) {
		return k.h.stored.Credential, nil // replaced meanwhile
	}
	if err := k.refresh(ctx); err != nil {
		return connector.Credential{}, err
	}
	return k.h.stored.Credential, nil
}

// holds tells whether a secret is one of the credential's own.
func holds(c connector.Credential, refused secret.String) bool {
	for _, f := range c.Fields {
		if f.Equal(refused) {
			return true
		}
	}
	return c.AccessToken.Equal(refused)
}

// expiry counts a token's life from when it was asked for, which is never
// later than its issue.
func expiry(asked time.Time, life time.Duration) time.Time {
	if life <= 0 {
		return time.Time{}
	}
	return asked.Add(life)
}

func (k *tokens) renewable() bool {
	m, ok := k.t.Method(k.s.Auth)
	if !ok || !m.Renewable() {
		return false
	}
	return k.s.Auth != connector.AuthOAuth || !k.h.stored.RefreshToken.Empty()
}

func (k *tokens) load(ctx context.Context, again bool) error {
	if k.h.stored != nil && !again {
		return nil
	}
	st, err := k.e.o.Store.Credential(ctx, k.id)
	if errors.Is(err, recruit.ErrNotFound) {
		return &connector.Error{Kind: connector.Unauthorized, Op: "credential"}
	}
	if err != nil {
		return &connector.Error{Kind: connector.Unavailable, Op: "credential", Err: err}
	}
	k.h.stored = &st
	return nil
}

// refresh replaces the stored credential. The attempt is on disk before it is
// sent, and the answer is stored onto the generation that it started from.
func (k *tokens) refresh(ctx context.Context) error {
	st := k.h.stored
	interrupted := !st.RefreshStartedAt.IsZero()
	unavailable := func(err error) error {
		return &connector.Error{Kind: connector.Unavailable, Op: "refresh", Err: err}
	}
	ok, err := k.e.o.Store.StartRefresh(ctx, k.id, st.Generation, k.e.o.Now())
	if err != nil {
		return unavailable(err)
	}
	if !ok { // a new login wins
		k.h.stored = nil
		return k.load(ctx, true)
	}
	asked := k.e.o.Now()
	st.RefreshStartedAt = asked
	next, err := k.t.OAuth.Refresh(ctx, k.s, k.tr, st.Credential)
	if err != nil {
		if now, serr := k.e.o.Store.Credential(context.WithoutCancel(ctx), k.id); serr == nil && now.Generation != st.Generation {
			k.h.stored = &now // a new login wins: what was refused is over
			return nil
		}
		return k.refreshFailed(ctx, err, interrupted)
	}
	if next.Fields == nil {
		next.Fields = st.Fields
	}
	next.ExpiresAt = expiry(asked, next.Life)
	ok, err = k.e.o.Store.FinishRefresh(context.WithoutCancel(ctx), k.id, st.Generation, next, k.e.o.Now())
	if err != nil {
		return unavailable(err)
	}
	k.h.stored = nil
	k.e.o.Log.Info("connection.refreshed", "connection", k.id, "stored", ok)
	return k.load(ctx, true)
}

// refreshFailed turns a token endpoint's failure into what it means here.
func (k *tokens) refreshFailed(ctx context.Context, err error, interrupted bool) error {
	kind := connector.KindOf(err)
	k.e.o.Log.Info("connection.refreshed", "connection", k.id, "kind", kind.String(), "interrupted", interrupted, "err", err)
	e := &connector.Error{Kind: kind, Op: "refresh", Err: err}
	var ce *connector.Error
	if errors.As(err, &ce) {
		e.Status, e.Code, e.RetryAfter = ce.Status, ce.Code, ce.RetryAfter
	}
	if kind != connector.Unanswered && e.Status < 500 && !interrupted {
		// It was refused, or never sent: the refresh token is as it was. After
		// anything else it may be used up, and the mark stays.
		if err := k.e.o.Store.AbandonRefresh(context.WithoutCancel(ctx), k.id, k.h.stored.Generation); err != nil {
			return &connector.Error{Kind: connector.Unavailable, Op: "refresh", Err: err}
		}
		k.h.stored.RefreshStartedAt = time.Time{}
	}
	switch {
	case kind == connector.Unanswered:
		// No request of the caller's was sent: for it, this passes.
		e.Kind = connector.Unavailable
	case kind == connector.Misconfigured && k.s.Auth == connector.AuthClientCredentials:
		e.Kind = connector.Unauthorized // the pair is the company's own
	case kind == connector.Revoked && interrupted:
		e.Code = "REFRESH_INTERRUPTED"
	}
	return e
}

func transient(err error) bool {
	switch connector.KindOf(err) {
	case connector.Unavailable, connector.RateLimited, connector.Unanswered, connector.Misconfigured:
		return true
	}
	return false
}
