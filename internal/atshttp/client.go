package atshttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"handoff/internal/connector"
)

// Defaults of Options.
const (
	DefaultMaxAnswer = 16 << 20          // bytes; a CV of 10 MB with room to spare
	DefaultTimeout   = 130 * time.Second // SmartRecruiters works up to 128 s (reference, 3)
	DefaultPatience  = 15 * time.Second
)

// Options make a Client. Network and Limiter are needed.
type Options struct {
	Network *Network
	Limiter *Limiter
	// Gate is asked after pacing, just before a request is sent; an error
	// from it stops the request. It must be quick: it is asked while the
	// endpoint's turn is held. nil always says yes.
	Gate func(context.Context) error
	// Observer is told what happened; nil for nobody.
	Observer Observer
	// MaxAnswer bounds a body in bytes, after decompression.
	MaxAnswer int64
	// Timeout bounds a request from its first byte to the last of its answer;
	// the vendor's longest request when zero, or DefaultTimeout.
	Timeout time.Duration
	// Patience is the longest wait for an endpoint that the vendor closed
	// with a 429. Beyond it the request is given back as RateLimited.
	Patience time.Duration
}

// Client implements connector.Transport. It is safe for concurrent use.
type Client struct {
	o Options
}

var _ connector.Transport = (*Client)(nil)

// New makes a Client for one run. It sends nothing.
func New(o Options) *Client {
	if o.MaxAnswer <= 0 {
		o.MaxAnswer = DefaultMaxAnswer
	}
	if o.Timeout <= 0 {
		o.Timeout = o.Limiter.limits.LongestRequest
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Patience <= 0 {
		o.Patience = DefaultPatience
	}
	if o.Observer == nil {
		o.Observer = nobody{}
	}
	return &Client{o: o}
}

// Do sends req when its turn has come. The caller closes the answer's Body;
// until then the request counts as in flight. See connector.Transport for the
// kinds of error.
func (c *Client) Do(op connector.Op, req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if err := c.o.Network.allow(req.URL); err != nil {
		closeBody(req)
		return nil, &connector.Error{Kind: connector.Unavailable, Op: op.Name, Err: err}
	}
	asked := time.Now()
	pass, err := c.o.Limiter.enter(ctx, req.Method+" "+op.Template, c.o.Patience, c.gate) // promise 2
	c.o.Observer.Waited(op.Name, time.Since(asked))
	if err != nil {
		closeBody(req)
		return nil, c.refused(op, err)
	}
	sent := time.Now()
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	done := func() { cancel(); pass.leave() }
	resp, err := c.send(ctx, op, req)
	if err != nil {
		done()
		c.o.Observer.Request(op.Name, class(0, err), time.Since(sent))
		return nil, err
	}
	pass.learn(resp)
	if resp.StatusCode == http.StatusTooManyRequests {
		c.o.Observer.Limited(op.Name)
	}
	c.o.Observer.Request(op.Name, class(resp.StatusCode, nil), time.Since(sent))
	resp.Request = nil // it holds the URL and the credential
	resp.Body = &boundedBody{op: op.Name, rc: resp.Body, left: c.o.MaxAnswer, done: done}
	return resp, nil
}

// gate asks the host, and marks its no so that it is told from a cancelled wait.
func (c *Client) gate(ctx context.Context) error {
	if c.o.Gate == nil {
		return nil
	}
	if err := c.o.Gate(ctx); err != nil {
		return &gateError{err}
	}
	return nil
}

type gateError struct{ err error }

func (e *gateError) Error() string { return e.err.Error() }
func (e *gateError) Unwrap() error { return e.err }

// refused names why a request did not leave (promise 3).
func (c *Client) refused(op connector.Op, err error) error {
	var no *gateError
	var limited *backedOff
	e := &connector.Error{Kind: connector.Unavailable, Op: op.Name, Err: cause(err)}
	switch {
	case errors.As(err, &no):
		e.Kind, e.Err = connector.Stopped, no.err
	case errors.As(err, &limited):
		e.Kind, e.RetryAfter, e.Err = connector.RateLimited, limited.wait, errBackedOff
	}
	c.o.Observer.Request(op.Name, class(0, e), 0)
	return e
}

// send makes one exchange, below http.Client: that would follow redirects and
// write the URL into its errors.
func (c *Client) send(ctx context.Context, op connector.Op, req *http.Request) (*http.Response, error) {
	var connected atomic.Bool
	out := req.Clone(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	// net/http sends a request again by itself when a kept connection breaks,
	// if it can have the body again or there is none. A body that is there,
	// cannot be had twice and is empty stops that; it goes out as no body at
	// all (promise 1; net/http 1.26, Request.isReplayable and probeRequestBody).
	out.GetBody = nil
	if out.Body == nil || out.Body == http.NoBody {
		out.Body, out.ContentLength = io.NopCloser(emptyBody{}), 0
	}
	resp, err := c.o.Network.transport.RoundTrip(out)
	if err == nil {
		return resp, nil
	}
	kind := connector.Unanswered
	if !connected.Load() {
		kind = connector.Unavailable // no connection, no byte: the dial or the TLS handshake failed
	}
	return nil, &connector.Error{Kind: kind, Op: op.Name, Err: cause(err)}
}

type emptyBody struct{}

func (emptyBody) Read([]byte) (int, error) { return 0, io.EOF }

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close() // RoundTrip would have; nothing was read
	}
}

func class(status int, err error) string {
	if err != nil {
		return connector.KindOf(err).String()
	}
	return fmt.Sprintf("%dxx", status/100)
}
