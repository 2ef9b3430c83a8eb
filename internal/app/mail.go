package app

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"handoff/internal/notify"
	words "handoff/internal/web/say"
)

// mail reads the settings of mail; the sender is nil when there are none. Its
// errors hold nothing of the URL, in which a password stands.
func (o Options) mail() (*notify.SMTP, mail.Address, error) {
	if o.SMTPURL.Empty() && o.MailFrom == "" {
		return nil, mail.Address{}, nil
	}
	if o.SMTPURL.Empty() || o.MailFrom == "" {
		return nil, mail.Address{}, errors.New("mail server (HANDOFF_SMTP_URL) and sender (HANDOFF_MAIL_FROM): one is set without the other")
	}
	from, err := mail.ParseAddress(o.MailFrom)
	if err != nil || strings.ContainsAny(from.Address, " <>\r\n") {
		return nil, mail.Address{}, errors.New("mail sender (HANDOFF_MAIL_FROM): want an address, e.g. jobs@example.com or Jobs <jobs@example.com>")
	}
	s, err := notify.ParseServer(o.SMTPURL.Reveal())
	if err != nil {
		return nil, mail.Address{}, fmt.Errorf("mail server (HANDOFF_SMTP_URL): %w", err)
	}
	return &notify.SMTP{Server: s}, *from, nil
}

// composeMail gives the engine of mail the store, the server and the words of
// the catalogue, which are the pages' own.
func (h *House) composeMail() error {
	server, from, err := h.options.mail()
	if err != nil {
		return err
	}
	book, err := words.Open()
	if err != nil {
		return err
	}
	o := notify.Options{Store: &watchedMail{Store: h.Store, metrics: h.metrics}, From: from, Say: func(lang string) notify.Speaker { return book.In(lang) }, ATSTitle: h.title,
		PublicURL: func() string { return h.url }, Platform: h.options.PlatformName, Now: h.options.Now, Log: h.log, Demo: h.options.Demo}
	if server != nil {
		o.Sender = server
	}
	h.Notify = notify.New(o)
	return nil
}

// checkMail connects, greets, encrypts and logs in; it sends nothing.
func checkMail(ctx context.Context, o Options) Finding {
	f := Finding{Name: "mail"}
	server, from, _ := o.mail() // resolve has read it
	if server == nil {
		f.Detail = "no server is set: mail is kept for the operator's outbox"
		return f
	}
	f.Detail = fmt.Sprintf("%s (%s), from %s", server.Server.Address(), server.Server.TLS, from.Address)
	f.Advice = server.Probe(ctx)
	return f
}
