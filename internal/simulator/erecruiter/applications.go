package erecruiter

import (
	"net/http"
	"slices"
	"strings"

	"handoff/internal/simulator/simkit"
)

// applications lists a recruitment's candidates, those of others too (C collection and ids, A
// stage). Creates and moves show up after their lag.
func (c *call) applications() *simkit.Answer {
	r, bad := c.findRecruitment()
	if bad != nil {
		return bad
	}
	items := []obj{}
	for _, a := range c.sorted(r.apps) {
		if !a.gone() && !a.created.After(c.now().Add(-c.s.lag.creates)) {
			items = append(items, c.applicationItem(a))
		}
	}
	return c.list("application", items)
}

func (c *call) sorted(apps []*application) []*application {
	out := slices.Clone(apps)
	switch c.sw.ApplicationOrder {
	case OldestFirst:
	case "shuffled":
		for i, j := range c.s.rand.Perm(len(apps)) {
			out[i] = apps[j]
		}
	default:
		slices.Reverse(out)
	}
	return out
}

func (c *call) applicationItem(a *application) obj {
	s := a.stage
	if c.s.lag.stages > 0 {
		s = a.stageAt(c.now().Add(-c.s.lag.stages))
	}
	v := obj{"applicationId": a.id, "candidateId": a.candidate.id, "candidateName": a.candidate.first, "candidateLastName": a.candidate.last,
		"candidateEmail": a.candidate.email, "candidatePhone": a.candidate.phone, "candidateCvFiles": c.cvItems(a),
		"stageId": s.id, "stageName": c.stageName(s), "createDate": c.date(a.created)}
	if a.origin != nil {
		v["originId"] = a.origin.id
	}
	if c.sw.StageInList == Absent || a.untold {
		delete(v, "stageId")
		delete(v, "stageName")
	}
	return v
}

func (c *call) cvItems(a *application) []obj {
	items := []obj{}
	for _, f := range a.files {
		items = append(items, obj{"id": f.id, "fileName": f.name, "contentType": f.contentType, "size": len(f.bytes)})
	}
	return items
}

// findApplication resolves the id in the path, or says why the key may not see it.
func (c *call) findApplication() (*application, *simkit.Answer) {
	a := c.s.st.application(c.id())
	if a == nil || a.recruitment.company != c.company {
		return nil, c.fail(http.StatusNotFound, "ApplicationNotFound", "No such application", "CandidateApplication")
	}
	return a, c.unseen(a.recruitment)
}

func (c *call) application() *simkit.Answer {
	a, bad := c.findApplication()
	if bad != nil {
		return bad
	}
	return c.one(http.StatusOK, "application", c.applicationItem(a))
}

// history is every change of stage; it never lags (C path and key, A fields).
func (c *call) history() *simkit.Answer {
	a, bad := c.findApplication()
	if bad != nil {
		return bad
	}
	items := []obj{}
	for _, m := range a.history {
		if a.untold {
			break
		}
		items = append(items, obj{"stageId": m.stage.id, "stageName": c.stageName(m.stage), "createDate": c.date(m.at), "createUserFullName": person(m.by)})
	}
	if c.sw.HistoryOrder == NewestFirst {
		slices.Reverse(items)
	}
	return c.list("history", items)
}

// person names who did something: a recruiter, the system, or the partner.
func person(by string) string {
	switch by {
	case "admin":
		return "Ewa Przykładowa"
	case "system":
		return "System"
	}
	return "Integracja"
}

func (c *call) applicationTags() *simkit.Answer {
	if _, bad := c.findApplication(); bad != nil {
		return bad
	}
	return c.list("tag", nil)
}

func (c *call) notes() *simkit.Answer {
	if c.sw.NotesCall == "error_500" {
		return c.fail(http.StatusInternalServerError, "InternalServerError", "Internal server error.", "")
	}
	a, bad := c.findApplication()
	if bad != nil {
		return bad
	}
	items := []obj{}
	for i, n := range a.notes {
		items = append(items, obj{"id": int64(i + 1), "content": n.text, "createDate": c.date(n.at)})
	}
	return c.list("note", items)
}

func (c *call) addNote() *simkit.Answer {
	a, bad := c.findApplication()
	if bad != nil {
		return bad
	}
	if c.media() != "application/json" {
		return c.fail(http.StatusUnsupportedMediaType, "UnsupportedMediaType", "Content-Type must be application/json", "")
	}
	body, bad := c.jsonObject(c.Body)
	if bad != nil {
		return bad
	}
	v, _ := take(body, c.w.name("newNote", "content"))
	text, ok := v.(string)
	if bad := c.strange(body); bad != nil {
		return bad
	}
	if !ok || strings.TrimSpace(text) == "" {
		return c.fail(http.StatusBadRequest, "FieldRequired", "The content is missing", "Note")
	}
	a.notes = append(a.notes, note{text, c.key.id, c.now()})
	return c.one(http.StatusCreated, "note", obj{"id": int64(len(a.notes))})
}

// candidates lists everyone who has an application that the key sees (C path; the narrowing I).
func (c *call) candidates() *simkit.Answer {
	items := []obj{}
	for _, k := range c.s.st.candidates {
		seen := slices.ContainsFunc(k.apps, func(a *application) bool { return !a.gone() && c.key.sees(a.recruitment) })
		if k.company == c.company && k.removed == nil && seen {
			items = append(items, obj{"candidateId": k.id, "firstName": k.first, "lastName": k.last, "email": k.email})
		}
	}
	return c.list("candidate", items)
}

func (c *call) findCandidate() (*candidate, *simkit.Answer) {
	k := find(c.s.st.candidates, func(k *candidate) bool { return k.id == c.id() && k.removed == nil && k.company == c.company })
	if k == nil || !slices.ContainsFunc(k.apps, func(a *application) bool { return c.key.sees(a.recruitment) }) {
		return nil, c.fail(http.StatusNotFound, "CandidateNotFound", "No such candidate", "Candidate")
	}
	return k, nil
}

func (c *call) candidateRecruitments() *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	items := []obj{}
	for _, a := range k.apps {
		if !a.gone() && c.key.sees(a.recruitment) {
			items = append(items, obj{"id": a.recruitment.id, "name": a.recruitment.name, "applicationId": a.id})
		}
	}
	return c.list("candidateRecruitment", items)
}

// candidateDetails are empty lists: nothing of the kind is pushed.
func (c *call) candidateDetails() *simkit.Answer {
	if _, bad := c.findCandidate(); bad != nil {
		return bad
	}
	return c.list("detail", nil)
}

// desiredSalary always fails, as it mostly did for the public client (C).
func (c *call) desiredSalary() *simkit.Answer {
	return c.fail(http.StatusInternalServerError, "InternalServerError", "Internal server error.", "")
}
