package web

import (
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// watch logs each request by its route pattern, never by its path or query,
// and turns a crash into a page.
func (w *Web) watch(h http.Handler, site Site) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		started := time.Now()
		seen := &seenWriter{ResponseWriter: rw}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				// The value is not logged: it may quote what a person sent.
				w.o.Log.Error("web.crashed", "route", pattern(site, r), "stack", string(debug.Stack()))
				if seen.status == 0 {
					w.crashed(seen, r)
				}
			}
			w.o.Log.Info("web.served", "method", r.Method, "route", pattern(site, r), "status", seen.status,
				"ms", time.Since(started).Milliseconds(), "bytes", seen.bytes)
		}()
		h.ServeHTTP(seen, r)
	})
}

func (w *Web) crashed(rw http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		rw.Header().Set("Content-Type", "application/problem+json")
		rw.WriteHeader(http.StatusInternalServerError)
		_, _ = rw.Write([]byte(`{"status":500,"title":"Internal Server Error","code":"internal"}`))
		return
	}
	w.plainError(rw, r, http.StatusInternalServerError)
}

func pattern(site Site, r *http.Request) string {
	p := site.Pattern(r)
	if p == "" {
		return "unrouted"
	}
	if _, after, ok := strings.Cut(p, " "); ok {
		return after
	}
	return p
}

// seenWriter remembers what was answered.
type seenWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (s *seenWriter) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *seenWriter) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	n, err := s.ResponseWriter.Write(b)
	s.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach what is underneath.
func (s *seenWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }
