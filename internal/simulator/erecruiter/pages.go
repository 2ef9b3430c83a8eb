package erecruiter

import (
	"html/template"
	"net/http"
)

func templates() *template.Template { return template.New("") }

func (s *Simulator) pages() http.Handler { return http.NotFoundHandler() }
