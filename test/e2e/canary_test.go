package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
)

// Delivery invariant 7, from outside: what belongs to a candidate, and every
// credential, is looked for in all that an operator or a stranger can read.
func TestNothingOfACandidateAndNoCredentialIsReadableAnywhere(t *testing.T) {
	const first, last, mail, phone, file, answer = "Kanarinowa", "Przepiórkiewicz", "kanarek.zolty@example.com", "+48600700800", "tajny-zyciorys-kanarka", "KANAREK-W-TRESCI-CV"
	a := newATS(t, smartrecruiters.Options{Switches: smartrecruiters.Switches{EchoBodies: smartrecruiters.On}})
	collector := newCollector(t)
	in := install(t, a, "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL, "OTEL_EXPORTER_OTLP_HEADERS=x-key=kanarek-u-odbiorcy")
	x := settleIn(t, in, a)
	key := a.IssueKey().Key
	x.api.must("POST", "/connections", object{"ats": "smartrecruiters", "auth": "api_key", "environment": "sandbox", "credentials": object{"api_key": key}})
	form := x.api.must("GET", "/processes/"+x.process+"/application-form?locale=pl", nil)
	canaries := []string{first, last, mail, phone, phone[3:], file, answer, key, x.api.token, "correct horse battery staple", "kanarek-u-odbiorcy"}
	leaks := func(where, text string) {
		t.Helper()
		for _, c := range canaries {
			for _, form := range []string{c, url.QueryEscape(c), base64.StdEncoding.EncodeToString([]byte(c))[:len(c)] /* without its end */} {
				if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
					t.Errorf("%s holds %q", where, form)
				}
			}
		}
	}

	// Every way in which the ATS can fail, with bodies that echo the request.
	cv := append(pdf(1, 5000), "\n% "+answer...)
	for n, kind := range []simkit.Kind{"", simkit.StatusBefore, simkit.StatusAfter, simkit.DropAfter, simkit.Expired, simkit.Denied, simkit.HTML, simkit.Truncated} {
		if kind != "" {
			a.FailNext(simkit.Fault{Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: kind})
		}
		body := x.application(form, n, cv)
		body["candidate"] = object{"first_name": first, "last_name": last, "email": fmt.Sprintf("%d%s", n, mail), "phone": phone}
		body["cv"].(object)["file_name"] = file + ".pdf"
		x.api.must("POST", "/processes/"+x.process+"/applications", body)
	}
	if !eventually(30*time.Second, func() bool {
		s := x.states()
		n, _ := s["delivered"].(int)
		return n >= 1 && s["waiting"] == nil && s["attempting"] == nil
	}) {
		t.Errorf("deliveries did not come to rest: %v", x.states())
	}

	// Refusals must not repeat what they refuse.
	refusals := []object{
		{"candidate": object{"first_name": first, "last_name": strings.Repeat(last, 30), "email": mail + " " + first, "phone": phone + "x"}},
		{"candidate": object{"first_name": first, "surname": last, "email": mail}},
		{"candidate": last},
	}
	for _, body := range refusals {
		status, _, problem := raw(t, x, "POST", "/processes/"+x.process+"/applications", body)
		if status/100 != 4 {
			t.Errorf("a bad application was answered %d", status)
		}
		leaks("a problem body", problem)
	}
	_, _, problem := raw(t, x, "GET", "/applications?q="+url.QueryEscape(mail), nil)
	leaks("the refusal of an address in a URL", problem)

	// The pages: signing in, wrongly and rightly, and applying.
	b := newBrowser(t)
	b.open(in.url + "/sign-in?lang=en")
	b.send("/sign-in", map[string]string{"email": "admin@acme.example.com", "password": "correct horse battery staple"})
	for _, c := range b.http.Jar.Cookies(b.at) {
		if len(c.Value) > 20 { // the session's, not the language's
			canaries = append(canaries, c.Value)
		}
	}
	applyByPage(t, x, map[string]string{"candidate.first_name": first, "candidate.last_name": last, "candidate.email": "p" + mail, "candidate.phone": phone}, file+".pdf", cv)

	canaries = append(canaries, a.secrets()...)
	if len(a.secrets()) < 2 {
		t.Errorf("the ATS issued %d tokens; the test sees nothing", len(a.secrets()))
	}
	resp, err := http.Get(in.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || !bytes.Contains(metrics, []byte("handoff_http_requests_total")) {
		t.Fatalf("metrics: %v", err)
	}
	leaks("/metrics", string(metrics))
	for _, e := range a.Journal(0).Entries {
		leaks("a requested URL", e.Target)
	}
	in.stop()
	leaks("the log", in.logged())
	if !strings.Contains(in.logged(), "delivery.attempted") {
		t.Error("the log says nothing of deliveries")
	}
	traces := collector.received() // all of them: it has stopped
	leaks("the collector", traces)
	for _, span := range []string{"GET /jobs/{slug}", "POST /api/v1/processes/{id}/applications", "delivery.push", "smartrecruiters create"} {
		if !strings.Contains(traces, span) {
			t.Errorf("%d bytes of traces say nothing of %s", len(traces), span)
		}
	}
	for where, s := range map[string]string{"a query": "lang=en", "a path": x.process, "an address": "127.0.0.1", "a user agent": "Go-http-client"} {
		if strings.Contains(traces, s) {
			t.Errorf("the traces hold %s, %q", where, s)
		}
	}
	files := 0
	err = filepath.WalkDir(in.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files++
		content, err := os.ReadFile(path)
		leaks("the file "+filepath.Base(filepath.Dir(path))+"/"+filepath.Ext(path), string(content))
		leaks("a file's name", path[len(in.dir):])
		return err
	})
	if err != nil || files < 5 {
		t.Errorf("%d files were read: %v", files, err)
	}
}

// collector is an OpenTelemetry collector that keeps what it is sent.
type collector struct {
	*httptest.Server
	mu   sync.Mutex
	kept []byte
}

func newCollector(t testing.TB) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Content-Encoding") != "" {
			t.Errorf("traces that cannot be read: %v", err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.kept = append(c.kept, b...)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) received() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.kept)
}

// raw sends one request and returns the answer's text.
func raw(t testing.TB, x *tenant, method, path string, body any) (int, http.Header, string) {
	t.Helper()
	var kept string
	c := *x.api.http
	c.Transport = keep{&kept}
	api := *x.api
	api.http = &c
	status, _, err := api.try(method, path, body, "")
	if err != nil {
		t.Fatal(err)
	}
	return status, nil, kept
}

// keep remembers the last answer's body.
type keep struct{ text *string }

func (k keep) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	*k.text = string(b)
	resp.Body = io.NopCloser(bytes.NewReader(b))
	return resp, err
}

// applyByPage fills the public form as a browser without script does.
func applyByPage(t testing.TB, x *tenant, fields map[string]string, file string, content []byte) {
	t.Helper()
	p := x.api.must("GET", "/processes/"+x.process, nil)
	b := newBrowser(t)
	b.open(p["public_url"].(string) + "?lang=en")
	form := b.form("/jobs/")
	for name, value := range fields {
		form.Set(name, value)
	}
	for name, value := range map[string]string{"consent.clause": "given", "consent.ats_transfer": "given"} {
		form.Set(name, value)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name := range form {
		if err := w.WriteField(name, form.Get(name)); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("cv", file)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, b.target, &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := b.http.Do(req)
	b.take(resp, err)
	if !strings.HasSuffix(b.at.Path, "/thanks") {
		t.Errorf("applying by page ended at %s", b.at.Path)
	}
}
