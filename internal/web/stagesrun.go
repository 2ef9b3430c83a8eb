package web

import (
	"context"
	"errors"
	"net/http"

	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
	"handoff/internal/web/page"
)

// startRun begins a run, or finds the one under way, and shows its page; what
// is refused is said on the page at back.
func (v *visit) startRun(back func(integration.View) string, start func(context.Context, recruit.Caller, recruit.ConnectionID) (stagesync.Run, error)) error {
	c, err := v.moduleForm()
	if err != nil {
		return err
	}
	r, err := start(v.r.Context(), v.caller(), c.ID)
	var refused *recruit.Problem
	if errors.As(err, &refused) {
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
		return v.goTo(back(c))
	}
	if err != nil {
		return err
	}
	return v.goTo(stagesPath(c) + "/runs/" + string(r.ID))
}

func (v *visit) syncNow() error {
	return v.startRun(stagesPath, v.web.o.Stages.Run)
}

func (v *visit) backfill() error {
	return v.startRun(stagesPath, func(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (stagesync.Run, error) {
		return v.web.o.Stages.Backfill(ctx, c, id, v.r.PostForm.Get("act") != "take")
	})
}

// syncRun is a run's page, and while it runs the part that asks for itself.
func (v *visit) syncRun() error {
	ctx := v.r.Context()
	c, err := v.moduleHere()
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	r, items, err := v.web.o.Stages.SyncRun(ctx, v.caller(), recruit.SyncRunID(v.r.PathValue("run")), recruit.List{Cursor: q.Get("cursor")})
	if err != nil {
		return err
	}
	if r.Connection != c.ID {
		return recruit.ErrNotFound
	}
	m := page.SyncRunPage{Run: r, Type: c.Type, Base: stagesPath(c), Next: v.nextPage(items.Next), Mark: mark(r.State, r.Done, r.Total, r.Counts, r.Waits, r.Until)}
	asked := v.r.Header.Get("HX-Request") != ""
	if asked && m.Mark == q.Get("seen") {
		return v.nothingNew()
	}
	for _, x := range items.Items {
		item := page.SyncItem{Item: x}
		a, err := v.web.o.Apply.Get(ctx, v.caller(), x.Application)
		if err != nil && !errors.Is(err, recruit.ErrNotFound) {
			return err
		}
		if err == nil && a.ErasedAt.IsZero() {
			item.Name, item.Process = page.Full(a.Candidate), a.ProcessName
		}
		m.Items = append(m.Items, item)
	}
	if asked {
		m.Next = "" // its address is the piece's: the whole page has the rest
		if r.State != "running" {
			v.w.Header().Set("HX-Refresh", "true")
		}
		return v.show(http.StatusOK, page.SyncRunBody(v.piece(), m))
	}
	return v.show(http.StatusOK, page.SyncRun(v.shell(v.say.T("sync.title"), "settings"), m))
}
