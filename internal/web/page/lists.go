package page

import "strings"

func join(words []string) string { return strings.Join(words, ", ") }

// anchor is the element of the editor that a path of Details is edited in.
func anchor(path string) string {
	if i := strings.IndexAny(path, ".["); i > 0 {
		return path[:i]
	}
	return path
}
