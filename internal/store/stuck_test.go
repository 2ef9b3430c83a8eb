package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/delivery"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// world is one company with one connection whose lane runs under fence 7.
type world struct {
	*DB
	t   *testing.T
	now time.Time
}

func newWorld(t *testing.T) *world {
	w := &world{DB: open(t), t: t, now: time.Unix(1_700_000_000, 0)}
	w.do(`INSERT INTO companies (id, name, time_zone, locale, created_at) VALUES ('co', 'Acme', 'UTC', 'en', 1)`)
	w.do(`INSERT INTO connections (id, company_id, ats, auth, environment, state, account_id, created_by, created_at)
		VALUES ('c', 'co', 'x', 'oauth', 'production', 'connected', 'acct', 'u', 1)`)
	w.do(`INSERT INTO lanes (key, fence, holder, lease_until) VALUES ('conn:c', 7, 'me', $1)`, ms(w.now.Add(time.Hour)))
	return w
}

func (w *world) do(q string, args ...any) {
	w.t.Helper()
	w.must(w.write(w.t.Context(), func(ctx context.Context, t *tx) error { _, err := t.Exec(ctx, q, args...); return err }))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// application makes one with consent for the job, and its delivery.
func (w *world) application(id, job, state, reason string, fence int) {
	w.t.Helper()
	w.do(`INSERT INTO applications (id, company_id, process_id, email_hash, sealed_data, locale, stage, stage_changed_at, stage_changed_by, tag, channel, updated_at, created_at)
		VALUES ($1, 'co', 'p', $1, x'', 'en', 'waiting_for_decision', 1, 'candidate', 'ho-1', 'api', 1, 1)`, id)
	w.do(`INSERT INTO consent_records (id, application_id, company_id, connection_id, account_id, remote_job_id, purpose, text_id, version, locale, text, sha256, decision, channel, at)
		VALUES ('cons_' || $1, $1, 'co', 'c', 'acct', $2, 'ats_transfer', 't', 1, 'en', '', '', 'given', 'api', 1)`, id, job)
	w.do(`INSERT INTO deliveries (application_id, company_id, process_id, connection_id, remote_job_id, state, reason, fence, next_at, updated_at)
		VALUES ($1, 'co', 'p', 'c', $2, $3, $4, $5, 1, 1)`, id, job, state, reason, fence)
}

func (w *world) bound(job, state, reason string) {
	w.do(`INSERT INTO bindings (process_id, company_id, connection_id, remote_job_id, remote_job_title, state, reason, created_by, created_at)
		VALUES ('p', 'co', 'c', $1, 'Job', $2, $3, 'u', 1)`, job, state, reason)
}

func (w *world) is(id, want string) {
	w.t.Helper()
	var state, reason string
	w.must(w.read().Row(w.t.Context(), `SELECT state, reason FROM deliveries WHERE application_id = $1`, id).Scan(&state, &reason))
	if got := strings.TrimSpace(state + " " + reason); got != want {
		w.t.Errorf("%s is %q, want %q", id, got, want)
	}
}

// told asserts the last line of an application's history.
func (w *world) told(id, kind string) {
	w.t.Helper()
	list, err := w.ApplicationTimeline(w.t.Context(), "co", recruit.ApplicationID(id))
	w.must(err)
	if len(list) == 0 || list[len(list)-1].Kind != kind {
		w.t.Errorf("the history of %s is %+v, want %s last", id, list, kind)
	}
}

func (w *world) outcome(v delivery.Verdict, kind string) delivery.Outcome {
	return delivery.Outcome{Verdict: v, Op: "push", Kind: kind, Certain: true, Started: w.now, Finished: w.now}
}

// A lane that is woken for what it may not take is woken again at once, for as
// long as the pause lasts.
func TestAPausedLaneIsNotWokenForARemoval(t *testing.T) {
	w := newWorld(t)
	until := w.now.Add(5 * time.Minute)
	w.do(`UPDATE lanes SET paused_until = $1`, ms(until))
	w.do(`INSERT INTO test_runs (id, company_id, connection_id, state, checks, tag, removal, removal_at, started_by, created_at)
		VALUES ('run', 'co', 'c', 'failed', '[]', 'ho-t', 'due', $1, 'u', 1)`, ms(w.now.Add(-time.Second)))
	w.must(w.ReleaseLane(t.Context(), "conn:c", 7, w.now))
	keys, next, err := w.DueLanes(t.Context(), w.now, 10)
	w.must(err)
	if len(keys) != 0 || !next.Equal(until) {
		t.Errorf("due now: %v, next at %v; want at the pause's end", keys, next)
	}
}

func TestEveryFailureInARowMakesTheNextWaitLonger(t *testing.T) {
	w := newWorld(t)
	w.application("a", "1", "attempting", "", 7)
	for n := range 4 {
		w.do(`UPDATE deliveries SET state = 'attempting', fence = 7`)
		w.must(w.Settle(t.Context(), "a", 7, w.outcome(delivery.Verdict{State: recruit.DeliveryWaiting, Reason: "retrying", After: time.Second}, "unavailable")))
		var failures int
		w.must(w.read().Row(t.Context(), `SELECT failures FROM deliveries`).Scan(&failures))
		if failures != n+1 {
			t.Errorf("after %d failures in a row %d are counted", n+1, failures)
		}
	}
}

func TestAJobThatIsOpenAgainReleasesWhatAClaimFoundClosed(t *testing.T) {
	w := newWorld(t)
	w.bound("1", "untested", "") // bound while closed: the binding says nothing of it
	w.application("a", "1", "held", "job_closed", 0)
	w.application("moved", "2", "held", "job_closed", 0) // its process is bound to another job since
	w.must(w.SaveJobs(t.Context(), "c", []recruit.RemoteJob{{ID: "1", Open: true}, {ID: "2", Open: true}}, w.now))
	for _, id := range []string{"a", "moved"} {
		w.is(id, "waiting")
		w.told(id, "delivery.waiting")
	}
}

func TestADeliveryThatProvesABindingReleasesWhatWasHeldForIt(t *testing.T) {
	w := newWorld(t)
	w.bound("1", "broken", "job_forbidden")
	w.application("held", "1", "held", "job_forbidden", 0)
	w.application("a", "1", "attempting", "", 7)
	w.must(w.Settle(t.Context(), "a", 7, w.outcome(delivery.Verdict{State: recruit.DeliveryDelivered}, "ok")))
	w.is("held", "waiting")
}

func TestADeliveryUnderTheFormerAccountProvesNothingOfTheNext(t *testing.T) {
	w := newWorld(t)
	w.bound("1", "broken", "account_switched")
	w.application("a", "1", "attempting", "", 7)
	w.must(w.Settle(t.Context(), "a", 7, w.outcome(delivery.Verdict{State: recruit.DeliveryDelivered}, "ok")))
	var state string
	w.must(w.read().Row(t.Context(), `SELECT state FROM bindings`).Scan(&state))
	if state != "broken" {
		t.Errorf("the binding is %s", state)
	}
}

func TestWhatABrokenConnectionHoldsIsTold(t *testing.T) {
	w := newWorld(t)
	w.application("a", "1", "waiting", "", 0)
	w.must(w.Broken(t.Context(), "c", "grant_revoked", recruit.TurnAdmin, w.now))
	w.is("a", "held connection_broken")
	w.told("a", "delivery.held")
	w.must(w.Checked(t.Context(), "c", recruit.Account{ID: "acct"}, w.now.Add(time.Second)))
	w.is("a", "waiting")
	w.told("a", "delivery.waiting")
}

func TestWhatADeadRunLeftIsTold(t *testing.T) {
	w := newWorld(t)
	w.application("a", "1", "attempting", "", 6)
	n, err := w.AdoptOrphans(t.Context(), "c", 7, w.now)
	w.must(err)
	w.is("a", "unanswered unanswered")
	if w.told("a", "delivery.unanswered"); n != 1 {
		t.Errorf("%d adopted", n)
	}
}

// follow has the deliveries of the process follow its binding.
func (w *world) follow(repaired string) {
	w.t.Helper()
	w.must(w.write(w.t.Context(), func(ctx context.Context, t *tx) error {
		return t.followBinding(ctx, heldProcess{id: "p", company: "co"}, repaired, w.now)
	}))
}

func TestBindingAnewSendsNothingBlindly(t *testing.T) {
	w := newWorld(t)
	for _, reason := range []string{"ambiguous", "vanished", "duplicate_not_found"} {
		w.application(reason, "1", "needs_attention", reason, 0)
	}
	w.follow("") // unbound
	w.bound("1", "untested", "")
	w.follow("") // and bound to the same again
	for _, reason := range []string{"ambiguous", "vanished", "duplicate_not_found"} {
		w.is(reason, "needs_attention "+reason)
	}
}

func TestATestThatRepairsABindingReleasesWhatWasBegunToo(t *testing.T) {
	w := newWorld(t)
	w.bound("1", "ok", "")
	w.application("begun", "1", "held", "job_forbidden", 0)
	w.application("elsewhere", "2", "held", "job_forbidden", 0)
	w.do(`UPDATE deliveries SET remote_candidate_id = 'r'`)
	w.follow("job_forbidden")
	w.is("begun", "waiting")
	w.is("elsewhere", "held job_forbidden")
}

func TestSwitchingBackToTheAccountThatWasAgreedToGoesOn(t *testing.T) {
	w := newWorld(t)
	w.bound("1", "ok", "") // tested again with the former account
	w.application("a", "1", "withheld", "consent_other_account", 0)
	w.application("begun", "1", "withheld", "consent_other_account", 0)
	w.do(`UPDATE deliveries SET remote_candidate_id = 'r' WHERE application_id = 'begun'`)
	w.follow("account_switched")
	w.is("a", "waiting")
	w.is("begun", "waiting")
}

func TestAnAccountSwitchedBetweenTwoStepsIsNoWithdrawal(t *testing.T) {
	w := newWorld(t)
	w.application("a", "1", "attempting", "", 7)
	w.do(`UPDATE connections SET account_id = 'other', switched_at = 2`)
	err := w.RecordStep(t.Context(), "a", 7, connector.Receipt{Candidate: "r"}, w.now)
	var held *delivery.Withheld
	if !errors.As(err, &held) || held.Reason != "consent_other_account" {
		t.Errorf("got %v, want withheld for the account", err)
	}
}

func TestTheReasonForWithholdingIsTheReason(t *testing.T) {
	w := newWorld(t)
	w.application("a", "1", "waiting", "", 0)
	w.do(`UPDATE connections SET account_id = 'other', switched_at = 2`)
	_, err := w.ClaimPushes(t.Context(), "c", 7, w.now, 8)
	w.must(err)
	w.is("a", "withheld consent_other_account")
}

func TestAWithdrawalWhenAPartIsInTheATSSaysSo(t *testing.T) {
	w := newWorld(t)
	w.application("a", "1", "waiting", "", 0)
	w.do(`UPDATE deliveries SET remote_candidate_id = 'r'`)
	w.do(`UPDATE applications SET withdrawn_at = 5`)
	_, err := w.ClaimPushes(t.Context(), "c", 7, w.now, 8)
	w.must(err)
	w.is("a", "cancelled withdrawn_sent")
}

func TestAnAttemptThatFailsAfterAWithdrawalWaitsForNothing(t *testing.T) {
	w := newWorld(t)
	for id, v := range map[string]delivery.Verdict{
		"later": {State: recruit.DeliveryWaiting, Reason: "retrying"}, "held": {State: recruit.DeliveryHeld, Reason: "job_gone"},
		"refused": {State: recruit.DeliveryNeedsAttention, Reason: "rejected"}, "open": {State: recruit.DeliveryUnanswered, Reason: "unanswered"},
	} {
		w.application(id, "1", "attempting", "", 7)
		w.do(`UPDATE applications SET withdrawn_at = 5 WHERE id = $1`, id)
		w.must(w.Settle(t.Context(), recruit.ApplicationID(id), 7, w.outcome(v, "unavailable")))
	}
	for _, id := range []string{"later", "held", "refused"} {
		w.is(id, "cancelled withdrawn")
	}
	w.is("open", "unanswered unanswered")
	w.application("part", "1", "attempting", "", 7)
	w.do(`UPDATE applications SET withdrawn_at = 5 WHERE id = 'part'`)
	o := w.outcome(delivery.Verdict{State: recruit.DeliveryWaiting, Reason: "retrying"}, "unavailable")
	o.Receipt.Candidate = "r"
	w.must(w.Settle(t.Context(), "part", 7, o))
	w.is("part", "cancelled withdrawn_sent")
}

func TestWhatCannotBeLookedUpIsSomebodysTurn(t *testing.T) {
	w := newWorld(t)
	w.do(`INSERT INTO processes (id, company_id, owner_id, slug, state, origin, name, search, details, customization, revision, created_at, updated_at)
		VALUES ('p', 'co', 'u', 's', 'open', 'manual', 'P', '', '{}', '{}', 1, 1, 1)`)
	w.application("a", "1", "unanswered", "unanswered", 7)
	o := w.outcome(delivery.Verdict{State: recruit.DeliveryUnanswered, Reason: "job_gone", Turn: recruit.TurnAdmin, After: time.Minute}, "gone")
	o.Op, o.Certain = "find", false
	w.must(w.Settle(t.Context(), "a", 7, o))
	c := recruit.Reach{Company: "co"}
	causes, err := w.Causes(t.Context(), c)
	if err != nil || len(causes) != 1 || causes[0].Turn != recruit.TurnAdmin || causes[0].Count != 1 {
		t.Fatalf("what needs a person: %+v, %v", causes, err)
	}
	n, err := w.RetryCause(t.Context(), c, causes[0].ID, false, "u", w.now)
	w.must(err)
	if w.is("a", "unanswered unanswered"); n != 1 {
		t.Errorf("%d retried", n)
	}
}

func TestOneThatCannotBeReadHoldsUpNobody(t *testing.T) {
	w := newWorld(t)
	w.application("a", "1", "waiting", "", 0)
	w.do(`INSERT INTO application_keys (application_id, company_id, sealed_key) VALUES ('a', 'co', x'00')`)
	work, err := w.ClaimPushes(t.Context(), "c", 7, w.now, 8)
	if err != nil || len(work) != 1 || work[0].Unreadable == nil {
		t.Fatalf("claimed %+v, %v", work, err)
	}
	w.do(`UPDATE deliveries SET state = 'unanswered', fence = 0`)
	looks, err := w.ClaimLookups(t.Context(), "c", 7, w.now, 1)
	if err != nil || len(looks) != 1 || looks[0].Items[0].Unreadable == nil {
		t.Fatalf("to look for: %+v, %v", looks, err)
	}
}

func TestAnOpenBreakerLetsOneTryAtATime(t *testing.T) {
	w := newWorld(t)
	w.do(`UPDATE lanes SET failures = 5`)
	for n := range 3 {
		w.application(fmt.Sprint("a", n), "1", "waiting", "", 0)
	}
	for range 2 {
		if _, err := w.ClaimPushes(t.Context(), "c", 7, w.now, 8); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	w.must(w.read().Row(t.Context(), `SELECT count(*) FROM deliveries WHERE state = 'attempting'`).Scan(&n))
	if n != 1 {
		t.Errorf("%d try at a time", n)
	}
	if _, err := w.ClaimPushes(t.Context(), "c", 6, w.now, 8); !errors.Is(err, lane.ErrLost) {
		t.Errorf("a former run claims: %v", err)
	}
}
