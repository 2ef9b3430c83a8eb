package smartrecruiters

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"handoff/internal/simulator/simkit"
)

// listCandidates answers GET /candidates. It never shows a candidate without an application (S),
// and may lag behind creates.
func (c *call) listCandidates() *simkit.Answer {
	limit, bad := c.whole("limit", 10, 1, 100)
	keep, bad2 := c.candidateFilter()
	if bad := cmp.Or(bad, bad2); bad != nil {
		return bad
	}
	found := []*candidate{}
	for _, k := range c.inQuestion() {
		if keep(k) {
			found = append(found, k)
		}
	}
	total := len(found)
	order := string(c.sw.CandidateOrder)
	switch c.sw.CandidateOrder {
	case NewestFirst:
		slices.SortFunc(found, func(a, b *candidate) int { return b.seq - a.seq })
	case OldestFirst:
		slices.SortFunc(found, func(a, b *candidate) int { return a.seq - b.seq })
	default:
		slices.SortFunc(found, func(a, b *candidate) int { return cmp.Or(b.updated.Compare(a.updated), b.seq-a.seq) })
	}
	if c.Query.Has("pageId") {
		mode, value, ok := c.s.readPageID("candidates", c.Query.Get("pageId"))
		n, err := strconv.Atoi(value)
		if !ok || mode != order || err != nil {
			return c.badPage()
		}
		switch c.sw.CandidateOrder {
		case NewestFirst:
			found = slices.DeleteFunc(found, func(k *candidate) bool { return k.seq >= n })
		case OldestFirst:
			found = slices.DeleteFunc(found, func(k *candidate) bool { return k.seq <= n })
		default: // a plain offset: rows that move meanwhile are missed or repeated
			found = found[min(n, len(found)):]
		}
	}
	more, full := len(found) > limit, len(found) == limit
	found = found[:min(limit, len(found))]
	content := make([]obj, len(found))
	for i, k := range found {
		content[i] = c.summary(k)
	}
	body := obj{"limit": limit, "offset": 0, "totalFound": total, "content": content}
	next := ""
	if more || full && c.sw.LastPage == EmptyAfter {
		value := found[len(found)-1].seq
		if c.sw.CandidateOrder == UpdatedFirst {
			_, v, _ := c.s.readPageID("candidates", c.Query.Get("pageId"))
			value, _ = strconv.Atoi(v)
			value += limit
		}
		next = c.s.pageID("candidates", order, strconv.Itoa(value))
		body["nextPageId"] = next
	}
	a := c.json(http.StatusOK, body)
	if next != "" {
		a.Header.Set("Link", c.nextLink("/candidates", "pageId", next))
	}
	return a
}

// inQuestion narrows the search to the jobs asked for, without repeating anyone.
func (c *call) inQuestion() []*candidate {
	ids := c.Query["jobId"]
	if len(ids) == 0 {
		return c.s.st.candidates
	}
	var out []*candidate
	seen := map[*candidate]bool{} // a candidate is on one job once, on several maybe
	for _, id := range ids {
		if j := c.s.st.jobsByID[id]; j != nil {
			for _, a := range j.apps {
				if a.removed == nil && !seen[a.candidate] {
					seen[a.candidate] = true
					out = append(out, a.candidate)
				}
			}
		}
	}
	return out
}

