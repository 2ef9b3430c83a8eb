package integration

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"handoff/internal/connector"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// View is a connection with what its page shows.
type View struct {
	recruit.Connection
	Type        *connector.Type
	Held        int // deliveries held because of it
	Waiting     int // deliveries waiting
	PausedUntil time.Time
	LastTest    *recruit.TestRun
	// JobsDue and SourcesDue say that a reading was asked for and is not done;
	// JobsError and SourcesError are how the last one failed.
	JobsDue, SourcesDue     bool
	JobsError, SourcesError Failed
	SourcesReadAt           time.Time
	// Accounts are what the credential opens, when a person has to choose.
	Accounts []recruit.Account
	// NextSavedAt is since when another credential waits beside the one in use.
	NextSavedAt time.Time
	// Report is what the last check of the connection said: the one of the last
	// night, or a later test.
	Report          []recruit.TestCheck
	ReportAt        time.Time
	ConsentTemplate recruit.Text
}

// Connections returns the caller's company's, newest first. Every role may
// read them (a recruiter binds processes); only an Admin may change anything
// (rule R1).
func (e *Engine) Connections(ctx context.Context, c recruit.Caller) ([]View, error) {
	if c.Company == "" {
		return nil, recruit.ErrForbidden
	}
	list, err := e.o.Store.Connections(ctx, c.Company)
	for i := range list {
		e.complete(&list[i])
	}
	return list, err
}

