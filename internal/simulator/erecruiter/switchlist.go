package erecruiter

import "handoff/internal/simulator/simkit"

// Readings that the code or a test names. The first of each list below is the default.
const (
	On  Setting = "on"
	Off Setting = "off"

	Wire    Setting = "wire"
	Refused Setting = "refused"
	Ignored Setting = "ignored"
	First   Setting = "first"
	Listed  Setting = "listed"
	Hidden  Setting = "hidden"
	Exact   Setting = "exact"
	Absent  Setting = "absent"
	Text    Setting = "text"

	Honoured     Setting = "honoured"
	Second       Setting = "second"
	Error409     Setting = "error_409"
	NewCandidate Setting = "new_candidate"
	OldestFirst  Setting = "oldest_first"
	NewestFirst  Setting = "newest_first"

	Local        Setting = "local"
	RFC3339      Setting = "rfc3339"
	PolishDate   Setting = "polish"
	Milliseconds Setting = "ms"
)

// SwitchList describes every switch; the README holds it as a table.
func SwitchList() []Switch {
	return []Switch{
		simkit.NewSwitch("unshared_by_id", []Setting{"403", "404"}, "A recruitment that is not shared with the partner, asked by id: forbidden, or not found.", "11.4 (A)"),
		simkit.NewSwitch("recruitment_list", []Setting{"active_and_draft", "active", "all"}, "Which recruitments GET Recruitments lists; closed ones have a path of their own.", "5 (I)"),
		simkit.NewSwitch("duplicate", []Setting{"existing", "error_409", "second"}, "A create with an e-mail that stands in the same recruitment: the existing ids with 200, a refusal, or a second application.", "6, 8.3 (U, A)"),
		simkit.NewSwitch("external_id", []Setting{"honoured", "ignored"}, "Whether a repeated externalId finds its first application.", "8.3 (A)"),
		simkit.NewSwitch("idempotency_key", []Setting{"ignored", "honoured"}, "Whether a repeated header Idempotency-Key finds its first application.", "8.3 (A)"),
		simkit.NewSwitch("same_person", []Setting{"same_candidate", "new_candidate"}, "The e-mail of a candidate of another recruitment: the same candidate, or another one.", "6, 8.3 (A)"),
		simkit.NewSwitch("email_match", []Setting{"any_case", "exact"}, "Whether Ann@example.com and ann@example.com are one person.", "8.3 (A)"),
		simkit.NewSwitch("origin_on_insert", []Setting{"optional", "required"}, "Whether a create must name its source.", "13.5 (U)"),
		simkit.NewSwitch("inactive_origin", []Setting{"refused", "accepted"}, "A create from a source that was deactivated.", "8.1 (U)"),
		simkit.NewSwitch("consent_version", []Setting{"accepted", "refused"}, "A decision on an older version of a consent's text than the one in force.", "13.4 (U)"),
		simkit.NewSwitch("clause_statement", []Setting{"recorded", "refused"}, "A statement about a clause, which is text only.", "6 (U)"),
		simkit.NewSwitch("consents_call", []Setting{"on", "off"}, "Whether the consents of a recruitment can be read at all.", "8.2 (A)"),
		simkit.NewSwitch("custom_questions", []Setting{"refused", "bypassed"}, "A create that leaves a mandatory question of the form open.", "12 (U)"),
		simkit.NewSwitch("file_check", []Setting{"name", "content"}, "What a file's type is told by: the end of its name, or its content as well.", "6 (U)"),
		simkit.NewSwitch("created_answer", []Setting{"ids", "application_only", "empty"}, "Body of the answer to a create.", "8.3 (A)"),
		simkit.NewSwitch("stage_in_list", []Setting{"present", "absent"}, "Whether the list of applications shows the current stage.", "12 (U)"),
		simkit.NewSwitch("stage_type", []Setting{"present", "absent"}, "Whether a stage shows its category.", "13.6 (U)"),
		simkit.NewSwitch("stage_names", []Setting{"pl", "en"}, "Language of the names of system stages.", "6 (U)"),
		simkit.NewSwitch("removed_stages", []Setting{"hidden", "listed"}, "Whether the company's stages still list a deleted one.", "13.6 (U)"),
		simkit.NewSwitch("history_order", []Setting{"oldest_first", "newest_first"}, "Order of the stage history.", "5 (U)"),
		simkit.NewSwitch("application_order", []Setting{"newest_first", "oldest_first", "shuffled"}, "Order of the list of applications; shuffled, each call has its own.", "5 (U)"),
		simkit.NewSwitch("later_pages", []Setting{"fine", "error_500"}, "Whether pages after the first are answered.", "4 (C that 500s are normal)"),
		simkit.NewSwitch("ignored_offset", []Setting{"keyed_lists", "none", "all"}, "Which lists ignore paging: those of tags, stages of a recruitment and candidates' details, none, or every one.", "4 (C that some do)"),
		simkit.NewSwitch("envelope", []Setting{"wire", "bare", "other_key", "wrapped"}, "Envelope of lists: the dialect's, a bare array, the key items, or the dialect's inside data.", "4 (C that it is inconsistent)"),
		simkit.NewSwitch("counts", []Setting{"mixed", "absent", "wrong"}, "The number of all items beside a list: differently named, missing, or not true.", "4 (C)"),
		simkit.NewSwitch("company_id", []Setting{"number", "text"}, "Form of companyId.", "4 (C, I)"),
		simkit.NewSwitch("field_case", []Setting{"camel", "pascal"}, "Case of field names in answers.", "4 (C)"),
		simkit.NewSwitch("dates", []Setting{"wire", "local", "rfc3339", "polish", "ms"}, "Form of dates: the dialect's, Warsaw time without zone, RFC 3339, 02.01.2006, or /Date(ms)/.", "4 (A)"),
		simkit.NewSwitch("missing_company", []Setting{"refused", "first"}, "A call without companyId.", "4 (U)"),
		simkit.NewSwitch("limit_too_high", []Setting{"capped", "refused"}, "A page longer than the greatest.", "4 (U)"),
		simkit.NewSwitch("error_body", []Setting{"wire", "object", "html", "empty"}, "Body of an error: the array of the 2018 API (or what the dialect says), one object, a page, nothing.", "4 (C on 500)"),
		simkit.NewSwitch("revoked_key", []Setting{"401", "403"}, "Status for a key that was revoked.", "3 (A)"),
		simkit.NewSwitch("rate_answer", []Setting{"429_retry_after", "429", "503", "403_html"}, "How a call above the limit is answered.", "4 (U)"),
		simkit.NewSwitch("expires_in", []Setting{"number", "text"}, "Form of expires_in in the token.", "3 (A)"),
		simkit.NewSwitch("refresh_tokens", []Setting{"single_use", "reusable"}, "Whether a refresh token works again.", "11.2 (A)"),
		simkit.NewSwitch("feed_order", []Setting{"shuffled", "stable"}, "Order of ads in feeds.", "9 (C)"),
		simkit.NewSwitch("expired_ads", []Setting{"listed", "hidden"}, "Whether an ad past its expiry is still in the feed.", "8.5 (U)"),
		simkit.NewSwitch("withdrawn_ads", []Setting{"missing", "listed"}, "Whether a withdrawn ad stays in the feed with that status.", "8.5 (U)"),
		simkit.NewSwitch("other_portals", []Setting{"filtered", "listed"}, "Whether the feed also holds ads for other portals.", "8.5 (U)"),
		simkit.NewSwitch("modified_since", []Setting{"honoured", "ignored"}, "Whether the feed heeds modifiedSince.", "8.5 (A)"),
		simkit.NewSwitch("xml_names", []Setting{"present_day", "year_2017"}, "Names in the XML feed; those of 2017 misspell opportunities and flatten country and region.", "9 (C)"),
		simkit.NewSwitch("notes_call", []Setting{"on", "error_500"}, "Notes of an application; a public client switched them off.", "4 (C)"),
		simkit.NewSwitch("undeclared_fields", []Setting{"refused", "recorded"}, "Body fields and query parameters that the contract does not have; recorded ones are counted in the journal.", "house rule (A)"),
		simkit.NewSwitch("echo_bodies", []Setting{"off", "on"}, "Whether error messages repeat the request body, personal data included.", "house rule (I)"),
		simkit.NewSwitch("answer_content_type", []Setting{"application/json; charset=utf-8", "application/json", "text/plain"}, "Content-Type of JSON answers.", "4 (U)"),
	}
}
