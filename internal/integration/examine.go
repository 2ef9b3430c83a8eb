package integration

import (
	"context"
	"errors"
	"hash/fnv"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Codes of checks about a credential that waits beside the one in use.
const (
	codeNextInUse   = "next_in_use"        // it took over
	codeNextRefused = "next_refused"       // the ATS refuses it
	codeNextOther   = "next_other_account" // it opens another account
	codeNextRights  = "next_lacks_rights"  // it may less than is needed
	codeOther       = "other_account"      // the one in use opens another account than before
)

// examine looks at a connection with the credential in use, keeps what that
// says of it, and returns the checks. usable tells whether work can be sent: a
// source that is gone is a failed check, and no reason to read or send nothing.
// An error means that the question could not be asked, and nothing changed.
// asked tells that a person waits for it: only that ends a pause of the lane.
func (e *Engine) examine(ctx context.Context, id recruit.ConnectionID, conn *connector.Conn, asked bool) (checks []recruit.TestCheck, usable bool, err error) {
	report, err := conn.Core.Check(ctx)
	if err != nil {
		switch connector.KindOf(err) {
		case connector.Unauthorized, connector.Revoked:
			return nil, false, errors.Join(err, e.o.Store.Broken(ctx, id, brokenBy(err), recruit.TurnAdmin, e.o.Now()))
		}
		return nil, false, err
	}
	checks, usable, err = e.learn(ctx, id, report, asked)
	if err != nil {
		return nil, false, err
	}
	return checks, usable, e.keep(ctx, id, checks)
}

// examineNext looks at the credential that waits. It takes over only when it
// opens the same account with the rights that are needed; otherwise the one in
// use stays in use, and the checks say why.
func (e *Engine) examineNext(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, next Waiting) (checks []recruit.TestCheck, usable bool, err error) {
	c, err := e.o.Store.AnyConnection(ctx, id)
	if err != nil {
		return nil, false, err
	}
	t, _ := e.Type(c.ATS)
	m, _ := t.Method(connector.Auth(c.Auth))
	s, tr := e.settings(c), e.host(id, t).lent.Gated(func(context.Context) error { return l.Check() })
	k := &trial{cred: next.Credential, m: m, t: t, s: s, tr: tr, e: e}
	conn, err := connector.Open(t, s, connector.Env{HTTP: tr, Tokens: k, Log: e.o.Log, Now: e.o.Now})
	if err != nil {
		return nil, false, err
	}
	report, err := conn.Core.Check(ctx)
	refuse := func(name, code string, args map[string]string) ([]recruit.TestCheck, bool, error) {
		out := []recruit.TestCheck{{Name: name, State: recruit.CheckFailed, Code: code, Args: args}}
		for _, other := range connectionChecks {
			if other != name {
				out = append(out, recruit.TestCheck{Name: other, State: recruit.CheckNotApplicable, Code: "not_reached"})
			}
		}
		return out, false, nil
	}
	switch kind := connector.KindOf(err); {
	case kind == connector.Unauthorized, kind == connector.Revoked:
		return refuse(connector.CheckCredential, codeNextRefused, nil)
	case err != nil:
		return nil, false, err
	}
	credential, rights := named(report, connector.CheckCredential), named(report, connector.CheckRights)
	before := accountOf(c)
	if c.Account != nil {
		before = c.Account.Name
	}
	switch {
	case credential.State == recruit.CheckFailed && credential.Code == connector.CodeMisconfigured:
		return report.Checks, false, nil // the operator's turn
	case credential.State == recruit.CheckFailed:
		return refuse(connector.CheckCredential, codeNextRefused, nil)
	case len(report.Accounts) > 0:
		return refuse(connector.CheckCredential, codeNextOther, map[string]string{"account": names(report.Accounts), "before": before})
	case rights.State == recruit.CheckFailed && rights.Code == connector.CodeRightsMissing:
		return refuse(connector.CheckRights, codeNextRights, rights.Args)
	case rights.State == recruit.CheckFailed:
		return report.Checks, false, nil // what the ATS answers tells nothing of the credential
	case report.Account.ID != accountOf(c):
		return refuse(connector.CheckCredential, codeNextOther, map[string]string{"account": report.Account.Name, "before": before})
	}
	ok, err := e.o.Store.Promote(context.WithoutCancel(ctx), id, next.SavedAt, k.cred, e.o.Now())
	switch {
	case err != nil:
		return nil, false, err
	case !ok: // another was saved meanwhile, or this one discarded: it is tested next
		return refuse(connector.CheckCredential, "interrupted", nil)
	}
	e.forget(id)
	e.o.Log.Info("connection.key_replaced", "connection", id)
	if checks, usable, err = e.learn(ctx, id, report, true); err != nil {
		return nil, false, err
	}
	for i := range checks {
		if checks[i].Name == connector.CheckCredential && checks[i].State == recruit.CheckPassed {
			checks[i].Code = codeNextInUse
		}
	}
	return checks, usable, e.keep(ctx, id, checks)
}

// learn keeps what a report says of the connection: whose account it is, that
// it works, or that it is broken.
func (e *Engine) learn(ctx context.Context, id recruit.ConnectionID, r connector.Report, asked bool) (checks []recruit.TestCheck, usable bool, err error) {
	c, err := e.o.Store.AnyConnection(ctx, id)
	if err != nil {
		return nil, false, err
	}
	now := e.o.Now()
	settled := c.Account != nil && !c.ConnectedAt.IsZero()
	switch credential := named(r, connector.CheckCredential); {
	case credential.State == recruit.CheckFailed && credential.Code == connector.CodeMisconfigured:
		return r.Checks, false, nil // the operator's turn: the connection is as it was
	case credential.State == recruit.CheckFailed && credential.Code == connector.CodeRevoked:
		return r.Checks, false, e.o.Store.Broken(ctx, id, reasonRevoked, recruit.TurnAdmin, now)
	case credential.State == recruit.CheckFailed:
		return r.Checks, false, e.o.Store.Broken(ctx, id, reasonRefused, recruit.TurnAdmin, now)
	case len(r.Accounts) > 0 && !settled:
		return r.Checks, false, e.o.Store.Offer(ctx, id, r.Accounts)
	case settled && (len(r.Accounts) > 0 || r.Account.ID != "" && r.Account.ID != c.Account.ID):
		// Everything that is bound is of another company than the key opens.
		found := r.Account.Name
		if len(r.Accounts) > 0 {
			found = names(r.Accounts)
		}
		other := recruit.TestCheck{Name: connector.CheckCredential, State: recruit.CheckFailed, Code: codeOther,
			Args: map[string]string{"account": found, "before": c.Account.Name}}
		return replaced(r.Checks, other), false, e.o.Store.Broken(ctx, id, reasonOtherAccount, recruit.TurnAdmin, now)
	case named(r, connector.CheckRights).State == recruit.CheckFailed:
		return r.Checks, false, nil
	}
	if asked {
		err = e.o.Store.Checked(ctx, id, r.Account, now)
	} else {
		err = e.o.Store.StillOpen(ctx, id, r.Account, now)
	}
	var p *recruit.Problem
	if errors.As(err, &p) { // it belongs to another connection
		return replaced(r.Checks, recruit.TestCheck{Name: connector.CheckCredential, State: recruit.CheckFailed, Code: p.Code, Args: p.Args}), false, nil
	}
	return r.Checks, err == nil, err
}

// keep keeps the checks, and has the next ones made in the coming night.
func (e *Engine) keep(ctx context.Context, id recruit.ConnectionID, checks []recruit.TestCheck) error {
	now := e.o.Now()
	night, err := e.nextNight(ctx, id, now)
	if err != nil {
		return err
	}
	return e.o.Store.SaveReport(ctx, id, checks, night, now)
}

// nextNight is when a connection is checked next: between 2:00 and 5:00 of its
// company's time zone, each connection at a time of its own.
func (e *Engine) nextNight(ctx context.Context, id recruit.ConnectionID, now time.Time) (time.Time, error) {
	name, err := e.o.Store.TimeZone(ctx, id)
	if err != nil {
		return time.Time{}, err
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = time.UTC
	}
	return night(now, zone, string(id)), nil
}

// night returns the first time after now that lies between 2:00 and 5:00 in the
// zone, at an offset that key decides. In the night that has no 2:00 it may be
// an hour later.
func night(now time.Time, zone *time.Location, key string) time.Time {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key))
	seconds := int(h.Sum32() % (3 * 60 * 60))
	local := now.In(zone)
	for day := 0; ; day++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, 2, 0, seconds, 0, zone)
		if at.Hour() < 2 {
			at = at.Add(time.Hour)
		}
		if at.After(now) {
			return at
		}
	}
}

func named(r connector.Report, name string) recruit.TestCheck {
	for _, c := range r.Checks {
		if c.Name == name {
			return c
		}
	}
	return recruit.TestCheck{}
}

// replaced is the checks with one in the place of its name, and nothing said
// of those after it.
func replaced(checks []recruit.TestCheck, one recruit.TestCheck) []recruit.TestCheck {
	out, after := make([]recruit.TestCheck, 0, len(checks)), false
	for _, c := range checks {
		switch {
		case c.Name == one.Name:
			c, after = one, true
		case after:
			c = recruit.TestCheck{Name: c.Name, State: recruit.CheckNotApplicable, Code: "not_reached"}
		}
		out = append(out, c)
	}
	return out
}

func names(accounts []recruit.Account) string {
	out := ""
	for i, a := range accounts {
		if i > 0 {
			out += ", "
		}
		out += a.Name
	}
	return out
}
