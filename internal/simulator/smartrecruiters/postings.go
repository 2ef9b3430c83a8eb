package smartrecruiters

import (
	"net/http"
	"net/url"
	"strings"

	"handoff/internal/simulator/simkit"
)

// postings answers the public list: published jobs, without credentials, the company matched in any
// case (3). department is the id here, not the label (S).
func (c *call) postings() *simkit.Answer {
	limit, bad := c.whole("limit", 100, 1, 100)
	if bad != nil {
		return bad
	}
	offset, bad := c.whole("offset", 0, 0, 1<<31-1)
	if bad != nil {
		return bad
	}
	q := c.Query
	all := []obj{}
	for _, j := range c.s.st.jobs {
		if c.published(j) && (q.Get("q") == "" || contains(j.title, q.Get("q"))) && (!q.Has("city") || j.city == q.Get("city")) &&
			(!q.Has("department") || j.department.id == q.Get("department")) && (!q.Has("country") || strings.EqualFold(j.countryCode, q.Get("country"))) {
			all = append(all, c.postingItem(j))
		}
	}
	page := all[min(offset, len(all)):]
	page = page[:min(limit, len(page))]
	return c.json(http.StatusOK, obj{"totalFound": len(all), "limit": limit, "offset": offset, "content": page})
}

// publicDepartments answers without a credential, for this company only.
func (c *call) publicDepartments() *simkit.Answer {
	if !strings.EqualFold(c.Params["companyIdentifier"], c.s.options.Company.Identifier) {
		return c.json(http.StatusOK, obj{"totalFound": 0, "content": []obj{}})
	}
	return c.departments()
}

func (c *call) published(j *job) bool {
	return strings.EqualFold(c.Params["companyIdentifier"], c.s.options.Company.Identifier) &&
		!j.template && j.posting == "PUBLIC" && openStatus(j.status)
}

func (c *call) postingItem(j *job) obj {
	co := c.s.options.Company
	return obj{"id": j.postingID, "uuid": j.postingUUID, "name": j.title, "refNumber": j.ref,
		"company": obj{"identifier": co.Identifier, "name": co.Name}, "releasedDate": stamp(j.created),
		"location":   obj{"country": j.countryCode, "city": j.city, "remote": false},
		"department": j.department.json(), "language": obj{"code": j.language}, "creator": obj{"name": j.creator.name()},
		"ref": c.base + "/v1/companies/" + co.Identifier + "/postings/" + j.postingID}
}

// posting adds source tracking to applyUrl when both parameters are given (S).
func (c *call) posting() *simkit.Answer {
	for _, j := range c.s.st.jobs {
		if (j.postingID == c.Params["postingId"] || j.postingUUID == c.Params["postingId"]) && c.published(j) {
			o := c.postingItem(j)
			apply := c.base + "/" + c.s.options.Company.Identifier + "/" + j.postingID
			o["postingUrl"] = apply
			if t, id := c.Query.Get("sourceTypeId"), c.Query.Get("sourceId"); t != "" && id != "" {
				apply += "?" + url.Values{"sourceTypeId": {t}, "sourceId": {id}}.Encode()
			}
			o["applyUrl"], o["jobAdId"], o["active"] = apply, j.jobAdID, true
			o["jobAd"] = obj{"sections": j.sections(c.s.options.Company.Name)}
			return c.json(http.StatusOK, o)
		}
	}
	return c.fail(http.StatusNotFound, "POSTING_NOT_FOUND", "Posting not found")
}
