package erecruiter

import (
	"encoding/base64"
	"math"
	"net/http"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

// createInput is a pushed candidate, read through the dialect.
type createInput struct {
	externalID, first, last, email, phone, city, region, country, note string
	originID                                                           int64
	consents                                                           []stated
	files                                                              []upload
	answers                                                            map[string]string
}

type stated struct {
	id       int64
	accepted bool
	statedAt string
	version  int
}

// readCreate reads JSON with the CV in base64, or multipart with the CV as files.
func (c *call) readCreate() (*createInput, *simkit.Answer) {
	var body obj
	var bad *simkit.Answer
	in := &createInput{answers: map[string]string{}}
	encodings := c.w.Create.Encodings
	switch m := c.media(); {
	case m == "application/json" && slices.Contains(encodings, "json"):
		if body, bad = c.jsonObject(c.Body); bad == nil {
			in.files, bad = c.base64Files(body)
		}
	case m == "multipart/form-data" && slices.Contains(encodings, "multipart"):
		body, in.files, bad = c.multipart()
	default:
		return nil, c.fail(http.StatusUnsupportedMediaType, "UnsupportedMediaType", "Content-Type must be of "+strings.Join(encodings, " or "), "")
	}
	if bad != nil {
		return nil, bad
	}
	if in.consents, bad = c.readConsents(body); bad != nil {
		return nil, bad
	}
	if in.originID, bad = c.readOrigin(body); bad != nil {
		return nil, bad
	}
	for _, f := range []struct {
		name string
		into *string
	}{{"externalId", &in.externalID}, {"firstName", &in.first}, {"lastName", &in.last}, {"email", &in.email}, {"phone", &in.phone},
		{"city", &in.city}, {"region", &in.region}, {"country", &in.country}, {"note", &in.note}} {
		if *f.into, bad = c.text(body, c.w.name("create", f.name)); bad != nil {
			return nil, bad
		}
	}
	for name, v := range body {
		if id, ok := strings.CutPrefix(name, c.w.Create.Question); ok {
			in.answers[id], _ = v.(string)
			delete(body, name)
		}
	}
	if bad := c.strange(body); bad != nil {
		return nil, bad
	}
	return in, c.complete(in)
}

// complete checks the required fields and their form.
func (c *call) complete(in *createInput) *simkit.Answer {
	for name, v := range map[string]string{"firstName": in.first, "lastName": in.last, "email": in.email} {
		if strings.TrimSpace(v) == "" {
			return c.fail(http.StatusBadRequest, "FieldRequired", "Field "+c.w.name("create", name)+" is required.", "Candidate")
		}
	}
	if a, err := mail.ParseAddress(in.email); err != nil || a.Address != in.email || len(in.email) > 254 {
		return c.fail(http.StatusBadRequest, "EmailInvalid", "The e-mail address is not one", "Candidate")
	}
	if len(in.country) != 0 && len(in.country) != 2 {
		return c.fail(http.StatusBadRequest, "CountryInvalid", "The country is not a code of two letters", "Candidate")
	}
	if len(in.externalID) > 64 {
		return c.fail(http.StatusBadRequest, "ExternalIdTooLong", "The externalId is longer than 64", "Application")
	}
	return nil
}

func (c *call) text(body obj, path string) (string, *simkit.Answer) {
	v, ok := take(body, path)
	if !ok {
		return "", nil
	}
	s, ok := v.(string)
	if !ok {
		return "", c.invalid(path)
	}
	return s, nil
}

func (c *call) invalid(field string) *simkit.Answer {
	return c.fail(http.StatusBadRequest, "FieldInvalid", "Field "+field+" has the wrong type", "Application")
}

// wholeNumber takes a number, or its digits as text where the dialect writes ids so.
func (c *call) wholeNumber(v any) (int64, bool) {
	switch v := v.(type) {
	case float64:
		return int64(v), v == math.Trunc(v) && v > 0 && !c.w.TextIDs
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil && n > 0 && c.w.TextIDs
	}
	return 0, false
}

func (c *call) readOrigin(body obj) (int64, *simkit.Answer) {
	path := c.w.name("create", "originId")
	v, ok := take(body, path)
	if !ok {
		return 0, nil
	}
	id, ok := c.wholeNumber(v)
	if !ok {
		return 0, c.invalid(path)
	}
	return id, nil
}

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
