package smartrecruiters

import (
	"net/http"
	"slices"
	"strings"

	"handoff/internal/simulator/simkit"
)

func (s *Simulator) settingsPages(mux *http.ServeMux) {
	sources := func(w http.ResponseWriter, problem string) {
		type group struct {
			Label, ID string
			Sources   []LedgerSource
		}
		var groups []group
		s.mu.Lock()
		for _, t := range slices.Backward(s.st.types) {
			g := group{Label: t.label, ID: t.id}
			for _, src := range s.st.sources {
				if src.typeID == t.id {
					g.Sources = append(g.Sources, src.ledger())
				}
			}
			groups = append(groups, g)
		}
		s.mu.Unlock()
		s.show(w, "sources", problem, groups)
	}
	mux.HandleFunc("GET /app/sources", func(w http.ResponseWriter, r *http.Request) { sources(w, "") })
	mux.HandleFunc("POST /app/sources", func(w http.ResponseWriter, r *http.Request) {
		_, err := s.AddSource(strings.TrimSpace(r.PostFormValue("label")))
		s.done(w, r, err, "/app/sources", func(p string) { sources(w, p) })
	})
	mux.HandleFunc("POST /app/sources/{uuid}/delete", func(w http.ResponseWriter, r *http.Request) {
		s.done(w, r, s.DeleteSource(r.PathValue("uuid")), "/app/sources", func(p string) { sources(w, p) })
	})

	processes := func(w http.ResponseWriter, problem string) {
		type stage struct {
			Status, Label, Names, Required string
		}
		type item struct {
			ID, Name string
			Active   bool
			Stages   []stage
		}
		var items []item
		s.mu.Lock()
		for _, p := range s.st.processes {
			it := item{ID: p.id, Name: p.name, Active: p.active}
			for _, st := range []string{"IN_REVIEW", "INTERVIEW", "OFFERED"} {
				it.Stages = append(it.Stages, stage{st, label(st, ""), strings.Join(p.subStatuses[st], "\n"), p.required[st]})
			}
			items = append(items, it)
		}
		s.mu.Unlock()
		s.show(w, "processes", problem, items)
	}
	mux.HandleFunc("GET /app/processes", func(w http.ResponseWriter, r *http.Request) { processes(w, "") })
	mux.HandleFunc("POST /app/processes", func(w http.ResponseWriter, r *http.Request) {
		err := s.AddProcess(strings.TrimSpace(r.PostFormValue("name")), nil)
		s.done(w, r, err, "/app/processes", func(p string) { processes(w, p) })
	})
	mux.HandleFunc("POST /app/processes/{id}", func(w http.ResponseWriter, r *http.Request) {
		var names []string
		for _, n := range strings.Split(r.PostFormValue("names"), "\n") {
			if n = strings.TrimSpace(n); n != "" {
				names = append(names, n)
			}
		}
		err := s.SetSubStatuses(r.PathValue("id"), r.PostFormValue("status"), names)
		s.done(w, r, err, "/app/processes", func(p string) { processes(w, p) })
	})

	mux.HandleFunc("GET /app/calls", func(w http.ResponseWriter, r *http.Request) {
		page := s.Journal(0)
		n := len(page.Entries)
		newest := slices.Clone(page.Entries[max(0, n-200):])
		slices.Reverse(newest)
		s.show(w, "calls", "", map[string]any{"Entries": newest, "Rules": s.exchange.Script.Rules(), "Tallies": page.Tallies, "Control": simkit.ControlHeader})
	})
}

func (s *Simulator) webhookPages(mux *http.ServeMux) {
	show := func(w http.ResponseWriter, problem string) { s.show(w, "webhooks", problem, s.Webhooks()) }
	mux.HandleFunc("GET /app/webhooks", func(w http.ResponseWriter, r *http.Request) { show(w, "") })
	mux.HandleFunc("POST /app/webhooks/flush", func(w http.ResponseWriter, r *http.Request) {
		s.FlushWebhooks()
		s.done(w, r, nil, "/app/webhooks", nil)
	})
	mux.HandleFunc("POST /app/webhooks/{id}/suspend", func(w http.ResponseWriter, r *http.Request) {
		s.done(w, r, s.SuspendWebhook(r.PathValue("id")), "/app/webhooks", func(p string) { show(w, p) })
	})
}

func (s *Simulator) credentialPages(mux *http.ServeMux) {
	show := func(w http.ResponseWriter, problem string) {
		type item struct {
			LedgerCredential
			Dead                  bool
			Key, ClientID, Secret string
		}
		var keys, pairs, grants []item
		s.mu.Lock()
		for _, c := range slices.Backward(s.st.credentials) {
			it := item{c.ledger(), c.dead(), c.key, c.clientID, c.secret}
			switch c.kind {
			case KindKey:
				keys = append(keys, it)
			case KindClient:
				pairs = append(pairs, it)
			default:
				grants = append(grants, it)
			}
		}
		a := s.app
		s.mu.Unlock()
		s.show(w, "credentials", problem, map[string]any{"Keys": keys, "Pairs": pairs, "Grants": grants, "ClientID": a.clientID, "Secret": a.secret,
			"RedirectURIs": a.redirectURIs, "AppName": s.options.AppName, "Roles": []string{RoleAdministrator, RoleRecruiter, RoleViewer}})
	}
	back := "/app/credentials"
	mux.HandleFunc("GET "+back, func(w http.ResponseWriter, r *http.Request) { show(w, "") })
	mux.HandleFunc("POST "+back+"/keys", func(w http.ResponseWriter, r *http.Request) {
		s.IssueKey()
		s.done(w, r, nil, back, nil)
	})
	mux.HandleFunc("POST "+back+"/pairs", func(w http.ResponseWriter, r *http.Request) {
		scopes := strings.Fields(r.PostFormValue("scopes"))
		if len(scopes) == 0 {
			scopes = nil
		}
		_, err := s.IssueClientCredentials(scopes, r.PostFormValue("role"))
		s.done(w, r, err, back, func(p string) { show(w, p) })
	})
	mux.HandleFunc("POST "+back+"/{id}/revoke", func(w http.ResponseWriter, r *http.Request) {
		s.done(w, r, s.Revoke(r.PathValue("id")), back, func(p string) { show(w, p) })
	})
	mux.HandleFunc("POST "+back+"/redirect-uris", func(w http.ResponseWriter, r *http.Request) {
		err := s.AllowRedirectURI(strings.TrimSpace(r.PostFormValue("uri")))
		s.done(w, r, err, back, func(p string) { show(w, p) })
	})
}
