package delivery_test

import (
	"slices"
	"testing"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/simkit"
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

// confirm is the candidate's own yes to the repeated application, by a link
// from the mailbox.
func (r *textsRig) confirm(id recruit.ApplicationID) {
	r.t.Helper()
	link := secret.New("a link of " + string(id))
	r.sql(`INSERT INTO candidate_links (hash, company_id, application_id, mail_id, created_at) VALUES ($1, $2, $3, 'mail', 1)`,
		shaOf([]byte(link.Reveal())), string(r.admin.Company), string(id))
	o, err := r.db.OwnPage(r.t.Context(), link, r.clock.Now())
	r.ok(err)
	if len(o.Again) != 1 {
		r.t.Fatalf("%d repeated applications", len(o.Again))
	}
	r.ok(r.db.ConfirmAgain(r.t.Context(), link, o.Again[0].ID, r.clock.Now()))
}

func TestWhoIsAskedAgainAppliesAgainAndGoesByTheNewestAnswers(t *testing.T) {
	r := newTextsRig(t)
	goOn := r.still()
	id := r.submit(1, recruit.Given, answers{recruit.Given, recruit.Given})
	r.ok(r.sim.ChangeConsent(r.must, "Other words."))
	r.ok(r.sim.UnassignConsent(r.job.ID, r.may))
	r.sql(`UPDATE deliveries SET next_at = next_at + 1200000`)
	goOn()
	r.until("the change is known", func() bool { return len(r.watch().Texts) == 2 })
	r.stands(id, recruit.DeliveryNeedsAttention, "remote_texts_changed")
	if again := r.submit(1, recruit.Given, yes); again != id {
		t.Fatal("a second application of one person")
	}
	r.empty(1) // not before it is confirmed
	r.confirm(id)
	r.reaches(id, recruit.DeliveryDelivered)
	got := r.held(1)
	if len(got) != 1 || len(got[0].Consents) != 1 || got[0].Consents[0].ConsentID != r.must || got[0].Consents[0].Version != 2 {
		t.Errorf("the ATS holds %+v", got)
	}
}

func TestTextsThatCannotBeShownAskNothingAndLoseNobody(t *testing.T) {
	r := newTextsRig(t)
	r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Op: "listRecruitmentConsents"}, Kind: simkit.StatusBefore, Status: 503}))
	r.until("a reading failed", func() bool { return r.watch().TextsError != "" })
	r.clock.Advance(20 * time.Hour)
	if f := r.form(); f.Unread || f.ATSTransfer == nil || len(f.Remote) != 3 {
		t.Errorf("less than a day after the ATS fell silent the form is %+v", f)
	}
	r.clock.Advance(5 * time.Hour)
	f := r.form()
	if !f.Unread || f.ATSTransfer != nil || len(f.Remote) != 0 {
		t.Fatalf("a day after the ATS fell silent the form is %+v", f)
	}
	receipt, err := r.apply.Submit(t.Context(), fill(f, 1, recruit.Given, yes))
	r.ok(err)
	id := receipt.Application
	if d := r.delivery(id); d.State != recruit.DeliveryWithheld || d.Reason != "remote_texts_unread" || d.Turn != recruit.TurnAdmin {
		t.Errorf("the delivery is %+v", d)
	}
	causes, err := r.deliver.Attention(t.Context(), r.admin)
	r.ok(err)
	if len(causes) != 1 || causes[0].Reason != "remote_texts_unread" || causes[0].Count != 1 {
		t.Errorf("what needs a person: %+v", causes)
	}
	r.sim.ClearFaults()
	r.until("they are read again", func() bool { return !r.form().Unread })
	r.submit(1, recruit.Given, yes)
	r.empty(1)
	r.confirm(id)
	r.reaches(id, recruit.DeliveryDelivered)
}
