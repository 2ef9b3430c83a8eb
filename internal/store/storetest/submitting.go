package storetest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"handoff/internal/apply"
	"handoff/internal/integration"
	"handoff/internal/process"
	"handoff/internal/recruit"
)

func submitting(t *testing.T, open Open) {
	t.Run("what is accepted is on disk with its delivery, consent and history", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		s := agreed(p.ID, " Anna@Example.invalid ")
		s.Candidate.Phone = "601 234 567"
		s.CV = &apply.Upload{FileName: `C:\cv\Życiorys Anny.txt`, ContentType: "application/x-lie", Body: strings.NewReader("I write Go.")}
		s.ExternalID = "42"
		rung := h.rung()
		v := h.application(h.acme, h.submitted(s))
		if v.Candidate != (recruit.Candidate{FirstName: "Anna", LastName: "Nowak", Email: "Anna@Example.invalid", Phone: "+48601234567", LinkedInURL: "https://www.linkedin.com/in/anna-nowak"}) {
			t.Errorf("the candidate is %#v", []string{v.Candidate.FirstName, v.Candidate.Email, v.Candidate.Phone, v.Candidate.LinkedInURL})
		}
		if v.CV == nil || v.CV.FileName != "Życiorys Anny.txt" || v.CV.Size != 11 || v.CV.ContentType != "text/plain" || len(v.CV.SHA256) != 64 {
			t.Errorf("the CV is %+v", v.CV)
		}
		if v.Stage != recruit.StageWaiting || v.StageChangedBy != recruit.ActorCandidate || v.ExternalID != "42" || v.Tag == "" || v.Locale != "en" {
			t.Errorf("the application is %+v", v.Application)
		}
		d := v.Delivery
		if d.State != recruit.DeliveryWaiting || d.Connection != conn || d.RemoteJob != "1" || !d.NextAt.Equal(h.clock.Now()) || v.ATS != "erecruiter" {
			t.Errorf("the delivery is %+v at %s", d, v.ATS)
		}
		if got := h.kinds(h.acme, v.ID); !slices.Equal(got, []string{"received", "delivery.waiting"}) {
			t.Errorf("its history is %v", got)
		}
		if !slices.Equal(*rung, []string{"conn:" + string(conn), "mail"}) {
			t.Errorf("rung: %v", *rung)
		}
		_, b, err := h.apply.OpenCV(h.ctx, h.acme.admin, v.ID)
		h.must(err)
		if string(b) != "I write Go." {
			t.Errorf("the CV reads %q", b)
		}
		got, err := h.process.Get(h.ctx, h.acme.admin, p.ID)
		h.must(err)
		if got.Applications != 1 {
			t.Errorf("the process counts %d", got.Applications)
		}
	})
	t.Run("the same request of the API again is the same submission", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		s := agreed(p.ID, "anna@example.invalid")
		s.Channel, s.Key = "api", "one"
		first, err := h.apply.Submit(h.ctx, s)
		h.must(err)
		again, err := h.apply.Submit(h.ctx, s)
		h.must(err)
		if again != first {
			t.Errorf("answered %+v, then %+v", first, again)
		}
		if got := h.kinds(h.acme, first.Application); !slices.Equal(got, []string{"received", "delivery.waiting"}) {
			t.Errorf("its history is %v", got)
		}
		s.Key = "two"
		other, err := h.apply.Submit(h.ctx, s)
		h.must(err)
		if !other.Repeated || other.Application != first.Application {
			t.Errorf("another request was answered %+v", other)
		}
	})
	t.Run("a process that is not bound keeps it here", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		v := h.application(h.acme, h.submitted(submission(p.ID, "a@b.invalid")))
		if v.Delivery.State != recruit.DeliveryNone || v.Transfer != nil || v.ATS != "" {
			t.Errorf("stored %+v, %+v", v.Delivery, v.Transfer)
		}
	})
	t.Run("a broken or disconnected connection holds it", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		h.must(h.db.Broken(h.ctx, conn, "unauthorized", recruit.TurnAdmin, h.clock.Now()))
		v := h.application(h.acme, h.submitted(agreed(p.ID, "a@b.invalid")))
		if d := v.Delivery; d.State != recruit.DeliveryHeld || d.Reason != "connection_broken" || d.Turn != recruit.TurnAdmin {
			t.Errorf("the delivery is %+v", d)
		}
	})
	t.Run("a broken binding holds it for the binding's reason", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		h.must(h.db.SaveLook(h.ctx, conn, 0, integration.Look{Job: "1", CheckKind: integration.KindOK, Reason: "job_closed",
			Remote: &recruit.RemoteJob{ID: "1", Title: "First"}}, h.clock.Now()))
		v := h.application(h.acme, h.submitted(agreed(p.ID, "a@b.invalid")))
		if d := v.Delivery; d.State != recruit.DeliveryHeld || d.Reason != "job_closed" {
			t.Errorf("the delivery is %+v", d)
		}
	})
	t.Run("everything that is wrong is named at once", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		_, err := h.apply.Submit(h.ctx, apply.Submission{Process: p.ID, Candidate: recruit.Candidate{FirstName: " ", LastName: "A\u202eB", Email: "x@y", Phone: "12", LinkedInURL: ""}})
		h.invalid(err, "consent.clause required", "candidate.first_name required", "candidate.last_name not_allowed", "candidate.email malformed",
			"candidate.phone malformed", "cv required")
	})
	t.Run("questions are answered as they ask", func(t *testing.T) {
		h := newHouse(t, open)
		p, err := h.process.Create(h.ctx, h.acme.admin, details("One"))
		h.must(err)
		z := recruit.Customization{CVRequired: true, Questions: []recruit.Question{{ID: "why", Label: "Why?", Required: true, Kind: "text"}, {ID: "b2b", Label: "B2B?", Kind: "yes_no"}}}
		_, _, err = h.process.Save(h.ctx, h.acme.admin, p.ID, process.Edit{Details: details("One"), Customization: z, Revision: p.Revision})
		h.must(err)
		_, err = h.process.Publish(h.ctx, h.acme.admin, p.ID)
		h.must(err)
		s := submission(p.ID, "a@b.invalid")
		s.Answers = map[string]string{"b2b": "perhaps", "shoe_size": "44"}
		_, err = h.apply.Submit(h.ctx, s)
		h.invalid(err, "answers.why required", "answers.b2b not_allowed", "answers not_allowed", "cv required")
		s.Answers = map[string]string{"why": " Because. ", "b2b": "yes"}
		s.CV = &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("x")}
		v := h.application(h.acme, h.submitted(s))
		want := []recruit.Answer{{QuestionID: "why", Label: "Why?", Value: "Because."}, {QuestionID: "b2b", Label: "B2B?", Value: "yes"}}
		if !slices.Equal(v.Answers, want) {
			t.Errorf("stored %v", v.Answers)
		}
	})
	t.Run("what the ATS does not take is refused here, and so is a byte too many", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		f, err := h.apply.Form(h.ctx, p.ID, "", "pl")
		h.must(err)
		if f.MaxBytes != 1<<20 || !slices.Equal(f.Extensions, []string{"pdf", "docx", "txt"}) || f.ATSTitle != "eRecruiter" {
			t.Errorf("the form takes %d bytes of %v for %s", f.MaxBytes, f.Extensions, f.ATSTitle)
		}
		for _, c := range []struct {
			name string
			size int
			want string
		}{{"cv.rtf", 5, "cv type_not_allowed"}, {"cv.txt", 1<<20 + 1, "cv too_large"}, {"cv.txt", 0, "cv empty"}, {"cv.txt", 1 << 20, ""}} {
			s := agreed(p.ID, "a@b.invalid")
			s.CV = &apply.Upload{FileName: c.name, Body: bytes.NewReader(bytes.Repeat([]byte("x"), c.size))}
			_, err := h.apply.Submit(h.ctx, s)
			if c.want == "" {
				h.must(err)
			} else {
				h.invalid(err, c.want)
			}
		}
	})
	t.Run("an upload is not read past its limit", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		s := submission(p.ID, "a@b.invalid")
		endless := &endless{}
		s.CV = &apply.Upload{FileName: "cv.txt", Body: endless}
		_, err := h.apply.Submit(h.ctx, s)
		h.invalid(err, "cv too_large")
		if endless.read > 11<<20 {
			t.Errorf("%d bytes were read", endless.read)
		}
	})
	t.Run("a draft is not found, and neither is another company's process by API", func(t *testing.T) {
		h := newHouse(t, open)
		d, err := h.process.Create(h.ctx, h.acme.admin, details("Draft"))
		h.must(err)
		_, err = h.apply.Submit(h.ctx, submission(d.ID, "a@b.invalid"))
		h.is(err, recruit.ErrNotFound)
		s := submission(h.opened(h.acme.admin, "Open").ID, "a@b.invalid")
		s.Company = h.other.ID
		_, err = h.apply.Submit(h.ctx, s)
		h.is(err, recruit.ErrNotFound)
	})
}

type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	e.read += len(b)
	return len(b), nil
}
