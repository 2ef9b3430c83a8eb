package api

import (
	"context"
	"net/http"
	"time"

	"handoff/internal/company"
	"handoff/internal/door"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// User on the wire.
type User struct {
	ID           recruit.UserID `json:"id"`
	Email        string         `json:"email"`
	Name         string         `json:"name"`
	Role         recruit.Role   `json:"role" enum:"operator,admin,manager,user"`
	SupervisorID *string        `json:"supervisor_id"`
	Locale       *string        `json:"locale"`
	DisabledAt   *time.Time     `json:"disabled_at"`
	CreatedAt    time.Time      `json:"created_at"`
}

// NewUser asks for one.
type NewUser struct {
	CompanyID    recruit.CompanyID `json:"company_id,omitempty" doc:"For the operator: of which company. Otherwise the token's own."`
	Email        string            `json:"email"`
	Name         string            `json:"name"`
	Role         recruit.Role      `json:"role" enum:"admin,manager,user"`
	SupervisorID recruit.UserID    `json:"supervisor_id,omitempty"`
	Password     string            `json:"password" doc:"12 to 200 characters." writeOnly:"true"`
	Locale       string            `json:"locale,omitempty" enum:"pl,en"`
}

func userOf(u recruit.User) User {
	return User{ID: u.ID, Email: u.Email, Name: u.Name, Role: u.Role, SupervisorID: word(u.Supervisor), Locale: word(u.Locale),
		DisabledAt: when(u.DisabledAt), CreatedAt: at(u.CreatedAt)}
}

func (a *API) users() {
	add(a, operation{id: "list-users", method: http.MethodGet, path: "/users", access: door.AnyToken, tag: "Users and tokens",
		summary: "List the people of the company, disabled ones included (Admin)."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
		}) (*Answer[Page[User]], error) {
			all, err := a.o.Company.Users(ctx, in.caller)
			return answer(partOf(all, in.Listing, userOf), err)
		})
	add(a, operation{id: "create-user", method: http.MethodPost, path: "/users", access: door.AnyToken, tag: "Users and tokens",
		summary: "Add a person to the company (Admin), or to any (operator).", status: http.StatusCreated, creates: true},
		func(ctx context.Context, in *struct {
			Asked
			Body NewUser
		}) (*Made[User], error) {
			b := in.Body
			u, err := a.o.Company.AddUser(ctx, in.caller, b.CompanyID, company.NewUser{Email: b.Email, Name: b.Name, Role: b.Role,
				Supervisor: b.SupervisorID, Password: secret.New(b.Password), Locale: b.Locale})
			return made(userOf(u), err, "users", string(u.ID))
		})
	add(a, operation{id: "get-user", method: http.MethodGet, path: "/users/{id}", access: door.AnyToken, tag: "Users and tokens",
		summary: "Read one person (Admin; the operator reads anybody)."},
		func(ctx context.Context, in *struct {
			Asked
			ID recruit.UserID `path:"id"`
		}) (*Answer[User], error) {
			u, err := a.user(ctx, in.caller, in.ID)
			return answer(userOf(u), err)
		})
}

// user finds one among those that the caller may list.
func (a *API) user(ctx context.Context, c recruit.Caller, id recruit.UserID) (recruit.User, error) {
	if c.IsOperator() {
		return a.o.Company.User(ctx, id)
	}
	all, err := a.o.Company.Users(ctx, c)
	if err != nil {
		return recruit.User{}, err
	}
	for _, u := range all {
		if u.ID == id {
			return u, nil
		}
	}
	return recruit.User{}, recruit.ErrNotFound
}
