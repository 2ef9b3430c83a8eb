package delivery_test

import (
	"slices"
	"testing"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/simulator/erecruiter"
)

func (r *textsRig) stands(id recruit.ApplicationID, s recruit.DeliveryState, reason string) {
	r.t.Helper()
	r.until("it is "+string(s)+" "+reason, func() bool { d := r.delivery(id); return d.State == s && d.Reason == reason })
}

func (r *textsRig) records(id recruit.ApplicationID) []recruit.ConsentRecord {
	r.t.Helper()
	list, err := r.apply.Consents(r.t.Context(), r.admin, id)
	r.ok(err)
	return list
}

func TestACandidateIsInTheATSWithTheConsentsAsDecided(t *testing.T) {
	r := newTextsRig(t)
	f := r.form()
	if len(f.Remote) != 3 || f.Remote[0].Kind != recruit.RemoteClause || !f.Remote[1].Required || f.Remote[2].Required {
		t.Fatalf("the form shows %+v", f.Remote)
	}
	for n, a := range []answers{{recruit.Given, recruit.NoStatement}, {recruit.Given, recruit.Refused}, {recruit.Given, recruit.Given}} {
		id := r.submit(n, recruit.Given, a)
		r.reaches(id, recruit.DeliveryDelivered)
		got := r.held(n)
		if len(got) != 1 || got[0].RecruitmentID != r.job.ID || len(got[0].Files) != 1 || got[0].Files[0].SHA256 != shaOf(cv(n)) {
			t.Fatalf("the ATS holds %+v", got)
		}
		want := map[int64]bool{r.must: true}
		if a.may != recruit.NoStatement {
			want[r.may] = a.may == recruit.Given
		}
		if len(got[0].Consents) != len(want) {
			t.Errorf("%v: the ATS holds %+v", a, got[0].Consents)
		}
		for _, c := range got[0].Consents {
			if yes, said := want[c.ConsentID]; !said || yes != c.Given {
				t.Errorf("%v: the ATS holds %+v", a, c)
			}
		}
		// The evidence: one record a text, word for word.
		var remote []recruit.ConsentRecord
		for _, c := range r.records(id) {
			if c.Purpose.Remote() {
				remote = append(remote, c)
			}
		}
		if len(remote) != 3 {
			t.Fatalf("%d records of the ATS's own texts", len(remote))
		}
		for i, c := range remote {
			x := f.Remote[i]
			if string(c.TextID) != x.ID || c.Version != x.Version || c.Text != x.Text || c.SHA256 != shaOf([]byte(x.Text)) || c.Required != x.Required ||
				c.Connection != r.conn || c.AccountID == "" || c.RemoteJob != r.remoteJob() {
				t.Errorf("recorded %+v of %+v", c, x)
			}
		}
		if remote[0].Decision != recruit.ReadOnly || remote[1].Decision != a.must || remote[2].Decision != a.may {
			t.Errorf("recorded %s, %s, %s", remote[0].Decision, remote[1].Decision, remote[2].Decision)
		}
	}
}

func TestWithoutATransferOrARequiredConsentNothingGoes(t *testing.T) {
	r := newTextsRig(t)
	for n, c := range []struct {
		transfer recruit.Decision
		a        answers
		reason   string
	}{
		{recruit.Refused, answers{recruit.Given, recruit.Given}, "consent_refused"},
		{recruit.NoStatement, answers{recruit.Given, recruit.Given}, "consent_refused"},
		{recruit.Given, answers{recruit.Refused, recruit.Given}, "remote_consent_refused"},
		{recruit.Given, answers{recruit.NoStatement, recruit.Given}, "remote_consent_refused"},
	} {
		r.stands(r.submit(n, c.transfer, c.a), recruit.DeliveryWithheld, c.reason)
	}
	r.reaches(r.submit(9, recruit.Given, yes), recruit.DeliveryDelivered) // later than all of them
	for n := range 4 {
		r.empty(n)
	}
}

