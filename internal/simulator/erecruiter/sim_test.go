package erecruiter

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"handoff/internal/simulator/simkit"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

var pdf = []byte("%PDF-1.4\n% an invented CV\n")

// world is a running simulator with a client that holds a key of the scope "selected".
type world struct {
	t       *testing.T
	sim     *Simulator
	clock   *simkit.Clock
	url     string
	http    *http.Client
	key     IssuedKey
	company int64
	bare    int64 // Machine Learning Engineer: no consent assigned
	job     int64 // Senior Go Developer
	origin  int64
	must    int64 // required consent of job
	may     int64 // optional consent of job
	clause  int64 // clause of job
}

func start(t *testing.T, change ...func(*Options)) *world {
	t.Helper()
	o := Options{Seed: 1, Clock: simkit.NewFrozenClock(noon), Populate: true, Limits: Limits{PerSecond: -1}}
	for _, f := range change {
		f(&o)
	}
	sim := New(o)
	srv := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); srv.Close() })
	w := &world{t: t, sim: sim, clock: sim.Clock(), url: srv.URL, key: sim.IssueKey(ScopeSelected), http: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	w.company = sim.Company().ID
	if o.Populate {
		w.bare = sim.Recruitment("Machine Learning Engineer").ID
		r := sim.Recruitment("Senior Go Developer")
		w.job, w.clause, w.must, w.may = r.ID, r.Consents[0].ConsentID, r.Consents[1].ConsentID, r.Consents[2].ConsentID
		o, err := sim.AddOrigin("inhire.io")
		if err != nil {
			t.Fatal(err)
		}
		w.origin = o.ID
	}
	return w
}

func with(name string, value Setting) func(*Options) {
	return func(o *Options) {
		sw, err := o.Switches.With(name, value)
		if err != nil {
			panic(err)
		}
		o.Switches = sw
	}
}

// set chooses a reading while the simulator runs.
func (w *world) set(name string, value Setting) {
	w.t.Helper()
	sw, err := w.sim.Switches().With(name, value)
	if err == nil {
		err = w.sim.SetSwitches(sw)
	}
	w.ok(err)
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// reply is an answer read to its end.
type reply struct {
	t      *testing.T
	Status int
	Header http.Header
	Body   []byte
}

func (r reply) is(status int, code string) reply {
	r.t.Helper()
	if r.Status != status || code != "" && r.code() != code {
		r.t.Fatalf("got %d %s, want %d %s: %s", r.Status, r.code(), status, code, r.Body)
	}
	return r
}

// code reads the error array of the default dialect, or an OAuth error.
func (r reply) code() string {
	var list []struct{ ErrorCode string }
	var one struct{ Error, ErrorCode string }
	if json.Unmarshal(r.Body, &list) == nil && len(list) > 0 {
		return list[0].ErrorCode
	}
	_ = json.Unmarshal(r.Body, &one)
	return one.Error + one.ErrorCode
}

func (r reply) obj() map[string]any {
	r.t.Helper()
	var m map[string]any
	if err := json.Unmarshal(r.Body, &m); err != nil {
		r.t.Fatalf("%v: %s", err, r.Body)
	}
	return m
}

// num reads a number of the answer; 0 when it is not there.
func (r reply) num(field string) int64 {
	n, _ := r.obj()[field].(float64)
	return int64(n)
}

// items reads the only array of the answer, bare or in an object.
func (r reply) items() []map[string]any {
	r.t.Helper()
	var list []map[string]any
	if json.Unmarshal(r.Body, &list) == nil {
		return list
	}
	for _, v := range r.obj() {
		if _, ok := v.([]any); ok {
			b, err := json.Marshal(v)
			if err == nil {
				err = json.Unmarshal(b, &list)
			}
			if err != nil {
				r.t.Fatal(err)
			}
		}
	}
	return list
}

// try sends a request and returns its error, for calls that are meant to break.
func (w *world) try(method, path string, body any, header ...string) (reply, error) {
	var b io.Reader
	kind := ""
	switch body := body.(type) {
	case nil:
	case string:
		b, kind = strings.NewReader(body), "application/json"
	case []byte:
		b = bytes.NewReader(body)
	case url.Values:
		b, kind = strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	default:
		j, err := json.Marshal(body)
		w.ok(err)
		b, kind = bytes.NewReader(j), "application/json"
	}
	r, err := http.NewRequest(method, w.url+path, b)
	w.ok(err)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Authorization", "Bearer "+w.key.Key)
	for i := 0; i+1 < len(header); i += 2 {
		if header[i+1] == "" {
			r.Header.Del(header[i])
		} else {
			r.Header.Set(header[i], header[i+1])
		}
	}
	return w.send(r)
}

func (w *world) send(r *http.Request) (reply, error) {
	res, err := w.http.Do(r)
	if err != nil {
		return reply{t: w.t}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	a := reply{w.t, res.StatusCode, res.Header, b}
	if err == nil {
		w.conform(r, a)
	}
	return a, err
}

func (w *world) call(method, path string, body any, header ...string) reply {
	w.t.Helper()
	r, err := w.try(method, path, body, header...)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// api is a path of the default dialect with the company's id.
func (w *world) api(format string, args ...any) string {
	path := "/v1.1" + fmt.Sprintf(format, args...)
	if strings.Contains(path, "companyId=") {
		return path
	}
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + fmt.Sprintf("companyId=%d", w.company)
}

func (w *world) get(format string, args ...any) reply {
	w.t.Helper()
	return w.call("GET", w.api(format, args...), nil)
}

// grace is a body that is right in every way.
func (w *world) grace() map[string]any { return w.person("gracja.probna@example.com") }

func (w *world) person(email string) map[string]any {
	return map[string]any{"externalId": "app-" + email, "originId": w.origin, "firstName": "Gracja", "lastName": "Probna", "email": email,
		"phone": "+48600100200", "city": "Warszawa", "region": "mazowieckie", "country": "PL", "note": "LinkedIn: https://www.linkedin.com/in/example",
		"cvFiles":  []any{map[string]any{"fileName": "cv.pdf", "contentType": "application/pdf", "content": base64.StdEncoding.EncodeToString(pdf)}},
		"consents": []any{w.says(w.must, true), w.says(w.may, false)}}
}

func (w *world) says(consent int64, yes bool) map[string]any {
	return map[string]any{"consentId": consent, "accepted": yes, "statedAt": "2026-11-20T09:59:58+01:00"}
}

func (w *world) push(job int64, body any, header ...string) reply {
	w.t.Helper()
	return w.call("POST", w.api("/Recruitments/%d/CandidateApplications", job), body, header...)
}

// create pushes a body that must be taken and returns the application's id.
func (w *world) create(body map[string]any) int64 {
	w.t.Helper()
	return w.push(w.job, body).is(201, "").num("applicationId")
}

func (w *world) held() int { return len(w.sim.Ledger().Email("gracja.probna@example.com")) }
