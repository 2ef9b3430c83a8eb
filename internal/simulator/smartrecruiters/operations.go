package smartrecruiters

import (
	"net/http"

	"handoff/internal/simulator/simkit"
)

type auth int

const (
	needed auth = iota // a bearer token or a key
	open               // no credential: public postings, OAuth
)

// operation is one call of the vendor's API with what is declared for it.
type operation struct {
	simkit.Operation
	auth      auth
	scopes    []string // one of them is needed
	query     []string // declared, once each
	repeated  []string // declared, any number of times
	shape     check    // of a JSON body; nil without one
	merge     bool     // the JSON body is a merge patch
	multipart bool
	form      bool
	anyQuery  bool // tolerates undeclared parameters: what a browser is sent with
	oauth     bool // answers errors in the OAuth form
	do        func(*call) *simkit.Answer
}

func (o *operation) accepts(sw Switches) []string {
	switch {
	case o.multipart:
		return []string{"multipart/form-data"}
	case o.form:
		return []string{"application/x-www-form-urlencoded"}
	case o.merge && sw.PatchContentType == Either:
		return []string{"application/json", "application/merge-patch+json"}
	case o.merge:
		return []string{string(sw.PatchContentType)}
	}
	return []string{"application/json"}
}

func (o *operation) forbiddenCode() string {
	switch {
	case len(o.scopes) > 0 && o.scopes[len(o.scopes)-1] == "webhooks_manage":
		return "NO_PERMISSION_TO_MANAGE_WEBHOOKS" // S
	case o.ID == "candidatesStatusHistory":
		return "NO_ACCESS_TO_CANDIDATE" // S
	}
	return "PERMISSION_DENIED" // S
}

func get(id, path string, do func(*call) *simkit.Answer, scopes ...string) *operation {
	return &operation{Operation: simkit.Operation{ID: id, Method: http.MethodGet, Path: path}, scopes: scopes, do: do}
}

func change(id, method, path string, shape check, do func(*call) *simkit.Answer, scopes ...string) *operation {
	return &operation{Operation: simkit.Operation{ID: id, Method: method, Path: path}, shape: shape, scopes: scopes, do: do}
}

func (o *operation) takes(query ...string) *operation { o.query = query; return o }
func (o *operation) takesMany(q ...string) *operation { o.repeated = q; return o }
func (o *operation) public() *operation               { o.auth = open; return o }
func (o *operation) files() *operation                { o.multipart = true; return o }

