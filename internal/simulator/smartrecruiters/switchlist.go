package smartrecruiters

import "handoff/internal/simulator/simkit"

// Readings, by switch. The first of each group is the default.
const (
	StatusNew  Setting = "new"
	StatusLead Setting = "lead"

	NewCandidate    Setting = "new_candidate"
	SameCandidate   Setting = "same_candidate"
	SameApplication Setting = "same_application"
	Error400        Setting = "error_400"
	Error409        Setting = "error_409"

	AnyCase Setting = "any_case"
	Exact   Setting = "exact"

	Added      Setting = "added"
	Dropped    Setting = "dropped"
	Replaced   Setting = "replaced"
	Kept       Setting = "kept"
	Latest     Setting = "latest"
	First      Setting = "first"
	Accepted   Setting = "accepted"
	Refused    Setting = "refused"
	NotFound   Setting = "404"
	DeniedLike Setting = "401"

	Flagged      Setting = "flagged"
	Bare         Setting = "bare"
	Hidden       Setting = "hidden"
	Unreliable   Setting = "unreliable"
	Reliable     Setting = "reliable"
	EmptyAfter   Setting = "empty_after"
	NewestFirst  Setting = "newest_first"
	OldestFirst  Setting = "oldest_first"
	UpdatedFirst Setting = "updated_first"

	No      Setting = "no"
	Yes     Setting = "yes"
	Present Setting = "present"
	Absent  Setting = "absent"
	On      Setting = "on"
	Off     Setting = "off"
	Either  Setting = "either"
	Both    Setting = "both"
	Ignored Setting = "ignored"
)

