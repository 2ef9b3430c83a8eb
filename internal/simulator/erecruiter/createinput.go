package erecruiter

import (
	"math"
	"net/http"
	"net/mail"
	"slices"
	"strconv"
	"strings"

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
