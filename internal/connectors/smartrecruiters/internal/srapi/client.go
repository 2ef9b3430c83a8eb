// Package srapi speaks SmartRecruiters' Customer API: paths, wire types and the
// shapes of its errors. It judges nothing: an answer that is not a success is a
// *StatusError, and what that means is the connector's table.
//
// Sources of facts are marked as in docs/reference: S the vendor's OpenAPI, D a
// page of the vendor, V the vendor's demo code, 3 a third party, I inferred.
package srapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/secret"
)

// Client makes calls with one credential. It is a value, made for each call,
// because a credential may be replaced at any time.
type Client struct {
	HTTP connector.Transport
	Base string // without a slash at the end
	// Token is a bearer token, or an API key when Key is set.
	Token secret.String
	Key   bool
	Now   func() time.Time
}

// Operations. Their names label measures; method and template are what the
// vendor paces by (D: 10 a second per endpoint).
var (
	opCompany        = connector.Op{Name: "company", Template: "/configuration/company"}
	opMe             = connector.Op{Name: "me", Template: "/user-api/v201804/users/me"}
	opJobs           = connector.Op{Name: "jobs", Template: "/jobs"}
	opJob            = connector.Op{Name: "job", Template: "/jobs/{jobId}"}
	opCandidates     = connector.Op{Name: "candidates", Template: "/candidates"}
	opCandidate      = connector.Op{Name: "candidate", Template: "/candidates/{id}"}
	opRemove         = connector.Op{Name: "remove", Template: "/candidates/{id}"}
	opCreate         = connector.Op{Name: "create", Template: "/jobs/{jobId}/candidates"}
	opApplication    = connector.Op{Name: "application", Template: "/candidates/{id}/jobs/{jobId}"}
	opJobApplication = connector.Op{Name: "job_application", Template: "/job-applications-api/v202112/job-applications/{jobApplicationId}"}
	opAttachments    = connector.Op{Name: "attachments", Template: "/candidates/{id}/jobs/{jobId}/attachments"}
	opAttach         = connector.Op{Name: "attach", Template: "/candidates/{id}/jobs/{jobId}/attachments"}
	opDownload       = connector.Op{Name: "download", Template: "/candidates/attachments/{attachmentId}"}
	opSourceTypes    = connector.Op{Name: "source_types", Template: "/configuration/sources"}
	opSourceValues   = connector.Op{Name: "source_values", Template: "/configuration/sources/{sourceType}/values"}
	opSourceValue    = connector.Op{Name: "source_value", Template: "/configuration/sources/{sourceType}/values/{sourceValueId}"}
	opProcesses      = connector.Op{Name: "hiring_processes", Template: "/configuration/hiring-processes"}
	opHooks          = connector.Op{Name: "subscribe", Template: "/webhooks-api/v201907/subscriptions"}
	opHook           = connector.Op{Name: "subscription", Template: "/webhooks-api/v201907/subscriptions/{id}"}
	opHookKey        = connector.Op{Name: "secret_key", Template: "/webhooks-api/v201907/subscriptions/{id}/secret-key"}
	opHookOn         = connector.Op{Name: "activation", Template: "/webhooks-api/v201907/subscriptions/{id}/activation"}
	opToken          = connector.Op{Name: "token", Template: "/identity/oauth/token"}
)

// request is one call before it is sent. values fill the template in order.
type request struct {
	op     connector.Op
	method string
	values []string
	query  url.Values
	header http.Header
	body   io.Reader
	length int64
}

// path fills a template; a value can never add a segment or a query.
func path(template string, values []string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(template, '{')
		end := strings.IndexByte(template, '}')
		if open < 0 || end < open || len(values) == 0 {
			b.WriteString(template)
			return b.String()
		}
		b.WriteString(template[:open])
		b.WriteString(url.PathEscape(values[0]))
		template, values = template[end+1:], values[1:]
	}
}

// send makes the call and returns the answer of a success, or a *StatusError.
func (c Client) send(ctx context.Context, r request) (*http.Response, error) {
	u := c.Base + path(r.op.Template, r.values)
	if len(r.query) > 0 {
		u += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, u, r.body)
	if err != nil {
		return nil, &connector.Error{Kind: connector.Unavailable, Op: r.op.Name, Err: errAddress} // never err: it quotes the URL
	}
	for k, v := range r.header {
		req.Header[k] = v
	}
	if r.body != nil {
		req.ContentLength = r.length
	}
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", "application/json")
	}
	req.Header.Set("User-Agent", "Handoff")
	switch {
	case c.Token.Empty(): // the token endpoint, whose credentials are in the form
	case c.Key:
		req.Header.Set("X-SmartToken", c.Token.Reveal())
	default:
		req.Header.Set("Authorization", "Bearer "+c.Token.Reveal())
	}
	resp, err := c.HTTP.Do(r.op, req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		defer resp.Body.Close()
		return nil, readError(r.op.Name, resp, c.now())
	}
	return resp, nil
}

// get reads a JSON answer into out.
func (c Client) get(ctx context.Context, op connector.Op, query url.Values, out any, values ...string) (*http.Response, error) {
	return c.exchange(ctx, request{op: op, method: http.MethodGet, values: values, query: query}, out)
}

// post sends a JSON body and reads a JSON answer.
func (c Client) post(ctx context.Context, op connector.Op, in, out any, values ...string) error {
	b, err := json.Marshal(in)
	if err != nil {
		return &connector.Error{Kind: connector.Unavailable, Op: op.Name, Err: errBody}
	}
	_, err = c.exchange(ctx, request{op: op, method: http.MethodPost, values: values, body: bytes.NewReader(b),
		length: int64(len(b)), header: http.Header{"Content-Type": {"application/json"}}}, out)
	return err
}

// exchange returns the answer with its body read and closed. A success that
// cannot be read is Unanswered: the work was done, its outcome is not known.
func (c Client) exchange(ctx context.Context, r request, out any) (*http.Response, error) {
	resp, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if out == nil {
		_, _ = io.Copy(io.Discard, resp.Body) // the status was the answer
		return resp, nil
	}
	if err := atshttp.DecodeJSON(resp.Body, out); err != nil {
		return nil, unreadable(r.op.Name, resp.StatusCode, err)
	}
	return resp, nil
}

func (c Client) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}
