package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"handoff/internal/door"
	"handoff/internal/recruit"
)

// handler answers a visit; its error becomes a page in fail.
type handler func(*visit) error

// route registers a page with its session and its access.
func (w *Web) route(r *door.Router, method, pattern string, access door.Access, h handler) {
	r.Handle(method, pattern, access, w.sessions.LoadAndSave(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		v := &visit{web: w, w: rw, r: req, session: true}
		err := v.recognise()
		v.say = w.language(rw, req, v.ownLanguage())
		if err == nil && access != door.Public {
			rw.Header().Set("Cache-Control", "no-store")
			if v.user == nil {
				v.askToSignIn()
				return
			}
			err = v.admit(access)
		}
		if err == nil {
			err = h(v)
		}
		if err != nil {
			w.fail(v, err)
		}
	})))
}

// open registers a page for anybody, without a session: candidates get no
// cookie for reading, and no page of theirs waits for the session's store.
func (w *Web) open(r *door.Router, method, pattern string, h handler) {
	r.Handle(method, pattern, door.Public, http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		rw.Header().Set("Vary", "Accept-Language, Cookie")
		v := &visit{web: w, w: rw, r: req, say: w.language(rw, req, "")}
		if err := h(v); err != nil {
			w.fail(v, err)
		}
	}))
}

// recognise finds out who is signed in, asking for the user each time, so that
// a disabled one is out with the next request.
func (v *visit) recognise() error {
	s, ctx := v.web.sessions, v.r.Context()
	id := s.GetString(ctx, "user")
	if id == "" {
		return nil
	}
	now := v.web.o.Now()
	seen := time.Unix(s.GetInt64(ctx, "seen"), 0)
	if now.Sub(seen) > sessionIdle {
		return s.Destroy(ctx)
	}
	user, err := v.web.o.Company.User(ctx, recruit.UserID(id))
	if errors.Is(err, recruit.ErrNotFound) {
		return s.Destroy(ctx)
	}
	if err != nil {
		return err
	}
	if now.Sub(seen) > sessionTouch {
		s.Put(ctx, "seen", now.Unix())
	}
	v.user = &user
	if user.Company == "" {
		return nil
	}
	c, err := v.web.o.Company.Company(ctx, v.caller(), user.Company)
	if err != nil {
		return err
	}
	v.company = &c
	return nil
}

func (v *visit) ownLanguage() string {
	if v.user != nil {
		return v.user.Locale
	}
	return ""
}

// admit is the first gate; engines decide again.
func (v *visit) admit(a door.Access) error {
	c := v.caller()
	switch a {
	case door.Person:
		return nil
	case door.SignedIn:
		if c.Company != "" {
			return nil
		}
	case door.Admin:
		if c.IsAdmin() {
			return nil
		}
	case door.Operator:
		if c.IsOperator() {
			return nil
		}
	}
	return recruit.ErrForbidden
}

// askToSignIn sends the browser to the sign-in page and back here afterwards;
// a piece of a page that script asked for makes the whole page go.
func (v *visit) askToSignIn() {
	to := "/sign-in"
	if v.r.Method == http.MethodGet && v.r.URL.Path != "/" {
		to += "?next=" + url.QueryEscape(v.r.URL.Path)
	}
	if v.r.Header.Get("HX-Request") != "" {
		v.w.Header().Set("HX-Redirect", "/sign-in")
		v.w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
}

// localPath returns p if it can only lead to a page of this site.
func localPath(p string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return ""
	}
	u, err := url.Parse(p)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return ""
	}
	return p
}