// Whatever the row of the delivery says, the records decide (invariant 4).
func TestARequiredConsentIsReadWhenTheAttemptIsWritten(t *testing.T) {
	r := newTextsRig(t)
	goOn := r.still()
	id := r.submit(1, recruit.Given, yes)
	r.sql(`UPDATE consent_records SET decision = 'refused' WHERE application_id = $1 AND purpose = 'remote_consent' AND required = 1`, string(id))
	goOn()
	r.stands(id, recruit.DeliveryWithheld, "remote_consent_refused")
	r.empty(1)
}

func TestATextThatChangedSinceIsAskedAgainAndNothingIsSent(t *testing.T) {
	for name, c := range map[string]struct{ change, back func(r *textsRig) error }{
		"changed": {func(r *textsRig) error { return r.sim.ChangeConsent(r.must, "Other words.") },
			func(r *textsRig) error { return r.sim.ChangeConsent(r.must, r.text(r.must)) }},
		"made required": {func(r *textsRig) error { return r.sim.AssignConsent(r.job.ID, r.may, true) },
			func(r *textsRig) error { return r.sim.AssignConsent(r.job.ID, r.may, false) }},
		"the clause changed": {func(r *textsRig) error { return r.sim.ChangeConsent(r.clause, "Another controller.") },
			func(r *textsRig) error { return r.sim.ChangeConsent(r.clause, r.text(r.clause)) }},
		"removed": {func(r *textsRig) error { return r.sim.UnassignConsent(r.job.ID, r.may) }, nil},
		"a required one added": {func(r *textsRig) error {
			x, err := r.sim.AddConsent(erecruiter.ConsentSpec{Text: "One more.", Required: true})
			if err != nil {
				return err
			}
			return r.sim.AssignConsent(r.job.ID, x.ID, true)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTextsRig(t)
			f := r.form()
			goOn := r.still()
			id := r.submit(1, recruit.Given, yes)
			r.ok(c.change(r))
			r.sql(`UPDATE deliveries SET next_at = next_at + 1200000`) // until after the next reading
			goOn()
			r.until("the change is known", func() bool { return !slices.Equal(r.watch().Texts, f.Remote) })
			r.sql(`UPDATE deliveries SET next_at = 1`)
			r.stands(id, recruit.DeliveryNeedsAttention, "remote_texts_changed")
			_, err := r.deliver.Retry(t.Context(), r.admin, id)
			r.ok(err)
			r.stands(id, recruit.DeliveryNeedsAttention, "remote_texts_changed")
			r.empty(1)
			if d := r.delivery(id); d.Turn != recruit.TurnRecruiter || d.Attempts != 0 {
				t.Errorf("the delivery is %+v", d)
			}
			// What is shown is what holds now.
			r.reaches(r.submit(2, recruit.Given, answers{recruit.Given, recruit.Given}), recruit.DeliveryDelivered)
			if c.back == nil {
				return
			}
			// The very texts that were agreed to come back, and a person says so.
			r.ok(c.back(r))
			_, err = r.deliver.Retry(t.Context(), r.admin, id)
			r.ok(err)
			r.reaches(id, recruit.DeliveryDelivered)
			if n := len(r.held(1)); n != 1 {
				t.Errorf("the ATS holds it %d times", n)
			}
		})
	}
}

// The ATS has the last word where our reading is older than its change.
func TestWhatTheATSSaysOfAConsentIsAskedAgain(t *testing.T) {
	r := newTextsRig(t)
	x, err := r.sim.AddConsent(erecruiter.ConsentSpec{Text: "One more.", Required: true})
	r.ok(err)
	before := r.watch().TextsReadAt
	r.ok(r.sim.AssignConsent(r.job.ID, x.ID, true))
	id := r.submit(1, recruit.Given, yes)
	r.stands(id, recruit.DeliveryNeedsAttention, "remote_texts_changed")
	r.empty(1)
	r.until("the texts were read at once", func() bool { return len(r.form().Remote) == 4 })
	if late := r.watch().TextsReadAt.Sub(before); late > 10*time.Minute {
		t.Errorf("the texts were read again after %s", late)
	}
}

