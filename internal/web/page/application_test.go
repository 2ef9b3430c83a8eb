package page

import (
	"testing"

	"handoff/internal/delivery"
	"handoff/internal/recruit"
)

// What looks like a machine's is released; trying it again is refused, so the
// page does not offer it.
func TestWhatIsHeldForALookIsNotOfferedToBeTriedAgain(t *testing.T) {
	for reason, want := range map[string]bool{delivery.ReasonSuspicious: false, "job_closed": true} {
		if got := retryable(recruit.Delivery{State: recruit.DeliveryHeld, Reason: reason}); got != want {
			t.Errorf("%s: %v", reason, got)
		}
	}
}
