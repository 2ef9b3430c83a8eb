package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"handoff/internal/simulator/smartrecruiters"
)

// binary builds the product once for all tests of a run.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "handoff-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "handoff")
	cmd := exec.Command("go", "build", "-o", path, "handoff/cmd/handoff")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// ats is a simulated SmartRecruiters on a port of its own.
type ats struct {
	*smartrecruiters.Simulator
	url string

	mu     sync.Mutex
	issued []string // answers of the token endpoint
}

// secrets are the tokens that the ATS issued.
func (a *ats) secrets() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []string
	for _, answer := range a.issued {
		for _, m := range regexp.MustCompile(`"(?:access|refresh)_token": *"([^"]+)"`).FindAllStringSubmatch(answer, -1) {
			out = append(out, m[1])
		}
	}
	return out
}

// ServeHTTP keeps what the token endpoint answers.
func (a *ats) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/oauth/token") {
		a.Handler().ServeHTTP(w, r)
		return
	}
	a.Handler().ServeHTTP(&kept{ResponseWriter: w, ats: a}, r)
}

type kept struct {
	http.ResponseWriter
	ats *ats
}

func (k *kept) Write(b []byte) (int, error) {
	k.ats.mu.Lock()
	k.ats.issued = append(k.ats.issued, string(b))
	k.ats.mu.Unlock()
	return k.ResponseWriter.Write(b)
}

func (k *kept) Unwrap() http.ResponseWriter { return k.ResponseWriter }

func newATS(t testing.TB, o smartrecruiters.Options) *ats {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	o.PublicURL = "http://" + srv.Listener.Addr().String()
	o.Populate = true
	sim := smartrecruiters.New(o)
	a := &ats{Simulator: sim, url: o.PublicURL}
	srv.Config.Handler = a
	srv.Start()
	t.Cleanup(func() {
		sim.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	return a
}

// installation is the product as an operator runs it: a binary, a folder, an
// environment.
type installation struct {
	t    testing.TB
	bin  string
	dir  string
	url  string
	env  []string
	log  *os.File
	cmd  *exec.Cmd
	dead chan struct{}
}

// simulated is an ATS as an installation is told of it.
type simulated interface {
	// environment is what an operator sets to use it; callback is where its
	// login sends a browser back to.
	environment(t testing.TB, callback string) []string
}

// environment implements simulated.
func (a *ats) environment(t testing.TB, callback string) []string {
	t.Helper()
	if err := a.AllowRedirectURI(callback); err != nil {
		t.Fatal(err)
	}
	id, secret := a.App()
	return []string{
		"HANDOFF_SMARTRECRUITERS_API_URL=" + a.url,
		"HANDOFF_SMARTRECRUITERS_AUTHORIZE_URL=" + a.url + "/identity/oauth/allow",
		"HANDOFF_SMARTRECRUITERS_TOKEN_URL=" + a.url + "/identity/oauth/token",
		"HANDOFF_SMARTRECRUITERS_CLIENT_ID=" + id,
		"HANDOFF_SMARTRECRUITERS_CLIENT_SECRET=" + secret,
	}
}

func install(t testing.TB, a simulated, env ...string) *installation {
	t.Helper()
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(freePort(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	in := &installation{t: t, bin: bin, dir: filepath.Join(dir, "data"), url: "http://localhost:" + port, log: log}
	in.env = append(append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir,
		"HANDOFF_LISTEN=127.0.0.1:" + port,
		"HANDOFF_DATA=" + in.dir,
		"HANDOFF_ALLOW_PRIVATE_EGRESS=true",
		"HANDOFF_LOG_LEVEL=debug",
	}, a.environment(t, in.url+"/oauth/callback")...), env...)
	t.Cleanup(func() {
		in.kill()
		_ = log.Close()
	})
	return in
}

// run runs one command to its end and returns what it printed.
func (in *installation) run(stdin string, args ...string) string {
	in.t.Helper()
	ctx, cancel := context.WithTimeout(in.t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, in.bin, args...)
	cmd.Env, cmd.Stdin = in.env, strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		in.t.Fatalf("handoff %s: %v\n%s%s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String()
}

// start serves and waits until it is ready.
func (in *installation) start() {
	in.t.Helper()
	cmd := exec.Command(in.bin, "serve")
	cmd.Env, cmd.Stdout, cmd.Stderr = in.env, in.log, in.log
	if err := cmd.Start(); err != nil {
		in.t.Fatal(err)
	}
	in.cmd, in.dead = cmd, make(chan struct{})
	go func(dead chan struct{}) {
		_ = cmd.Wait()
		close(dead)
	}(in.dead)
	if !eventually(30*time.Second, func() bool {
		r, err := http.Get(in.url + "/readyz")
		if err != nil {
			return false
		}
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
		return r.StatusCode == http.StatusOK
	}) {
		in.t.Fatalf("serve is not ready\n%s", in.tail())
	}
}

// kill ends the process as a power cut would: SIGKILL.
func (in *installation) kill() {
	if in.cmd == nil {
		return
	}
	_ = in.cmd.Process.Signal(syscall.SIGKILL)
	<-in.dead
	in.cmd = nil
}

// stop ends it as an operator would: SIGTERM, and waits.
func (in *installation) stop() {
	_ = in.cmd.Process.Signal(syscall.SIGTERM)
	<-in.dead
	in.cmd = nil
}

func (in *installation) logged() string {
	b, err := os.ReadFile(in.log.Name())
	if err != nil {
		in.t.Fatal(err)
	}
	return string(b)
}

// tail is the end of the log, without the requests that tests poll with.
func (in *installation) tail() string {
	var kept []string
	for line := range strings.Lines(in.logged()) {
		if !strings.Contains(line, "msg=http.request") {
			kept = append(kept, line)
		}
	}
	s := strings.Join(kept, "")
	return s[max(0, len(s)-4000):]
}

// eventually polls until ok, for at most a while. It is how a test waits for
// another process, which has no other way to say that it is done.
func eventually(within time.Duration, ok func() bool) bool {
	deadline := time.Now().Add(within)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok() {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
		<-tick.C
	}
}
