package app

import (
	"context"
	"errors"
	"strings"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/delivery"
	"handoff/internal/integration"
	"handoff/internal/lane"
	"handoff/internal/multipost"
	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// startLanes starts the workers of all connections and returns what stops
// them: it waits until no request is in flight, or ctx ends.
func (a *App) startLanes(ctx context.Context) (stop func(context.Context), err error) {
	// The data folder is locked, so no other process can hold a lease or be at
	// work under an idempotency key: those on disk are of a process that died.
	if err := errors.Join(a.Store.ForgetLeases(ctx), a.Store.DropUnfinishedKeys(ctx)); err != nil {
		return nil, err
	}
	r := lane.New(lane.Options{Store: a.Store, Work: a.work, Now: a.options.Now, Log: a.log})
	a.Store.OnRing(r.Ring)
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Run(ctx)
	}()
	return func(ctx context.Context) {
		cancel()
		select {
		case <-done:
		case <-ctx.Done():
		}
		a.network.Close()
	}, nil
}

// work is what the lane of mail runs, and what a connection's does, by urgency: a person waiting, what
// was sent and not answered, what is to be sent, what keeps our picture fresh.
func (a *App) work(key string) (lane.Work, bool) {
	if key == notify.LaneKey {
		return lane.Work{Slots: notify.Slots, Sources: []lane.Source{&notify.Outgoing{Engine: a.Notify}}}, true
	}
	id, ok := strings.CutPrefix(key, "conn:")
	if !ok {
		return lane.Work{}, false
	}
	conn := recruit.ConnectionID(id)
	w := &watched{Store: a.Store, Opener: a.Integration, metrics: a.metrics}
	e := a.delivery(w, w)
	return lane.Work{Slots: 8, Sources: []lane.Source{
		a.tracing.source("integration.test", conn, &integration.Tests{Engine: a.Integration, Connection: conn}),
		a.tracing.source("integration.watch", conn, &integration.Watches{Engine: a.Integration, Connection: conn, Late: true}),
		a.tracing.source("delivery.find", conn, &delivery.Lookups{Engine: e, Connection: conn}),
		a.tracing.source("delivery.push", conn, &delivery.Pushes{Engine: e, Connection: conn}),
		a.tracing.source("stagesync.hook", conn, &stagesync.Hooks{Engine: a.Stages, Connection: conn}),
		a.tracing.source("stagesync.read", conn, &stagesync.Polls{Engine: a.Stages, Connection: conn}),
		a.tracing.source("integration.removal", conn, &integration.Removals{Engine: a.Integration, Connection: conn}),
		a.tracing.source("integration.watch", conn, &integration.Watches{Engine: a.Integration, Connection: conn}),
		a.tracing.source("integration.reading", conn, &integration.Readings{Engine: a.Integration, Connection: conn}),
		a.tracing.source("multipost.reading", conn, &multipost.Polls{Engine: a.Multipost, Connection: conn}),
	}}, true
}

// apps are the operator's settings of each connector.
func (h *House) apps() map[string]integration.App {
	out := map[string]integration.App{}
	for _, a := range h.options.atses() {
		out[a.name] = integration.App{Settle: a.Settle, Settings: connector.Settings{APIURL: a.APIURL, AuthorizeURL: a.AuthorizeURL,
			TokenURL: a.TokenURL, ClientID: a.ClientID, ClientSecret: a.ClientSecret}}
	}
	return out
}

// lend makes the transport of one connection: its own limiter over the
// house's network.
func (h *House) lend(t *connector.Type) integration.Lent {
	return &lent{network: h.network, limiter: atshttp.NewLimiter(t.Limits), observer: h.metrics.ats(t.Name), tracing: h.tracing, ats: t.Name}
}

type lent struct {
	network  *atshttp.Network
	limiter  *atshttp.Limiter
	observer atshttp.Observer
	tracing  *tracing
	ats      string
}

// Gated implements integration.Lent.
func (l *lent) Gated(gate func(context.Context) error) connector.Transport {
	o := atshttp.Options{Network: l.network, Limiter: l.limiter, Gate: gate, Observer: l.observer}
	if l.tracing == nil {
		return atshttp.New(o)
	}
	o.Gate = leaving(gate)
	return &traced{next: atshttp.New(o), tracer: l.tracing.tracer, ats: l.ats}
}
