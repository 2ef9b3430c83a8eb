package smartrecruiters

import (
	"net/http"

	"handoff/internal/simulator/simkit"
)

func (c *call) findCandidate() (*candidate, *simkit.Answer) {
	k := c.s.st.candidate(c.Params["id"])
	if k == nil {
		return nil, c.fail(http.StatusNotFound, "CANDIDATE_NOT_FOUND", "Candidate not found")
	}
	if k.denied() {
		return nil, c.denied("Candidate")
	}
	return k, nil
}

// denied says that every job of the candidate is closed to the credential, and so the candidate is.
func (k *candidate) denied() bool {
	live := k.live()
	for _, a := range live {
		if !a.job.denied {
			return false
		}
	}
	return len(live) > 0
}

func (c *call) getCandidate() *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	return c.json(http.StatusOK, c.details(k))
}

// details is CandidateDetails. It has no applicationId: read the application next (S).
func (c *call) details(k *candidate) obj {
	o := obj{"id": k.id, "internal": k.internal, "firstName": k.first, "lastName": k.last, "email": k.email,
		"createdOn": stamp(k.created), "updatedOn": stamp(k.updated), "tags": orEmpty(k.tags),
		"education": anyOrEmpty(k.education), "experience": anyOrEmpty(k.experience), "secondaryAssignments": []obj{},
		"actions": obj{"properties": c.link("GET", "/candidates/%s/properties", k.id), "attachments": c.link("GET", "/candidates/%s/attachments", k.id),
			"consent": c.link("GET", "/candidates/%s/consent", k.id), "consents": c.link("GET", "/candidates/%s/consents", k.id)}}
	if k.phone != "" {
		o["phoneNumber"] = k.phone
	}
	if k.location != nil {
		o["location"] = k.location
	}
	if k.web != nil {
		o["web"] = k.web
	}
	primary := k.primary(c.sw.PrimaryAssignment)
	if primary == nil {
		return o
	}
	o["primaryAssignment"] = c.assignment(primary, true)
	var others []obj
	for _, a := range k.live() {
		if a != primary {
			others = append(others, c.assignment(a, true))
		}
	}
	if others != nil {
		o["secondaryAssignments"] = others
	}
	return o
}

func (c *call) assignment(a *application, withJob bool) obj {
	o := obj{"status": a.status, "source": a.sourceLabel(),
		"actions": obj{"sourceDetails": c.link("GET", "/configuration/sources/%s", a.sourceUUID())}}
	if withJob {
		o["job"] = obj{"id": a.job.id, "title": a.job.title, "actions": obj{"details": c.link("GET", "/jobs/%s", a.job.id)}}
	}
	if a.sub != "" {
		o["subStatus"] = a.sub
	}
	if a.startsOn != "" {
		o["startsOn"] = a.startsOn
	}
	if a.reason != nil {
		name := "reasonOfRejection"
		if a.status == "WITHDRAWN" {
			name = "reasonOfWithdrawal"
		}
		o[name] = obj{"id": a.reason.id, "label": a.reason.label}
	}
	return o
}

// sourceLabel is "API" when the create named no source (S).
func (a *application) sourceLabel() string {
	if a.source == nil {
		return "API"
	}
	return a.source.label
}

func (a *application) sourceUUID() string {
	if a.source == nil {
		return apiSourceUUID
	}
	return a.source.uuid
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func anyOrEmpty(s []any) []any {
	if s == nil {
		return []any{}
	}
	return s
}

// updateCandidate answers PATCH with the details (S).
func (c *call) updateCandidate() *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	c.s.unindex(k)
	k.set(c.body.(obj))
	c.s.index(k)
	k.updated = c.s.clock.Now()
	c.s.emit("candidate.updated", obj{"id": k.id}, "/candidates/"+k.id)
	return c.json(http.StatusOK, c.details(k))
}

func (c *call) deleteCandidate() *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	c.s.removeCandidate(k)
	return nothing()
}

// removeCandidate takes the candidate with all applications and files out of sight (promise 3).
func (s *Simulator) removeCandidate(k *candidate) {
	now := s.clock.Now()
	for _, a := range k.live() {
		s.removeApplication(a)
	}
	for _, f := range live(k.attachments) {
		f.removed = &now
	}
	s.unindex(k)
	k.deleted = &now
	s.emit("candidate.deleted", obj{"id": k.id}, "")
}

func (s *Simulator) removeApplication(a *application) {
	now := s.clock.Now()
	for _, f := range live(a.attachments) {
		f.removed = &now
	}
	a.removed = &now
}
