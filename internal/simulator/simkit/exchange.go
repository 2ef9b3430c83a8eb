package simkit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Answer is a whole answer, held in memory until nothing can go wrong with it any more except on
// purpose.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Code   string // the vendor's error code, for the journal
}

// Call is one request, read to its end.
type Call struct {
	ID         string
	Op         Operation
	Params     map[string]string
	Query      url.Values
	QueryErr   error // the query did not decode
	Header     http.Header
	Body       []byte
	TooLarge   bool // the body was longer than MaxBody; Body holds what came before
	Cut        bool // the client broke off in the middle of the body; no work is done
	Credential string
	Request    *http.Request
	Usage      Usage
}

// Vendor is what a simulator lends to Exchange: the words of its ATS.
type Vendor struct {
	Identify func(*Call) string         // the credential's id for journal and limits; never its secret
	Limit    func(*Call) Limit          // the limits that the call must fit into
	TooMany  func(*Call) *Answer        // refused by the limiter; Usage says why
	Fail     func(*Call, Fault) *Answer // body of StatusBefore, StatusAfter, Expired and Denied
	Work     func(*Call) *Answer        // the call itself
	Decorate func(*Call, http.Header)   // headers that every answer carries
}

// Exchange runs calls: it admits, spoils, works, records and answers, in that order.
type Exchange struct {
	Clock   *Clock
	Script  *Script
	Journal *Journal
	Limiter *Limiter
	MaxBody int64

	made, ended sync.Once
	closed      chan struct{}
	mu          sync.Mutex
	serial      uint64
}

// Done is closed by Close.
func (x *Exchange) Done() <-chan struct{} { return x.done() }

func (x *Exchange) done() chan struct{} {
	x.made.Do(func() { x.closed = make(chan struct{}) })
	return x.closed
}

// Close wakes every call that is waiting in a delay or held without an answer. Call it before
// shutting the server down; calling it again does nothing.
func (x *Exchange) Close() { x.ended.Do(func() { close(x.done()) }) }

// Serve answers one request. It panics with http.ErrAbortHandler where the connection is to be
// broken, which net/http turns into a closed connection.
func (x *Exchange) Serve(w http.ResponseWriter, r *http.Request, op Operation, params map[string]string, v Vendor) {
	c := x.read(r, op, params)
	started := x.Clock.Now()
	c.Credential = v.Identify(c)
	usage, leave := x.Limiter.Enter(c.Credential, op.Method+" "+op.Path, v.Limit(c))
	defer leave()
	c.Usage = usage

	sum := sha256.Sum256(c.Body)
	entry := Entry{ID: c.ID, Time: started, Method: r.Method, Path: op.Path, Op: op.ID, Target: r.RequestURI,
		Credential: c.Credential, Limited: usage.Refused, RequestBytes: len(c.Body),
		RequestSHA256: hex.EncodeToString(sum[:]), UserAgent: r.UserAgent()}

	if c.Cut {
		entry.Fault = "request_cut"
		x.Journal.Record(entry)
		panic(http.ErrAbortHandler)
	}
	var fault *Fault
	var a *Answer
	if usage.Refused != "" {
		a = v.TooMany(c)
	} else {
		fault = x.Script.Pick(op, c.Credential)
		a = x.work(c, fault, v, &entry)
	}
	if a.Header == nil {
		a.Header = http.Header{}
	}
	if fault != nil {
		entry.Fault = string(fault.Kind)
		for k, h := range fault.Headers {
			a.Header.Set(k, h)
		}
	}
	if v.Decorate != nil {
		v.Decorate(c, a.Header)
	}
	entry.Status, entry.Code = a.Status, a.Code
	if fault != nil && (fault.Kind == DropBefore || fault.Kind == DropAfter || fault.Kind == Swallow) {
		entry.Status = 0
	}
	entry.DurationMS = float64(x.Clock.Now().Sub(started)) / float64(time.Millisecond)
	x.Journal.Record(entry) // promise 2

	if fault != nil && fault.Kind == Swallow {
		select { // the slot stays taken as long as the client believes in an answer
		case <-r.Context().Done():
		case <-x.done():
		}
	}
	if fault == nil || fault.Kind != Trickle {
		leave() // promise 3
	}
	x.write(w, a, fault)
}

