package delivery_test

import (
	"strings"
	"testing"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
)

func TestACandidateWhoAgreedIsInTheATSOnceWithCVAndTag(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	id := r.submit(1, recruit.Given)
	d := r.reaches(id, recruit.DeliveryDelivered)
	r.once(1)
	if d.RemoteCandidate == "" || d.RemoteURL == "" {
		t.Errorf("the delivery knows neither candidate nor link: %+v", d)
	}
	v, err := r.apply.Get(t.Context(), r.admin, id)
	r.ok(err)
	c := r.sim.Ledger().Email(email(1))[0]
	if !contains(c.Tags, string(v.Tag)) || !contains(c.Tags, "handoff") || len(c.Tags) != 2 {
		t.Errorf("tags are %v, want the platform's and %s", c.Tags, v.Tag)
	}
	if c.LastName != "Brzęczyszczykiewicz-1" {
		t.Errorf("the name arrived as %q", c.LastName)
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func TestWithoutConsentNothingIsSent(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	id := r.submit(1, recruit.Refused)
	after := r.submit(2, recruit.Given)
	r.reaches(after, recruit.DeliveryDelivered)
	if d := r.delivery(id); d.State != recruit.DeliveryWithheld || d.Reason != "consent_refused" {
		t.Errorf("state %s, reason %s; want withheld, consent_refused", d.State, d.Reason)
	}
	if n := len(r.held(1)); n != 0 {
		t.Errorf("the ATS holds %d of somebody who refused", n)
	}
}

// Whatever else a delivery's row says, the newest record decides (invariant 4).
func TestTheNewestConsentRecordDecidesWhenTheAttemptIsWritten(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	for n, change := range []string{
		`INSERT INTO consent_records SELECT 'cons_later', application_id, company_id, connection_id, account_id, remote_job_id, purpose, text_id, version,
			locale, text, sha256, 0, 'withdrawn', 0, channel, asserted, at + 1 FROM consent_records WHERE application_id = $1 AND purpose = 'ats_transfer'`,
		`UPDATE consent_records SET account_id = 'SomebodyElse' WHERE application_id = $1`,
		`UPDATE consent_records SET remote_job_id = 'another' WHERE application_id = $1`,
		`UPDATE consent_records SET connection_id = 'conn_another' WHERE application_id = $1`,
		`DELETE FROM consent_records WHERE application_id = $1 AND purpose = 'ats_transfer'`,
	} {
		r.sql(`UPDATE lanes SET paused_until = $1`, time.Now().Add(1000*time.Hour).UnixMilli())
		id := r.submit(n, recruit.Given)
		r.sql(change, string(id))
		r.sql(`UPDATE lanes SET paused_until = 0`)
		r.ok(r.integ.RefreshJobs(t.Context(), r.admin, r.conn)) // rings the lane
		r.reaches(id, recruit.DeliveryWithheld)
		if len(r.held(n)) != 0 {
			t.Errorf("it was sent although the records say otherwise: %s", change)
		}
	}
}

// Every way in which every request of a push can go wrong ends in one
// candidate application with one CV.
func TestWhateverGoesWrongInBetweenTheATSHoldsItOnce(t *testing.T) {
	ops := map[string]string{"create": "candidatesAddToJob", "read": "candidatesGetApplication", "attach": "attachmentsAddForJob"}
	kinds := []simkit.Fault{
		{Kind: simkit.StatusBefore, Status: 503}, {Kind: simkit.StatusBefore, Status: 500}, {Kind: simkit.StatusBefore, Status: 429},
		{Kind: simkit.StatusAfter, Status: 500}, {Kind: simkit.StatusAfter, Status: 502}, {Kind: simkit.StatusAfter, Status: 504},
		{Kind: simkit.DropBefore}, {Kind: simkit.DropAfter}, {Kind: simkit.Expired}, {Kind: simkit.HTML}, {Kind: simkit.Empty200},
		{Kind: simkit.Truncated}, {Kind: simkit.Swallow}, {Kind: simkit.DelayBefore, Delay: simkit.Duration(600 * time.Millisecond)},
		{Kind: simkit.DelayAfter, Delay: simkit.Duration(600 * time.Millisecond)},
	}
	for name, op := range ops {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, smartrecruiters.Switches{})
			for n, f := range kinds {
				f.Op, f.Count = op, 1
				r.sim.FailNext(f)
				id := r.submit(n, recruit.Given)
				d := r.reaches(id, recruit.DeliveryDelivered)
				r.once(n)
				if d.Attempts < 2 && f.Kind != simkit.Expired && op != ops["read"] {
					t.Errorf("%s %d at %s took %d attempts: the fault did not strike", f.Kind, f.Status, name, d.Attempts)
				}
			}
		})
	}
}

func TestARunThatDiedLeavesUnansweredAndIsLookedUp(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: simkit.DelayAfter, Delay: simkit.Duration(900 * time.Millisecond)})
	id := r.submit(1, recruit.Given)
	r.until("the create is on its way", func() bool { return len(r.held(1)) == 1 })
	// Another process takes the lane over: to this one it is as if it had died.
	r.ok(r.db.ForgetLeases(t.Context()))
	d := r.reaches(id, recruit.DeliveryDelivered)
	r.once(1)
	attempts, err := r.deliver.Attempts(t.Context(), r.admin, id)
	r.ok(err)
	finds := 0
	for _, a := range attempts {
		if a.Op == "find" {
			finds++
		}
	}
	if finds == 0 {
		t.Errorf("it was sent on without a look: %+v after %d attempts", attempts, d.Attempts)
	}
}

