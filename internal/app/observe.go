package app

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"handoff/internal/recruit"
)

// answer remembers what was answered.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *answer) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *answer) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *answer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// unmatched stands for the route of a request that has none.
const unmatched = "unmatched"

// observe writes one line, counts one request and makes one span each. All
// hold the route's pattern: never a path, a query or an address (delivery
// invariant 7). A
// panic becomes a 500, told by its type and stack; its value may hold a
// person's data.
func (a *App) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := recruit.RandomToken(10)
		route := a.router.Pattern(r)
		if route == "" {
			route = unmatched
		}
		w.Header().Set("X-Request-Id", id)
		out := &answer{ResponseWriter: w}
		method := knownMethod(r.Method)
		r, span := a.tracing.request(r, method, route, id)
		defer end(span)
		defer func() {
			p := recover()
			if p == http.ErrAbortHandler {
				panic(p)
			}
			if p != nil {
				a.log.Error("http.panic", "route", route, "request", id, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
				if out.status == 0 {
					http.Error(out, "internal error, request "+id, http.StatusInternalServerError)
				}
			}
			took := time.Since(start)
			a.metrics.request(method, route, out.status, took)
			answered(span, out.status, http.StatusInternalServerError)
			a.log.Log(r.Context(), levelOf(route), "http.request", "method", r.Method, "route", route, "status", out.status,
				"ms", float64(took.Microseconds())/1000, "bytes", out.bytes, "request", id)
		}()
		next.ServeHTTP(out, r)
	})
}

// levelOf keeps probes, which come every few seconds, out of the usual log.
func levelOf(route string) slog.Level {
	for _, probe := range []string{"/healthz", "/readyz", "/metrics"} {
		if strings.HasSuffix(route, probe) {
			return slog.LevelDebug
		}
	}
	return slog.LevelInfo
}
