package api

import (
	"bytes"
	"encoding/json"
	"net/http"

	"handoff/internal/door"
)

const introduction = `Every call carries Authorization: Bearer and an API token of a company, or of the operator. Times are RFC 3339 in UTC; identifiers are
opaque. Lists take limit and cursor. Refusals are application/problem+json with a stable code. POST of long work answers 202 and a Location to poll.
A token may ask 50 times a second.`

// document registers the OpenAPI document and its page. Both are made once:
// what is served does not change while it is served.
func (a *API) document() {
	doc := a.huma.OpenAPI()
	delete(doc.Components.Schemas.Map(), "ErrorModel") // huma's own, which nothing answers with
	delete(doc.Components.Schemas.Map(), "ErrorDetail")
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(err) // a mistake of the program: the document is made of its types
	}
	page, err := docsPage(b, a.o.Version)
	if err != nil {
		panic(err)
	}
	a.static("/api/openapi.json", "application/json", "", b)
	a.static("/api/docs", "text/html; charset=utf-8", docsPolicy, page)
	a.static("/api/docs.css", "text/css; charset=utf-8", "", []byte(docsCSS))
	a.router.Handle(http.MethodGet, "/api/", door.Public, http.HandlerFunc(a.nowhere))
	a.router.Handle(http.MethodPost, "/api/", door.Public, http.HandlerFunc(a.nowhere))
}

func (a *API) static(path, contentType, policy string, b []byte) {
	a.router.Handle(http.MethodGet, path, door.Public, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", contentType)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-cache")
		if policy != "" {
			h.Set("Content-Security-Policy", policy)
		}
		http.ServeContent(w, r, "", a.started, bytes.NewReader(b))
	}))
}

// nowhere answers what no operation serves, in the API's own way.
func (a *API) nowhere(w http.ResponseWriter, _ *http.Request) {
	a.writeProblem(w, newProblem(http.StatusNotFound, "not_found"))
}
