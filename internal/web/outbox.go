package web

import (
	"context"
	"errors"
	"net/http"

	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

func (v *visit) outbox() error {
	q := v.r.URL.Query()
	m := page.OutboxList{State: notify.State(q.Get("state")), Sends: v.web.o.Notify.Sends()}
	list, err := v.web.o.Notify.Outbox(v.r.Context(), v.caller(), notify.Filter{State: m.State, List: recruit.List{Limit: 50, Cursor: q.Get("cursor")}})
	if err != nil {
		return err
	}
	m.Items, m.Next = list.Items, v.nextPage(list.Next)
	return v.show(http.StatusOK, page.Outbox(v.shell(v.say.T("outbox.title"), "outbox"), m))
}

func (v *visit) mailID() notify.MailID { return notify.MailID(v.r.PathValue("id")) }

func (v *visit) outboxMail() error { return v.showMail(http.StatusOK, page.OutboxMail{}) }

func (v *visit) showMail(status int, m page.OutboxMail) error {
	var err error
	if m.Listed, err = v.web.o.Notify.OutboxMail(v.r.Context(), v.caller(), v.mailID()); err != nil {
		return err
	}
	m.Readable, m.Demo = v.web.o.Notify.Readable(m.Mail), v.web.o.Demo
	return v.show(status, page.OutboxOne(v.shell(v.say.T("mail.kind."+string(m.Kind)), "outbox"), m))
}

// openMail answers with the page itself: what it shows passes through no
// address and no store.
func (v *visit) openMail() error {
	if err := v.form(); err != nil {
		return err
	}
	d, err := v.web.o.Notify.Open(v.r.Context(), v.caller(), v.mailID(), v.r.PostForm.Get("reason"))
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		return v.showMail(http.StatusUnprocessableEntity, page.OutboxMail{Errors: page.NewErrors(v.say, invalid)})
	}
	if err != nil {
		return v.mailRefused(err)
	}
	return v.showMail(http.StatusOK, page.OutboxMail{Document: &d})
}

func (v *visit) resendMail() error { return v.settleMail("outbox.resent", v.web.o.Notify.Resend) }
func (v *visit) leaveMail() error  { return v.settleMail("outbox.left", v.web.o.Notify.Leave) }

func (v *visit) settleMail(done string, do func(context.Context, recruit.Caller, notify.MailID) error) error {
	if err := do(v.r.Context(), v.caller(), v.mailID()); err != nil {
		return v.mailRefused(err)
	}
	v.tell(page.Good, v.say.T(done))
	return v.goTo("/operator/outbox/" + string(v.mailID()))
}

// mailRefused says a refusal on the mail's page, which shows how it stands.
func (v *visit) mailRefused(err error) error {
	var refused *recruit.Problem
	if !errors.As(err, &refused) {
		return err
	}
	v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
	return v.goTo("/operator/outbox/" + string(v.mailID()))
}
