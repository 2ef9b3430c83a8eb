package process

import (
	"context"
	"fmt"
	"strings"

	"handoff/internal/recruit"
)

// Create makes a draft owned by the caller (a token's processes belong to
// the company's first Admin).
func (e *Engine) Create(ctx context.Context, c recruit.Caller, d recruit.Details) (View, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, err
	}
	d, z, err := clean(d, recruit.Customization{})
	if err != nil {
		return View{}, err
	}
	owner := c.User
	if owner == "" {
		if owner, err = e.Store.FirstAdmin(ctx, c.Company); err != nil {
			return View{}, fmt.Errorf("owner of a token's process: %w", err)
		}
	}
	now := e.Now()
	p := recruit.Process{ID: recruit.NewProcessID(now), Company: c.Company, Owner: owner, Slug: newSlug(d.Name), State: recruit.ProcessDraft,
		Origin: recruit.OriginManual, Details: d, Customization: z, Revision: 1, CreatedAt: now, UpdatedAt: now}
	if err := e.Store.CreateProcess(ctx, p, c.Name()); err != nil {
		return View{}, fmt.Errorf("create process: %w", err)
	}
	return e.get(ctx, r, p.ID)
}

// Check says what Save would refuse (Invalid) without storing anything: the
// editor's steps use it.
func (e *Engine) Check(d recruit.Details, z recruit.Customization) error {
	_, _, err := clean(d, z)
	return err
}

// Save stores an edit. Deliveries of the process follow the binding in the
// same transaction: newly bound ones wait, or are withheld without consent.
// Warnings: two_processes_one_job when another process is bound to that job.
//
// It refuses with Invalid; with ErrConflict when somebody saved meanwhile;
// with Problem process_incomplete what would leave an open process with
// something missing; with connection_unknown or job_unknown a binding to what
// the company does not have (any more).
func (e *Engine) Save(ctx context.Context, c recruit.Caller, id recruit.ProcessID, edit Edit) (View, []recruit.Problem, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, nil, err
	}
	d, z, err := clean(edit.Details, edit.Customization)
	if err != nil {
		return View{}, nil, err
	}
	sharers, err := e.Store.SaveProcess(ctx, r, Change{ID: id, Details: d, Customization: z, Slug: newSlug(d.Name), Revision: edit.Revision,
		Binding: edit.Binding, By: c.Name(), At: e.Now()}, Missing(d))
	if err != nil {
		return View{}, nil, err
	}
	return e.warned(ctx, r, id, sharers)
}

// Bind changes the binding alone, with the warnings of Save. Who edits the
// process meanwhile is told on saving.
func (e *Engine) Bind(ctx context.Context, c recruit.Caller, id recruit.ProcessID, b BindingChoice) (View, []recruit.Problem, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, nil, err
	}
	sharers, err := e.Store.BindProcess(ctx, r, Binding{ID: id, Choice: &b, By: c.Name(), At: e.Now()})
	if err != nil {
		return View{}, nil, err
	}
	return e.warned(ctx, r, id, sharers)
}

// Unbind ends the binding. What has not been sent stays on the platform and
// is shown as not bound; what is in the ATS, or may be, stays as it is.
func (e *Engine) Unbind(ctx context.Context, c recruit.Caller, id recruit.ProcessID) (View, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, err
	}
	if _, err := e.Store.BindProcess(ctx, r, Binding{ID: id, By: c.Name(), At: e.Now()}); err != nil {
		return View{}, err
	}
	return e.get(ctx, r, id)
}

func (e *Engine) warned(ctx context.Context, r recruit.Reach, id recruit.ProcessID, sharers int) (View, []recruit.Problem, error) {
	v, err := e.get(ctx, r, id)
	if err != nil || sharers == 0 {
		return v, nil, err
	}
	return v, []recruit.Problem{*recruit.Refuse("two_processes_one_job", "count", fmt.Sprint(sharers))}, nil
}

// Publish opens a process with nothing missing: Problem process_incomplete
// otherwise, with Args missing (comma separated). A closed one opens again.
func (e *Engine) Publish(ctx context.Context, c recruit.Caller, id recruit.ProcessID) (View, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, err
	}
	v, err := e.get(ctx, r, id)
	if err != nil {
		return View{}, err
	}
	if len(v.Missing) > 0 {
		return View{}, Incomplete(v.Missing)
	}
	if err := e.Store.MoveProcess(ctx, r, id, recruit.ProcessOpen, v.Revision, c.Name(), e.Now()); err != nil {
		return View{}, err
	}
	return e.get(ctx, r, id)
}

// Incomplete is the refusal of an open process with something missing.
func Incomplete(missing []string) error {
	return recruit.Refuse("process_incomplete", "missing", strings.Join(missing, ","))
}

// Close ends the taking of applications; those that were made go on to the
// ATS. Problem process_not_open for a draft; a closed one stays closed.
func (e *Engine) Close(ctx context.Context, c recruit.Caller, id recruit.ProcessID) (View, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return View{}, err
	}
	v, err := e.get(ctx, r, id)
	if err != nil || v.State == recruit.ProcessClosed {
		return v, err
	}
	if v.State != recruit.ProcessOpen {
		return View{}, recruit.Refuse("process_not_open")
	}
	if err := e.Store.MoveProcess(ctx, r, id, recruit.ProcessClosed, v.Revision, c.Name(), e.Now()); err != nil {
		return View{}, err
	}
	return e.get(ctx, r, id)
}

// Delete removes a draft without applications; Problem process_in_use otherwise.
func (e *Engine) Delete(ctx context.Context, c recruit.Caller, id recruit.ProcessID) error {
	r, err := e.reach(ctx, c)
	if err != nil {
		return err
	}
	return e.Store.DeleteProcess(ctx, r, id, c.Name(), e.Now())
}
