// Package hook is the door at which ATSs tell what happened.
package hook

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"handoff/internal/connector"
	"handoff/internal/door"
	"handoff/internal/stagesync"
)

// Prefix begins the address of every webhook.
const Prefix = "/hooks/"

// Hearer is the engine behind the door.
type Hearer interface {
	Hear(ctx context.Context, path string, h http.Header, body []byte) (o stagesync.Outcome, name, value string, err error)
}

// Register adds the door to a router. It answers within the five seconds that
// SmartRecruiters gives (D), because nothing is worked before it is stored.
func Register(r *door.Router, engine Hearer, log *slog.Logger) {
	r.Handle(http.MethodPost, Prefix+"{end}", door.Public, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		ctx, cancel := context.WithTimeout(req.Context(), 4*time.Second)
		defer cancel()
		w.Header().Set("Cache-Control", "no-store")
		// Whoever sends slowly holds a request no longer than that either.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(4 * time.Second))
		body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, connector.MaxHookBytes))
		if err != nil {
			var long *http.MaxBytesError
			status := http.StatusBadRequest
			if errors.As(err, &long) {
				status = http.StatusRequestEntityTooLarge
			}
			w.WriteHeader(status)
			return
		}
		outcome, name, value, err := engine.Hear(ctx, req.PathValue("end"), req.Header, body)
		if err != nil {
			log.Error("hook.unheard", "err", err)
			w.WriteHeader(http.StatusServiceUnavailable) // it is sent again
			return
		}
		if outcome == stagesync.HookEcho {
			w.Header().Set(name, value)
		}
		w.WriteHeader(map[stagesync.Outcome]int{stagesync.HookAccepted: http.StatusAccepted, stagesync.HookEcho: http.StatusOK,
			stagesync.HookUnknown: http.StatusNotFound, stagesync.HookRefused: http.StatusUnauthorized, stagesync.HookMalformed: http.StatusBadRequest}[outcome])
	}))
}
