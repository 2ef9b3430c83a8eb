package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"handoff/internal/simulator/smartrecruiters"
)

type simCmd struct {
	SmartRecruiters simSmartRecruitersCmd `cmd:"" name:"smartrecruiters" help:"A company's SmartRecruiters: API, login pages, and pages of its administrator."`
}

type simSmartRecruitersCmd struct {
	Listen      string   `default:"127.0.0.1:8081" env:"-" placeholder:"HOST:PORT" help:"Address to listen at."`
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

// runningSimulator is a simulator behind a listener.
type runningSimulator struct {
	*smartrecruiters.Simulator
	url    string
	server *http.Server
	ended  chan error
}

// startSimulator serves a simulator. Without expose the address must be a
// loopback one: there is nothing on a simulator that guards it.
func startSimulator(listen string, expose bool, o smartrecruiters.Options) (*runningSimulator, error) {
	if err := loopbackOnly(listen, expose); err != nil {
		return nil, err
	}
	o.ExposeControl = expose
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	sim, err := newSimulator(o)
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	r := &runningSimulator{Simulator: sim, url: o.PublicURL, ended: make(chan error, 1)}
	if r.url == "" {
		_, port, _ := net.SplitHostPort(l.Addr().String())
		r.url = "http://localhost:" + port
		sim.SetPublicURL(r.url)
	}
	r.server = &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	go func() { r.ended <- r.server.Serve(l) }()
	return r, nil
}

// newSimulator turns the simulator's panic about impossible options, which
// here come from the command line, into wrong use.
func newSimulator(o smartrecruiters.Options) (s *smartrecruiters.Simulator, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &usageError{fmt.Sprint(p)}
		}
	}()
	return smartrecruiters.New(o), nil
}

// script hands a file of faults to the simulator's own control port.
func (r *runningSimulator) script(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("faults: %w", err)
	}
	defer f.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+"/_sim/faults", f)
	if err != nil {
		return fmt.Errorf("faults: %w", err)
	}
	req.Header.Set("X-Sim-Control", "1")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("faults: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		var said struct {
			Error string `json:"error"`
		}
		_ = json.NewDecoder(res.Body).Decode(&said)
		return &usageError{"faults: " + said.Error}
	}
	return nil
}

// wait returns when ctx ends or the server does.
func (r *runningSimulator) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-r.ended:
		return err
	}
}

func (r *runningSimulator) close() {
	r.Simulator.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := r.server.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		_ = r.server.Close()
	}
}
