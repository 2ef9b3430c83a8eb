package smartrecruiters

import (
	"net/http"
	"regexp"
	"slices"

	"handoff/internal/simulator/simkit"
)

// findApplication returns the application of the path's candidate and job, or the answer for a
// candidate that is not on that job, with the given code.
func (c *call) findApplication(code string) (*application, *simkit.Answer) {
	k := c.s.st.candidate(c.Params["id"])
	if k == nil {
		return nil, c.fail(http.StatusNotFound, "CANDIDATE_NOT_FOUND", "Candidate not found")
	}
	a := k.app(c.Params["jobId"])
	if a == nil {
		return nil, c.fail(http.StatusNotFound, code, "The candidate is not assigned to this job")
	}
	return a, nil
}

func (c *call) getApplication() *simkit.Answer {
	a, bad := c.findApplication("APPLICATION_NOT_FOUND") // code I
	if bad != nil {
		return bad
	}
	if a.job.denied {
		return c.fail(http.StatusForbidden, "PERMISSION_DENIED", "Permission denied") // S: 403 here, not 401
	}
	if a.untold {
		return c.fail(http.StatusInternalServerError, "INTERNAL_ERROR", "Something went wrong")
	}
	o := c.assignment(a, false)
	o["url"] = c.base + a.path()
	if c.sw.ApplicationID == Present {
		o["applicationId"] = a.id
	}
	return c.json(http.StatusOK, o)
}

// deleteApplication leaves the candidate, in the talent pool if this was the last one (O; path I).
func (c *call) deleteApplication() *simkit.Answer {
	if c.sw.DeleteApplication == Off {
		a := c.fail(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "The path has other methods")
		a.Header.Set("Allow", "GET")
		return a
	}
	a, bad := c.findApplication("APPLICATION_NOT_FOUND")
	if bad != nil {
		return bad
	}
	c.s.removeApplication(a)
	return nothing()
}

// putStatus moves a candidate. No transition graph is documented, so any move is allowed; only the
// reasons and a required sub-status are looked at (S).
func (c *call) putStatus() *simkit.Answer {
	k := c.s.st.candidate(c.Params["id"])
	if k != nil && k.denied() {
		return c.denied("Candidate")
	}
	a, bad := c.findApplication("JOB_NOT_FOUND")
	if bad != nil {
		return bad
	}
	body := c.body.(obj)
	status := body["status"].(string)
	sub, _ := body["subStatus"].(string)
	startsOn, _ := body["startsOn"].(string)
	reasonID, _ := body["reason"].(string)
	if p := c.s.move(a, status, sub, reasonID, startsOn, c.cred.id); p != nil {
		return c.failAll(http.StatusBadRequest, []problem{*p})
	}
	return nothing()
}

// move changes status and sub-status, or says why not. The same place again is no change.
func (s *Simulator) move(a *application, status, sub, reasonID, startsOn, by string) *problem {
	var why *reason
	if reasonID != "" {
		reasons, ok := map[string][]reason{"REJECTED": s.st.rejections, "WITHDRAWN": s.st.withdrawals}[status]
		if !ok {
			return &problem{"NO_REASON_SUPPORT_FOR_STATUS", "A reason goes only with REJECTED or WITHDRAWN"}
		}
		i := slices.IndexFunc(reasons, func(r reason) bool { return r.id == reasonID })
		if i < 0 {
			return &problem{"REASON_NOT_FOUND", "There is no such reason"}
		}
		why = &reasons[i]
	}
	if sub != "" && !slices.Contains(a.job.process.subStatuses[status], sub) {
		return &problem{"SUB_STATUS_NOT_FOUND", "The hiring process has no such sub-status"} // I
	}
	if step := a.skips(status); step != "" {
		return &problem{"REQUIRED_SUB_STATUS_OMITTED", "The required sub-status " + step + " was skipped"}
	}
	if a.status == status && a.sub == sub {
		a.reason = why
		return nil
	}
	now := s.clock.Now()
	a.status, a.sub, a.reason, a.startsOn = status, sub, why, startsOn
	a.history = append(a.history, move{now, status, sub, by})
	if s.Switches().StatusMovesUpdatedOn == Yes {
		a.candidate.updated = now
	}
	s.emit("application.status.updated", a.event(), a.path())
	return nil
}

