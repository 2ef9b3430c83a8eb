package apply

import (
	"fmt"
	"testing"
	"time"

	"handoff/internal/recruit"
)

func TestADeliveryStartsWhereItsStandingSays(t *testing.T) {
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	base := func() Standing {
		return Standing{Binding: &recruit.Binding{Connection: "conn_1", RemoteJob: "1", State: recruit.BindingUntested}, State: recruit.ConnConnected, Account: "acct",
			Transfer: &recruit.ConsentRecord{Decision: recruit.Given, Connection: "conn_1", AccountID: "acct", RemoteJob: "1", At: day}}
	}
	remote := func(d recruit.Decision, required bool) []recruit.ConsentRecord {
		return []recruit.ConsentRecord{{Purpose: recruit.PurposeRemoteClause, Decision: recruit.ReadOnly}, {Purpose: recruit.PurposeRemoteConsent, Decision: d, Required: required}}
	}
	for _, c := range []struct {
		what   string
		change func(*Standing)
		want   string
	}{
		{"all in order", func(s *Standing) {}, "waiting  "},
		{"not bound", func(s *Standing) { s.Binding = nil }, "none  "},
		{"never asked", func(s *Standing) { s.Transfer = nil }, "withheld consent_not_asked recruiter"},
		{"not asked", func(s *Standing) { s.Transfer.Decision = recruit.NotAsked }, "withheld consent_not_asked recruiter"},
		{"refused", func(s *Standing) { s.Transfer.Decision = recruit.Refused }, "withheld consent_refused "},
		{"asked and not answered", func(s *Standing) { s.Transfer.Decision = recruit.NoStatement }, "withheld consent_refused "},
		{"withdrawn", func(s *Standing) { s.Transfer.Decision = recruit.Withdrawn }, "cancelled withdrawn "},
		{"given to another connection", func(s *Standing) { s.Transfer.Connection = "conn_2" }, "withheld consent_other_account recruiter"},
		{"given to another account", func(s *Standing) { s.Transfer.AccountID = "other" }, "withheld consent_other_account recruiter"},
		{"given before the account was known", func(s *Standing) { s.Transfer.AccountID = "" }, "waiting  "},
		{"and the account was switched since", func(s *Standing) { s.Transfer.AccountID, s.Switched = "", day }, "withheld consent_other_account recruiter"},
		{"given for another job", func(s *Standing) { s.Transfer.RemoteJob = "2" }, "withheld consent_other_job recruiter"},
		{"a required consent of the job's own refused", func(s *Standing) { s.Remote = remote(recruit.Refused, true) }, "withheld remote_consent_refused "},
		{"or not answered", func(s *Standing) { s.Remote = remote(recruit.NoStatement, true) }, "withheld remote_consent_refused "},
		{"an optional one refused", func(s *Standing) { s.Remote = remote(recruit.Refused, false) }, "waiting  "},
		{"a required one given", func(s *Standing) { s.Remote = remote(recruit.Given, true) }, "waiting  "},
		{"nothing asked, because the texts could not be shown", func(s *Standing) { s.Transfer, s.Unread = nil, true }, "withheld remote_texts_unread admin"},
		{"suspicious", func(s *Standing) { s.Suspicious = true }, "held suspicious recruiter"},
		{"suspicious without consent", func(s *Standing) { s.Suspicious, s.Transfer = true, nil }, "withheld consent_not_asked recruiter"},
		{"the connection broken", func(s *Standing) { s.State = recruit.ConnBroken }, "held connection_broken admin"},
		{"the connection gone", func(s *Standing) { s.State = recruit.ConnDisconnected }, "held connection_broken admin"},
		{"the connection failing", func(s *Standing) { s.State = recruit.ConnFailing }, "waiting  "},
		{"the connection untested", func(s *Standing) { s.State = recruit.ConnUntested }, "held connection_broken admin"},
		{"the binding broken", func(s *Standing) { s.Binding.State, s.Binding.Reason = recruit.BindingBroken, "job_closed" }, "held job_closed admin"},
		{"the binding broken for no reason", func(s *Standing) { s.Binding.State = recruit.BindingBroken }, "held binding_broken admin"},
	} {
		s := base()
		c.change(&s)
		state, reason, turn := s.Delivery()
		if got := fmt.Sprintf("%s %s %s", state, reason, turn); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}
