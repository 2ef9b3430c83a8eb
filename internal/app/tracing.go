package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"golang.org/x/net/http/httpguts"

	"handoff/internal/secret"
)

// Bounds of what tracing may take. Spans that do not fit are dropped: nobody
// ever waits for the collector but the end of the process.
const (
	spanQueue     = 2048
	spanBatch     = 512
	spanEvery     = 5 * time.Second
	exportTimeout = 10 * time.Second
	exportRetries = 8 * time.Second // within exportTimeout
	flushTimeout  = 5 * time.Second // of what is queued when the house stops
	tellLossEvery = time.Minute
)

// tracing sends spans to the operator's collector. A nil tracing sends
// nothing.
//
// Spans hold words of closed lists, route patterns, and identifiers of
// connections and requests: never a path, a query, an address, a body or
// anything of a person (delivery invariant 7). No trace is taken over from a
// caller, who might be anybody, and none is handed to an ATS.
type tracing struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	exporter *lossy
	client   *http.Client
}

// newTracing returns nil when no collector is set. It sends nothing yet, so
// that a collector which is down holds up no start.
func newTracing(ctx context.Context, o Options, log *slog.Logger) (*tracing, error) {
	if o.OTLPEndpoint == "" {
		return nil, nil
	}
	headers, err := otlpHeaders(o.OTLPHeaders)
	if err != nil {
		return nil, err
	}
	t := &tracing{client: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: exportTimeout, ForceAttemptHTTP2: true,
			DialContext: (&net.Dialer{Timeout: exportTimeout}).DialContext},
		Timeout: exportTimeout,
		// The headers may hold a credential: they go where they were sent.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	otlp, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(o.OTLPEndpoint+"/v1/traces"), otlptracehttp.WithHeaders(headers),
		otlptracehttp.WithHTTPClient(t.client), otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: true,
			InitialInterval: time.Second, MaxInterval: 4 * time.Second, MaxElapsedTime: exportRetries}))
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	t.exporter = &lossy{SpanExporter: otlp, log: log, now: o.Now}
	// The provider is passed along and never made the process's own: two houses
	// in one process do not mix.
	t.provider = sdktrace.NewTracerProvider(
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "handoff"), attribute.String("service.version", o.Version))),
		sdktrace.WithBatcher(t.exporter, sdktrace.WithMaxQueueSize(spanQueue), sdktrace.WithMaxExportBatchSize(spanBatch),
			sdktrace.WithBatchTimeout(spanEvery), sdktrace.WithExportTimeout(exportTimeout)))
	t.tracer = t.provider.Tracer("handoff")
	return t, nil
}

// close sends what is queued, for 5 s at most and not beyond ctx, and drops
// the rest.
func (t *tracing) close(ctx context.Context) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // a loss is told by lossy; what ctx cut short is stopped here
	_ = t.exporter.Shutdown(ctx)
	t.client.CloseIdleConnections()
}

// request begins the span of one incoming request, named by its route.
func (t *tracing) request(r *http.Request, method, route, id string) (*http.Request, trace.Span) {
	if t == nil {
		return r, noop.Span{}
	}
	name := route
	if route == unmatched {
		name = method + " " + unmatched
	}
	_, path, _ := strings.Cut(name, " ")
	ctx, span := t.tracer.Start(r.Context(), name, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", method), attribute.String("http.route", path), attribute.String("handoff.request", id)))
	return r.WithContext(ctx), span
}

// answered says how a request or an exchange with an ATS ended. A server's
// mistakes begin at 500, a client's at 400.
func answered(span trace.Span, status, mistakes int) {
	if !span.IsRecording() {
		return
	}
	span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= mistakes {
		span.SetStatus(codes.Error, "")
	}
}

// end is to be deferred instead of span.End, which would recover a panic to
// write its value, that may hold a person's data, into the span.
func end(span trace.Span) { span.End() }

// lossy is an exporter that never fails: a loss is told here, once a minute
// and in words of our own. The library would tell each on the process's
// standard error, with the collector's answer in it.
type lossy struct {
	sdktrace.SpanExporter
	log *slog.Logger
	now func() time.Time

	mu   sync.Mutex
	lost int
	told time.Time
}

// ExportSpans implements sdktrace.SpanExporter.
func (l *lossy) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := l.SpanExporter.ExportSpans(ctx, spans)
	if err == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost += len(spans)
	if now := l.now(); l.told.IsZero() || now.Sub(l.told) >= tellLossEvery {
		l.log.Warn("traces.lost", "spans", l.lost, "cause", lossCause(err))
		l.lost, l.told = 0, now
	}
	return nil
}

func lossCause(err error) string {
	var timeout net.Error
	var dial *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "the collector did not answer in time"
	case errors.As(err, &dial):
		return "the collector cannot be reached"
	}
	return "the collector did not take them"
}

// otlpEndpoint accepts a base URL, to which the exporter adds /v1/traces.
func otlpEndpoint(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(strings.TrimRight(s, "/"))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", errors.New("want http:// or https://, a host, and no more than a path after it")
	}
	return u.String(), nil
}

// otlpHeaders reads name=value, separated by commas, values percent-encoded
// (OpenTelemetry, Protocol Exporter, "Specifying headers"). A mistake is
// refused here, without its text: the library would print it.
func otlpHeaders(s secret.String) (map[string]string, error) {
	headers := map[string]string{}
	for pair := range strings.SplitSeq(s.Reveal(), ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		name = strings.TrimSpace(name)
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if !ok || err != nil || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return nil, errors.New("OTLP headers: want name=value, separated by commas, values percent-encoded")
		}
		headers[name] = value
	}
	return headers, nil
}