// SwitchList returns every switch in a fixed order, for a suite that turns them one at a time.
func SwitchList() []Switch {
	return []Switch{
		simkit.NewSwitch("initial_status", []Setting{StatusNew, StatusLead}, "Status of an application made by POST /jobs/{jobId}/candidates.", "5.1, 14.2 (3, I)"),
		simkit.NewSwitch("duplicate_email", []Setting{NewCandidate, SameCandidate, Error400, Error409}, "A create with an e-mail that is known from another job makes a second candidate, adds an application to the first, or is refused.", "1.10, 14.1 (I)"),
		simkit.NewSwitch("same_job_twice", []Setting{NewCandidate, SameApplication, Error400, Error409}, "A create with an e-mail that already stands on the same job.", "14.1 (I)"),
		simkit.NewSwitch("email_match", []Setting{AnyCase, Exact}, "Whether Ann@example.com and ann@example.com are one person.", "14.1 (I)"),
		simkit.NewSwitch("merge_tags", []Setting{Added, Dropped, Replaced}, "What becomes of the tags of a create that met an existing candidate.", "14.1 (I)"),
		simkit.NewSwitch("merge_data", []Setting{Kept, Replaced}, "Whether such a create overwrites the name, phone and profile that are there.", "14.1 (I)"),
		simkit.NewSwitch("primary_assignment", []Setting{Latest, First}, "Which application of a candidate is the primary one: the newest or the oldest.", "5.2 (I)"),
		simkit.NewSwitch("closed_job_create", []Setting{Accepted, Refused}, "Whether a candidate can be created on a job that is FILLED, CANCELLED or ON_HOLD.", "4 (I)"),
		simkit.NewSwitch("unknown_job", []Setting{NotFound, DeniedLike}, "A job id that does not exist: 404, or the documented 401 of a denied one.", "4, 13 (S documents only 401; I)"),
		simkit.NewSwitch("templates_in_list", []Setting{Flagged, Bare, Hidden}, "Whether GET /jobs shows job templates with template: true, shows them without it, or leaves them out.", "4 (S for the detail; I)"),
		simkit.NewSwitch("job_pages", []Setting{Unreliable, Reliable}, "pageId on GET /jobs without sort=job_id: pages shuffle and may miss jobs, or happen to be right.", "1.4 (S)"),
		simkit.NewSwitch("last_page", []Setting{Exact, EmptyAfter}, "Whether a full last page still has a nextPageId that leads to an empty page.", "3.3 (I)"),
		simkit.NewSwitch("later_pages", []Setting{"fine", "error_500"}, "Whether pages after the first are answered.", "3.2 (D that a 500 happens; I when)"),
		simkit.NewSwitch("candidate_order", []Setting{NewestFirst, OldestFirst, UpdatedFirst}, "Order of GET /candidates; by last update, rows move between pages while one reads.", "13 (I)"),
		simkit.NewSwitch("history_order", []Setting{NewestFirst, OldestFirst}, "Order of a status history.", "6 (S: not stated)"),
		simkit.NewSwitch("status_moves_updated_on", []Setting{No, Yes}, "Whether a status change moves the candidate's updatedOn, and so updatedAfter.", "14.10 (I)"),
		simkit.NewSwitch("application_id", []Setting{Present, Absent}, "applicationId in GET /candidates/{id}/jobs/{jobId}.", "5.2 (S in the newer, absent in the older specification)"),
		simkit.NewSwitch("delete_application", []Setting{On, Off}, "DELETE /candidates/{id}/jobs/{jobId}, known from a newer list whose path was not readable.", "5.2 (I)"),
		simkit.NewSwitch("history_scope", []Setting{Either, Both}, "Whether candidates_read or candidate_status_read alone opens the status history.", "14.9 (S unclear)"),
		simkit.NewSwitch("validation_errors", []Setting{"400", "422_empty"}, "A body with a missing or malformed field: 400 with codes, or 422 without a body.", "3.2 (S)"),
		simkit.NewSwitch("undeclared_fields", []Setting{Refused, Ignored}, "Body fields and query parameters that no document declares.", "house rule (I)"),
		simkit.NewSwitch("echo_bodies", []Setting{Off, On}, "Whether error messages repeat the request body, personal data included.", "house rule (I)"),
		simkit.NewSwitch("answer_content_type", []Setting{"application/json", "application/json;charset=UTF-8"}, "Content-Type of JSON answers.", "3.4 (I)"),
		simkit.NewSwitch("patch_content_type", []Setting{Either, "application/json", "application/merge-patch+json"}, "Content-Type that PATCH /candidates/{id} takes.", "3.4 (S against 3)"),
		simkit.NewSwitch("tag_length", []Setting{"150", "50"}, "Longest tag.", "14.7 (S 50, 3 150)"),
		simkit.NewSwitch("same_file_name", []Setting{Refused, Accepted}, "A second file of the same name at one application: FILE_ALREADY_EXIST, or stored beside the first.", "5.3 (S; I when it is checked)"),
		simkit.NewSwitch("file_too_large", []Setting{"invalid_file", "413_html"}, "A file above 10 MB: 400 INVALID_FILE, or a proxy's 413 page.", "14.7 (I)"),
		simkit.NewSwitch("consent_requests", []Setting{On, Off}, "Off: no privacy policy is configured, and every consent request has the result 403.", "8 (S)"),
		simkit.NewSwitch("token_errors", []Setting{"rfc6749", "all_401", "errors_body", "empty"}, "Status and body of a refused token request.", "2.6, 14.5 (I)"),
		simkit.NewSwitch("expired_token_body", []Setting{"errors", "oauth", "empty"}, "Body of the 401 for an expired or unknown token.", "2.6 (I)"),
		simkit.NewSwitch("client_credentials_life", []Setting{"1h", "30m", "24h"}, "Life of a client-credentials access token.", "2.3, 14.5 (3: 3600 s)"),
		simkit.NewSwitch("client_credentials_user", []Setting{"refused", "service_user"}, "GET /users/me with a client-credentials token: 403, or a service user.", "2.3 (I)"),
		simkit.NewSwitch("refresh_grace", []Setting{"0s", "60s"}, "How long a used refresh token still answers with a new pair.", "2.2, 14.5 (I)"),
		simkit.NewSwitch("refresh_replay", []Setting{"refused", "revokes_grant"}, "A used refresh token presented again: invalid_grant only, or the whole grant is withdrawn as well.", "2.2 (I)"),
		simkit.NewSwitch("older_token_host", []Setting{On, Off}, "Whether the token endpoint also answers under /www, which stands for the older www host.", "2.1 (D 2018, 3)"),
		simkit.NewSwitch("event_version", []Setting{"v1", "1.0.0", "v201910"}, "Value of the event-version header.", "10.2, 14.8 (S, D)"),
		simkit.NewSwitch("webhook_order", []Setting{"in_order", "shuffled"}, "Whether events of one moment arrive in the order in which they happened.", "10.2 (I)"),
		simkit.NewSwitch("webhook_repeats", []Setting{"once", "twice"}, "Whether an event that was acknowledged is sometimes sent again with the same event-id.", "10.2 (I)"),
	}
}
