package smartrecruiters

import (
	"context"
	"errors"
	"net/http"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
)

// call makes one call with the current credential. A 401 is answered once with
// a renewed credential, since a refused call has done nothing; a 401 that
// stands is looked into.
func call[T any](ctx context.Context, c *conn, why intent, op string, f func(srapi.Client) (T, error)) (T, error) {
	var none T
	cred, err := c.env.Tokens.Current(ctx)
	if err != nil {
		return none, unsent(op, err)
	}
	v, err := f(c.api(cred))
	if is401(err) {
		fresh, renewal := c.env.Tokens.Renew(ctx, c.token(cred))
		switch {
		case renewal == nil:
			cred = fresh
			v, err = f(c.api(cred))
		case !errors.Is(renewal, connector.ErrNoRenewal):
			return none, unsent(op, renewal)
		}
	}
	switch {
	case err == nil:
		return v, nil
	case is401(err):
		return none, c.blame(ctx, op, cred, err)
	}
	return none, judge(why, op, err)
}

// blame tells a bad credential from one that may not see this: the vendor
// answers 401 for both (S, quirk 2). The company is what every credential may
// read. Anything but a plain answer leaves the credential alone.
func (c *conn) blame(ctx context.Context, op string, cred connector.Credential, refused error) error {
	e := &connector.Error{Kind: connector.Forbidden, Op: op, Status: http.StatusUnauthorized}
	var s *srapi.StatusError
	if errors.As(refused, &s) && len(s.Codes) > 0 {
		e.Code = s.Codes[0]
	}
	if op == opCompany {
		e.Kind = connector.Unauthorized // that was the question itself
		return e
	}
	_, err := c.api(cred).Company(ctx)
	switch {
	case err == nil:
		return e
	case is401(err):
		e.Kind = connector.Unauthorized
		return e
	}
	return judge(reading, op, err) // the refused call did nothing, so this is all that is open
}

// unsent passes on an error of the host's tokens. The call itself was not sent,
// or was refused with 401: whatever is open about the renewal is the host's to
// know, and nothing is open about the call.
func unsent(op string, err error) error {
	var e *connector.Error
	if errors.As(err, &e) {
		return e.OfRead()
	}
	return &connector.Error{Kind: connector.Unavailable, Op: op, Err: err}
}
