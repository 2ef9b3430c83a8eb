package smartrecruiters

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed web
var web embed.FS

// templates are parsed from what is built in; they hold no state.
func templates() *template.Template {
	return template.Must(template.New("").ParseFS(web, "web/*.html"))
}

func (s *Simulator) render(name string, data any) []byte {
	var b bytes.Buffer
	if err := s.templates.ExecuteTemplate(&b, name, data); err != nil {
		s.log.Error("page", "name", name, "err", err)
		return []byte("<!doctype html><title>Error</title><p>The page cannot be shown.</p>")
	}
	return b.Bytes()
}

func (s *Simulator) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /app/style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, web, "web/style.css")
	})
	return mux
}
