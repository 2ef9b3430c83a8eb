package web

import (
	"net/http"

	"handoff/internal/door"
	"handoff/internal/notify"
	"handoff/internal/web/asset"
)

// The routes with bounds of their own: an application form carries a file, a
// login at an ATS ends with requests to it, and a mapping may have thousands
// of stages.
const (
	applyPattern    = "/jobs/{slug}"
	callbackPattern = "/oauth/callback"
	mappingPattern  = "/settings/integrations/{ats}/{conn}/stages/mapping"
	ownPattern      = "/settings/integrations/{ats}/{conn}/stages/processes/{process}"
)

// Register registers every page, each with who may use it: the authorisation
// table is made from this.
func (w *Web) Register(r *door.Router) {
	const get, post = http.MethodGet, http.MethodPost
	r.Handle(get, asset.Prefix, door.Public, w.files)

	w.route(r, get, "/{$}", door.Public, (*visit).landing)
	w.route(r, get, "/setup", door.Public, (*visit).setupPage)
	w.route(r, post, "/setup", door.Public, (*visit).setup)
	w.route(r, get, "/sign-in", door.Public, (*visit).signInPage)
	w.route(r, post, "/sign-in", door.Public, (*visit).signIn)
	w.route(r, post, "/sign-out", door.Public, (*visit).signOut)

	w.route(r, get, "/password", door.Person, (*visit).passwordPage)
	w.route(r, post, "/password", door.Person, (*visit).changePassword)

	w.route(r, get, "/operator/companies", door.Operator, (*visit).companies)
	w.route(r, post, "/operator/companies", door.Operator, (*visit).createCompany)
	w.route(r, get, "/operator/companies/{id}", door.Operator, (*visit).companyOfOperator)
	w.route(r, post, "/operator/companies/{id}/users", door.Operator, (*visit).addAdmin)

	w.route(r, get, "/operator/outbox", door.Operator, (*visit).outbox)
	w.route(r, get, "/operator/outbox/{id}", door.Operator, (*visit).outboxMail)
	w.route(r, post, "/operator/outbox/{id}/open", door.Operator, (*visit).openMail)
	w.route(r, post, "/operator/outbox/{id}/resend", door.Operator, (*visit).resendMail)
	w.route(r, post, "/operator/outbox/{id}/leave", door.Operator, (*visit).leaveMail)

	w.route(r, get, "/settings", door.Admin, func(v *visit) error { return v.goTo("/settings/integrations") })
	w.route(r, get, "/settings/clause", door.Admin, (*visit).clausePage)
	w.route(r, post, "/settings/clause", door.Admin, (*visit).saveClause)
	w.route(r, get, "/settings/messages", door.Admin, (*visit).messagesPage)
	w.route(r, post, "/settings/messages", door.Admin, (*visit).saveRules)
	w.route(r, post, "/settings/messages/{stage}", door.Admin, (*visit).saveStageText)
	w.route(r, get, "/settings/users", door.Admin, (*visit).usersPage)
	w.route(r, post, "/settings/users", door.Admin, (*visit).addUser)
	w.route(r, get, "/settings/users/{id}", door.Admin, (*visit).personPage)
	w.route(r, post, "/settings/users/{id}", door.Admin, (*visit).changePerson)
	w.route(r, post, "/settings/users/{id}/password", door.Admin, (*visit).setPersonsPassword)
	w.route(r, post, "/settings/users/{id}/disable", door.Admin, (*visit).disablePerson)
	w.route(r, post, "/settings/users/{id}/enable", door.Admin, (*visit).enablePerson)
	w.route(r, get, "/settings/tokens", door.Admin, (*visit).tokensPage)
	w.route(r, post, "/settings/tokens", door.Admin, (*visit).issueToken)
	w.route(r, post, "/settings/tokens/{id}/revoke", door.Admin, (*visit).revokeToken)
	w.route(r, get, "/settings/company", door.Admin, (*visit).companyPage)

	w.route(r, get, "/settings/integrations", door.Admin, (*visit).integrations)
	w.route(r, get, "/settings/integrations/{ats}", door.Admin, (*visit).integration)
	w.route(r, post, "/settings/integrations/{ats}/connect", door.Admin, (*visit).connect)
	w.route(r, get, "/settings/integrations/{ats}/{conn}", door.Admin, (*visit).connection)
	w.route(r, get, "/settings/integrations/{ats}/{conn}/sources", door.Admin, (*visit).sources)
	for act, h := range map[string]handler{
		"authorize": (*visit).authorize, "switch": (*visit).switchAccount, "confirm": (*visit).confirmAccount,
		"credential": (*visit).replaceCredential, "test": (*visit).testConnection, "import": (*visit).importSources,
		"source": (*visit).selectSource, "discard-new": (*visit).discardNew, "template": (*visit).saveTemplate, "disconnect": (*visit).disconnect, "ad-feed": (*visit).saveAdFeed,
	} {
		w.route(r, post, "/settings/integrations/{ats}/{conn}/"+act, door.Admin, h)
	}
	w.registerStages(r)
	w.route(r, get, "/test-runs/{id}", door.SignedIn, (*visit).testRun)

	w.route(r, get, "/connect/{token}", door.Public, (*visit).link)
	w.route(r, post, "/connect/{token}", door.Public, (*visit).followLink)
	w.route(r, get, "/connected", door.Public, (*visit).linked)
	w.route(r, get, callbackPattern, door.Public, (*visit).callback)

	w.registerProcesses(r)
	w.registerAds(r)

	w.route(r, get, "/applications", door.SignedIn, (*visit).applications)
	w.route(r, post, "/applications", door.SignedIn, (*visit).searchApplications)
	w.route(r, get, "/applications/{id}", door.SignedIn, (*visit).application)
	w.route(r, get, "/applications/{id}/live", door.SignedIn, (*visit).applicationLive)
	w.route(r, get, "/applications/{id}/cv", door.SignedIn, (*visit).downloadCV)
	w.route(r, post, "/applications/{id}/stage", door.SignedIn, (*visit).changeStage)
	w.route(r, post, "/applications/{id}/retry", door.SignedIn, (*visit).retryDelivery)
	w.route(r, post, "/applications/{id}/leave", door.SignedIn, (*visit).leaveGone)
	w.route(r, post, "/applications/{id}/release", door.SignedIn, (*visit).release)
	w.route(r, post, "/applications/{id}/discard", door.SignedIn, (*visit).discard)
	w.route(r, post, "/applications/{id}/withdraw", door.SignedIn, (*visit).withdraw)
	w.route(r, post, "/applications/{id}/erase", door.Admin, (*visit).erase)
	w.route(r, get, "/attention", door.SignedIn, (*visit).attention)
	w.route(r, post, "/attention/mails", door.SignedIn, (*visit).decideHeld)
	w.route(r, post, "/attention/{cause}/retry", door.SignedIn, (*visit).retryCause)
	w.route(r, get, "/tour", door.SignedIn, (*visit).tourPage)

	w.own(r, get, notify.LinkPath+"{token}", (*visit).ownPage)
	w.own(r, post, notify.LinkPath+"{token}/withdraw", (*visit).withdrawOwn)
	w.own(r, post, notify.LinkPath+"{token}/again/{id}/confirm", (*visit).confirmAgain)
	w.own(r, post, notify.LinkPath+"{token}/again/{id}/dismiss", (*visit).dismissAgain)

	w.open(r, get, "/jobs", (*visit).jobs)
	w.open(r, get, "/jobs/{slug}", (*visit).job)
	w.open(r, post, applyPattern, (*visit).apply)
	w.open(r, get, "/jobs/{slug}/thanks", (*visit).thanks)
	w.open(r, get, "/jobs/{slug}/look.css", (*visit).look)
	w.open(r, get, "/jobs.xml", (*visit).feed)
	w.open(r, get, "/sitemap.xml", (*visit).sitemap)
	w.open(r, get, "/robots.txt", (*visit).robots)
}

