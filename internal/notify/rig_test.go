package notify_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/lane"
	"handoff/internal/notify"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/simkit"
	"handoff/internal/store"
	"handoff/internal/web/say"
	"handoff/test/mailserver"
)

// rig is the engine over the real store and a real mail server, in a time
// that passes when the test says so.
type rig struct {
	t       *testing.T
	clock   *simkit.Clock
	dir     string
	sealer  *secret.Sealer
	db      *store.DB
	server  *mailserver.Server // nil: none is configured
	notify  *notify.Engine
	apply   *apply.Engine
	process *process.Engine
	boss    recruit.Caller
	log     *bytes.Buffer
	job     recruit.ProcessID
}

// wednesday is a working morning in Warsaw.
var wednesday = time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)

func newRig(t *testing.T, server *mailserver.Server) *rig {
	t.Helper()
	r := &rig{t: t, clock: simkit.NewFrozenClock(wednesday), dir: t.TempDir(), server: server, log: &bytes.Buffer{}}
	key, err := secret.GenerateKey()
	r.must(err)
	r.sealer, err = secret.NewSealer(key)
	r.must(err)
	r.db, err = store.Open(t.Context(), store.Options{Dir: r.dir, Sealer: r.sealer, Now: r.clock.Now})
	r.must(err)
	t.Cleanup(func() { _ = r.db.Close() })
	people := company.New(r.db, r.clock.Now)
	people.Hash = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	c, u, err := people.FirstCompany(t.Context(), "Acme Robotics", "Europe/Warsaw", "pl", company.NewUser{Email: "a@acme.invalid", Name: "Ada", Password: secret.New("long enough password")})
	r.must(err)
	r.boss = recruit.Caller{Company: c.ID, User: u.ID, Role: recruit.RoleAdmin}
	r.process = process.New(r.db, r.clock.Now)
	p, err := r.process.Create(t.Context(), r.boss, recruit.Details{Name: "Inżynier\r\nBcc: x@example.com", Description: "x", WorkMode: "remote", Contracts: []string{"b2b"}, Role: "other",
		Technologies: []string{"a", "b", "c"}, SalaryVisibility: "undisclosed"})
	if err != nil { // such a name is refused at the door already
		p, err = r.process.Create(t.Context(), r.boss, recruit.Details{Name: "Inżynier Łączności", Description: "x", WorkMode: "remote", Contracts: []string{"b2b"}, Role: "other",
			Technologies: []string{"a", "b", "c"}, SalaryVisibility: "undisclosed"})
	}
	r.must(err)
	_, err = r.process.Publish(t.Context(), r.boss, p.ID)
	r.must(err)
	r.job = p.ID
	r.apply = apply.New(r.db, r.clock.Now, r.sealer, nil, nil)
	r.engine()
	return r
}

func (r *rig) engine() {
	book, err := say.Open()
	r.must(err)
	o := notify.Options{Store: r.db, From: mail.Address{Address: "jobs@example.com"}, Say: func(l string) notify.Speaker { return book.In(l) },
		PublicURL: func() string { return "https://jobs.example.com" }, Platform: "Handoff", Now: r.clock.Now, Log: slog.New(slog.NewTextHandler(r.log, nil))}
	if r.server != nil {
		s, err := notify.ParseServer(r.server.URL())
		r.must(err)
		o.Sender = &notify.SMTP{Server: s, Timeout: 5 * time.Second}
	}
	r.notify = notify.New(o)
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// applied is an application of somebody at an address.
func (r *rig) applied(email string) recruit.ApplicationID {
	r.t.Helper()
	r.clock.Advance(time.Millisecond) // so that identifiers are in order
	got, err := r.apply.Submit(r.t.Context(), apply.Submission{Process: r.job, Channel: "api", Locale: "pl", Clause: &apply.Choice{Decision: recruit.Given, Version: 1},
		Candidate: recruit.Candidate{FirstName: "Zofia", LastName: "Kanarinowa", Email: email, LinkedInURL: "https://www.linkedin.com/in/zofia"},
		CV:        &apply.Upload{FileName: "Życiorys.txt", Body: strings.NewReader("cv")}})
	r.must(err)
	return got.Application
}

// run is one run of the lane: all that is due now, to its end.
func (r *rig) run() {
	r.t.Helper()
	fence, ok, err := r.db.AcquireLane(r.t.Context(), notify.LaneKey, "test", r.clock.Now(), r.clock.Now().Add(time.Hour))
	r.must(err)
	if !ok { // nobody ever rang it
		if !r.wakes().IsZero() {
			r.t.Fatal("the lane is somebody's")
		}
		return
	}
	l := lane.NewLease(notify.LaneKey, fence, r.clock.Now().Add(time.Hour), r.clock.Now)
	for range 100 {
		pieces, err := (&notify.Outgoing{Engine: r.notify}).Take(r.t.Context(), l, notify.Slots)
		r.must(err)
		var all sync.WaitGroup
		for _, do := range pieces {
			all.Go(func() { do(context.Background()) })
		}
		all.Wait()
		if len(pieces) == 0 {
			break
		}
	}
	r.must(r.db.ReleaseLane(r.t.Context(), notify.LaneKey, fence, r.clock.Now()))
}

// wakes is when the lane is to run next.
func (r *rig) wakes() time.Time {
	r.t.Helper()
	keys, next, err := r.db.DueLanes(r.t.Context(), r.clock.Now(), 10)
	r.must(err)
	if len(keys) > 0 {
		return r.clock.Now()
	}
	return next
}

var operator = recruit.Caller{User: "usr_operator", Role: recruit.RoleOperator}

// outbox are the mails, oldest first.
func (r *rig) outbox() []notify.Listed {
	r.t.Helper()
	p, err := r.notify.Outbox(r.t.Context(), operator, notify.Filter{List: recruit.List{Limit: 100}})
	r.must(err)
	for i, j := 0, len(p.Items)-1; i < j; i, j = i+1, j-1 {
		p.Items[i], p.Items[j] = p.Items[j], p.Items[i]
	}
	return p.Items
}

// states are the states of all mails, oldest first, with their reasons.
func (r *rig) states() string {
	r.t.Helper()
	var out []string
	for _, m := range r.outbox() {
		s := string(m.Kind) + " " + string(m.State)
		if m.Reason != "" {
			s += " " + m.Reason
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func (r *rig) is(want string) {
	r.t.Helper()
	if got := r.states(); got != want {
		r.t.Errorf("the outbox holds %q, want %q", got, want)
	}
}

// arrived are the mails that the server took.
func (r *rig) arrived() []mailserver.Mail {
	var out []mailserver.Mail
	for _, m := range r.server.Mails() {
		if m.Taken {
			out = append(out, m)
		}
	}
	return out
}

// events are the kinds of an application's history.
func (r *rig) events(app recruit.ApplicationID) string {
	r.t.Helper()
	list, err := r.apply.Timeline(r.t.Context(), r.boss, app)
	r.must(err)
	var out []string
	for _, e := range list {
		if strings.HasPrefix(e.Kind, "mail.") {
			out = append(out, strings.TrimSpace(e.Kind+" "+e.Data["mail"]+" "+e.Data["reason"]))
		}
	}
	return strings.Join(out, "; ")
}
