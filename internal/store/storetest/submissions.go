package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/apply"
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
		due, _, err := h.db.DueLanes(h.ctx, h.clock.Now(), 10)
		h.must(err)
		if !slices.Contains(due, "conn:"+string(conn)) {
			t.Errorf("the lane was not rung: %v", due)
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
		h.must(h.db.SaveJob(h.ctx, conn, recruit.RemoteJob{ID: "1", Title: "First"}, h.clock.Now()))
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

func consent(t *testing.T, open Open) {
	t.Run("each decision about the transfer decides the delivery and is kept word for word", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		choice := func(d recruit.Decision) *apply.Choice { return &apply.Choice{Decision: d, Version: 1} }
		for i, c := range []struct {
			choice  *apply.Choice
			token   bool
			kept    recruit.Decision
			state   recruit.DeliveryState
			reason  string
			assumed bool
		}{
			{choice(recruit.Given), false, recruit.Given, "waiting", "", true},
			{choice(recruit.Given), true, recruit.Given, "waiting", "", false},
			{choice(recruit.Refused), true, recruit.Refused, "withheld", "consent_refused", false},
			{choice(recruit.NoStatement), true, recruit.NoStatement, "withheld", "consent_refused", false},
			{nil, true, recruit.NoStatement, "withheld", "consent_refused", false},
			{nil, false, recruit.NotAsked, "withheld", "consent_not_asked", true},
		} {
			email := fmt.Sprintf("c%d@b.invalid", i)
			s := submission(p.ID, email)
			if c.token {
				s = h.paged(p.ID, email)
				s.AddrBlock = email
			}
			s.ATSTransfer = c.choice
			v := h.application(h.acme, h.submitted(s))
			r := v.Transfer
			if v.Delivery.State != c.state || v.Delivery.Reason != c.reason {
				t.Errorf("%d: the delivery is %s %s", i, v.Delivery.State, v.Delivery.Reason)
			}
			if r.Decision != c.kept || r.Asserted != c.assumed || r.Connection != conn || r.AccountID != "acct-1" || r.RemoteJob != "1" || len(r.SHA256) != 64 {
				t.Errorf("%d: the record is %+v", i, r)
			}
			if want := map[bool]string{true: "Zgoda na przekazanie", false: "Consent to passing on"}[c.token]; r.Text != want {
				t.Errorf("%d: the text is %q", i, r.Text)
			}
		}
	})
	t.Run("a version that is not the current one is outdated", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		for _, wrong := range []int{0, 2} {
			s := agreed(p.ID, "a@b.invalid")
			s.ATSTransfer.Version = wrong
			_, err := h.apply.Submit(h.ctx, s)
			h.refused(err, "consent_outdated")
			s = submission(p.ID, "a@b.invalid")
			s.Clause.Version = wrong
			_, err = h.apply.Submit(h.ctx, s)
			h.refused(err, "consent_outdated")
		}
	})
	t.Run("a form that was shown before a text was replaced is outdated", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		s := h.paged(p.ID, "a@b.invalid")
		s.Clause.Version = 0 // the token knows
		_, err := h.company.SaveClause(h.ctx, h.acme.admin, "nowa", "new")
		h.must(err)
		_, err = h.apply.Submit(h.ctx, s)
		h.refused(err, "consent_outdated")
	})
	t.Run("a form that was shown before the process was bound is outdated", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		s := h.paged(p.ID, "a@b.invalid")
		conn := h.connected(h.acme, "production", "acct-1")
		_, _, err := h.process.Bind(h.ctx, h.acme.admin, p.ID, process.BindingChoice{Connection: conn, RemoteJob: "1"})
		h.must(err)
		_, err = h.apply.Submit(h.ctx, s)
		h.refused(err, "consent_outdated")
	})
	t.Run("a decision about what is not asked is outdated", func(t *testing.T) {
		h := newHouse(t, open)
		_, err := h.apply.Submit(h.ctx, agreed(h.opened(h.acme.admin, "One").ID, "a@b.invalid"))
		h.refused(err, "consent_outdated")
	})
	t.Run("the clause must have been read", func(t *testing.T) {
		h := newHouse(t, open)
		s := submission(h.opened(h.acme.admin, "One").ID, "a@b.invalid")
		s.Clause.Decision = recruit.Refused
		_, err := h.apply.Submit(h.ctx, s)
		h.invalid(err, "consent.clause required")
	})
	t.Run("a page's form works for 24 hours and for its own process", func(t *testing.T) {
		h := newHouse(t, open)
		p, q := h.opened(h.acme.admin, "One"), h.opened(h.acme.admin, "Two")
		s := h.paged(p.ID, "a@b.invalid")
		for _, token := range []string{"", "x", s.FormToken + "x", s.FormToken[:20]} {
			bad := s
			bad.FormToken = token
			_, err := h.apply.Submit(h.ctx, bad)
			h.refused(err, "form_expired")
		}
		foreign := s
		foreign.Process = q.ID
		_, err := h.apply.Submit(h.ctx, foreign)
		h.refused(err, "form_expired")
		h.clock.pass(24*time.Hour - time.Minute)
		h.submitted(s)
		h.clock.pass(time.Millisecond)
		s.Candidate.Email = "b@b.invalid"
		_, err = h.apply.Submit(h.ctx, s)
		h.refused(err, "form_expired")
	})
	t.Run("the consent for future recruitments is asked when the company wants it", func(t *testing.T) {
		h := newHouse(t, open)
		p, err := h.process.Create(h.ctx, h.acme.admin, details("One"))
		h.must(err)
		_, _, err = h.process.Save(h.ctx, h.acme.admin, p.ID, process.Edit{Details: details("One"), Customization: recruit.Customization{FutureMonths: 12}, Revision: p.Revision})
		h.must(err)
		_, err = h.process.Publish(h.ctx, h.acme.admin, p.ID)
		h.must(err)
		s := h.paged(p.ID, "a@b.invalid")
		s.Future = &apply.Choice{Decision: recruit.Given}
		id := h.submitted(s)
		records, err := h.apply.Consents(h.ctx, h.acme.admin, id)
		h.must(err)
		if len(records) != 2 {
			t.Fatalf("%d records", len(records))
		}
		for _, r := range records {
			if r.Purpose == recruit.PurposeFuture && (r.ValidMonths != 12 || !strings.Contains(r.Text, "12 mies") || r.Decision != recruit.Given) {
				t.Errorf("the record is %+v", r)
			}
		}
	})
	t.Run("a consent from before the account was known covers it, and no other", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.opened(h.acme.admin, "One"), h.connected(h.acme, "production", "")
		bind := func(job recruit.RemoteJobID) {
			h.clock.pass(time.Minute)
			_, _, err := h.process.Bind(h.ctx, h.acme.admin, p.ID, process.BindingChoice{Connection: conn, RemoteJob: job})
			h.must(err)
		}
		bind("1")
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.must(h.db.Checked(h.ctx, conn, recruit.Account{ID: "acct-7"}, h.clock.Now()))
		bind("2")
		bind("1")
		if d := h.application(h.acme, id).Delivery; d.State != recruit.DeliveryWaiting {
			t.Errorf("the delivery is %s %s", d.State, d.Reason)
		}
	})
}

