package app

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"handoff/internal/atshttp"
)

// metrics are the house's own registry: two houses in one process do not mix.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	asked    *prometheus.CounterVec
	limited  *prometheus.CounterVec
	waited   *prometheus.HistogramVec
	settled  *prometheus.CounterVec
	mailed   *prometheus.CounterVec
}

func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "handoff_http_requests_total",
			Help: "Requests answered, by route pattern and status class."}, []string{"method", "route", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "handoff_http_request_seconds",
			Help:    "Time from the first byte of a request to the end of its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route"}),
		asked: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "handoff_ats_requests_total",
			Help: "Requests to ATSs, by operation and status class, or by the kind of failure of one without an answer."}, []string{"ats", "op", "class"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "handoff_ats_rate_limited_total",
			Help: "Requests that an ATS answered with 429."}, []string{"ats", "op"}),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "handoff_ats_wait_seconds",
			Help:    "Time that requests to ATSs waited for their turn within the vendor's limits.",
			Buckets: []float64{.001, .01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}}, []string{"ats"}),
		settled: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "handoff_deliveries_settled_total",
			Help: "Delivery attempts and lookups that were settled, by the state in which they left the delivery."}, []string{"ats", "state"}),
		mailed: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "handoff_mails_settled_total",
			Help: "Attempts to hand a mail over that were settled, by the state in which they left the mail."}, []string{"state"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "handoff_build_info", Help: "1, with the build as labels.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()}})
	build.Set(1)
	m.registry.MustRegister(build, m.requests, m.seconds, m.asked, m.limited, m.waited, m.settled, m.mailed, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// request counts one. method is one of knownMethod's.
func (m *metrics) request(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, classOf(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// knownMethod returns one of the few methods that routes have, or other: a
// stranger makes no labels.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return method
	}
	return "other"
}

func classOf(status int) string { return strconv.Itoa(status/100) + "xx" }

// ats returns the observer of one ATS's transports. Operations are a list in
// the connector's code.
func (m *metrics) ats(name string) atshttp.Observer { return &observed{m, name} }

type observed struct {
	*metrics
	ats string
}

// Request implements atshttp.Observer.
func (o *observed) Request(op, class string, _ time.Duration) {
	o.asked.WithLabelValues(o.ats, op, class).Inc()
}

// Limited implements atshttp.Observer.
func (o *observed) Limited(op string) { o.limited.WithLabelValues(o.ats, op).Inc() }

// Waited implements atshttp.Observer.
func (o *observed) Waited(_ string, d time.Duration) {
	o.waited.WithLabelValues(o.ats).Observe(d.Seconds())
}
