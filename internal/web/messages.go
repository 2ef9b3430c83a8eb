package web

import (
	"errors"
	"net/http"

	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

func (v *visit) messagesPage() error { return v.showMessages(http.StatusOK, page.Messages{}) }

// showMessages shows the page with what was typed, or with how things stand.
func (v *visit) showMessages(status int, m page.Messages) error {
	var err error
	if m.Rules == nil {
		r, err := v.web.o.Notify.Rules(v.r.Context(), v.caller())
		if err != nil {
			return err
		}
		m.Rules = &r
	}
	texts, err := v.web.o.Notify.StageTexts(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	m.Sends = v.web.o.Notify.Sends()
	for _, s := range recruit.Stages() {
		t := texts[s]
		x := page.StageText{Stage: s, PL: t.PL, EN: t.EN, Version: t.Version, Errors: page.NewErrors(v.say, nil)}
		if m.Typed != nil && m.Typed.Stage == s {
			x.PL, x.EN, x.Errors, x.Preview, x.Open = m.Typed.PL, m.Typed.EN, m.Typed.Errors, m.Typed.Preview, true
		}
		m.Texts = append(m.Texts, x)
	}
	return v.show(status, page.MessageSettings(v.shell(v.say.T("settings.messages"), "settings"), m))
}

func (v *visit) saveRules() error {
	if err := v.form(); err != nil {
		return err
	}
	in := v.r.PostForm
	r := notify.Rules{Manual: notify.Teller(in.Get("manual")), Negative: in.Get("negative") != "", Hired: in.Get("hired") != "", Automatic: in.Get("automatic") != ""}
	err := v.web.o.Notify.SaveRules(v.r.Context(), v.caller(), r)
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		return v.showMessages(http.StatusUnprocessableEntity, page.Messages{Rules: &r, Errors: page.NewErrors(v.say, invalid)})
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T("saved"))
	return v.goTo("/settings/messages")
}

// saveStageText saves a stage's words, or shows what they would look like.
func (v *visit) saveStageText() error {
	if err := v.form(); err != nil {
		return err
	}
	in, s := v.r.PostForm, recruit.Stage(v.r.PathValue("stage"))
	typed := &page.StageText{Stage: s, PL: in.Get("pl." + string(s)), EN: in.Get("en." + string(s)), Errors: page.NewErrors(v.say, nil)}
	preview := in.Get("act") == "preview"
	pl, en, err := notify.CheckStageText(typed.PL, typed.EN)
	if err == nil && !preview {
		err = v.web.o.Notify.SaveStageText(v.r.Context(), v.caller(), s, typed.PL, typed.EN)
	}
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		typed.Errors = page.NewErrors(v.say, invalid)
		return v.showMessages(http.StatusUnprocessableEntity, page.Messages{Typed: typed})
	}
	if err != nil {
		return err
	}
	if !preview {
		v.tell(page.Good, v.say.T("saved"))
		return v.goTo("/settings/messages#" + string(s))
	}
	for lang, text := range map[string]string{"pl": pl, "en": en} {
		d, err := v.web.o.Notify.PreviewStage(v.caller(), *v.company, s, text, lang, v.say.T("messages.sample_process"), v.say.T("messages.sample_name"))
		if err != nil {
			return err
		}
		if lang == "pl" {
			typed.Preview = append([]notify.Document{d}, typed.Preview...)
		} else {
			typed.Preview = append(typed.Preview, d)
		}
	}
	return v.showMessages(http.StatusOK, page.Messages{Typed: typed})
}

// decideHeld is a person's word about mail that waits for one.
func (v *visit) decideHeld() error {
	if err := v.form(); err != nil {
		return err
	}
	in := v.r.PostForm
	k := notify.HeldKey{Process: recruit.ProcessID(in.Get("process")), Stage: recruit.Stage(in.Get("stage")), Reason: in.Get("reason")}
	send := in.Get("act") == "send"
	n, err := v.web.o.Notify.DecideHeld(v.r.Context(), v.caller(), k, send)
	var refused *recruit.Problem
	switch {
	case errors.As(err, &refused):
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
	case err != nil:
		return err
	case send:
		v.tell(page.Good, v.say.N("held.sent", n))
	default:
		v.tell(page.Good, v.say.T("held.dropped"))
	}
	return v.goTo("/attention")
}
