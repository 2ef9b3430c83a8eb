package process

import (
	"context"
	"strconv"
	"strings"
	"time"

	"handoff/internal/recruit"
)

// Get returns a process that the caller may see: Admin all of the company's,
// Manager own and supervised users', User own. ErrNotFound otherwise.
func (e *Engine) Get(ctx context.Context, c recruit.Caller, id recruit.ProcessID) (View, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, err
	}
	return e.get(ctx, r, id)
}

func (e *Engine) get(ctx context.Context, r recruit.Reach, id recruit.ProcessID) (View, error) {
	v, err := e.Store.Process(ctx, r, id)
	v.Missing = Missing(v.Details)
	return v, err
}

// List returns what the caller may see, newest first. Query is looked for in
// name, role, technologies and cities.
func (e *Engine) List(ctx context.Context, c recruit.Caller, f Filter) (recruit.Page[View], error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return recruit.Page[View]{}, err
	}
	f.Query = strings.ToLower(strings.TrimSpace(f.Query))
	all, err := e.Store.Processes(ctx, r, f, f.Size()+1)
	if err != nil {
		return recruit.Page[View]{}, err
	}
	for i := range all {
		all[i].Missing = Missing(all[i].Details)
	}
	return page(all, f.List, func(v View) string { return string(v.ID) }), nil
}

func page(all []View, l recruit.List, cursor func(View) string) recruit.Page[View] {
	if n := l.Size(); len(all) > n {
		return recruit.Page[View]{Items: all[:n], Next: cursor(all[n-1])}
	}
	return recruit.Page[View]{Items: all}
}

// Public returns an open process by its slug, for anybody; a closed one with
// its state, so that the page can say so; ErrNotFound for a draft. It holds
// nothing that is the company's own business: no owner, binding or counts,
// and no salaries unless they are public.
func (e *Engine) Public(ctx context.Context, slug string) (View, error) {
	v, err := e.Store.ProcessBySlug(ctx, slug)
	if err == nil && (v.State == recruit.ProcessDraft || v.PublishedAt.IsZero()) { // a draft may be closed too
		err = recruit.ErrNotFound
	}
	if err != nil {
		return View{}, err
	}
	return outside(v), nil
}

// PublicList returns open processes, newest first.
func (e *Engine) PublicList(ctx context.Context, q string, l recruit.List) (recruit.Page[View], error) {
	before, id := parseCursor(l.Cursor)
	all, err := e.Store.OpenProcesses(ctx, strings.ToLower(strings.TrimSpace(q)), before, id, l.Size()+1)
	if err != nil {
		return recruit.Page[View]{}, err
	}
	for i := range all {
		all[i] = outside(all[i])
	}
	return page(all, l, func(v View) string {
		return strconv.FormatInt(v.PublishedAt.UnixMilli(), 36) + "." + string(v.ID)
	}), nil
}

func outside(v View) View {
	v.Owner, v.OwnerName, v.Binding, v.ATS, v.Applications = "", "", nil, "", 0
	if v.Details.SalaryVisibility != "public" {
		v.Details.Salaries = nil
	}
	return v
}

// parseCursor reads a cursor of PublicList. One that it never made is the
// beginning.
func parseCursor(s string) (time.Time, recruit.ProcessID) {
	at, id, ok := strings.Cut(s, ".")
	ms, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil {
		return time.Time{}, ""
	}
	return time.UnixMilli(ms), recruit.ProcessID(id)
}
