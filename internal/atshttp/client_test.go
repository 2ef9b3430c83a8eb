package atshttp_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const canary = "jan.kowalski@example.com"

func client(t *testing.T, o atshttp.Options) *atshttp.Client {
	t.Helper()
	if o.Network == nil {
		o.Network = atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: true})
	}
	t.Cleanup(o.Network.Close)
	if o.Limiter == nil {
		o.Limiter = atshttp.NewLimiter(connector.Limits{})
	}
	return atshttp.New(o)
}

var op = connector.Op{Name: "create", Template: "/jobs/{jobId}/candidates"}

func request(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body) // has GetBody
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url+"?secret="+canary, r)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// kind asserts that err is typed and tells nothing of the request.
func kind(t *testing.T, err error, want connector.Kind) {
	t.Helper()
	var e *connector.Error
	if !errors.As(err, &e) || e.Kind != want || e.Op != "create" {
		t.Errorf("got %v, want an Error of kind %v", err, want)
		return
	}
	for _, s := range []string{canary, "kowalski", "secret", "http://", "https://"} {
		if strings.Contains(err.Error(), s) {
			t.Errorf("the error tells %q: %v", s, err)
		}
	}
}

func TestARequestOnADroppedConnectionReachesTheServerAtMostOnce(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodGet, http.MethodDelete} {
		for _, body := range []string{"", `{"email":"` + canary + `"}`} {
			t.Run(method+" "+fmt.Sprint(len(body)), func(t *testing.T) {
				var n atomic.Int32
				srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if n.Add(1) == 1 {
						_, _ = io.Copy(io.Discard, r.Body)
						return // this connection is kept
					}
					conn, _, err := w.(http.Hijacker).Hijack()
					if err == nil {
						_ = conn.Close()
					}
				}))
				defer srv.Close()
				c := client(t, atshttp.Options{})
				resp, err := c.Do(op, request(t, method, srv.URL, body))
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				_, err = c.Do(op, request(t, method, srv.URL, body))
				kind(t, err, connector.Unanswered)
				if got := n.Load(); got != 2 {
					t.Errorf("the server saw %d requests, want 2: one each", got)
				}
			})
		}
	}
}

func TestNothingThatFailsBeforeAConnectionIsUnanswered(t *testing.T) {
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := dead.Addr().String()
	_ = dead.Close()
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = nil
	srv.TLS = &tls.Config{}
	srv.StartTLS()
	defer srv.Close()
	hung, err := net.Listen("tcp", "127.0.0.1:0") // takes the connection and says nothing: no TLS comes about
	if err != nil {
		t.Fatal(err)
	}
	defer hung.Close()
	for name, url := range map[string]string{
		"refused": "http://" + address, "certificate": srv.URL, "no name": "http://handoff.invalid",
		"handshake": "https://" + hung.Addr().String(), "scheme": "ftp://127.0.0.1", "user": "http://u:p@127.0.0.1",
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, atshttp.Options{Network: atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: true, ConnectTimeout: 200 * time.Millisecond})})
			_, err := c.Do(op, request(t, http.MethodPost, url, "x"))
			kind(t, err, connector.Unavailable)
		})
	}
}

func TestWhateverFailsAfterTheConnectionIsUnanswered(t *testing.T) {
	hold := make(chan struct{})
	t.Cleanup(func() { close(hold) })
	for name, h := range map[string]http.HandlerFunc{
		"silence": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		},
		"dropped": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"nonsense": func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, canary+" is not HTTP\r\n\r\n")
				_ = conn.Close()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(h)
			defer srv.Close()
			_, err := client(t, atshttp.Options{Timeout: 200 * time.Millisecond}).Do(op, request(t, http.MethodPost, srv.URL, "x"))
			kind(t, err, connector.Unanswered)
		})
	}
}

