package api

import (
	"context"
	"net/http"
	"time"

	"handoff/internal/door"
	"handoff/internal/recruit"
)

// Company on the wire.
type Company struct {
	ID        recruit.CompanyID `json:"id"`
	Name      string            `json:"name"`
	TimeZone  string            `json:"time_zone"`
	Locale    string            `json:"locale"`
	CreatedAt time.Time         `json:"created_at"`
}

// NewCompany asks for one.
type NewCompany struct {
	Name     string `json:"name"`
	TimeZone string `json:"time_zone,omitempty" doc:"IANA name; Europe/Warsaw when absent."`
	Locale   string `json:"locale,omitempty" enum:"pl,en" doc:"pl when absent."`
}

// Texts is a text in both languages.
type Texts struct {
	PL string `json:"pl"`
	EN string `json:"en"`
}

// Text is one version of a clause or a consent template.
type Text struct {
	ID        recruit.TextID `json:"id"`
	Version   int            `json:"version"`
	Texts     Texts          `json:"texts"`
	CreatedAt time.Time      `json:"created_at"`
}

// NewText asks for a new version.
type NewText struct {
	Texts Texts `json:"texts"`
}

func companyOf(c recruit.Company) Company {
	return Company{c.ID, c.Name, c.TimeZone, c.Locale, at(c.CreatedAt)}
}

func textOf(t recruit.Text) Text {
	return Text{t.ID, t.Version, Texts{t.PL, t.EN}, at(t.CreatedAt)}
}

func (a *API) companies() {
	add(a, operation{id: "list-companies", method: http.MethodGet, path: "/companies", access: door.Operator, tag: "Companies",
		summary: "List the companies of the installation."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
		}) (*Answer[Page[Company]], error) {
			p, err := a.o.Company.Companies(ctx, in.caller, in.list())
			return pageOf(p, err, companyOf)
		})
	add(a, operation{id: "create-company", method: http.MethodPost, path: "/companies", access: door.Operator, tag: "Companies",
		summary: "Make a company, with a filled information clause.", status: http.StatusCreated, creates: true},
		func(ctx context.Context, in *struct {
			Asked
			Body NewCompany
		}) (*Made[Company], error) {
			c, err := a.o.Company.CreateCompany(ctx, in.caller, in.Body.Name, in.Body.TimeZone, in.Body.Locale)
			return made(companyOf(c), err, "companies", string(c.ID))
		})
	add(a, operation{id: "get-company", method: http.MethodGet, path: "/companies/{id}", access: door.AnyToken, tag: "Companies",
		summary: "Read a company: the token's own, or any for the operator."},
		func(ctx context.Context, in *struct {
			Asked
			ID recruit.CompanyID `path:"id"`
		}) (*Answer[Company], error) {
			c, err := a.o.Company.Company(ctx, in.caller, in.ID)
			return answer(companyOf(c), err)
		})
	add(a, operation{id: "get-clause", method: http.MethodGet, path: "/clause", access: door.Token, tag: "Companies",
		summary: "Read the company's newest information clause (GDPR, article 13)."},
		func(ctx context.Context, in *struct{ Asked }) (*Answer[Text], error) {
			t, err := a.o.Company.Clause(ctx, in.caller)
			return answer(textOf(t), err)
		})
	add(a, operation{id: "save-clause", method: http.MethodPut, path: "/clause", access: door.Admin, tag: "Companies", body: textBody,
		summary: "Save the clause as a new version. A text equal to the newest makes none."},
		func(ctx context.Context, in *struct {
			Asked
			Body NewText
		}) (*Answer[Text], error) {
			t, err := a.o.Company.SaveClause(ctx, in.caller, in.Body.Texts.PL, in.Body.Texts.EN)
			return answer(textOf(t), err)
		})
}
