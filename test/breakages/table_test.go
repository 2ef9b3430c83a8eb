package breakages

import (
	"strconv"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/simulator/erecruiter"
)

// finder is what finds a breakage.
type finder string

const (
	byCheck     finder = "check"     // of the connection: its test, and every night
	byPreflight finder = "preflight" // of a bound recruitment: every night, and when something hints at it
	byTexts     finder = "texts"     // the reading of a recruitment's clauses and consents, every ten minutes
	byImport    finder = "import"    // of ads, every ten minutes
)

// row is one thing that breaks.
type row struct {
	name  string // of the simulator's
	what  string // for an operator, in the docs
	found finder
	// when is what finds it before the night does; for the docs.
	when string
	// code stands under check.code of the catalogue, or under ad.problem where
	// an import finds it; args are an example of its arguments.
	code string
	args map[string]string
	// check is the name of the check that has the code, and failed says that it
	// fails; else it warns.
	check  string
	failed bool
	turn   recruit.Turn // nobody: nothing is to be done
	// broken is the reason for which the connection is broken, or, where a
	// preflight finds it, the process's binding.
	broken string
	then   string // what becomes of candidates meanwhile, for the docs

	world world // in which it happens
	night bool  // nothing but the night finds it
	// after is how long after the breakage it shows at all.
	after time.Duration
	// state and reason are how an application that came while it was broken
	// ends; delivered when empty. One that needs a person goes once they said
	// "try again" after the repair.
	state  recruit.DeliveryState
	reason string
	bare   bool // that application has no CV
	early  bool // it came before, and cannot be sent until the breakage was found
	mends  func(*rig)
	stays  bool // it is told of for some time after the repair
}

// world is what differs from the usual one.
type world struct {
	scope    erecruiter.Scope // selected when empty
	exchange bool             // the key is exchanged for a token
	fresh    bool             // broken before the Admin ever tested the key
}

const (
	within10 = "within ten minutes"
	atOnce   = "at once by TEST THE CONNECTION"
	nextCall = "by the next call, within ten minutes; at once by TEST THE CONNECTION"
	nextList = "within ten minutes, by the list of recruitments; at once when a candidate applies"
	atTest   = "at once by TEST INTEGRATION"
)

// The company of the examples, and another.
const ours, theirs = "Acme Robotics", "Example Drones"

