package erecruiter

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"

	"handoff/internal/simulator/simkit"
)

// upload is a file part of a multipart body.
type upload struct {
	name, contentType string
	bytes             []byte
}

// checkBody refuses a body where none is taken, and reads a form. JSON and multipart are read by
// the operations that take them.
func (c *call) checkBody() *simkit.Answer {
	if c.TooLarge {
		return c.fail(http.StatusRequestEntityTooLarge, "RequestTooLarge", "The request body is too large", "")
	}
	switch c.op.body {
	case noBody:
		if len(c.Body) > 0 {
			return c.fail(http.StatusBadRequest, "UnexpectedBody", "This call takes no body", "")
		}
	case formBody:
		form, err := url.ParseQuery(string(c.Body))
		if err != nil || c.media() != "application/x-www-form-urlencoded" {
			return c.oauthFail(http.StatusBadRequest, "invalid_request", "A form is needed")
		}
		c.form = form
	}
	return nil
}

func (c *call) media() string {
	m, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return m
}

// jsonObject reads one JSON object; a refusal when it is something else.
func (c *call) jsonObject(b []byte) (obj, *simkit.Answer) {
	d := json.NewDecoder(bytes.NewReader(b))
	var v obj
	if err := d.Decode(&v); err != nil || v == nil {
		return nil, c.fail(http.StatusBadRequest, "MalformedJson", "The body is not a JSON object", "")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, c.fail(http.StatusBadRequest, "MalformedJson", "There is something after the JSON body", "")
	}
	return v, nil
}

// multipart reads the JSON part and the files; every other part is undeclared.
func (c *call) multipart() (obj, []upload, *simkit.Answer) {
	_, params, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	malformed := func() (obj, []upload, *simkit.Answer) {
		return nil, nil, c.fail(http.StatusBadRequest, "MalformedMultipart", "The multipart body cannot be read", "")
	}
	if params["boundary"] == "" {
		return malformed()
	}
	r := multipart.NewReader(bytes.NewReader(c.Body), params["boundary"])
	var body obj
	var files []upload
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return malformed()
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return malformed()
		}
		switch p.FormName() {
		case c.w.Create.Part:
			if body != nil {
				return malformed()
			}
			var bad *simkit.Answer
			if body, bad = c.jsonObject(b); bad != nil {
				return nil, nil, bad
			}
		case c.w.Create.Files:
			files = append(files, upload{p.FileName(), p.Header.Get("Content-Type"), b})
		default:
			if a := c.undeclared("part " + p.FormName()); a != nil {
				return nil, nil, a
			}
		}
	}
	if body == nil {
		return nil, nil, c.fail(http.StatusBadRequest, "FieldRequired", "Part "+c.w.Create.Part+" is missing", "Application")
	}
	return body, files, nil
}

// strange refuses what is left of a body after its declared fields were taken (promise 2).
func (c *call) strange(left obj) *simkit.Answer {
	for _, name := range slices.Sorted(maps.Keys(left)) {
		if a := c.undeclared("field " + name); a != nil {
			return a
		}
	}
	return nil
}
