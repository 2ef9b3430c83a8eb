package web

import (
	"errors"
	"net/http"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// here is the connection that the address names, of the ATS that it names.
func (v *visit) here() (integration.View, error) {
	c, err := v.web.o.Integration.Connection(v.r.Context(), v.caller(), recruit.ConnectionID(v.r.PathValue("conn")))
	if err == nil && c.ATS != v.r.PathValue("ats") {
		return integration.View{}, recruit.ErrNotFound
	}
	return c, err
}

func (v *visit) connection() error {
	c, err := v.here()
	if err != nil {
		return err
	}
	return v.showConnection(http.StatusOK, page.ConnectionPage{View: c, Errors: page.NewErrors(v.say, nil),
		Template: v.template(c)})
}

func (v *visit) showConnection(status int, m page.ConnectionPage) error {
	var err error
	if m.Sources, err = v.web.o.Integration.Sources(v.r.Context(), v.caller(), m.ID); err != nil {
		return err
	}
	if m.Ads == nil {
		if m.Ads, err = v.adBox(m.View, nil, ""); err != nil {
			return err
		}
	}
	if m.Stages, err = v.stageBox(m.View); err != nil {
		return err
	}
	m.OAuthReady, m.Asked = v.web.o.Integration.OAuthReady(m.ATS), v.r.URL.Query().Get("asked")
	m.View = v.stillReading(m.View)
	if m.LastTest != nil {
		r := report(*m.LastTest, m.Type.Title)
		m.LastReport = &r
	}
	return v.show(status, page.Connection(v.shell(m.Type.Title, "settings"), m))
}

// act does something to the connection of the address, says that it was done,
// and shows the connection again at a place of its page.
func (v *visit) act(done, place string, do func(integration.View) error) error {
	if err := v.form(); err != nil {
		return err
	}
	c, err := v.here()
	if err != nil {
		return err
	}
	if err := do(c); err != nil {
		return err
	}
	if done != "" {
		v.tell(page.Good, v.say.T(done))
	}
	return v.goTo(connectionPath(c.ATS, c.ID) + place)
}

func (v *visit) testConnection() error {
	return v.act("", "#test", func(c integration.View) error {
		_, err := v.web.o.Integration.Test(v.r.Context(), v.caller(), c.ID)
		return err
	})
}

func (v *visit) importSources() error {
	return v.act("", v.asking()+"#source", func(c integration.View) error {
		return v.web.o.Integration.ImportSources(v.r.Context(), v.caller(), c.ID)
	})
}

// selectSource chooses one of the list, or takes what was typed.
func (v *visit) selectSource() error {
	if err := v.form(); err != nil {
		return err
	}
	c, err := v.here()
	if err != nil {
		return err
	}
	id, byHand := v.r.PostForm.Get("source"), v.r.PostForm.Has("source_id")
	if byHand {
		id = v.r.PostForm.Get("source_id")
	}
	_, err = v.web.o.Integration.SelectSource(v.r.Context(), v.caller(), c.ID, id)
	var invalid *recruit.Invalid
	if byHand && errors.As(err, &invalid) {
		return v.showConnection(http.StatusUnprocessableEntity, page.ConnectionPage{View: c, Errors: page.NewErrors(v.say, invalid),
			Values: map[string]string{"source_id": id}, Template: v.template(c)})
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T("saved"))
	return v.goTo(connectionPath(c.ATS, c.ID) + "#source")
}

// confirmAccount names the account that a login opened; or which of several a
// key opens, and then it is tested with that.
func (v *visit) confirmAccount() error {
	return v.act("connection.confirmed", "", func(c integration.View) error {
		if _, err := v.web.o.Integration.Confirm(v.r.Context(), v.caller(), c.ID, v.r.PostForm.Get("account")); err != nil {
			return err
		}
		if len(c.Accounts) == 0 {
			return nil
		}
		_, err := v.web.o.Integration.Test(v.r.Context(), v.caller(), c.ID)
		return err
	})
}

func (v *visit) discardNew() error {
	return v.act("newkey.discarded", "", func(c integration.View) error {
		_, err := v.web.o.Integration.DiscardCredential(v.r.Context(), v.caller(), c.ID)
		return err
	})
}

// template is the consent template as it is stored.
func (v *visit) template(c integration.View) page.Texts {
	return page.Texts{Text: c.ConsentTemplate, PL: c.ConsentTemplate.PL, EN: c.ConsentTemplate.EN, Errors: page.NewErrors(v.say, nil)}
}

func (v *visit) disconnect() error {
	return v.act("connection.disconnected_now", "", func(c integration.View) error {
		_, err := v.web.o.Integration.Disconnect(v.r.Context(), v.caller(), c.ID)
		return err
	})
}

// sources is the picker alone, while a reading is on its way.
func (v *visit) sources() error {
	c, err := v.here()
	if err != nil {
		return err
	}
	m := page.ConnectionPage{View: v.stillReading(c), Asked: v.r.URL.Query().Get("asked")}
	if m.Sources, err = v.web.o.Integration.Sources(v.r.Context(), v.caller(), c.ID); err != nil {
		return err
	}
	return v.show(http.StatusOK, page.SourcePicker(v.piece(), m))
}

func (v *visit) saveTemplate() error {
	if err := v.form(); err != nil {
		return err
	}
	c, err := v.here()
	if err != nil {
		return err
	}
	pl, en := v.r.PostForm.Get("texts.pl"), v.r.PostForm.Get("texts.en")
	_, err = v.web.o.Integration.SaveConsentTemplate(v.r.Context(), v.caller(), c.ID, pl, en)
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		return v.showConnection(http.StatusUnprocessableEntity, page.ConnectionPage{View: c, Errors: page.NewErrors(v.say, nil),
			Template: page.Texts{Text: c.ConsentTemplate, PL: pl, EN: en, Errors: page.NewErrors(v.say, invalid)}})
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T("saved"))
	return v.goTo(connectionPath(c.ATS, c.ID) + "#template")
}

func (v *visit) replaceCredential() error {
	if err := v.form(); err != nil {
		return err
	}
	c, err := v.here()
	if err != nil {
		return err
	}
	saved, err := v.web.o.Integration.ReplaceCredential(v.r.Context(), v.caller(), c.ID, v.credentials(c.Type, connector.Auth(c.Auth)), v.r.PostForm.Get("access_scope"))
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		return v.showConnection(http.StatusUnprocessableEntity, page.ConnectionPage{View: c, Errors: page.NewErrors(v.say, invalid), ReplaceOpen: true,
			Values:   v.plainFields(c.Type, connector.Auth(c.Auth)),
			Template: v.template(c)})
	}
	if err != nil {
		return err
	}
	if !saved.NextSavedAt.IsZero() {
		v.tell(page.Good, v.say.T("connection.saved_next"))
		return v.goTo(connectionPath(c.ATS, c.ID) + "#new-key")
	}
	v.tell(page.Good, v.say.T("connection.saved_now_test"))
	return v.goTo(connectionPath(c.ATS, c.ID) + "#test")
}
