package simkit

import (
	"net/url"
	"strings"
)

// Operation is one call of a vendor's API.
type Operation struct {
	ID     string
	Method string
	Path   string // template, parameters in braces, each a whole segment
	Calm   bool   // spared by Misbehave: signing in, where a lost answer costs a person's work
}

// Router finds the operation of a path. Unlike http.ServeMux it takes vendors' tables in which
// /candidates/{id}/attachments stands beside /candidates/attachments/{id}: the template whose
// literal segments come first wins.
type Router struct {
	routes []route
}

type route struct {
	op       Operation
	segments []string
}

// NewRouter returns a router for ops.
func NewRouter(ops []Operation) *Router {
	r := &Router{}
	for _, op := range ops {
		r.routes = append(r.routes, route{op, strings.Split(op.Path, "/")})
	}
	return r
}

// Find returns the operation for a method and an escaped path, and its decoded path parameters.
// found is false when no template fits; allowed lists the methods that the path does have.
func (r *Router) Find(method, escaped string) (op Operation, params map[string]string, allowed []string, found bool) {
	parts := strings.Split(escaped, "/")
	var best *route
	for i := range r.routes {
		rt := &r.routes[i]
		if !rt.fits(parts) {
			continue
		}
		if rt.op.Method != method {
			allowed = append(allowed, rt.op.Method)
			continue
		}
		if best == nil || rt.moreLiteral(best) {
			best = rt
		}
	}
	if best == nil {
		return Operation{}, nil, allowed, false
	}
	params = map[string]string{}
	for i, s := range best.segments {
		if name, ok := param(s); ok {
			value, err := url.PathUnescape(parts[i])
			if err != nil {
				return Operation{}, nil, nil, false
			}
			params[name] = value
		}
	}
	return best.op, params, nil, true
}

func (rt *route) fits(parts []string) bool {
	if len(parts) != len(rt.segments) {
		return false
	}
	for i, s := range rt.segments {
		if _, ok := param(s); ok && parts[i] != "" {
			continue
		}
		if s != parts[i] {
			return false
		}
	}
	return true
}

func (rt *route) moreLiteral(other *route) bool {
	for i := range rt.segments {
		_, a := param(rt.segments[i])
		_, b := param(other.segments[i])
		if a != b {
			return b
		}
	}
	return false
}

func param(segment string) (name string, ok bool) {
	if strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}") {
		return segment[1 : len(segment)-1], true
	}
	return "", false
}
