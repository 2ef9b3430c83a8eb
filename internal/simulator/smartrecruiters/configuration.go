package smartrecruiters

import (
	"net/http"

	"handoff/internal/simulator/simkit"
)

func (c *call) company() *simkit.Answer {
	co := c.s.options.Company
	return c.json(http.StatusOK, obj{"identifier": co.Identifier, "name": co.Name, "website": "https://acme.example.com",
		"location": obj{"country": "Poland", "countryCode": "pl", "city": "Warszawa"},
		"industry": obj{"id": "mechanical_or_industrial_engineering", "label": "Mechanical Or Industrial Engineering"}})
}

func (c *call) departments() *simkit.Answer {
	content := []obj{}
	for _, d := range c.s.st.departments {
		content = append(content, d.json())
	}
	return c.json(http.StatusOK, obj{"totalFound": len(content), "content": content})
}

// json has sub-statuses as plain names, for three statuses only. Which of them are required is not
// told (S).
func (p *process) json() obj {
	subs := obj{}
	for _, status := range []string{"IN_REVIEW", "INTERVIEW", "OFFERED"} {
		subs[status] = orEmpty(p.subStatuses[status])
	}
	return obj{"id": p.id, "name": p.name, "active": p.active, "subStatuses": subs}
}

func (c *call) hiringProcesses() *simkit.Answer {
	content := []obj{}
	for _, p := range c.s.st.processes {
		content = append(content, p.json())
	}
	return c.json(http.StatusOK, obj{"totalFound": len(content), "content": content})
}

func (c *call) hiringProcess() *simkit.Answer {
	p := c.s.st.process(c.Params["id"])
	if p == nil {
		return c.fail(http.StatusNotFound, "HIRING_PROCESS_NOT_FOUND", "Hiring process not found") // I
	}
	return c.json(http.StatusOK, p.json())
}

func (c *call) rejectionReasons() *simkit.Answer  { return c.reasons(c.s.st.rejections) }
func (c *call) withdrawalReasons() *simkit.Answer { return c.reasons(c.s.st.withdrawals) }

func (c *call) reasons(list []reason) *simkit.Answer {
	content := []obj{}
	for _, r := range list {
		content = append(content, obj{"id": r.id, "label": r.label})
	}
	return c.json(http.StatusOK, obj{"totalFound": len(content), "content": content})
}

// me answers both the newer and the older path of the own user (V). A client-credentials token has
// no person behind it: see the switch client_credentials_user.
func (c *call) me() *simkit.Answer {
	u := c.cred.user
	if u == nil {
		if c.sw.ClientCredentialsUser != "service_user" {
			return c.fail(http.StatusForbidden, "PERMISSION_DENIED", "There is no user behind this credential")
		}
		u = &user{id: "0123456789abcdef01234567", email: "service@acme.example.com", first: "Service", last: "Account", role: c.cred.role}
	}
	return c.json(http.StatusOK, obj{"id": u.id, "email": u.email, "firstName": u.first, "lastName": u.last, "active": true,
		"role": obj{"id": u.role}, "language": obj{"code": "en"}})
}
