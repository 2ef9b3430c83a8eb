package erecruiter

import (
	"net/http"
	"slices"
	"strings"
)

func (s *Simulator) settingsPages(mux *http.ServeMux) {
	mux.HandleFunc("GET /app/settings", func(w http.ResponseWriter, r *http.Request) { s.show(w, r, "settings", "", nil) })

	places := func(w http.ResponseWriter, r *http.Request, problem string) {
		s.show(w, r, "places", problem, s.Ledger().Origins)
	}
	const placesAt = "/app/settings/places"
	mux.HandleFunc("GET "+placesAt, func(w http.ResponseWriter, r *http.Request) { places(w, r, "") })
	mux.HandleFunc("GET "+placesAt+"/new", func(w http.ResponseWriter, r *http.Request) { s.show(w, r, "newplace", "", nil) })
	mux.HandleFunc("POST "+placesAt, func(w http.ResponseWriter, r *http.Request) {
		_, err := s.AddOrigin(strings.TrimSpace(r.PostFormValue("name")))
		s.finish(w, r, err, placesAt, func(p string) { s.show(w, r, "newplace", p, nil) })
	})
	mux.HandleFunc("POST "+placesAt+"/{id}/active", func(w http.ResponseWriter, r *http.Request) {
		err := s.SetOriginActive(number(r, "id"), r.PostFormValue("active") == "yes")
		s.finish(w, r, err, placesAt, func(p string) { places(w, r, p) })
	})
	mux.HandleFunc("POST "+placesAt+"/{id}/delete", func(w http.ResponseWriter, r *http.Request) {
		s.finish(w, r, s.DeleteOrigin(number(r, "id")), placesAt, func(p string) { places(w, r, p) })
	})

	consents := func(w http.ResponseWriter, r *http.Request, problem string) {
		s.show(w, r, "consents", problem, s.Ledger().Consents)
	}
	const consentsAt = "/app/settings/consents"
	mux.HandleFunc("GET "+consentsAt, func(w http.ResponseWriter, r *http.Request) { consents(w, r, "") })
	mux.HandleFunc("POST "+consentsAt, func(w http.ResponseWriter, r *http.Request) {
		_, err := s.AddConsent(ConsentSpec{Clause: r.PostFormValue("kind") == "clause", Purpose: strings.TrimSpace(r.PostFormValue("purpose")),
			Text: strings.TrimSpace(r.PostFormValue("text")), Language: language(r.PostFormValue("language")), Required: r.PostFormValue("required") != ""})
		s.finish(w, r, err, consentsAt, func(p string) { consents(w, r, p) })
	})
	mux.HandleFunc("POST "+consentsAt+"/{id}", func(w http.ResponseWriter, r *http.Request) {
		err := s.ChangeConsent(number(r, "id"), strings.TrimSpace(r.PostFormValue("text")))
		s.finish(w, r, err, consentsAt, func(p string) { consents(w, r, p) })
	})

	stages := func(w http.ResponseWriter, r *http.Request, problem string) {
		type group struct {
			Category Category
			Stages   []LedgerStage
		}
		var groups []group
		all := s.Ledger().Stages
		for _, c := range Categories() {
			groups = append(groups, group{c, slices.DeleteFunc(slices.Clone(all), func(n LedgerStage) bool { return n.Category != c || n.CompanyID != s.Company().ID })})
		}
		s.show(w, r, "stages", problem, groups)
	}
	const stagesAt = "/app/settings/stages"
	mux.HandleFunc("GET "+stagesAt, func(w http.ResponseWriter, r *http.Request) { stages(w, r, "") })
	mux.HandleFunc("POST "+stagesAt, func(w http.ResponseWriter, r *http.Request) {
		_, err := s.AddStage(strings.TrimSpace(r.PostFormValue("name")), Category(r.PostFormValue("category")))
		s.finish(w, r, err, stagesAt, func(p string) { stages(w, r, p) })
	})
	mux.HandleFunc("POST "+stagesAt+"/{id}/rename", func(w http.ResponseWriter, r *http.Request) {
		err := s.RenameStage(number(r, "id"), strings.TrimSpace(r.PostFormValue("name")))
		s.finish(w, r, err, stagesAt, func(p string) { stages(w, r, p) })
	})
	mux.HandleFunc("POST "+stagesAt+"/{id}/delete", func(w http.ResponseWriter, r *http.Request) {
		s.finish(w, r, s.DeleteStage(number(r, "id")), stagesAt, func(p string) { stages(w, r, p) })
	})
}