func repeating(t *testing.T, open Open) {
	t.Run("the same person in the same process is one application, never overwritten", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		s := submission(p.ID, "Anna@B.invalid")
		first, err := h.apply.Submit(h.ctx, s)
		h.must(err)
		s = submission(p.ID, " anna@b.INVALID")
		s.Candidate.FirstName = "Eve"
		s.CV = &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("other")}
		h.clock.pass(time.Hour)
		second, err := h.apply.Submit(h.ctx, s)
		h.must(err)
		if first.Repeated || !second.Repeated || first.Application != second.Application {
			t.Errorf("answered %+v and %+v", first, second)
		}
		v := h.application(h.acme, first.Application)
		if v.Candidate.FirstName != "Anna" || v.CV != nil {
			t.Error("the second submission changed the application")
		}
		if got := h.kinds(h.acme, v.ID); !slices.Equal(got, []string{"received", "delivery.none", "resubmitted"}) {
			t.Errorf("its history is %v", got)
		}
	})
	t.Run("in another process it is another application", func(t *testing.T) {
		h := newHouse(t, open)
		one := h.submitted(submission(h.opened(h.acme.admin, "One").ID, "a@b.invalid"))
		two := h.submitted(submission(h.opened(h.acme.admin, "Two").ID, "a@b.invalid"))
		if one == two {
			t.Error("two processes share an application")
		}
	})
	t.Run("many at once are one application and the rest resubmissions", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		receipts := make([]apply.Receipt, 16)
		var wg sync.WaitGroup
		for i := range receipts {
			wg.Go(func() {
				s := agreed(p.ID, "a@b.invalid")
				s.CV = &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("I write Go.")}
				var err error
				if receipts[i], err = h.apply.Submit(h.ctx, s); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		fresh := 0
		for _, r := range receipts {
			if !r.Repeated {
				fresh++
			}
			if r.Application != receipts[0].Application {
				t.Errorf("two applications: %s and %s", r.Application, receipts[0].Application)
			}
		}
		page, err := h.apply.List(h.ctx, h.acme.admin, apply.Filter{})
		h.must(err)
		if fresh != 1 || len(page.Items) != 1 || len(h.kinds(h.acme, receipts[0].Application)) != 17 {
			t.Errorf("%d fresh, %d listed, history %v", fresh, len(page.Items), h.kinds(h.acme, receipts[0].Application))
		}
	})
}

