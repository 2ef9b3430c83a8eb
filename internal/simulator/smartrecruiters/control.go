package smartrecruiters

import (
	"net/http"
	"time"

	"handoff/internal/simulator/simkit"
)

// control is the port under /_sim/: the ledger and journal for tests, and one call for each thing
// that an administrator can do by hand.
func (s *Simulator) control() http.Handler {
	mux := http.NewServeMux()
	s.exchange.Control(mux)
	read := func(pattern string, f func() any) {
		mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, _ *http.Request) { simkit.Reply(w, http.StatusOK, f()) })
	}
	read("/_sim/{$}", func() any { return map[string]any{"simulator": "smartrecruiters", "calls": controlCalls} })
	read("/_sim/ledger", func() any { return s.Ledger() })
	read("/_sim/switches", func() any { return map[string]any{"switches": s.Switches(), "list": SwitchList()} })
	read("/_sim/app", func() any { return s.appView() })

	order(mux, "POST /_sim/reset", func(r *http.Request, in struct{}) (any, error) { s.Reset(); return nil, nil })
	order(mux, "POST /_sim/switches", func(r *http.Request, in map[string]Setting) (any, error) {
		sw, err := s.Switches().merge(in)
		if err != nil {
			return nil, err
		}
		return sw.withDefaults(), s.SetSwitches(sw)
	})
	order(mux, "POST /_sim/lag", func(r *http.Request, in struct{ Lists simkit.Duration }) (any, error) {
		s.SetLag(time.Duration(in.Lists))
		return nil, nil
	})
	order(mux, "POST /_sim/limits", func(r *http.Request, in Limits) (any, error) { s.SetLimits(in); return nil, nil })
	order(mux, "POST /_sim/jobs", func(r *http.Request, in JobSpec) (any, error) { return made(s.CreateJob(in)) })
	order(mux, "POST /_sim/jobs/{id}/status", func(r *http.Request, in struct{ Status string }) (any, error) {
		return nil, s.SetJobStatus(r.PathValue("id"), in.Status)
	})
	order(mux, "POST /_sim/jobs/{id}/title", func(r *http.Request, in struct{ Title string }) (any, error) {
		return nil, s.SetJobTitle(r.PathValue("id"), in.Title)
	})
	order(mux, "POST /_sim/jobs/{id}/access", func(r *http.Request, in struct{ Denied bool }) (any, error) {
		return nil, s.SetJobAccess(r.PathValue("id"), in.Denied)
	})
	order(mux, "POST /_sim/candidates", func(r *http.Request, in Stranger) (any, error) { return made(s.AddCandidate(in)) })
	order(mux, "DELETE /_sim/candidates/{id}", func(r *http.Request, in struct{}) (any, error) {
		return nil, s.DeleteCandidate(r.PathValue("id"))
	})
	order(mux, "POST /_sim/candidates/{id}/consent", func(r *http.Request, in struct{ Status string }) (any, error) {
		return nil, s.SetConsent(r.PathValue("id"), in.Status)
	})
	order(mux, "POST /_sim/candidates/{id}/jobs/{jobId}/status", func(r *http.Request, in Move) (any, error) {
		return nil, s.MoveCandidate(r.PathValue("id"), r.PathValue("jobId"), in)
	})
	order(mux, "DELETE /_sim/candidates/{id}/jobs/{jobId}", func(r *http.Request, in struct{}) (any, error) {
		return nil, s.RemoveApplication(r.PathValue("id"), r.PathValue("jobId"))
	})
	order(mux, "POST /_sim/sources", func(r *http.Request, in struct{ Label string }) (any, error) { return made(s.AddSource(in.Label)) })
	order(mux, "DELETE /_sim/sources/{uuid}", func(r *http.Request, in struct{}) (any, error) {
		return nil, s.DeleteSource(r.PathValue("uuid"))
	})
	order(mux, "POST /_sim/hiring-processes/{name}/sub-statuses", func(r *http.Request, in struct {
		Status string
		Names  []string
	}) (any, error) {
		return nil, s.SetSubStatuses(r.PathValue("name"), in.Status, in.Names)
	})
	s.controlCredentials(mux)
	s.controlWebhooks(mux)
	return simkit.Guard(mux, s.options.ExposeControl)
}

