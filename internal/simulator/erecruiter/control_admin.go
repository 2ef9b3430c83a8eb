package erecruiter

import (
	"net/http"
	"strconv"
	"time"

	"handoff/internal/simulator/simkit"
)

// number reads an id from the path; what is none is the id of nothing.
func number(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (s *Simulator) controlKeys(p *simkit.Port) {
	simkit.Order(p, "POST /_sim/keys", func(_ *http.Request, in struct {
		Scope     Scope
		Companies []int64
	}) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		k, err := s.newKey(in.Scope, in.Companies)
		if err != nil {
			return nil, err
		}
		return simkit.Made(k.issued(), nil)
	})
	simkit.Order(p, "POST /_sim/partner/activate", func(_ *http.Request, in struct{ Scope Scope }) (any, error) {
		return simkit.Made(s.ActivatePartner(in.Scope))
	})
	simkit.Order(p, "POST /_sim/keys/{id}/revoke", func(r *http.Request, _ struct{}) (any, error) { return nil, s.RevokeKey(r.PathValue("id")) })
	simkit.Order(p, "POST /_sim/keys/{id}/scope", func(r *http.Request, in struct{ Scope Scope }) (any, error) {
		return nil, s.SetKeyScope(r.PathValue("id"), in.Scope)
	})
	simkit.Order(p, "POST /_sim/keys/{id}/companies", func(r *http.Request, in struct{ Companies []int64 }) (any, error) {
		return nil, s.SetKeyCompanies(r.PathValue("id"), in.Companies...)
	})
	simkit.Order(p, "POST /_sim/keys/{id}/rights", func(r *http.Request, in struct {
		Operation string
		Denied    bool
	}) (any, error) {
		return nil, s.DenyOperation(r.PathValue("id"), in.Operation, in.Denied)
	})
	simkit.Order(p, "POST /_sim/accounts", func(_ *http.Request, _ struct{}) (any, error) { return simkit.Made(s.IssueServiceAccount(), nil) })
	simkit.Order(p, "POST /_sim/token-endpoint", func(_ *http.Request, in struct {
		Gone bool
		Life simkit.Duration
	}) (any, error) {
		s.RemoveTokenEndpoint(in.Gone)
		if in.Life > 0 {
			s.SetTokenLife(time.Duration(in.Life))
		}
		return nil, nil
	})
	simkit.Order(p, "POST /_sim/companies", func(_ *http.Request, in struct{ Name string }) (any, error) {
		return simkit.Made(s.AddCompany(in.Name))
	})
	simkit.Order(p, "POST /_sim/companies/{id}/multiposting", func(r *http.Request, in struct{ On bool }) (any, error) {
		return nil, s.SetMultiposting(number(r, "id"), in.On)
	})
}

func (s *Simulator) controlRecruitments(p *simkit.Port) {
	const one = "POST /_sim/recruitments/{id}"
	simkit.Order(p, "POST /_sim/recruitments", func(_ *http.Request, in RecruitmentSpec) (any, error) { return simkit.Made(s.CreateRecruitment(in)) })
	simkit.Order(p, one+"/status", func(r *http.Request, in struct{ Status Status }) (any, error) {
		return nil, s.SetRecruitmentStatus(number(r, "id"), in.Status)
	})
	simkit.Order(p, one+"/name", func(r *http.Request, in struct{ Name string }) (any, error) {
		return nil, s.RenameRecruitment(number(r, "id"), in.Name)
	})
	simkit.Order(p, one+"/share", func(r *http.Request, in struct{ Shared bool }) (any, error) {
		return nil, s.ShareRecruitment(number(r, "id"), in.Shared)
	})
	simkit.Order(p, one+"/cv", func(r *http.Request, in struct{ Demanded bool }) (any, error) {
		return nil, s.DemandCV(number(r, "id"), in.Demanded)
	})
	simkit.Order(p, one+"/questions", func(r *http.Request, in struct {
		Label    string
		Required bool
	}) (any, error) {
		id, err := s.AddQuestion(number(r, "id"), in.Label, in.Required)
		return simkit.Made(map[string]int64{"id": id}, err)
	})
	simkit.Order(p, one+"/questions/{question}", func(r *http.Request, in struct{ Required bool }) (any, error) {
		return nil, s.SetQuestionRequired(number(r, "id"), number(r, "question"), in.Required)
	})
	simkit.Order(p, one+"/consents/{consent}", func(r *http.Request, in struct{ Required bool }) (any, error) {
		return nil, s.AssignConsent(number(r, "id"), number(r, "consent"), in.Required)
	})
	simkit.Order(p, "DELETE /_sim/recruitments/{id}/consents/{consent}", func(r *http.Request, _ struct{}) (any, error) {
		return nil, s.UnassignConsent(number(r, "id"), number(r, "consent"))
	})
	simkit.Order(p, one+"/stages/{stage}", func(r *http.Request, in struct{ Ticked bool }) (any, error) {
		return nil, s.TickStage(number(r, "id"), number(r, "stage"), in.Ticked)
	})
}

