package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

func reading(t *testing.T, open Open) {
	t.Run("a list is newest first, in pages, and narrowed by each filter", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		q := h.opened(h.acme.admin, "Two")
		one := h.submitted(agreed(p.ID, "one@b.invalid"))
		h.clock.pass(time.Hour)
		two := h.submitted(submission(p.ID, "two@b.invalid"))
		h.clock.pass(time.Hour)
		three := h.submitted(submission(q.ID, "Three@b.invalid"))
		h.clock.pass(time.Hour)
		_, err := h.apply.ChangeStage(h.ctx, h.acme.admin, one, recruit.StageInvited)
		h.must(err)
		for _, c := range []struct {
			name string
			f    apply.Filter
			want []recruit.ApplicationID
		}{
			{"all", apply.Filter{}, []recruit.ApplicationID{three, two, one}},
			{"process", apply.Filter{Process: q.ID}, []recruit.ApplicationID{three}},
			{"stage", apply.Filter{Stage: recruit.StageInvited}, []recruit.ApplicationID{one}},
			{"delivery", apply.Filter{Delivery: recruit.DeliveryWithheld}, []recruit.ApplicationID{two}},
			{"e-mail in another case", apply.Filter{Query: " THREE@b.invalid"}, []recruit.ApplicationID{three}},
			{"part of an e-mail", apply.Filter{Query: "three"}, nil},
			{"id", apply.Filter{Query: string(two)}, []recruit.ApplicationID{two}},
			{"updated since", apply.Filter{UpdatedSince: h.clock.Now().Add(-time.Hour)}, []recruit.ApplicationID{three, one}},
		} {
			page, err := h.apply.List(h.ctx, h.acme.admin, c.f)
			h.must(err)
			var got []recruit.ApplicationID
			for _, v := range page.Items {
				got = append(got, v.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
		page, err := h.apply.List(h.ctx, h.acme.admin, apply.Filter{List: recruit.List{Limit: 2}})
		h.must(err)
		rest, err := h.apply.List(h.ctx, h.acme.admin, apply.Filter{List: recruit.List{Limit: 2, Cursor: page.Next}})
		h.must(err)
		if len(page.Items) != 2 || len(rest.Items) != 1 || rest.Items[0].ID != one || rest.Next != "" {
			t.Errorf("pages of %d and %d", len(page.Items), len(rest.Items))
		}
	})
	t.Run("a Manager reads what goes to supervised users' processes, a User what goes to own ones", func(t *testing.T) {
		h := newHouse(t, open)
		manager := h.user(h.acme, "m@acme.invalid", recruit.RoleManager, "")
		user := h.user(h.acme, "u@acme.invalid", recruit.RoleUser, manager.User)
		stranger := h.user(h.acme, "s@acme.invalid", recruit.RoleManager, "")
		id := h.submitted(submission(h.opened(user, "user's").ID, "a@b.invalid"))
		for _, c := range []struct {
			who  recruit.Caller
			sees bool
		}{{h.acme.admin, true}, {manager, true}, {user, true}, {stranger, false}} {
			_, err := h.apply.Get(h.ctx, c.who, id)
			if c.sees {
				h.must(err)
			} else {
				h.is(err, recruit.ErrNotFound)
			}
			page, err := h.apply.List(h.ctx, c.who, apply.Filter{})
			h.must(err)
			if (len(page.Items) == 1) != c.sees {
				t.Errorf("%s lists %d", c.who.User, len(page.Items))
			}
		}
	})
	t.Run("opening a CV is in the audit", func(t *testing.T) {
		h := newHouse(t, open)
		s := submission(h.opened(h.acme.admin, "One").ID, "a@b.invalid")
		s.CV = &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("x")}
		id := h.submitted(s)
		h.clock.pass(time.Second)
		_, _, err := h.apply.OpenCV(h.ctx, h.acme.admin, id)
		h.must(err)
		page, err := h.company.Audit(h.ctx, h.acme.admin, recruit.List{Limit: 1})
		h.must(err)
		if r := page.Items[0]; r.Action != "application.cv_opened" || r.Object != string(id) {
			t.Errorf("the newest record is %+v", r)
		}
	})
}

func changing(t *testing.T, open Open) {
	t.Run("a manual move is on the timeline, and to the same stage is none", func(t *testing.T) {
		h := newHouse(t, open)
		id := h.submitted(submission(h.opened(h.acme.admin, "One").ID, "a@b.invalid"))
		for range 2 {
			v, err := h.apply.ChangeStage(h.ctx, h.acme.admin, id, recruit.StageInvited)
			h.must(err)
			if v.Stage != recruit.StageInvited || v.StageChangedBy != recruit.ActorUser {
				t.Errorf("it is at %s by %s", v.Stage, v.StageChangedBy)
			}
		}
		if got := h.kinds(h.acme, id); !slices.Equal(got, []string{"received", "delivery.none", "stage_changed"}) {
			t.Errorf("its history is %v", got)
		}
		_, err := h.apply.ChangeStage(h.ctx, h.acme.admin, id, "promoted")
		h.invalid(err, "stage not_allowed")
	})
	t.Run("a withdrawal is a new record of the same text, and cancels what was not sent, once", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		for range 2 {
			v, err := h.apply.Withdraw(h.ctx, h.acme.admin, id)
			h.must(err)
			if v.Delivery.State != recruit.DeliveryCancelled || v.Delivery.Reason != "withdrawn" || v.WithdrawnAt.IsZero() || v.Stage != recruit.StageWaiting {
				t.Errorf("it is %+v", v.Delivery)
			}
		}
		records, err := h.apply.Consents(h.ctx, h.acme.admin, id)
		h.must(err)
		last := records[len(records)-1]
		if len(records) != 3 || last.Decision != recruit.Withdrawn || last.Text != "Consent to passing on" || last.Channel != "company" {
			t.Errorf("%d records, the last %+v", len(records), last)
		}
		if v := h.application(h.acme, id); v.Transfer.Decision != recruit.Withdrawn {
			t.Errorf("the newest word is %s", v.Transfer.Decision)
		}
	})
	t.Run("what is withdrawn never goes out again, whatever is bound", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		_, err := h.apply.Withdraw(h.ctx, h.acme.admin, id)
		h.must(err)
		for _, job := range []recruit.RemoteJobID{"2", "1"} {
			_, _, err = h.process.Bind(h.ctx, h.acme.admin, p.ID, process.BindingChoice{Connection: conn, RemoteJob: job})
			h.must(err)
		}
		if d := h.application(h.acme, id).Delivery; d.State != recruit.DeliveryCancelled {
			t.Errorf("it is %s", d.State)
		}
	})
	t.Run("what is under way when it is withdrawn stays so, for the run to see", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.attempting(conn, id)
		v, err := h.apply.Withdraw(h.ctx, h.acme.admin, id)
		h.must(err)
		if v.Delivery.State != recruit.DeliveryAttempting || v.WithdrawnAt.IsZero() {
			t.Errorf("it is %s", v.Delivery.State)
		}
	})
	t.Run("what may be in the ATS stays bound to where it was sent", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.attempting(conn, id)
		_, err := h.process.Unbind(h.ctx, h.acme.admin, p.ID)
		h.must(err)
		if d := h.application(h.acme, id).Delivery; d.State != recruit.DeliveryAttempting || d.Connection != conn || d.RemoteJob != "1" {
			t.Errorf("it is %+v", d)
		}
	})
	t.Run("a suspicious one is released once, or discarded for good", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		var ids []recruit.ApplicationID
		for i := range 2 {
			s := h.paged(p.ID, fmt.Sprintf("a%d@b.invalid", i))
			s.Honeypot, s.ATSTransfer = "x", &apply.Choice{Decision: recruit.Given}
			ids = append(ids, h.submitted(s))
		}
		v, err := h.apply.Release(h.ctx, h.acme.admin, ids[0])
		h.must(err)
		if v.Delivery.State != recruit.DeliveryWaiting || v.Suspicious || v.Delivery.Connection != conn {
			t.Errorf("released it is %+v", v.Delivery)
		}
		_, err = h.apply.Release(h.ctx, h.acme.admin, ids[0])
		h.refused(err, "application_not_suspicious")
		v, err = h.apply.Discard(h.ctx, h.acme.admin, ids[1])
		h.must(err)
		if v.Delivery.State != recruit.DeliveryCancelled || v.Stage != recruit.StageNegative {
			t.Errorf("discarded it is %s at %s", v.Delivery.State, v.Stage)
		}
	})
	t.Run("rebinding does not let a suspicious one go", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		s := h.paged(p.ID, "a@b.invalid")
		s.Honeypot, s.ATSTransfer = "x", &apply.Choice{Decision: recruit.Given}
		id := h.submitted(s)
		_, err := h.process.Unbind(h.ctx, h.acme.admin, p.ID)
		h.must(err)
		_, _, err = h.process.Bind(h.ctx, h.acme.admin, p.ID, process.BindingChoice{Connection: conn, RemoteJob: "1"})
		h.must(err)
		if d := h.application(h.acme, id).Delivery; d.State != recruit.DeliveryHeld || d.Reason != "suspicious" {
			t.Errorf("it is %s %s", d.State, d.Reason)
		}
	})
}

