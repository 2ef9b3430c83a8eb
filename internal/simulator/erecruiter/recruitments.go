package erecruiter

import (
	"net/http"
	"slices"

	"handoff/internal/simulator/simkit"
)

// recruitments lists what the key sees: with scope "selected" only what is shared (I).
func (c *call) recruitments() *simkit.Answer {
	states := []Status{Active, Draft}
	switch c.sw.RecruitmentList {
	case "active":
		states = []Status{Active}
	case "all":
		states = Statuses()
	}
	return c.recruitmentsIn(states)
}

// closedRecruitments have a path of their own (I).
func (c *call) closedRecruitments() *simkit.Answer {
	return c.recruitmentsIn([]Status{Closed, Archived})
}

func (c *call) recruitmentsIn(states []Status) *simkit.Answer {
	items := []obj{}
	for _, r := range slices.Backward(c.s.st.recruitments) {
		if r.company == c.company && c.key.sees(r) && slices.Contains(states, r.status) {
			items = append(items, c.recruitmentItem(r))
		}
	}
	return c.list("recruitment", items)
}

func (c *call) recruitmentItem(r *recruitment) obj {
	v := obj{"id": r.id, "name": r.name, "referenceNumber": r.ref, "status": string(r.status), "city": r.city, "language": r.language,
		"createDate": c.date(r.created), "partnershipId": nil, "partnershipName": nil, "closeDate": nil}
	if r.group != nil {
		v["partnershipId"], v["partnershipName"] = r.group.id, r.group.name
	}
	if r.closed != nil {
		v["closeDate"] = c.date(*r.closed)
	}
	return v
}

// findRecruitment resolves the id in the path, or says why the key may not see it.
func (c *call) findRecruitment() (*recruitment, *simkit.Answer) {
	r := c.s.st.recruitment(c.id())
	if r == nil || r.company != c.company {
		return nil, c.fail(http.StatusNotFound, "RecruitmentNotFound", "No such recruitment", "Recruitment")
	}
	return r, c.unseen(r)
}

func (c *call) unseen(r *recruitment) *simkit.Answer {
	switch {
	case c.key.sees(r):
		return nil
	case c.sw.UnsharedByID == "404":
		return c.fail(http.StatusNotFound, "RecruitmentNotFound", "No such recruitment", "Recruitment")
	}
	return c.fail(http.StatusForbidden, "RecruitmentNotShared", "The recruitment is not shared with the partner", "Recruitment")
}

// recruitment shows what the form asks as well: no call for that is known, and so it stands under
// a field that no contract has (A).
func (c *call) recruitment() *simkit.Answer {
	r, bad := c.findRecruitment()
	if bad != nil {
		return bad
	}
	v := c.recruitmentItem(r)
	questions := []obj{}
	for _, q := range r.questions {
		questions = append(questions, obj{"id": q.id, "name": q.label, "required": q.required})
	}
	v["form"] = obj{"cvRequired": r.demandsCV, "questions": questions}
	return c.one(http.StatusOK, "recruitment", v)
}

// recruitmentStages are the ones ticked on the recruitment; a candidate may stand on another (C).
func (c *call) recruitmentStages() *simkit.Answer {
	r, bad := c.findRecruitment()
	if bad != nil {
		return bad
	}
	items := []obj{}
	for _, s := range r.stages {
		if !s.deleted {
			items = append(items, c.stageItem(s))
		}
	}
	return c.list("stage", items)
}

// recruitmentConsents are the clauses and consents of the recruitment's form (C that they are
// there, A that they can be read).
func (c *call) recruitmentConsents() *simkit.Answer {
	if c.sw.ConsentsCall == Off {
		return c.fail(http.StatusNotFound, "NotFound", "No such path", "")
	}
	r, bad := c.findRecruitment()
	if bad != nil {
		return bad
	}
	items := []obj{}
	for _, a := range r.consents {
		v := obj{"id": a.consent.id, "kind": "consent", "purpose": a.consent.purpose, "content": a.consent.text(),
			"required": a.required && !a.consent.clause, "language": a.consent.language, "partnershipId": nil, "version": a.consent.version()}
		if a.consent.clause {
			v["kind"] = "clause"
		}
		if a.consent.group != nil {
			v["partnershipId"] = a.consent.group.id
		}
		items = append(items, v)
	}
	return c.list("consent", items)
}
