// Package door holds what both front doors share: the list of routes with
// who may use each, the client's address, and the one place where an outcome
// becomes an HTTP status.
package door

import (
	"net/http"
	"sort"
)

// Access says which callers a route serves. Engines decide again by role and
// company; this is the first gate, and what the authorisation table is made of.
type Access string

const (
	Public   Access = "public"    // anybody
	SignedIn Access = "signed_in" // a user of a company, any role
	Admin    Access = "admin"     // a company's Admin
	Operator Access = "operator"  // the operator
	Person   Access = "person"    // any signed-in user, the operator included
	Token    Access = "token"     // an API token of a company, any role
	AnyToken Access = "any_token" // an API token of a company or of the operator
	Loopback Access = "loopback"  // probes and metrics: whoever reaches the port
)

// Route is one row of the authorisation table.
type Route struct {
	Method, Pattern string
	Access          Access
}

// Router is a ServeMux that remembers its routes.
type Router struct {
	mux    *http.ServeMux
	routes []Route
}

func NewRouter() *Router { return &Router{mux: http.NewServeMux()} }

// Handle registers h, which enforces access itself, under "METHOD pattern".
func (r *Router) Handle(method, pattern string, access Access, h http.Handler) {
	r.routes = append(r.routes, Route{Method: method, Pattern: pattern, Access: access})
	r.mux.Handle(method+" "+pattern, h)
}

// Routes returns every route, sorted.
func (r *Router) Routes() []Route {
	out := append([]Route(nil), r.routes...)
	sort.Slice(out, func(i, j int) bool {
		if out[i].Pattern != out[j].Pattern {
			return out[i].Pattern < out[j].Pattern
		}
		return out[i].Method < out[j].Method
	})
	return out
}

func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.mux.ServeHTTP(w, req) }

// Pattern returns the route pattern that a request matches, which is what
// logs and metrics hold instead of its path.
func (r *Router) Pattern(req *http.Request) string {
	_, p := r.mux.Handler(req)
	return p
}