func (w *Web) registerProcesses(r *door.Router) {
	const get, post = http.MethodGet, http.MethodPost
	w.route(r, get, "/processes", door.SignedIn, (*visit).processes)
	w.route(r, get, "/processes/new", door.SignedIn, (*visit).newProcess)
	w.route(r, post, "/processes/new", door.SignedIn, (*visit).createProcess)
	w.route(r, get, "/processes/{id}", door.SignedIn, (*visit).process)
	w.route(r, post, "/processes/{id}/publish", door.SignedIn, (*visit).publish)
	w.route(r, post, "/processes/{id}/close", door.SignedIn, (*visit).closeProcess)
	w.route(r, post, "/processes/{id}/delete", door.SignedIn, (*visit).deleteProcess)
	w.route(r, get, "/processes/{id}/edit", door.SignedIn, (*visit).editDetails)
	w.route(r, post, "/processes/{id}/edit", door.SignedIn, (*visit).postDetails)
	w.route(r, get, "/processes/{id}/edit/jobs", door.SignedIn, (*visit).editJobs)
	w.route(r, get, "/processes/{id}/edit/customization", door.SignedIn, (*visit).editCustomization)
	w.route(r, post, "/processes/{id}/edit/customization", door.SignedIn, (*visit).postCustomization)
	w.route(r, get, "/processes/{id}/edit/preview", door.SignedIn, (*visit).editPreview)
	w.route(r, get, "/processes/{id}/edit/look.css", door.SignedIn, (*visit).previewLook)
	w.route(r, post, "/processes/{id}/edit/save", door.SignedIn, (*visit).saveEdit)
	w.route(r, post, "/processes/{id}/edit/keep", door.SignedIn, (*visit).keepEdit)
	w.route(r, post, "/processes/{id}/edit/discard", door.SignedIn, (*visit).discardEdit)
}

