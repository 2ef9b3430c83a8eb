package api

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/delivery"
	"handoff/internal/door"
	"handoff/internal/integration"
	"handoff/internal/multipost"
	"handoff/internal/process"
	"handoff/internal/stagesync"
)

// Prefix is where version 1 lives.
const Prefix = "/api/v1"

// Options are what the API is made of.
type Options struct {
	Company     *company.Engine
	Process     *process.Engine
	Apply       *apply.Engine
	Integration *integration.Engine
	Delivery    *delivery.Engine
	Multipost   *multipost.Engine
	Stages      *stagesync.Engine
	Idempotency Idempotency

	PublicURL string // scheme and host, for links; never the Host header
	Proxies   door.Proxies
	Log       *slog.Logger
	Now       func() time.Time
	Version   string // of the build
}

// API is the front door for programs. It is safe for concurrent use.
type API struct {
	o       Options
	router  *door.Router
	huma    huma.API
	tokens  *limiters // per token
	wrong   *limiters // per address block: refused tokens
	large   *places
	started time.Time
}

// New makes the API. It serves once it is registered.
func New(o Options) (*API, error) {
	if o.Company == nil || o.Process == nil || o.Apply == nil || o.Integration == nil || o.Delivery == nil || o.Multipost == nil || o.Stages == nil || o.Idempotency == nil {
		return nil, errors.New("api: an engine or the memory of keys is missing")
	}
	if o.Log == nil || o.Now == nil || o.PublicURL == "" {
		return nil, errors.New("api: log, clock or public address is missing")
	}
	o.PublicURL = strings.TrimRight(o.PublicURL, "/")
	return &API{o: o, tokens: newLimiters(tokenRate, tokenBurst, o.Now), wrong: newLimiters(wrongRate, wrongBurst, o.Now),
		large: newPlaces(), started: o.Now()}, nil
}

// Register adds every operation to r, once.
func (a *API) Register(r *door.Router) {
	a.router = r
	a.huma = huma.NewAPI(a.config(), &adapter{api: a})
	a.companies()
	a.users()
	a.apiTokens()
	a.vocabulary()
	a.processes()
	a.bindings()
	a.forms()
	a.testRuns()
	a.applications()
	a.submissions()
	a.connections()
	a.stages()
	a.remoteJobs()
	a.sources()
	a.ads()
	a.attention()
	a.audit()
	a.document()
}

func (a *API) config() huma.Config {
	json := huma.Format{Marshal: marshal, Unmarshal: unmarshal}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Handoff", Version: "1", Description: introduction},
			Servers: []*huma.Server{{URL: Prefix}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer",
					Description: "An API token of a company, or of the operator."}},
			},
			Security: []map[string][]string{{"token": {}}},
		},
		Formats:                      map[string]huma.Format{"application/json": json, "json": json}, // the second is application/problem+json
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{asProblem},
	}
}

// marshal writes answers as they are: no browser shows them as a page.
func marshal(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// maxDepth bounds how deep a body may nest. Ours need five.
const maxDepth = 16

var (
	errDepth   = errors.New("nested too deep")
	errLetters = errors.New("not UTF-8")
)

// unmarshal refuses broken letters: the decoder would keep others in their
// place, and nobody would be told.
func unmarshal(b []byte, v any) error {
	if depth(b) > maxDepth {
		return errDepth
	}
	if !utf8.Valid(b) {
		return errLetters
	}
	return json.Unmarshal(b, v)
}

// depth returns how deep a JSON text nests, without building anything.
func depth(b []byte) int {
	deepest, now, quoted := 0, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}
