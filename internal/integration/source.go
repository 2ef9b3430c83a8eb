package integration

import (
	"context"
	"regexp"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// typeable is what a person can have read in an ATS and typed.
var typeable = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// Sources returns the sources as last read.
func (e *Engine) Sources(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) ([]recruit.Source, error) {
	if _, err := e.Connection(ctx, c, id); err != nil {
		return nil, err
	}
	return e.o.Store.RemoteSources(ctx, c.Company, id)
}

// ImportSources asks the lane to read them (R4). When exactly one has our name
// it is chosen at once.
func (e *Engine) ImportSources(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) error {
	if _, err := e.admin(ctx, c, id); err != nil {
		return err
	}
	return e.o.Store.AskTask(ctx, c.Company, id, TaskSources, c.Name(), e.o.Now())
}

// SelectSource chooses one of the sources last read; empty chooses none. Work
// held because of the former source goes on.
//
// Where the Type says so (TypedSources) an id that is not in the list is taken
// as typed, the marked fallback of R4: its Group is connector.SourceTyped. Up
// to 64 letters, digits, dots, dashes and underscores.
func (e *Engine) SelectSource(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, source string) (View, error) {
	v, err := e.admin(ctx, c, id)
	if err != nil {
		return View{}, err
	}
	var chosen *recruit.Source
	if source = strings.TrimSpace(source); source != "" {
		all, err := e.o.Store.RemoteSources(ctx, c.Company, id)
		if err != nil {
			return View{}, err
		}
		for i := range all {
			if all[i].ID == source {
				chosen = &all[i]
			}
		}
		if chosen == nil && v.Type.TypedSources && typeable.MatchString(source) {
			chosen = &recruit.Source{ID: source, Name: source, Group: connector.SourceTyped}
		}
		if chosen == nil {
			var bad recruit.Invalid
			bad.Add("source_id", "not_allowed")
			return View{}, bad.OrNil()
		}
	}
	if err := e.o.Store.SelectSource(ctx, c.Company, id, chosen, c.Name(), e.o.Now()); err != nil {
		return View{}, err
	}
	return e.Connection(ctx, c, id)
}
