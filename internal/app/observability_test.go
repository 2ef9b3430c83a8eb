package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"handoff/internal/app"
	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/testkit"
)

// receiver is an OpenTelemetry collector that keeps what it is sent.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	sent  []byte
	paths []string
	auth  string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sent = append(r.sent, b...) // messages that follow one another are one message
		r.paths = append(r.paths, req.URL.Path)
		r.auth = req.Header.Get("Authorization")
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) raw() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(r.sent)
}

func (r *receiver) spans(t *testing.T) (spans []*otlp.Span, resource []*common.KeyValue) {
	t.Helper()
	var all collector.ExportTraceServiceRequest
	if err := proto.Unmarshal([]byte(r.raw()), &all); err != nil {
		t.Fatal(err)
	}
	for _, rs := range all.ResourceSpans {
		resource = append(resource, rs.Resource.Attributes...)
		for _, ss := range rs.ScopeSpans {
			spans = append(spans, ss.Spans...)
		}
	}
	return spans, resource
}

func word(attributes []*common.KeyValue, key string) string {
	for _, a := range attributes {
		if a.Key == key {
			return a.Value.GetStringValue()
		}
	}
	return ""
}

// tenant is a house with a company whose process is bound to the simulator
// and open.
type tenant struct {
	*app.App
	sim    *smartrecruiters.Simulator
	simURL string
	pair   smartrecruiters.ClientCredentials
	bearer string
	proc   recruit.ProcessID
}

