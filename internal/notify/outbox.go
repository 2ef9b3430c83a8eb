package notify

import (
	"context"
	"errors"
	"slices"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Filter narrows the outbox.
type Filter struct {
	State State
	recruit.List
}

// OpeningReasons are why an operator may read a candidate's mail. The company
// sees which it was.
func OpeningReasons() []string {
	return []string{"candidate_asked", "company_asked", "delivery_problem", "authority_asked"}
}

// Outbox lists mails, newest first, for the operator: of which company and
// process, where each stands, and nothing of people.
func (e *Engine) Outbox(ctx context.Context, c recruit.Caller, f Filter) (recruit.Page[Listed], error) {
	if !c.IsOperator() {
		return recruit.Page[Listed]{}, recruit.ErrForbidden
	}
	all, err := e.o.Store.Outbox(ctx, f.State, MailID(f.Cursor), f.Size()+1)
	if err != nil {
		return recruit.Page[Listed]{}, err
	}
	if n := f.Size(); len(all) > n {
		return recruit.Page[Listed]{Items: all[:n], Next: string(all[n-1].ID)}, nil
	}
	return recruit.Page[Listed]{Items: all}, nil
}

// OutboxMail returns one line of the outbox.
func (e *Engine) OutboxMail(ctx context.Context, c recruit.Caller, id MailID) (Listed, error) {
	if !c.IsOperator() {
		return Listed{}, recruit.ErrForbidden
	}
	return e.o.Store.OutboxMail(ctx, id)
}

// Readable tells whether a mail can still be opened: for 30 days after its end.
func (e *Engine) Readable(m Mail) bool {
	return m.EndedAt.IsZero() || e.o.Now().Sub(m.EndedAt) < ShownFor
}

// Open returns a mail as it is or would have been sent, its link masked. It
// is the operator's reasoned act, and the company finds it in its audit.
// Invalid for a reason that is not in the list, Problem mail_gone after 30
// days and once the application was erased.
func (e *Engine) Open(ctx context.Context, c recruit.Caller, id MailID, reason string) (Document, error) {
	if !c.IsOperator() {
		return Document{}, recruit.ErrForbidden
	}
	if !slices.Contains(OpeningReasons(), reason) {
		v := &recruit.Invalid{}
		v.Add("reason", "required")
		return Document{}, v
	}
	content, err := e.o.Store.MailContent(ctx, id)
	if err == nil && !e.Readable(content.Mail) {
		err = recruit.ErrNotFound
	}
	if errors.Is(err, recruit.ErrNotFound) {
		if _, err := e.o.Store.OutboxMail(ctx, id); err != nil {
			return Document{}, err
		}
		return Document{}, recruit.Refuse("mail_gone")
	}
	if err != nil {
		return Document{}, err
	}
	o := Opening{Mail: id, By: c.Name(), Reason: reason, At: e.o.Now()}
	if e.o.Demo {
		o.Link = secret.New(recruit.RandomToken(32))
	}
	if err := e.o.Store.OpenMail(ctx, o); err != nil {
		return Document{}, err
	}
	return e.document(content, o.Link), nil
}

// Resend lets a mail be sent once more whose fate is unknown, or that failed.
// Whoever presses it says that one mail too many is better here than none.
// Problem mail_settled in any other state.
func (e *Engine) Resend(ctx context.Context, c recruit.Caller, id MailID) error {
	return e.settle(c, func() error { return e.o.Store.ResendMail(ctx, id, c.Name(), e.o.Now()) })
}

// Leave ends a mail whose fate is unknown.
func (e *Engine) Leave(ctx context.Context, c recruit.Caller, id MailID) error {
	return e.settle(c, func() error { return e.o.Store.LeaveMail(ctx, id, c.Name(), e.o.Now()) })
}

func (e *Engine) settle(c recruit.Caller, do func() error) error {
	if !c.IsOperator() {
		return recruit.ErrForbidden
	}
	err := do()
	if errors.Is(err, recruit.ErrConflict) {
		return recruit.Refuse("mail_settled")
	}
	return err
}
