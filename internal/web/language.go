package web

import (
	"net/http"
	"net/url"

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

// inLanguage is the address of the same page in another language. A page that
// answers a POST has no address of its own for GET; back says where to go.
func inLanguage(r *http.Request, lang, back string) string {
	u := url.URL{Path: r.URL.Path}
	q := r.URL.Query()
	if r.Method != http.MethodGet && back != "" {
		u.Path, q = back, url.Values{}
	}
	q.Set("lang", lang)
	u.RawQuery = q.Encode()
	return u.String()
}
