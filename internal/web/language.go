package web

import (
	"net/http"
	"net/url"
	"strings"

	"handoff/internal/web/say"
)

// language decides in which language a page is: the one just asked for with
// ?lang=, the one chosen earlier in this browser, the user's own, the
// browser's. A choice by ?lang= is kept in a cookie.
func (w *Web) language(rw http.ResponseWriter, r *http.Request, own string) *say.Speaker {
	if lang := r.URL.Query().Get("lang"); spoken(lang) {
		if c, err := r.Cookie(w.cookies.lang); err != nil || c.Value != lang {
			w.keepLanguage(rw, lang)
		}
		return w.book.In(lang)
	}
	if c, err := r.Cookie(w.cookies.lang); err == nil && spoken(c.Value) {
		return w.book.In(c.Value)
	}
	if spoken(own) {
		return w.book.In(own)
	}
	return w.book.In(w.book.Match(r.Header.Get("Accept-Language")))
}

func spoken(lang string) bool {
	for _, l := range say.Languages() {
		if l == lang {
			return true
		}
	}
	return false
}

// inLanguage is the address of the same page in another language. Of the
// query only what narrows a list is kept: an address may have brought a
// login's code and state here, which no page repeats.
func inLanguage(r *http.Request, lang string) string {
	// One slash: after two a browser reads the name of a host.
	u, q, had := url.URL{Path: "/" + strings.TrimLeft(shownAt(r), "/")}, url.Values{}, r.URL.Query()
	if r.URL.Path != callbackPattern {
		for _, name := range []string{"q", "state", "stage", "delivery", "process", "connection"} {
			if had.Has(name) {
				q.Set(name, had.Get(name))
			}
		}
	}
	q.Set("lang", lang)
	u.RawQuery = q.Encode()
	return u.String()
}

// shownAt is where the page can be asked for again: an act that refuses shows
// the page it belongs to, at an address that only takes what is posted.
func shownAt(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.Path
	}
	for _, act := range []string{"/edit/save", "/{ats}/connect", "/{conn}/template", "/{conn}/credential", "/{id}/password", "/{id}/users", "/{id}/open", "/messages/{stage}", "/mapping", "/common"} {
		if strings.HasSuffix(r.Pattern, act) {
			return r.URL.Path[:strings.LastIndexByte(r.URL.Path, '/')]
		}
	}
	return r.URL.Path
}
