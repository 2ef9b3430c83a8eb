package web

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"

	"handoff/internal/door"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// fail turns an error into its page. It is the one place where that happens;
// what nobody foresaw is logged here, once, by its route.
func (w *Web) fail(v *visit, err error) {
	status, code := door.Status(err)
	if status == http.StatusInternalServerError {
		w.o.Log.Error("web.failed", "route", v.r.Pattern, "err", err)
	}
	if v.r.Header.Get("HX-Request") != "" && v.r.Method == http.MethodGet {
		v.w.WriteHeader(status) // a piece of a page: what is shown stays
		return
	}
	var problem *recruit.Problem
	var args map[string]string
	if errors.As(err, &problem) {
		args = problem.Args
		if s := args["retry_after"]; s != "" {
			v.w.Header().Set("Retry-After", s)
		}
	}
	w.errorPage(v, status, code, args)
}

// errorPage says what happened and what to do, under its status.
func (w *Web) errorPage(v *visit, status int, code string, args map[string]string) {
	s := v.shell(v.say.T("error.title."+strconv.Itoa(pageOf(status))), "")
	text := ""
	if code != "" && v.say.Has("problem."+code) {
		text = v.say.Code("problem", code, args)
	}
	var b bytes.Buffer
	if err := page.Error(s, pageOf(status), text).Render(v.r.Context(), &b); err != nil {
		if v.r.Context().Err() == nil { // otherwise nobody is there to read it
			w.o.Log.Error("web.render", "route", v.r.Pattern, "err", err)
		}
		http.Error(v.w, http.StatusText(status), status)
		return
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Cache-Control", "no-store")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(b.Bytes())
}

// plainError is errorPage where no visit was begun: before or outside of any
// route.
func (w *Web) plainError(rw http.ResponseWriter, r *http.Request, status int) {
	w.errorPage(&visit{web: w, w: rw, r: r, say: w.language(rw, r, "")}, status, "", nil)
}

// pageOf is the error page that serves a status.
func pageOf(status int) int {
	switch status {
	case 400, 403, 404, 405, 409, 413, 422, 429, 500, 503:
		return status
	case 401:
		return 403
	}
	if status >= 500 {
		return 500
	}
	return 400
}
