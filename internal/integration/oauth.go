package integration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// linkLife is how long an authorization link, and the login behind it, may
// take (interfaces.md).
const linkLife = 10 * time.Minute

// exchangeTime bounds the two requests that a browser waits for.
const exchangeTime = 60 * time.Second

// Link is an authorization link of ours: it works once, for ten minutes.
type Link struct {
	Token       string // the secret part of /connect/{token}
	ExpiresAt   time.Time
	CompanyName string
	ATSTitle    string
	RequestedBy string // a user's or a token's name
	Scopes      []connector.Text
	ByAPI       bool
}

// hash is how link, state and browser secrets are kept: each has 256 random
// bits, so that a plain hash cannot be reversed.
func hash(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// Authorize makes a link. switchAccount is the separate act of product
// decision 19. returnURL (API only) must match the allow-list exactly:
// Problem return_url_refused otherwise.
func (e *Engine) Authorize(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, switchAccount bool, returnURL string) (Link, error) {
	v, err := e.admin(ctx, c, id)
	if err != nil {
		return Link{}, err
	}
	if v.Auth != string(connector.AuthOAuth) || v.Type.OAuth == nil {
		return Link{}, recruit.Refuse("not_oauth")
	}
	if !e.OAuthReady(v.ATS) {
		return Link{}, recruit.Refuse("oauth_not_configured", "ats", v.Type.Title)
	}
	if returnURL != "" && !slices.Contains(e.o.ReturnURLs, returnURL) {
		return Link{}, recruit.Refuse("return_url_refused")
	}
	token, now := recruit.RandomToken(32), e.o.Now()
	l := StoredLink{LinkHash: hash(token), Company: c.Company, Connection: id, ATS: v.ATS, Starter: c.Name(), ByAPI: c.Token != "",
		SwitchAccount: switchAccount, ReturnURL: returnURL, RedirectURI: e.o.CallbackURL(), CreatedAt: now, ExpiresAt: now.Add(linkLife)}
	if err := e.o.Store.InsertLink(ctx, l); err != nil {
		return Link{}, err
	}
	return e.describe(ctx, token, l)
}

func (e *Engine) describe(ctx context.Context, token string, l StoredLink) (Link, error) {
	t, ok := e.Type(l.ATS)
	if !ok {
		return Link{}, recruit.ErrNotFound
	}
	company, err := e.o.Store.CompanyName(ctx, l.Company)
	if err != nil {
		return Link{}, err
	}
	who, err := e.o.Store.ActorName(ctx, l.Company, l.Starter)
	if err != nil {
		return Link{}, err
	}
	out := Link{Token: token, ExpiresAt: l.ExpiresAt, CompanyName: company, ATSTitle: t.Title, RequestedBy: who, ByAPI: l.ByAPI}
	for _, s := range t.Scopes {
		out.Scopes = append(out.Scopes, t.Scope[s])
	}
	return out, nil
}

// OpenLink shows a link without using it. ErrNotFound when it was used or is
// too old.
func (e *Engine) OpenLink(ctx context.Context, token string) (Link, error) {
	l, err := e.o.Store.Link(ctx, hash(token))
	if err != nil {
		return Link{}, err
	}
	if !l.UsedAt.IsZero() || !e.o.Now().Before(l.ExpiresAt) {
		return Link{}, recruit.ErrNotFound
	}
	return e.describe(ctx, token, l)
}

// FollowLink uses a link: it binds the browser whose random secret is given
// and returns the ATS's authorize URL, with a state of 256 random bits of
// which only a hash is kept.
func (e *Engine) FollowLink(ctx context.Context, token string, browser secret.String) (string, error) {
	if len(browser.Reveal()) < 32 {
		return "", recruit.Refuse("oauth_state_invalid")
	}
	state := recruit.RandomToken(32)
	l, err := e.o.Store.FollowLink(ctx, hash(token), hash(browser.Reveal()), hash(state), e.o.Now())
	if err != nil {
		return "", err
	}
	t, ok := e.Type(l.ATS)
	if !ok || t.OAuth == nil {
		return "", recruit.ErrNotFound
	}
	v, err := e.o.Store.AnyConnection(ctx, l.Connection)
	if err != nil {
		return "", err
	}
	return t.OAuth.AuthorizeURL(e.app(l.ATS, v.Environment), l.RedirectURI, state), nil
}

// CallbackResult says where the browser goes on.
type CallbackResult struct {
	Connection recruit.ConnectionID
	ReturnURL  string // empty: the connection's page
}

// Callback finishes an authorization.
//
// A wrong, replayed, expired or foreign state, another browser, or a caller of
// another company: Problem oauth_state_invalid, and nothing changes. errCode,
// the ATS's own error parameter: oauth_denied. A code that the ATS refuses:
// oauth_code_refused. An account that cannot be read: oauth_unfinished.
// Another account than before without the act of switching:
// oauth_other_account, and nothing changes.
func (e *Engine) Callback(ctx context.Context, caller *recruit.Caller, browser secret.String, state, code, errCode string) (CallbackResult, error) {
	invalid := recruit.Refuse("oauth_state_invalid")
	if state == "" || browser.Empty() {
		return CallbackResult{}, invalid
	}
	l, err := e.o.Store.TakeState(ctx, hash(state), e.o.Now())
	if errors.Is(err, recruit.ErrNotFound) {
		return CallbackResult{}, invalid
	}
	if err != nil {
		return CallbackResult{}, err
	}
	// A link of the pages belongs to a session of its company; one of the API
	// may be followed without any session here, but not with another company's.
	foreign := caller != nil && caller.Company != l.Company || caller == nil && !l.ByAPI
	if foreign || l.BrowserHash != hash(browser.Reveal()) || l.RedirectURI != e.o.CallbackURL() {
		return CallbackResult{}, invalid
	}
	out := CallbackResult{Connection: l.Connection, ReturnURL: l.ReturnURL}
	if errCode != "" || code == "" {
		return out, recruit.Refuse("oauth_denied")
	}
	v, err := e.o.Store.Connection(ctx, l.Company, l.Connection)
	if err != nil {
		return out, err
	}
	t, _ := e.Type(l.ATS)
	ctx, cancel := context.WithTimeout(ctx, exchangeTime)
	defer cancel()
	cred, account, err := e.exchange(ctx, t, v, l, code)
	if err != nil {
		return out, err
	}
	other := v.Account != nil && v.Account.ID != account.ID
	if other && !l.SwitchAccount {
		return out, recruit.Refuse("oauth_other_account", "account", account.Name, "before", v.Account.Name)
	}
	if err := e.o.Store.Authorized(ctx, l, cred, account, other, e.o.Now()); err != nil {
		return out, err
	}
	e.forget(l.Connection)
	return out, nil
}

// exchange turns the code into a credential and looks whose account it opens.
func (e *Engine) exchange(ctx context.Context, t *connector.Type, v View, l StoredLink, code string) (connector.Credential, recruit.Account, error) {
	s, tr := e.settings(v.Connection), e.host(v.ID, t).lent.Gated(nil)
	asked := e.o.Now()
	cred, err := t.OAuth.Exchange(ctx, s, tr, code, l.RedirectURI)
	cred.ExpiresAt = expiry(asked, cred.Life)
	if err != nil {
		e.o.Log.Info("connection.exchange", "connection", v.ID, "kind", connector.KindOf(err).String(), "err", err)
		switch connector.KindOf(err) {
		case connector.Revoked, connector.Rejected, connector.Unauthorized:
			return cred, recruit.Account{}, recruit.Refuse("oauth_code_refused")
		case connector.Misconfigured:
			return cred, recruit.Account{}, recruit.Refuse("oauth_app_refused", "ats", t.Title)
		}
		return cred, recruit.Account{}, recruit.Refuse("oauth_unfinished", "ats", t.Title)
	}
	conn, err := connector.Open(t, s, connector.Env{HTTP: tr, Tokens: fixed(cred), Log: e.o.Log, Now: e.o.Now})
	if err != nil {
		return cred, recruit.Account{}, err
	}
	report, err := conn.Core.Check(ctx)
	if err != nil || report.Account.ID == "" {
		e.o.Log.Info("connection.account", "connection", v.ID, "kind", connector.KindOf(err).String(), "err", err)
		return cred, recruit.Account{}, recruit.Refuse("oauth_unfinished", "ats", t.Title)
	}
	return cred, report.Account, nil
}

// fixed lends a credential that is used before it is stored.
type fixed connector.Credential

func (f fixed) Current(context.Context) (connector.Credential, error) {
	return connector.Credential(f), nil
}

func (f fixed) Renew(context.Context, secret.String) (connector.Credential, error) {
	return connector.Credential{}, connector.ErrNoRenewal
}

// Confirm names the account: the one that an API-started authorization opened,
// or which of several that a key opens (View.Accounts), to be tested next.
// Problem account_mismatch for any other, account_in_use for one that belongs to
// another connection.
func (e *Engine) Confirm(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, accountID string) (View, error) {
	v, err := e.admin(ctx, c, id)
	if err != nil {
		return View{}, err
	}
	switch {
	case v.State == recruit.ConnAwaitingConfirmation && v.Account != nil && v.Account.ID == accountID:
		err = e.o.Store.Confirmed(ctx, c.Company, id, c.Name(), e.o.Now())
	case v.ConnectedAt.IsZero() && accountID != "":
		err = recruit.Refuse("account_mismatch")
		for _, a := range v.Accounts {
			if a.ID == accountID {
				err = e.o.Store.ChooseAccount(ctx, c.Company, id, a, c.Name(), e.o.Now())
			}
		}
		e.forget(id)
	default:
		err = recruit.Refuse("account_mismatch")
	}
	if err != nil {
		return View{}, err
	}
	return e.Connection(ctx, c, id)
}
