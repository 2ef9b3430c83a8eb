package door

import (
	"context"
	"errors"
	"net/http"

	"handoff/internal/recruit"
)

// problemStatus is the status of each refusal that is not a plain 409.
var problemStatus = map[string]int{
	"consent_outdated":    http.StatusUnprocessableEntity,
	"process_incomplete":  http.StatusUnprocessableEntity,
	"form_expired":        http.StatusUnprocessableEntity,
	"sign_in_refused":     http.StatusUnauthorized,
	"sign_in_limited":     http.StatusTooManyRequests,
	"too_many_requests":   http.StatusTooManyRequests,
	"process_closed":      http.StatusConflict,
	"oauth_state_invalid": http.StatusBadRequest,
	"oauth_denied":        http.StatusBadRequest,
	"oauth_code_refused":  http.StatusBadRequest,
	"return_url_refused":  http.StatusUnprocessableEntity,
	"form_broken":         http.StatusBadRequest,
	"process_not_bound":   http.StatusUnprocessableEntity,
	"connection_unknown":  http.StatusUnprocessableEntity,
	"job_unknown":         http.StatusUnprocessableEntity,
	"body_too_large":      http.StatusRequestEntityTooLarge,
}

// Status turns an outcome into an HTTP status and a stable code. It is the
// one place where that happens. What it does not know is 500 internal: the
// caller logs it, and says nothing of it outside.
func Status(err error) (int, string) {
	var invalid *recruit.Invalid
	var problem *recruit.Problem
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return http.StatusOK, ""
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity, "invalid"
	case errors.As(err, &problem):
		if s, ok := problemStatus[problem.Code]; ok {
			return s, problem.Code
		}
		return http.StatusConflict, problem.Code
	case errors.Is(err, recruit.ErrNotFound):
		return http.StatusNotFound, "not_found"
	case errors.Is(err, recruit.ErrForbidden):
		return http.StatusForbidden, "forbidden"
	case errors.Is(err, recruit.ErrConflict):
		return http.StatusConflict, "changed_meanwhile"
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, "body_too_large"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return http.StatusServiceUnavailable, "unavailable"
	}
	return http.StatusInternalServerError, "internal"
}
