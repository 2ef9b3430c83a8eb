package app

import (
	"log/slog"
	"net/http"
	"time"
)

// Bounds of a connection. Each door bounds the reading of its bodies more
// closely; requestTimeout is for whatever they leave open.
const (
	headerTimeout  = 10 * time.Second
	idleTimeout    = 2 * time.Minute
	requestTimeout = 150 * time.Second
	maxHeaderBytes = 32 << 10
)

func (a *App) newServer() *http.Server {
	return &http.Server{
		Handler:           a.observe(a.bound(a.web.Secure(a.router))),
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug), // it holds addresses
	}
}

// bound gives each request its time to be read and answered, whatever it says
// of itself.
func (a *App) bound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		end := time.Now().Add(requestTimeout)
		_ = c.SetReadDeadline(end)
		_ = c.SetWriteDeadline(end)
		next.ServeHTTP(w, r)
	})
}
