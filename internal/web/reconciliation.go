package web

import (
	"errors"
	"net/http"

	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

func reconciliationPath(c integration.View) string {
	return connectionPath(c.ATS, c.ID) + "/reconciliation"
}

// reconciliation shows both sides of a connection.
func (v *visit) reconciliation() error {
	ctx, who := v.r.Context(), v.caller()
	c, err := v.moduleHere()
	if err != nil {
		return err
	}
	r, absent, err := v.web.o.Stages.Reconcile(ctx, who, c.ID, recruit.List{Cursor: v.r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	m := page.ReconciliationPage{Reconciliation: r, Type: c.Type, Connection: c.ID, Base: connectionPath(c.ATS, c.ID), Working: (page.ConnectionPage{View: c}).Working(),
		Next: v.nextPage(absent.Next)}
	for _, x := range absent.Items {
		a, err := v.web.o.Apply.Get(ctx, who, x.Application)
		if errors.Is(err, recruit.ErrNotFound) || err == nil && !a.ErasedAt.IsZero() {
			continue // erased since
		}
		if err != nil {
			return err
		}
		m.Absent = append(m.Absent, page.AbsentRow{Absent: x, Name: page.Full(a.Candidate), Process: a.ProcessName})
	}
	return v.show(http.StatusOK, page.Reconciliation(v.shell(v.say.T("both.title"), "settings"), m))
}

func (v *visit) compareBoth() error {
	return v.startRun(reconciliationPath, v.web.o.Stages.Compare)
}

func (v *visit) leaveGone() error {
	return v.onApplication("both.left", func(id recruit.ApplicationID) error {
		return v.web.o.Delivery.Leave(v.r.Context(), v.caller(), id)
	})
}
