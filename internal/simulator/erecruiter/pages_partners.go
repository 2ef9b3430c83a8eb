package erecruiter

import (
	"net/http"
	"slices"

	"handoff/internal/simulator/simkit"
)

// partnerKey is a key as the Partners tab shows it.
type partnerKey struct {
	LedgerKey
	Key string
}

func (s *Simulator) partnerPages(mux *http.ServeMux) {
	const at = "/app/settings/integration"
	show := func(w http.ResponseWriter, r *http.Request, problem string) {
		var keys []partnerKey
		s.mu.Lock()
		for _, k := range slices.Backward(s.st.keys) {
			if k.value != "" {
				keys = append(keys, partnerKey{k.ledger(), k.value})
			}
		}
		s.mu.Unlock()
		live := slices.IndexFunc(keys, func(k partnerKey) bool { return k.RevokedAt == nil })
		s.show(w, r, "partners", problem, map[string]any{"Keys": keys, "Active": live >= 0})
	}
	mux.HandleFunc("GET "+at, func(w http.ResponseWriter, r *http.Request) { s.show(w, r, "integration", "", nil) })
	mux.HandleFunc("GET "+at+"/partners", func(w http.ResponseWriter, r *http.Request) { show(w, r, "") })
	mux.HandleFunc("GET "+at+"/partners/activate", func(w http.ResponseWriter, r *http.Request) { s.show(w, r, "activate", "", IssuedKey{}) })
	mux.HandleFunc("POST "+at+"/partners/activate", func(w http.ResponseWriter, r *http.Request) {
		k, err := s.ActivatePartner(Scope(r.PostFormValue("scope")))
		if err != nil {
			s.show(w, r, "activate", err.Error(), IssuedKey{})
			return
		}
		s.show(w, r, "activate", "", k)
	})
	mux.HandleFunc("POST "+at+"/partners/{key}/revoke", func(w http.ResponseWriter, r *http.Request) {
		s.finish(w, r, s.RevokeKey(r.PathValue("key")), at+"/partners", func(p string) { show(w, r, p) })
	})
	mux.HandleFunc("POST "+at+"/partners/{key}/scope", func(w http.ResponseWriter, r *http.Request) {
		err := s.SetKeyScope(r.PathValue("key"), Scope(r.PostFormValue("scope")))
		s.finish(w, r, err, at+"/partners", func(p string) { show(w, r, p) })
	})
}

// backstagePages are not the administrator's: the vendor's support, the calls, and what can be
// broken.
func (s *Simulator) backstagePages(mux *http.ServeMux) {
	mux.HandleFunc("GET /app/support", func(w http.ResponseWriter, r *http.Request) { s.show(w, r, "support", "", s.Company()) })
	mux.HandleFunc("POST /app/support/multiposting", func(w http.ResponseWriter, r *http.Request) {
		err := s.SetMultiposting(0, r.PostFormValue("on") == "yes")
		s.finish(w, r, err, "/app/support", func(string) { s.missing(w, r) })
	})
	mux.HandleFunc("GET /app/calls", func(w http.ResponseWriter, r *http.Request) {
		page := s.Journal(0)
		newest := slices.Clone(page.Entries[max(0, len(page.Entries)-200):])
		slices.Reverse(newest)
		s.show(w, r, "calls", "", map[string]any{"Entries": newest, "Rules": s.exchange.Script.Rules(), "Control": simkit.ControlHeader})
	})
	breakages := func(w http.ResponseWriter, r *http.Request, problem string) {
		s.show(w, r, "breakages", problem, Breakages())
	}
	mux.HandleFunc("GET /app/breakages", func(w http.ResponseWriter, r *http.Request) { breakages(w, r, "") })
	mux.HandleFunc("POST /app/breakages/{name}", func(w http.ResponseWriter, r *http.Request) {
		_, err := s.Break(r.PathValue("name"), Target{})
		s.finish(w, r, err, "/app/breakages", func(p string) { breakages(w, r, p) })
	})
}
