package web

import (
	"fmt"
	"net/http"
	"runtime/debug"
)

// survive turns a crash of a page into the page that says so, and logs it by
// its route, type and stack; its value may quote what a person sent.
func (w *Web) survive(site Site, h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		begun := &begunWriter{ResponseWriter: rw}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			w.o.Log.Error("web.crashed", "route", site.Pattern(r), "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			if !begun.yes {
				w.plainError(begun, r, http.StatusInternalServerError)
			}
		}()
		h.ServeHTTP(begun, r)
	})
}

// begunWriter remembers whether an answer was begun.
type begunWriter struct {
	http.ResponseWriter
	yes bool
}

func (b *begunWriter) WriteHeader(status int) {
	b.yes = b.yes || status >= 200
	b.ResponseWriter.WriteHeader(status)
}

func (b *begunWriter) Write(p []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach what is underneath.
func (b *begunWriter) Unwrap() http.ResponseWriter { return b.ResponseWriter }
