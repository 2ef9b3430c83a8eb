package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"handoff/internal/door"
	"handoff/internal/recruit"
)

// Bounds of a request's body.
const (
	usualBody = 64 << 10
	textBody  = 512 << 10 // two texts of 20,000 characters, however they are escaped
	largeBody = 14<<20 + 512<<10
	usualTime = 15 * time.Second
	largeTime = 2 * time.Minute
)

// operation is one route of the API, as data.
type operation struct {
	id, method, path string
	access           door.Access
	tag, summary     string
	description      string
	status           int   // of success, 200 when 0
	body             int64 // bound of the body in bytes, usualBody when 0
	// creates says that the operation makes something that its Location names:
	// it honours Idempotency-Key.
	creates bool
	// raw says that the body is another's JSON, which the handler reads.
	raw bool
}

// Asked is embedded in every input: who asks, and with what request.
type Asked struct {
	caller  recruit.Caller
	request *http.Request
}

// Resolve is called by huma once the input was read.
func (a *Asked) Resolve(ctx huma.Context) []error {
	if x, ok := ctx.(*exchange); ok {
		a.caller, a.request = x.caller, x.request
	}
	return nil
}

// humaContext is embedded under another name, because it has a method Context.
type humaContext huma.Context

// exchange is one request on its way: what huma works with, and who asks.
type exchange struct {
	humaContext
	request *http.Request
	caller  recruit.Caller
}

// none is the output of an operation without an answer's body.
type none struct{}

// add registers an operation. Its outcome becomes an answer in one place.
func add[I, O any](a *API, o operation, do func(context.Context, *I) (*O, error)) {
	op := huma.Operation{OperationID: o.id, Method: o.method, Path: o.path, Summary: o.summary, Description: o.description,
		Tags: []string{o.tag}, DefaultStatus: o.status, MaxBodyBytes: o.body, BodyReadTimeout: usualTime,
		Metadata: map[string]any{"operation": o}}
	if o.body == 0 {
		op.MaxBodyBytes = usualBody
	}
	if o.raw {
		op.SkipValidateBody = true
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {
			Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}}}
	}
	if o.body > textBody {
		op.BodyReadTimeout = largeTime
	}
	a.addTo(&op, o, func(op huma.Operation) {
		huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := do(ctx, in)
			if err != nil {
				return nil, a.refuse(o.id, err)
			}
			return out, nil
		})
	})
}

func (a *API) addTo(op *huma.Operation, o operation, register func(huma.Operation)) {
	registry := a.huma.OpenAPI().Components.Schemas
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	op.Responses["default"] = problemResponse(registry)
	if o.access == door.Public {
		op.Security = []map[string][]string{{}}
	}
	if o.creates {
		op.Parameters = append(op.Parameters, &huma.Param{Name: keyHeader, In: "header",
			Description: "1 to 255 visible characters. The same key and body give the first answer again, with Idempotency-Replayed: true; " +
				"another body gives 409 idempotency_conflict. Kept for 24 hours.",
			Schema: &huma.Schema{Type: huma.TypeString}})
	}
	register(*op)
}

// adapter lets huma register its handlers as rows of the house's router.
type adapter struct{ api *API }

func (d *adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	o := op.Metadata["operation"].(operation)
	serve := func(w http.ResponseWriter, r *http.Request, c recruit.Caller) {
		handler(&exchange{humaContext: humago.NewContext(op, r, w), request: r, caller: c})
	}
	d.api.handle(o, op.MaxBodyBytes, op.BodyReadTimeout, serve)
}

// handle puts gate and memory before an operation and lists it.
func (a *API) handle(o operation, body int64, wait time.Duration, serve served) {
	if o.creates {
		serve = a.once(o, body, serve)
	}
	if body > textBody {
		serve = a.few(serve)
	}
	a.router.Handle(o.method, Prefix+o.path, o.access, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		c, err := a.admit(o, r)
		if err != nil {
			a.writeProblem(w, a.refuse(o.id, err))
			return
		}
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(wait))
		serve(w, r, c)
	}))
}

// served is an operation behind the gate.
type served func(http.ResponseWriter, *http.Request, recruit.Caller)

// few lets only so many large bodies in at once; the others wait their turn.
func (a *API) few(next served) served {
	return func(w http.ResponseWriter, r *http.Request, c recruit.Caller) {
		back := a.large.take(r.Context(), c.Company, usualTime)
		if back == nil {
			a.writeProblem(w, newProblem(http.StatusServiceUnavailable, "unavailable").after(2*time.Second))
			return
		}
		defer back()
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(largeTime))
		next(w, r, c)
	}
}

func (d *adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.api.router.ServeHTTP(w, r) }

// location is the path of a resource.
func location(parts ...string) string { return Prefix + "/" + strings.Join(parts, "/") }
