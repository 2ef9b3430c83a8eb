package app

import (
	"context"

	"handoff/internal/process"
	"handoff/internal/recruit"
)

// accepted saves what a person accepts of an ad as any Save of theirs:
// customization and binding stay.
type accepted struct{ *process.Engine }

// SaveDetails implements multipost.Processes.
func (a accepted) SaveDetails(ctx context.Context, c recruit.Caller, id recruit.ProcessID, revision int, d recruit.Details) error {
	v, err := a.Get(ctx, c, id)
	if err != nil {
		return err
	}
	edit := process.Edit{Details: d, Customization: v.Customization, Revision: revision}
	if v.Binding != nil {
		edit.Binding = &process.BindingChoice{Connection: v.Binding.Connection, RemoteJob: v.Binding.RemoteJob}
	}
	_, _, err = a.Save(ctx, c, id, edit)
	return err
}

// Close implements multipost.Processes.
func (a accepted) Close(ctx context.Context, c recruit.Caller, id recruit.ProcessID) error {
	_, err := a.Engine.Close(ctx, c, id)
	return err
}
