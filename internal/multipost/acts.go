package multipost

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"handoff/internal/recruit"
)

// Readings tells how the ads of the company's connections are read, of those
// whose ATS multiposts.
func (e *Engine) Readings(ctx context.Context, c recruit.Caller) ([]Reading, error) {
	if c.Company == "" {
		return nil, recruit.ErrForbidden
	}
	all, err := e.Store.AdReadings(ctx, c.Company)
	return slices.DeleteFunc(all, func(r Reading) bool { _, ok := e.Type(r.ATS); return !ok }), err
}

// Reading is that of one connection.
func (e *Engine) Reading(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (Reading, error) {
	all, err := e.Readings(ctx, c)
	if err != nil {
		return Reading{}, err
	}
	for _, r := range all {
		if r.Connection == id {
			return r, nil
		}
	}
	return Reading{}, recruit.ErrNotFound
}

// Refresh asks the lane for everything. Problem connection_not_ready where
// nothing can be read.
func (e *Engine) Refresh(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) error {
	r, err := e.Reading(ctx, c, id)
	if err != nil {
		return err
	}
	if r.State != recruit.ConnConnected && r.State != recruit.ConnFailing {
		return recruit.Refuse("connection_not_ready")
	}
	return e.Store.AskAds(ctx, c.Company, id, e.Now())
}

// Push does what a listing says that the ATS sent by itself: a part, so that
// what it lacks is not absent. The same body twice does what it did once.
// Problem ads_not_pushed where the ATS pushes none, ads_unreadable for a body
// that is no listing.
func (e *Engine) Push(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, body []byte) (Counts, error) {
	if !c.IsAdmin() {
		return Counts{}, recruit.ErrForbidden
	}
	conn, err := e.Store.AnyConnection(ctx, id)
	if err != nil || conn.Company != c.Company {
		return Counts{}, errors.Join(recruit.ErrNotFound, err)
	}
	t, ok := e.Type(conn.ATS)
	switch {
	case !ok || t.ParseAds == nil:
		return Counts{}, recruit.Refuse("ads_not_pushed")
	case conn.State != recruit.ConnConnected && conn.State != recruit.ConnFailing:
		return Counts{}, recruit.Refuse("connection_not_ready")
	}
	rows, err := t.ParseAds(body)
	if err != nil {
		return Counts{}, recruit.Refuse("ads_unreadable")
	}
	// A push is not made for us alone, and its reader does not know our name.
	for i, ours := 0, cmp.Or(t.AdPortal, e.PlatformName); i < len(rows); i++ {
		rows[i].Foreign = rows[i].Portal != "" && !strings.EqualFold(rows[i].Portal, ours)
	}
	n, err := e.take(ctx, id, c.Company, 0, rows, false)
	if errors.Is(err, errBusy) {
		return n, recruit.ErrConflict
	}
	if err != nil {
		return n, err
	}
	e.Log.Info("multipost.pushed", "connection", id, "ads", n.Ads, "created", n.Created, "updated", n.Updated, "closed", n.Closed, "refused", n.Refused)
	return n, e.Store.AdsPushed(ctx, id, n.Refused, e.Now())
}

func (e *Engine) reach(ctx context.Context, c recruit.Caller) (recruit.Reach, error) {
	return c.Reach(func() (recruit.UserID, error) { return e.Store.FirstAdmin(ctx, c.Company) })
}

// List returns the ads of processes that the caller may see, and to an Admin
// those without one too; newest first.
func (e *Engine) List(ctx context.Context, c recruit.Caller, f Filter) (recruit.Page[View], error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return recruit.Page[View]{}, err
	}
	all, err := e.Store.Ads(ctx, r, f, f.Size()+1)
	if err != nil {
		return recruit.Page[View]{}, err
	}
	for i := range all {
		e.tell(&all[i])
	}
	if n := f.Size(); len(all) > n {
		return recruit.Page[View]{Items: all[:n], Next: string(all[n-1].ID)}, nil
	}
	return recruit.Page[View]{Items: all}, nil
}

// Get returns an ad with its rows.
func (e *Engine) Get(ctx context.Context, c recruit.Caller, id recruit.AdID) (View, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, err
	}
	v, err := e.Store.Ad(ctx, r, id)
	if err == nil {
		e.tell(&v)
	}
	return v, err
}

// OfProcess returns the ad that a process was made of; ErrNotFound for none.
func (e *Engine) OfProcess(ctx context.Context, c recruit.Caller, id recruit.ProcessID) (View, error) {
	p, err := e.List(ctx, c, Filter{Process: id, List: recruit.List{Limit: 1}})
	if err != nil {
		return View{}, err
	}
	if len(p.Items) == 0 {
		return View{}, recruit.ErrNotFound
	}
	return p.Items[0], nil
}

