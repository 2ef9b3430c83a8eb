package multipost_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/multipost"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/store"
)

// rig is the engine over the real store, with an ATS that lists what a test
// says.
type rig struct {
	*multipost.Engine
	t       *testing.T
	ctx     context.Context
	db      *store.DB
	now     time.Time
	company *company.Engine
	process *process.Engine
	boss    recruit.Caller
	conn    recruit.ConnectionID
	fence   int64
	// What the ATS answers, and what it was asked.
	rows  []recruit.RemoteAd
	fail  error
	asked []time.Time
	// meanwhile happens while the ATS is asked.
	meanwhile func()
}

// OpenConn implements multipost.Opener.
func (r *rig) OpenConn(context.Context, *lane.Lease, recruit.ConnectionID) (*connector.Conn, error) {
	return &connector.Conn{Ads: r}, nil
}

// ListAds implements connector.Ads.
func (r *rig) ListAds(_ context.Context, since time.Time) ([]recruit.RemoteAd, error) {
	r.asked = append(r.asked, since)
	if r.meanwhile != nil {
		r.meanwhile()
	}
	return slices.Clone(r.rows), r.fail
}

// saver saves what a person accepts.
type saver struct{ *process.Engine }

func (s saver) SaveDetails(ctx context.Context, c recruit.Caller, id recruit.ProcessID, revision int, d recruit.Details) error {
	_, _, err := s.Save(ctx, c, id, process.Edit{Details: d, Revision: revision})
	return err
}

func (s saver) Close(ctx context.Context, c recruit.Caller, id recruit.ProcessID) error {
	_, err := s.Engine.Close(ctx, c, id)
	return err
}

const ats = "erecruiter"

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, ctx: t.Context(), now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time { return r.now }
	key, err := secret.GenerateKey()
	r.must(err)
	sealer, err := secret.NewSealer(key)
	r.must(err)
	r.db, err = store.Open(r.ctx, store.Options{Dir: t.TempDir(), Sealer: sealer, Now: now})
	r.must(err)
	t.Cleanup(func() { _ = r.db.Close() })
	r.company, r.process = company.New(r.db, now), process.New(r.db, now)
	r.company.Hash = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	r.Engine = &multipost.Engine{Store: r.db, Open: r, Now: now, PlatformName: "Handoff", Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Processes: saver{r.process}, Missing: process.Missing,
		Types: []*connector.Type{{Name: ats, Multiposts: true, ParseAds: func(b []byte) (rows []recruit.RemoteAd, err error) {
			return rows, json.Unmarshal(b, &rows)
		}}, {Name: "smartrecruiters"}}}
	r.boss = r.firm("Acme", "admin@acme.example.com")
	r.conn = r.connected(r.boss, ats)
	return r
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) firm(name, email string) recruit.Caller {
	r.t.Helper()
	c, u, err := r.company.FirstCompany(r.ctx, name, "", "", company.NewUser{Email: email, Name: "Ada", Password: secret.New("correct horse battery")})
	r.must(err)
	return recruit.Caller{Company: c.ID, User: u.ID, Role: recruit.RoleAdmin}
}

func (r *rig) user(email string) recruit.Caller {
	r.t.Helper()
	u, err := r.company.AddUser(r.ctx, r.boss, r.boss.Company, company.NewUser{Email: email, Name: "Ola", Role: recruit.RoleUser, Password: secret.New("correct horse battery")})
	r.must(err)
	return recruit.Caller{Company: r.boss.Company, User: u.ID, Role: recruit.RoleUser}
}

func (r *rig) connected(c recruit.Caller, ats string) recruit.ConnectionID {
	r.t.Helper()
	x := recruit.Connection{ID: recruit.NewConnectionID(r.now), Company: c.Company, ATS: ats, Auth: "access_key", Environment: "production",
		State: recruit.ConnUntested, CreatedAt: r.now}
	r.must(r.db.InsertConnection(r.ctx, x, &connector.Credential{}, recruit.Text{ID: recruit.TextID(recruit.NewID("text_", r.now)), Version: 1, PL: "x", EN: "x", CreatedAt: r.now}, c.Name()))
	r.must(r.db.Checked(r.ctx, x.ID, recruit.Account{ID: "acct-" + string(c.Company), Name: "Acme"}, r.now))
	r.must(r.db.SaveJobs(r.ctx, x.ID, []recruit.RemoteJob{{ID: "501", Title: "Go developer", Reference: "GO/1", Open: true}, {ID: "502", Title: "Tester", Reference: "QA", Open: true},
		{ID: "503", Title: "Tester too", Reference: "QA", Open: true}}, r.now))
	return x.ID
}

// read has the lane do what is due, and tells whether anything was.
func (r *rig) read() bool {
	r.t.Helper()
	l := r.lease()
	pieces, err := (&multipost.Polls{Engine: r.Engine, Connection: r.conn}).Take(r.ctx, l, 8)
	r.must(err)
	for _, do := range pieces {
		do(r.ctx)
	}
	r.must(r.db.ReleaseLane(r.ctx, l.Key, l.Fence, r.now))
	return len(pieces) > 0
}