func table() []row {
	const (
		held      = recruit.DeliveryHeld
		attention = recruit.DeliveryNeedsAttention
		waiting   = recruit.DeliveryWaiting
		wait      = "Candidates wait here and go on by themselves after the repair."
		tested    = "Candidates wait here and go on by themselves once a test of the connection passes."
		go_on     = "Candidates go on."
	)
	return []row{
		{name: "key_revoked", what: "The access key is revoked", found: byCheck, when: nextCall, check: "credential", code: "refused", failed: true,
			turn: recruit.TurnAdmin, broken: "credential_refused", then: tested, state: held, reason: "connection_broken", mends: (*rig).newKey},
		{name: "key_of_another_company", what: "The key opens another company than before", found: byCheck, when: atOnce, check: "credential", code: "other_account", failed: true,
			args: map[string]string{"account": theirs, "before": ours}, turn: recruit.TurnAdmin, broken: "other_account", then: tested, state: held, reason: "job_forbidden",
			mends: func(r *rig) { r.ok(r.sim.SetKeyCompanies(r.key.ID, r.sim.Company().ID)) }},
		{name: "key_without_right", what: "The key loses the right to one call", found: byCheck, when: atOnce, check: "rights", code: "rights_missing", failed: true,
			args: map[string]string{"rights": "origins"}, turn: recruit.TurnAdmin, then: go_on + " What needs the right does not work.",
			mends: func(r *rig) { r.ok(r.sim.DenyOperation(r.key.ID, "listOrigins", false)) }},
		{name: "scope_narrowed", what: "The key's access is narrowed from all to selected recruitment processes", found: byPreflight, when: nextList, check: "job_open", code: "scope_narrowed", failed: true,
			turn: recruit.TurnAdmin, broken: "job_not_shared", then: wait, world: world{scope: erecruiter.ScopeAll}, state: held, reason: "job_not_shared",
			mends: func(r *rig) { r.ok(r.sim.SetKeyScope(r.key.ID, erecruiter.ScopeAll)) }},
		{name: "recruitment_closed", what: "The recruitment is closed", found: byPreflight, when: nextList, check: "job_open", code: "job_closed", failed: true,
			turn: recruit.TurnAdmin, broken: "job_closed", then: wait, state: held, reason: "job_closed", mends: (*rig).reopen},
		{name: "recruitment_archived", what: "The recruitment is archived", found: byPreflight, when: nextList, check: "job_open", code: "job_archived", failed: true,
			turn: recruit.TurnAdmin, broken: "job_closed", then: wait, state: held, reason: "job_closed", mends: (*rig).reopen},
		{name: "recruitment_unshared", what: "The recruitment is no longer shared with the platform", found: byPreflight, when: nextList, check: "job_open", code: "job_not_shared", failed: true,
			turn: recruit.TurnAdmin, broken: "job_not_shared", then: wait, state: held, reason: "job_not_shared",
			mends: func(r *rig) { r.ok(r.sim.ShareRecruitment(r.job.ID, true)) }},
		{name: "consent_unassigned", what: "The consent is taken out of the recruitment's form", found: byTexts, when: within10, check: "consent_assigned", code: "no_consent_assigned", failed: true,
			turn: recruit.TurnAdmin, broken: "consent_not_assigned", then: wait, state: held, reason: "consent_not_assigned", mends: (*rig).assign, stays: true},
		{name: "consent_changed", what: "The consent gets another text", found: byTexts, when: within10, check: "consent_assigned", code: "texts_changed",
			turn: recruit.TurnRecruiter, then: "New candidates read the new text. Whoever agreed to the former one and is not there yet needs attention; nothing is sent.",
			early: true, state: attention, reason: "remote_texts_changed", mends: func(r *rig) { r.ok(r.sim.ChangeConsent(r.must, r.words[r.must])) }, stays: true},
		{name: "consent_required", what: "An optional consent becomes required", found: byTexts, when: within10, check: "consent_assigned", code: "texts_required",
			turn: recruit.TurnRecruiter, then: "New candidates read that it is required. Whoever applied without giving it and is not there yet needs attention; nothing is sent.",
			state: attention, reason: "remote_texts_changed", mends: (*rig).assign, stays: true},
		{name: "cv_demanded", what: "The recruitment's form demands a CV", found: byPreflight, when: atTest, night: true, check: "job_open", code: "form_cv",
			turn: recruit.TurnRecruiter, then: "Candidates with a CV go on; those without need attention.", state: attention, reason: "cv_required", bare: true,
			mends: func(r *rig) { r.ok(r.sim.DemandCV(r.job.ID, false)) }},
		{name: "question_mandatory", what: "The recruitment's form gets a mandatory question of its own", found: byPreflight, when: atTest, night: true, check: "job_open", code: "form_questions",
			args: map[string]string{"questions": "1"}, turn: recruit.TurnRecruiter, then: "Candidates whom eRecruiter refuses because of it need attention.",
			state: attention, reason: "questions_required", mends: func(r *rig) { r.ok(r.sim.SetQuestionRequired(r.job.ID, r.made, false)) }},
		{name: "origin_deactivated", what: "The source is switched off", found: byCheck, when: atOnce, check: "source", code: "source_inactive", failed: true,
			turn: recruit.TurnAdmin, then: wait, state: held, reason: "source_invalid", mends: func(r *rig) { r.ok(r.sim.SetOriginActive(r.origin, true)); r.choose(r.origin) }},
		{name: "origin_removed", what: "The source is deleted", found: byCheck, when: atOnce, check: "source", code: "source_gone", failed: true,
			turn: recruit.TurnAdmin, then: wait, state: held, reason: "source_invalid", mends: (*rig).newOrigin},
		{name: "origin_doubled", what: "A second source has the platform's name", found: byCheck, when: atOnce, check: "source", code: "source_doubled",
			args: map[string]string{"sources": "Handoff (79), Handoff (80)"}, turn: recruit.TurnAdmin, then: go_on,
			mends: func(r *rig) { r.ok(r.sim.DeleteOrigin(r.made)) }},
		{name: "several_companies", what: "The key opens several companies, and none is chosen yet", found: byCheck, when: atOnce, check: "rights", code: "choose_account", failed: true,
			args: map[string]string{"accounts": ours + ", " + theirs}, turn: recruit.TurnAdmin, then: "Nothing can be bound yet. A company that was chosen stays chosen.",
			world: world{fresh: true}, mends: (*rig).confirm},
		{name: "token_endpoint_gone", what: "The address where keys are exchanged for tokens is gone", found: byCheck, when: atOnce, check: "rights", code: "token_gone", failed: true,
			turn: recruit.TurnOperator, then: wait, world: world{exchange: true}, after: 9 * time.Minute, state: waiting, reason: "retrying",
			mends: func(r *rig) { r.sim.RemoveTokenEndpoint(false) }},
		{name: "html_answers", what: "Instead of the API a page for browsers answers", found: byCheck, when: atOnce, check: "rights", code: "answer_page", failed: true,
			turn: recruit.TurnATS, then: wait, state: waiting, reason: "retrying", mends: (*rig).calm},
		{name: "empty_answers", what: "Every call is answered with an empty success", found: byCheck, when: atOnce, check: "rights", code: "answer_empty", failed: true,
			turn: recruit.TurnATS, then: "Who was being sent is looked for there first; the others wait. They go on by themselves after the repair.", state: recruit.DeliveryUnanswered, reason: "unanswered", mends: (*rig).calm},
		{name: "second_page_fails", what: "Every page of a list but the first fails", found: byCheck, when: atOnce, check: "rights", code: "list_cut_off", failed: true,
			turn: recruit.TurnATS, then: go_on + " Nothing is concluded from lists that break off.", mends: (*rig).wellBehaved},
		{name: "offset_ignored", what: "Lists ignore which page is asked for", found: byCheck, when: atOnce, check: "rights", code: "paging_ignored",
			turn: recruit.TurnOperator, then: go_on, mends: (*rig).wellBehaved},
		{name: "envelope_changed", what: "Lists come in another envelope", found: byCheck, when: atOnce, check: "rights", code: "answer_moved",
			turn: recruit.TurnOperator, then: go_on, mends: (*rig).wellBehaved},
		{name: "clock_skew", what: "The vendor's clock is wrong", found: byCheck, when: atOnce, check: "credential", code: "clock_skew", args: map[string]string{"minutes": "180"},
			turn: recruit.TurnOperator, then: go_on, mends: func(r *rig) { r.sim.SetSkew(0) }},
		{name: "rate_lowered", what: "The vendor allows fewer calls a second", found: byCheck, when: "by a test, or a check by night, that runs into it", check: "rights", code: "rate_limited",
			turn: recruit.TurnOperator, then: "Candidates go on, more slowly.", mends: func(r *rig) { r.sim.SetLimits(boundless) }},
		{name: "stages_empty", what: "The list of stages is empty", found: byCheck, when: atOnce, check: "rights", code: "no_stages",
			turn: recruit.TurnAdmin, then: go_on + " Stages stay as they are.", mends: func(r *rig) { r.sim.EmptyStages(false) }},

		{name: "ad_without_recruitment", what: "An ad names no recruitment", found: byImport, when: within10, code: "ad_without_recruitment",
			turn: recruit.TurnRecruiter, then: "It becomes a draft version that is not bound."},
		{name: "ad_without_title", what: "An ad has no title", found: byImport, when: within10, code: "ad_without_title",
			turn: recruit.TurnRecruiter, then: "It is kept; no draft version is made of it yet."},
		{name: "ad_for_foreign_portal", what: "An ad for another portal is in the list", found: byImport, when: within10, code: "ad_for_foreign_portal",
			turn: recruit.TurnRecruiter, then: "It is kept apart and not used."},
		{name: "ad_doubled_per_region", what: "An ad stands in the list once for each region", found: byImport, when: within10, code: "ad_doubled_per_region",
			turn: recruit.TurnNobody, then: "It becomes one draft version with all cities."},
		{name: "ad_with_hostile_html", what: "An ad's texts hold scripts, frames and forms", found: byImport, when: within10, code: "ad_hostile_html",
			turn: recruit.TurnRecruiter, then: "It becomes a draft version of which only the words stayed."},
		{name: "ad_expired", what: "An ad's last day is over", found: byImport, when: within10, code: "ad_expired",
			turn: recruit.TurnRecruiter, then: "It is kept; no draft version is made of it."},
	}
}