func (s *Simulator) controlCredentials(mux *http.ServeMux) {
	order(mux, "POST /_sim/redirect-uris", func(r *http.Request, in struct{ URI string }) (any, error) {
		return nil, s.AllowRedirectURI(in.URI)
	})
	order(mux, "POST /_sim/authorize", func(r *http.Request, in struct {
		User        string   `json:"user"`
		Scopes      []string `json:"scopes"`
		RedirectURI string   `json:"redirect_uri"`
	}) (any, error) {
		code, err := s.Authorize(in.User, in.Scopes, in.RedirectURI)
		return map[string]string{"code": code}, err
	})
	order(mux, "POST /_sim/grants/revoke", func(r *http.Request, in struct{ Credential string }) (any, error) {
		if in.Credential != "" {
			return nil, s.Revoke(in.Credential)
		}
		return map[string]int{"revoked": s.RevokeGrants()}, nil
	})
	order(mux, "POST /_sim/tokens/expire", func(r *http.Request, in struct{ Refresh bool }) (any, error) {
		s.ExpireTokens(in.Refresh)
		return nil, nil
	})
	order(mux, "POST /_sim/keys", func(r *http.Request, in struct{}) (any, error) { return made(s.IssueKey(), nil) })
	order(mux, "POST /_sim/clients", func(r *http.Request, in struct {
		Scopes []string
		Role   string
	}) (any, error) {
		return made(s.IssueClientCredentials(in.Scopes, in.Role))
	})
	order(mux, "POST /_sim/users/{email}/role", func(r *http.Request, in struct{ Role string }) (any, error) {
		return nil, s.SetUserRole(r.PathValue("email"), in.Role)
	})
	order(mux, "DELETE /_sim/users/{email}", func(r *http.Request, in struct{}) (any, error) {
		return nil, s.DeleteUser(r.PathValue("email"))
	})
}

// appView shows the registered app, secret included: everyone here may see everything.
func (s *Simulator) appView() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"client_id": s.app.clientID, "client_secret": s.app.secret, "redirect_uris": orEmpty(s.app.redirectURIs)}
}

// controlCalls is what GET /_sim/ lists.
var controlCalls = []string{
	"GET /_sim/ledger", "GET /_sim/journal?since=&limit=", "GET POST DELETE /_sim/faults", "POST /_sim/reset", "GET POST /_sim/clock",
	"GET POST /_sim/switches", "POST /_sim/lag", "POST /_sim/limits", "GET /_sim/app", "POST /_sim/redirect-uris",
	"POST /_sim/jobs", "POST /_sim/jobs/{id}/status", "POST /_sim/jobs/{id}/title", "POST /_sim/jobs/{id}/access",
	"POST /_sim/candidates", "DELETE /_sim/candidates/{id}", "POST /_sim/candidates/{id}/consent",
	"POST /_sim/candidates/{id}/jobs/{jobId}/status", "DELETE /_sim/candidates/{id}/jobs/{jobId}",
	"POST /_sim/sources", "DELETE /_sim/sources/{uuid}", "POST /_sim/hiring-processes/{name}/sub-statuses",
	"POST /_sim/authorize", "POST /_sim/grants/revoke", "POST /_sim/tokens/expire", "POST /_sim/keys", "POST /_sim/clients",
	"POST /_sim/users/{email}/role", "DELETE /_sim/users/{email}",
	"GET /_sim/webhooks", "POST /_sim/webhooks/flush", "POST /_sim/webhooks/{id}/suspend", "POST /_sim/webhooks/ladder",
}

// creation marks an answer as 201.
type creation struct{ v any }

func made[T any](v T, err error) (any, error) { return creation{v}, err }

// order mounts a call that changes something: its body is In, unknown fields are refused, and what
// f returns is the answer (200, 201 for something made, 204 for nothing, 422 with the sentence of
// an error).
func order[In any](mux *http.ServeMux, pattern string, f func(*http.Request, In) (any, error)) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := simkit.Decode(r, &in); err != nil {
			simkit.Refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		out, err := f(r, in)
		switch {
		case err != nil:
			simkit.Refuse(w, http.StatusUnprocessableEntity, err.Error())
		case out == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			status := http.StatusOK
			if c, ok := out.(creation); ok {
				status, out = http.StatusCreated, c.v
			}
			simkit.Reply(w, status, out)
		}
	})
}
