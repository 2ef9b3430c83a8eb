package app

import (
	"context"
	"io"
	"net/http"
	"time"

	"handoff/internal/door"
)

// probes registers what monitors ask: alive, ready, numbers.
func (a *App) probes() {
	a.router.Handle(http.MethodGet, "/healthz", door.Loopback, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusOK, "alive")
	}))
	a.router.Handle(http.MethodGet, "/readyz", door.Loopback, http.HandlerFunc(a.ready))
	a.router.Handle(http.MethodGet, "/metrics", door.Loopback, a.metrics.handler())
}

// ready answers 503 while stopping, so that a balancer sends nobody more, and
// when the database does not answer within two seconds. Migrations were done
// before the first request could be answered.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	select {
	case <-a.closing:
		say(w, http.StatusServiceUnavailable, "stopping")
		return
	default:
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := a.Store.Ready(ctx); err != nil {
		a.log.Error("app.unready", "err", err)
		say(w, http.StatusServiceUnavailable, "database")
		return
	}
	say(w, http.StatusOK, "ready")
}

func say(w http.ResponseWriter, status int, word string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, word+"\n")
}