// attempting puts the connection's due deliveries under way.
func (h *house) attempting(conn recruit.ConnectionID, id recruit.ApplicationID) {
	h.t.Helper()
	now := h.clock.Now()
	fence, ok, err := h.db.AcquireLane(h.ctx, "conn:"+string(conn), "test", now, now.Add(time.Minute))
	h.must(err)
	if !ok {
		h.t.Fatal("the lane is held")
	}
	work, err := h.db.ClaimPushes(h.ctx, conn, fence, now, 1)
	h.must(err)
	if len(work) != 1 || h.application(h.acme, id).Delivery.State != recruit.DeliveryAttempting {
		h.t.Fatalf("%d claimed", len(work))
	}
}

func erasing(t *testing.T, open Open) {
	t.Run("key, CV, resubmissions and the way to find them are gone; the proof stays", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		s := agreed(p.ID, "a@b.invalid")
		file := func() *apply.Upload {
			return &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("I write Go.")}
		}
		s.CV = file()
		id := h.submitted(s)
		s.CV = file()
		h.submitted(s)
		h.must(h.apply.Erase(h.ctx, h.acme.admin, id))
		h.must(h.apply.Erase(h.ctx, h.acme.admin, id))
		v := h.application(h.acme, id)
		if v.Candidate != (recruit.Candidate{}) || v.CV != nil || v.ErasedAt.IsZero() || v.Delivery.State != recruit.DeliveryCancelled {
			t.Errorf("left: %+v", v.Application)
		}
		_, _, err := h.apply.OpenCV(h.ctx, h.acme.admin, id)
		h.is(err, recruit.ErrNotFound)
		page, err := h.apply.List(h.ctx, h.acme.admin, apply.Filter{Query: "a@b.invalid"})
		h.must(err)
		if len(page.Items) != 0 {
			t.Error("it is still found by e-mail")
		}
		records, err := h.apply.Consents(h.ctx, h.acme.admin, id)
		h.must(err)
		if len(records) != 2 || records[0].Text == "" {
			t.Errorf("the proof is %+v", records)
		}
		_, err = h.apply.ChangeStage(h.ctx, h.acme.admin, id, recruit.StageHired)
		h.refused(err, "application_erased")
	})
	t.Run("the audit says what the ATS may hold", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.attempting(conn, id)
		h.clock.pass(time.Second)
		h.must(h.apply.Erase(h.ctx, h.acme.admin, id))
		page, err := h.company.Audit(h.ctx, h.acme.admin, recruit.List{Limit: 1})
		h.must(err)
		if r := page.Items[0]; r.Action != "application.erased" || r.Data["at_ats"] != "unknown" || r.Data["connection"] != string(conn) {
			t.Errorf("the audit is %+v", r)
		}
	})
	t.Run("an erased run settles nothing", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.attempting(conn, id)
		h.must(h.apply.Erase(h.ctx, h.acme.admin, id))
		if d := h.application(h.acme, id).Delivery; d.State != recruit.DeliveryCancelled || d.Reason != "erased" {
			t.Errorf("it is %s %s", d.State, d.Reason)
		}
	})
	t.Run("the same person may apply again", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		id := h.submitted(submission(p.ID, "a@b.invalid"))
		h.must(h.apply.Erase(h.ctx, h.acme.admin, id))
		r, err := h.apply.Submit(h.ctx, submission(p.ID, "a@b.invalid"))
		h.must(err)
		if r.Repeated || r.Application == id {
			t.Errorf("answered %+v", r)
		}
	})
	t.Run("only an Admin erases", func(t *testing.T) {
		h := newHouse(t, open)
		m := h.user(h.acme, "m@acme.invalid", recruit.RoleManager, "")
		id := h.submitted(submission(h.opened(m, "One").ID, "a@b.invalid"))
		h.is(h.apply.Erase(h.ctx, m, id), recruit.ErrForbidden)
	})
}

