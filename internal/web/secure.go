package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"handoff/internal/notify"
	"handoff/internal/recruit"
)

// Site is what the chain wraps: all routes of both front doors. *door.Router
// is one.
type Site interface {
	http.Handler
	// Pattern returns the route pattern of a request, empty for none.
	Pattern(*http.Request) string
}

const (
	bodyLimit    = 1 << 20           // a form without a file
	mappingLimit = 2 << 20           // a choice for each of thousands of stages
	uploadLimit  = 12 << 20          // an application form: a CV of 10 MB and its fields
	pageTime     = 30 * time.Second  // one page
	uploadTime   = 120 * time.Second // one application form over a slow line
	// callbackTime covers the requests to the ATS that a login ends with.
	callbackTime = 80 * time.Second
)

// Secure wraps the whole site: security headers, the origin of forms, limits
// of size and time, and a page instead of a crash. The API, under /api/,
// authenticates by bearer token only and brings its own limits of size and
// time; it is not held to the origin rule, because no browser sends a bearer
// token by itself.
func (w *Web) Secure(next Site) http.Handler {
	policy := w.contentPolicy()
	https := w.o.PublicURL.Scheme == "https"
	pages := w.survive(next, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		pattern := next.Pattern(r)
		if err := w.origin.Check(r); err != nil {
			w.plainError(rw, r, http.StatusForbidden)
			return
		}
		if pattern == "" {
			w.unrouted(rw, r, next)
			return
		}
		limit, allowed := bounds(pattern)
		if r.ContentLength > limit {
			rw.Header().Set("Connection", "close")
			w.plainError(rw, r, http.StatusRequestEntityTooLarge)
			return
		}
		r.Body = http.MaxBytesReader(rw, r.Body, limit)
		ctx, cancel := context.WithTimeout(r.Context(), allowed)
		defer cancel()
		// A body that trickles in holds its request no longer than the page.
		_ = http.NewResponseController(rw).SetReadDeadline(time.Now().Add(allowed))
		next.ServeHTTP(rw, r.WithContext(ctx))
	}))
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		h := rw.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		// Not no-referrer: with that, browsers send "Origin: null" with a
		// form, and the origin rule could not tell our own from a stranger's.
		h.Set("Referrer-Policy", "strict-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			next.ServeHTTP(rw, r)
			return
		}
		pages.ServeHTTP(rw, r)
	})
}

// bounds are the largest body of a route and the longest that it may take.
func bounds(pattern string) (body int64, time time.Duration) {
	switch pattern {
	case http.MethodPost + " " + applyPattern:
		return uploadLimit, uploadTime
	case http.MethodGet + " " + callbackPattern:
		return bodyLimit, callbackTime
	case http.MethodPost + " " + mappingPattern, http.MethodPost + " " + ownPattern + "/mapping":
		return mappingLimit, pageTime
	}
	return bodyLimit, pageTime
}

// contentPolicy allows nothing but our own files, and forms to ourselves and
// to the ATSs' login pages.
func (w *Web) contentPolicy() string {
	actions := append([]string{"'self'"}, w.o.FormActionOrigins...)
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action " + strings.Join(actions, " ") + "; frame-ancestors 'none'; base-uri 'none'"
}

// originGuard refuses a form that another site's page sent.
func originGuard(public *url.URL) (*http.CrossOriginProtection, error) {
	p := http.NewCrossOriginProtection()
	// A candidate's own page is opened by its address alone and asks for no
	// cookie: who could forge its forms could open it. It sends no referrer,
	// and browsers then name no origin with its forms either.
	p.AddInsecureBypassPattern("POST " + notify.LinkPath)
	return p, p.AddTrustedOrigin(public.Scheme + "://" + public.Host)
}

// unrouted answers what no route serves: 405 where another method would be
// served, 404 otherwise.
func (w *Web) unrouted(rw http.ResponseWriter, r *http.Request, next Site) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		probe := r.Clone(r.Context())
		probe.Method = http.MethodGet
		if next.Pattern(probe) != "" {
			rw.Header().Set("Allow", "GET, HEAD")
			w.plainError(rw, r, http.StatusMethodNotAllowed)
			return
		}
	} else {
		probe := r.Clone(r.Context())
		probe.Method = http.MethodPost
		if next.Pattern(probe) != "" {
			rw.Header().Set("Allow", "POST")
			w.plainError(rw, r, http.StatusMethodNotAllowed)
			return
		}
	}
	// Somebody who is signed in stays so on this page as well.
	w.sessions.LoadAndSave(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		v := &visit{web: w, w: rw, r: r, session: true}
		err := v.recognise()
		v.say = w.language(rw, r, v.ownLanguage())
		if err == nil {
			err = recruit.ErrNotFound
		}
		w.fail(v, err)
	})).ServeHTTP(rw, r)
}
