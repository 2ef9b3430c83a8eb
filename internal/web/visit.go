package web

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/a-h/templ"

	"handoff/internal/recruit"
	"handoff/internal/web/page"
	"handoff/internal/web/say"
)

// visit is one request, with who makes it and in which language it is answered.
type visit struct {
	web     *Web
	w       http.ResponseWriter
	r       *http.Request
	say     *say.Speaker
	user    *recruit.User    // nil when nobody is signed in
	company *recruit.Company // nil for the operator and for nobody
	session bool             // whether the route has a session
}

// caller is whom the engines decide for; the zero Caller may do nothing.
func (v *visit) caller() recruit.Caller {
	if v.user == nil {
		return recruit.Caller{}
	}
	return recruit.Caller{Company: v.user.Company, User: v.user.ID, Role: v.user.Role}
}

// shell is what surrounds a page: its title, where it stands in the
// navigation, who is signed in, what was just done.
func (v *visit) shell(title, nav string) *page.Shell {
	s := &page.Shell{
		Speaker: v.say, Title: title, Nav: nav,
		Platform: v.web.o.PlatformName, Support: v.web.o.SupportEmail,
		Now: v.web.o.Now(), User: v.user, Company: v.company,
		File: v.web.files.URL,
	}
	for _, lang := range say.Languages() {
		s.Languages = append(s.Languages, page.Language{Code: lang, URL: inLanguage(v.r, lang), Current: lang == v.say.Lang})
	}
	if v.session {
		s.Flash = v.takeFlash()
	}
	if v.web.o.Demo && v.user != nil && v.company != nil {
		s.Tour = v.tour()
	}
	return s
}

// show renders a page. It is rendered whole before a byte leaves, so that a
// page that cannot be rendered is an error page and not half a page.
func (v *visit) show(status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(v.r.Context(), &b); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(b.Bytes()) // the reader has gone; nobody is left to tell
	return nil
}

// goTo answers a POST: the browser goes on with a GET.
func (v *visit) goTo(path string) error {
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// tell keeps a sentence for the next page. It goes through the session's
// store, so it never holds a candidate's data.
func (v *visit) tell(kind page.Tone, sentence string) {
	b, _ := json.Marshal(page.Flash{Tone: kind, Text: sentence})
	v.web.sessions.Put(v.r.Context(), "flash", b)
}

func (v *visit) takeFlash() *page.Flash {
	b := v.web.sessions.PopBytes(v.r.Context(), "flash")
	if b == nil {
		return nil
	}
	var f page.Flash
	if json.Unmarshal(b, &f) != nil {
		return nil
	}
	return &f
}

// form reads a posted form, bounded by the site's limit of a body.
func (v *visit) form() error {
	if err := v.r.ParseForm(); err != nil {
		return unreadable(err)
	}
	return nil
}
