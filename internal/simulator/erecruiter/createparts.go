package erecruiter

import (
	"encoding/base64"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"handoff/internal/simulator/simkit"
)

// readConsents reads a list of statements, or a map of id to true or false. The field must be
// there, even when it is empty.
func (c *call) readConsents(body obj) ([]stated, *simkit.Answer) {
	path := c.w.name("create", "consents")
	v, ok := take(body, path)
	if !ok {
		return nil, c.fail(http.StatusBadRequest, "FieldRequired", "Field "+path+" is required.", "Application")
	}
	var out []stated
	if c.w.Create.Consents == "id_map" {
		m, ok := v.(obj)
		if !ok {
			return nil, c.invalid(path)
		}
		for text, given := range m {
			id, err := strconv.ParseInt(text, 10, 64)
			yes, ok := given.(bool)
			if err != nil || !ok {
				return nil, c.invalid(path)
			}
			out = append(out, stated{id: id, accepted: yes})
		}
		slices.SortFunc(out, func(a, b stated) int { return int(a.id - b.id) })
		return out, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, c.invalid(path)
	}
	for _, e := range list {
		s, bad := c.readStatement(e)
		if bad != nil {
			return nil, bad
		}
		out = append(out, s)
	}
	return out, nil
}

func (c *call) readStatement(e any) (s stated, bad *simkit.Answer) {
	o, ok := e.(obj)
	if !ok {
		return s, c.invalid("consents")
	}
	v, _ := take(o, "consentId")
	if s.id, ok = c.wholeNumber(v); !ok {
		return s, c.invalid("consents.consentId")
	}
	v, _ = take(o, "accepted")
	if s.accepted, ok = v.(bool); !ok {
		return s, c.invalid("consents.accepted")
	}
	if s.statedAt, bad = c.text(o, "statedAt"); bad != nil {
		return s, bad
	}
	if _, err := time.Parse(time.RFC3339, s.statedAt); s.statedAt != "" && err != nil {
		return s, c.invalid("consents.statedAt")
	}
	if v, given := take(o, "contentVersion"); given {
		n, ok := v.(float64)
		if !ok || n < 1 || n != math.Trunc(n) {
			return s, c.invalid("consents.contentVersion")
		}
		s.version = int(n)
	}
	return s, c.strange(o)
}

// base64Files reads cvFiles of a JSON body.
func (c *call) base64Files(body obj) ([]upload, *simkit.Answer) {
	path := c.w.name("create", "cvFiles")
	v, ok := take(body, path)
	if !ok {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, c.invalid(path)
	}
	var out []upload
	for _, e := range list {
		o, ok := e.(obj)
		if !ok {
			return nil, c.invalid(path)
		}
		var f upload
		var content string
		var bad *simkit.Answer
		for name, into := range map[string]*string{"fileName": &f.name, "contentType": &f.contentType, "content": &content} {
			if *into, bad = c.text(o, name); bad != nil {
				return nil, bad
			}
		}
		if bad := c.strange(o); bad != nil {
			return nil, bad
		}
		var err error
		if f.bytes, err = base64.StdEncoding.DecodeString(content); err != nil {
			return nil, c.fail(http.StatusBadRequest, "FileContent", "The content of a file is not base64", "CvFile")
		}
		out = append(out, f)
	}
	return out, nil
}
