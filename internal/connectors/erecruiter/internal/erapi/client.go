package erapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/secret"
)

// Client makes calls with one credential for one company. It is a value, made
// for each call.
type Client struct {
	HTTP    connector.Transport
	Map     *Mapping
	Base    string // without a slash at the end
	Company string // empty for Companies alone
	Token   secret.String
	Now     func() time.Time
	Look    *Look // nil but in a check
	// Pages is what is known of lists whose end may be believed a call sooner;
	// nil where an absence has something sent.
	Pages *Pages
}

// request is one call before it is sent.
type request struct {
	op     string // of the mapping's paths
	places map[string]string
	query  url.Values
	header http.Header
	body   io.Reader
	length int64
}

// send makes the call and returns the answer of a success, or a *StatusError.
func (c Client) send(ctx context.Context, r request) (*http.Response, error) {
	p := c.Map.Paths[r.op]
	query := url.Values{}
	for k, v := range r.query {
		query[k] = v
	}
	if r.op != OpCompanies {
		if c.Map.Company != "" {
			query.Set(c.Map.Company, c.Company)
		}
		r.places = with(r.places, "companyId", c.Company)
	}
	u := c.Base + fill(p.Template, r.places)
	if len(query) > 0 {
		u += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, p.Method, u, r.body)
	if err != nil || p.Template == "" {
		return nil, &connector.Error{Kind: connector.Unavailable, Op: r.op, Err: errAddress} // never err: it quotes the URL
	}
	for k, v := range r.header {
		req.Header[k] = v
	}
	if r.body != nil {
		req.ContentLength = r.length
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "Handoff")
	if c.Map.Auth.Mode == HeaderKey {
		req.Header.Set(c.Map.Auth.Header, c.Map.Auth.Prefix+c.Token.Reveal())
	} else {
		req.Header.Set("Authorization", "Bearer "+c.Token.Reveal())
	}
	resp, err := c.HTTP.Do(connector.Op{Name: r.op, Template: p.Template}, req)
	if err != nil {
		return nil, err
	}
	c.Look.answered(resp)
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		defer resp.Body.Close()
		return nil, c.readError(r.op, resp)
	}
	return resp, nil
}

// exchange reads the answer of a success to a call that reads. One that is no
// JSON is Unavailable, with a code that says what came instead.
func (c Client) exchange(ctx context.Context, r request) (n node, status int, err error) {
	resp, err := c.send(ctx, r)
	for c.Look.slowed(err) {
		resp, err = c.send(ctx, r)
	}
	if err != nil {
		return node{}, 0, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body) // bounded by the transport
	if err != nil {
		return node{}, resp.StatusCode, unreadable(r.op, resp.StatusCode, readFailed(err))
	}
	if err := atshttp.DecodeJSON(bytes.NewReader(b), &n); err != nil {
		return node{}, resp.StatusCode, &connector.Error{Kind: connector.Unavailable, Op: r.op, Status: resp.StatusCode, Code: formless(b), Err: err}
	}
	return n, resp.StatusCode, nil
}

// readFailed keeps what may be kept of a body that broke off.
func readFailed(err error) error {
	var typed *connector.Error
	if errors.As(err, &typed) {
		return typed
	}
	return atshttp.ErrAnswer
}

// fill puts values into a template; a value can never add a segment or a query.
func fill(template string, places map[string]string) string {
	for name, value := range places {
		template = strings.ReplaceAll(template, "{"+name+"}", escape(value))
	}
	return template
}

// escape also covers the segments that mean another folder.
func escape(value string) string {
	if value == "." || value == ".." {
		return strings.ReplaceAll(value, ".", "%2E")
	}
	return strings.NewReplacer("{", "%7B", "}", "%7D").Replace(url.PathEscape(value))
}

func with(m map[string]string, k, v string) map[string]string {
	out := map[string]string{k: v}
	for a, b := range m {
		out[a] = b
	}
	return out
}

func (c Client) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}