func (c *call) candidateFilter() (func(*candidate) bool, *simkit.Answer) {
	q := c.Query
	for _, group := range []struct {
		code  string
		names []string
	}{
		{"FIELDS_CRITERIA_SIZE_VIOLATED", []string{"propertyId", "propertyValueId"}},
		{"SOURCES_CRITERIA_SIZE_VIOLATED", []string{"sourceType", "sourceSubType", "sourceValueId"}},
		{"SCREENING_QUESTIONS_CRITERIA_SIZE_VIOLATED", []string{"questionCategory", "questionFieldId", "questionFieldValueId"}},
	} {
		for _, name := range group.names[1:] {
			if len(q[name]) != len(q[group.names[0]]) {
				return nil, c.fail(http.StatusBadRequest, group.code, "The lists of a group must have equal length") // S
			}
		}
	}
	for _, v := range q["status"] {
		if !slices.Contains(statuses, v) {
			return nil, c.fail(http.StatusBadRequest, "INVALID_PARAMETER", "status must be one of "+strings.Join(statuses, ", "))
		}
	}
	if q.Has("subStatus") && !q.Has("status") {
		return nil, c.fail(http.StatusBadRequest, "INVALID_PARAMETER", "subStatus goes only with status")
	}
	if q.Has("onboardingStatus") {
		return nil, c.fail(http.StatusBadRequest, "ONBOARDING_STATUS_NOT_ACTIVE", "Onboarding is not active") // S
	}
	updated, bad := c.moment("updatedAfter")
	if bad != nil {
		return nil, bad
	}
	seen := c.s.clock.Now().Add(-c.s.lag.candidates)
	wanted := func(a *application) bool {
		if a.created.After(seen) || a.job.denied || !in(q["jobId"], a.job.id) || !in(q["status"], a.status) {
			return false
		}
		if q.Has("subStatus") && a.sub != q.Get("subStatus") {
			return false
		}
		if len(q["sourceType"]) == 0 {
			return true
		}
		for i, t := range q["sourceType"] {
			if src := a.source; src != nil && src.typeID == t && src.subType == q["sourceSubType"][i] && src.id == q["sourceValueId"][i] {
				return true
			}
		}
		return false
	}
	return func(k *candidate) bool {
		return k.onAny(wanted) &&
			len(q["propertyId"]) == 0 && len(q["questionCategory"]) == 0 && len(q["averageRating"]) == 0 &&
			in(q["consentStatus"], k.consent) && after(k.updated, updated) &&
			(len(q["tag"]) == 0 || slices.ContainsFunc(q["tag"], func(t string) bool { return slices.Contains(k.tags, t) })) &&
			(len(q["location"]) == 0 || slices.ContainsFunc(q["location"], k.livesIn)) &&
			(q.Get("q") == "" || contains(k.first+" "+k.last+" "+k.email, q.Get("q")))
	}, nil
}

func (k *candidate) livesIn(place string) bool {
	for _, name := range []string{"city", "region", "country"} {
		if v, _ := k.location[name].(string); strings.EqualFold(v, place) {
			return true
		}
	}
	return false
}

// summary is a list item: the primary assignment with its status, whatever job was asked for, and
// of the others only the job (S).
func (c *call) summary(k *candidate) obj {
	o := obj{"id": k.id, "internal": k.internal, "firstName": k.first, "lastName": k.last, "email": k.email,
		"createdOn": stamp(k.created), "updatedOn": stamp(k.updated), "tags": orEmpty(k.tags),
		"consent": obj{"status": k.consent}, "secondaryAssignments": []obj{},
		"actions": obj{"details": c.link("GET", "/candidates/%s", k.id), "properties": c.link("GET", "/candidates/%s/properties", k.id)}}
	if k.location != nil {
		o["location"] = k.location
	}
	primary := k.primary(c.sw.PrimaryAssignment)
	p := obj{"status": primary.status, "job": obj{"id": primary.job.id, "title": primary.job.title,
		"actions": obj{"details": c.link("GET", "/jobs/%s", primary.job.id)}}}
	if primary.sub != "" {
		p["subStatus"] = primary.sub
	}
	if !primary.untold {
		o["primaryAssignment"] = p
	}
	others := []obj{}
	for _, a := range k.live() {
		if a != primary {
			others = append(others, obj{"job": obj{"id": a.job.id, "actions": obj{"details": c.link("GET", "/jobs/%s", a.job.id)}}})
		}
	}
	o["secondaryAssignments"] = others
	return o
}
