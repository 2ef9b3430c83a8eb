package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"handoff/internal/simulator/erecruiter"
)

type simERecruiterCmd struct {
	Listen    string `default:"127.0.0.1:8082" env:"-" placeholder:"HOST:PORT" help:"Address to listen at; ${default} by default."`
	Seed      uint64 `default:"1" env:"-" help:"Decides every key, token and chance."`
	Dialect   string `default:"v1.1" env:"-" placeholder:"NAME" help:"How it speaks: v1.1, partner, or a JSON file like those in internal/simulator/erecruiter/dialects."`
	Auth      string `env:"-" placeholder:"MODE" help:"bearer_key, header_key, exchange or password; the dialect's own by default."`
	Scope     string `default:"selected" enum:"all,selected" env:"-" help:"Scope of the access key that is printed."`
	Faults    string `env:"-" placeholder:"FILE" type:"existingfile" help:"JSON file for POST /_sim/faults: a list of faults, or {faults, misbehave}."`
	PublicURL string `name:"public-url" env:"-" placeholder:"URL" help:"Where it is reached, for links in ads; from the address by default."`
	Empty     bool   `env:"-" help:"Start without recruitments, consents and candidates."`
	Expose    bool   `env:"-" help:"Allow an address that other machines reach, the control port included."`
}

func (simERecruiterCmd) Help() string {
	return `The vendor publishes no documentation: names are a dialect, behaviour is switches. Its administrator's pages are under /app/, its
control port under /_sim/. serve speaks to it with HANDOFF_ERECRUITER_API_URL, which is the API address that it prints, and
HANDOFF_ALLOW_PRIVATE_EGRESS=true.

Examples:
  handoff sim erecruiter
  handoff sim erecruiter --dialect partner --auth exchange --scope all
  handoff sim erecruiter --listen 127.0.0.1:9082 --seed 7 --faults faults.json`
}

func (c simERecruiterCmd) Run(ctx context.Context, s streams) error {
	d, err := c.dialect()
	if err != nil {
		return err
	}
	var sim *erecruiter.Simulator
	server, err := serveSimulator(c.Listen, c.Expose, c.PublicURL, func() simulator {
		sim = erecruiter.New(erecruiter.Options{Seed: c.Seed, Populate: !c.Empty, PublicURL: c.PublicURL, Dialect: d, ExposeControl: c.Expose,
			Logger: slog.New(slog.NewTextHandler(s.err, nil))})
		return sim
	})
	if err != nil {
		return err
	}
	defer server.close()
	if c.Faults != "" {
		if err := server.script(ctx, c.Faults); err != nil {
			return err
		}
	}
	key := sim.IssueKey(erecruiter.Scope(c.Scope))
	id, secret := sim.Client()
	fmt.Fprintf(s.out, "eRecruiter simulator at %s (seed %d, dialect %s, %s)\n  administrator  %s/app/\n  API            %s%s\n  access key     %s (%s)\n  company        %d\n  client id      %s\n  client secret  %s\n",
		server.url, c.Seed, d.Name, d.Auth.Mode, server.url, server.url, d.Base, key.Key, key.Scope, key.Companies[0], id, secret)
	if d.Auth.Mode == erecruiter.Password {
		a := sim.IssueServiceAccount()
		fmt.Fprintf(s.out, "  username       %s\n  password       %s\n", a.Username, a.Password)
	}
	return server.wait(ctx)
}

// dialect is a built-in one, or read from a file.
func (c simERecruiterCmd) dialect() (erecruiter.Dialect, error) {
	var d erecruiter.Dialect
	switch c.Dialect {
	case "v1.1":
		d = erecruiter.DefaultDialect()
	case "partner":
		d = erecruiter.PartnerDialect()
	default:
		b, err := os.ReadFile(c.Dialect)
		if err == nil {
			d, err = erecruiter.ParseDialect(b)
		}
		if err != nil {
			return d, &usageError{"dialect: " + err.Error()}
		}
	}
	if c.Auth != "" {
		if !slices.Contains(erecruiter.Modes(), erecruiter.Mode(c.Auth)) {
			return d, &usageError{fmt.Sprintf("auth: %q is none of %q", c.Auth, erecruiter.Modes())}
		}
		d = d.WithAuth(erecruiter.Mode(c.Auth))
	}
	return d, nil
}
