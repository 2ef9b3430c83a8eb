package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

func (h *house) operator() *browser {
	h.t.Helper()
	if _, err := h.Company.SetupOperator(h.t.Context(), company.NewUser{Email: "operator@handoff.example.com", Name: "Op", Password: secret.New(password), Locale: "en"}); err != nil {
		h.t.Fatal(err)
	}
	return h.signedIn("operator@handoff.example.com")
}

// released lets every application go on that was sent faster than a person
// types, as tests do, and returns the newest.
func (h *house) released() recruit.ApplicationID {
	h.t.Helper()
	list, err := h.Apply.List(h.t.Context(), h.boss, apply.Filter{})
	if err != nil || len(list.Items) == 0 {
		h.t.Fatalf("%d applications (%v)", len(list.Items), err)
	}
	for _, a := range list.Items {
		if a.Suspicious {
			if _, err := h.Apply.Release(h.t.Context(), h.boss, a.ID); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	return list.Items[0].ID
}

var mailPath = regexp.MustCompile(`/operator/outbox/mail_[0-9a-z]+`)

func TestTheOperatorReadsAMailInTheOutboxAndTheCompanyIsToldWhy(t *testing.T) {
	h, job := opened(t)
	c := h.browser()
	c.upload(job, filled(c.get(job)), "cv.pdf", []byte(pdf)).want(http.StatusSeeOther)
	h.released()
	op := h.operator()
	list := op.until("/operator/outbox", func(p page) bool {
		return mailPath.MatchString(p.body) && regexp.MustCompile("Kept here</span>").MatchString(p.body)
	})
	list.has("Confirmation of an application", "Acme Robotics", "Robotics <Technician>", "No mail server is set up").hasNot("zofia@example.com", "Łęcka")
	one := mailPath.FindString(list.body)
	op.get(one).want(http.StatusOK).has("OPEN", "the company sees").hasNot("zofia@example.com")
	op.post(one+"/open", url.Values{"reason": {""}}).want(http.StatusUnprocessableEntity).hasNot("zofia@example.com")
	shown := op.post(one+"/open", url.Values{"reason": {"delivery_problem"}}).want(http.StatusOK)
	shown.has("zofia@example.com", "Robotics <Technician>", "Not answered", "/my/••••••••")
	if regexp.MustCompile(`/my/[0-9a-z]{52}`).MatchString(shown.body) {
		t.Error("a link is shown that is the candidate's alone")
	}
	op.post(one+"/resend", nil).want(http.StatusSeeOther)
	op.get(one).has("Somebody has decided about this mail already.")
	boss := h.signedIn("admin@acme.example.com")
	boss.get("/settings/company").has("Operator opened a candidate's mail (mail that does not arrive)")
	for _, b := range []*browser{boss, h.signedIn("user@acme.example.com")} {
		b.get("/operator/outbox").want(http.StatusForbidden)
		b.post(one+"/open", url.Values{"reason": {"delivery_problem"}}).want(http.StatusForbidden)
	}
}
