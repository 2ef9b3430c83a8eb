package erecruiter

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// clockSlack is how far the two clocks may be apart before a check says so.
const clockSlack = 2 * time.Minute

// Check asks for the companies, two recruitments, the company's stages and the
// places of publication. The right to insert cannot be tried without inserting:
// the test of a process does that.
//
// What comes in a form that the mapping does not describe is a failed check with
// a code of its own, because trying again later does not help; an error is left
// for outages.
func (c *conn) Check(ctx context.Context) (connector.Report, error) {
	look := &erapi.Look{Now: c.env.Now}
	k := &checking{conn: &conn{m: c.m, s: c.s, env: c.env, look: look, company: c.s.Account}}
	all, err := asked(func() ([]erapi.Company, error) { return k.companies(ctx) })
	code, known := formOf(err)
	switch kind := connector.KindOf(err); {
	case kind == connector.Unknown: // no error
	case known:
		return formless(code), nil
	case kind == connector.Unauthorized, kind == connector.Forbidden: // every key may ask this (A), so that 403 is the key too
		return failed(connector.CodeRefused), nil
	case kind == connector.Revoked:
		return failed(connector.CodeRevoked), nil
	case kind == connector.Misconfigured:
		return failed(connector.CodeMisconfigured), nil
	default:
		return connector.Report{}, err
	}
	var r connector.Report
	var wrong *recruit.TestCheck
	credential := recruit.TestCheck{Name: connector.CheckCredential, State: recruit.CheckPassed}
	if r.Account, r.Accounts, wrong = c.account(all); wrong != nil {
		r.Checks = []recruit.TestCheck{credential, *wrong, {Name: connector.CheckSource, State: recruit.CheckNotApplicable}}
		return r, nil
	}
	k.company = r.Account.ID
	rights, err := k.rights(ctx)
	if err != nil {
		return r, err
	}
	source, err := k.source(ctx, &rights)
	if err != nil {
		return r, err
	}
	seen := look.Seen()
	switch { // what is to be done first is said
	case rights.State != recruit.CheckPassed:
	case seen.Unpaged:
		warn(&rights, connector.CodePagingIgnored)
	case seen.Moved:
		warn(&rights, connector.CodeAnswerMoved)
	case k.noStages:
		warn(&rights, connector.CodeNoStages)
	case seen.Limited:
		warn(&rights, connector.CodeRateLimited)
	}
	if seen.Apart > clockSlack {
		warn(&credential, connector.CodeClockSkew)
		credential.Args = map[string]string{"minutes": strconv.Itoa(int(seen.Apart.Round(time.Minute).Minutes()))}
	}
	r.Checks = []recruit.TestCheck{credential, rights, source}
	return r, nil
}

// checking is one check under way.
type checking struct {
	*conn
	noStages bool
}

// asked asks once more where an answer came in a form that is not known: that
// may have been an accident.
func asked[T any](f func() (T, error)) (v T, err error) {
	for range patience {
		if v, err = f(); err == nil {
			break
		}
		if _, form := formOf(err); !form {
			break
		}
	}
	return v, err
}

// ask is a call for the chosen company.
func ask[T any](ctx context.Context, k *checking, op string, f func(erapi.Client) (T, error)) (T, error) {
	return asked(func() (T, error) { return callFor(ctx, k.conn, k.company, reading, op, f) })
}

// rights asks for recruitments and stages. A key that sees no recruitment is
// good: with access to selected ones nothing is shared yet (S3). Stages are not
// needed to send anybody, so that what is wrong with them is a warning.
func (k *checking) rights(ctx context.Context) (recruit.TestCheck, error) {
	check := recruit.TestCheck{Name: connector.CheckRights, State: recruit.CheckPassed}
	some, err := ask(ctx, k, erapi.OpRecruitments, func(api erapi.Client) (bool, error) { return api.ProbeRecruitments(ctx) })
	code, known := formOf(err)
	switch kind := connector.KindOf(err); {
	case kind == connector.Unknown && !some:
		warn(&check, connector.CodeNothingShared)
	case kind == connector.Unknown:
	case known:
		fail(&check, code)
		return check, nil
	case kind == connector.Forbidden:
		lack(&check, erapi.OpRecruitments)
	default:
		return check, err
	}
	if !k.m.Has(erapi.OpStages) {
		return check, nil
	}
	stages, err := ask(ctx, k, erapi.OpStages, func(api erapi.Client) (bool, error) { return api.AnyStages(ctx) })
	code, known = formOf(err)
	switch kind := connector.KindOf(err); {
	case kind == connector.Unknown:
		k.noStages = !stages
	case check.State != recruit.CheckPassed && (known || kind == connector.Forbidden || kind == connector.Gone): // there is worse
	case known:
		warn(&check, code)
	case kind == connector.Forbidden, kind == connector.Gone:
		lack(&check, erapi.OpStages)
		check.State = recruit.CheckWarning
	default:
		return check, err
	}
	return check, nil
}