func (w *Web) registerAds(r *door.Router) {
	const get, post = http.MethodGet, http.MethodPost
	w.route(r, get, "/ads", door.SignedIn, (*visit).ads)
	w.route(r, post, "/ads/read", door.SignedIn, (*visit).readAds)
	w.route(r, get, "/ads/{id}", door.SignedIn, (*visit).ad)
	w.route(r, post, "/ads/{id}/accept", door.SignedIn, (*visit).acceptAd)
	w.route(r, post, "/ads/{id}/dismiss", door.SignedIn, (*visit).dismissAd)
	w.route(r, post, "/ads/{id}/close", door.SignedIn, (*visit).closeAdProcess)
	w.route(r, post, "/ads/{id}/reopen", door.SignedIn, (*visit).reopenAdDraft)
	w.route(r, post, "/ads/{id}/draft", door.Admin, (*visit).draftAdAgain)
}

func (w *Web) registerStages(r *door.Router) {
	const get, post, path = http.MethodGet, http.MethodPost, "/settings/integrations/{ats}/{conn}/stages"
	w.route(r, get, path, door.Admin, (*visit).stages)
	w.route(r, post, path, door.Admin, (*visit).saveStages)
	w.route(r, post, path+"/off", door.Admin, (*visit).stagesOff)
	w.route(r, post, mappingPattern, door.Admin, (*visit).saveMapping)
	w.route(r, get, ownPattern, door.Admin, (*visit).processStages)
	w.route(r, post, ownPattern+"/mapping", door.Admin, (*visit).saveMapping)
	w.route(r, post, ownPattern+"/common", door.Admin, (*visit).commonMapping)
	w.route(r, post, path+"/run", door.Admin, (*visit).syncNow)
	w.route(r, post, path+"/backfill", door.Admin, (*visit).backfill)
	w.route(r, get, path+"/runs/{run}", door.Admin, (*visit).syncRun)
	const both = "/settings/integrations/{ats}/{conn}/reconciliation"
	w.route(r, get, both, door.Admin, (*visit).reconciliation)
	w.route(r, post, both, door.Admin, (*visit).compareBoth)
}
