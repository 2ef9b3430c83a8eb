package erecruiter

import (
	"context"
	"slices"
	"strings"

	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// ListSources lists the active places of publication. Suggested are those with
// the platform's name or, where there are none, with one of the mapping's; of
// several the Admin chooses.
func (c *conn) ListSources(ctx context.Context) ([]recruit.Source, error) {
	origins, err := call(ctx, c, reading, erapi.OpOrigins, func(api erapi.Client) ([]erapi.Origin, error) { return api.Origins(ctx) })
	if err != nil {
		return nil, err
	}
	return c.suggested(origins), nil
}

// suggested are the active ones of a list, with ours marked.
func (c *conn) suggested(origins []erapi.Origin) []recruit.Source {
	out := []recruit.Source{}
	for _, o := range origins {
		if o.Active && o.Name != "" {
			out = append(out, recruit.Source{ID: o.ID, Name: o.Name})
		}
	}
	if !suggest(out, c.s.PlatformName) {
		suggest(out, c.m.Sources...)
	}
	return out
}

// suggest marks the sources that have one of the names, in any case.
func suggest(list []recruit.Source, names ...string) bool {
	any := false
	for i, s := range list {
		list[i].Suggested = slices.ContainsFunc(names, func(n string) bool {
			n = strings.TrimSpace(n)
			return n != "" && strings.EqualFold(n, s.Name)
		})
		any = any || list[i].Suggested
	}
	return any
}
