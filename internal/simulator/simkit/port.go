package simkit

import (
	"net/http"
	"strings"
)

// Port is the control port of a simulator, under /_sim/. It keeps the list of its calls for
// GET /_sim/.
type Port struct {
	mux   *http.ServeMux
	calls []string
}

// NewPort mounts what every simulator has: faults, journal, clock, switches and the list of calls.
// Everything is mounted before the handler serves.
func NewPort[S any](simulator string, b *Behaviour[S]) *Port {
	p := &Port{mux: http.NewServeMux()}
	b.exchange.Control(p.mux)
	p.calls = []string{"GET /_sim/journal?since=&limit=", "GET POST DELETE /_sim/faults", "GET POST /_sim/clock"}
	p.Read("/_sim/{$}", func() any { return map[string]any{"simulator": simulator, "calls": p.calls} })
	p.Read("/_sim/switches", func() any {
		return map[string]any{"switches": b.Switches(), "list": b.list}
	})
	Order(p, "POST /_sim/switches", func(_ *http.Request, in map[string]Setting) (any, error) {
		sw, err := Choose(b.Switches(), b.list, in)
		if err != nil {
			return nil, err
		}
		return withDefaults(sw, b.list), b.SetSwitches(sw)
	})
	return p
}

// Handler is the port behind its Guard.
func (p *Port) Handler(exposed bool) http.Handler { return Guard(p.mux, exposed) }

// Read mounts a GET that shows what f returns.
func (p *Port) Read(path string, f func() any) {
	p.calls = append(p.calls, "GET "+path)
	p.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { Reply(w, http.StatusOK, f()) })
}

// creation marks an answer as 201.
type creation struct{ v any }

// Made marks what an Order returns as new.
func Made[T any](v T, err error) (any, error) { return creation{v}, err }

// Order mounts a call that changes something: its body is In, unknown fields are refused, and what
// f returns is the answer (200, 201 for something made, 204 for nothing, 422 with the sentence of
// an error).
func Order[In any](p *Port, pattern string, f func(*http.Request, In) (any, error)) {
	p.calls = append(p.calls, pattern)
	p.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := Decode(r, &in); err != nil {
			Refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		out, err := f(r, in)
		switch {
		case err != nil:
			Refuse(w, http.StatusUnprocessableEntity, err.Error())
		case out == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			status := http.StatusOK
			if c, ok := out.(creation); ok {
				status, out = http.StatusCreated, c.v
			}
			Reply(w, status, out)
		}
	})
}

// Site serves a whole simulator from one listener: the control port, the pages under /app/, and
// the API everywhere else. It is not a http.ServeMux, which would redirect unclean paths before
// the API could refuse them.
func Site(control, pages http.Handler, api http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch p := r.URL.Path; {
		case p == "/_sim" || strings.HasPrefix(p, "/_sim/"):
			control.ServeHTTP(w, r)
		case strings.HasPrefix(p, "/app/"):
			pages.ServeHTTP(w, r)
		case p == "/" || p == "/app":
			http.Redirect(w, r, "/app/", http.StatusSeeOther)
		default:
			api(w, r)
		}
	})
}
