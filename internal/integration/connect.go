package integration

import (
	"context"
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
	// JobsError and SourcesError are the kind of the last failure, or empty.
	JobsDue, SourcesDue     bool
	JobsError, SourcesError string
	SourcesReadAt           time.Time
	ConsentTemplate         recruit.Text
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
		list[i].Type, _ = e.Type(list[i].ATS)
	}
	return list, err
}

// Connection returns one of them.
func (e *Engine) Connection(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (View, error) {
	if c.Company == "" {
		return View{}, recruit.ErrForbidden
	}
	v, err := e.o.Store.Connection(ctx, c.Company, id)
	v.Type, _ = e.Type(v.ATS)
	return v, err
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
	if n.Environment != "production" && n.Environment != "sandbox" {
		bad.Add("environment", "not_allowed")
	}
	m, ok := t.Method(n.Auth)
	if !ok {
		bad.Add("auth", "not_allowed")
	}
	if n.AccessScope != "" && (!t.SharedJobs || n.AccessScope != "all" && n.AccessScope != "selected") {
		bad.Add("access_scope", "not_allowed")
	}
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

// credential reads what an Admin typed. A key is stored as it was typed, but
// for the blanks that copying adds; its form is the vendor's own business.
func credential(m connector.AuthMethod, fields Fields) (*connector.Credential, error) {
	if len(m.Fields) == 0 {
		return nil, nil
	}
	var bad recruit.Invalid
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

// ReplaceCredential stores another key for the same connection, untested.
// What is held stays held until a test shows the same account.
func (e *Engine) ReplaceCredential(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, fields Fields) (View, error) {
	v, err := e.admin(ctx, c, id)
	if err != nil {
		return View{}, err
	}
	m, _ := v.Type.Method(connector.Auth(v.Auth))
	if len(m.Fields) == 0 {
		return View{}, recruit.Refuse("credential_by_oauth")
	}
	cred, err := credential(m, fields)
	if err != nil {
		return View{}, err
	}
	if err := e.o.Store.ReplaceCredential(ctx, c.Company, id, *cred, c.Name(), e.o.Now()); err != nil {
		return View{}, err
	}
	e.forget(id)
	return e.Connection(ctx, c, id)
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
	return e.o.Store.AskTask(ctx, c.Company, id, TaskJobs, e.o.Now())
}

// Sources returns the sources as last read.
func (e *Engine) Sources(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) ([]recruit.Source, error) {
	if _, err := e.Connection(ctx, c, id); err != nil {
		return nil, err
	}
	return e.o.Store.RemoteSources(ctx, c.Company, id)
}

// ImportSources asks the lane to read them (R4).
func (e *Engine) ImportSources(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) error {
	if _, err := e.admin(ctx, c, id); err != nil {
		return err
	}
	return e.o.Store.AskTask(ctx, c.Company, id, TaskSources, e.o.Now())
}

// SelectSource chooses one of the sources last read; empty chooses none. Work
// held because of the former source goes on.
func (e *Engine) SelectSource(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, source string) (View, error) {
	if _, err := e.admin(ctx, c, id); err != nil {
		return View{}, err
	}
	var chosen *recruit.Source
	if source != "" {
		all, err := e.o.Store.RemoteSources(ctx, c.Company, id)
		if err != nil {
			return View{}, err
		}
		for i := range all {
			if all[i].ID == source {
				chosen = &all[i]
			}
		}
		if chosen == nil {
			var bad recruit.Invalid
			bad.Add("source_id", "not_allowed")
			return View{}, bad.OrNil()
		}
	}
	if err := e.o.Store.SelectSource(ctx, c.Company, id, chosen, c.Name(), e.o.Now()); err != nil {
		return View{}, err
	}
	return e.Connection(ctx, c, id)
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
