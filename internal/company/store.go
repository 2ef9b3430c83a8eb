package company

import (
	"context"
	"time"

	"handoff/internal/recruit"
)

// Account is a user with the hash of the password.
type Account struct {
	recruit.User
	PasswordHash string
}

// Founding is everything that a company starts with.
type Founding struct {
	Company recruit.Company
	Admin   *Account // nil when the operator adds people later
	Clause  recruit.Text
	Future  recruit.Text // the consent for future recruitments
	Actor   string
}

// StoredToken is a token with the hash that it is found by.
type StoredToken struct {
	Token
	Hash      string
	CreatedBy string
}

// Store is what this engine needs kept. Each method is one transaction; what
// changes something also writes the audit record that says so. ErrNotFound
// where there is none.
type Store interface {
	// Staffed tells whether an enabled operator or Admin exists.
	Staffed(ctx context.Context) (bool, error)
	// CreateOperator refuses with Problem setup_done when there is one, and
	// with email_taken.
	CreateOperator(ctx context.Context, a Account) error
	// CreateCompany refuses with Problem email_taken.
	CreateCompany(ctx context.Context, f Founding) error
	Companies(ctx context.Context, after recruit.CompanyID, limit int) ([]recruit.Company, error)
	Company(ctx context.Context, id recruit.CompanyID) (recruit.Company, error)
	CompaniesNamed(ctx context.Context, name string) ([]recruit.Company, error)

	AccountByEmail(ctx context.Context, folded string) (Account, error)
	Account(ctx context.Context, id recruit.UserID) (Account, error)
	Users(ctx context.Context, company recruit.CompanyID) ([]recruit.User, error)
	// AddUser refuses with Problem email_taken.
	AddUser(ctx context.Context, a Account, actor string) error
	// ChangeUser stores name, role, supervisor, locale and disabled_at. It
	// refuses with Problem last_admin what would leave a company without one.
	ChangeUser(ctx context.Context, u recruit.User, actor string, at time.Time) error
	SetPassword(ctx context.Context, u recruit.User, hash, actor string, at time.Time) error

	AddToken(ctx context.Context, t StoredToken) error
	TokenByHash(ctx context.Context, hash string) (Token, error)
	TouchToken(ctx context.Context, id recruit.TokenID, at time.Time) error
	Tokens(ctx context.Context, company recruit.CompanyID, before recruit.TokenID, limit int) ([]Token, error)
	RevokeToken(ctx context.Context, company recruit.CompanyID, id recruit.TokenID, actor string, at time.Time) error

	Clause(ctx context.Context, company recruit.CompanyID) (recruit.Text, error)
	// SaveClause adds a version unless both texts equal the newest.
	SaveClause(ctx context.Context, company recruit.CompanyID, pl, en, actor string, at time.Time) (recruit.Text, error)

	AuditRecords(ctx context.Context, company recruit.CompanyID, before string, limit int) ([]AuditRecord, error)
}
