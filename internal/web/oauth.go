package web

import (
	"errors"
	"net/http"
	"net/url"

	"handoff/internal/door"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

func (v *visit) authorize() error {
	c, err := v.here()
	if err != nil {
		return err
	}
	return v.goToATS(c.ID, false)
}

// switchAccount is the separate act of product decision 19.
func (v *visit) switchAccount() error {
	c, err := v.here()
	if err != nil {
		return err
	}
	return v.goToATS(c.ID, true)
}

// goToATS makes a link and follows it at once: the Admin who pressed CONNECT
// is in the browser that goes.
func (v *visit) goToATS(id recruit.ConnectionID, switchAccount bool) error {
	link, err := v.web.o.Integration.Authorize(v.r.Context(), v.caller(), id, switchAccount, "")
	if err != nil {
		return err
	}
	to, err := v.web.o.Integration.FollowLink(v.r.Context(), link.Token, v.web.bindBrowser(v.w))
	if err != nil {
		return err
	}
	return v.goTo(to)
}

// link is our page before the ATS's login, for whoever was sent the link.
// Reading it does not use the link up: mail programs read links too.
func (v *visit) link() error {
	v.w.Header().Set("Cache-Control", "no-store")
	v.w.Header().Set("X-Robots-Tag", "noindex")
	token := v.r.PathValue("token")
	link, err := v.web.o.Integration.OpenLink(v.r.Context(), token)
	if errors.Is(err, recruit.ErrNotFound) {
		return v.show(http.StatusNotFound, page.LinkGone(v.shell(v.say.T("link.gone"), ""), v.say.T("link.gone_text")))
	}
	if err != nil {
		return err
	}
	title := v.say.T("link.title", "Company", link.CompanyName, "Name", link.ATSTitle)
	return v.show(http.StatusOK, page.ConnectLink(v.shell(title, ""), page.LinkPage{Token: token, Link: link}))
}

// followLink uses the link up and binds this browser: only it can come back.
func (v *visit) followLink() error {
	v.w.Header().Set("Cache-Control", "no-store")
	to, err := v.web.o.Integration.FollowLink(v.r.Context(), v.r.PathValue("token"), v.web.bindBrowser(v.w))
	if errors.Is(err, recruit.ErrNotFound) {
		v.web.forgetBrowser(v.w)
		return v.show(http.StatusNotFound, page.LinkGone(v.shell(v.say.T("link.gone"), ""), v.say.T("link.gone_text")))
	}
	if err != nil {
		return err
	}
	return v.goTo(to)
}

// callback is where the ATS sends the browser back to. Whatever happens, code
// and state leave the address bar with the redirect.
func (v *visit) callback() error {
	v.w.Header().Set("Cache-Control", "no-store")
	var caller *recruit.Caller
	if v.user != nil {
		c := v.caller()
		caller = &c
	}
	q := v.r.URL.Query()
	result, err := v.web.o.Integration.Callback(v.r.Context(), caller, v.web.browser(v.r), q.Get("state"), q.Get("code"), q.Get("error"))
	var refused *recruit.Problem
	if errors.As(err, &refused) {
		return v.callbackRefused(result, refused)
	}
	if err != nil {
		return err
	}
	v.web.forgetBrowser(v.w)
	if result.ReturnURL != "" {
		return v.goTo(result.ReturnURL)
	}
	if v.company == nil {
		return v.goTo("/connected")
	}
	v.tell(page.Good, v.say.T("connection.connected_now"))
	return v.goTo(v.connectionAddress(result))
}

// linked ends an authorization for somebody without an account here.
func (v *visit) linked() error {
	return v.show(http.StatusOK, page.Linked(v.shell(v.say.T("link.done"), "")))
}

func (v *visit) callbackRefused(result integration.CallbackResult, refused *recruit.Problem) error {
	sentence := v.say.Code("problem", refused.Code, refused.Args)
	if v.company == nil {
		status, _ := door.Status(refused)
		return v.show(status, page.LinkGone(v.shell(v.say.T("link.failed"), ""), sentence))
	}
	v.tell(page.Bad, sentence)
	return v.goTo(v.connectionAddress(result))
}

// connectionAddress is the page of the connection that was authorized.
func (v *visit) connectionAddress(result integration.CallbackResult) string {
	if result.Connection == "" {
		return "/settings/integrations"
	}
	c, err := v.web.o.Integration.Connection(v.r.Context(), v.caller(), result.Connection)
	if err != nil {
		return "/settings/integrations"
	}
	return (&url.URL{Path: connectionPath(c.ATS, c.ID)}).String()
}
