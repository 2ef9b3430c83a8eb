package erecruiter

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed web
var web embed.FS

// templates parses what is built in.
func templates() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"short": func(s string) string { return s[:min(len(s), 12)] },
		"when":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") },
		"has":   func(list []string, v string) bool { return slices.Contains(list, v) },
		"size": func(n int) string {
			if n < 1024 {
				return fmt.Sprintf("%d B", n)
			}
			return fmt.Sprintf("%.1f kB", float64(n)/1024)
		},
	}).ParseFS(web, "web/*.html"))
}

// dictionary reads the Polish of every text of the pages; the key is the English one.
func dictionary() map[string]string {
	b, err := web.ReadFile("web/pl.json")
	words := map[string]string{}
	if err == nil {
		err = json.Unmarshal(b, &words)
	}
	if err != nil {
		panic(err) // embedded
	}
	return words
}

// view is what every page shows around its own data.
type view struct {
	Here, Title, Company, Partner, Lang, Path, Error string
	Data                                             any
	words                                            map[string]string
}

// T returns a text in the page's language.
func (v view) T(english string) string {
	if v.Lang == "pl" {
		return or(v.words[english], english)
	}
	return english
}

// pages is the administrator's site. It asks for no login: whoever can open it owns the company.
// Posts from other sites are refused.
func (s *Simulator) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /app/style.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, web, "web/style.css") })
	mux.HandleFunc("GET /app/{$}", func(w http.ResponseWriter, r *http.Request) { s.show(w, r, "home", "", nil) })
	mux.HandleFunc("POST /app/language", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: language(r.PostFormValue("lang")), Path: "/app/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		back := r.PostFormValue("back")
		if !strings.HasPrefix(back, "/app/") || strings.ContainsAny(back, "\\\r\n") {
			back = "/app/"
		}
		http.Redirect(w, r, back, http.StatusSeeOther)
	})
	s.recruitmentPages(mux)
	s.candidatePages(mux)
	s.adPages(mux)
	s.settingsPages(mux)
	s.partnerPages(mux)
	s.backstagePages(mux)
	mux.HandleFunc("GET /app/", func(w http.ResponseWriter, r *http.Request) { s.missing(w, r) })
	return http.NewCrossOriginProtection().Handler(mux)
}

func language(text string) string {
	if strings.HasPrefix(strings.ToLower(text), "pl") {
		return "pl"
	}
	return "en"
}

// tongue is the cookie's language, else the query's, else the browser's.
func tongue(r *http.Request) string {
	if q := r.URL.Query().Get("lang"); q != "" {
		return language(q)
	}
	if c, err := r.Cookie("lang"); err == nil {
		return language(c.Value)
	}
	return language(r.Header.Get("Accept-Language"))
}

// pageList maps the template of a page to its title and the menu entry that it belongs to.
var pageList = map[string][2]string{
	"home": {"Start", "home"}, "recruitments": {"Recruitment processes", "recruitments"}, "recruitment": {"Candidates", "recruitments"},
	"newrecruitment": {"New recruitment process", "recruitments"}, "editor": {"Edit recruitment process", "recruitments"},
	"card": {"Candidate", "recruitments"}, "ads": {"Job ads", "ads"}, "ad": {"Job ad", "ads"}, "settings": {"Settings", "settings"},
	"integration": {"Integration with eRecruiter", "settings"}, "partners": {"Integration with eRecruiter", "settings"},
	"activate": {"Integration with eRecruiter", "settings"}, "places": {"Location of job posts", "settings"},
	"newplace": {"Add a job post location", "settings"}, "consents": {"Clauses and consents", "settings"}, "stages": {"Candidate stages", "settings"},
	"support": {"eRecruiter customer support", "support"}, "calls": {"API calls", "calls"}, "breakages": {"Breakages", "breakages"}, "missing": {"Not found", ""},
}

// show writes a page; with a problem it is told on top, and the status is 422.
func (s *Simulator) show(w http.ResponseWriter, r *http.Request, name, problem string, data any) {
	status := http.StatusOK
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	s.write(w, r, status, name, problem, data)
}

func (s *Simulator) missing(w http.ResponseWriter, r *http.Request) {
	s.write(w, r, http.StatusNotFound, "missing", "", nil)
}

func (s *Simulator) write(w http.ResponseWriter, r *http.Request, status int, name, problem string, data any) {
	path := r.URL.Path
	if r.Method != http.MethodGet { // a refused form; its address may not be a page
		path = "/app/"
	}
	p := pageList[name]
	v := view{Here: p[1], Title: p[0], Company: s.options.Company, Partner: s.options.Partner, Lang: tongue(r), Path: path, Error: problem, Data: data, words: s.words}
	var b bytes.Buffer
	if err := s.templates.ExecuteTemplate(&b, name, v); err != nil {
		s.log.Error("page", "name", name, "err", err)
		status = http.StatusInternalServerError
		b.Reset()
		b.WriteString(`<!doctype html><html lang="en"><title>Error</title><p>The page cannot be shown.</p></html>`)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Cookie, Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// finish ends a form: back to a page, or the page again with what went wrong.
func (s *Simulator) finish(w http.ResponseWriter, r *http.Request, err error, to string, again func(problem string)) {
	if err != nil {
		again(err.Error())
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// ids reads the numbers of a form field that may be there several times.
func ids(r *http.Request, field string) []int64 {
	_ = r.ParseForm() // what cannot be parsed is an empty form
	var out []int64
	for _, text := range r.PostForm[field] {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			out = append(out, n)
		}
	}
	return out
}
