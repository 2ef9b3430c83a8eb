package main

import (
	"context"
	"fmt"

	"handoff/internal/app"
	"handoff/internal/company"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// login is one line of the printed sheet.
type login struct{ what, email, password string }

// sheet is how to get in, this run.
type sheet struct {
	people    []login
	simulator login
}

// fill puts the operator, two companies and their processes into an empty
// house. kept is true, and nothing is done, when they are there already.
func fill(ctx context.Context, h *app.House) (s sheet, kept bool, err error) {
	fresh, err := h.Company.NeedsSetup(ctx)
	if err != nil || !fresh {
		return s, true, err
	}
	password := func(what, email string) secret.String {
		p := recruit.RandomToken(10)
		s.people = append(s.people, login{what, email, p})
		return secret.New(p)
	}
	acme, admin, err := h.Company.FirstCompany(ctx, "Acme Robotics", "Europe/Warsaw", "pl", company.NewUser{Email: "admin@acme.example.com",
		Name: "Anna Nowak", Password: password("Acme Robotics, Admin", "admin@acme.example.com"), Locale: "en"})
	if err != nil {
		return s, false, err
	}
	caller := recruit.Caller{Company: acme.ID, User: admin.ID, Role: recruit.RoleAdmin}
	if _, err := h.Company.AddUser(ctx, caller, acme.ID, company.NewUser{Email: "recruiter@acme.example.com", Name: "Piotr Zieliński",
		Role: recruit.RoleUser, Password: password("Acme Robotics, User", "recruiter@acme.example.com"), Locale: "pl"}); err != nil {
		return s, false, err
	}
	if err := fillClause(ctx, h.Company, caller, "privacy@acme.example.com"); err != nil {
		return s, false, err
	}
	if err := fillProcesses(ctx, h.Process, caller, acmeProcesses()); err != nil {
		return s, false, err
	}
	baltic, owner, err := h.Company.FirstCompany(ctx, "Baltic Data", "Europe/Warsaw", "en", company.NewUser{Email: "admin@baltic.example.com",
		Name: "Maja Lewandowska", Password: password("Baltic Data, Admin", "admin@baltic.example.com"), Locale: "en"})
	if err != nil {
		return s, false, err
	}
	other := recruit.Caller{Company: baltic.ID, User: owner.ID, Role: recruit.RoleAdmin}
	if err := fillClause(ctx, h.Company, other, "privacy@baltic.example.com"); err != nil {
		return s, false, err
	}
	if err := fillProcesses(ctx, h.Process, other, balticProcesses()); err != nil {
		return s, false, err
	}
	_, err = h.Company.SetupOperator(ctx, company.NewUser{Email: "operator@handoff.example.com", Name: "Operator",
		Password: password("Operator of the installation", "operator@handoff.example.com"), Locale: "en"})
	h.SetupDone()
	return s, false, err
}

func fillProcesses(ctx context.Context, e *process.Engine, c recruit.Caller, samples []sample) error {
	for _, x := range samples {
		v, err := e.Create(ctx, c, x.details)
		if err != nil {
			return fmt.Errorf("%s: %w", x.details.Name, err)
		}
		v, _, err = e.Save(ctx, c, v.ID, process.Edit{Details: x.details, Customization: x.customization, Revision: v.Revision})
		if err != nil {
			return fmt.Errorf("%s: %w", x.details.Name, err)
		}
		if !x.open {
			continue
		}
		if _, err := e.Publish(ctx, c, v.ID); err != nil {
			return fmt.Errorf("%s: %w", x.details.Name, err)
		}
	}
	return nil
}
