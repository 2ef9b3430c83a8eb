package apply

import (
	"context"

	"handoff/internal/recruit"
)

func (e *Engine) reach(ctx context.Context, c recruit.Caller) (recruit.Reach, error) {
	return c.Reach(func() (recruit.UserID, error) { return e.Store.FirstAdmin(ctx, c.Company) })
}

// List returns what the caller may see, newest first.
func (e *Engine) List(ctx context.Context, c recruit.Caller, f Filter) (recruit.Page[View], error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return recruit.Page[View]{}, err
	}
	f.Query = recruit.FoldEmail(f.Query)
	all, err := e.Store.Applications(ctx, r, f, f.Size()+1)
	if err != nil {
		return recruit.Page[View]{}, err
	}
	if n := f.Size(); len(all) > n {
		return recruit.Page[View]{Items: all[:n], Next: string(all[n-1].ID)}, nil
	}
	return recruit.Page[View]{Items: all}, nil
}

// Get returns an application that the caller may see; ErrNotFound otherwise.
// An erased one has ErasedAt and nothing of its candidate.
func (e *Engine) Get(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (View, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, err
	}
	return e.Store.Application(ctx, r, id)
}

// Timeline returns everything that happened, oldest first.
func (e *Engine) Timeline(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) ([]recruit.TimelineEvent, error) {
	v, err := e.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	return e.Store.ApplicationTimeline(ctx, v.Company, id)
}

// Consents returns the application's consent records, oldest first.
func (e *Engine) Consents(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) ([]recruit.ConsentRecord, error) {
	v, err := e.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	return e.Store.ApplicationConsents(ctx, v.Company, id)
}

// OpenCV returns the CV's bytes. Reading it is audited. ErrNotFound when there
// is none.
func (e *Engine) OpenCV(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (recruit.CV, []byte, error) {
	v, err := e.Get(ctx, c, id)
	if err == nil && v.CV == nil {
		err = recruit.ErrNotFound
	}
	if err != nil {
		return recruit.CV{}, nil, err
	}
	b, err := e.Store.ApplicationCV(ctx, e.act(c, v))
	return *v.CV, b, err
}

func (e *Engine) act(c recruit.Caller, v View) Act {
	a := Act{Company: v.Company, Application: v.ID, By: c.Name(), Channel: "company", At: e.Now()}
	if c.Token != "" {
		a.Channel = channelAPI
	}
	return a
}
