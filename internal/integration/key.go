package integration

import (
	"context"
	"errors"

	"handoff/internal/connector"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// ReplaceCredential saves another credential of the same kind, and with scope
// (empty: as before) what its Admin says that it opens.
//
// Where an account is known the one in use stays in use: the new one waits
// beside it until Test shows that it opens the same account. Otherwise nothing
// is lost by replacing, and the connection is untested. Problem
// credential_by_oauth where there is nothing to type.
func (e *Engine) ReplaceCredential(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, fields Fields, scope string) (View, error) {
	v, err := e.admin(ctx, c, id)
	if err != nil {
		return View{}, err
	}
	m, _ := v.Type.Method(connector.Auth(v.Auth))
	if len(m.Fields) == 0 {
		return View{}, recruit.Refuse("credential_by_oauth")
	}
	var bad recruit.Invalid
	if checkScope(&bad, v.Type, scope); len(bad.Fields) > 0 {
		return View{}, bad.OrNil()
	}
	cred, err := credential(m, fields)
	if err != nil {
		return View{}, err
	}
	now := e.o.Now()
	if v.Account != nil && !v.ConnectedAt.IsZero() && v.State != recruit.ConnDisconnected {
		if err := e.o.Store.SaveNext(ctx, c.Company, id, *cred, scope, c.Name(), now); err != nil {
			return View{}, err
		}
		return e.Connection(ctx, c, id)
	}
	if scope != "" && scope != v.AccessScope {
		if err := e.o.Store.SetScope(ctx, c.Company, id, scope, c.Name(), now); err != nil {
			return View{}, err
		}
	}
	if err := e.o.Store.ReplaceCredential(ctx, c.Company, id, *cred, c.Name(), now); err != nil {
		return View{}, err
	}
	e.forget(id)
	return e.Connection(ctx, c, id)
}

// DiscardCredential forgets the credential that waits; the one in use is
// untouched. ErrNotFound when none waits.
func (e *Engine) DiscardCredential(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (View, error) {
	if _, err := e.admin(ctx, c, id); err != nil {
		return View{}, err
	}
	if err := e.o.Store.DiscardNext(ctx, c.Company, id, c.Name(), e.o.Now()); err != nil {
		return View{}, err
	}
	return e.Connection(ctx, c, id)
}

// SetScope keeps what the Admin says that the key opens, all jobs or selected
// ones: it decides which steps pages name, and nothing else.
func (e *Engine) SetScope(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, scope string) (View, error) {
	v, err := e.admin(ctx, c, id)
	if err != nil {
		return View{}, err
	}
	var bad recruit.Invalid
	if scope == "" {
		bad.Add("access_scope", "required")
	}
	if checkScope(&bad, v.Type, scope); len(bad.Fields) > 0 {
		return View{}, bad.OrNil()
	}
	if err := e.o.Store.SetScope(ctx, c.Company, id, scope, c.Name(), e.o.Now()); err != nil {
		return View{}, err
	}
	return e.Connection(ctx, c, id)
}

// trial lends a credential that is looked at before it is used. What it is
// exchanged for is kept here, and stored with it once it is used.
type trial struct {
	cred connector.Credential
	m    connector.AuthMethod
	t    *connector.Type
	s    connector.Settings
	tr   connector.Transport
	e    *Engine
}

// Current implements connector.Tokens.
func (k *trial) Current(ctx context.Context) (connector.Credential, error) {
	if k.m.Renewable() && k.cred.AccessToken.Empty() {
		return k.Renew(ctx, secret.String{})
	}
	return k.cred, nil
}

// Renew implements connector.Tokens.
func (k *trial) Renew(ctx context.Context, refused secret.String) (connector.Credential, error) {
	if !k.m.Renewable() || k.t.OAuth == nil {
		return connector.Credential{}, connector.ErrNoRenewal
	}
	if !k.cred.AccessToken.Equal(refused) {
		return k.cred, nil
	}
	asked := k.e.o.Now()
	got, err := k.t.OAuth.Refresh(ctx, k.s, k.tr, k.cred)
	if err != nil {
		return connector.Credential{}, readOf(err)
	}
	if got.Fields == nil {
		got.Fields = k.cred.Fields
	}
	got.ExpiresAt = expiry(asked, got.Life)
	k.cred = got
	return got, nil
}

// readOf is an error of a token request as its caller means it: nothing is
// open about the call that was not made.
func readOf(err error) error {
	var e *connector.Error
	if errors.As(err, &e) {
		return e.OfRead()
	}
	return err
}
