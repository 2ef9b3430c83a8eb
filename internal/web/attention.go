package web

import (
	"errors"
	"net/http"

	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
	"handoff/internal/web/page"
)

// attention is what needs a person, by its cause; above it, for an Admin, the
// integrations that a check found wanting.
func (v *visit) attention() error {
	causes, err := v.web.o.Delivery.Attention(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	var rows []page.CauseRow
	for _, c := range causes {
		rows = append(rows, page.CauseRow{Cause: c, ATSTitle: v.atsTitle(c.ATS)})
	}
	var troubles []page.Trouble
	var stages []page.StageBox
	if v.caller().IsAdmin() {
		all, err := v.web.o.Integration.Connections(v.r.Context(), v.caller())
		if err != nil {
			return err
		}
		troubles = page.Troubles(all)
		if stages, err = v.stageTroubles(all); err != nil {
			return err
		}
	}
	held, err := v.web.o.Notify.Held(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, page.Attention(v.shell(v.say.T("attention.title"), "attention"), troubles, stages, held, rows))
}

// stageTroubles are the modules of which an Admin has to say what stages mean.
func (v *visit) stageTroubles(all []integration.View) (out []page.StageBox, err error) {
	for _, c := range all {
		m, err := v.stageBox(c)
		if err != nil {
			return nil, err
		}
		if m != nil && m.Enabled && (m.StagesError != "" || m.Mapping == stagesync.MappingMissing || m.Mapping == stagesync.MappingStale || m.OwnMissing > 0) {
			out = append(out, *m)
		}
	}
	return out, nil
}

func (v *visit) retryCause() error {
	n, err := v.web.o.Delivery.RetryCause(v.r.Context(), v.caller(), v.r.PathValue("cause"), false)
	var refused *recruit.Problem
	if errors.As(err, &refused) {
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
		return v.goTo("/attention")
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.N("attention.retried", n))
	return v.goTo("/attention")
}
