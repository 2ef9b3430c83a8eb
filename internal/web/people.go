package web

import (
	"errors"
	"net/http"

	"handoff/internal/company"
	"handoff/internal/door"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/web/page"
)

// person is one of the company's people, for its Admin.
func (v *visit) person() (page.OnePerson, error) {
	all, err := v.web.o.Company.Users(v.r.Context(), v.caller())
	if err != nil {
		return page.OnePerson{}, err
	}
	for _, u := range all {
		if u.ID == recruit.UserID(v.r.PathValue("id")) {
			return page.OnePerson{User: u, Others: all, Errors: page.NewErrors(v.say, nil), PasswordErrors: page.NewErrors(v.say, nil)}, nil
		}
	}
	return page.OnePerson{}, recruit.ErrNotFound
}

func (v *visit) personPage() error {
	m, err := v.person()
	if err != nil {
		return err
	}
	return v.showPerson(http.StatusOK, m)
}

func (v *visit) showPerson(status int, m page.OnePerson) error {
	return v.show(status, page.Person(v.shell(m.User.Name, "settings"), m))
}

func (v *visit) changePerson() error {
	if err := v.form(); err != nil {
		return err
	}
	in := v.r.PostForm
	name, role, supervisor, locale := in.Get("name"), recruit.Role(in.Get("role")), recruit.UserID(in.Get("supervisor")), in.Get("locale")
	return v.changed(company.UserChange{Name: &name, Role: &role, Supervisor: &supervisor, Locale: &locale})
}

func (v *visit) disablePerson() error { return v.able(true) }
func (v *visit) enablePerson() error  { return v.able(false) }

func (v *visit) able(disabled bool) error { return v.changed(company.UserChange{Disabled: &disabled}) }

func (v *visit) changed(ch company.UserChange) error {
	m, err := v.person()
	if err != nil {
		return err
	}
	_, err = v.web.o.Company.ChangeUser(v.r.Context(), v.caller(), m.User.ID, ch)
	var invalid *recruit.Invalid
	var refused *recruit.Problem
	switch {
	case errors.As(err, &invalid):
		m.Errors = page.NewErrors(v.say, invalid)
		return v.showPerson(http.StatusUnprocessableEntity, m)
	case errors.As(err, &refused):
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
	case err != nil:
		return err
	default:
		v.tell(page.Good, v.say.T("saved"))
	}
	return v.goTo("/settings/users/" + string(m.User.ID))
}

func (v *visit) setPersonsPassword() error {
	if err := v.form(); err != nil {
		return err
	}
	m, err := v.person()
	if err != nil {
		return err
	}
	err = v.web.o.Company.SetPassword(v.r.Context(), v.caller(), m.User.ID, secret.New(v.r.PostForm.Get("password")))
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		m.PasswordErrors = page.NewErrors(v.say, invalid)
		return v.showPerson(http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T("saved"))
	return v.goTo("/settings/users/" + string(m.User.ID))
}

func (v *visit) passwordPage() error {
	return v.showPassword(http.StatusOK, page.OwnPassword{Errors: page.NewErrors(v.say, nil)})
}

func (v *visit) showPassword(status int, m page.OwnPassword) error {
	return v.show(status, page.Password(v.shell(v.say.T("account.password"), ""), m))
}

// changePassword changes one's own, against the present one.
func (v *visit) changePassword() error {
	if err := v.form(); err != nil {
		return err
	}
	in := v.r.PostForm
	err := v.web.o.Company.ChangePassword(v.r.Context(), v.caller(), secret.New(in.Get("present")), secret.New(in.Get("password")))
	var invalid *recruit.Invalid
	var refused *recruit.Problem
	switch {
	case errors.As(err, &invalid):
		return v.showPassword(http.StatusUnprocessableEntity, page.OwnPassword{Errors: page.NewErrors(v.say, invalid)})
	case errors.As(err, &refused):
		status, code := door.Status(err)
		sentence := v.say.Code("problem", code, refused.Args)
		if code == "sign_in_refused" {
			sentence = v.say.T("account.password_wrong")
		}
		return v.showPassword(status, page.OwnPassword{Problem: sentence, Errors: page.NewErrors(v.say, nil)})
	case err != nil:
		return err
	}
	v.tell(page.Good, v.say.T("saved"))
	return v.goTo("/")
}
