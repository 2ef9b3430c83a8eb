package smartrecruiters

import (
	"net/http"
	"regexp"
	"slices"

	"handoff/internal/simulator/simkit"
)

// apiSourceUUID is the source of a create that named none (S: "API").
const apiSourceUUID = "00000000-0000-4000-8000-000000000a01"

var sourceIDForm = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// sourceOf resolves the sourceDetails of a create. Unknown types are 404, all else is 400 (S); a
// malformed id has a code of its own with a job only (S).
func (c *call) sourceOf(body obj, withJob bool) (*source, *simkit.Answer) {
	details, ok := body["sourceDetails"].(obj)
	if !ok {
		return nil, nil
	}
	if withJob && !sourceIDForm.MatchString(details["sourceId"].(string)) {
		return nil, c.fail(http.StatusBadRequest, "INVALID_SOURCE_ID", "The source id is not valid")
	}
	src, why := c.s.st.findSource(details)
	switch why {
	case "":
		return src, nil
	case "SOURCE_TYPE_NOT_FOUND":
		return nil, c.fail(http.StatusNotFound, why, "Source type does not exist")
	case "SUBTYPE_REQUIRED":
		return nil, c.fail(http.StatusBadRequest, why, "Several sources have this id; a subtype is required")
	}
	return nil, c.fail(http.StatusBadRequest, why, "Source does not exist")
}

// findSource returns the source that sourceTypeId, sourceId and sourceSubTypeId name, or why there
// is none. Deleted sources are none.
func (st *state) findSource(details obj) (*source, string) {
	typeID, _ := details["sourceTypeId"].(string)
	id, _ := details["sourceId"].(string)
	sub, _ := details["sourceSubTypeId"].(string)
	if st.sourceType(typeID) == nil {
		return nil, "SOURCE_TYPE_NOT_FOUND"
	}
	var found []*source
	for _, s := range st.sources {
		if s.typeID == typeID && s.id == id && !s.deleted && (sub == "" || s.subType == sub) {
			found = append(found, s)
		}
	}
	switch len(found) {
	case 0:
		return nil, "SOURCE_NOT_FOUND"
	case 1:
		return found[0], ""
	}
	return nil, "SUBTYPE_REQUIRED"
}

func (c *call) sourceTypes() *simkit.Answer {
	content := []obj{}
	for _, t := range c.s.st.types {
		subtypes := []obj{}
		for _, sub := range t.subtypes {
			subtypes = append(subtypes, obj{"id": sub})
		}
		content = append(content, obj{"id": t.id, "label": t.label, "subtypes": subtypes,
			"actions": obj{"values": c.link("GET", "/configuration/sources/%s/values", t.id)}})
	}
	return c.json(http.StatusOK, obj{"totalFound": len(content), "content": content})
}

// sourceValues pages by limit and offset, with 100 as the default limit (S).
func (c *call) sourceValues() *simkit.Answer {
	limit, bad := c.whole("limit", 100, 1, 100)
	if bad != nil {
		return bad
	}
	offset, bad := c.whole("offset", 0, 0, 1<<31-1)
	if bad != nil {
		return bad
	}
	t := c.s.st.sourceType(c.Params["sourceType"])
	sub := c.Query.Get("sourceSubType")
	if t == nil || sub != "" && !slices.Contains(t.subtypes, sub) {
		return c.fail(http.StatusBadRequest, "SOURCE_TYPE_AND_SUBTYPE_INVALID", "The source type or subtype is not valid")
	}
	all := []obj{}
	for _, s := range c.s.st.sources {
		if s.typeID == t.id && !s.deleted && (sub == "" || s.subType == sub) {
			all = append(all, c.sourceItem(s))
		}
	}
	page := all[min(offset, len(all)):]
	page = page[:min(limit, len(page))]
	return c.json(http.StatusOK, obj{"totalFound": len(all), "limit": limit, "offset": offset, "content": page})
}

func (c *call) sourceItem(s *source) obj {
	return obj{"id": s.id, "label": s.label, "sourceSubType": obj{"id": s.subType},
		"actions": obj{"sourceDetails": c.link("GET", "/configuration/sources/%s", s.uuid)}}
}

func (c *call) sourceValue() *simkit.Answer {
	t := c.s.st.sourceType(c.Params["sourceType"])
	if t == nil {
		return c.fail(http.StatusBadRequest, "SOURCE_TYPE_INVALID", "The source type is not valid")
	}
	sub := c.Query.Get("sourceSubType")
	if sub != "" && !slices.Contains(t.subtypes, sub) {
		return c.fail(http.StatusBadRequest, "SOURCE_TYPE_AND_SUBTYPE_INVALID", "The source type or subtype is not valid")
	}
	src, why := c.s.st.findSource(obj{"sourceTypeId": t.id, "sourceId": c.Params["sourceValueId"], "sourceSubTypeId": sub})
	switch why {
	case "":
		return c.json(http.StatusOK, c.sourceItem(src))
	case "SUBTYPE_REQUIRED":
		return c.fail(http.StatusBadRequest, why, "A source subtype is required")
	}
	return c.fail(http.StatusNotFound, why, "Source does not exist")
}

// sourceByUUID knows deleted sources too (S).
func (c *call) sourceByUUID() *simkit.Answer {
	id := c.Params["sourceIdentifier"]
	if !uuidForm.MatchString(id) {
		return c.fail(http.StatusBadRequest, "INVALID_IDENTIFIER", "The identifier is not a UUID")
	}
	for _, s := range c.s.st.sources {
		if s.uuid == id {
			return c.json(http.StatusOK, obj{"label": s.label, "type": obj{"id": s.typeID}, "subType": obj{"id": s.subType}})
		}
	}
	return c.fail(http.StatusNotFound, "SOURCE_NOT_FOUND", "Source does not exist")
}
