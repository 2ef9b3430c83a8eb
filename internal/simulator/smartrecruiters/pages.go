package smartrecruiters

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

//go:embed web
var web embed.FS

// templates parses what is built in.
func templates() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"deref": func(t *time.Time) time.Time { return *t },
		"short": func(s string) string { return s[:min(len(s), 12)] },
		"when":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") },
		"size": func(n int) string {
			if n < 1024 {
				return fmt.Sprintf("%d B", n)
			}
			return fmt.Sprintf("%.1f kB", float64(n)/1024)
		},
	}).ParseFS(web, "web/*.html"))
}

func (s *Simulator) render(name string, data any) []byte {
	var b bytes.Buffer
	if err := s.templates.ExecuteTemplate(&b, name, data); err != nil {
		s.log.Error("page", "name", name, "err", err)
		return []byte("<!doctype html><html lang=\"en\"><title>Error</title><p>The page cannot be shown.</p></html>")
	}
	return b.Bytes()
}

// view is what every administrator's page shows around its own data.
type view struct {
	Here, Title, Company, Error string
	Data                        any
}

// pages is the administrator's site. It asks for no login: whoever can open it owns the company.
// Posts from other sites are refused.
func (s *Simulator) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /app/style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, web, "web/style.css")
	})
	mux.HandleFunc("GET /app/{$}", func(w http.ResponseWriter, r *http.Request) { s.show(w, "home", "", nil) })
	s.jobPages(mux)
	s.settingsPages(mux)
	s.credentialPages(mux)
	s.webhookPages(mux)
	mux.HandleFunc("GET /app/", func(w http.ResponseWriter, r *http.Request) { s.missing(w) })
	return http.NewCrossOriginProtection().Handler(mux)
}

// pageList maps the template of a page to its title and the menu entry that it belongs to.
var pageList = map[string][2]string{
	"home": {"Settings", "home"}, "jobs": {"Jobs", "jobs"}, "job": {"Candidates of a job", "jobs"}, "candidate": {"Candidate", "jobs"},
	"sources": {"Sources", "sources"}, "processes": {"Hiring processes", "processes"}, "credentials": {"Credentials", "credentials"},
	"calls": {"API calls", "calls"}, "webhooks": {"Webhooks", "webhooks"}, "missing": {"Not found", ""},
}

// show writes a page; with a problem it is told on top, and the status is 422.
func (s *Simulator) show(w http.ResponseWriter, name, problem string, data any) {
	status := http.StatusOK
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	s.write(w, status, name, problem, data)
}

func (s *Simulator) missing(w http.ResponseWriter) {
	s.write(w, http.StatusNotFound, "missing", "", nil)
}

func (s *Simulator) write(w http.ResponseWriter, status int, name, problem string, data any) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	p := pageList[name]
	_, _ = w.Write(s.render(name, view{Here: p[1], Title: p[0], Company: s.options.Company.Name, Error: problem, Data: data}))
}

// done ends a form: back to a page, or the page again with what went wrong.
func (s *Simulator) done(w http.ResponseWriter, r *http.Request, err error, to string, again func(problem string)) {
	if err != nil {
		again(err.Error())
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}
