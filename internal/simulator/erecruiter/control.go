package erecruiter

import (
	"net/http"
	"time"

	"handoff/internal/simulator/simkit"
)

// control is the port under /_sim/: the ledger and journal for tests, and one call for each thing
// that an administrator can do by hand.
func (s *Simulator) control() http.Handler {
	p := &port{mux: http.NewServeMux()}
	s.exchange.Control(p.mux)
	p.calls = []string{"GET /_sim/journal?since=&limit=", "GET POST DELETE /_sim/faults", "GET POST /_sim/clock"}
	p.read("/_sim/{$}", func() any { return map[string]any{"simulator": "erecruiter", "calls": p.calls} })
	p.read("/_sim/ledger", func() any { return s.Ledger() })
	p.read("/_sim/switches", func() any { return map[string]any{"switches": s.Switches(), "list": SwitchList()} })
	p.read("/_sim/dialect", func() any { return s.Dialect() })
	p.read("/_sim/breakages", func() any { return Breakages() })
	p.read("/_sim/client", func() any {
		return map[string]string{"client_id": s.clientID, "client_secret": s.secret, "partner": s.options.Partner}
	})

	order(p, "POST /_sim/reset", func(_ *http.Request, _ struct{}) (any, error) { s.Reset(); return nil, nil })
	order(p, "POST /_sim/switches", func(_ *http.Request, in map[string]Setting) (any, error) {
		sw, err := s.Switches().merge(in)
		if err != nil {
			return nil, err
		}
		return sw.withDefaults(), s.SetSwitches(sw)
	})
	order(p, "POST /_sim/dialect", func(_ *http.Request, in Dialect) (any, error) {
		if in.Paths == nil && (in.Name == "v1.1" || in.Name == "partner") {
			mode := in.Auth.Mode
			if in = builtIn(in.Name); mode != "" {
				in = in.WithAuth(mode)
			}
		}
		return nil, s.SetDialect(in)
	})
	order(p, "POST /_sim/breakages/{name}", func(r *http.Request, in Target) (any, error) {
		id, err := s.Break(r.PathValue("name"), in)
		return map[string]int64{"id": id}, err
	})
	order(p, "POST /_sim/lag", func(_ *http.Request, in struct{ Lists, Stages, Feed simkit.Duration }) (any, error) {
		s.SetLag(time.Duration(in.Lists))
		s.SetStageLag(time.Duration(in.Stages))
		s.SetFeedDelay(time.Duration(in.Feed))
		return nil, nil
	})
	order(p, "POST /_sim/limits", func(_ *http.Request, in Limits) (any, error) { s.SetLimits(in); return nil, nil })
	order(p, "POST /_sim/skew", func(_ *http.Request, in struct{ By simkit.Duration }) (any, error) {
		s.SetSkew(time.Duration(in.By))
		return nil, nil
	})
	s.controlKeys(p)
	s.controlRecruitments(p)
	s.controlSettings(p)
	s.controlPeople(p)
	return simkit.Guard(p.mux, s.options.ExposeControl)
}

// port mounts calls and keeps their list for GET /_sim/.
type port struct {
	mux   *http.ServeMux
	calls []string
}

func (p *port) read(path string, f func() any) {
	p.calls = append(p.calls, "GET "+path)
	p.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { simkit.Reply(w, http.StatusOK, f()) })
}

// creation marks an answer as 201.
type creation struct{ v any }

func made[T any](v T, err error) (any, error) { return creation{v}, err }

// order mounts a call that changes something: its body is In, unknown fields are refused, and what
// f returns is the answer (200, 201 for something made, 204 for nothing, 422 with the sentence of
// an error).
func order[In any](p *port, pattern string, f func(*http.Request, In) (any, error)) {
	p.calls = append(p.calls, pattern)
	p.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := simkit.Decode(r, &in); err != nil {
			simkit.Refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		out, err := f(r, in)
		switch {
		case err != nil:
			simkit.Refuse(w, http.StatusUnprocessableEntity, err.Error())
		case out == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			status := http.StatusOK
			if c, ok := out.(creation); ok {
				status, out = http.StatusCreated, c.v
			}
			simkit.Reply(w, status, out)
		}
	})
}
