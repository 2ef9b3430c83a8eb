package erecruiter

import (
	"context"
	"errors"
	"net/http"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/secret"
)

// call makes one call with the current credential for the connection's company.
func call[T any](ctx context.Context, c *conn, why intent, op string, f func(erapi.Client) (T, error)) (T, error) {
	var none T
	company, err := c.chosen(ctx)
	if err != nil {
		return none, err
	}
	return callFor(ctx, c, company, why, op, f)
}

// callFor makes one call. A refusal of the credential did nothing: a token is
// renewed once, and a refusal that stands is looked into.
func callFor[T any](ctx context.Context, c *conn, company string, why intent, op string, f func(erapi.Client) (T, error)) (T, error) {
	var none T
	cred, err := c.credential(ctx, op)
	if err != nil {
		return none, err
	}
	v, err := f(c.api(cred, company))
	verdict := judge(why, op, err)
	if connector.KindOf(verdict) == connector.Unauthorized {
		fresh, renewal := c.env.Tokens.Renew(ctx, c.token(cred))
		switch {
		case renewal == nil:
			cred = fresh
			v, err = f(c.api(cred, company))
			verdict = judge(why, op, err)
		case !errors.Is(renewal, connector.ErrNoRenewal):
			return none, unsent(op, renewal)
		}
	}
	if verdict == nil {
		return v, nil
	}
	if !suspect(verdict) || op == erapi.OpCompanies { // that would be the question itself
		return none, verdict
	}
	good, err := c.opens(ctx, cred)
	switch {
	case err != nil:
		return none, err // the refused call did nothing, so this is all that is open
	case !good:
		return none, refusedKey(verdict)
	case connector.KindOf(verdict) == connector.Forbidden:
		return none, verdict
	}
	// A key that opens the account was refused.
	return insist(c, cred, company, why, op, f)
}

// patience is how often a refusal with 401 is put to the test: once may be an
// accident of a system whose random failures are known (C), and a credential or
// a recruitment is not to be given up for an accident.
const patience = 2

// insist repeats a call that was refused with 401 although its key opens the
// account. What is refused again and again is not for this credential.
func insist[T any](c *conn, cred connector.Credential, company string, why intent, op string, f func(erapi.Client) (T, error)) (T, error) {
	var none T
	for range patience {
		v, err := f(c.api(cred, company))
		verdict := judge(why, op, err)
		switch connector.KindOf(verdict) {
		case connector.Unknown: // no error
			return v, nil
		case connector.Unauthorized:
		default:
			return none, verdict
		}
	}
	return none, &connector.Error{Kind: connector.Forbidden, Op: op, Status: http.StatusUnauthorized}
}

// suspect tells whether a refusal may be the credential's fault. 403 may be a
// key that was revoked, or a recruitment that is not shared (A), unless its
// code says which.
func suspect(verdict error) bool {
	var e *connector.Error
	if !errors.As(verdict, &e) {
		return false
	}
	switch e.Code {
	case codeJobClosed, codeJobNotShared, codeNoConsent:
		return false
	}
	return e.Kind == connector.Unauthorized || e.Kind == connector.Forbidden
}

func refusedKey(verdict error) error {
	var e *connector.Error
	if !errors.As(verdict, &e) {
		return verdict
	}
	bad := *e
	bad.Kind = connector.Unauthorized
	return &bad
}

// opens asks for the companies, which is what every key may (A). A no is
// asked for again.
func (c *conn) opens(ctx context.Context, cred connector.Credential) (bool, error) {
	for range patience {
		_, err := c.api(cred, "").Companies(ctx)
		verdict := judge(reading, erapi.OpCompanies, err)
		switch connector.KindOf(verdict) {
		case connector.Unknown: // no error
			return true, nil
		case connector.Unauthorized, connector.Forbidden:
			continue
		}
		return false, verdict
	}
	return false, nil
}

// credential is what the host lends, with a token where one is needed: a host
// that has none yet is asked for it.
func (c *conn) credential(ctx context.Context, op string) (connector.Credential, error) {
	cred, err := c.env.Tokens.Current(ctx)
	if err == nil && c.m.Auth.Exchanged() && cred.AccessToken.Empty() {
		cred, err = c.env.Tokens.Renew(ctx, secret.String{})
		if errors.Is(err, connector.ErrNoRenewal) {
			return connector.Credential{}, &connector.Error{Kind: connector.Misconfigured, Op: op, Code: codeNoToken}
		}
	}
	if err != nil {
		return connector.Credential{}, unsent(op, err)
	}
	if c.token(cred).Empty() {
		return connector.Credential{}, &connector.Error{Kind: connector.Unauthorized, Op: op, Code: codeKeyRefused}
	}
	return cred, nil
}

// unsent passes on an error of the host's tokens. The call itself was not sent,
// or was refused: whatever is open about the renewal is the host's to know, and
// nothing is open about the call.
func unsent(op string, err error) error {
	var e *connector.Error
	if errors.As(err, &e) {
		return e.OfRead()
	}
	return &connector.Error{Kind: connector.Unavailable, Op: op, Err: err}
}
