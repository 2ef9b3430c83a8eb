package notify

import (
	"log/slog"
	"net/mail"
	"time"
)

// Speaker says sentences of the catalogue in one language.
type Speaker interface {
	T(key string, pairs ...string) string
	Code(family, code string, args map[string]string) string
	Moment(t time.Time) string
}

// Options of an Engine; all are needed but Sender and ATSTitle.
type Options struct {
	Store Store
	// Sender hands mails to a server; nil keeps them for the outbox instead.
	Sender Sender
	// From is the address that mails come from; its name is the platform's.
	From mail.Address
	Say  func(lang string) Speaker
	// ATSTitle returns an ATS's name as people write it.
	ATSTitle func(ats string) string
	// PublicURL is where the house is reached, without a slash at the end; it
	// is known once it is served.
	PublicURL func() string
	Platform  string
	Now       func() time.Time
	Log       *slog.Logger
	// Demo makes the links of the mails in the outbox work, which are masked
	// otherwise: its people are invented, and the outbox is their mailbox.
	Demo bool
}

// Engine is the package's one entry. It is safe for concurrent use.
type Engine struct{ o Options }

// New returns an engine.
func New(o Options) *Engine {
	if o.ATSTitle == nil {
		o.ATSTitle = func(ats string) string { return ats }
	}
	return &Engine{o: o}
}

// Sends tells whether there is a mail server; without one mails are kept.
func (e *Engine) Sends() bool { return e.o.Sender != nil }
