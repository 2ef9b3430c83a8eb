package company

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Token is an API token as it can be shown again.
type Token struct {
	ID                              recruit.TokenID
	Company                         recruit.CompanyID
	Name, Prefix                    string
	Role                            recruit.Role
	CreatedAt, ExpiresAt, RevokedAt time.Time
	LastUsedAt                      time.Time
}

// NewToken asks for a token: Lives is 1 hour to 5 years, a year when 0. The
// role is at most the caller's own.
type NewToken struct {
	Name  string
	Role  recruit.Role
	Lives time.Duration
}

const (
	tokenPrefix = "handoff_"
	year        = 365 * 24 * time.Hour
	// touchEvery is how exact LastUsedAt is: a write per request would cost
	// more than the request.
	touchEvery = time.Minute
)

// IssueToken returns the token and, this once, its secret
// ("handoff_" + 52 characters, 256 bits). An Admin's or the operator's; the
// operator's token is of the installation. ErrForbidden for a role above the
// caller's.
func (e *Engine) IssueToken(ctx context.Context, c recruit.Caller, n NewToken) (Token, secret.String, error) {
	if !c.IsAdmin() && !c.IsOperator() || n.Role.Rank() > c.Role.Rank() {
		return Token{}, secret.String{}, recruit.ErrForbidden
	}
	if n.Lives == 0 {
		n.Lives = year
	}
	v := &recruit.Invalid{}
	name := checkName(v, "name", n.Name)
	checkRole(v, "role", c.Company, n.Role)
	if n.Lives < time.Hour || n.Lives > 5*year {
		v.Add("expires_at", "not_allowed")
	}
	if err := v.OrNil(); err != nil {
		return Token{}, secret.String{}, err
	}
	now := e.Now()
	plain := tokenPrefix + recruit.RandomToken(32)
	t := Token{ID: recruit.NewTokenID(now), Company: c.Company, Name: name, Prefix: plain[:len(tokenPrefix)+6], Role: n.Role,
		CreatedAt: now, ExpiresAt: now.Add(n.Lives)}
	if err := e.Store.AddToken(ctx, StoredToken{Token: t, Hash: tokenHash(plain), CreatedBy: c.Name()}); err != nil {
		return Token{}, secret.String{}, fmt.Errorf("issue token: %w", err)
	}
	return t, secret.New(plain), nil
}

// Tokens lists the tokens of the Admin's company, newest first, or the
// installation's for the operator.
func (e *Engine) Tokens(ctx context.Context, c recruit.Caller, l recruit.List) (recruit.Page[Token], error) {
	if !c.IsAdmin() && !c.IsOperator() {
		return recruit.Page[Token]{}, recruit.ErrForbidden
	}
	all, err := e.Store.Tokens(ctx, c.Company, recruit.TokenID(l.Cursor), l.Size()+1)
	if err != nil {
		return recruit.Page[Token]{}, err
	}
	return page(all, l, func(t Token) string { return string(t.ID) }), nil
}

// RevokeToken ends a token at once. One that is revoked already is no error.
func (e *Engine) RevokeToken(ctx context.Context, c recruit.Caller, id recruit.TokenID) error {
	if !c.IsAdmin() && !c.IsOperator() {
		return recruit.ErrForbidden
	}
	return e.Store.RevokeToken(ctx, c.Company, id, c.Name(), e.Now())
}

// Authenticate returns whom a bearer token speaks for; ErrNotFound otherwise:
// unknown, expired and revoked are not told apart.
func (e *Engine) Authenticate(ctx context.Context, bearer secret.String) (recruit.Caller, error) {
	plain := bearer.Reveal()
	if len(plain) != len(tokenPrefix)+52 || !strings.HasPrefix(plain, tokenPrefix) {
		return recruit.Caller{}, recruit.ErrNotFound
	}
	t, err := e.Store.TokenByHash(ctx, tokenHash(plain))
	if err != nil {
		return recruit.Caller{}, err
	}
	now := e.Now()
	if !t.RevokedAt.IsZero() || !now.Before(t.ExpiresAt) {
		return recruit.Caller{}, recruit.ErrNotFound
	}
	if now.Sub(t.LastUsedAt) >= touchEvery {
		if err := e.Store.TouchToken(ctx, t.ID, now); err != nil {
			return recruit.Caller{}, err
		}
	}
	return recruit.Caller{Company: t.Company, Token: t.ID, Role: t.Role}, nil
}

// tokenHash needs no salt and no cost: the token has 256 random bits.
func tokenHash(plain string) string {
	h := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(h[:])
}