// operations lists the calls served, with scopes and parameters as documented (S unless marked in
// the handler).
func operations() []*operation {
	const (
		post, put, patch, del = http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
		app                   = "/candidates/{id}/jobs/{jobId}"
		jobApp                = "/job-applications-api/v202112/job-applications/{jobApplicationId}"
		hook                  = "/webhooks-api/v201907/subscriptions"
		read, manage, create  = "candidates_read", "candidates_manage", "candidates_create"
	)
	updatePerson := change("candidatesUpdate", patch, "/candidates/{id}", patchShape, (*call).updateCandidate, manage)
	updatePerson.merge = true
	return append([]*operation{
		get("jobsAll", "/jobs", (*call).listJobs, "jobs_read").
			takes("q", "limit", "offset", "pageId", "sort", "updatedAfter", "lastActivityAfter", "language", "status", "postingStatus").
			takesMany("city", "department", "statuses", "hiringTeamMemberId"),
		get("jobsGet", "/jobs/{jobId}", (*call).getJob, "jobs_read"),
		change("jobsStatusUpdate", put, "/jobs/{jobId}/status", jobStatusShape, (*call).putJobStatus, "jobs_manage"),
		get("jobsStatusHistory", "/jobs/{jobId}/status/history", (*call).jobHistory, "jobs_read"),
		get("jobAdsAll", "/jobs/{jobId}/jobads", (*call).jobAds, "jobs_read"),
		get("jobAdGet", "/jobs/{jobId}/jobads/{jobAdId}", (*call).jobAd, "jobs_read"),
		get("jobAdPostings", "/jobs/{jobId}/jobads/{jobAdId}/postings", (*call).publications, "jobs_read").takes("activeOnly"),
		get("jobHiringTeam", "/jobs/{jobId}/hiring-team", (*call).hiringTeam, "jobs_read"),
		get("jobPublications", "/jobs/{jobId}/publication", (*call).publications, "jobs_read").takes("activeOnly"),

		change("candidatesAddToJob", post, "/jobs/{jobId}/candidates", candidateShape, (*call).createOnJob, create),
		change("candidatesAdd", post, "/candidates", candidateShape, (*call).createInPool, create),
		get("candidatesAll", "/candidates", (*call).listCandidates, read).
			takes("q", "limit", "pageId", "subStatus", "updatedAfter", "onboardingStatus").
			takesMany("jobId", "location", "averageRating", "status", "consentStatus", "tag", "propertyId", "propertyValueId",
				"sourceType", "sourceSubType", "sourceValueId", "questionCategory", "questionFieldId", "questionFieldValueId"),
		get("candidatesGet", "/candidates/{id}", (*call).getCandidate, read),
		updatePerson,
		change("candidatesDelete", del, "/candidates/{id}", nil, (*call).deleteCandidate, manage),
		get("candidatesGetApplication", app, (*call).getApplication, read),
		change("candidatesDeleteApplication", del, app, nil, (*call).deleteApplication, manage),
		change("candidatesStatusUpdate", put, app+"/status", statusShape, (*call).putStatus, manage),
		get("candidatesStatusHistory", app+"/status/history", (*call).statusHistory, read, "candidate_status_read"),
		change("candidatesSourceUpdate", put, app+"/source", sourceShape, (*call).putSource, manage),
		get("screeningAnswersGet", app+"/screening-answers", (*call).screeningAnswers, read),
		get("propertiesGetForJob", app+"/properties", (*call).properties, read).takes("context"),

		get("attachmentsListForJob", app+"/attachments", (*call).listJobAttachments, read),
		change("attachmentsAddForJob", post, app+"/attachments", nil, (*call).attachToJob, create).files(),
		get("attachmentsList", "/candidates/{id}/attachments", (*call).listAttachments, read),
		change("attachmentsAdd", post, "/candidates/{id}/attachments", nil, (*call).attachToCandidate, create).files(),
		get("attachmentsGet", "/candidates/attachments/{attachmentId}", (*call).download, read),
		change("attachmentsDelete", del, "/candidates/attachments/{attachmentId}", nil, (*call).deleteAttachment, manage),

		get("tagsGet", "/candidates/{id}/tags", (*call).getTags, read),
		change("tagsAdd", post, "/candidates/{id}/tags", tagsShape, (*call).addTags, manage),
		change("tagsReplace", put, "/candidates/{id}/tags", tagsShape, (*call).replaceTags, manage),
		change("tagsDelete", del, "/candidates/{id}/tags", nil, (*call).deleteTags, manage),

		get("consentStatus", "/candidates/{id}/consent", (*call).getConsent, read),
		get("consentDecisions", "/candidates/{id}/consents", (*call).getConsents, read),
		change("consentRequestBatch", post, "/candidates/consent-requests", consentShape, (*call).requestConsents, manage),
		get("jobApplicationGet", jobApp, (*call).jobApplication, "job_applications_read"),

		get("jobApplicationConsents", jobApp+"/consents", (*call).jobApplicationConsents, "job_applications_read"),

		get("companyMy", "/configuration/company", (*call).company, "company_read", "configuration_read"),
		get("departmentsAll", "/configuration/departments", (*call).departments, "configuration_read"),
		get("hiringProcessAll", "/configuration/hiring-processes", (*call).hiringProcesses, "configuration_read"),
		get("hiringProcessGet", "/configuration/hiring-processes/{id}", (*call).hiringProcess, "configuration_read"),
		get("sourceTypes", "/configuration/sources", (*call).sourceTypes, "configuration_read"),
		get("sourceValues", "/configuration/sources/{sourceType}/values", (*call).sourceValues, "configuration_read").takes("sourceSubType", "limit", "offset"),
		get("sourceValueGet", "/configuration/sources/{sourceType}/values/{sourceValueId}", (*call).sourceValue, "configuration_read").takes("sourceSubType"),
		get("sourceByIdentifier", "/configuration/sources/{sourceIdentifier}", (*call).sourceByUUID, "configuration_read"),
		get("rejectionReasons", "/configuration/rejection-reasons", (*call).rejectionReasons, "configuration_read"),
		get("withdrawalReasons", "/configuration/withdrawal-reasons", (*call).withdrawalReasons, "configuration_read"),
		get("usersMe", "/users/me", (*call).me, "user_me_read", "users_read"),
		get("userApiMe", "/user-api/v201804/users/me", (*call).me, "user_me_read", "users_read"),

		get("v1ListPostings", "/v1/companies/{companyIdentifier}/postings", (*call).postings).public().
			takes("q", "limit", "offset", "destination", "country", "region", "city", "department", "jobAdId", "language", "releasedAfter").
			takesMany("locationType"),
		get("v1GetPosting", "/v1/companies/{companyIdentifier}/postings/{postingId}", (*call).posting).public().takes("sourceTypeId", "sourceId"),
		get("v1ListDepartments", "/v1/companies/{companyIdentifier}/departments", (*call).publicDepartments).public(),

		change("subscriptionsCreate", post, hook, subscriptionShape, (*call).createSubscription, "webhooks_write", "webhooks_manage"),
		get("subscriptionsGetAll", hook, (*call).listSubscriptions, "webhooks_read", "webhooks_manage").takes("page_id", "limit"),
		get("subscriptionsGet", hook+"/{id}", (*call).getSubscription, "webhooks_read", "webhooks_manage"),
		change("subscriptionsDelete", del, hook+"/{id}", nil, (*call).deleteSubscription, "webhooks_delete", "webhooks_manage"),
		change("subscriptionsActivate", put, hook+"/{id}/activation", nil, (*call).activateSubscription, "webhooks_write", "webhooks_manage"),
		change("subscriptionsGenerateSecretKey", post, hook+"/{id}/secret-key", nil, (*call).newSecretKey, "webhooks_write", "webhooks_manage"),
		get("subscriptionsGetSecretKey", hook+"/{id}/secret-key", (*call).getSecretKey, "webhooks_read", "webhooks_manage"),
		get("subscriptionsCallbackLog", hook+"/{id}/callbacks-log", (*call).callbacksLog, "webhooks_read", "webhooks_manage").
			takes("page_id", "limit", "callbackStatus", "after", "before"),
	}, oauthOperations()...)
}
