// Package mailserver is a mail server for tests: a real one in its dialogue
// (by a library that shares no code with the one that sends), which keeps what
// it takes and misbehaves when it is told to.
package mailserver

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is a message whose end arrived.
type Mail struct {
	From, To string
	Raw      []byte
	// Taken: it was answered 250, or would have been, had the line held.
	Taken bool
}

// Behaviour is how one message is treated; the zero value takes it.
type Behaviour struct {
	MailCode, RcptCode, EndCode int  // refuse there with this code
	DropBeforeEnd               bool // the line breaks while the message is written
	DropBeforeAnswer            bool // the message is taken and the line breaks before 250
	DropAfterAnswer             bool // the line breaks after 250
	Hold                        <-chan struct{}
	Reached                     chan<- struct{} // told once the message's end arrived
}

// Options of Start.
type Options struct {
	TLS            *tls.Config // offers STARTTLS, or with Implicit is encrypted from the start
	Implicit       bool
	User, Password string // wanted when set
}

// Server is a running mail server.
type Server struct {
	address string
	o       Options
	smtp    *smtp.Server

	mu     sync.Mutex
	mails  []Mail
	behave func(to string) Behaviour
	opened int
}

// Start runs a server until the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{address: l.Addr().String(), o: o, behave: func(string) Behaviour { return Behaviour{} }}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		s.opened++
		s.mu.Unlock()
		return &session{s: s, c: c, known: o.User == ""}, nil
	}))
	s.smtp.Domain, s.smtp.AllowInsecureAuth, s.smtp.EnableSMTPUTF8 = "mail.example.com", true, true
	s.smtp.ErrorLog = log.New(io.Discard, "", 0)
	if o.Implicit {
		l = tls.NewListener(l, o.TLS)
	} else {
		s.smtp.TLSConfig = o.TLS
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.smtp.Serve(l) }()
	// The listener too: one that is not served yet is nothing to the server.
	t.Cleanup(func() { _, _ = s.smtp.Close(), l.Close(); <-done })
	return s
}

// Address is host:port.
func (s *Server) Address() string { return s.address }

// URL names the server as HANDOFF_SMTP_URL does.
func (s *Server) URL() string { return "smtp://" + s.address }

// Behave sets how messages to an address are treated from now on.
func (s *Server) Behave(f func(to string) Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behave = f
}

// Mails are the messages that arrived whole, in order.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Connections is how many were opened.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened
}

type session struct {
	s        *Server
	c        *smtp.Conn
	known    bool
	from, to string
	b        Behaviour
	drop     bool // when the answer is out
}

func refusal(code int) error {
	if code == 0 {
		return nil
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: "refused as the test wishes"}
}

// AuthMechanisms implements smtp.AuthSession.
func (x *session) AuthMechanisms() []string {
	if x.s.o.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements smtp.AuthSession.
func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != x.s.o.User || password != x.s.o.Password {
			return smtp.ErrAuthFailed
		}
		x.known = true
		return nil
	}), nil
}

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if !x.known {
		return smtp.ErrAuthRequired
	}
	x.from = from
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	return refusal(x.s.behave("").MailCode)
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.to = to
	x.s.mu.Lock()
	x.b = x.s.behave(to)
	x.s.mu.Unlock()
	return refusal(x.b.RcptCode)
}

func (x *session) Data(r io.Reader) error {
	if x.b.DropBeforeEnd {
		_, _ = io.CopyN(io.Discard, r, 10)
		_ = x.c.Conn().Close()
		return errors.New("the line is down")
	}
	var b bytes.Buffer
	if _, err := io.Copy(&b, r); err != nil {
		return err
	}
	if x.b.Reached != nil {
		x.b.Reached <- struct{}{}
	}
	if x.b.Hold != nil {
		<-x.b.Hold
	}
	code := x.b.EndCode
	x.s.mu.Lock()
	x.s.mails = append(x.s.mails, Mail{From: x.from, To: x.to, Raw: b.Bytes(), Taken: code == 0})
	x.s.mu.Unlock()
	if x.b.DropBeforeAnswer {
		_ = x.c.Conn().Close()
	}
	x.drop = x.b.DropAfterAnswer
	return refusal(code)
}

func (x *session) Reset() {
	if x.drop {
		x.drop = false
		_ = x.c.Conn().Close()
	}
}

func (x *session) Logout() error { return nil }
