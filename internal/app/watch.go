package app

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"handoff/internal/connector"
	"handoff/internal/delivery"
	"handoff/internal/lane"
	"handoff/internal/notify"
	"handoff/internal/recruit"
)

// source makes a span of each piece of work that s gives out, under which
// its requests to the ATS stand.
func (t *tracing) source(name string, id recruit.ConnectionID, s lane.Source) lane.Source {
	if t == nil {
		return s
	}
	return &spanned{Source: s, tracer: t.tracer, name: name, connection: attribute.String("handoff.connection", string(id))}
}

type spanned struct {
	lane.Source
	tracer     trace.Tracer
	name       string
	connection attribute.KeyValue
}

// Take implements lane.Source.
func (s *spanned) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	pieces, err := s.Source.Take(ctx, l, n)
	for i, do := range pieces {
		pieces[i] = func(ctx context.Context) {
			ctx, span := s.tracer.Start(ctx, s.name, trace.WithAttributes(s.connection))
			returned := false
			defer func() {
				if !returned {
					span.SetStatus(codes.Error, "panic")
				}
				end(span)
			}()
			do(ctx)
			returned = true
		}
	}
	return pieces, err
}

// traced makes a span of each request to an ATS.
type traced struct {
	next   connector.Transport
	tracer trace.Tracer
	ats    string
}

// Do implements connector.Transport. The span holds the operation, and how
// it ended: the class of the status, or the kind of the failure.
func (x *traced) Do(op connector.Op, req *http.Request) (*http.Response, error) {
	ctx, span := x.tracer.Start(req.Context(), x.ats+" "+op.Name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("handoff.ats", x.ats), attribute.String("handoff.op", op.Name),
		attribute.String("http.request.method", knownMethod(req.Method)), attribute.String("url.template", op.Template)))
	defer end(span)
	resp, err := x.next.Do(op, req.WithContext(ctx))
	if err != nil {
		kind := connector.KindOf(err).String()
		span.SetAttributes(attribute.String("handoff.class", kind))
		span.SetStatus(codes.Error, kind)
		return nil, err
	}
	span.SetAttributes(attribute.String("handoff.class", classOf(resp.StatusCode)))
	answered(span, resp.StatusCode, http.StatusBadRequest)
	return resp, nil
}

// leaving marks in a request's span when it had waited for its turn.
func leaving(gate func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if gate != nil {
			if err := gate(ctx); err != nil {
				return err
			}
		}
		trace.SpanFromContext(ctx).AddEvent("leaves")
		return nil
	}
}

// watchedMail stands between outgoing mail and the store, and tells how
// attempts were settled.
type watchedMail struct {
	notify.Store
	metrics *metrics
}

// SettleMail implements notify.Store.
func (w *watchedMail) SettleMail(ctx context.Context, id notify.MailID, fence int64, o notify.Outcome) error {
	err := w.Store.SettleMail(ctx, id, fence, o)
	if err == nil {
		w.metrics.mailed.WithLabelValues(string(o.State)).Inc()
	}
	return err
}

// AdoptMails implements notify.Store.
func (w *watchedMail) AdoptMails(ctx context.Context, fence int64, now time.Time) (int, error) {
	n, err := w.Store.AdoptMails(ctx, fence, now)
	if err == nil {
		w.metrics.mailed.WithLabelValues(string(notify.Unknown)).Add(float64(n))
	}
	return n, err
}

// watched stands between delivery and what it was given, for one connection's
// run, and tells how attempts were settled.
type watched struct {
	delivery.Store
	delivery.Opener
	metrics *metrics
	ats     atomic.Pointer[string] // once the connection was opened
}

// OpenConn implements delivery.Opener.
func (w *watched) OpenConn(ctx context.Context, l *lane.Lease, id recruit.ConnectionID) (*connector.Conn, error) {
	conn, err := w.Opener.OpenConn(ctx, l, id)
	if err == nil {
		w.ats.Store(&conn.Type.Name)
	}
	return conn, err
}

// Settle implements delivery.Store. What was not settled is not counted: the
// next run looks it up, and settles it then.
func (w *watched) Settle(ctx context.Context, app recruit.ApplicationID, fence int64, o delivery.Outcome) error {
	if err := w.Store.Settle(ctx, app, fence, o); err != nil {
		return err
	}
	ats := "unknown"
	if name := w.ats.Load(); name != nil {
		ats = *name
	}
	w.metrics.settled.WithLabelValues(ats, string(o.State)).Inc()
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		// A lookup settles many at once: events, not attributes.
		span.AddEvent("settled", trace.WithAttributes(attribute.String("handoff.ats", ats), attribute.String("handoff.op", o.Op),
			attribute.String("handoff.state", string(o.State)), attribute.String("handoff.kind", o.Kind)))
	}
	return nil
}
