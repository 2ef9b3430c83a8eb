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

	CodeChooseAccount     = "choose_account"      // rights: several accounts, and none that is there is chosen; Args["accounts"]
	CodeNothingShared     = "nothing_shared"      // rights: no job is within reach; a warning
	CodeSourceUnlisted    = "source_unlisted"     // source: the typed one is not in the ATS's list; a warning
	CodeNoConsentAssigned = "no_consent_assigned" // consent_assigned
	CodeFormCV            = "form_cv"             // job_open: nobody goes in without a CV; a warning
	CodeFormQuestions     = "form_questions"      // job_open: the form has questions of its own that must be answered; a warning
)
