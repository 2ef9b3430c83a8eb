package smartrecruiters

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
)

// intent is what a call was for. A call that only reads has done nothing
// whatever became of it, so that its failure is safe to repeat; of a call that
// writes, a failure that does not say "refused" leaves it open.
type intent int

const (
	reading intent = iota
	writing
)

// verdict is one row of the table: what an answer means, by what it was for.
type verdict struct {
	from, to int    // statuses, both ends in
	code     string // of the vendor, a part of it is enough; empty for any
	read     connector.Kind
	write    connector.Kind
}

// verdicts is the one table from answers to kinds; the first row that fits
// holds. Statuses that the vendor documents are 400, 401, 403, 404, 409, 422,
// 429, 500, 502, 503 and 504 (D: dev:docs/error-handling); codes are from its
// OpenAPI (S); all else is our reading (I): a 4xx was refused before work
// unless it says that something took too long, and a 5xx may have worked.
func verdicts() []verdict {
	const (
		unavailable = connector.Unavailable
		unanswered  = connector.Unanswered
		rejected    = connector.Rejected
		forbidden   = connector.Forbidden
		duplicate   = connector.Duplicate
		gone        = connector.Gone
	)
	return []verdict{
		{100, 399, "", unavailable, unanswered}, // no redirect is followed
		// Codes that mean more than their status.
		{400, 400, "INVALID_PAGE_ID", unavailable, rejected},    // the listing is read again from the start
		{400, 499, "ALREADY_EXIST", rejected, duplicate},        // FILE_ALREADY_EXIST is 400 (S); of a candidate nothing is known (I)
		{400, 499, "SOURCE_TYPE_NOT_FOUND", rejected, rejected}, // 404 (S): the source, not the job
		{400, 499, "SOURCE_NOT_FOUND", rejected, rejected},      // 400, and 404 by uuid (S)
		{400, 499, "SUBTYPE_REQUIRED", rejected, rejected},
		{400, 499, "INVALID_SOURCE_ID", rejected, rejected},
		{400, 499, "MALWARE_DETECTED", rejected, rejected}, // 403 on a download (S)
		{400, 499, "REST_CALL_TIMEOUT", unavailable, unanswered},
		{400, 400, "PERMISSION_DENIED", forbidden, forbidden},
		// Statuses.
		{401, 401, "", connector.Unauthorized, connector.Unauthorized}, // asked after, see conn.blame
		{402, 403, "", forbidden, forbidden},
		{404, 404, "", gone, gone},
		{408, 408, "", unavailable, unanswered},
		{409, 409, "", unavailable, duplicate},
		{410, 410, "", gone, gone},
		{421, 421, "", unavailable, unavailable}, // misdirected: by its definition nothing was done
		{423, 423, "", unavailable, unavailable}, // locked
		{425, 425, "", unavailable, unanswered},
		{429, 429, "", connector.RateLimited, connector.RateLimited},
		{451, 451, "", forbidden, forbidden},
		{499, 499, "", unavailable, unanswered}, // a proxy's "client closed request"
		{400, 499, "", rejected, rejected},
		{500, 999, "", unavailable, unanswered},
	}
}

// judge turns whatever a call returned into the one error type.
func judge(why intent, op string, err error) error {
	if err == nil {
		return nil
	}
	known := &connector.Error{Kind: connector.Unanswered, Op: op, Err: errOther}
	var s *srapi.StatusError
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
		if s.Status < v.from || s.Status > v.to {
			continue
		}
		if v.code != "" {
			i := slices.IndexFunc(s.Codes, func(code string) bool { return strings.Contains(code, v.code) })
			if i < 0 {
				continue
			}
			e.Code = s.Codes[i]
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

func is401(err error) bool {
	var s *srapi.StatusError
	return errors.As(err, &s) && s.Status == http.StatusUnauthorized
}

// hasCode tells whether an error of a connector carries a vendor's code.
func hasCode(err error, code string) bool {
	var e *connector.Error
	return errors.As(err, &e) && e.Code == code
}
