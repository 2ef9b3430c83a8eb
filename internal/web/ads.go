package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"handoff/internal/integration"
	"handoff/internal/multipost"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// ads is the list of ads that ATSs multipost, with how they are read.
func (v *visit) ads() error {
	q := v.r.URL.Query()
	m := page.AdList{Title: v.atsTitle, Foreign: q.Get("foreign") == "1", Asked: q.Get("asked")}
	readings, err := v.web.o.Multipost.Readings(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	for _, r := range readings {
		if r.State != recruit.ConnDisconnected || r.Ads > 0 {
			m.Sources = append(m.Sources, v.adSource(r))
		}
	}
	list, err := v.web.o.Multipost.List(v.r.Context(), v.caller(), multipost.Filter{Foreign: m.Foreign, List: recruit.List{Cursor: q.Get("cursor")}})
	if err != nil {
		return err
	}
	m.Items, m.Next = list.Items, v.nextPage(list.Next)
	return v.show(http.StatusOK, page.Ads(v.shell(v.say.T("ads.title"), "processes"), m))
}

// adSource shows a reading; one that was asked for on the page counts as under
// way until its result is there.
func (v *visit) adSource(r multipost.Reading) page.AdSource {
	t, _ := v.web.o.Multipost.Type(r.ATS)
	if ms, err := strconv.ParseInt(v.r.URL.Query().Get("asked"), 10, 64); err == nil {
		asked, now := time.UnixMilli(ms), v.web.o.Now()
		if !asked.After(now) && now.Sub(asked) <= readingPatience && r.ReadAt.Before(asked) && r.Error == "" {
			r.Due = true
		}
	}
	return page.AdSource{Reading: r, Type: t, Working: r.State == recruit.ConnConnected || r.State == recruit.ConnFailing}
}

func (v *visit) readAds() error {
	if err := v.form(); err != nil {
		return err
	}
	asked := v.asking()
	if err := v.web.o.Multipost.Refresh(v.r.Context(), v.caller(), recruit.ConnectionID(v.r.PostForm.Get("connection"))); err != nil {
		return err
	}
	return v.goTo("/ads" + asked)
}

func (v *visit) adID() recruit.AdID { return recruit.AdID(v.r.PathValue("id")) }

func (v *visit) ad() error {
	a, err := v.web.o.Multipost.Get(v.r.Context(), v.caller(), v.adID())
	if err != nil {
		return err
	}
	m := page.AdPage{View: a, ATSTitle: v.atsTitle(a.ATS)}
	title := a.Content.Title
	if title == "" {
		title = v.say.T("ads.untitled", "Key", a.Key)
	}
	return v.show(http.StatusOK, page.Ad(v.shell(title, "processes"), m))
}

// adAct does something to the ad of the address and shows it again. Where a
// newer version came meanwhile, the page shows that instead.
func (v *visit) adAct(done string, do func(recruit.AdID, multipost.Shown) error) error {
	if err := v.form(); err != nil {
		return err
	}
	number := func(name string) int { n, _ := strconv.Atoi(v.r.PostForm.Get(name)); return n }
	err := do(v.adID(), multipost.Shown{Ad: number("ad"), Process: number("process")})
	var refused *recruit.Problem
	var invalid *recruit.Invalid
	switch {
	case errors.Is(err, recruit.ErrConflict):
		v.tell(page.Warn, v.say.T("ad.conflict"))
	case errors.As(err, &refused):
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
	case errors.As(err, &invalid):
		v.tell(page.Bad, v.say.T("ad.not_accepted"))
	case err != nil:
		return err
	default:
		v.tell(page.Good, v.say.T(done))
	}
	return v.goTo("/ads/" + string(v.adID()))
}

func (v *visit) acceptAd() error {
	return v.adAct("ad.accepted", func(id recruit.AdID, s multipost.Shown) error {
		return v.web.o.Multipost.Accept(v.r.Context(), v.caller(), id, s, v.r.PostForm["field"]...)
	})
}

func (v *visit) dismissAd() error {
	return v.adAct("ad.dismissed", func(id recruit.AdID, s multipost.Shown) error {
		return v.web.o.Multipost.Dismiss(v.r.Context(), v.caller(), id, s)
	})
}

func (v *visit) closeAdProcess() error {
	return v.adAct("ad.process_closed", func(id recruit.AdID, _ multipost.Shown) error {
		return v.web.o.Multipost.CloseProcess(v.r.Context(), v.caller(), id)
	})
}

func (v *visit) reopenAdDraft() error {
	return v.adAct("ad.draft_open", func(id recruit.AdID, _ multipost.Shown) error {
		return v.web.o.Multipost.ReopenDraft(v.r.Context(), v.caller(), id)
	})
}

func (v *visit) draftAdAgain() error {
	return v.adAct("ad.draft_made", func(id recruit.AdID, _ multipost.Shown) error {
		return v.web.o.Multipost.DraftAgain(v.r.Context(), v.caller(), id)
	})
}

// adOf is the ad that a process was made of; nil for one made here.
func (v *visit) adOf(p process.View) (*multipost.View, error) {
	if p.Origin != recruit.OriginMultiposted {
		return nil, nil
	}
	a, err := v.web.o.Multipost.OfProcess(v.r.Context(), v.caller(), p.ID)
	if errors.Is(err, recruit.ErrNotFound) {
		return nil, nil
	}
	return &a, err
}

// propose chooses the ad's recruitment in a new draft of a process that is not
// bound. The switch is on only before anybody saved the process: later, not
// being bound is somebody's decision.
func (d *draft) propose(p process.View, a *multipost.View) {
	if a == nil || p.Binding != nil || p.State != recruit.ProcessDraft || a.Proposed == nil || !a.Proposed.Open {
		return
	}
	d.Connection, d.RemoteJob, d.Bound = a.Connection, a.Proposed.ID, !a.Touched()
}

// adBox is the section Multiposting of a connection's page; nil where its ATS
// multiposts nothing.
func (v *visit) adBox(c integration.View, bad *recruit.Invalid, typed string) (*page.AdBox, error) {
	r, err := v.web.o.Multipost.Reading(v.r.Context(), v.caller(), c.ID)
	if errors.Is(err, recruit.ErrNotFound) {
		return nil, nil
	}
	if bad == nil {
		typed = r.Feed
	}
	return &page.AdBox{AdSource: v.adSource(r), Base: connectionPath(c.ATS, c.ID), Address: typed, Errors: page.NewErrors(v.say, bad)}, err
}

func (v *visit) saveAdFeed() error {
	if err := v.form(); err != nil {
		return err
	}
	c, err := v.here()
	if err != nil {
		return err
	}
	address := v.r.PostForm.Get("ad_feed")
	err = v.web.o.Integration.SaveAdFeed(v.r.Context(), v.caller(), c.ID, address)
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		m := page.ConnectionPage{View: c, Errors: page.NewErrors(v.say, nil), Template: v.template(c)}
		if m.Ads, err = v.adBox(c, invalid, address); err != nil {
			return err
		}
		return v.showConnection(http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T("saved"))
	return v.goTo(connectionPath(c.ATS, c.ID) + "#ads")
}
