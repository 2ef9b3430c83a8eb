package erecruiter

import (
	"context"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// Check asks for the companies, one recruitment and the places of publication.
// The right to insert cannot be tried without inserting: the test of a process
// does that.
func (c *conn) Check(ctx context.Context) (connector.Report, error) {
	var r connector.Report
	all, err := c.companies(ctx)
	switch connector.KindOf(err) {
	case connector.Unknown: // no error
	case connector.Unauthorized, connector.Forbidden: // every key may ask this (A), so that 403 is the key too
		return failed(connector.CodeRefused), nil
	case connector.Revoked:
		return failed(connector.CodeRevoked), nil
	case connector.Misconfigured:
		return failed(connector.CodeMisconfigured), nil
	default:
		return r, err
	}
	r.Checks = append(r.Checks, recruit.TestCheck{Name: connector.CheckCredential, State: recruit.CheckPassed})
	var wrong *recruit.TestCheck
	if r.Account, r.Accounts, wrong = c.account(all); wrong != nil {
		r.Checks = append(r.Checks, *wrong, recruit.TestCheck{Name: connector.CheckSource, State: recruit.CheckNotApplicable})
		return r, nil
	}
	company := r.Account.ID
	rights, err := c.checkRights(ctx, company)
	if err != nil {
		return r, err
	}
	source, err := c.checkSource(ctx, company, &rights)
	if err != nil {
		return r, err
	}
	r.Checks = append(r.Checks, rights, source)
	return r, nil
}

func failed(code string) connector.Report {
	return connector.Report{Checks: []recruit.TestCheck{
		{Name: connector.CheckCredential, State: recruit.CheckFailed, Code: code},
		{Name: connector.CheckRights, State: recruit.CheckNotApplicable},
		{Name: connector.CheckSource, State: recruit.CheckNotApplicable},
	}}
}

// checkRights asks for one recruitment. A key that sees none is good: with
// access to selected ones nothing is shared yet (S3).
func (c *conn) checkRights(ctx context.Context, company string) (recruit.TestCheck, error) {
	check := recruit.TestCheck{Name: connector.CheckRights, State: recruit.CheckPassed}
	some, err := callFor(ctx, c, company, reading, erapi.OpRecruitments, func(api erapi.Client) (bool, error) { return api.MayListRecruitments(ctx) })
	switch connector.KindOf(err) {
	case connector.Unknown:
		if !some {
			check.State, check.Code = recruit.CheckWarning, connector.CodeNothingShared
		}
	case connector.Forbidden:
		lack(&check, erapi.OpRecruitments)
	default:
		return check, err
	}
	return check, nil
}

// checkSource looks for the chosen source among the active places of
// publication. One that was typed and is not there is no failure: that the
// list of origins is the list of sources is inferred.
func (c *conn) checkSource(ctx context.Context, company string, rights *recruit.TestCheck) (recruit.TestCheck, error) {
	check := recruit.TestCheck{Name: connector.CheckSource, State: recruit.CheckPassed}
	if c.s.Source == nil {
		check.State, check.Code = recruit.CheckWarning, connector.CodeNoSource
	}
	list, err := callFor(ctx, c, company, reading, erapi.OpOrigins, func(api erapi.Client) ([]erapi.Origin, error) { return api.Origins(ctx) })
	switch connector.KindOf(err) {
	case connector.Unknown:
	case connector.Forbidden, connector.Gone:
		if typed(c.s.Source) { // the fallback is for just this
			check.State, check.Code = recruit.CheckWarning, connector.CodeSourceUnlisted
			return check, nil
		}
		lack(rights, erapi.OpOrigins)
		check.State, check.Code = recruit.CheckNotApplicable, ""
		return check, nil
	default:
		return check, err
	}
	if c.s.Source == nil {
		return check, nil
	}
	for _, o := range list {
		if o.ID == c.s.Source.ID && o.Active {
			return check, nil
		}
	}
	check.State, check.Code = recruit.CheckFailed, connector.CodeSourceGone
	if typed(c.s.Source) {
		check.State, check.Code = recruit.CheckWarning, connector.CodeSourceUnlisted
	}
	return check, nil
}

func typed(s *recruit.Source) bool { return s != nil && s.Group == connector.SourceTyped }

func lack(c *recruit.TestCheck, right string) {
	missing := []string{right}
	if c.Code == connector.CodeRightsMissing {
		missing = append(strings.Split(c.Args["rights"], ", "), right)
	}
	c.State, c.Code = recruit.CheckFailed, connector.CodeRightsMissing
	c.Args = map[string]string{"rights": strings.Join(missing, ", ")}
}