func furnish(t *testing.T, o app.Options) *tenant {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	x := &tenant{simURL: "http://" + srv.Listener.Addr().String()}
	x.sim = smartrecruiters.New(smartrecruiters.Options{PublicURL: x.simURL, Populate: true})
	srv.Config.Handler = x.sim.Handler()
	srv.Start()
	t.Cleanup(func() {
		x.sim.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	o.AllowPrivateEgress = true
	o.SmartRecruiters = app.ATS{APIURL: x.simURL, AuthorizeURL: x.simURL + "/identity/oauth/allow", TokenURL: x.simURL + "/identity/oauth/token"}
	x.App = start(t, o)
	admin := found(t, x.House)
	_, bearer, err := x.Company.IssueToken(t.Context(), admin, company.NewToken{Name: "n", Role: recruit.RoleAdmin})
	if err != nil {
		t.Fatal(err)
	}
	x.bearer = bearer.Reveal()
	if x.pair, err = x.sim.IssueClientCredentials(nil, ""); err != nil {
		t.Fatal(err)
	}
	conn, err := x.Integration.Connect(t.Context(), admin, integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthClientCredentials,
		Fields: integration.Fields{"client_id": secret.New(x.pair.ClientID), "client_secret": secret.New(x.pair.ClientSecret)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Integration.Test(t.Context(), admin, conn.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "connected", func() bool {
		v, err := x.Integration.Connection(t.Context(), admin, conn.ID)
		return err == nil && v.State == recruit.ConnConnected && !v.JobsReadAt.IsZero() && !v.SourcesDue
	})
	p, err := x.Process.Create(t.Context(), admin, recruit.Details{Name: "Senior ML Engineer", Description: "Models that ship.", Cities: []string{"Warszawa"},
		WorkMode: "hybrid", Contracts: []string{"b2b"}, Role: "machine_learning_engineer", Technologies: []string{"Python", "Go", "SQL"},
		Salaries: []recruit.Salary{{Contract: "b2b", From: 20000, To: 28000, Currency: "PLN", Basis: "net", Period: "month"}}, SalaryVisibility: "public"})
	if err != nil {
		t.Fatal(err)
	}
	x.proc = p.ID
	job := recruit.RemoteJobID(x.sim.Job("Machine Learning Engineer").ID)
	if _, _, err := x.Process.Bind(t.Context(), admin, x.proc, process.BindingChoice{Connection: conn.ID, RemoteJob: job}); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Process.Publish(t.Context(), admin, x.proc); err != nil {
		t.Fatal(err)
	}
	return x
}

// call speaks the REST API.
func (x *tenant) call(t *testing.T, method, path string, body any) map[string]any {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, x.URL()+"/api/v1"+path, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+x.bearer)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode/100 != 2 {
		t.Fatalf("%s: %d %v %v", method, res.StatusCode, answer, err)
	}
	return answer
}

// eventually polls what another goroutine does.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	if !testkit.Within(30*time.Second, 20*time.Millisecond, ok) {
		t.Fatalf("not %s in time", what)
	}
}

// Delivery invariant 7, for traces and metrics, at the far end: what a
// collector was sent, and what a monitor reads.
func TestTracesAndMetricsTellOfTheWorkAndNothingOfAnybody(t *testing.T) {
	const first, last, mail, phone, file, query, agent = "Kanarinowa", "Przepiorkiewicz", "kanarek.zolty@example.com", "+48600700800",
		"tajny-zyciorys", "kanarek-w-pytaniu", "kanarek-w-naglowku"
	const foreign = "0af7651916cd43dd8448eb211c80319c"
	r := newReceiver(t)
	o := options(t)
	o.OTLPEndpoint, o.OTLPHeaders = r.URL+"/base/", secret.New("authorization=Bearer%20hush")
	x := furnish(t, o)

	listing := x.call(t, "GET", "/processes/"+string(x.proc), nil)
	page, err := url.Parse(listing["public_url"].(string))
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, x.URL()+page.Path+"?q="+query, nil)
	req.Header.Set("User-Agent", agent)
	req.Header.Set("Traceparent", "00-"+foreign+"-b7ad6b7169203331-01")
	req.Header.Set("Tracestate", "v="+query)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	get(t, x.URL()+"/nowhere/"+mail)
	stray, _ := http.NewRequestWithContext(t.Context(), strings.ToUpper(query), x.URL()+"/jobs", nil)
	if res, err = http.DefaultClient.Do(stray); err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()

	// Refused for too many, answered by nobody, looked up, delivered.
	x.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: simkit.StatusBefore, Status: http.StatusTooManyRequests})
	x.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: simkit.DropAfter})
	form := x.call(t, "GET", "/processes/"+string(x.proc)+"/application-form?locale=pl", nil)
	version := func(part string) any { return form[part].(map[string]any)["version"] }
	cv := append([]byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n% "), query...)
	application := x.call(t, "POST", "/processes/"+string(x.proc)+"/applications", map[string]any{
		"candidate": map[string]any{"first_name": first, "last_name": last, "email": mail, "phone": phone},
		"cv":        map[string]any{"file_name": file + ".pdf", "content_type": "application/pdf", "content": base64.StdEncoding.EncodeToString(cv)},
		"consent": map[string]any{"clause": map[string]any{"version": version("clause")}, "locale": "pl", "form_token": form["form_token"],
			"ats_transfer": map[string]any{"decision": "given", "version": version("ats_transfer")}},
	})
	id := application["id"].(string)
	var numbers string
	eventually(t, "delivered", func() bool {
		_, numbers = get(t, x.URL()+"/metrics")
		return strings.Contains(numbers, `state="delivered"`)
	})
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}

	raw := r.raw()
	ledger := x.sim.Ledger()
	hidden := []string{first, last, mail, phone, phone[3:], file, query, agent, foreign, x.bearer, "hush", x.pair.ClientSecret, id, string(x.proc),
		page.Path, form["form_token"].(string), "127.0.0.1", "localhost", x.simURL, "nowhere", ledger.Candidates[len(ledger.Candidates)-1].ID}
	for _, s := range hidden {
		for where, text := range map[string]string{"a trace": raw, "/metrics": numbers} {
			for _, form := range []string{s, url.QueryEscape(s), base64.StdEncoding.EncodeToString([]byte(s))} {
				if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
					t.Errorf("%s holds %q", where, form)
				}
			}
		}
	}
	if r.auth != "Bearer hush" || slices.ContainsFunc(r.paths, func(p string) bool { return p != "/base/v1/traces" }) {
		t.Errorf("sent to %v with %q", r.paths, r.auth)
	}
	checkSpans(t, r)
	for _, line := range []string{
		`handoff_ats_requests_total{ats="smartrecruiters",class="2xx",op="application"} 1`,
		`handoff_ats_requests_total{ats="smartrecruiters",class="4xx",op="create"} 1`,
		`handoff_ats_requests_total{ats="smartrecruiters",class="unanswered",op="create"} 1`,
		`handoff_ats_rate_limited_total{ats="smartrecruiters",op="create"} 1`,
		`handoff_ats_wait_seconds_count{ats="smartrecruiters"}`,
		`handoff_deliveries_settled_total{ats="smartrecruiters",state="delivered"} 1`,
		`handoff_deliveries_settled_total{ats="smartrecruiters",state="unanswered"} 1`,
	} {
		if !strings.Contains(numbers, line) {
			t.Errorf("/metrics lacks %s", line)
		}
	}
	if t.Failed() {
		for line := range strings.Lines(numbers) {
			if strings.HasPrefix(line, "handoff_ats_r") || strings.HasPrefix(line, "handoff_del") {
				t.Log(line)
			}
		}
	}
}

