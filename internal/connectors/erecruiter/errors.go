package erecruiter

import (
	"errors"
	"slices"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
)

// intent is what a call was for. A call that only reads has done nothing
// whatever became of it, so that its failure is safe to repeat; of a call that
// writes, a failure that does not say "refused" leaves it open.
type intent int

const (
	reading intent = iota
	writing
)

// shape is what a body has to be for a row to fit.
type shape int

const (
	anything shape = iota
	page           // of a browser: of what stands before the API (C: Cloudflare)
)

// verdict is one row of the table: what an answer means, by what it was for.
type verdict struct {
	from, to int    // statuses, both ends in
	shape    shape  // of the body
	meaning  string // of one of its codes, by the mapping; empty for any
	read     connector.Kind
	write    connector.Kind
	code     string // ours, in place of the vendor's; empty keeps that
}

// Codes of ours. They stand in errors whatever words the mapping has for them.
const (
	codeJobClosed       = "JOB_CLOSED"
	codeJobNotShared    = "JOB_NOT_SHARED"
	codeNoConsent       = "CONSENT_NOT_ASSIGNED"
	codeConsentRequired = "CONSENT_REQUIRED"
	codeConsentUnknown  = "CONSENT_UNKNOWN"
	codeConsentChanged  = "CONSENT_CHANGED"
	codeSource          = "SOURCE_NOT_FOUND" // as other connectors say it: the connection's matter
	codeCVRequired      = "CV_REQUIRED"
	codeQuestions       = "QUESTIONS_REQUIRED"
	codeFileType        = "FILE_TYPE"
	codeFileSize        = "FILE_SIZE"
	codeKeyRefused      = "KEY_REFUSED"
	codeCompany         = "COMPANY_NOT_CHOSEN"
	codeNoToken         = "NO_TOKEN"
	codeNoTexts         = "NO_CALL_FOR_CONSENTS"
	codeNoCandidate     = "NO_CANDIDATE_IN_ANSWER"
	codeNoAds           = "NO_CALL_FOR_ADS"
	codeFeedAddress     = "FEED_ADDRESS"
	codeNoStages        = "NO_STAGES"
	codeNoStagesCall    = "NO_CALL_FOR_STAGES"
	codeStageUntold     = "STAGE_UNTOLD"
	codeTokenGone       = "TOKEN_ENDPOINT_GONE"
)

// verdicts is the one table from answers to kinds; the first row that fits
// holds. Of the statuses only 500 with its array was ever seen (C), and pages
// with 403 (C); all else is our reading (A): a 4xx was refused before work
// unless it says that something took too long, and a 5xx may have worked. What
// the recruitment or its form lacks is Forbidden, because it refuses everybody.
func verdicts() []verdict {
	const (
		unavailable = connector.Unavailable
		unanswered  = connector.Unanswered
		rejected    = connector.Rejected
		forbidden   = connector.Forbidden
		duplicate   = connector.Duplicate
		gone        = connector.Gone
	)
	refused := func(meaning string, kind connector.Kind, code string) verdict {
		return verdict{400, 499, anything, meaning, kind, kind, code}
	}
	return []verdict{
		{100, 399, anything, "", unavailable, unanswered, ""}, // no redirect is followed
		{429, 429, anything, "", connector.RateLimited, connector.RateLimited, ""},
		// Codes that mean more than their status.
		refused(erapi.CodeKeyRefused, connector.Unauthorized, codeKeyRefused), // asked after, see conn.blame
		refused(erapi.CodeJobClosed, forbidden, codeJobClosed),
		refused(erapi.CodeJobHidden, forbidden, codeJobNotShared),
		refused(erapi.CodeNoConsent, forbidden, codeNoConsent),
		refused(erapi.CodeConsentRequired, rejected, codeConsentRequired),
		refused(erapi.CodeConsentUnknown, rejected, codeConsentUnknown),
		refused(erapi.CodeConsentChanged, rejected, codeConsentChanged),
		refused(erapi.CodeSource, rejected, codeSource),
		refused(erapi.CodeCVRequired, rejected, codeCVRequired),
		refused(erapi.CodeQuestions, rejected, codeQuestions),
		refused(erapi.CodeFileType, rejected, codeFileType),
		refused(erapi.CodeFileSize, rejected, codeFileSize),
		{400, 499, anything, erapi.CodeDuplicate, rejected, duplicate, ""},
		// Statuses.
		{401, 401, anything, "", connector.Unauthorized, connector.Unauthorized, ""}, // asked after
		{403, 403, page, "", unavailable, unavailable, erapi.AnswerPage},             // the API was not reached: a robot was suspected (C)
		{406, 406, page, "", unavailable, unavailable, erapi.AnswerPage},             // likewise
		{402, 403, anything, "", forbidden, forbidden, ""},                           // asked after
		{404, 404, anything, "", gone, gone, ""},
		{408, 408, anything, "", unavailable, unanswered, ""},
		{409, 409, anything, "", unavailable, duplicate, ""}, // looked up before anybody is told
		{410, 410, anything, "", gone, gone, ""},
		{413, 413, anything, "", rejected, rejected, codeFileSize},
		{421, 421, anything, "", unavailable, unavailable, ""}, // misdirected: by its definition nothing was done
		{423, 423, anything, "", unavailable, unavailable, ""}, // locked
		{425, 425, anything, "", unavailable, unanswered, ""},
		{451, 451, anything, "", forbidden, forbidden, ""},
		{499, 499, anything, "", unavailable, unanswered, ""}, // a proxy's "client closed request"
		{400, 499, anything, "", rejected, rejected, ""},
		{500, 999, anything, "", unavailable, unanswered, ""}, // random 500s are normal (C)
	}
}

func (v verdict) fits(s *erapi.StatusError) bool {
	return s.Status >= v.from && s.Status <= v.to && (v.shape != page || s.Page) && (v.meaning == "" || slices.Contains(s.Meanings, v.meaning))
}

// judge turns whatever a call returned into the one error type.
func judge(why intent, op string, err error) error {
	if err == nil {
		return nil
	}
	known := &connector.Error{Kind: connector.Unanswered, Op: op, Err: errOther}
	var s *erapi.StatusError
	if errors.As(err, &known) || !errors.As(err, &s) {
		if why == reading {
			return known.OfRead()
		}
		return known
	}
	e := &connector.Error{Op: s.Op, Status: s.Status, Kind: connector.Unanswered}
	if len(s.Codes) > 0 {
		e.Code = s.Codes[0]
	}
	for _, v := range verdicts() {
		if !v.fits(s) {
			continue
		}
		if v.code != "" {
			e.Code = v.code
		}
		e.Kind = v.write
		if why == reading {
			e.Kind = v.read
		}
		break
	}
	if e.Kind == connector.RateLimited || e.Kind == connector.Unavailable {
		e.RetryAfter = s.RetryAfter
	}
	return e
}

var errOther = errors.New("the call failed in a way that is not known")
