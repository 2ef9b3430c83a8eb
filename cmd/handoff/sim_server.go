package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

// simulator is what every simulated ATS has.
type simulator interface {
	Handler() http.Handler
	SetPublicURL(string)
	Close()
}

// simServer is a simulator behind a listener.
type simServer struct {
	sim    simulator
	url    string
	server *http.Server
	ended  chan error
}

// serveSimulator serves what build returns, at listen. Without expose the
// address must be a loopback one: there is nothing on a simulator that guards
// it. publicURL is made from the address when empty.
func serveSimulator(listen string, expose bool, publicURL string, build func() simulator) (*simServer, error) {
	if err := loopbackOnly(listen, expose); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	sim, err := buildSimulator(build)
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	r := &simServer{sim: sim, url: publicURL, ended: make(chan error, 1)}
	if r.url == "" {
		_, port, _ := net.SplitHostPort(l.Addr().String())
		r.url = "http://localhost:" + port
		sim.SetPublicURL(r.url)
	}
	r.server = &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	go func() { r.ended <- r.server.Serve(l) }()
	return r, nil
}

// buildSimulator turns a simulator's panic about impossible options, which
// here come from the command line, into wrong use.
func buildSimulator(build func() simulator) (s simulator, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &usageError{fmt.Sprint(p)}
		}
	}()
	return build(), nil
}

// script hands a file of faults to the simulator's own control port.
func (r *simServer) script(ctx context.Context, path string) error {
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
func (r *simServer) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-r.ended:
		return err
	}
}

func (r *simServer) close() {
	r.sim.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := r.server.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		_ = r.server.Close()
	}
}
