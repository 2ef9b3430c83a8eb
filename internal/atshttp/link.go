package atshttp

import (
	"net/http"
	"net/url"
	"strings"
)

// NextLink returns the target of the first rel=next of the Link headers
// (RFC 8288), or nil. It may be relative, and is never to be dialled: a
// caller takes the parameters from it that it knows.
func NextLink(h http.Header) *url.URL {
	for _, v := range h.Values("Link") {
		for v != "" {
			open := strings.IndexByte(v, '<')
			if open < 0 {
				break
			}
			end := strings.IndexByte(v[open:], '>')
			if end < 0 {
				break
			}
			target := v[open+1 : open+end]
			params, rest := splitParams(v[open+end+1:])
			if isNext(params) {
				if u, err := url.Parse(strings.TrimSpace(target)); err == nil {
					return u
				}
			}
			v = rest
		}
	}
	return nil
}

// splitParams cuts at the comma that ends a link, not at one inside quotes.
func splitParams(s string) (params, rest string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			quoted = !quoted
		case ',':
			if !quoted {
				return s[:i], s[i+1:]
			}
		}
	}
	return s, ""
}

func isNext(params string) bool {
	for p := range strings.SplitSeq(params, ";") {
		name, value, ok := strings.Cut(strings.TrimSpace(p), "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for rel := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(rel, "next") {
				return true
			}
		}
	}
	return false
}
