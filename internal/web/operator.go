package web

import (
	"errors"
	"net/http"
	"net/url"

	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/web/page"
)

func (v *visit) companies() error {
	return v.showCompanies(http.StatusOK, page.CompanyList{New: page.NewCompany{Locale: v.say.Lang}, Errors: page.NewErrors(v.say, nil)})
}

func (v *visit) showCompanies(status int, m page.CompanyList) error {
	list, err := v.web.o.Company.Companies(v.r.Context(), v.caller(), recruit.List{Limit: 100, Cursor: v.r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	m.Items, m.Next = list.Items, v.nextPage(list.Next)
	return v.show(status, page.Companies(v.shell(v.say.T("nav.companies"), "companies"), m))
}

// createCompany makes a company and its first Admin, from one form. When the
// Admin is refused the company stands, and its own page goes on with the Admin.
func (v *visit) createCompany() error {
	if err := v.form(); err != nil {
		return err
	}
	in, ctx := v.r.PostForm, v.r.Context()
	m := page.CompanyList{New: page.NewCompany{Name: in.Get("company"), TimeZone: in.Get("time_zone"), Locale: in.Get("company_locale"),
		Admin: page.NewUser{Name: in.Get("name"), Email: in.Get("email")}}}
	made, err := v.web.o.Company.CreateCompany(ctx, v.caller(), m.New.Name, m.New.TimeZone, m.New.Locale)
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		for i, f := range invalid.Fields {
			switch f.Path {
			case "name":
				invalid.Fields[i].Path = "company"
			case "locale":
				invalid.Fields[i].Path = "company_locale"
			}
		}
		m.Errors = page.NewErrors(v.say, invalid)
		return v.showCompanies(http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	n := newUser(in)
	n.Role, n.Locale = recruit.RoleAdmin, m.New.Locale
	if _, err = v.web.o.Company.AddUser(ctx, v.caller(), made.ID, n); errors.As(err, &invalid) {
		v.tell(page.Warn, v.say.T("companies.created_without_admin"))
		return v.showOneCompany(http.StatusUnprocessableEntity, made, userTyped(in, string(recruit.RoleAdmin)), invalid)
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T("companies.created"))
	return v.goTo("/operator/companies")
}

func (v *visit) companyOfOperator() error {
	c, err := v.web.o.Company.Company(v.r.Context(), v.caller(), recruit.CompanyID(v.r.PathValue("id")))
	if err != nil {
		return err
	}
	return v.showOneCompany(http.StatusOK, c, page.NewUser{Role: string(recruit.RoleAdmin)}, nil)
}

func (v *visit) showOneCompany(status int, c recruit.Company, n page.NewUser, refused *recruit.Invalid) error {
	return v.show(status, page.CompanyOfOperator(v.shell(c.Name, "companies"), page.OneCompany{Company: c, New: n, Errors: page.NewErrors(v.say, refused)}))
}

func (v *visit) addAdmin() error {
	if err := v.form(); err != nil {
		return err
	}
	c, err := v.web.o.Company.Company(v.r.Context(), v.caller(), recruit.CompanyID(v.r.PathValue("id")))
	if err != nil {
		return err
	}
	_, err = v.web.o.Company.AddUser(v.r.Context(), v.caller(), c.ID, newUser(v.r.PostForm))
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		return v.showOneCompany(http.StatusUnprocessableEntity, c, userTyped(v.r.PostForm, ""), invalid)
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T("users.added"))
	return v.goTo("/operator/companies/" + string(c.ID))
}

func newUser(in url.Values) company.NewUser {
	return company.NewUser{Email: in.Get("email"), Name: in.Get("name"), Role: recruit.Role(in.Get("role")),
		Supervisor: recruit.UserID(in.Get("supervisor")), Password: secret.New(in.Get("password")), Locale: in.Get("locale")}
}

// userTyped is what was typed, to be shown again: never the password.
func userTyped(in url.Values, role string) page.NewUser {
	if role == "" {
		role = in.Get("role")
	}
	return page.NewUser{Name: in.Get("name"), Email: in.Get("email"), Role: role, Supervisor: in.Get("supervisor"), Locale: in.Get("locale")}
}

// nextPage is the address of the rest of the list that this page shows.
func (v *visit) nextPage(cursor string) string {
	if cursor == "" || v.r.Method != http.MethodGet {
		return ""
	}
	q := v.r.URL.Query()
	q.Set("cursor", cursor)
	q.Del("lang")
	return (&url.URL{Path: v.r.URL.Path, RawQuery: q.Encode()}).String()
}
