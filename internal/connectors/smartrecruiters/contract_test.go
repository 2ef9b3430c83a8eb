package smartrecruiters_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// undocumented lists what the vendor's description leaves open and the tests
// meet all the same, with the reason. Everything else that differs from
// testdata/openapi.yaml fails the test.
func undocumented() map[string]string {
	return map[string]string{
		"GET /user-api/v201804/users/me":                    "known from the vendor's demo code only (V)",
		"* 401":                                             "an expired or withdrawn token, on every call (D)",
		"* 403":                                             "a scope or a System role that forbids, on every call (D)",
		"* 500":                                             "on every call (D)",
		"POST /jobs/{jobId}/candidates 404":                 "an unknown job; documented for an unknown source type (S)",
		"POST /jobs/{jobId}/candidates 409":                 "a duplicate; nothing is documented (I)",
		"POST /jobs/{jobId}/candidates 422":                 "input validation without a body (S, in prose)",
		"POST /identity/oauth/token 400":                    "the vendor publishes no body for it (I)",
		"POST /identity/oauth/token 404":                    "the older token host (I)",
		"GET /candidates/attachments/{attachmentId} 200":    "the file comes under its own content type (I)",
		"GET /candidates/{id}/jobs/{jobId}/attachments 404": "documented with a code that is not always sent (I)",
	}
}

// contract holds requests and answers to testdata/openapi.yaml.
type contract struct{ router routers.Router }

var loaded = sync.OnceValues(func() (*contract, error) {
	doc, err := openapi3.NewLoader().LoadFromFile("testdata/openapi.yaml")
	if err != nil {
		return nil, err
	}
	doc.Servers = nil // any host is the vendor's here
	for _, p := range doc.Paths.Map() {
		for _, op := range p.Operations() {
			op.Servers = nil
		}
		p.Servers = nil
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, err
	}
	for _, t := range []string{"application/pdf", "application/octet-stream", "image/png"} {
		openapi3filter.RegisterBodyDecoder(t, openapi3filter.FileBodyDecoder)
	}
	return &contract{router: router}, nil
})

func loadContract(t testing.TB) *contract {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// hold lets next answer, and reports a request that the description does not
// know, and an answer that it does not allow. Answers that a fault spoilt are
// let through.
func (c *contract) hold(r *remote, w http.ResponseWriter, req *http.Request, next http.Handler) {
	var body bytes.Buffer
	_, _ = io.Copy(&body, req.Body)
	again := func() { req.Body = io.NopCloser(bytes.NewReader(body.Bytes())) }
	again()
	route, params, err := c.router.FindRoute(req)
	var input *openapi3filter.RequestValidationInput
	name := req.Method + " " + req.URL.Path
	switch {
	case err != nil:
		if undocumented()[name] == "" {
			r.t.Errorf("%s is not in the vendor's description: %v", name, err)
		}
	default:
		name = req.Method + " " + route.Path
		input = &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route,
			Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true}}
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil && req.Header.Get("X-SmartToken") != r.admin.Key {
			r.t.Errorf("the request %s breaks the vendor's description: %s", name, firstLine(err))
		}
		again()
	}
	kept := &tee{ResponseWriter: w, status: http.StatusOK}
	next.ServeHTTP(kept, req) // a fault's panic passes through
	if input == nil || r.spoilt(kept.Header().Get("X-Request-Id")) {
		return
	}
	if reason := undocumented()[fmt.Sprintf("%s %d", name, kept.status)]; reason != "" {
		return
	}
	if reason := undocumented()[fmt.Sprintf("* %d", kept.status)]; reason != "" {
		return
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{RequestValidationInput: input,
		Status: kept.status, Header: kept.Header(), Body: io.NopCloser(bytes.NewReader(kept.body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}})
	if err != nil {
		r.t.Errorf("the answer %d of %s breaks the vendor's description: %s", kept.status, name, firstLine(err))
	}
}

// spoilt tells whether a fault struck the call.
func (r *remote) spoilt(id string) bool {
	r.mu.Lock()
	since := r.read
	r.mu.Unlock()
	page := r.sim.Journal(since)
	r.mu.Lock()
	r.read = max(r.read, page.Next-min(page.Next, 64)) // those in flight beside this one may come later
	r.mu.Unlock()
	for _, e := range page.Entries {
		if e.ID == id {
			return e.Fault != ""
		}
	}
	return false
}

func firstLine(err error) string {
	var multi openapi3.MultiError
	if errors.As(err, &multi) && len(multi) > 0 {
		err = multi[0]
	}
	s, _, _ := strings.Cut(err.Error(), "\n")
	return s
}

type tee struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (t *tee) WriteHeader(status int) {
	t.status = status
	t.ResponseWriter.WriteHeader(status)
}

func (t *tee) Write(p []byte) (int, error) {
	t.body.Write(p)
	return t.ResponseWriter.Write(p)
}

func (t *tee) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func discard() *log.Logger { return log.New(io.Discard, "", 0) }
