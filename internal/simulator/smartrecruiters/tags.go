package smartrecruiters

import (
	"net/http"

	"handoff/internal/simulator/simkit"
)

func (c *call) getTags() *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	return c.json(http.StatusOK, obj{"tags": orEmpty(k.tags)})
}

// addTags adds, replaceTags replaces; both answer 201 (S).
func (c *call) addTags() *simkit.Answer     { return c.setTags(true) }
func (c *call) replaceTags() *simkit.Answer { return c.setTags(false) }

func (c *call) setTags(add bool) *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	tags := strs(c.body.(obj)["tags"])
	if p := c.badTags(tags); p != nil {
		return c.invalid(p)
	}
	if add {
		tags = union(k.tags, tags)
	}
	if len(tags) > 100 {
		return c.fail(http.StatusBadRequest, "TAGS_LIMIT_EXCEEDED", "A candidate has at most 100 tags") // S limit, I code
	}
	k.tags, k.updated = tags, c.s.clock.Now()
	c.s.emit("candidate.updated", obj{"id": k.id}, "/candidates/"+k.id)
	return c.json(http.StatusCreated, obj{"tags": orEmpty(k.tags)})
}

func (c *call) deleteTags() *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	k.tags, k.updated = nil, c.s.clock.Now()
	return nothing()
}
