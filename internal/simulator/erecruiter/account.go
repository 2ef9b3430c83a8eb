package erecruiter

import (
	"net/http"
	"strconv"

	"handoff/internal/simulator/simkit"
)

// companies is the connection test: the companies that the credential opens, without companyId (C).
func (c *call) companies() *simkit.Answer {
	items := []obj{}
	for _, co := range c.s.st.companies {
		if c.key.reaches(co) {
			var id any = co.id
			if c.sw.CompanyID == Text {
				id = strconv.FormatInt(co.id, 10)
			}
			items = append(items, obj{"companyId": id, "companyName": co.name})
		}
	}
	return c.list("company", items)
}

// permissions and appVersion exist; their shape is unknown (I).
func (c *call) permissions() *simkit.Answer {
	return c.raw(http.StatusOK, obj{"scope": string(c.key.scope)})
}

func (c *call) appVersion() *simkit.Answer { return c.raw(http.StatusOK, obj{"version": "simulator"}) }

// nothing is a list that this company left empty.
func (c *call) nothing() *simkit.Answer { return c.list("tag", nil) }

// accountStages is the company's stage dictionary, system and own ones (C path, A fields).
func (c *call) accountStages() *simkit.Answer {
	items := []obj{}
	for _, s := range c.s.st.stages {
		if s.company == c.company && (!s.deleted || c.sw.RemovedStages == Listed) {
			items = append(items, c.stageItem(s))
		}
	}
	return c.list("stage", items)
}

// dictionaryStages is the system's own dictionary (I).
func (c *call) dictionaryStages() *simkit.Answer {
	items := []obj{}
	for _, s := range c.s.st.stages {
		if s.company == c.company && s.system && !s.deleted {
			items = append(items, c.stageItem(s))
		}
	}
	return c.list("stage", items)
}

func (c *call) stageItem(s *stage) obj {
	v := obj{"id": s.id, "name": c.stageName(s), "type": string(s.category), "isSystem": s.system, "order": s.order}
	if c.sw.StageType == Absent {
		delete(v, "type")
	}
	return v
}

func (c *call) stageName(s *stage) string {
	if c.sw.StageNames == "en" && s.english != "" {
		return s.english
	}
	return s.name
}

func (c *call) dictionaryLanguages() *simkit.Answer {
	return c.list("language", []obj{{"id": int64(1), "name": "polski"}, {"id": int64(2), "name": "angielski"}})
}

// origins are the rows of Settings, Location of job posts; their ids are the source ids (I).
func (c *call) origins() *simkit.Answer {
	items := []obj{}
	for _, o := range c.s.st.origins {
		if o.company == c.company && !o.deleted {
			items = append(items, obj{"id": o.id, "name": o.name, "isActive": o.active})
		}
	}
	return c.list("origin", items)
}
