package api

import (
	"context"
	"net/http"
	"time"

	"handoff/internal/company"
	"handoff/internal/door"
	"handoff/internal/recruit"
)

// Token on the wire.
type Token struct {
	ID     recruit.TokenID `json:"id"`
	Name   string          `json:"name"`
	Prefix string          `json:"prefix" doc:"How the secret begins."`
	Role   recruit.Role    `json:"role" enum:"operator,admin,manager,user"`
	// Secret and SecretState say together that it is shown once: a replayed
	// creation has no secret, and says so.
	Secret      *string    `json:"secret" doc:"In the answer to its creation only."`
	SecretState string     `json:"secret_state" enum:"shown_now,shown_before" doc:"shown_before: the secret was told once, and cannot be told again."`
	CreatedAt   time.Time  `json:"created_at"`
	ExpiresAt   time.Time  `json:"expires_at"`
	RevokedAt   *time.Time `json:"revoked_at"`
	LastUsedAt  *time.Time `json:"last_used_at"`
}

// NewToken asks for one.
type NewToken struct {
	Name      string       `json:"name"`
	Role      recruit.Role `json:"role" enum:"operator,admin,manager,user" doc:"At most that of the token that asks."`
	ExpiresAt *time.Time   `json:"expires_at,omitempty" doc:"From an hour to five years from now; a year when absent."`
}

func tokenOf(t company.Token) Token {
	return Token{ID: t.ID, Name: t.Name, Prefix: t.Prefix, Role: t.Role, SecretState: "shown_before", CreatedAt: at(t.CreatedAt),
		ExpiresAt: at(t.ExpiresAt), RevokedAt: when(t.RevokedAt), LastUsedAt: when(t.LastUsedAt)}
}

func (a *API) apiTokens() {
	add(a, operation{id: "list-tokens", method: http.MethodGet, path: "/tokens", access: door.AnyToken, tag: "Users and tokens",
		summary: "List the company's tokens (Admin), or the operator's."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
		}) (*Answer[Page[Token]], error) {
			p, err := a.o.Company.Tokens(ctx, in.caller, in.list())
			return pageOf(p, err, tokenOf)
		})
	add(a, operation{id: "create-token", method: http.MethodPost, path: "/tokens", access: door.AnyToken, tag: "Users and tokens",
		summary: "Issue a token. Its secret is told once, in this answer; a replay has none.", status: http.StatusCreated, creates: true},
		func(ctx context.Context, in *struct {
			Asked
			Body NewToken
		}) (*Made[Token], error) {
			n := company.NewToken{Name: in.Body.Name, Role: in.Body.Role}
			if at := in.Body.ExpiresAt; at != nil {
				// Never 0, which would mean a year.
				n.Lives = max(at.Sub(a.o.Now()), time.Nanosecond)
			}
			t, bearer, err := a.o.Company.IssueToken(ctx, in.caller, n)
			out := tokenOf(t)
			if err == nil {
				shown := bearer.Reveal()
				out.Secret, out.SecretState = &shown, "shown_now"
			}
			return made(out, err, "tokens", string(t.ID))
		})
	add(a, operation{id: "get-token", method: http.MethodGet, path: "/tokens/{id}", access: door.AnyToken, tag: "Users and tokens",
		summary: "Read one token, without its secret."},
		func(ctx context.Context, in *struct {
			Asked
			ID recruit.TokenID `path:"id"`
		}) (*Answer[Token], error) {
			t, err := a.token(ctx, in.caller, in.ID)
			return answer(tokenOf(t), err)
		})
	add(a, operation{id: "revoke-token", method: http.MethodDelete, path: "/tokens/{id}", access: door.AnyToken, tag: "Users and tokens",
		summary: "Revoke a token, at once.", status: http.StatusNoContent},
		func(ctx context.Context, in *struct {
			Asked
			ID recruit.TokenID `path:"id"`
		}) (*none, error) {
			return &none{}, a.o.Company.RevokeToken(ctx, in.caller, in.ID)
		})
}

// token finds one among those that the caller may list.
func (a *API) token(ctx context.Context, c recruit.Caller, id recruit.TokenID) (company.Token, error) {
	for l := (recruit.List{Limit: 100}); ; {
		p, err := a.o.Company.Tokens(ctx, c, l)
		if err != nil {
			return company.Token{}, err
		}
		for _, t := range p.Items {
			if t.ID == id {
				return t, nil
			}
		}
		if l.Cursor = p.Next; p.Next == "" {
			return company.Token{}, recruit.ErrNotFound
		}
	}
}
