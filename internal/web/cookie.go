package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// cookies names the cookies. Over https each carries the __Host- prefix,
// which a browser accepts only Secure, without a domain and for the whole
// site, so that no neighbouring host can plant one. Plain http, which only a
// loopback installation has, cannot use the prefix.
type cookies struct {
	session, oauth, lang string
	secure               bool
}

func cookiesFor(public *url.URL) cookies {
	if public.Scheme == "https" {
		return cookies{session: "__Host-handoff", oauth: "__Host-handoff-oauth", lang: "__Host-handoff-lang", secure: true}
	}
	return cookies{session: "handoff", oauth: "handoff-oauth", lang: "handoff-lang"}
}

const (
	sessionLife   = 7 * 24 * time.Hour // whatever happens
	sessionIdle   = 12 * time.Hour     // without a request
	sessionTouch  = 5 * time.Minute    // how exactly idleness is kept: not every request is a write
	oauthLife     = 10 * time.Minute   // as long as the link that it belongs to
	languageLife  = 365 * 24 * time.Hour
	browserSecret = 32 // bytes
)

func (w *Web) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store = w.o.Sessions
	m.HashTokenInStore = true
	m.Lifetime = sessionLife
	m.Cookie.Name = w.cookies.session
	m.Cookie.Path = "/"
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = w.cookies.secure
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.ErrorFunc = func(rw http.ResponseWriter, r *http.Request, err error) {
		w.o.Log.Error("web.session", "route", r.Pattern, "err", err)
		w.plainError(rw, r, http.StatusInternalServerError)
	}
	return m
}

// bindBrowser returns the random secret of this browser for an authorization,
// made and set as a cookie when it has none. SameSite=Lax lets it come back
// with the ATS's redirect, which is a top-level navigation.
func (w *Web) bindBrowser(rw http.ResponseWriter) secret.String {
	s := recruit.RandomToken(browserSecret)
	http.SetCookie(rw, &http.Cookie{Name: w.cookies.oauth, Value: s, Path: "/", MaxAge: int(oauthLife.Seconds()),
		HttpOnly: true, Secure: w.cookies.secure, SameSite: http.SameSiteLaxMode})
	return secret.New(s)
}

// browser returns the secret that bindBrowser set, empty when there is none.
func (w *Web) browser(r *http.Request) secret.String {
	c, err := r.Cookie(w.cookies.oauth)
	if err != nil {
		return secret.String{}
	}
	return secret.New(c.Value)
}

func (w *Web) forgetBrowser(rw http.ResponseWriter) {
	http.SetCookie(rw, &http.Cookie{Name: w.cookies.oauth, Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: w.cookies.secure, SameSite: http.SameSiteLaxMode})
}

func (w *Web) keepLanguage(rw http.ResponseWriter, lang string) {
	http.SetCookie(rw, &http.Cookie{Name: w.cookies.lang, Value: lang, Path: "/", MaxAge: int(languageLife.Seconds()),
		HttpOnly: true, Secure: w.cookies.secure, SameSite: http.SameSiteLaxMode})
}
