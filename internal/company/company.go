// Package company keeps companies, their people and how they sign in: users
// and roles, passwords, API tokens, the information clause, the first run.
package company

import (
	"context"
	"errors"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

var unbuilt = errors.New("unbuilt")

// Engine is the package's one entry. It is safe for concurrent use.
type Engine struct {
	Store Store
	Now   func() time.Time
}

// NewUser is a person to add.
type NewUser struct {
	Email, Name string
	Role        recruit.Role
	Supervisor  recruit.UserID
	Password    secret.String // 12 to 200 characters
	Locale      string
}

// NeedsSetup tells whether there is no operator and no Admin yet.
func (e *Engine) NeedsSetup(ctx context.Context) (bool, error) { return false, unbuilt }

// SetupOperator creates the operator, once. The one-time code is checked by
// the caller (the first-run page), which owns its file.
func (e *Engine) SetupOperator(ctx context.Context, u NewUser) (recruit.User, error) {
	return recruit.User{}, unbuilt
}

// FirstCompany creates a company and its first Admin without a caller: the
// command line, which can read the data folder, vouches for itself.
func (e *Engine) FirstCompany(ctx context.Context, name, timeZone, locale string, admin NewUser) (recruit.Company, recruit.User, error) {
	return recruit.Company{}, recruit.User{}, unbuilt
}

// CreateCompany is the operator's. A company starts with a filled clause in
// both languages, version 1.
func (e *Engine) CreateCompany(ctx context.Context, c recruit.Caller, name, timeZone, locale string) (recruit.Company, error) {
	return recruit.Company{}, unbuilt
}
func (e *Engine) Companies(ctx context.Context, c recruit.Caller, l recruit.List) (recruit.Page[recruit.Company], error) {
	return recruit.Page[recruit.Company]{}, unbuilt
}

// Company returns the caller's own company, or any for the operator.
func (e *Engine) Company(ctx context.Context, c recruit.Caller, id recruit.CompanyID) (recruit.Company, error) {
	return recruit.Company{}, unbuilt
}

// SignIn returns the user, or Problem sign_in_refused (said alike for an
// unknown address, a wrong password and a disabled user, after the same
// work), or Problem sign_in_limited with Args retry_after (seconds) once an
// address block or an account was tried too often. addrBlock is the client's
// /24 or /48. At most a few password hashes are computed at a time.
func (e *Engine) SignIn(ctx context.Context, email string, password secret.String, addrBlock string) (recruit.User, error) {
	return recruit.User{}, unbuilt
}

// User returns a user by id; ErrNotFound when disabled. Sessions use it on
// each request, so that a disabled user is out at once.
func (e *Engine) User(ctx context.Context, id recruit.UserID) (recruit.User, error) {
	return recruit.User{}, unbuilt
}
func (e *Engine) Users(ctx context.Context, c recruit.Caller) ([]recruit.User, error) {
	return nil, unbuilt
}
func (e *Engine) AddUser(ctx context.Context, c recruit.Caller, company recruit.CompanyID, u NewUser) (recruit.User, error) {
	return recruit.User{}, unbuilt
}

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

// IssueToken returns the token and, this once, its secret
// ("handoff_" + 52 characters, 256 bits).
func (e *Engine) IssueToken(ctx context.Context, c recruit.Caller, n NewToken) (Token, secret.String, error) {
	return Token{}, secret.String{}, unbuilt
}
func (e *Engine) Tokens(ctx context.Context, c recruit.Caller, l recruit.List) (recruit.Page[Token], error) {
	return recruit.Page[Token]{}, unbuilt
}
func (e *Engine) RevokeToken(ctx context.Context, c recruit.Caller, id recruit.TokenID) error {
	return unbuilt
}

// Authenticate returns whom a bearer token speaks for; ErrNotFound otherwise.
func (e *Engine) Authenticate(ctx context.Context, bearer secret.String) (recruit.Caller, error) {
	return recruit.Caller{}, unbuilt
}

// Clause returns the company's newest information clause.
func (e *Engine) Clause(ctx context.Context, c recruit.Caller) (recruit.Text, error) {
	return recruit.Text{}, unbuilt
}

// SaveClause makes a new version (Admin). Neither language may be empty, nor
// over 20,000 characters; a text equal to the newest makes none.
func (e *Engine) SaveClause(ctx context.Context, c recruit.Caller, pl, en string) (recruit.Text, error) {
	return recruit.Text{}, unbuilt
}

// Audit returns the company's audit records, newest first (Admin).
func (e *Engine) Audit(ctx context.Context, c recruit.Caller, l recruit.List) (recruit.Page[AuditRecord], error) {
	return recruit.Page[AuditRecord]{}, unbuilt
}

// AuditRecord is who did what to what, when: identifiers, no personal data.
type AuditRecord struct {
	ID, Actor, Action, Object string
	At                        time.Time
	Data                      map[string]string
}

// Store is what this engine needs kept.
type Store interface{}