// tell adds what depends on more than the ad's rows.
func (e *Engine) tell(v *View) {
	switch {
	case v.State == Foreign || v.Binding != nil:
	case v.Content.Job == "":
		v.Problems = append(v.Problems, ProblemNoRecruitment)
	case v.Proposed == nil:
		v.Problems = append(v.Problems, ProblemUnknownRecruitment)
	}
	switch {
	case v.Draft.Exists:
		v.Missing = e.Missing(v.Details)
	case v.Process != "":
		v.Problems = append(v.Problems, ProblemDraftDeleted)
	}
}

// Differences are the fields that the ATS changed since, and that the touched
// or open process does not say.
func (v View) Differences() []Difference {
	if v.Process == "" || !v.Draft.Exists || v.State != Listed {
		return nil
	}
	return differences(v.Details, v.Base, v.Content.details(v.Base))
}

// Over tells that the ad is over in the ATS while its process is not.
func (v View) Over() bool {
	return v.Process != "" && v.Draft.Exists && v.State != Listed && v.Draft.State != recruit.ProcessClosed
}

// Shown names what a person had before their eyes: another ad or process by
// now is ErrConflict.
type Shown struct{ Ad, Process int }

func (e *Engine) shown(ctx context.Context, c recruit.Caller, id recruit.AdID, s Shown) (View, recruit.Reach, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, r, err
	}
	v, err := e.Store.Ad(ctx, r, id)
	switch {
	case err != nil:
		return v, r, err
	case v.Process == "" || !v.Draft.Exists:
		return v, r, recruit.ErrNotFound
	case v.Revision != s.Ad || v.Draft.Revision != s.Process:
		return v, r, recruit.ErrConflict
	}
	return v, r, nil
}

// Accept puts fields of a difference into the process, all of it when none is
// named, as an ordinary Save of the caller's.
func (e *Engine) Accept(ctx context.Context, c recruit.Caller, id recruit.AdID, s Shown, chosen ...string) error {
	v, r, err := e.shown(ctx, c, id, s)
	if err != nil {
		return err
	}
	next := v.Content.details(v.Base)
	details, base, n := v.Details, v.Base, 0
	for _, d := range v.Differences() {
		if len(chosen) == 0 || slices.Contains(chosen, d.Field) {
			details, base = accept(d.Field, details, v.Base, next), accept(d.Field, base, v.Base, next)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	if err := e.Processes.SaveDetails(ctx, c, v.Process, v.Draft.Revision, details); err != nil {
		return err
	}
	// The process says it now: without this there is no difference left either.
	if err := e.Store.SettleAd(ctx, r, id, v.Revision, base, c.Name(), "accepted", e.Now()); !errors.Is(err, recruit.ErrConflict) {
		return err
	}
	return nil
}

// Dismiss keeps the process as it is, until the ad changes once more.
func (e *Engine) Dismiss(ctx context.Context, c recruit.Caller, id recruit.AdID, s Shown) error {
	v, r, err := e.shown(ctx, c, id, s)
	if err != nil {
		return err
	}
	return e.Store.SettleAd(ctx, r, id, v.Revision, v.Content.details(v.Base), c.Name(), "dismissed", e.Now())
}

// CloseProcess closes the process of an ad that is over: an open one the
// ordinary way, a draft so that it can be one again.
func (e *Engine) CloseProcess(ctx context.Context, c recruit.Caller, id recruit.AdID) error {
	r, err := e.reach(ctx, c)
	if err != nil {
		return err
	}
	v, err := e.Store.Ad(ctx, r, id)
	switch {
	case err != nil:
		return err
	case !v.Draft.Exists:
		return recruit.ErrNotFound
	case v.Draft.State == recruit.ProcessOpen:
		return e.Processes.Close(ctx, c, v.Process)
	}
	return e.Store.MoveDraft(ctx, r, id, recruit.ProcessDraft, recruit.ProcessClosed, c.Name(), e.Now())
}

// ReopenDraft makes a draft again of a process that was closed before it was
// ever open.
func (e *Engine) ReopenDraft(ctx context.Context, c recruit.Caller, id recruit.AdID) error {
	r, err := e.reach(ctx, c)
	if err != nil {
		return err
	}
	return e.Store.MoveDraft(ctx, r, id, recruit.ProcessClosed, recruit.ProcessDraft, c.Name(), e.Now())
}

// DraftAgain makes another draft of an ad whose draft was deleted (Admin).
func (e *Engine) DraftAgain(ctx context.Context, c recruit.Caller, id recruit.AdID) error {
	if !c.IsAdmin() {
		return recruit.ErrForbidden
	}
	v, err := e.Store.Ad(ctx, recruit.Reach{Company: c.Company}, id)
	switch {
	case err != nil:
		return err
	case v.Process == "" || v.Draft.Exists:
		return nil
	case v.State != Listed:
		return recruit.Refuse("ad_is_over")
	}
	k := v.Known
	k.Process, k.Base = "", recruit.Details{}
	moved, err := e.Store.SaveAds(ctx, v.Connection, 0, []Change{{Before: v.Known, Decision: Decide(k, nil, false, e.Now())}}, e.Now())
	if err == nil && len(moved) > 0 {
		err = recruit.ErrConflict
	}
	return err
}
