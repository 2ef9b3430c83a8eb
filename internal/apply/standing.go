package apply

import (
	"slices"
	"time"

	"handoff/internal/recruit"
)

// Codes of why a delivery does not go on. The sentences are in the catalogue.
const (
	reasonRefused       = "consent_refused"        // asked, and not agreed to
	reasonNotAsked      = "consent_not_asked"      // applied while the process was not bound
	reasonOtherAccount  = "consent_other_account"  // agreed to another connection or ATS account
	reasonOtherJob      = "consent_other_job"      // agreed to another job of this account
	reasonRemoteRefused = "remote_consent_refused" // a required one of the job's own consents was not given
	reasonTextsUnread   = "remote_texts_unread"    // the job's own texts could not be shown, so nothing was asked
	reasonWithdrawn     = "withdrawn"
	reasonSuspicious    = "suspicious"
	reasonBroken        = "connection_broken"
	reasonBrokenBinding = "binding_broken" // when the binding says no reason of its own
)

// Standing is what decides where a delivery begins, and where it begins again
// when its process is bound, bound to something else, or unbound.
//
// The consent is to passing this application to one ATS account for one job.
// A company that binds the process to something else afterwards has no
// consent for that: what was agreed to is withheld, with a reason of its own,
// rather than sent somewhere the candidate was not asked about.
type Standing struct {
	Binding  *recruit.Binding // nil: not bound
	State    recruit.ConnectionState
	Account  string
	Switched time.Time
	Transfer *recruit.ConsentRecord // the newest; nil when never asked
	// Remote are the newest records on the texts of the binding's own job.
	Remote []recruit.ConsentRecord
	// Unread: the transfer was not asked, because those texts could not be shown.
	Unread     bool
	Suspicious bool
}

// Delivery returns the state, why, and whose turn it is.
func (s Standing) Delivery() (recruit.DeliveryState, string, recruit.Turn) {
	if s.Binding == nil {
		return recruit.DeliveryNone, "", recruit.TurnNobody
	}
	switch c := s.Transfer; {
	case s.Unread && c == nil:
		return recruit.DeliveryWithheld, reasonTextsUnread, recruit.TurnAdmin
	case c == nil || c.Decision == recruit.NotAsked:
		return recruit.DeliveryWithheld, reasonNotAsked, recruit.TurnRecruiter
	case c.Decision == recruit.Withdrawn:
		return recruit.DeliveryCancelled, reasonWithdrawn, recruit.TurnNobody
	case c.Decision != recruit.Given:
		return recruit.DeliveryWithheld, reasonRefused, recruit.TurnNobody
	case c.Connection != s.Binding.Connection || !s.covers(c):
		return recruit.DeliveryWithheld, reasonOtherAccount, recruit.TurnRecruiter
	case c.RemoteJob != s.Binding.RemoteJob:
		return recruit.DeliveryWithheld, reasonOtherJob, recruit.TurnRecruiter
	case RequiredRefused(s.Remote):
		return recruit.DeliveryWithheld, reasonRemoteRefused, recruit.TurnNobody
	}
	switch {
	case s.Suspicious:
		return recruit.DeliveryHeld, reasonSuspicious, recruit.TurnRecruiter
	case s.State != recruit.ConnConnected && s.State != recruit.ConnFailing: // not tested, not confirmed, broken, gone
		return recruit.DeliveryHeld, reasonBroken, recruit.TurnAdmin
	case s.Binding.State == recruit.BindingBroken:
		if s.Binding.Reason == "" {
			return recruit.DeliveryHeld, reasonBrokenBinding, recruit.TurnAdmin
		}
		return recruit.DeliveryHeld, s.Binding.Reason, recruit.TurnAdmin
	}
	return recruit.DeliveryWaiting, "", recruit.TurnNobody
}

// covers tells whether a consent is to the connection's account. One that was
// given before the connection had told whose account it opens is to whichever
// that turned out to be, and to none that was switched to afterwards.
func (s Standing) covers(c *recruit.ConsentRecord) bool {
	return c.AccountID == s.Account || c.AccountID == "" && c.At.After(s.Switched)
}

// RequiredRefused tells whether one of the job's own consents that must be
// given was refused or left unanswered: the application stays here then.
func RequiredRefused(remote []recruit.ConsentRecord) bool {
	return slices.ContainsFunc(remote, func(c recruit.ConsentRecord) bool {
		return c.Required && c.Decision != recruit.Given && c.Purpose == recruit.PurposeRemoteConsent
	})
}