// otherCompanies asks every method that has a caller for what is another
// company's: none may answer, change anything, or tell that it exists.
func otherCompanies(t *testing.T, open Open) {
	h := newHouse(t, open)
	p, conn := h.bound(h.acme)
	s := agreed(p.ID, "a@b.invalid")
	s.CV = &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("x")}
	app := h.submitted(s)
	token, _, err := h.company.IssueToken(h.ctx, h.acme.admin, company.NewToken{Name: "t", Role: recruit.RoleAdmin})
	h.must(err)
	events := len(h.kinds(h.acme, app))
	off := true
	choice := process.BindingChoice{Connection: conn, RemoteJob: "2"}
	calls := map[string]func(c recruit.Caller) error{
		"Company":      func(c recruit.Caller) error { _, err := h.company.Company(h.ctx, c, h.acme.ID); return err },
		"CompanyNamed": func(c recruit.Caller) error { _, err := h.company.CompanyNamed(h.ctx, c, "Acme"); return err },
		"Companies":    func(c recruit.Caller) error { _, err := h.company.Companies(h.ctx, c, recruit.List{}); return err },
		"AddUser": func(c recruit.Caller) error {
			_, err := h.company.AddUser(h.ctx, c, h.acme.ID, company.NewUser{Email: "x@y.invalid", Name: "X", Role: recruit.RoleUser, Password: secret.New(password)})
			return err
		},
		"ChangeUser": func(c recruit.Caller) error {
			_, err := h.company.ChangeUser(h.ctx, c, h.acme.admin.User, company.UserChange{Disabled: &off})
			return err
		},
		"SetPassword": func(c recruit.Caller) error {
			return h.company.SetPassword(h.ctx, c, h.acme.admin.User, secret.New(password))
		},
		"RevokeToken": func(c recruit.Caller) error { return h.company.RevokeToken(h.ctx, c, token.ID) },
		"Process":     func(c recruit.Caller) error { _, err := h.process.Get(h.ctx, c, p.ID); return err },
		"Save": func(c recruit.Caller) error {
			_, _, err := h.process.Save(h.ctx, c, p.ID, process.Edit{Details: details("x"), Revision: p.Revision})
			return err
		},
		"Bind":        func(c recruit.Caller) error { _, _, err := h.process.Bind(h.ctx, c, p.ID, choice); return err },
		"Unbind":      func(c recruit.Caller) error { _, err := h.process.Unbind(h.ctx, c, p.ID); return err },
		"Publish":     func(c recruit.Caller) error { _, err := h.process.Publish(h.ctx, c, p.ID); return err },
		"Close":       func(c recruit.Caller) error { _, err := h.process.Close(h.ctx, c, p.ID); return err },
		"Delete":      func(c recruit.Caller) error { return h.process.Delete(h.ctx, c, p.ID) },
		"Application": func(c recruit.Caller) error { _, err := h.apply.Get(h.ctx, c, app); return err },
		"Timeline":    func(c recruit.Caller) error { _, err := h.apply.Timeline(h.ctx, c, app); return err },
		"Consents":    func(c recruit.Caller) error { _, err := h.apply.Consents(h.ctx, c, app); return err },
		"OpenCV":      func(c recruit.Caller) error { _, _, err := h.apply.OpenCV(h.ctx, c, app); return err },
		"ChangeStage": func(c recruit.Caller) error {
			_, err := h.apply.ChangeStage(h.ctx, c, app, recruit.StageHired)
			return err
		},
		"Withdraw": func(c recruit.Caller) error { _, err := h.apply.Withdraw(h.ctx, c, app); return err },
		"Release":  func(c recruit.Caller) error { _, err := h.apply.Release(h.ctx, c, app); return err },
		"Discard":  func(c recruit.Caller) error { _, err := h.apply.Discard(h.ctx, c, app); return err },
		"Erase":    func(c recruit.Caller) error { return h.apply.Erase(h.ctx, c, app) },
	}
	callers := map[string]recruit.Caller{
		"another company's Admin": h.other.admin,
		"another company's token": {Company: h.other.ID, Token: "tok_x", Role: recruit.RoleAdmin},
		"another company's User":  h.user(h.other, "u@other.invalid", recruit.RoleUser, ""),
		"nobody":                  {},
		"a role that is none":     {Company: h.acme.ID, User: "usr_x", Role: "janitor"},
	}
	for who, c := range callers {
		for name, call := range calls {
			if err := call(c); !errors.Is(err, recruit.ErrNotFound) && !errors.Is(err, recruit.ErrForbidden) {
				t.Errorf("%s for %s: %v", name, who, err)
			}
		}
	}
	// The operator manages companies, and opens no candidate's data.
	for _, name := range []string{"Process", "Save", "Bind", "Unbind", "Publish", "Close", "Delete", "Application", "Timeline", "Consents", "OpenCV",
		"ChangeStage", "Withdraw", "Release", "Discard", "Erase"} {
		if err := calls[name](operator()); !errors.Is(err, recruit.ErrForbidden) {
			t.Errorf("%s for the operator: %v", name, err)
		}
	}
	lists := map[string]func(c recruit.Caller) (int, error){
		"Users": func(c recruit.Caller) (int, error) { l, err := h.company.Users(h.ctx, c); return len(l) - 2, err },
		"Tokens": func(c recruit.Caller) (int, error) {
			l, err := h.company.Tokens(h.ctx, c, recruit.List{})
			return len(l.Items), err
		},
		"Audit": func(c recruit.Caller) (int, error) {
			l, err := h.company.Audit(h.ctx, c, recruit.List{})
			return len(l.Items) - 3, err
		},
		"Processes": func(c recruit.Caller) (int, error) {
			l, err := h.process.List(h.ctx, c, process.Filter{})
			return len(l.Items), err
		},
		"Applications": func(c recruit.Caller) (int, error) {
			l, err := h.apply.List(h.ctx, c, apply.Filter{})
			return len(l.Items), err
		},
		"by e-mail": func(c recruit.Caller) (int, error) {
			l, err := h.apply.List(h.ctx, c, apply.Filter{Query: "a@b.invalid"})
			return len(l.Items), err
		},
	}
	for name, list := range lists {
		n, err := list(h.other.admin)
		if err != nil || n != 0 {
			t.Errorf("%s shows another company %d of what is not its own, %v", name, n, err)
		}
	}
	if x, err := h.company.Clause(h.ctx, h.other.admin); err != nil || strings.Contains(x.EN, "Acme") {
		t.Errorf("the clause is %v, %v", x.ID, err)
	}
	v, err := h.process.Get(h.ctx, h.acme.admin, p.ID)
	h.must(err)
	if got := len(h.kinds(h.acme, app)); got != events || v.Revision != p.Revision || v.Binding.RemoteJob != "1" {
		t.Error("one of the refused calls changed something")
	}
}