func TestAnAnswerIsBounded(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/exact":
			_, _ = io.WriteString(w, strings.Repeat("x", 100))
		case "/more":
			_, _ = io.WriteString(w, strings.Repeat("x", 101))
		case "/cut":
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	}))
	defer srv.Close()
	c := client(t, atshttp.Options{MaxAnswer: 100, Limiter: atshttp.NewLimiter(connector.Limits{Concurrency: 1})})
	for path, want := range map[string]connector.Kind{"/exact": connector.Unknown, "/more": connector.Unanswered, "/cut": connector.Unanswered} {
		resp, err := c.Do(op, request(t, http.MethodGet, srv.URL+path, ""))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body) // not closed on purpose: its place in flight is free all the same
		if connector.KindOf(err) != want || len(b) > 100 {
			t.Errorf("%s: %d bytes and %v, want kind %v", path, len(b), err, want)
		}
		if path == "/more" && !errors.Is(err, atshttp.ErrTooLarge) {
			t.Errorf("%v is not ErrTooLarge", err)
		}
	}
}

func TestNoRedirectIsFollowedAndNoCookieKept(t *testing.T) {
	var cookies, followed atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" {
			cookies.Add(1)
		}
		if r.URL.Path == "/there" {
			followed.Add(1)
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
		http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
	}))
	defer srv.Close()
	c := client(t, atshttp.Options{})
	for range 2 {
		resp, err := c.Do(op, request(t, http.MethodPost, srv.URL, "x"))
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusTemporaryRedirect || resp.Request != nil {
			t.Errorf("status %d, request %v", resp.StatusCode, resp.Request)
		}
		_ = resp.Body.Close()
	}
	if cookies.Load() != 0 || followed.Load() != 0 {
		t.Errorf("%d cookies, %d redirects", cookies.Load(), followed.Load())
	}
}

func TestTheGateIsAskedLastAndItsNoStopsEverything(t *testing.T) {
	var n atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { n.Add(1) }))
	defer srv.Close()
	lost := errors.New("the lease is lost")
	asked := 0
	seen := &observer{}
	c := client(t, atshttp.Options{Observer: seen, Limiter: atshttp.NewLimiter(connector.Limits{PerSecond: 20, Concurrency: 1}),
		Gate: func(context.Context) error {
			if asked++; asked > 1 {
				return lost
			}
			return nil
		}})
	resp, err := c.Do(op, request(t, http.MethodPost, srv.URL, "x"))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	for range 3 {
		_, err = c.Do(op, request(t, http.MethodPost, srv.URL, "x"))
		kind(t, err, connector.Stopped)
		if !errors.Is(err, lost) {
			t.Errorf("%v does not say why", err)
		}
	}
	if n.Load() != 1 {
		t.Errorf("the server saw %d requests, want 1", n.Load())
	}
	if got := fmt.Sprint(seen.classes); got != "[create 2xx create stopped create stopped create stopped]" {
		t.Errorf("observed %s", got)
	}
}

type observer struct{ classes []string }

func (o *observer) Request(op, class string, _ time.Duration) {
	o.classes = append(o.classes, op+" "+class)
}
func (o *observer) Limited(string)               {}
func (o *observer) Waited(string, time.Duration) {}

func TestACancelledWaitSendsNothing(t *testing.T) {
	var n atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n.Add(1)
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer srv.Close()
	c := client(t, atshttp.Options{Limiter: atshttp.NewLimiter(connector.Limits{PerSecond: 10, Concurrency: 1}), Patience: time.Millisecond})
	resp, err := c.Do(op, request(t, http.MethodPost, srv.URL, "x"))
	if err != nil {
		t.Fatal(err)
	}
	req := request(t, http.MethodPost, srv.URL, "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Do(op, req.WithContext(ctx))
	kind(t, err, connector.Unavailable)
	_ = resp.Body.Close()
	_, err = c.Do(op, request(t, http.MethodPost, srv.URL, "x"))
	kind(t, err, connector.RateLimited) // the endpoint is paused for longer than the host waits
	var e *connector.Error
	if errors.As(err, &e) && e.RetryAfter <= 0 {
		t.Error("the wait is not told")
	}
	if n.Load() != 1 {
		t.Errorf("the server saw %d requests, want 1", n.Load())
	}
}
