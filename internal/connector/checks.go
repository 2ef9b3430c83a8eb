package connector

// Names of the checks of a Report, of Preflight and of a test run, in the
// order in which a run shows them.
const (
	CheckCredential      = "credential"
	CheckRights          = "rights"
	CheckJobOpen         = "job_open"
	CheckConsentAssigned = "consent_assigned"
	CheckSource          = "source"
	CheckCreate          = "create"
	CheckCVAttached      = "cv_attached"
	CheckReadBack        = "read_back"
	CheckRemoved         = "removed"
)

// Codes of checks that a connector reports; the sentences are in the
// catalogue. A passed check has none.
const (
	CodeRefused       = "refused"        // credential: the ATS refuses it
	CodeRevoked       = "revoked"        // credential: the grant was withdrawn
	CodeMisconfigured = "misconfigured"  // credential: the operator's own app is refused
	CodeRightsMissing = "rights_missing" // rights: Args["rights"] names them
	CodeNoSource      = "no_source"      // source: none is chosen; a warning
	CodeSourceGone    = "source_gone"    // source: the chosen one is not there
	CodeJobClosed     = "job_closed"     // job_open: Args["status"] is the ATS's word
	CodeJobTemplate   = "job_template"   // job_open: a template, not a job

	CodeJobArchived    = "job_archived"    // job_open: closed for good; Args["status"] is the ATS's word
	CodeSourceInactive = "source_inactive" // source: the chosen one is there, and switched off
	CodeSourceDoubled  = "source_doubled"  // source: several active ones have our name, Args["sources"]; a warning

	// What is wrong with the answers themselves stands under rights, because
	// without them no right is of use.
	CodeAnswerPage    = "answer_page"    // rights: pages for browsers instead of data
	CodeAnswerEmpty   = "answer_empty"   // rights: successes that say nothing
	CodeAnswerForm    = "answer_form"    // rights: answers in a form that is not known
	CodeAnswerMoved   = "answer_moved"   // rights: lists stand elsewhere in the answers than they should; a warning
	CodeListCutOff    = "list_cut_off"   // rights: the first page of a list comes and a later one fails
	CodePagingIgnored = "paging_ignored" // rights: every page of a list is its first; a warning while a page holds all
	CodeTokenGone     = "token_gone"     // rights: nothing answers where tokens are made
	CodeNoStages      = "no_stages"      // rights: the account has no stages; a warning
	CodeRateLimited   = "rate_limited"   // rights: the check ran into the ATS's limit, and was finished all the same; a warning
	CodeClockSkew     = "clock_skew"     // credential: the ATS's clock and ours differ by Args["minutes"]; a warning

	CodeChooseAccount     = "choose_account"      // rights: several accounts, and none that is there is chosen; Args["accounts"]
	CodeNothingShared     = "nothing_shared"      // rights: no job is within reach; a warning
	CodeSourceUnlisted    = "source_unlisted"     // source: the typed one is not in the ATS's list; a warning
	CodeNoConsentAssigned = "no_consent_assigned" // consent_assigned
	CodeFormCV            = "form_cv"             // job_open: nobody goes in without a CV; a warning
	CodeFormQuestions     = "form_questions"      // job_open: the form has questions of its own that must be answered; a warning
)