func sessions(t *testing.T, open Open) {
	t.Run("are kept until they expire, end, or are swept", func(t *testing.T) {
		h := newHouse(t, open)
		s := h.db.Sessions()
		h.must(s.CommitCtx(h.ctx, "hash-1", []byte("one"), h.clock.Now().Add(time.Hour)))
		h.must(s.CommitCtx(h.ctx, "hash-1", []byte("two"), h.clock.Now().Add(time.Hour)))
		h.must(s.CommitCtx(h.ctx, "hash-2", []byte{}, h.clock.Now().Add(2*time.Hour)))
		b, ok, err := s.FindCtx(h.ctx, "hash-1")
		h.must(err)
		if !ok || string(b) != "two" {
			t.Errorf("found %q, %t", b, ok)
		}
		if _, ok, err := s.Find("hash-3"); ok || err != nil {
			t.Errorf("found one that is not there: %v", err)
		}
		h.clock.pass(time.Hour)
		if _, ok, _ := s.FindCtx(h.ctx, "hash-1"); ok {
			t.Error("found one that expired")
		}
		n, err := s.Sweep(h.ctx)
		h.must(err)
		if n != 1 {
			t.Errorf("%d were swept", n)
		}
		h.must(s.DeleteCtx(h.ctx, "hash-2"))
		h.must(s.DeleteCtx(h.ctx, "hash-2"))
		if _, ok, _ := s.FindCtx(h.ctx, "hash-2"); ok {
			t.Error("found one that was ended")
		}
	})
}

