package delivery

import (
	"errors"
	"math/rand/v2"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// Reasons are stable codes; the catalogue has a sentence for each.
const (
	ReasonRetrying          = "retrying"             // waiting after a failure that passes
	ReasonRateLimited       = "rate_limited"         // waiting, by the ATS's limit
	ReasonRereading         = "rereading"            // waiting until the job's own texts were read again
	ReasonOperator          = "operator_app"         // waiting: the platform's own app is refused
	ReasonUnanswered        = "unanswered"           // being looked up
	ReasonDuplicate         = "duplicate"            // the ATS says it has it: being looked up
	ReasonConnectionBroken  = "connection_broken"    // held until the connection is repaired
	ReasonJobForbidden      = "job_forbidden"        // held: the credential may not use this job
	ReasonJobGone           = "job_gone"             // held: the job is not there
	ReasonJobClosed         = "job_closed"           // held: the job is closed
	ReasonJobNotShared      = "job_not_shared"       // held: the job is not shared with the platform (any more)
	ReasonConsentUnassigned = "consent_not_assigned" // held: the job has no consent assigned, and takes nobody
	ReasonCompanyNotChosen  = "company_not_chosen"   // the connection's: the key opens several companies
	ReasonSourceInvalid     = "source_invalid"       // held: the chosen source is refused
	ReasonSuspicious        = "suspicious"           // held for a person's look
	ReasonRejected          = "rejected"             // needs attention: the ATS refuses it
	ReasonAmbiguous         = "ambiguous"            // needs attention: several in the ATS
	ReasonVanished          = "vanished"             // needs attention: was there, is not
	ReasonDuplicateNotFound = "duplicate_not_found"  // needs attention
	ReasonTextsChanged      = "remote_texts_changed" // needs attention: the job's own texts are not those that were agreed to
	ReasonCVRequired        = "cv_required"          // needs attention: the job takes nobody without a CV
	ReasonQuestions         = "questions_required"   // needs attention: the job's form asks what we do not have
	ReasonFileType          = "file_type"            // needs attention: the ATS does not take such a file
	ReasonFileSize          = "file_size"            // needs attention: nor one so large
	ReasonWithdrawn         = "withdrawn"
	ReasonWithdrawnSent     = "withdrawn_sent" // withdrawn when a part stood in the ATS already
	ReasonErased            = "erased"
	ReasonConsentRefused    = "consent_refused"
	ReasonConsentNotAsked   = "consent_not_asked"
	ReasonConsentOther      = "consent_other_account"
	ReasonRemoteRefused     = "remote_consent_refused" // withheld: a required one of the job's own consents was not given
	ReasonTextsUnread       = "remote_texts_unread"    // withheld: the job's own texts could not be shown, so nothing was asked
)

// Breaks says what else an error breaks.
type Breaks int

const (
	BreaksNothing Breaks = iota
	BreaksConnection
	BreaksBinding
)

// Verdict is what to do about what happened.
type Verdict struct {
	State      recruit.DeliveryState
	Reason     string
	VendorCode string
	Turn       recruit.Turn
	// After is when it is due again, for waiting and unanswered.
	After time.Duration
	// Breaks, with BrokenReason, says what else stops working.
	Breaks       Breaks
	BrokenReason string
	// Pause stops the lane's deliveries for as long.
	Pause time.Duration
	// Trips counts towards the lane's breaker.
	Trips bool
}

// decide is the one function that says what to do after a push that ended
// with err. failures is how many ended badly in a row before it.
func decide(err error, failures int) Verdict {
	v := Verdict{VendorCode: codeOf(err)}
	switch connector.KindOf(err) {
	case connector.Unknown: // no error
		v.State = recruit.DeliveryDelivered
	case connector.Unavailable:
		v.State, v.Reason, v.After, v.Trips = recruit.DeliveryWaiting, ReasonRetrying, backoff(failures), true
		v.After = max(v.After, connector.RetryAfter(err))
	case connector.RateLimited:
		wait := max(connector.RetryAfter(err), time.Second)
		v.State, v.Reason, v.After, v.Pause = recruit.DeliveryWaiting, ReasonRateLimited, wait, wait
	case connector.Misconfigured:
		v.State, v.Reason, v.Turn, v.After, v.Trips = recruit.DeliveryWaiting, ReasonOperator, recruit.TurnOperator, backoff(failures+4), true
	case connector.Unauthorized:
		v.State, v.Reason, v.Turn = recruit.DeliveryHeld, ReasonConnectionBroken, recruit.TurnAdmin
		v.Breaks, v.BrokenReason = BreaksConnection, "credential_refused"
	case connector.Revoked:
		v.State, v.Reason, v.Turn = recruit.DeliveryHeld, ReasonConnectionBroken, recruit.TurnAdmin
		v.Breaks, v.BrokenReason = BreaksConnection, "grant_revoked"
		if codeOf(err) == "REFRESH_INTERRUPTED" {
			v.BrokenReason = "refresh_interrupted"
		}
	case connector.Forbidden:
		v.State, v.Reason, v.Turn = recruit.DeliveryHeld, ReasonJobForbidden, recruit.TurnAdmin
		if reason := jobCodes[v.VendorCode]; reason != "" {
			v.Reason = reason
		}
		v.Breaks, v.BrokenReason = BreaksBinding, v.Reason
		if v.VendorCode == "COMPANY_NOT_CHOSEN" { // nobody's data went anywhere: it is not known whose they would be
			v.Reason, v.Breaks, v.BrokenReason = ReasonConnectionBroken, BreaksConnection, ReasonCompanyNotChosen
		}
	case connector.Gone:
		v.State, v.Reason, v.Turn = recruit.DeliveryHeld, ReasonJobGone, recruit.TurnAdmin
		v.Breaks, v.BrokenReason = BreaksBinding, ReasonJobGone
	case connector.Rejected:
		v.State, v.Reason, v.Turn = recruit.DeliveryNeedsAttention, ReasonRejected, recruit.TurnRecruiter
		if sourceCodes[v.VendorCode] {
			v.State, v.Reason, v.Turn = recruit.DeliveryHeld, ReasonSourceInvalid, recruit.TurnAdmin
		}
		if reason := applicationCodes[v.VendorCode]; reason != "" {
			v.Reason = reason
		}
	case connector.Duplicate:
		v.State, v.Reason = recruit.DeliveryUnanswered, ReasonDuplicate
	default: // Unanswered, and whatever says nothing of what reached the ATS
		v.State, v.Reason, v.After, v.Trips = recruit.DeliveryUnanswered, ReasonUnanswered, firstLook, true
	}
	return v
}

// sourceCodes are refusals that the connection's source earned, not the
// candidate: every application would be refused alike until an Admin chooses
// another (SmartRecruiters, documented at POST /jobs/{jobId}/candidates).
var sourceCodes = map[string]bool{"SOURCE_NOT_FOUND": true, "SOURCE_TYPE_NOT_FOUND": true, "INVALID_SOURCE_ID": true, "SUBTYPE_REQUIRED": true}

// jobCodes are refusals that say why the job takes nobody, by the codes of
// package connector's contract.
var jobCodes = map[string]string{"JOB_CLOSED": ReasonJobClosed, "JOB_NOT_SHARED": ReasonJobNotShared, "CONSENT_NOT_ASSIGNED": ReasonConsentUnassigned}

// applicationCodes are refusals of one application that say what it lacks. Of
// the job's own texts the candidate has to be asked again.
var applicationCodes = map[string]string{"CONSENT_CHANGED": ReasonTextsChanged, "CONSENT_REQUIRED": ReasonTextsChanged, "CONSENT_UNKNOWN": ReasonTextsChanged,
	"CV_REQUIRED": ReasonCVRequired, "QUESTIONS_REQUIRED": ReasonQuestions, "FILE_TYPE": ReasonFileType, "FILE_SIZE": ReasonFileSize}

const (
	firstLook  = 2 * time.Second // after an unanswered request
	firstRetry = 2 * time.Second
	longest    = 15 * time.Minute
)

// backoff doubles from firstRetry to longest, with a fifth of jitter, so that
// a thousand that failed together do not come back together.
func backoff(failures int) time.Duration {
	d := longest
	if failures < 10 {
		d = min(longest, firstRetry<<max(failures, 0))
	}
	return d - d/10 + rand.N(d/5)
}

func codeOf(err error) string {
	var e *connector.Error
	if errors.As(err, &e) {
		return connector.SafeCode(e.Code)
	}
	return ""
}

func statusOf(err error) int {
	var e *connector.Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}