func TestARecruitmentWithoutItsConsentHoldsAndItsAssignmentReleasesOnce(t *testing.T) {
	r := newTextsRig(t)
	goOn := r.still()
	known := r.submit(1, recruit.Given, yes)
	r.ok(r.sim.UnassignConsent(r.job.ID, r.must))
	r.ok(r.sim.UnassignConsent(r.job.ID, r.may))
	goOn()
	r.stands(known, recruit.DeliveryHeld, "consent_not_assigned")
	b := r.binding()
	if b.State != recruit.BindingBroken || b.Reason != "consent_not_assigned" {
		t.Errorf("the binding is %s %s", b.State, b.Reason)
	}
	_, err := r.deliver.Retry(t.Context(), r.admin, known)
	r.ok(err)
	r.stands(known, recruit.DeliveryHeld, "consent_not_assigned")
	r.empty(1)
	r.ok(r.sim.AssignConsent(r.job.ID, r.must, true))
	r.ok(r.sim.AssignConsent(r.job.ID, r.may, false))
	r.reaches(known, recruit.DeliveryDelivered)
	if n := len(r.held(1)); n != 1 {
		t.Errorf("the ATS holds it %d times", n)
	}
	if b := r.binding(); b.State != recruit.BindingOK {
		t.Errorf("the binding is %s %s", b.State, b.Reason)
	}
}

func TestARecruitmentThatIsNotSharedAnyMoreHoldsAndSharingReleasesOnce(t *testing.T) {
	r := newTextsRig(t)
	r.ok(r.sim.ShareRecruitment(r.job.ID, false))
	id := r.submit(1, recruit.Given, yes)
	r.stands(id, recruit.DeliveryHeld, "job_not_shared")
	r.until("the look says it too", func() bool { return r.watch().Reason == "job_not_shared" })
	r.relisted()
	if d := r.delivery(id); d.Reason != "job_not_shared" {
		t.Errorf("after another listing it is held because %s", d.Reason)
	}
	r.ok(r.sim.ShareRecruitment(r.job.ID, true))
	r.reaches(id, recruit.DeliveryDelivered)
	if n := len(r.held(1)); n != 1 {
		t.Errorf("the ATS holds it %d times", n)
	}
}

func TestAClosedRecruitmentHolds(t *testing.T) {
	r := newTextsRig(t)
	r.ok(r.sim.SetRecruitmentStatus(r.job.ID, erecruiter.Closed))
	id := r.submit(1, recruit.Given, yes)
	r.stands(id, recruit.DeliveryHeld, "job_closed")
	r.empty(1)
	r.ok(r.sim.SetRecruitmentStatus(r.job.ID, erecruiter.Active))
	r.reaches(id, recruit.DeliveryDelivered)
}

func TestWhatAFormDemandsIsAPersonsTurn(t *testing.T) {
	r := newTextsRig(t)
	r.ok(r.sim.DemandCV(r.job.ID, true))
	s := fill(r.form(), 1, recruit.Given, yes)
	s.CV, s.Candidate.LinkedInURL = nil, "https://www.linkedin.com/in/grazyna-example"
	receipt, err := r.apply.Submit(t.Context(), s)
	r.ok(err)
	r.stands(receipt.Application, recruit.DeliveryNeedsAttention, "cv_required")
	r.ok(r.sim.DemandCV(r.job.ID, false))
	_, err = r.deliver.Retry(t.Context(), r.admin, receipt.Application)
	r.ok(err)
	r.reaches(receipt.Application, recruit.DeliveryDelivered)
	// Rule R22.
	got := r.held(1)
	if len(got) != 1 || len(got[0].Files) != 0 || len(got[0].Notes) != 1 || got[0].Notes[0] != "LinkedIn: https://www.linkedin.com/in/grazyna-example" {
		t.Errorf("the ATS holds %+v", got)
	}
	qid, err := r.sim.AddQuestion(r.job.ID, "When can you start?", true)
	r.ok(err)
	id := r.submit(2, recruit.Given, yes)
	r.stands(id, recruit.DeliveryNeedsAttention, "questions_required")
	r.ok(r.sim.SetQuestionRequired(r.job.ID, qid, false))
	_, err = r.deliver.Retry(t.Context(), r.admin, id)
	r.ok(err)
	r.reaches(id, recruit.DeliveryDelivered)
}
