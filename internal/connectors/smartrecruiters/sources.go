package smartrecruiters

import (
	"context"
	"net/url"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
)

// ListSources reads every type, subtype and value. A source cannot be created
// by API (S): the client's administrator adds one, or picks one that is there.
func (c *conn) ListSources(ctx context.Context) ([]recruit.Source, error) {
	types, err := call(ctx, c, reading, "source_types", func(api srapi.Client) ([]srapi.SourceType, error) { return api.SourceTypes(ctx) })
	if err != nil {
		return nil, err
	}
	out := []recruit.Source{}
	seen := map[string]bool{}
	for _, t := range types {
		subTypes := []string{""}
		if len(t.SubTypes) > 0 {
			subTypes = nil
			for _, s := range t.SubTypes {
				subTypes = append(subTypes, string(s.ID))
			}
		}
		for _, sub := range subTypes {
			values, err := call(ctx, c, reading, "source_values", func(api srapi.Client) ([]srapi.SourceValue, error) {
				return api.SourceValues(ctx, string(t.ID), sub)
			})
			if hasCode(err, "SOURCE_TYPE_AND_SUBTYPE_INVALID") || connector.KindOf(err) == connector.Gone {
				continue // a pair without values is answered 400, or 404 (S)
			}
			if err != nil {
				return nil, err
			}
			for _, v := range values {
				own := string(v.SubType.ID)
				if own == "" {
					own = sub
				}
				s := recruit.Source{ID: sourceID(string(t.ID), own, string(v.ID)), Name: string(v.Label), Group: string(t.Label),
					Suggested: c.s.PlatformName != "" && strings.EqualFold(strings.TrimSpace(string(v.Label)), strings.TrimSpace(c.s.PlatformName))}
				if v.ID != "" && !seen[s.ID] {
					seen[s.ID] = true
					out = append(out, s)
				}
			}
		}
	}
	return out, nil
}

// sourceID is type/subtype/value, each escaped, so that a slash inside one
// cannot move the borders. Subtype may be empty.
func sourceID(typ, subType, value string) string {
	return url.PathEscape(typ) + "/" + url.PathEscape(subType) + "/" + url.PathEscape(value)
}

// parseSource reads what sourceID made.
func parseSource(id string) (srapi.Source, bool) {
	parts := strings.Split(id, "/")
	if len(parts) != 3 {
		return srapi.Source{}, false
	}
	for i, p := range parts {
		v, err := url.PathUnescape(p)
		if err != nil {
			return srapi.Source{}, false
		}
		parts[i] = v
	}
	s := srapi.Source{Type: parts[0], SubType: parts[1], ID: parts[2]}
	return s, s.Type != "" && s.ID != ""
}