// work applies the fault around the work. The request's context is not asked: promise 1.
func (x *Exchange) work(c *Call, f *Fault, v Vendor, e *Entry) *Answer {
	do := func() *Answer {
		a := v.Work(c)
		e.WorkStatus = a.Status
		return a
	}
	if f == nil {
		return do()
	}
	switch f.Kind {
	case StatusBefore, Expired, Denied:
		x.wait(f.Delay)
		return v.Fail(c, *f)
	case HTML:
		x.wait(f.Delay)
		return page(f.Status)
	case Empty200:
		x.wait(f.Delay)
		return &Answer{Status: http.StatusOK, Header: http.Header{}}
	case DropBefore:
		x.wait(f.Delay)
		return &Answer{Header: http.Header{}}
	case DelayBefore:
		x.wait(f.Delay)
		return do()
	case StatusAfter:
		do()
		x.wait(f.Delay)
		return v.Fail(c, *f)
	case Trickle, Swallow:
		return do()
	default: // DelayAfter, DropAfter, Truncated
		a := do()
		x.wait(f.Delay)
		return a
	}
}

func (x *Exchange) write(w http.ResponseWriter, a *Answer, f *Fault) {
	kind := Kind("")
	if f != nil {
		kind = f.Kind
	}
	switch kind {
	case DropBefore, DropAfter, Swallow:
		panic(http.ErrAbortHandler)
	}
	for k, vs := range a.Header {
		w.Header()[k] = vs
	}
	if a.Status != http.StatusNoContent && a.Status != http.StatusNotModified {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	w.WriteHeader(a.Status)
	rc := http.NewResponseController(w)
	switch kind {
	case Truncated:
		_, _ = w.Write(a.Body[:len(a.Body)/2])
		_ = rc.Flush()
		panic(http.ErrAbortHandler)
	case Trickle:
		pause := f.Delay
		if pause == 0 {
			pause = Duration(50 * time.Millisecond)
		}
		step := max(1, len(a.Body)/16)
		for b := a.Body; len(b) > 0; b = b[min(step, len(b)):] {
			if _, err := w.Write(b[:min(step, len(b))]); err != nil {
				return
			}
			_ = rc.Flush()
			x.wait(pause)
		}
	default:
		_, _ = w.Write(a.Body)
	}
}

func (x *Exchange) wait(d Duration) {
	if d <= 0 {
		return
	}
	done, stop := x.Clock.Wait(time.Duration(d))
	defer stop()
	select {
	case <-done:
	case <-x.done():
	}
}

func (x *Exchange) read(r *http.Request, op Operation, params map[string]string) *Call {
	x.mu.Lock()
	x.serial++
	id := "call-" + strconv.FormatUint(x.serial, 10)
	x.mu.Unlock()
	c := &Call{ID: id, Op: op, Params: params, Header: r.Header, Request: r}
	c.Query, c.QueryErr = url.ParseQuery(r.URL.RawQuery)
	var b bytes.Buffer
	_, err := io.Copy(&b, http.MaxBytesReader(nil, r.Body, x.MaxBody))
	var tooLarge *http.MaxBytesError
	c.TooLarge = errors.As(err, &tooLarge)
	c.Cut = err != nil && !c.TooLarge
	c.Body = b.Bytes()
	return c
}

// page is what a proxy in front of an ATS says when the ATS is not there.
func page(status int) *Answer {
	if status == 0 {
		status = http.StatusBadGateway
	}
	return &Answer{Status: status, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body: []byte("<!doctype html><html><head><title>" + http.StatusText(status) + "</title></head><body><h1>" +
			http.StatusText(status) + "</h1><p>The server is temporarily unable to service your request.</p></body></html>")}
}
