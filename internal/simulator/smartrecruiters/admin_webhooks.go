package smartrecruiters

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"handoff/internal/simulator/simkit"
)

// WebhookView is a subscription as an administrator sees it.
type WebhookView struct {
	ID          string   `json:"id"`
	CallbackURL string   `json:"callback_url"`
	Events      []string `json:"events"`
	Active      bool     `json:"active"`
	Suspended   bool     `json:"suspended"`
	Queued      int      `json:"queued"`
	Failures    int      `json:"failures"` // in a row
	Delivered   int      `json:"delivered"`
}

// Webhooks lists the subscriptions.
func (s *Simulator) Webhooks() []WebhookView {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []WebhookView{}
	for _, sub := range s.st.subscriptions {
		v := WebhookView{ID: sub.id, CallbackURL: sub.callbackURL, Events: sub.events, Active: sub.active, Suspended: sub.suspended,
			Queued: len(sub.queue), Failures: sub.failures}
		for _, e := range sub.log {
			if e.ok {
				v.Delivered++
			}
		}
		out = append(out, v)
	}
	return out
}

// SuspendWebhook switches a subscription off, as the vendor does after repeated failures; it comes
// back by another activation.
func (s *Simulator) SuspendWebhook(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.st.subscriptions {
		if sub.id == id {
			sub.off()
			sub.suspended = true
			return nil
		}
	}
	return fmt.Errorf("no webhook subscription %q", id)
}

// StatusCallback builds the call that tells a subscription of an application's status, signed and
// with an id of its own, without sending it: for measurements that send more than one at a time.
func (s *Simulator) StatusCallback(ctx context.Context, subscriptionID, candidateID, jobID string) (req *http.Request, eventID string, err error) {
	var sub *subscription
	var d *delivery
	err = s.withApplication(candidateID, jobID, func(a *application) error {
		i := slices.IndexFunc(s.st.subscriptions, func(x *subscription) bool { return x.id == subscriptionID })
		if i < 0 {
			return fmt.Errorf("no webhook subscription %q", subscriptionID)
		}
		body, err := json.Marshal(a.event())
		sub, d = s.st.subscriptions[i], &delivery{id: s.rand.UUID(), event: "application.status.updated", body: body, link: "<" + s.linkBase() + a.path() + ">; rel=self"}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if req, _ = s.hooks.request(ctx, sub, d); req == nil {
		return nil, "", fmt.Errorf("the subscription's authentication failed")
	}
	return req, d.id, nil
}

// FlushWebhooks makes every waiting re-delivery due now.
func (s *Simulator) FlushWebhooks() {
	h := s.hooks
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.flush)
	h.flush = make(chan struct{})
}

// SetWebhookLadder makes later re-deliveries come factor times sooner than documented.
func (s *Simulator) SetWebhookLadder(factor float64) error {
	if factor <= 0 {
		return fmt.Errorf("ladder factor %v must be above 0", factor)
	}
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	s.hooks.factor = factor
	return nil
}

func (s *Simulator) controlWebhooks(p *simkit.Port) {
	p.Read("/_sim/webhooks", func() any { return s.Webhooks() })
	simkit.Order(p, "POST /_sim/webhooks/flush", func(r *http.Request, in struct{}) (any, error) { s.FlushWebhooks(); return nil, nil })
	simkit.Order(p, "POST /_sim/webhooks/{id}/suspend", func(r *http.Request, in struct{}) (any, error) {
		return nil, s.SuspendWebhook(r.PathValue("id"))
	})
	simkit.Order(p, "POST /_sim/webhooks/ladder", func(r *http.Request, in struct{ Factor float64 }) (any, error) {
		return nil, s.SetWebhookLadder(in.Factor)
	})
}
