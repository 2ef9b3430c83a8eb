package erecruiter

import (
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// element writes a value as XML: objects as children by name, lists as one child each.
func element(b *strings.Builder, name string, v any) {
	b.WriteString("<" + name + ">")
	switch v := v.(type) {
	case nil:
	case obj:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			element(b, k, v[k])
		}
	case []obj:
		for _, e := range v {
			element(b, strings.TrimSuffix(name, "s"), e)
		}
	case []any:
		for _, e := range v {
			element(b, strings.TrimSuffix(name, "s"), e)
		}
	default:
		_ = xml.EscapeText(b, []byte(fmt.Sprint(v))) // a strings.Builder takes everything
	}
	b.WriteString("</" + name + ">")
}
