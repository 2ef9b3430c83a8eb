package smartrecruiters

import (
	"net/http"
	"time"

	"handoff/internal/simulator/simkit"
)

// control is the port under /_sim/: the ledger and journal for tests, and one call for each thing
// that an administrator can do by hand.
func (s *Simulator) control() http.Handler {
	p := simkit.NewPort("smartrecruiters", s.behaviour)
	p.Read("/_sim/ledger", func() any { return s.Ledger() })
	p.Read("/_sim/app", func() any { return s.appView() })

	simkit.Order(p, "POST /_sim/reset", func(r *http.Request, in struct{}) (any, error) { s.Reset(); return nil, nil })
	simkit.Order(p, "POST /_sim/lag", func(r *http.Request, in struct{ Lists simkit.Duration }) (any, error) {
		s.SetLag(time.Duration(in.Lists))
		return nil, nil
	})
	simkit.Order(p, "POST /_sim/limits", func(r *http.Request, in Limits) (any, error) { s.SetLimits(in); return nil, nil })
	simkit.Order(p, "POST /_sim/jobs", func(r *http.Request, in JobSpec) (any, error) { return simkit.Made(s.CreateJob(in)) })
	simkit.Order(p, "POST /_sim/jobs/{id}/status", func(r *http.Request, in struct{ Status string }) (any, error) {
		return nil, s.SetJobStatus(r.PathValue("id"), in.Status)
	})
	simkit.Order(p, "POST /_sim/jobs/{id}/title", func(r *http.Request, in struct{ Title string }) (any, error) {
		return nil, s.SetJobTitle(r.PathValue("id"), in.Title)
	})
	simkit.Order(p, "POST /_sim/jobs/{id}/access", func(r *http.Request, in struct{ Denied bool }) (any, error) {
		return nil, s.SetJobAccess(r.PathValue("id"), in.Denied)
	})
	simkit.Order(p, "POST /_sim/candidates", func(r *http.Request, in Stranger) (any, error) { return simkit.Made(s.AddCandidate(in)) })
	simkit.Order(p, "POST /_sim/candidates/{id}/jobs/{jobId}", func(r *http.Request, in struct{}) (any, error) {
		return nil, s.AddApplication(r.PathValue("id"), r.PathValue("jobId"))
	})
	simkit.Order(p, "DELETE /_sim/candidates/{id}", func(r *http.Request, in struct{}) (any, error) {
		return nil, s.DeleteCandidate(r.PathValue("id"))
	})
	simkit.Order(p, "POST /_sim/candidates/{id}/consent", func(r *http.Request, in struct{ Status string }) (any, error) {
		return nil, s.SetConsent(r.PathValue("id"), in.Status)
	})
	simkit.Order(p, "POST /_sim/candidates/{id}/jobs/{jobId}/status", func(r *http.Request, in Move) (any, error) {
		return nil, s.MoveCandidate(r.PathValue("id"), r.PathValue("jobId"), in)
	})
	simkit.Order(p, "DELETE /_sim/candidates/{id}/jobs/{jobId}", func(r *http.Request, in struct{}) (any, error) {
		return nil, s.RemoveApplication(r.PathValue("id"), r.PathValue("jobId"))
	})
	simkit.Order(p, "POST /_sim/sources", func(r *http.Request, in struct{ Label string }) (any, error) {
		return simkit.Made(s.AddSource(in.Label))
	})
	simkit.Order(p, "DELETE /_sim/sources/{uuid}", func(r *http.Request, in struct{}) (any, error) {
		return nil, s.DeleteSource(r.PathValue("uuid"))
	})
	simkit.Order(p, "POST /_sim/hiring-processes", func(r *http.Request, in struct {
		Name        string
		SubStatuses map[string][]string `json:"sub_statuses"`
	}) (any, error) {
		return nil, s.AddProcess(in.Name, in.SubStatuses)
	})
	simkit.Order(p, "POST /_sim/hiring-processes/{name}/sub-statuses", func(r *http.Request, in struct {
		Status string
		Names  []string
	}) (any, error) {
		return nil, s.SetSubStatuses(r.PathValue("name"), in.Status, in.Names)
	})
	s.controlCredentials(p)
	s.controlWebhooks(p)
	return p.Handler(s.options.ExposeControl)
}

func (s *Simulator) controlCredentials(p *simkit.Port) {
	simkit.Order(p, "POST /_sim/redirect-uris", func(r *http.Request, in struct{ URI string }) (any, error) {
		return nil, s.AllowRedirectURI(in.URI)
	})
	simkit.Order(p, "POST /_sim/authorize", func(r *http.Request, in struct {
		User        string   `json:"user"`
		Scopes      []string `json:"scopes"`
		RedirectURI string   `json:"redirect_uri"`
	}) (any, error) {
		code, err := s.Authorize(in.User, in.Scopes, in.RedirectURI)
		return map[string]string{"code": code}, err
	})
	simkit.Order(p, "POST /_sim/grants/revoke", func(r *http.Request, in struct{ Credential string }) (any, error) {
		if in.Credential != "" {
			return nil, s.Revoke(in.Credential)
		}
		return map[string]int{"revoked": s.RevokeGrants()}, nil
	})
	simkit.Order(p, "POST /_sim/tokens/expire", func(r *http.Request, in struct{ Refresh bool }) (any, error) {
		s.ExpireTokens(in.Refresh)
		return nil, nil
	})
	simkit.Order(p, "POST /_sim/keys", func(r *http.Request, in struct{}) (any, error) { return simkit.Made(s.IssueKey(), nil) })
	simkit.Order(p, "POST /_sim/clients", func(r *http.Request, in struct {
		Scopes []string
		Role   string
	}) (any, error) {
		return simkit.Made(s.IssueClientCredentials(in.Scopes, in.Role))
	})
	simkit.Order(p, "POST /_sim/users/{email}/role", func(r *http.Request, in struct{ Role string }) (any, error) {
		return nil, s.SetUserRole(r.PathValue("email"), in.Role)
	})
	simkit.Order(p, "DELETE /_sim/users/{email}", func(r *http.Request, in struct{}) (any, error) {
		return nil, s.DeleteUser(r.PathValue("email"))
	})
}

// appView shows the registered app, secret included: everyone here may see everything.
func (s *Simulator) appView() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"client_id": s.app.clientID, "client_secret": s.app.secret, "redirect_uris": orEmpty(s.app.redirectURIs)}
}
