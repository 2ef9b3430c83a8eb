package web

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"time"

	"handoff/internal/apply"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

func applicationPath(id recruit.ApplicationID) string { return "/applications/" + string(id) }

func (v *visit) applicationID() recruit.ApplicationID {
	return recruit.ApplicationID(v.r.PathValue("id"))
}

func (v *visit) applications() error {
	q := v.r.URL.Query()
	return v.showApplications(page.ApplicationList{ID: recruit.ProcessID(q.Get("process")), Stage: recruit.Stage(q.Get("stage")),
		Delivery: recruit.DeliveryState(q.Get("delivery")), Connection: recruit.ConnectionID(q.Get("connection"))}, q.Get("cursor"))
}

// searchApplications answers a posted e-mail with the list itself: an address
// is never a part of a URL, and is kept nowhere for it.
func (v *visit) searchApplications() error {
	if err := v.form(); err != nil {
		return err
	}
	return v.showApplications(page.ApplicationList{Email: v.r.PostForm.Get("email")}, "")
}

func (v *visit) showApplications(m page.ApplicationList, cursor string) error {
	if m.ID != "" {
		p, err := v.web.o.Process.Get(v.r.Context(), v.caller(), m.ID)
		if err != nil {
			return err
		}
		m.Process = &page.Link{Text: p.Details.Name, URL: processPath(p.ID)}
	}
	list, err := v.web.o.Apply.List(v.r.Context(), v.caller(), apply.Filter{Process: m.ID, Stage: m.Stage, Delivery: m.Delivery, Connection: m.Connection,
		Query: m.Email, List: recruit.List{Cursor: cursor}})
	if err != nil {
		return err
	}
	m.Items, m.Next = list.Items, v.nextPage(list.Next)
	return v.show(http.StatusOK, page.Applications(v.shell(v.say.T("applications.title"), "applications"), m))
}

func (v *visit) application() error {
	m, err := v.applicationPage()
	if err != nil {
		return err
	}
	if m.Consents, err = v.web.o.Apply.Consents(v.r.Context(), v.caller(), m.ID); err != nil {
		return err
	}
	slices.SortStableFunc(m.Consents, func(a, b recruit.ConsentRecord) int { return purposeOrder(a.Purpose) - purposeOrder(b.Purpose) })
	return v.show(http.StatusOK, page.Application(v.shell(v.say.T("applications.one"), "applications"), m))
}

// purposeOrder is the order in which a candidate is asked.
func purposeOrder(p recruit.Purpose) int {
	return slices.Index([]recruit.Purpose{recruit.PurposeClause, recruit.PurposeATSTransfer, recruit.PurposeRemoteClause,
		recruit.PurposeRemoteConsent, recruit.PurposeFuture}, p)
}

// applicationPage is what changes by itself: the application with its way
// into the ATS.
func (v *visit) applicationPage() (page.ApplicationPage, error) {
	ctx, c := v.r.Context(), v.caller()
	a, err := v.web.o.Apply.Get(ctx, c, v.applicationID())
	m := page.ApplicationPage{View: a}
	if err != nil {
		return m, err
	}
	m.ATSTitle, m.Names = v.atsTitle(a.ATS), v.names()
	if m.Timeline, err = v.web.o.Apply.Timeline(ctx, c, a.ID); err != nil {
		return m, err
	}
	if m.Attempts, err = v.web.o.Delivery.Attempts(ctx, c, a.ID); err != nil {
		return m, err
	}
	m.Mark = mark(a.Delivery, len(m.Timeline), len(m.Attempts), a.Stage)
	if r := a.Remote; r != nil { // its age is told in minutes, and not each reading is news
		m.Mark = mark(m.Mark, r.Key, r.Name, r.Since, r.Unmapped, r.Gone, r.KnownAt.Truncate(5*time.Minute))
	}
	return m, nil
}

// applicationLive is that part alone, asked for by the page itself.
func (v *visit) applicationLive() error {
	m, err := v.applicationPage()
	if err != nil {
		return err
	}
	if m.Mark == v.r.URL.Query().Get("seen") {
		return v.nothingNew()
	}
	if string(m.Stage) != v.r.URL.Query().Get("stage") {
		return v.show(http.StatusOK, page.ApplicationMoved(v.piece(), m))
	}
	return v.show(http.StatusOK, page.ApplicationLive(v.piece(), m))
}

// downloadCV hands out a file that a stranger sent: to be kept, never to be
// shown here, and powerless if a browser should show it after all.
func (v *visit) downloadCV() error {
	cv, body, err := v.web.o.Apply.OpenCV(v.r.Context(), v.caller(), v.applicationID())
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": cv.FileName}))
	if h.Get("Content-Disposition") == "" {
		h.Set("Content-Disposition", "attachment")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = v.w.Write(body)
	return nil
}