// key is where the catalogue has the row's sentence.
func (x row) family() string {
	if x.found == byImport {
		return "ad.problem"
	}
	return "check.code"
}

// byNight tells whether the nightly look finds it when nobody presses anything.
func (x row) byNight() bool {
	return x.night || x.found == byCheck && x.when == atOnce && !x.world.fresh
}

// newKey is what an Admin does about a revoked one.
func (r *rig) newKey() {
	r.t.Helper()
	r.key = r.sim.IssueKey(r.key.Scope)
	r.b.post(r.connPage+"/credential", "credentials.access_key", r.key.Key, "access_scope", string(r.key.Scope))
}

func (r *rig) reopen() { r.t.Helper(); r.ok(r.sim.SetRecruitmentStatus(r.job.ID, erecruiter.Active)) }

// assign assigns the consents as they were.
func (r *rig) assign() {
	r.t.Helper()
	r.ok(r.sim.AssignConsent(r.job.ID, r.must, true))
	r.ok(r.sim.AssignConsent(r.job.ID, r.may, false))
}

func (r *rig) newOrigin() {
	r.t.Helper()
	o, err := r.sim.AddOrigin("Handoff")
	r.ok(err)
	r.choose(o.ID)
}

// choose imports the sources and chooses one.
func (r *rig) choose(id int64) {
	r.t.Helper()
	r.b.post(r.connPage + "/import")
	want := strconv.FormatInt(id, 10)
	r.until("the source is imported", func() bool {
		return r.api("GET", "/connections/"+string(r.conn)+"/sources").holds("id", want)
	})
	r.b.post(r.connPage+"/source", "source", want)
}

func (r *rig) confirm() {
	r.t.Helper()
	r.b.post(r.connPage+"/confirm", "account", strconv.FormatInt(r.sim.Company().ID, 10))
}

func (r *rig) calm() { r.sim.ClearFaults() }

func (r *rig) wellBehaved() { r.t.Helper(); r.ok(r.sim.SetSwitches(erecruiter.Switches{})) }
