package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

func (v *visit) clausePage() error {
	t, err := v.web.o.Company.Clause(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	return v.showClause(http.StatusOK, page.Texts{Text: t, PL: t.PL, EN: t.EN, Errors: page.NewErrors(v.say, nil)})
}

func (v *visit) showClause(status int, m page.Texts) error {
	return v.show(status, page.Clause(v.shell(v.say.T("settings.clause"), "settings"), m))
}

func (v *visit) saveClause() error {
	if err := v.form(); err != nil {
		return err
	}
	pl, en := v.r.PostForm.Get("texts.pl"), v.r.PostForm.Get("texts.en")
	_, err := v.web.o.Company.SaveClause(v.r.Context(), v.caller(), pl, en)
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		t, err := v.web.o.Company.Clause(v.r.Context(), v.caller())
		if err != nil {
			return err
		}
		return v.showClause(http.StatusUnprocessableEntity, page.Texts{Text: t, PL: pl, EN: en, Errors: page.NewErrors(v.say, invalid)})
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T("saved"))
	return v.goTo("/settings/clause")
}

func (v *visit) usersPage() error {
	return v.showUsers(http.StatusOK, page.UserList{New: page.NewUser{Role: string(recruit.RoleUser)}, Errors: page.NewErrors(v.say, nil)})
}

func (v *visit) showUsers(status int, m page.UserList) error {
	var err error
	if m.Items, err = v.web.o.Company.Users(v.r.Context(), v.caller()); err != nil {
		return err
	}
	return v.show(status, page.Users(v.shell(v.say.T("settings.users"), "settings"), m))
}

func (v *visit) addUser() error {
	if err := v.form(); err != nil {
		return err
	}
	_, err := v.web.o.Company.AddUser(v.r.Context(), v.caller(), v.user.Company, newUser(v.r.PostForm))
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		return v.showUsers(http.StatusUnprocessableEntity, page.UserList{New: userTyped(v.r.PostForm, ""), Errors: page.NewErrors(v.say, invalid), Open: true})
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T("users.added"))
	return v.goTo("/settings/users")
}

func (v *visit) tokensPage() error {
	return v.showTokens(http.StatusOK, page.TokenList{Role: string(recruit.RoleUser), Days: "365", Errors: page.NewErrors(v.say, nil)})
}

func (v *visit) showTokens(status int, m page.TokenList) error {
	list, err := v.web.o.Company.Tokens(v.r.Context(), v.caller(), recruit.List{Limit: 100, Cursor: v.r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	m.Items, m.Next = list.Items, v.nextPage(list.Next)
	return v.show(status, page.Tokens(v.shell(v.say.T("settings.tokens"), "settings"), m))
}

// issueToken answers with the page itself instead of going on to it: the
// secret is shown this once and passes through no store.
func (v *visit) issueToken() error {
	if err := v.form(); err != nil {
		return err
	}
	in := v.r.PostForm
	m := page.TokenList{Name: in.Get("name"), Role: in.Get("role"), Days: in.Get("days"), Errors: page.NewErrors(v.say, nil)}
	days, err := strconv.Atoi(m.Days)
	if err != nil {
		days = 365
	}
	_, issued, err := v.web.o.Company.IssueToken(v.r.Context(), v.caller(), company.NewToken{Name: m.Name, Role: recruit.Role(m.Role), Lives: time.Duration(days) * 24 * time.Hour})
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		m.Errors = page.NewErrors(v.say, invalid)
		return v.showTokens(http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	m.Issued, m.Name = issued.Reveal(), ""
	return v.showTokens(http.StatusOK, m)
}

func (v *visit) revokeToken() error {
	if err := v.web.o.Company.RevokeToken(v.r.Context(), v.caller(), recruit.TokenID(v.r.PathValue("id"))); err != nil {
		return err
	}
	v.tell(page.Good, v.say.T("tokens.revoked_now"))
	return v.goTo("/settings/tokens")
}

func (v *visit) companyPage() error {
	audit, err := v.web.o.Company.Audit(v.r.Context(), v.caller(), recruit.List{Limit: 50, Cursor: v.r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, page.CompanySettings(v.shell(v.say.T("settings.company"), "settings"),
		page.CompanyPage{Company: *v.company, Audit: audit.Items, Next: v.nextPage(audit.Next), Names: v.names()}))
}

// names are the company's users by identifier, for lines that say who did
// what. A page is shown without them rather than not at all.
func (v *visit) names() map[string]string {
	users, err := v.web.o.Company.Users(v.r.Context(), v.caller())
	out := map[string]string{}
	if err != nil {
		out[string(v.user.ID)] = v.user.Name
		return out
	}
	for _, u := range users {
		out[string(u.ID)] = u.Name
	}
	return out
}