func (r *rig) lease() *lane.Lease {
	r.t.Helper()
	key, until := "conn:"+string(r.conn), r.now.Add(time.Minute)
	fence, ok, err := r.db.AcquireLane(r.ctx, key, "test", r.now, until)
	if err != nil || !ok {
		r.t.Fatalf("the lane is not to be had: %v", err)
	}
	r.fence = fence
	return lane.NewLease(key, fence, until, func() time.Time { return r.now })
}

// complete has everything read now, as READ NOW does, a moment later.
func (r *rig) complete(rows ...recruit.RemoteAd) {
	r.t.Helper()
	r.rows, r.now = rows, r.now.Add(time.Minute)
	r.must(r.Refresh(r.ctx, r.boss, r.conn))
	if !r.read() {
		r.t.Fatal("nothing was read")
	}
	if since := r.asked[len(r.asked)-1]; !since.IsZero() {
		r.t.Fatalf("asked for what changed since %v instead of everything", since)
	}
}

// partly has what changed read, as the ten-minute poll does.
func (r *rig) partly(rows ...recruit.RemoteAd) {
	r.t.Helper()
	r.rows, r.now = rows, r.now.Add(11*time.Minute)
	if !r.read() {
		r.t.Fatal("nothing was read")
	}
	if r.asked[len(r.asked)-1].IsZero() {
		r.t.Fatal("asked for everything")
	}
}

func (r *rig) ads() []multipost.View {
	r.t.Helper()
	p, err := r.List(r.ctx, r.boss, multipost.Filter{})
	r.must(err)
	return p.Items
}

// ad is the only one.
func (r *rig) ad() multipost.View {
	r.t.Helper()
	all := r.ads()
	if len(all) != 1 {
		r.t.Fatalf("there are %d ads, want 1", len(all))
	}
	v, err := r.Get(r.ctx, r.boss, all[0].ID)
	r.must(err)
	return v
}

// draft is the only process.
func (r *rig) draft() process.View {
	r.t.Helper()
	p, err := r.process.List(r.ctx, r.boss, process.Filter{})
	r.must(err)
	if len(p.Items) != 1 {
		r.t.Fatalf("there are %d processes, want 1", len(p.Items))
	}
	return p.Items[0]
}

func (r *rig) none() {
	r.t.Helper()
	p, err := r.process.List(r.ctx, r.boss, process.Filter{})
	r.must(err)
	if len(p.Items) != 0 {
		r.t.Fatalf("there are %d processes, want none", len(p.Items))
	}
}

// touch saves the only process as a person does who changes how it is worked.
func (r *rig) touch() process.View {
	r.t.Helper()
	p := r.draft()
	d := p.Details
	d.WorkMode, d.Role, d.Technologies, d.SalaryVisibility = "hybrid", "backend_developer", []string{"Go", "SQL", "Linux"}, "public"
	v, _, err := r.process.Save(r.ctx, r.boss, p.ID, process.Edit{Details: d, Revision: p.Revision})
	r.must(err)
	return v
}

func (r *rig) shown() (multipost.View, multipost.Shown) {
	v := r.ad()
	return v, multipost.Shown{Ad: v.Revision, Process: v.Draft.Revision}
}

func (r *rig) has(v multipost.View, problem string, want bool) {
	r.t.Helper()
	if slices.Contains(v.Problems, problem) != want {
		r.t.Errorf("the problems are %v; %s in it: want %v", v.Problems, problem, want)
	}
}

// sample is an ad in order.
func sample() recruit.RemoteAd {
	return recruit.RemoteAd{Key: "1/77", Row: "a", Job: "501", Reference: "GO/1", Title: "Senior Go Developer", Clause: "Administratorem danych jest Acme.",
		Sections: []recruit.AdSection{{Kind: recruit.AdDuties, HTML: "<p>Budujesz usługi w Go.</p>"}, {Kind: recruit.AdRequirements, HTML: "<ul><li>Go</li></ul>"}},
		Benefits: "<ul><li>Owoce</li><li>Rower</li></ul>", Cities: []string{"Warszawa", "Kraków"}, Region: "mazowieckie", Country: "PL",
		Salaries:  []recruit.Salary{{Contract: "b2b", From: 18000, To: 24000, Currency: "PLN", Basis: "net", Period: "month"}},
		URL:       "https://offers.example.com/Offer.aspx?oid=77",
		ExpiresAt: time.Date(2026, 12, 20, 22, 59, 59, 0, time.UTC), ChangedAt: time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC),
		Raw: json.RawMessage(`{"jobOfferId":77,"positionDescription":"<p>Budujesz usługi w Go.</p>"}`)}
}

// later is a change of the sample, by an hour.
func later(change func(*recruit.RemoteAd)) recruit.RemoteAd {
	a := sample()
	a.ChangedAt = a.ChangedAt.Add(time.Hour)
	change(&a)
	return a
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	var p *recruit.Problem
	if !errors.As(err, &p) || p.Code != code {
		t.Errorf("got %v, want problem %s", err, code)
	}
}
