package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Result is what is certain about a message after an attempt to hand it over.
type Result int

const (
	// InDoubt: its end was handed over, and no answer came. The zero value: what
	// nobody classified may have arrived.
	InDoubt  Result = iota
	Taken           // the server said so
	NotTaken        // the server did not take it now; it may later
	Refused         // the server will not take it
)

// Handover is how one attempt ended. It holds nothing that a server wrote.
type Handover struct {
	Result Result
	Reason string
	Code   int // the server's, 0 for none
}

// SMTP hands mails to a server, a connection for each: a lane hands over a few
// at a time, and a connection that failed takes nothing with it.
type SMTP struct {
	Server Server
	// Roots are who vouches for the server's certificate; the system's when nil.
	Roots *x509.CertPool
	// Timeout bounds the dialogue up to the message, and again the message:
	// 30 s each when zero. The lane's lease is renewed meanwhile.
	Timeout time.Duration
}

func (s *SMTP) timeout() time.Duration {
	if s.Timeout > 0 {
		return s.Timeout
	}
	return 30 * time.Second
}

// session is a connection that was greeted, encrypted and logged in.
type session struct {
	*smtp.Client
	dialer *gomail.Client
	conn   net.Conn
}

// open connects, greets, encrypts and logs in. dialled says that a connection
// was there. It leaves no connection behind when it fails.
func (s *SMTP) open(ctx context.Context) (x *session, dialled bool, err error) {
	var conn net.Conn
	limit, cancel := context.WithTimeout(ctx, s.timeout())
	defer cancel()
	stop := func() bool { return true }
	defer func() { stop() }() // before the cancel, which would close a good connection
	config := &tls.Config{ServerName: s.Server.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	// The dialler is ours so that a connection which fails in its greeting is
	// closed: the library would leave it open.
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		d := &net.Dialer{}
		var err error
		if s.Server.TLS == ImplicitTLS {
			conn, err = (&tls.Dialer{NetDialer: d, Config: config}).DialContext(ctx, network, address)
		} else {
			conn, err = d.DialContext(ctx, network, address)
		}
		if err == nil {
			stop = context.AfterFunc(limit, func() { _ = conn.Close() })
		}
		return conn, err
	}
	options := []gomail.Option{gomail.WithPort(s.Server.Port), gomail.WithTimeout(s.timeout()), gomail.WithDialContextFunc(dial),
		gomail.WithTLSConfig(config), gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithoutNoop()}
	plain, login := gomail.SMTPAuthPlain, gomail.SMTPAuthLogin
	switch s.Server.TLS {
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Plain:
		plain, login = gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc
	}
	if s.Server.User != "" {
		options = append(options, gomail.WithUsername(s.Server.User), gomail.WithPassword(s.Server.Password.Reveal()),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, plain, login, gomail.SMTPAuthCramMD5))
	}
	c, err := gomail.NewClient(s.Server.Host, options...)
	if err != nil {
		return nil, false, err
	}
	wire, err := c.DialToSMTPClientWithContext(limit)
	if err != nil {
		if conn != nil {
			_ = conn.Close()
		}
		return nil, conn != nil, err
	}
	return &session{Client: wire, dialer: c, conn: conn}, true, nil
}

// Send implements Sender.
//
// The connection is closed and never ended with QUIT after a failure: while a
// message is half written, the library would end the message first, and the
// server would take half of it for the whole.
func (s *SMTP) Send(ctx context.Context, m Message) Handover {
	msg, err := m.compose()
	if err != nil {
		return Handover{Result: Refused, Reason: ReasonUnwritable}
	}
	x, _, err := s.open(ctx)
	if err != nil {
		return unopened(err)
	}
	defer x.Close()
	stop := context.AfterFunc(ctx, func() { _ = x.conn.Close() })
	defer stop()
	err = x.dialer.SendWithSMTPClient(x.Client, msg)
	if msg.IsDelivered() { // whatever came after the 250
		if err == nil {
			_ = x.Quit()
		}
		return Handover{Result: Taken, Code: 250}
	}
	return unsent(err)
}

// unopened classifies a failure before any message: always to be tried again,
// because it is ours or the server's and not the mail's.
func unopened(err error) Handover {
	h := Handover{Result: NotTaken, Reason: ReasonUnreachable}
	if strings.Contains(err.Error(), "AUTH") || errors.Is(err, gomail.ErrNoSupportedAuthDiscovered) {
		h.Reason = ReasonLogin
	}
	return h
}

// unsent classifies a failure of the dialogue about one message.
func unsent(err error) Handover {
	var f *gomail.SendError
	if !errors.As(err, &f) {
		return Handover{Result: InDoubt}
	}
	h := Handover{Result: NotTaken, Reason: ReasonLater, Code: f.ErrorCode()}
	permanent := h.Code >= 500
	switch f.Reason {
	case gomail.ErrSMTPMailFrom:
		if permanent {
			h.Result, h.Reason = Refused, ReasonSender
		}
	case gomail.ErrSMTPRcptTo:
		if permanent {
			h.Result, h.Reason = Refused, ReasonNoMailbox
		}
	case gomail.ErrSMTPData:
		if permanent {
			h.Result, h.Reason = Refused, ReasonRefused
		}
	case gomail.ErrSMTPDataClose:
		switch {
		case permanent:
			h.Result, h.Reason = Refused, ReasonRefused
		case h.Code == 0: // the end of the message left, and no answer came
			return Handover{Result: InDoubt}
		}
	case gomail.ErrWriteContent, gomail.ErrConnCheck:
		// Without its end no server takes a message (RFC 5321, 4.1.1.4).
		h.Reason = ReasonUnreachable
	case gomail.ErrGetSender, gomail.ErrGetRcpts, gomail.ErrNoUnencoded:
		h.Result, h.Reason = Refused, ReasonUnwritable
	default:
		return Handover{Result: InDoubt}
	}
	if h.Result == NotTaken && h.Code == 0 {
		h.Reason = ReasonUnreachable // the connection ended before the message's end
	}
	return h
}

// Probe connects, greets, encrypts and logs in, and sends nothing. It returns
// what to do about what failed, empty when nothing did.
func (s *SMTP) Probe(ctx context.Context) (advice string) {
	x, dialled, err := s.open(ctx)
	if err == nil {
		if x.Quit() != nil {
			_ = x.Close()
		}
		return ""
	}
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &certificate):
		return "its certificate is not one for this host that this machine trusts: correct the host name or the certificate"
	case errors.As(err, &record):
		return "it does not begin encrypted: use smtp:// instead of smtps://, or the other port"
	case !dialled:
		return "this machine cannot reach it: check host, port and the firewall"
	case strings.Contains(err.Error(), "STARTTLS"):
		return "it offers no STARTTLS: use smtps://, or ?tls=off where the network is your own"
	case strings.Contains(err.Error(), "AUTH"), errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		return "it refuses the user and password, or takes none: correct them in the URL"
	}
	return "it does not greet as a mail server does: check host, port, and smtp:// or smtps://"
}
