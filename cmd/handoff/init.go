package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"handoff/internal/app"
	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

type initCmd struct {
	folderFlags
	Company  string `required:"" placeholder:"NAME" env:"-" help:"Name of the company."`
	Email    string `required:"" placeholder:"EMAIL" env:"-" help:"E-mail address of its Admin, who signs in with it."`
	Name     string `placeholder:"NAME" env:"-" help:"Name of the Admin; the company's name by default."`
	TimeZone string `default:"Europe/Warsaw" env:"-" help:"Time zone of the company."`
	Locale   string `default:"pl" enum:"pl,en" env:"-" help:"Language of the company: pl or en."`
}

func (initCmd) Help() string {
	return `Reads the Admin's password, 12 to 200 characters, as one line from standard input. Prints nothing secret.

Examples:
  handoff init --company "Acme Robotics" --email admin@acme.example.com < password.txt
  pass show handoff | handoff init --company "Acme Robotics" --email admin@acme.example.com --locale en`
}

func (c initCmd) Run(ctx context.Context, s streams) error {
	password, err := bufio.NewReader(io.LimitReader(s.in, 1000)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the password: %w", err)
	}
	password = strings.TrimRight(password, "\r\n")
	if password == "" {
		return &usageError{"no password on standard input"}
	}
	h, err := app.Open(ctx, c.folderFlags.options(s.err))
	if err != nil {
		return err
	}
	defer h.Close()
	name := c.Name
	if name == "" {
		name = c.Company
	}
	firm, user, err := h.Company.FirstCompany(ctx, c.Company, c.TimeZone, c.Locale,
		company.NewUser{Email: c.Email, Name: name, Role: recruit.RoleAdmin, Password: secret.New(password), Locale: c.Locale})
	if err != nil {
		return plain(err)
	}
	h.SetupDone()
	fmt.Fprintf(s.out, "company %s\nadmin %s\n", firm.ID, user.ID)
	return nil
}