// source looks for the chosen source among the places of publication. One that
// was typed and is not there is no failure: that the list of origins is the list
// of sources is inferred.
func (k *checking) source(ctx context.Context, rights *recruit.TestCheck) (recruit.TestCheck, error) {
	check := recruit.TestCheck{Name: connector.CheckSource, State: recruit.CheckPassed}
	if k.s.Source == nil {
		warn(&check, connector.CodeNoSource)
	}
	list, err := ask(ctx, k, erapi.OpOrigins, func(api erapi.Client) ([]erapi.Origin, error) { return api.Origins(ctx) })
	code, known := formOf(err)
	switch kind := connector.KindOf(err); {
	case kind == connector.Unknown:
		k.match(&check, list)
	case known:
		if rights.State != recruit.CheckFailed {
			fail(rights, code)
		}
		check.State, check.Code = recruit.CheckNotApplicable, ""
	case kind == connector.Forbidden, kind == connector.Gone:
		if typed(k.s.Source) { // the fallback is for just this
			warn(&check, connector.CodeSourceUnlisted)
			return check, nil
		}
		lack(rights, erapi.OpOrigins)
		check.State, check.Code = recruit.CheckNotApplicable, ""
	default:
		return check, err
	}
	return check, nil
}

// match says how the chosen source stands in the list.
func (k *checking) match(check *recruit.TestCheck, list []erapi.Origin) {
	worse := fail
	if typed(k.s.Source) {
		worse = warn
	}
	there, active := false, false
	for _, o := range list {
		if k.s.Source != nil && o.ID == k.s.Source.ID {
			there, active = true, o.Active
		}
	}
	switch {
	case k.s.Source == nil || active:
	case there:
		worse(check, connector.CodeSourceInactive)
	case typed(k.s.Source):
		warn(check, connector.CodeSourceUnlisted)
	default:
		fail(check, connector.CodeSourceGone)
	}
	if ours := k.named(list); len(ours) > 1 && check.State == recruit.CheckPassed {
		warn(check, connector.CodeSourceDoubled)
		check.Args = map[string]string{"sources": strings.Join(ours, ", ")}
	}
}

// named are the active sources with our name, with their ids.
func (k *checking) named(list []erapi.Origin) []string {
	var out []string
	for _, s := range k.suggested(list) {
		if s.Suggested {
			out = append(out, s.Name+" ("+s.ID+")")
		}
	}
	return out
}

// formOf is the code of a check for an answer that is none of the API that the
// mapping describes.
func formOf(err error) (code string, known bool) {
	var e *connector.Error
	if !errors.As(err, &e) || e.Kind != connector.Unavailable {
		return "", false
	}
	code, known = map[string]string{
		erapi.AnswerPage: connector.CodeAnswerPage, erapi.AnswerEmpty: connector.CodeAnswerEmpty, erapi.AnswerBroken: connector.CodeAnswerForm,
		erapi.ListingBroken: connector.CodeAnswerForm, erapi.RowWithoutID: connector.CodeAnswerForm, erapi.ListingCut: connector.CodeListCutOff,
		erapi.ListingWhole: connector.CodePagingIgnored, codeTokenGone: connector.CodeTokenGone,
	}[e.Code]
	return code, known
}

func failed(code string) connector.Report {
	return connector.Report{Checks: []recruit.TestCheck{
		{Name: connector.CheckCredential, State: recruit.CheckFailed, Code: code},
		{Name: connector.CheckRights, State: recruit.CheckNotApplicable},
		{Name: connector.CheckSource, State: recruit.CheckNotApplicable},
	}}
}

// formless is a report of answers that tell nothing, of the credential either.
func formless(code string) connector.Report {
	return connector.Report{Checks: []recruit.TestCheck{
		{Name: connector.CheckCredential, State: recruit.CheckNotApplicable},
		{Name: connector.CheckRights, State: recruit.CheckFailed, Code: code},
		{Name: connector.CheckSource, State: recruit.CheckNotApplicable},
	}}
}

func typed(s *recruit.Source) bool { return s != nil && s.Group == connector.SourceTyped }

func warn(c *recruit.TestCheck, code string) { c.State, c.Code = recruit.CheckWarning, code }

func fail(c *recruit.TestCheck, code string) { c.State, c.Code = recruit.CheckFailed, code }

func lack(c *recruit.TestCheck, right string) {
	missing := []string{right}
	if c.Code == connector.CodeRightsMissing {
		missing = append(strings.Split(c.Args["rights"], ", "), right)
	}
	fail(c, connector.CodeRightsMissing)
	c.Args = map[string]string{"rights": strings.Join(missing, ", ")}
}