// Connection returns one of them.
func (e *Engine) Connection(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (View, error) {
	if c.Company == "" {
		return View{}, recruit.ErrForbidden
	}
	v, err := e.o.Store.Connection(ctx, c.Company, id)
	e.complete(&v)
	return v, err
}

// complete adds what the store does not know. To whoever looks, a test that
// waits for its lane is running.
func (e *Engine) complete(v *View) {
	v.Type, _ = e.Type(v.ATS)
	if v.LastTest != nil && v.LastTest.State == "waiting" {
		v.LastTest.State = "running"
	}
}

// admin returns the connection for an act that only an Admin may do.
func (e *Engine) admin(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (View, error) {
	if !c.IsAdmin() {
		return View{}, recruit.ErrForbidden
	}
	return e.Connection(ctx, c, id)
}

// NewConnection asks for a connection; Fields as the Type's method names them.
type NewConnection struct {
	ATS, Environment, AccessScope string
	Auth                          connector.Auth
	Fields                        map[string]secret.String
}

// Connect makes a connection: awaiting_authorization with OAuth, untested
// with a key, which is saved first and tested by a separate act (rule R2).
// Its consent template arrives filled (R6). Problem connection_exists when
// the company has a live one for this ATS and environment; oauth_not_configured
// when the operator has no app at this ATS.
func (e *Engine) Connect(ctx context.Context, c recruit.Caller, n NewConnection) (View, error) {
	if !c.IsAdmin() {
		return View{}, recruit.ErrForbidden
	}
	var bad recruit.Invalid
	t, ok := e.Type(n.ATS)
	if !ok {
		bad.Add("ats", "not_allowed")
		return View{}, bad.OrNil()
	}
	if n.Environment == "" {
		n.Environment = "production"
	}
	if _, ok := t.Hosts[n.Environment]; !ok {
		bad.Add("environment", "not_allowed")
	}
	m, ok := t.Method(n.Auth)
	if !ok {
		bad.Add("auth", "not_allowed")
	}
	checkScope(&bad, t, n.AccessScope)
	if len(bad.Fields) > 0 {
		return View{}, bad.OrNil()
	}
	cred, err := credential(m, n.Fields)
	if err != nil {
		return View{}, err
	}
	if n.Auth == connector.AuthOAuth && !e.OAuthReady(n.ATS) {
		return View{}, recruit.Refuse("oauth_not_configured", "ats", t.Title)
	}
	company, err := e.o.Store.CompanyName(ctx, c.Company)
	if err != nil {
		return View{}, err
	}
	now := e.o.Now()
	conn := recruit.Connection{ID: recruit.NewConnectionID(now), Company: c.Company, ATS: n.ATS, Auth: string(n.Auth),
		Environment: n.Environment, AccessScope: n.AccessScope, State: recruit.ConnUntested, CreatedBy: c.User, CreatedAt: now}
	if n.Auth == connector.AuthOAuth {
		conn.State = recruit.ConnAwaitingAuthorization
	}
	fill := strings.NewReplacer("{COMPANY}", company, "{ATS}", t.Title, "{PLATFORM}", e.o.PlatformName)
	template := recruit.Text{ID: recruit.TextID(recruit.NewID("text_", now)), Version: 1, CreatedAt: now, CreatedBy: c.Name(),
		PL: fill.Replace(t.ConsentTemplate.PL), EN: fill.Replace(t.ConsentTemplate.EN)}
	if err := e.o.Store.InsertConnection(ctx, conn, cred, template, c.Name()); err != nil {
		return View{}, err
	}
	return e.Connection(ctx, c, conn.ID)
}

// checkScope accepts what an Admin says of a key's scope; empty is unsaid.
func checkScope(bad *recruit.Invalid, t *connector.Type, scope string) {
	if scope != "" && (!t.SharedJobs || scope != "all" && scope != "selected") {
		bad.Add("access_scope", "not_allowed")
	}
}

// credential reads what an Admin typed; what the method does not ask for is
// refused. A key is stored as it was typed, but
// for the blanks that copying adds; its form is the vendor's own business.
func credential(m connector.AuthMethod, fields Fields) (*connector.Credential, error) {
	var bad recruit.Invalid
	for name := range fields {
		if !slices.ContainsFunc(m.Fields, func(f connector.Field) bool { return f.Name == name }) {
			bad.Add("credentials."+name, "not_allowed")
		}
	}
	if len(m.Fields) == 0 {
		return nil, bad.OrNil()
	}
	cred := connector.Credential{Fields: Fields{}}
	for _, f := range m.Fields {
		v := strings.TrimSpace(fields[f.Name].Reveal())
		switch {
		case v == "":
			bad.Add("credentials."+f.Name, "required")
		case len(v) > 4096:
			bad.Add("credentials."+f.Name, "too_long", "max", "4096")
		case strings.ContainsAny(v, "\r\n\x00") || !utf8.ValidString(v):
			bad.Add("credentials."+f.Name, "malformed")
		}
		cred.Fields[f.Name] = secret.New(v)
	}
	return &cred, bad.OrNil()
}

// Disconnect forgets the credential and holds what is bound to it.
func (e *Engine) Disconnect(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (View, error) {
	if _, err := e.admin(ctx, c, id); err != nil {
		return View{}, err
	}
	if err := e.o.Store.Disconnect(ctx, c.Company, id, c.Name(), e.o.Now()); err != nil {
		return View{}, err
	}
	e.forget(id)
	return e.Connection(ctx, c, id)
}

// Jobs returns the jobs as last read, open ones first, by title; q filters by
// title, reference and location.
func (e *Engine) Jobs(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, q string) ([]recruit.RemoteJob, error) {
	if _, err := e.Connection(ctx, c, id); err != nil {
		return nil, err
	}
	all, err := e.o.Store.RemoteJobs(ctx, c.Company, id)
	q = strings.ToLower(strings.TrimSpace(q))
	if err != nil || q == "" {
		return all, err
	}
	var out []recruit.RemoteJob
	for _, j := range all {
		if strings.Contains(strings.ToLower(j.Title+"\x00"+j.Reference+"\x00"+j.Location), q) {
			out = append(out, j)
		}
	}
	return out, nil
}

// RefreshJobs asks the lane to read them again.
func (e *Engine) RefreshJobs(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) error {
	if _, err := e.Connection(ctx, c, id); err != nil {
		return err
	}
	return e.o.Store.AskTask(ctx, c.Company, id, TaskJobs, c.Name(), e.o.Now())
}

// maxTemplate is the longest consent template, in characters.
const maxTemplate = 5000

// SaveConsentTemplate makes a new version (R6: neither language is empty). A
// text equal to the newest makes none.
func (e *Engine) SaveConsentTemplate(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, pl, en string) (recruit.Text, error) {
	if _, err := e.admin(ctx, c, id); err != nil {
		return recruit.Text{}, err
	}
	var bad recruit.Invalid
	pl, en = clean(pl), clean(en)
	for path, text := range map[string]string{"texts.pl": pl, "texts.en": en} {
		switch {
		case text == "":
			bad.Add(path, "required")
		case utf8.RuneCountInString(text) > maxTemplate:
			bad.Add(path, "too_long", "max", "5000")
		case !utf8.ValidString(text):
			bad.Add(path, "malformed")
		}
	}
	if err := bad.OrNil(); err != nil {
		return recruit.Text{}, err
	}
	return e.o.Store.SaveTemplate(ctx, c.Company, id, pl, en, c.Name(), e.o.Now())
}

// clean makes the line ends of a text ours and trims it: the same words from
// a browser and from the API are the same text, with the same hash.
func clean(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
}

// Preflight tells what is known of a job without calling the ATS.
func (e *Engine) Preflight(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, job recruit.RemoteJobID) (recruit.RemoteJob, []recruit.TestCheck, error) {
	v, err := e.Connection(ctx, c, id)
	if err != nil {
		return recruit.RemoteJob{}, nil, err
	}
	jobs, err := e.o.Store.RemoteJobs(ctx, c.Company, id)
	if err != nil {
		return recruit.RemoteJob{}, nil, err
	}
	for _, j := range jobs {
		if j.ID == job {
			return j, knownChecks(v, j), nil
		}
	}
	return recruit.RemoteJob{}, nil, recruit.ErrNotFound
}

func knownChecks(v View, j recruit.RemoteJob) []recruit.TestCheck {
	credential := recruit.TestCheck{Name: "credential", State: recruit.CheckPassed}
	if v.State != recruit.ConnConnected {
		credential.State, credential.Code = recruit.CheckFailed, "connection_"+string(v.State)
	}
	open := recruit.TestCheck{Name: "job_open", State: recruit.CheckPassed}
	if !j.Open {
		open.State, open.Code = recruit.CheckFailed, "job_closed"
	}
	consent := recruit.TestCheck{Name: "consent_assigned", State: recruit.CheckNotApplicable}
	if j.ConsentAssigned != nil {
		consent.State = recruit.CheckPassed
		if !*j.ConsentAssigned {
			consent.State, consent.Code = recruit.CheckFailed, "no_consent_assigned"
		}
	}
	source := recruit.TestCheck{Name: "source", State: recruit.CheckPassed}
	if v.Source == nil {
		source.State, source.Code = recruit.CheckWarning, "no_source"
	}
	return []recruit.TestCheck{credential, open, consent, source}
}