func idempotencyKeys(t *testing.T, open Open) {
	t.Run("one claim is the first; the others learn of it", func(t *testing.T) {
		h := newHouse(t, open)
		claimed, _, err := h.db.ClaimKey(h.ctx, "tok_1 POST /x", "k", "b")
		h.must(err)
		again, before, err := h.db.ClaimKey(h.ctx, "tok_1 POST /x", "k", "b")
		h.must(err)
		if !claimed || again || before.Status != 0 || before.Body != "b" {
			t.Errorf("%t, then %t %+v", claimed, again, before)
		}
		if other, _, err := h.db.ClaimKey(h.ctx, "tok_2 POST /x", "k", "b"); err != nil || !other {
			t.Errorf("another scope shares the key: %v", err)
		}
		h.must(h.db.FinishKey(h.ctx, "tok_1 POST /x", "k", 201, "/processes/1"))
		again, before, err = h.db.ClaimKey(h.ctx, "tok_1 POST /x", "k", "c")
		h.must(err)
		if again || before.Body != "b" || before.Status != 201 || before.Location != "/processes/1" {
			t.Errorf("replayed %t %+v", again, before)
		}
	})
	t.Run("a dropped, a stuck and an old claim are free again", func(t *testing.T) {
		h := newHouse(t, open)
		claim := func(body string) bool {
			ok, _, err := h.db.ClaimKey(h.ctx, "s", "k", body)
			h.must(err)
			return ok
		}
		claim("b")
		h.must(h.db.DropKey(h.ctx, "s", "k"))
		if !claim("b") {
			t.Error("a dropped key is taken")
		}
		h.clock.pass(10*time.Minute - time.Millisecond)
		if claim("b") {
			t.Error("a claim of ten minutes is given away too soon")
		}
		h.clock.pass(time.Millisecond)
		if claim("c") || !claim("b") {
			t.Error("a stuck claim goes to the same body only")
		}
		h.must(h.db.FinishKey(h.ctx, "s", "k", 201, ""))
		h.clock.pass(24 * time.Hour)
		n, err := h.db.SweepKeys(h.ctx)
		h.must(err)
		if n != 1 || !claim("d") {
			t.Errorf("%d were swept", n)
		}
	})
}
