package web

import (
	"errors"
	"net/http"

	"handoff/internal/door"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/web/page"
)

// landing sends everybody where their work is.
func (v *visit) landing() error {
	switch {
	case v.user == nil:
		if _, err := v.setupOpen(); err == nil {
			return v.goTo("/setup")
		}
		return v.goTo("/sign-in")
	case v.company == nil:
		return v.goTo("/operator/companies")
	}
	return v.goTo("/processes")
}

func (v *visit) signInPage() error {
	if v.user != nil {
		return v.goTo("/")
	}
	return v.showSignIn(http.StatusOK, page.SignInForm{Next: localPath(v.r.URL.Query().Get("next"))})
}

func (v *visit) showSignIn(status int, f page.SignInForm) error {
	v.w.Header().Set("Cache-Control", "no-store")
	return v.show(status, page.SignIn(v.shell(v.say.T("signin.title"), "sign-in"), f))
}

// signIn begins a session. Its token is new, whatever the browser brought, so
// that nobody can plant one beforehand.
func (v *visit) signIn() error {
	if err := v.form(); err != nil {
		return err
	}
	f := page.SignInForm{Email: v.r.PostForm.Get("email"), Next: localPath(v.r.PostForm.Get("next"))}
	user, err := v.web.o.Company.SignIn(v.r.Context(), f.Email, secret.New(v.r.PostForm.Get("password")), v.web.o.Proxies.Block(v.r))
	var refused *recruit.Problem
	if errors.As(err, &refused) {
		status, code := door.Status(err)
		if after := refused.Args["retry_after"]; after != "" {
			v.w.Header().Set("Retry-After", after)
		}
		f.Problem = v.say.Code("problem", code, refused.Args)
		return v.showSignIn(status, f)
	}
	if err != nil {
		return err
	}
	if err := v.begin(user); err != nil {
		return err
	}
	if f.Next != "" {
		return v.goTo(f.Next)
	}
	return v.goTo("/")
}

func (v *visit) begin(user recruit.User) error {
	ctx := v.r.Context()
	if err := v.web.sessions.RenewToken(ctx); err != nil {
		return err
	}
	v.web.sessions.Put(ctx, "user", string(user.ID))
	v.web.sessions.Put(ctx, "seen", v.web.o.Now().Unix())
	return nil
}

func (v *visit) signOut() error {
	if err := v.web.sessions.Destroy(v.r.Context()); err != nil {
		return err
	}
	return v.goTo("/sign-in")
}
