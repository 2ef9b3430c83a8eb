package api

import "strings"

// sentence says a code in English, for a person who reads an answer. A code
// without one is said as its words: codes are made to be read.
func sentence(code string) string {
	if s, ok := sentences[code]; ok {
		return s
	}
	s := strings.ReplaceAll(code, "_", " ")
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

var sentences = map[string]string{
	// of requests
	"unauthorized":            "A token is needed: Authorization: Bearer. It is missing, wrong, expired or revoked.",
	"forbidden":               "This token's role does not allow it.",
	"not_found":               "There is none, or this token may not see it.",
	"invalid":                 "Some of what was sent cannot be; errors says which fields.",
	"malformed":               "It does not have the form that is expected.",
	"body_too_large":          "The body is larger than this operation takes.",
	"body_too_slow":           "The body did not arrive in time.",
	"unsupported_media_type":  "The Content-Type is not one that this operation takes.",
	"too_many_requests":       "Too many requests; Retry-After says how long to wait.",
	"unavailable":             "Busy at the moment; nothing was done. Try again.",
	"internal":                "Something went wrong on our side. It was logged under the X-Request-Id of this answer.",
	"changed_meanwhile":       "Somebody changed it meanwhile; read it again.",
	"use_search":              "An e-mail address never stands in a URL: use POST /applications/search.",
	"idempotency_conflict":    "This Idempotency-Key was used with another body.",
	"idempotency_in_progress": "The first request with this Idempotency-Key is still being worked on.",
	// of fields
	"required": "It is required.", "unknown_field": "There is no such field.", "unknown_parameter": "There is no such parameter.",
	"wrong_type": "It is of another type.", "not_allowed": "This value is not one of those allowed.", "too_long": "It is too long.",
	"too_short": "It is too short.", "too_many": "There are too many.", "too_few": "There are too few.",
	"out_of_range": "It is too small or too large.", "repeated": "It is there more than once.",
	// of companies and processes
	"email_taken":           "This e-mail address signs in already.",
	"process_closed":        "The process is closed.",
	"process_incomplete":    "Something is missing before it can be published.",
	"process_not_open":      "The process is not open.",
	"process_in_use":        "It has applications or was published, and is kept.",
	"two_processes_one_job": "Another process sends to this job too; whoever applies to both is linked, not sent twice.",
	// of applications
	"consent_outdated":           "A text was replaced meanwhile; form has what must be shown now.",
	"form_expired":               "The form_token is older than 24 hours or not ours; read the form again.",
	"application_erased":         "The application was erased.",
	"application_not_suspicious": "The application is not held back.",
	"delivery_not_retryable":     "The delivery is in a state from which it cannot be tried again.",
	// of connections
	"connection_exists":     "There is a connection to this ATS and environment already.",
	"connection_not_ready":  "The connection has no credential that works yet.",
	"connection_broken":     "The connection to the ATS is broken; an Admin must repair it.",
	"credential_by_oauth":   "This connection has no key to replace: authorize it again.",
	"not_oauth":             "This connection does not use OAuth.",
	"oauth_not_configured":  "The operator has not configured the platform's own app for this ATS.",
	"return_url_refused":    "The return_url is not on the installation's list.",
	"account_mismatch":      "The authorization opened another account than the one named.",
	"account_in_use":        "This account belongs to another connection.",
	"choose_account":        "The key opens several companies: confirm one of accounts, then test again.",
	"other_account":         "The credential opens another account than before; nothing is sent until one of the account that was connected is saved and tested.",
	"next_in_use":           "The new credential took over.",
	"next_refused":          "The ATS refuses the new credential; the old one stays in use.",
	"next_other_account":    "The new credential opens another account; the old one stays in use.",
	"next_lacks_rights":     "The new credential lacks rights; the old one stays in use.",
	"no_source":             "No source is chosen: candidates cannot be told from others.",
	"source_gone":           "The chosen source is not in the ATS any more; import the sources and choose again.",
	"source_unlisted":       "The source ID that was typed is not in the ATS's list.",
	"nothing_shared":        "No job is shared with the platform yet.",
	"no_consent_assigned":   "The job has no consent assigned in the ATS; without it no candidate goes in.",
	"removal_by_hand":       "The ATS does not let the test candidate be removed; delete it there by hand.",
	"job_unknown":           "The ATS's list, as last read, has no such job.",
	"awaiting_confirmation": "Name the account with confirm, so that it is used.",
	// of ads
	"ads_not_pushed":           "This ATS pushes no ads: they are read from it.",
	"ads_unreadable":           "The body is no listing of ads as this ATS makes it; nothing was taken.",
	"ad_is_over":               "The ad is over in the ATS.",
	"ad_feed_not_read":         "The ads of this ATS are read from no public feed.",
	"ad_without_recruitment":   "The ad names no job. The one with its reference number is proposed, if there is exactly one: check it, or choose the job when binding the process.",
	"ad_recruitment_not_known": "The ad names a job that the list of jobs does not have: share it in the ATS, and read the jobs again.",
	"ad_without_title":         "The ad has no title, so that no draft was made: give it one in the ATS.",
	"ad_without_key":           "The ATS gave the ad no identifier: a change of it will come as another ad.",
	"ad_for_foreign_portal":    "The ad is for another platform and is not used.",
	"ad_expired":               "The last day of the ad is over: extend it in the ATS to have it back.",
	"ad_hostile_html":          "Script, frames, forms or images were removed from its texts; the words stayed.",
	"ad_doubled_per_region":    "The ATS lists it once per region; it became one process with all cities.",
	"ad_text_cut":              "A text or list is longer than is taken, and ends early: shorten it in the ATS or complete the draft by hand.",
	"ad_draft_deleted":         "The draft of this ad was deleted; it is not made again by itself.",
	// of stages
	"stage_sync_off":  "The synchronization of candidate stages is off: an Admin turns it on.",
	"overtaken":       "The run was not finished: a newer one, which does more, took its place.",
	"stages_unknown":  "The stages of this ATS cannot be read.",
	"stages_not_read": "The stages were not read from the ATS yet; ask again in a moment.",
	"locked":          "This stage's meaning is fixed.",
	"unknown":         "There is none of that name.",
	"stage_unmapped":  "The stage in the ATS is not assigned: whoever stands on it stays where they are.",
	"gone_in_ats":     "It is not in the ATS any more; nothing is erased here.",
	// of deliveries
	"retrying":               "The ATS could not be reached; it is tried again by itself.",
	"rate_limited":           "The ATS asked to wait; it is tried again by itself.",
	"operator_app":           "The ATS refuses the platform's own app; the operator must look.",
	"unanswered":             "The ATS did not answer; what it holds is looked up before anything is sent again.",
	"duplicate":              "The ATS says that it has this already; it is looked up.",
	"job_forbidden":          "The credential may not use this job in the ATS.",
	"job_gone":               "The job is not in the ATS any more.",
	"job_closed":             "The job is closed in the ATS.",
	"rereading":              "The job's own texts are read from the ATS again before it is tried.",
	"job_not_shared":         "The recruitment is not shared with the platform in the ATS; whoever edits it there shares it, and it goes on by itself.",
	"consent_not_assigned":   "The recruitment has no consent assigned in the ATS and takes nobody; assign one there, and it goes on by itself.",
	"company_not_chosen":     "The key opens several companies in the ATS; an Admin must choose one.",
	"remote_texts_changed":   "The job's own texts are not those that the candidate agreed to; nothing was sent, and the candidate has to be asked again.",
	"texts_changed":          "The job's own texts were changed in the ATS; whoever agreed to the former ones and is not there yet has to be asked again.",
	"texts_required":         "A consent of the job became required in the ATS; whoever does not give it is not sent.",
	"scope_narrowed":         "The key opens selected jobs only, and this one is not shared: share it in the ATS, or save a key for all jobs.",
	"remote_texts_unread":    "The job's own texts could not be read from the ATS, so the candidate was not asked; the application stays here.",
	"remote_consent_refused": "The candidate did not give a consent that the ATS requires for the job; the application stays here.",
	"cv_required":            "The job's form in the ATS demands a CV, and there is none.",
	"questions_required":     "The job's form in the ATS has questions of its own that must be answered.",
	"file_type":              "The ATS does not take a file of this type.",
	"file_size":              "The file is larger than the ATS takes.",
	"source_invalid":         "The ATS refuses the chosen source; an Admin must choose another.",
	"suspicious":             "Held back until a person looked: many came at once.",
	"rejected":               "The ATS refuses this application.",
	"ambiguous":              "The ATS holds several candidates with this address; a person must decide.",
	"vanished":               "It stood in the ATS and is not there any more.",
	"duplicate_not_found":    "The ATS says that it has this already, but it cannot be found there.",
	"withdrawn":              "The candidate withdrew.",
	"withdrawn_sent":         "The candidate withdrew after a part had reached the ATS; remove it there.",
	"erased":                 "The candidate's data was erased.",
	"consent_refused":        "The candidate did not agree to the transfer to the ATS.",
	"consent_not_asked":      "The candidate was not asked about the transfer to the ATS.",
	"consent_other_account":  "The candidate agreed to the transfer to another account.",
	"credential_refused":     "The ATS refuses the credential.",
	"grant_revoked":          "The access was withdrawn in the ATS; connect again.",
	"refresh_interrupted":    "A renewal of the access was interrupted; connect again, one click.",
}
