package web

import (
	"errors"

	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// onApplication does something to the application of the address and shows
// it again. A refusal is said there: the page shows how things stand.
func (v *visit) onApplication(done string, do func(recruit.ApplicationID) error) error {
	if err := v.form(); err != nil {
		return err
	}
	id := v.applicationID()
	err := do(id)
	var refused *recruit.Problem
	if errors.As(err, &refused) {
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
		return v.goTo(applicationPath(id))
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T(done))
	return v.goTo(applicationPath(id))
}

func (v *visit) changeStage() error {
	return v.onApplication("application.moved", func(id recruit.ApplicationID) error {
		_, err := v.web.o.Apply.ChangeStage(v.r.Context(), v.caller(), id, recruit.Stage(v.r.PostForm.Get("stage")))
		return err
	})
}

func (v *visit) retryDelivery() error {
	return v.onApplication("delivery.retried", func(id recruit.ApplicationID) error {
		_, err := v.web.o.Delivery.Retry(v.r.Context(), v.caller(), id)
		return err
	})
}

func (v *visit) release() error {
	return v.onApplication("application.released", func(id recruit.ApplicationID) error {
		_, err := v.web.o.Apply.Release(v.r.Context(), v.caller(), id)
		return err
	})
}

func (v *visit) discard() error {
	return v.onApplication("application.discarded", func(id recruit.ApplicationID) error {
		_, err := v.web.o.Apply.Discard(v.r.Context(), v.caller(), id)
		return err
	})
}

func (v *visit) withdraw() error {
	return v.onApplication("application.withdrawn_now", func(id recruit.ApplicationID) error {
		_, err := v.web.o.Apply.Withdraw(v.r.Context(), v.caller(), id)
		return err
	})
}

func (v *visit) erase() error {
	return v.onApplication("application.erased_now", func(id recruit.ApplicationID) error {
		return v.web.o.Apply.Erase(v.r.Context(), v.caller(), id)
	})
}