func limits(t *testing.T, open Open) {
	// many submits n pages, each with its own address, block and e-mail as
	// vary says, and returns the views in order.
	many := func(h *house, n int, vary func(i int, s *apply.Submission)) []recruit.ApplicationID {
		p := h.opened(h.acme.admin, "One")
		s := h.paged(p.ID, "")
		ids := make([]recruit.ApplicationID, n)
		for i := range ids {
			s.Candidate.Email, s.AddrBlock = fmt.Sprintf("a%d@b.invalid", i), fmt.Sprint("block ", i)
			vary(i, &s)
			ids[i] = h.submitted(s)
		}
		return ids
	}
	t.Run("twenty from one block are usual, the next is suspicious, and it passes with time", func(t *testing.T) {
		h := newHouse(t, open)
		ids := many(h, 21, func(i int, s *apply.Submission) { s.AddrBlock = "b" })
		for i, id := range ids {
			if got := h.application(h.acme, id).Suspicious; got != (i == 20) {
				t.Errorf("the %d. is suspicious: %t", i+1, got)
			}
		}
		h.clock.pass(time.Hour)
		s := h.paged(h.application(h.acme, ids[0]).Process, "later@b.invalid")
		s.AddrBlock = "b"
		if h.application(h.acme, h.submitted(s)).Suspicious {
			t.Error("an hour later it is still suspicious")
		}
	})
	t.Run("far above it is refused with when to come back", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		s := h.paged(p.ID, "a@b.invalid")
		s.Clause = nil // invalid, so that only attempts count
		for range 300 {
			_, err := h.apply.Submit(h.ctx, s)
			h.invalid(err, "consent.clause required")
		}
		_, err := h.apply.Submit(h.ctx, s)
		h.refused(err, "too_many_requests")
		s.Channel, s.Clause = "api", &apply.Choice{Decision: recruit.Given}
		h.submitted(s) // an API token is answerable for what it sends
	})
	t.Run("three of one address are usual, the thirty-first is refused", func(t *testing.T) {
		h := newHouse(t, open)
		var ids []recruit.ApplicationID
		for i := range 31 {
			s := h.paged(h.opened(h.acme.admin, fmt.Sprint(i)).ID, "a@b.invalid")
			h.clock.pass(-time.Minute)
			s.AddrBlock = fmt.Sprint(i)
			f, err := h.apply.Form(h.ctx, s.Process, "", "pl")
			h.must(err)
			s.FormToken = f.Token
			r, err := h.apply.Submit(h.ctx, s)
			if i == 30 {
				h.refused(err, "too_many_requests")
				break
			}
			h.must(err)
			ids = append(ids, r.Application)
		}
		if len(ids) != 30 {
			t.Errorf("%d were accepted", len(ids))
		}
	})
	t.Run("a machine's honeypot and speed make it suspicious, and nothing of it goes out", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		filled := h.paged(p.ID, "a@b.invalid")
		filled.Honeypot = "buy"
		quick := h.paged(p.ID, "b@b.invalid")
		human := h.paged(p.ID, "c@b.invalid")
		f, err := h.apply.Form(h.ctx, p.ID, "", "pl")
		h.must(err)
		quick.FormToken, human.FormToken = f.Token, f.Token
		filled.AddrBlock, quick.AddrBlock = "1", "2"
		for i, s := range []apply.Submission{quick, filled, human} {
			if i == 1 {
				h.clock.pass(2 * time.Second)
			} else if i == 0 {
				h.clock.pass(2*time.Second - time.Millisecond)
			}
			s.ATSTransfer = &apply.Choice{Decision: recruit.Given}
			v := h.application(h.acme, h.submitted(s))
			want := recruit.DeliveryHeld
			if i == 2 {
				want = recruit.DeliveryWaiting
			}
			if v.Delivery.State != want || v.Suspicious != (i < 2) || i < 2 && (v.Delivery.Reason != "suspicious" || v.Delivery.Turn != recruit.TurnRecruiter) {
				t.Errorf("%d: %+v", i, v.Delivery)
			}
		}
	})
}
