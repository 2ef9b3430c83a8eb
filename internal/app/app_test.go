package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"handoff/internal/app"
	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/testkit"
)

func options(t *testing.T) app.Options {
	return app.Options{Data: t.TempDir(), Listen: "127.0.0.1:0", Version: "v1"}
}

func start(t *testing.T, o app.Options) *app.App {
	t.Helper()
	a, err := app.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func found(t *testing.T, h *app.House) recruit.Caller {
	t.Helper()
	c, u, err := h.Company.FirstCompany(t.Context(), "Acme", "Europe/Warsaw", "pl", company.NewUser{Email: "a@acme.example.com", Name: "A",
		Password: secret.New("a long enough password")})
	if err != nil {
		t.Fatal(err)
	}
	return recruit.Caller{Company: c.ID, User: u.ID, Role: recruit.RoleAdmin}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func TestAHouseStartsAnswersAndLeavesNothingBehind(t *testing.T) {
	// scs makes a store in memory that nobody uses, and sweeps it for ever.
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent(), goleak.IgnoreTopFunction("github.com/alexedwards/scs/v2/memstore.(*MemStore).startCleanup"))
	o := options(t)
	a, err := app.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/healthz": "alive", "/readyz": "ready", "/metrics": `handoff_build_info{go="go`} {
		if status, body := get(t, a.URL()+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if err := a.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	again, err := app.Start(t.Context(), o)
	if err != nil {
		t.Fatalf("the folder was not given up: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestTwoProcessesDoNotWorkOnOneFolder(t *testing.T) {
	o := options(t)
	start(t, o)
	if _, err := app.Start(t.Context(), o); !errors.Is(err, app.ErrInUse) {
		t.Errorf("a second house: %v", err)
	}
	beside, err := app.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("a command of the same version beside it: %v", err)
	}
	found(t, beside)
	if err := beside.Close(); err != nil {
		t.Error(err)
	}
	o.Version = "v2"
	if _, err := app.Open(t.Context(), o); !errors.Is(err, app.ErrInUse) {
		t.Errorf("a command of another version beside it: %v", err)
	}
}

func TestOnlyTheOwnerReadsTheData(t *testing.T) {
	o := options(t)
	if err := os.Chmod(o.Data, 0o755); err != nil { // made beforehand, as a mounted volume is
		t.Fatal(err)
	}
	for range 2 {
		a := start(t, o)
		if err := filepath.WalkDir(o.Data, func(path string, d fs.DirEntry, err error) error {
			if err != nil || path == o.Data {
				return err
			}
			info, err := d.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s is %v", d.Name(), info.Mode())
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		_ = a.Close()
		// As an earlier version left it.
		if err := os.Chmod(filepath.Join(o.Data, "handoff.db"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheDemoAndTheProductKeepOutOfEachOthersFolders(t *testing.T) {
	o := options(t)
	o.Demo = true
	a := start(t, o)
	_ = a.Close()
	o.Demo = false
	if _, err := app.Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), "demo") {
		t.Errorf("the product in the demo's folder: %v", err)
	}
	o = options(t)
	_ = start(t, o).Close()
	o.Demo = true
	if _, err := app.Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), "real") {
		t.Errorf("the demo in the product's folder: %v", err)
	}
}

func TestTheSetupCodeLivesUntilSomebodyIsThere(t *testing.T) {
	o := options(t)
	path := filepath.Join(o.Data, "setup-code")
	a := start(t, o)
	code := a.SetupCode()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || len(code) < 16 {
		t.Fatalf("code of %d characters, file %v %v", len(code), info, err)
	}
	_ = a.Close()
	a = start(t, o)
	if a.SetupCode() != code {
		t.Error("a restart made another code")
	}
	found(t, a.House)
	_ = a.Close()
	a = start(t, o)
	if _, err := os.Stat(path); a.SetupCode() != "" || err == nil {
		t.Errorf("the code is still there: %v", err)
	}
}

func TestEachRequestIsOneLineOfItsRouteAndNothingOfItself(t *testing.T) {
	log := &testkit.Buffer{}
	o := options(t)
	o.Output, o.LogFormat, o.LogLevel = log, "json", "debug"
	a := start(t, o)
	caller := found(t, a.House)
	_, bearer, err := a.Company.IssueToken(t.Context(), caller, company.NewToken{Name: "n", Role: recruit.RoleAdmin})
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL()+"/api/v1/processes/proc_secretid?limit=7", nil)
	req.Header.Set("Authorization", "Bearer "+bearer.Reveal())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	get(t, a.URL()+"/healthz")
	get(t, a.URL()+"/nowhere/zofia@example.com")
	_, numbers := get(t, a.URL()+"/metrics")
	_ = a.Close() // all lines are written
	lines := 0
	for line := range strings.Lines(log.String()) {
		var l struct {
			Msg, Method, Route, Request string
			Status                      int
			Bytes                       int64
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		if l.Msg == "http.request" && strings.HasSuffix(l.Route, "/api/v1/processes/{id}") {
			lines++
			if l.Method != "GET" || l.Status != res.StatusCode || l.Bytes == 0 || l.Request != res.Header.Get("X-Request-Id") || l.Request == "" {
				t.Errorf("line %s", line)
			}
		}
	}
	if lines != 1 {
		t.Errorf("%d lines for one request", lines)
	}
	for _, s := range []string{"secretid", "limit=7", "zofia", "nowhere", bearer.Reveal(), "127.0.0.1:5", "127.0.0.1:4", "127.0.0.1:3"} {
		if strings.Contains(strings.ReplaceAll(log.String(), `"listen":"127.0.0.1`, ""), s) || strings.Contains(numbers, s) {
			t.Errorf("log or metrics hold %q", s)
		}
	}
	if !strings.Contains(numbers, `handoff_http_requests_total{class="4xx",method="GET",route="GET /api/v1/processes/{id}"} 1`) {
		t.Error("the request was not counted by its route")
	}
}

func TestARequestUnderWayIsAnsweredWhenTheHouseStops(t *testing.T) {
	a := start(t, options(t))
	caller := found(t, a.House)
	_, bearer, err := a.Company.IssueToken(t.Context(), caller, company.NewToken{Name: "n", Role: recruit.RoleAdmin})
	if err != nil {
		t.Fatal(err)
	}
	body, write := io.Pipe()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, a.URL()+"/api/v1/processes", body)
	req.Header.Set("Authorization", "Bearer "+bearer.Reveal())
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Expect", "100-continue") // so that the test knows when the body is being read
	answered := make(chan int, 1)
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			answered <- 0
			return
		}
		_ = res.Body.Close()
		answered <- res.StatusCode
	}()
	if _, err := write.Write([]byte(`{"name": "In the`)); err != nil {
		t.Fatal(err)
	}
	closed := make(chan error, 1)
	go func() { closed <- a.Close() }()
	// The listener is closed before the request is finished.
	for {
		res, err := http.Get(a.URL() + "/readyz")
		if err != nil {
			break
		}
		_ = res.Body.Close()
	}
	if _, err := write.Write([]byte(` middle"}`)); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	if status := <-answered; status != http.StatusCreated {
		t.Errorf("answered %d", status)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	if err := app.Run(ctx, options(t), func(*app.App) { cancel() }); err != nil {
		t.Error(err)
	}
}
