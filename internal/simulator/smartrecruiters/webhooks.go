package smartrecruiters

import (
	"net/http"

	"handoff/internal/simulator/simkit"
)

type subscription struct{}
type sender struct{}

func newSender(*Simulator, *http.Client) *sender { return &sender{} }
func (*sender) close()                           {}
func (*sender) forget()                          {}

var subscriptionShape = object()

func (s *Simulator) emit(event string, body obj, path string) {}
func (s *Simulator) controlWebhooks(*http.ServeMux)           {}

func (c *call) later() *simkit.Answer                { return c.fail(501, "NOT_IMPLEMENTED", "later") }
func (c *call) createSubscription() *simkit.Answer   { return c.later() }
func (c *call) listSubscriptions() *simkit.Answer    { return c.later() }
func (c *call) getSubscription() *simkit.Answer      { return c.later() }
func (c *call) deleteSubscription() *simkit.Answer   { return c.later() }
func (c *call) activateSubscription() *simkit.Answer { return c.later() }
func (c *call) newSecretKey() *simkit.Answer         { return c.later() }
func (c *call) getSecretKey() *simkit.Answer         { return c.later() }
func (c *call) callbacksLog() *simkit.Answer         { return c.later() }
