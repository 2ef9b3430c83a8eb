package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/process"
	"handoff/internal/recruit"
)

func processes(t *testing.T, open Open) {
	t.Run("a draft may lack anything, and says what", func(t *testing.T) {
		h := newHouse(t, open)
		v, err := h.process.Create(h.ctx, h.acme.admin, recruit.Details{})
		h.must(err)
		want := "name,cities,work_mode,contracts,role,technologies,salary_visibility,salaries,description"
		if got := strings.Join(v.Missing, ","); v.State != recruit.ProcessDraft || got != want {
			t.Errorf("%s lacks %s, want %s", v.State, got, want)
		}
		_, err = h.process.Publish(h.ctx, h.acme.admin, v.ID)
		h.refused(err, "process_incomplete")
		var p *recruit.Problem
		if errors.As(err, &p); p.Args["missing"] != want {
			t.Errorf("missing is %q", p.Args["missing"])
		}
	})
	t.Run("three technologies are enough and two are not", func(t *testing.T) {
		d := details("x")
		if m := process.Missing(d); m != nil {
			t.Errorf("missing %v", m)
		}
		d.Technologies = d.Technologies[:2]
		if m := process.Missing(d); !slices.Equal(m, []string{"technologies"}) {
			t.Errorf("missing %v", m)
		}
	})
	t.Run("remote work needs no city, and undisclosed pay no salary", func(t *testing.T) {
		d := details("x")
		d.Cities, d.WorkMode, d.SalaryVisibility, d.Salaries = nil, "remote", "undisclosed", nil
		if m := process.Missing(d); m != nil {
			t.Errorf("missing %v", m)
		}
	})
	t.Run("bad values are refused even in a draft", func(t *testing.T) {
		h := newHouse(t, open)
		d := details(strings.Repeat("x", 201))
		d.WorkMode, d.Role, d.MinExperience = "moon", "wizard", 11
		d.Salaries = []recruit.Salary{{Contract: "mandate", From: 5, To: 4, Currency: "zł", Period: "week"}, {Contract: "b2b", From: 1, To: 1, Currency: "eur", Period: "hour", Basis: "gross"}}
		z := recruit.Customization{AccentColour: "red", FutureMonths: 61, Questions: []recruit.Question{{Kind: "essay"}}}
		h.invalid(h.process.Check(d, z), "name too_long", "work_mode not_allowed", "role not_allowed", "min_experience out_of_range",
			"salaries.0.contract not_allowed", "salaries.0.to out_of_range", "salaries.0.currency malformed", "salaries.0.period not_allowed",
			"salaries.1.basis not_allowed", "customization.accent_colour malformed", "customization.future_months out_of_range",
			"customization.questions.0.label required", "customization.questions.0.kind not_allowed")
	})
	t.Run("what is stored is trimmed, without doubles, and sanitised", func(t *testing.T) {
		h := newHouse(t, open)
		d := details(" Łódź: Go developer ")
		d.Technologies = []string{"Go", " go ", "SQL", "", "Linux"}
		d.Description = `<p onclick="x()">Hi<script>alert(1)</script></p>`
		v, err := h.process.Create(h.ctx, h.acme.admin, d)
		h.must(err)
		if !slices.Equal(v.Details.Technologies, []string{"Go", "SQL", "Linux"}) || v.Details.Description != "<p>Hi</p>" || v.Details.Salaries[0].Basis != "net" {
			t.Errorf("stored %+v", v.Details)
		}
		if !strings.HasPrefix(v.Slug, "lodz-go-developer-") {
			t.Errorf("the slug is %s", v.Slug)
		}
	})
	t.Run("a save against an older revision changes nothing", func(t *testing.T) {
		h := newHouse(t, open)
		v, err := h.process.Create(h.ctx, h.acme.admin, details("One"))
		h.must(err)
		_, _, err = h.process.Save(h.ctx, h.acme.admin, v.ID, process.Edit{Details: details("Two"), Revision: v.Revision})
		h.must(err)
		_, _, err = h.process.Save(h.ctx, h.acme.admin, v.ID, process.Edit{Details: details("Three"), Revision: v.Revision})
		h.is(err, recruit.ErrConflict)
		v, err = h.process.Get(h.ctx, h.acme.admin, v.ID)
		h.must(err)
		if v.Details.Name != "Two" || v.Revision != 2 {
			t.Errorf("stored %s, revision %d", v.Details.Name, v.Revision)
		}
	})
	t.Run("an open process stays complete and keeps its address", func(t *testing.T) {
		h := newHouse(t, open)
		v := h.opened(h.acme.admin, "One")
		_, _, err := h.process.Save(h.ctx, h.acme.admin, v.ID, process.Edit{Revision: v.Revision})
		h.refused(err, "process_incomplete")
		saved, _, err := h.process.Save(h.ctx, h.acme.admin, v.ID, process.Edit{Details: details("Two"), Revision: v.Revision})
		h.must(err)
		if saved.Slug != v.Slug {
			t.Errorf("the slug went from %s to %s", v.Slug, saved.Slug)
		}
	})
	t.Run("the public sees open and closed processes, and nothing of the company's own", func(t *testing.T) {
		h := newHouse(t, open)
		draft, err := h.process.Create(h.ctx, h.acme.admin, details("Draft"))
		h.must(err)
		_, err = h.process.Public(h.ctx, draft.Slug)
		h.is(err, recruit.ErrNotFound)
		d := details("Secret pay")
		d.SalaryVisibility = "match_only"
		v, err := h.process.Create(h.ctx, h.acme.admin, d)
		h.must(err)
		_, err = h.process.Publish(h.ctx, h.acme.admin, v.ID)
		h.must(err)
		v, err = h.process.Public(h.ctx, v.Slug)
		h.must(err)
		if v.CompanyName != "Acme" || v.Owner != "" || v.OwnerName != "" || v.Details.Salaries != nil || v.Binding != nil {
			t.Errorf("the public sees %+v", v)
		}
		_, err = h.process.Close(h.ctx, h.acme.admin, v.ID)
		h.must(err)
		v, err = h.process.Public(h.ctx, v.Slug)
		h.must(err)
		if v.State != recruit.ProcessClosed {
			t.Errorf("it is %s", v.State)
		}
	})
	t.Run("the public list is newest first, in pages, and searchable in any case", func(t *testing.T) {
		h := newHouse(t, open)
		for _, n := range []string{"Żabka", "Beta 100%", "Gamma"} {
			h.opened(h.acme.admin, n)
			h.clock.Advance(time.Second)
		}
		var names []string
		l := recruit.List{Limit: 2}
		for {
			page, err := h.process.PublicList(h.ctx, "", l)
			h.must(err)
			for _, v := range page.Items {
				names = append(names, v.Details.Name)
			}
			if l.Cursor = page.Next; l.Cursor == "" {
				break
			}
		}
		if !slices.Equal(names, []string{"Gamma", "Beta 100%", "Żabka"}) {
			t.Errorf("listed %v", names)
		}
		for q, want := range map[string]int{"ŻABKA": 1, "100%": 1, "%": 1, "_": 0, "linux": 3, "łódź": 3, "backend developer": 3} {
			page, err := h.process.PublicList(h.ctx, q, recruit.List{})
			h.must(err)
			if len(page.Items) != want {
				t.Errorf("%q finds %d, want %d", q, len(page.Items), want)
			}
		}
	})
	t.Run("only a draft without applications is deleted", func(t *testing.T) {
		h := newHouse(t, open)
		v := h.opened(h.acme.admin, "One")
		h.refused(h.process.Delete(h.ctx, h.acme.admin, v.ID), "process_in_use")
		d, err := h.process.Create(h.ctx, h.acme.admin, details("Two"))
		h.must(err)
		h.must(h.process.Delete(h.ctx, h.acme.admin, d.ID))
		_, err = h.process.Get(h.ctx, h.acme.admin, d.ID)
		h.is(err, recruit.ErrNotFound)
	})
	t.Run("a closed process takes nobody and can be opened again", func(t *testing.T) {
		h := newHouse(t, open)
		v := h.opened(h.acme.admin, "One")
		_, err := h.process.Close(h.ctx, h.acme.admin, v.ID)
		h.must(err)
		_, err = h.apply.Form(h.ctx, v.ID, "", "pl")
		h.refused(err, "process_closed")
		_, err = h.apply.Submit(h.ctx, submission(v.ID, "a@b.invalid"))
		h.refused(err, "process_closed")
		_, err = h.process.Publish(h.ctx, h.acme.admin, v.ID)
		h.must(err)
		h.submitted(submission(v.ID, "a@b.invalid"))
	})
	t.Run("a Manager sees own and supervised users' processes, a User own ones", func(t *testing.T) {
		h := newHouse(t, open)
		manager := h.user(h.acme, "m@acme.invalid", recruit.RoleManager, "")
		user := h.user(h.acme, "u@acme.invalid", recruit.RoleUser, manager.User)
		h.opened(h.acme.admin, "admin's")
		h.opened(manager, "manager's")
		h.opened(user, "user's")
		for _, c := range []struct {
			who  recruit.Caller
			want int
		}{{h.acme.admin, 3}, {manager, 2}, {user, 1}} {
			page, err := h.process.List(h.ctx, c.who, process.Filter{})
			h.must(err)
			if len(page.Items) != c.want {
				t.Errorf("%s sees %d, want %d", c.who.Role, len(page.Items), c.want)
			}
		}
	})
	t.Run("a token's processes belong to the first Admin, and it sees them again", func(t *testing.T) {
		h := newHouse(t, open)
		token := recruit.Caller{Company: h.acme.ID, Token: "tok_1", Role: recruit.RoleUser}
		v, err := h.process.Create(h.ctx, token, details("One"))
		h.must(err)
		if v.Owner != h.acme.admin.User {
			t.Errorf("it belongs to %s", v.Owner)
		}
		_, err = h.process.Get(h.ctx, token, v.ID)
		h.must(err)
	})
}
