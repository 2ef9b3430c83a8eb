package smartrecruiters

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"
)

// ladder is the wait before each re-delivery. Steps 1 to 5 and the last are documented (D); six to
// eight are filled in (I). After ten re-deliveries an event is given up.
var ladder = []time.Duration{1 * time.Minute, 3 * time.Minute, 10 * time.Minute, 45 * time.Minute, 120 * time.Minute,
	240 * time.Minute, 480 * time.Minute, 960 * time.Minute, 1440 * time.Minute, 1440 * time.Minute}

const (
	callbackTime = 5 * time.Second // D
	suspendAfter = 50              // failed attempts in a row; the threshold is not documented (I)
	queueLimit   = 100_000
	logLimit     = 2_000
)

// delivery is one event on its way to one subscription. Its id stays the same over all attempts.
type delivery struct {
	id, event, link string
	body            []byte
	attempt         int
	repeat          bool // sent again though it was acknowledged
}

// sender runs one worker for each active subscription.
type sender struct {
	s      *Simulator
	client *http.Client
	wg     sync.WaitGroup
	ctx    context.Context
	cancel context.CancelFunc

	mu     sync.Mutex
	flush  chan struct{} // closed to make every waiting re-delivery due
	factor float64       // how much faster than documented the ladder is climbed
}

func newSender(s *Simulator, client *http.Client) *sender {
	if client == nil {
		client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, // no proxy: callbacks go where they say
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	h := &sender{s: s, client: client, flush: make(chan struct{}), factor: 1}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	return h
}

// close ends all workers and waits for them.
func (h *sender) close() {
	h.cancel()
	h.wg.Wait()
}

// forget ends the workers of all subscriptions and climbs the ladder as documented again. Holds
// Simulator.mu.
func (h *sender) forget() {
	h.mu.Lock()
	h.factor = 1
	h.mu.Unlock()
	if h.s.st != nil {
		for _, sub := range h.s.st.subscriptions {
			sub.off()
		}
	}
}

// emit queues an event for every active subscription to it. Holds Simulator.mu, so that all events
// of one call are queued before any is sent.
func (s *Simulator) emit(event string, body obj, path string) {
	for _, sub := range s.st.subscriptions {
		if !sub.active || !slices.Contains(sub.events, event) {
			continue
		}
		raw, err := json.Marshal(body)
		if err != nil || len(sub.queue) >= queueLimit {
			s.journal.Tally("webhook_dropped", sub.id)
			continue
		}
		d := &delivery{id: s.rand.UUID(), event: event, body: raw}
		if path != "" { // absent for candidate.deleted (S)
			d.link = "<" + s.linkBase() + path + ">; rel=self"
		}
		sub.queue = append(sub.queue, d)
		select {
		case sub.wake <- struct{}{}:
		default:
		}
	}
}

// linkBase is the public URL, or the one that the last call came by.
func (s *Simulator) linkBase() string {
	if s.publicURL != "" {
		return s.publicURL
	}
	return s.lastBase
}

// on activates a subscription and starts its worker. Holds Simulator.mu.
func (h *sender) on(sub *subscription) {
	if sub.active || h.ctx.Err() != nil {
		return
	}
	ctx, stop := context.WithCancel(h.ctx)
	sub.active, sub.suspended, sub.failures, sub.stop = true, false, 0, stop
	h.wg.Go(func() { h.work(ctx, sub) })
}

// off ends a subscription's worker; what was queued is lost. Holds Simulator.mu.
func (sub *subscription) off() {
	sub.active, sub.queue = false, nil
	if sub.stop != nil {
		sub.stop()
		sub.stop = nil
	}
}

// work sends first attempts one after the other; re-deliveries wait beside.
func (h *sender) work(ctx context.Context, sub *subscription) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-sub.wake:
		}
		for d := h.pop(sub); d != nil && ctx.Err() == nil; d = h.pop(sub) {
			h.send(ctx, sub, d)
		}
	}
}

func (h *sender) pop(sub *subscription) *delivery {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	if len(sub.queue) == 0 {
		return nil
	}
	i := 0
	if h.s.Switches().WebhookOrder == "shuffled" {
		i = h.s.rand.IntN(len(sub.queue))
	}
	d := sub.queue[i]
	sub.queue = slices.Delete(sub.queue, i, i+1)
	return d
}

// send makes one attempt and arranges what follows. Success is 202 within five seconds and nothing
// else, 200 included (D).
func (h *sender) send(ctx context.Context, sub *subscription, d *delivery) {
	req, entry := h.request(ctx, sub, d)
	ok := req != nil && h.do(req, callbackTime, func(res *http.Response) bool { return res.StatusCode == http.StatusAccepted })
	if ctx.Err() != nil {
		return
	}
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	entry.ok = ok
	sub.log = append(sub.log, entry)
	sub.log = sub.log[max(0, len(sub.log)-logLimit):]
	d.attempt++
	switch {
	case ok:
		sub.failures = 0
		h.s.journal.Tally("webhook_delivered", d.event)
		if h.s.Switches().WebhookRepeats == "twice" && !d.repeat {
			d.repeat = true
			sub.queue = append(sub.queue, d)
		}
	default:
		sub.failures++
		h.s.journal.Tally("webhook_failed", d.event)
		if sub.failures >= suspendAfter {
			h.s.log.Info("webhook suspended", "subscription", sub.id)
			sub.off()
			sub.suspended = true
			return
		}
		if d.attempt <= len(ladder) {
			h.wg.Go(func() { h.later(ctx, sub, d) })
		}
	}
}

// later puts a delivery back when its step of the ladder is over, or when flushed.
func (h *sender) later(ctx context.Context, sub *subscription, d *delivery) {
	h.mu.Lock()
	flush, wait := h.flush, time.Duration(float64(ladder[d.attempt-1])/h.factor)
	h.mu.Unlock()
	due, stop := h.s.clock.Wait(wait)
	defer stop()
	select {
	case <-ctx.Done():
		return
	case <-due:
	case <-flush:
	}
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	sub.queue = append(sub.queue, d)
	select {
	case sub.wake <- struct{}{}:
	default:
	}
}