func (s *Simulator) controlSettings(p *simkit.Port) {
	simkit.Order(p, "POST /_sim/consents", func(_ *http.Request, in ConsentSpec) (any, error) { return simkit.Made(s.AddConsent(in)) })
	simkit.Order(p, "POST /_sim/consents/{id}/text", func(r *http.Request, in struct{ Text string }) (any, error) {
		return nil, s.ChangeConsent(number(r, "id"), in.Text)
	})
	simkit.Order(p, "POST /_sim/origins", func(_ *http.Request, in struct{ Name string }) (any, error) { return simkit.Made(s.AddOrigin(in.Name)) })
	simkit.Order(p, "POST /_sim/origins/{id}/active", func(r *http.Request, in struct{ Active bool }) (any, error) {
		return nil, s.SetOriginActive(number(r, "id"), in.Active)
	})
	simkit.Order(p, "DELETE /_sim/origins/{id}", func(r *http.Request, _ struct{}) (any, error) { return nil, s.DeleteOrigin(number(r, "id")) })
	simkit.Order(p, "POST /_sim/stages", func(_ *http.Request, in struct {
		Name     string
		Category Category
	}) (any, error) {
		return simkit.Made(s.AddStage(in.Name, in.Category))
	})
	simkit.Order(p, "POST /_sim/stages/{id}/name", func(r *http.Request, in struct{ Name string }) (any, error) {
		return nil, s.RenameStage(number(r, "id"), in.Name)
	})
	simkit.Order(p, "DELETE /_sim/stages/{id}", func(r *http.Request, _ struct{}) (any, error) { return nil, s.DeleteStage(number(r, "id")) })
}

func (s *Simulator) controlPeople(p *simkit.Port) {
	simkit.Order(p, "POST /_sim/candidates", func(_ *http.Request, in Stranger) (any, error) { return simkit.Made(s.AddCandidate(in)) })
	simkit.Order(p, "DELETE /_sim/candidates/{id}", func(r *http.Request, _ struct{}) (any, error) {
		return nil, s.DeleteCandidate(number(r, "id"))
	})
	simkit.Order(p, "POST /_sim/applications/{id}/open", func(r *http.Request, _ struct{}) (any, error) {
		return nil, s.OpenCandidate(number(r, "id"))
	})
	simkit.Order(p, "POST /_sim/applications/{id}/move", func(r *http.Request, in struct {
		Stage  int64
		Reason string
	}) (any, error) {
		return nil, s.MoveCandidate(number(r, "id"), in.Stage, in.Reason)
	})
	simkit.Order(p, "DELETE /_sim/applications/{id}", func(r *http.Request, _ struct{}) (any, error) {
		return nil, s.RemoveApplication(number(r, "id"))
	})
	simkit.Order(p, "POST /_sim/ads", func(_ *http.Request, in AdSpec) (any, error) { return simkit.Made(s.PublishAd(in)) })
	simkit.Order(p, "POST /_sim/ads/{id}", func(r *http.Request, in AdSpec) (any, error) { return nil, s.ChangeAd(number(r, "id"), in) })
	simkit.Order(p, "POST /_sim/ads/{id}/withdraw", func(r *http.Request, _ struct{}) (any, error) { return nil, s.WithdrawAd(number(r, "id")) })
	simkit.Order(p, "POST /_sim/ad-push", func(_ *http.Request, in struct{ URL, Bearer string }) (any, error) {
		return nil, s.SetAdPush(in.URL, in.Bearer)
	})
}
