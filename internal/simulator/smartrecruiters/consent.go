package smartrecruiters

import (
	"net/http"

	"handoff/internal/simulator/simkit"
)

// getConsent answers in capitals; getConsents says the same in small letters (S).
func (c *call) getConsent() *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	o := obj{"status": k.consent}
	if k.consent == "ACQUIRED" && k.consentAt != nil {
		o["date"] = stamp(*k.consentAt)
	}
	return c.json(http.StatusOK, o)
}

func (c *call) getConsents() *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	return c.decisions(k)
}

// jobApplicationConsents is newer than the specification that was read; its shape is taken from
// the candidate's (I).
func (c *call) jobApplicationConsents() *simkit.Answer {
	a, bad := c.findJobApplication()
	if bad != nil {
		return bad
	}
	return c.decisions(a.candidate)
}

func (c *call) decisions(k *candidate) *simkit.Answer {
	d := obj{"status": map[string]string{"ACQUIRED": "acquired", "DECLINED": "declined"}[k.consent], "scope": "Single"}
	if d["status"] == "" {
		d["status"] = "required"
	} else if k.consentAt != nil {
		d["decidedOn"] = stamp(*k.consentAt)
	}
	o := obj{"decisions": []obj{d}}
	if k.consentAsked != nil && k.consent == "PENDING" {
		o["recentPendingRequestCreatedOn"] = stamp(*k.consentAsked)
	}
	return c.json(http.StatusOK, o)
}

// requestConsents answers 201 with one result for each candidate, in the order of the request; 403
// inside means that no privacy policy is configured (S).
func (c *call) requestConsents() *simkit.Answer {
	results := []obj{}
	for _, item := range c.body.(obj)["content"].([]any) {
		k := c.s.st.candidate(item.(obj)["id"].(string))
		if k == nil || c.sw.ConsentRequests == Off {
			results = append(results, obj{"status": 403, "body": false})
			continue
		}
		now := c.s.clock.Now()
		k.consent, k.consentAsked = "PENDING", &now
		results = append(results, obj{"status": 202, "body": obj{"location": c.base + "/candidates/" + k.id + "/consents"}})
	}
	return c.json(http.StatusCreated, obj{"results": results})
}
