package main

import (
	"context"
	"fmt"
	"log/slog"

	"handoff/internal/simulator/smartrecruiters"
)

type simCmd struct {
	SmartRecruiters simSmartRecruitersCmd `cmd:"" name:"smartrecruiters" help:"A company's SmartRecruiters: API, login pages, and pages of its administrator."`
	ERecruiter      simERecruiterCmd      `cmd:"" name:"erecruiter" help:"A company's eRecruiter (Poland): API, feeds of ads, and pages of its administrator."`
}

type simSmartRecruitersCmd struct {
	Listen      string   `default:"127.0.0.1:8081" env:"-" placeholder:"HOST:PORT" help:"Address to listen at; ${default} by default."`
	Seed        uint64   `default:"1" env:"-" help:"Decides every id, token and chance."`
	Faults      string   `env:"-" placeholder:"FILE" type:"existingfile" help:"JSON file for POST /_sim/faults: a list of faults, or {faults, misbehave}."`
	RedirectURI []string `name:"redirect-uri" env:"-" placeholder:"URL" help:"Where the login may send the browser back to (at most three)."`
	PublicURL   string   `name:"public-url" env:"-" placeholder:"URL" help:"Where it is reached, for links in answers; from the address by default."`
	Empty       bool     `env:"-" help:"Start without jobs, sources and candidates."`
	Expose      bool     `env:"-" help:"Allow an address that other machines reach, the control port included."`
}

func (simSmartRecruitersCmd) Help() string {
	return `Written from the vendor's public documents. Its administrator's pages are under /app/, its control port under /_sim/.

Examples:
  handoff sim smartrecruiters
  handoff sim smartrecruiters --listen 127.0.0.1:9081 --seed 7 --redirect-uri http://localhost:8080/oauth/callback
  handoff sim smartrecruiters --faults faults.json`
}

func (c simSmartRecruitersCmd) Run(ctx context.Context, s streams) error {
	sim, err := startSimulator(c.Listen, c.Expose, smartrecruiters.Options{Seed: c.Seed, Populate: !c.Empty, PublicURL: c.PublicURL,
		RedirectURIs: c.RedirectURI, Logger: slog.New(slog.NewTextHandler(s.err, nil))})
	if err != nil {
		return err
	}
	defer sim.close()
	if c.Faults != "" {
		if err := sim.script(ctx, c.Faults); err != nil {
			return err
		}
	}
	id, key := sim.App()
	fmt.Fprintf(s.out, "SmartRecruiters simulator at %s (seed %d)\n  administrator  %s/app/\n  client id      %s\n  client secret  %s\n",
		sim.url, c.Seed, sim.url, id, key)
	return sim.wait(ctx)
}

// runningSimulator is a simulated SmartRecruiters behind a listener.
type runningSimulator struct {
	*smartrecruiters.Simulator
	*simServer
}

// startSimulator serves a SmartRecruiters. Without expose the address must be
// a loopback one: there is nothing on a simulator that guards it.
func startSimulator(listen string, expose bool, o smartrecruiters.Options) (*runningSimulator, error) {
	o.ExposeControl = expose
	var sim *smartrecruiters.Simulator
	server, err := serveSimulator(listen, expose, o.PublicURL, func() simulator {
		sim = smartrecruiters.New(o)
		return sim
	})
	if err != nil {
		return nil, err
	}
	return &runningSimulator{sim, server}, nil
}
