package api

import (
	"context"
	"net/http"

	"handoff/internal/door"
	"handoff/internal/process"
	"handoff/internal/recruit"
)

// OneProcess names a process in a path.
type OneProcess struct {
	Asked
	ID recruit.ProcessID `path:"id"`
}

func (a *API) processes() {
	const tag = "Processes"
	add(a, operation{id: "list-processes", method: http.MethodGet, path: "/processes", access: door.Token, tag: tag,
		summary: "List the processes that the token may see."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
			State recruit.ProcessState `query:"state" enum:"draft,open,closed"`
			Query string               `query:"q" maxLength:"200" doc:"A part of the name."`
		}) (*Answer[Page[Process]], error) {
			p, err := a.o.Process.List(ctx, in.caller, process.Filter{State: in.State, Query: in.Query, List: in.list()})
			return pageOf(p, err, a.processOf)
		})
	add(a, operation{id: "create-process", method: http.MethodPost, path: "/processes", access: door.Token, tag: tag, body: textBody,
		summary: "Make a draft.", status: http.StatusCreated, creates: true},
		func(ctx context.Context, in *struct {
			Asked
			Body ProcessFields
		}) (*Made[Process], error) {
			v, err := a.createProcess(ctx, in.caller, in.Body)
			return made(a.processOf(v), err, "processes", string(v.ID))
		})
	add(a, operation{id: "get-process", method: http.MethodGet, path: "/processes/{id}", access: door.Token, tag: tag, summary: "Read a process."},
		func(ctx context.Context, in *OneProcess) (*Answer[Process], error) {
			v, err := a.o.Process.Get(ctx, in.caller, in.ID)
			return answer(a.processOf(v), err)
		})
	add(a, operation{id: "change-process", method: http.MethodPatch, path: "/processes/{id}", access: door.Token, tag: tag, body: textBody,
		summary: "Change a process. Fields that are not given stay; the binding stays."},
		func(ctx context.Context, in *struct {
			OneProcess
			Body ProcessPatch
		}) (*Answer[Process], error) {
			v, warnings, err := a.changeProcess(ctx, in.caller, in.ID, in.Body)
			out := a.processOf(v)
			out.Warnings = each(warnings, noteOf)
			return answer(out, err)
		})
	add(a, operation{id: "delete-process", method: http.MethodDelete, path: "/processes/{id}", access: door.Token, tag: tag,
		summary: "Delete a draft that has no applications.", status: http.StatusNoContent},
		func(ctx context.Context, in *OneProcess) (*none, error) {
			return &none{}, a.o.Process.Delete(ctx, in.caller, in.ID)
		})
	add(a, operation{id: "publish-process", method: http.MethodPost, path: "/processes/{id}/publish", access: door.Token, tag: tag,
		summary: "Open a process with nothing missing."},
		func(ctx context.Context, in *OneProcess) (*Answer[Process], error) {
			v, err := a.o.Process.Publish(ctx, in.caller, in.ID)
			return answer(a.processOf(v), err)
		})
	add(a, operation{id: "close-process", method: http.MethodPost, path: "/processes/{id}/close", access: door.Token, tag: tag,
		summary: "Close a process: nobody can apply any more."},
		func(ctx context.Context, in *OneProcess) (*Answer[Process], error) {
			v, err := a.o.Process.Close(ctx, in.caller, in.ID)
			return answer(a.processOf(v), err)
		})
}

// createProcess makes the draft and, when it was given, its customization. A
// draft whose customization is refused does not stay.
func (a *API) createProcess(ctx context.Context, c recruit.Caller, f ProcessFields) (process.View, error) {
	d, z := f.over(recruit.Details{}, recruit.Customization{})
	v, err := a.o.Process.Create(ctx, c, d)
	if err != nil || f.Customization == nil {
		return v, err
	}
	saved, _, err := a.o.Process.Save(ctx, c, v.ID, process.Edit{Details: v.Details, Customization: z, Revision: v.Revision})
	if err != nil {
		_ = a.o.Process.Delete(ctx, c, v.ID)
		return process.View{}, err
	}
	return saved, nil
}

func (a *API) changeProcess(ctx context.Context, c recruit.Caller, id recruit.ProcessID, p ProcessPatch) (process.View, []recruit.Problem, error) {
	v, err := a.o.Process.Get(ctx, c, id)
	if err != nil {
		return process.View{}, nil, err
	}
	if p.Revision == 0 {
		p.Revision = v.Revision
	}
	edit := process.Edit{Revision: p.Revision}
	edit.Details, edit.Customization = p.over(v.Details, v.Customization)
	if b := v.Binding; b != nil {
		edit.Binding = &process.BindingChoice{Connection: b.Connection, RemoteJob: b.RemoteJob}
	}
	return a.o.Process.Save(ctx, c, id, edit)
}
