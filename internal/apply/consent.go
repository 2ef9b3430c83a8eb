package apply

import (
	"time"

	"handoff/internal/recruit"
)

// Choice is a decision on one text that was shown.
type Choice struct {
	Decision recruit.Decision
	Version  int
}

// RemoteChoice is a decision on one of the ATS's own texts that was shown.
type RemoteChoice struct {
	ID       string
	Version  int
	Decision recruit.Decision
}

// decisions are an applicant's choices against the form as it is now.
type decisions struct {
	clause, transfer, future *Choice
	remote                   []RemoteChoice
	token                    *formToken // nil: only the platform says what was shown
	locale, channel          string
	at                       time.Time
}

// records returns the consent records of an application made to t, without
// the application's identifier.
//
// Invalid when the clause was not confirmed. Problem consent_outdated when
// what was shown is not what is shown now: a text replaced, the process bound
// since, or bound to another ATS.
func (e *Engine) records(t Target, d decisions) ([]recruit.ConsentRecord, error) {
	f := e.form(t, d.locale)
	now := shows(t.Process.ID, f)
	if d.token != nil && !d.token.sameAs(now) {
		return nil, outdated()
	}
	v := &recruit.Invalid{}
	known(v, "consent.clause", d.clause)
	known(v, "consent.ats_transfer", d.transfer)
	known(v, "consent.future_recruitments", d.future)
	if d.clause == nil || d.clause.Decision != recruit.Given {
		v.Add("consent.clause", "required") // rule R24
	}
	knownRemote(v, f.Remote, d.remote)
	if err := v.OrNil(); err != nil {
		return nil, err
	}
	var out []recruit.ConsentRecord
	add := func(p recruit.Purpose, s *Shown, c *Choice) bool {
		if s == nil {
			// Deciding about something that is not asked: it was, a moment ago.
			return c == nil || c.Decision == recruit.NoStatement || c.Decision == recruit.NotAsked
		}
		if c == nil {
			c = &Choice{Decision: recruit.NoStatement, Version: s.Version}
			if d.token == nil {
				c.Decision = recruit.NotAsked // nobody says that it was shown
			}
		}
		said := c.Decision == recruit.Given || c.Decision == recruit.Refused
		if c.Version != s.Version && (c.Version != 0 || d.token == nil && said) {
			return false
		}
		r := recruit.ConsentRecord{Company: t.Process.Company, Purpose: p, TextID: s.ID, Version: s.Version, Locale: language(d.locale),
			Text: s.Text, SHA256: s.SHA256, Decision: c.Decision, Channel: d.channel, Asserted: d.token == nil, At: d.at}
		switch p {
		case recruit.PurposeATSTransfer:
			r.Connection, r.AccountID, r.RemoteJob = t.Binding.Connection, t.Account, t.Binding.RemoteJob
		case recruit.PurposeFuture:
			r.ValidMonths = f.FutureMonths
		}
		r.ID = recruit.NewConsentRecordID(d.at)
		out = append(out, r)
		return true
	}
	if !add(recruit.PurposeClause, &f.Clause, d.clause) || !add(recruit.PurposeATSTransfer, f.ATSTransfer, d.transfer) {
		return nil, outdated()
	}
	remote, ok := remoteRecords(t, f.Remote, d)
	out = append(out, remote...)
	if !ok || !add(recruit.PurposeFuture, f.FutureRecruitments, d.future) {
		return nil, outdated()
	}
	return out, nil
}

// known refuses a decision that is not an applicant's to make in a form.
func known(v *recruit.Invalid, path string, c *Choice) {
	if c == nil {
		return
	}
	switch c.Decision {
	case recruit.Given, recruit.Refused, recruit.NoStatement, recruit.NotAsked:
	default:
		v.Add(path, "not_allowed")
	}
}

func outdated() error { return recruit.Refuse("consent_outdated") }
