package smartrecruiters

import (
	"context"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
)

// Check reads the account, the user, one row of each listing that is needed
// and the chosen source. Rights to write cannot be tried without writing: the
// test of a process does that.
func (c *conn) Check(ctx context.Context) (connector.Report, error) {
	var r connector.Report
	company, err := call(ctx, c, reading, opCompany, func(api srapi.Client) (srapi.Company, error) { return api.Company(ctx) })
	rights := newRights()
	switch connector.KindOf(err) {
	case connector.Unknown: // no error
		r.Account = recruit.Account{ID: string(company.Identifier), Name: string(company.Name)}
	case connector.Unauthorized:
		return failed(connector.CodeRefused), nil
	case connector.Revoked:
		return failed(connector.CodeRevoked), nil
	case connector.Misconfigured:
		return failed(connector.CodeMisconfigured), nil
	case connector.Forbidden:
		rights.lack("company_read")
	default:
		return r, err
	}
	r.Checks = append(r.Checks, recruit.TestCheck{Name: connector.CheckCredential, State: recruit.CheckPassed})
	if r.Account.User, err = c.user(ctx); err != nil {
		return r, err
	}
	for _, p := range []struct{ listing, right string }{{"jobs", "jobs_read"}, {"candidates", "candidates_read"}, {"sources", "configuration_read"}} {
		_, err := call(ctx, c, reading, p.listing, func(api srapi.Client) (struct{}, error) { return struct{}{}, api.MayRead(ctx, p.listing) })
		switch connector.KindOf(err) {
		case connector.Unknown:
		case connector.Forbidden:
			rights.lack(p.right)
		default:
			return r, err
		}
	}
	r.Checks = append(r.Checks, rights.check())
	source, err := c.checkSource(ctx)
	if err != nil {
		return r, err
	}
	r.Checks = append(r.Checks, source)
	return r, nil
}

func failed(code string) connector.Report {
	return connector.Report{Checks: []recruit.TestCheck{
		{Name: connector.CheckCredential, State: recruit.CheckFailed, Code: code},
		{Name: connector.CheckRights, State: recruit.CheckNotApplicable},
		{Name: connector.CheckSource, State: recruit.CheckNotApplicable},
	}}
}

// user is whose login this is. Keys and client credentials have nobody, and a
// login may lack the right to say: all of that is no failure.
func (c *conn) user(ctx context.Context) (string, error) {
	cred, err := c.env.Tokens.Current(ctx)
	if err != nil {
		return "", unsent("me", err)
	}
	me, err := c.api(cred).Me(ctx) // a 401 here says nothing new: the company was just read
	switch err = judge(reading, "me", err); connector.KindOf(err) {
	case connector.Unknown:
		if me.Email != "" {
			return string(me.Email), nil
		}
		return strings.TrimSpace(string(me.FirstName + " " + me.LastName)), nil
	case connector.Unauthorized, connector.Forbidden, connector.Gone:
		return "", nil
	}
	return "", err
}

func (c *conn) checkSource(ctx context.Context) (recruit.TestCheck, error) {
	check := recruit.TestCheck{Name: connector.CheckSource, State: recruit.CheckPassed}
	if c.s.Source == nil {
		check.State, check.Code = recruit.CheckWarning, connector.CodeNoSource
		return check, nil
	}
	src, ok := parseSource(c.s.Source.ID)
	if !ok {
		check.State, check.Code = recruit.CheckFailed, connector.CodeSourceGone
		return check, nil
	}
	_, err := call(ctx, c, reading, "source_value", func(api srapi.Client) (srapi.SourceValue, error) { return api.SourceValue(ctx, src) })
	switch connector.KindOf(err) {
	case connector.Unknown:
	case connector.Gone, connector.Rejected: // 404, and 400 for a type that is no more (S)
		check.State, check.Code = recruit.CheckFailed, connector.CodeSourceGone
	case connector.Forbidden: // already told by the rights
		check.State = recruit.CheckNotApplicable
	default:
		return check, err
	}
	return check, nil
}

type rights struct{ missing []string }

func newRights() *rights { return &rights{} }

func (r *rights) lack(right string) { r.missing = append(r.missing, right) }

func (r *rights) check() recruit.TestCheck {
	c := recruit.TestCheck{Name: connector.CheckRights, State: recruit.CheckPassed}
	if len(r.missing) > 0 {
		c.State, c.Code = recruit.CheckFailed, connector.CodeRightsMissing
		c.Args = map[string]string{"rights": strings.Join(r.missing, ", ")}
	}
	return c
}
