package smartrecruiters

import (
	"net/http"

	"handoff/internal/simulator/simkit"
)

// findJob returns the job of the path, or the answer for one that is unknown (404 I, or the 401
// that is documented) or denied (401 S).
func (c *call) findJob(id string) (*job, *simkit.Answer) {
	j := c.s.st.jobsByID[id]
	switch {
	case j == nil && c.sw.UnknownJob == DeniedLike:
		return nil, c.denied("Job")
	case j == nil:
		return nil, c.fail(http.StatusNotFound, "JOB_NOT_FOUND", "Job not found")
	case j.denied:
		return nil, c.denied("Job")
	}
	return j, nil
}

func (c *call) jobItem(j *job) obj {
	o := obj{"id": j.id, "title": j.title, "refNumber": j.ref, "createdOn": stamp(j.created), "updatedOn": stamp(j.updated),
		"lastActivityOn": stamp(j.activity), "department": j.department.json(), "location": j.location(false),
		"status": j.status, "postingStatus": j.posting,
		"language": obj{"code": j.language, "label": languages[j.language][0], "labelNative": languages[j.language][1]},
		"actions":  obj{"details": c.link("GET", "/jobs/%s", j.id)}}
	if j.template && c.sw.TemplatesInList == Flagged {
		o["template"] = true
	}
	return o
}

var languages = map[string][2]string{"en": {"English", "English"}, "pl": {"Polish", "polski"}}

func (d department) json() obj {
	return obj{"id": d.id, "label": d.label, "description": d.description}
}

// location has no coordinates in lists; in details they are strings (S).
func (j *job) location(detail bool) obj {
	o := obj{"country": j.country, "countryCode": j.countryCode, "city": j.city, "manual": false, "remote": false}
	if detail {
		o["latitude"], o["longitude"] = "52.2297", "21.0122"
	}
	return o
}

func (c *call) getJob() *simkit.Answer {
	j, bad := c.findJob(c.Params["jobId"])
	if bad != nil {
		return bad
	}
	o := c.jobItem(j)
	o["template"] = j.template
	o["location"] = j.location(true)
	o["industry"] = obj{"id": "mechanical_or_industrial_engineering", "label": "Mechanical Or Industrial Engineering"}
	o["function"] = obj{"id": "engineering", "label": "Engineering"}
	o["typeOfEmployment"] = obj{"id": "permanent", "label": "Full-time"}
	o["experienceLevel"] = obj{"id": "mid_senior_level", "label": "Mid-Senior Level"}
	o["creator"] = obj{"id": j.creator.id, "firstName": j.creator.first, "lastName": j.creator.last}
	o["compensation"] = obj{"min": 18000, "max": 26000, "currency": "PLN"}
	o["jobAd"] = obj{"sections": j.sections(c.s.options.Company.Name), "language": o["language"]}
	o["properties"] = []obj{}
	o["actions"] = obj{"details": c.link("GET", "/jobs/%s", j.id), "hiringTeam": c.link("GET", "/jobs/%s/hiring-team", j.id),
		"publications": c.link("GET", "/jobs/%s/publication", j.id), "applyOnWeb": c.link("GET", "/%s/%s", c.s.options.Company.Identifier, j.postingID)}
	return c.json(http.StatusOK, o)
}

func (j *job) sections(company string) obj {
	return obj{
		"companyDescription":    obj{"title": "Company Description", "text": "<p>" + company + " builds machines that help people.</p>"},
		"jobDescription":        obj{"title": "Job Description", "text": "<p>" + j.description + "</p>"},
		"qualifications":        obj{"title": "Qualifications", "text": "<p>" + j.qualifications + "</p>"},
		"additionalInformation": obj{"title": "Additional Information", "text": ""},
		"videos":                obj{"urls": []string{}},
	}
}

// putJobStatus answers 201, not 200 (S).
func (c *call) putJobStatus() *simkit.Answer {
	j, bad := c.findJob(c.Params["jobId"])
	if bad != nil {
		return bad
	}
	c.s.setJobStatus(j, c.body.(obj)["status"].(string))
	return c.json(http.StatusCreated, obj{"status": j.status})
}

func (s *Simulator) setJobStatus(j *job, status string) {
	if j.status == status {
		return
	}
	now := s.clock.Now()
	j.status, j.updated, j.activity = status, now, now
	j.history = append(j.history, jobMove{now, status})
	s.emit("job.status.updated", obj{"id": j.id}, "/jobs/"+j.id)
}

func (c *call) jobHistory() *simkit.Answer {
	j, bad := c.findJob(c.Params["jobId"])
	if bad != nil {
		return bad
	}
	content := []obj{}
	for _, m := range j.history {
		content = append(content, obj{"changedOn": stamp(m.at), "status": m.status, "actions": obj{"user": c.link("GET", "/users/%s", j.creator.id)}})
	}
	return c.json(http.StatusOK, obj{"totalFound": len(content), "content": content})
}

// jobAds answers with a bare array (S).
func (c *call) jobAds() *simkit.Answer {
	j, bad := c.findJob(c.Params["jobId"])
	if bad != nil {
		return bad
	}
	return c.json(http.StatusOK, []obj{c.ad(j)})
}

// jobAd answers one ad; every job here has one, in the job's language.
func (c *call) jobAd() *simkit.Answer {
	j, bad := c.findJob(c.Params["jobId"])
	if bad != nil {
		return bad
	}
	if j.jobAdID != c.Params["jobAdId"] {
		return c.fail(http.StatusNotFound, "JOB_AD_NOT_FOUND", "Job ad not found") // I
	}
	return c.json(http.StatusOK, c.ad(j))
}

func (c *call) ad(j *job) obj {
	published := "NOT_PUBLISHED"
	if j.posting == "PUBLIC" {
		published = "PUBLISHED"
	}
	return obj{"id": j.jobAdID, "title": j.title, "language": obj{"code": j.language},
		"jobAd": j.sections(c.s.options.Company.Name), "createdOn": stamp(j.created), "updatedOn": stamp(j.updated),
		"applyUrl": c.base + "/" + c.s.options.Company.Identifier + "/" + j.postingID, "postingStatus": published,
		"default": true, "visibility": "PUBLIC", "creator": obj{"id": j.creator.id},
		"actions": obj{"postings": c.link("GET", "/jobs/%s/jobads/%s/postings", j.id, j.jobAdID)}}
}

func (c *call) hiringTeam() *simkit.Answer {
	j, bad := c.findJob(c.Params["jobId"])
	if bad != nil {
		return bad
	}
	return c.json(http.StatusOK, obj{"totalFound": 1, "content": []obj{{"id": j.creator.id, "role": "RECRUITER",
		"actions": obj{"details": c.link("GET", "/users/%s", j.creator.id)}}}})
}

// publications answers for a job, and for its one ad.
func (c *call) publications() *simkit.Answer {
	j, bad := c.findJob(c.Params["jobId"])
	if bad != nil {
		return bad
	}
	if id := c.Params["jobAdId"]; id != "" && id != j.jobAdID {
		return c.fail(http.StatusNotFound, "JOB_AD_NOT_FOUND", "Job ad not found") // I
	}
	content := []obj{}
	if j.posting == "PUBLIC" {
		content = append(content, obj{"sourceName": "Career Page", "type": "CAREER_PAGE", "publishedOn": stamp(j.created)})
	}
	return c.json(http.StatusOK, obj{"content": content})
}
