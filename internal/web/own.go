package web

import (
	"errors"
	"net/http"

	"handoff/internal/door"
	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// own registers a page that its address alone opens: nothing it links to is
// told where the reader came from, no search engine and no cache keeps it, and
// nobody is signed in on it.
func (w *Web) own(r *door.Router, method, pattern string, h handler) {
	r.Handle(method, pattern, door.Public, http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		head := rw.Header()
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
		head.Set("Cache-Control", "no-store")
		v := &visit{web: w, w: rw, r: req, say: w.language(rw, req, "")}
		if err := h(v); err != nil {
			w.fail(v, err)
		}
	}))
}

func (v *visit) capability() string { return v.r.PathValue("token") }

func (v *visit) ownPage() error {
	o, err := v.web.o.Notify.OwnPage(v.r.Context(), v.capability())
	if err != nil {
		return err
	}
	v.say = v.web.language(v.w, v.r, o.Applied.Locale)
	s := v.shell(v.say.T("own.title"), "")
	// Times are the company's, as in the mails.
	s.Company = &recruit.Company{Name: o.CompanyName, TimeZone: o.TimeZone}
	m := page.OwnPage{Own: o, Base: notify.LinkPath + v.capability()}
	if done := v.r.URL.Query().Get("done"); done != "" && v.say.Has("own.done."+done) {
		m.Done = v.say.Code("own.done", done, nil)
	}
	return v.show(http.StatusOK, page.OwnApplication(s, m))
}

// onOwn does what the link's holder asks for and shows the page again, with a
// word of a closed list in its address.
func (v *visit) onOwn(done string, do func() error) error {
	err := do()
	var refused *recruit.Problem
	switch {
	case errors.Is(err, recruit.ErrConflict):
		done = "decided_before"
	case errors.As(err, &refused):
		done = refused.Code
	case err != nil:
		return err
	}
	return v.goTo(notify.LinkPath + v.capability() + "?done=" + done)
}

func (v *visit) withdrawOwn() error {
	return v.onOwn("withdrawn", func() error { return v.web.o.Notify.WithdrawOwn(v.r.Context(), v.capability()) })
}

func (v *visit) confirmAgain() error {
	return v.onOwn("confirmed", func() error { return v.web.o.Notify.ConfirmAgain(v.r.Context(), v.capability(), v.applicationID()) })
}

func (v *visit) dismissAgain() error {
	return v.onOwn("dismissed", func() error { return v.web.o.Notify.DismissAgain(v.r.Context(), v.capability(), v.applicationID()) })
}
