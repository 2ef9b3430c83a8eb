package api

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"handoff/internal/door"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// admit says who asks. It refuses with 401 who has no token that works, with
// 429 who asks too often, and with 403 whose token is of the wrong kind. Wrong
// tokens are counted by address block, so that nobody can try many; a token
// that works is let in from there all the same.
func (a *API) admit(o operation, r *http.Request) (recruit.Caller, error) {
	if o.access == door.Public {
		return recruit.Caller{}, nil
	}
	scheme, bearer, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	bearer = strings.TrimSpace(bearer)
	if bearer == "" || !strings.EqualFold(scheme, "Bearer") {
		return recruit.Caller{}, unauthorized("")
	}
	c, err := a.o.Company.Authenticate(r.Context(), secret.New(bearer))
	if errors.Is(err, recruit.ErrNotFound) {
		if wait := a.wrong.take(a.o.Proxies.Block(r)); wait > 0 {
			return recruit.Caller{}, newProblem(http.StatusTooManyRequests, "too_many_requests").after(wait)
		}
		return recruit.Caller{}, unauthorized(`, error="invalid_token"`)
	}
	if err != nil {
		return recruit.Caller{}, err
	}
	if wait := a.tokens.take(string(c.Token)); wait > 0 {
		return recruit.Caller{}, newProblem(http.StatusTooManyRequests, "too_many_requests").after(wait)
	}
	if !may(o.access, c) {
		return recruit.Caller{}, recruit.ErrForbidden
	}
	return c, nil
}

func unauthorized(more string) *Problem {
	p := newProblem(http.StatusUnauthorized, "unauthorized")
	p.header.Set("WWW-Authenticate", `Bearer realm="handoff"`+more)
	return p
}

// may is the first gate; engines decide again. What no rule names is refused.
func may(access door.Access, c recruit.Caller) bool {
	switch access {
	case door.AnyToken:
		return c.Role.Rank() > 0
	case door.Token:
		return c.Company != "" && c.Role.Rank() > 0
	case door.Admin:
		return c.IsAdmin()
	case door.Operator:
		return c.IsOperator()
	}
	return false
}

// seconds is how Retry-After is written: whole, and never too early.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
