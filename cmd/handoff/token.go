package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"handoff/internal/app"
	"handoff/internal/company"
	"handoff/internal/recruit"
)

type tokenCmd struct {
	folderFlags
	Company string        `required:"" placeholder:"NAME" env:"-" help:"Name or identifier of the company; operator for a token of the operator."`
	Name    string        `required:"" placeholder:"N" env:"-" help:"What the token is for, as lists show it."`
	Role    string        `default:"admin" enum:"admin,manager,user" env:"-" help:"What it may do: admin, manager or user."`
	Lives   time.Duration `default:"8760h" env:"-" help:"How long it works: 1h to 43800h (5 years)."`
}

func (tokenCmd) Help() string {
	return `The token is printed once, alone on standard output, and stored as a hash. It works beside a running serve of the same version.

Examples:
  handoff token --company "Acme Robotics" --name platform
  TOKEN=$(handoff token --company "Acme Robotics" --name ci --role user --lives 24h)`
}

func (c tokenCmd) Run(ctx context.Context, s streams) error {
	h, err := app.Open(ctx, c.folderFlags.options(s.err))
	if err != nil {
		return err
	}
	defer h.Close()
	caller, err := c.caller(ctx, h)
	if err != nil {
		return err
	}
	role := recruit.Role(c.Role)
	if caller.Company == "" {
		role = recruit.RoleOperator
	}
	token, bearer, err := h.Company.IssueToken(ctx, caller, company.NewToken{Name: c.Name, Role: role, Lives: c.Lives})
	if err != nil {
		return plain(err)
	}
	fmt.Fprintf(s.err, "token %s of %s, works until %s; it is not shown again\n", token.ID, c.Company, token.ExpiresAt.UTC().Format(time.DateOnly))
	fmt.Fprintln(s.out, bearer.Reveal())
	return nil
}

// caller is who asks: this command can read the data folder, and so vouches
// for itself.
func (c tokenCmd) caller(ctx context.Context, h *app.House) (recruit.Caller, error) {
	operator := recruit.Caller{User: "command-line", Role: recruit.RoleOperator}
	if c.Company == "operator" {
		return operator, nil
	}
	var found []recruit.CompanyID
	for l := (recruit.List{Limit: 100}); ; {
		page, err := h.Company.Companies(ctx, operator, l)
		if err != nil {
			return operator, plain(err)
		}
		for _, x := range page.Items {
			if string(x.ID) == c.Company || strings.EqualFold(x.Name, c.Company) {
				found = append(found, x.ID)
			}
		}
		if l.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	switch len(found) {
	case 0:
		return operator, fmt.Errorf("there is no company %q", c.Company)
	case 1:
		return recruit.Caller{Company: found[0], User: "command-line", Role: recruit.RoleAdmin}, nil
	}
	return operator, fmt.Errorf("%d companies are called %q; give the identifier of one", len(found), c.Company)
}