// skips returns the required sub-status that a move to status would leave out (S).
func (a *application) skips(status string) string {
	ladder := []string{"NEW", "IN_REVIEW", "INTERVIEW", "OFFERED", "HIRED"}
	target := slices.Index(ladder, status)
	for before := 0; before < target; before++ {
		need := a.job.process.required[ladder[before]]
		if need != "" && !slices.ContainsFunc(a.history, func(m move) bool { return m.status == ladder[before] && m.sub == need }) {
			return need
		}
	}
	return ""
}

func (c *call) statusHistory() *simkit.Answer {
	a, bad := c.findApplication("JOB_NOT_FOUND")
	if bad != nil {
		return bad
	}
	if a.job.denied {
		return c.fail(http.StatusForbidden, "NO_ACCESS_TO_JOB", "No access to the job")
	}
	content := []obj{}
	for _, m := range a.history {
		o := obj{"changedOn": stamp(m.at), "status": m.status, "actions": obj{}}
		if m.sub != "" {
			o["subStatus"] = m.sub
		}
		content = append(content, o)
	}
	if c.sw.HistoryOrder == NewestFirst {
		slices.Reverse(content)
	}
	return c.json(http.StatusOK, obj{"totalFound": len(content), "content": content})
}

func (c *call) putSource() *simkit.Answer {
	k := c.s.st.candidate(c.Params["id"])
	if k != nil && k.denied() {
		return c.denied("Candidate")
	}
	a, bad := c.findApplication("JOB_NOT_FOUND")
	if bad != nil {
		return bad
	}
	src, why := c.s.st.findSource(c.body.(obj))
	switch why {
	case "":
	case "SUBTYPE_REQUIRED":
		return c.fail(http.StatusBadRequest, why, "A source subtype is required")
	case "SOURCE_TYPE_NOT_FOUND":
		return c.fail(http.StatusBadRequest, "INVALID_SOURCE_TYPE", "The source type is not valid") // S
	default:
		return c.fail(http.StatusBadRequest, "INVALID_SOURCE", "The source is not valid") // S
	}
	a.source = src
	c.s.emit("application.source.updated", a.event(), a.path())
	return nothing()
}

func (c *call) screeningAnswers() *simkit.Answer {
	if _, bad := c.findApplication("JOB_NOT_FOUND"); bad != nil {
		return bad
	}
	return c.json(http.StatusOK, obj{"totalFound": 0, "content": []obj{}})
}

func (c *call) properties() *simkit.Answer {
	if _, bad := c.findApplication("JOB_NOT_FOUND"); bad != nil {
		return bad
	}
	return c.json(http.StatusOK, obj{}) // S: {} when there are none
}

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (c *call) findJobApplication() (*application, *simkit.Answer) {
	id := c.Params["jobApplicationId"]
	if !uuidForm.MatchString(id) {
		return nil, c.fail(http.StatusBadRequest, "INVALID_JOB_APPLICATION_ID", "The id is not a UUID")
	}
	a := c.s.st.appsByID[id]
	if a == nil || a.removed != nil {
		return nil, c.fail(http.StatusNotFound, "JOB_APPLICATION_NOT_FOUND", "Job application not found")
	}
	return a, nil
}

func (c *call) jobApplication() *simkit.Answer {
	a, bad := c.findJobApplication()
	if bad != nil {
		return bad
	}
	o := obj{"status": a.status, "sourceIdentifier": a.sourceUUID(), "createDate": stamp(a.created),
		"profileId": a.candidate.id, "jobId": a.job.id}
	if a.sub != "" {
		o["subStatus"] = a.sub
	}
	return c.json(http.StatusOK, o)
}