// checkSpans holds what was received against what was done, and every
// attribute against the list of those that may be.
func checkSpans(t *testing.T, r *receiver) {
	t.Helper()
	spans, resource := r.spans(t)
	allowed := []string{"http.request.method", "http.route", "http.response.status_code", "url.template", "handoff.request", "handoff.connection",
		"handoff.ats", "handoff.op", "handoff.class", "handoff.state", "handoff.kind", "service.name", "service.version"}
	attributes := resource
	byID, names := map[string]*otlp.Span{}, map[string]int{}
	for _, s := range spans {
		byID[string(s.SpanId)] = s
		names[s.Name]++
		attributes = append(attributes, s.Attributes...)
		for _, e := range s.Events {
			attributes = append(attributes, e.Attributes...)
		}
	}
	for _, a := range attributes {
		if !slices.Contains(allowed, a.Key) {
			t.Errorf("an attribute %s", a.Key)
		}
	}
	for name, want := range map[string]int{"GET /jobs/{slug}": 1, "POST /api/v1/processes/{id}/applications": 1, "GET unmatched": 1, "other unmatched": 1,
		"smartrecruiters create": 2} {
		if names[name] != want {
			t.Errorf("%d spans are called %q, want %d", names[name], name, want)
		}
	}
	var states, classes []string
	for _, s := range spans {
		above := byID[string(s.ParentSpanId)]
		switch {
		case s.Name == "delivery.push" || s.Name == "delivery.find":
			for _, e := range s.Events {
				states = append(states, s.Name+" "+word(e.Attributes, "handoff.state")+" "+word(e.Attributes, "handoff.kind"))
			}
		case s.Name == "smartrecruiters create":
			classes = append(classes, word(s.Attributes, "handoff.class"))
			if above == nil || above.Name != "delivery.push" || word(s.Attributes, "url.template") != "/jobs/{jobId}/candidates" || len(s.Events) != 1 {
				t.Errorf("a create under %v: %v", above.GetName(), s)
			}
		case strings.HasPrefix(s.Name, "smartrecruiters ") && above == nil:
			t.Errorf("%s stands under nothing", s.Name)
		}
	}
	slices.Sort(states)
	slices.Sort(classes)
	for _, want := range []string{"delivery.push waiting rate_limited", "delivery.push unanswered unanswered", "delivery.find waiting ok", "delivery.push delivered ok"} {
		if !slices.Contains(states, want) {
			t.Errorf("attempts were settled as %q, %q is missing", states, want)
		}
	}
	if !slices.Equal(classes, []string{"4xx", "unanswered"}) {
		t.Errorf("creates ended as %q", classes)
	}
}