func TestARevokedGrantHoldsTheWorkAndALoginReleasesIt(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.sim.RevokeGrants()
	a, b := r.submit(1, recruit.Given), r.submit(2, recruit.Given)
	r.reaches(a, recruit.DeliveryHeld)
	d := r.reaches(b, recruit.DeliveryHeld)
	if d.Reason != "connection_broken" || d.Turn != recruit.TurnAdmin {
		t.Errorf("held for %s, %s's turn", d.Reason, d.Turn)
	}
	v, err := r.integ.Connection(t.Context(), r.admin, r.conn)
	r.ok(err)
	if v.State != recruit.ConnBroken {
		t.Errorf("the connection is %s", v.State)
	}
	r.login(false)
	r.reaches(a, recruit.DeliveryDelivered)
	r.reaches(b, recruit.DeliveryDelivered)
	r.once(1)
	r.once(2)
}

func TestAClosedJobHoldsItsCandidatesAndReopeningReleasesThem(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.ok(r.sim.SetJobStatus(r.job.ID, "FILLED"))
	r.ok(r.integ.RefreshJobs(t.Context(), r.admin, r.conn))
	r.until("the closing is noticed", func() bool {
		p, err := r.process.Get(t.Context(), r.admin, r.proc)
		return err == nil && p.Binding.State == recruit.BindingBroken
	})
	id := r.submit(1, recruit.Given)
	if d := r.reaches(id, recruit.DeliveryHeld); d.Reason != "job_closed" {
		t.Errorf("held for %s", d.Reason)
	}
	r.ok(r.sim.SetJobStatus(r.job.ID, "SOURCING"))
	r.ok(r.integ.RefreshJobs(t.Context(), r.admin, r.conn))
	r.reaches(id, recruit.DeliveryDelivered)
	r.once(1)
}

func TestAWithdrawalStopsWhatIsNotYetSent(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: simkit.DelayAfter, Delay: simkit.Duration(500 * time.Millisecond)})
	id := r.submit(1, recruit.Given)
	r.until("the create is on its way", func() bool { return len(r.held(1)) == 1 })
	_, err := r.apply.Withdraw(t.Context(), r.admin, id)
	r.ok(err)
	d := r.reaches(id, recruit.DeliveryCancelled)
	if d.Reason != "withdrawn_sent" {
		t.Errorf("cancelled for %s, want withdrawn_sent: a part stands in the ATS", d.Reason)
	}
	if got := r.held(1); len(got[0].Attachments) != 0 {
		t.Error("the CV was sent after the withdrawal")
	}
}

func TestAnATSThatIsDownForADayCostsNothingButTime(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.ok(r.sim.Faults(simkit.Fault{Kind: simkit.StatusBefore, Status: 503}))
	var ids []recruit.ApplicationID
	for n := range 12 {
		ids = append(ids, r.submit(n, recruit.Given))
	}
	r.until("the connection is seen failing", func() bool {
		v, err := r.integ.Connection(t.Context(), r.admin, r.conn)
		return err == nil && v.State == recruit.ConnFailing
	})
	r.sim.ClearFaults()
	for n, id := range ids {
		r.reaches(id, recruit.DeliveryDelivered)
		r.once(n)
	}
	v, err := r.integ.Connection(t.Context(), r.admin, r.conn)
	r.ok(err)
	if v.State != recruit.ConnConnected {
		t.Errorf("after its recovery the connection is %s", v.State)
	}
}

func TestNoNameAddressFileOrTokenIsLogged(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{EchoBodies: smartrecruiters.On})
	kinds := []simkit.Kind{simkit.StatusBefore, simkit.StatusAfter, simkit.DropAfter, simkit.Expired, simkit.HTML, simkit.Truncated}
	for n, k := range kinds {
		r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: k})
		r.reaches(r.submit(n, recruit.Given), recruit.DeliveryDelivered)
	}
	logs := r.logs.String()
	for _, canary := range []string{"Grażyna", "Brzęczyszczykiewicz", "kandydatka", "życiorys", "example.com", "Bearer"} {
		if strings.Contains(logs, canary) {
			t.Errorf("the log says %q", canary)
		}
	}
	if !strings.Contains(logs, "delivery.attempted") {
		t.Error("the log says nothing at all")
	}
	for _, e := range r.sim.Journal(0).Entries {
		if strings.Contains(e.Target, "kandydatka") || strings.Contains(e.Target, "%40") {
			t.Errorf("an address was put into a URL: %s", e.Target)
		}
	}
}

func TestManySubmittedAtOnceAreEachThereOnceWhateverTheATSDoes(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.sim.Misbehave(3, 0.2)
	var ids []recruit.ApplicationID
	for i := range 40 {
		ids = append(ids, r.submit(i, recruit.Given))
	}
	for i, id := range ids {
		r.reaches(id, recruit.DeliveryDelivered)
		r.once(i)
	}
}

// The ATS goes on storing a file after its sender has gone, and does not mind
// a second one of the same name: only waiting keeps it from getting two.
func TestAFileThatIsStillBeingStoredIsNotSentAgain(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{SameFileName: smartrecruiters.Accepted})
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "attachmentsAddForJob"}, Kind: simkit.DelayBefore, Delay: simkit.Duration(600 * time.Millisecond)})
	id := r.submit(1, recruit.Given)
	r.reaches(id, recruit.DeliveryDelivered)
	r.until("the late file is stored", func() bool {
		for _, e := range r.sim.Journal(0).Entries {
			if e.Fault == string(simkit.DelayBefore) {
				return true
			}
		}
		return false
	})
	r.once(1)
}
