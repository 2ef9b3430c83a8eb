package notify

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"testing"
	"time"

	"handoff/internal/secret"
	"handoff/test/mailserver"
)

func sample() Message {
	return Message{ID: "mail_1@jobs.example.com", From: mail.Address{Name: "Zażółć · Handoff", Address: "jobs@example.com"}, To: "zofia@example.com",
		Subject: "Twoje zgłoszenie: Inżynier Łączności", Lang: "pl", Date: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
		Text: "Dzień dobry,\n\nZażółć gęślą jaźń.\n", HTML: "<p>Zażółć gęślą jaźń.</p>"}
}

func to(t *testing.T, s *mailserver.Server) *SMTP {
	t.Helper()
	parsed, err := ParseServer(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	return &SMTP{Server: parsed, Timeout: 5 * time.Second}
}

func TestAMailArrivesWithBothItsFormsAndEveryLetter(t *testing.T) {
	s := mailserver.Start(t, mailserver.Options{})
	if h := to(t, s).Send(t.Context(), sample()); h.Result != Taken {
		t.Fatalf("handed over: %+v", h)
	}
	got := s.Mails()
	if len(got) != 1 || got[0].To != "zofia@example.com" || got[0].From != "jobs@example.com" {
		t.Fatalf("the server has %+v", got)
	}
	m, err := mail.ReadMessage(bytes.NewReader(got[0].Raw))
	if err != nil {
		t.Fatal(err)
	}
	var words mime.WordDecoder
	for name, want := range map[string]string{"Subject": sample().Subject, "From": "Zażółć · Handoff <jobs@example.com>", "To": "<zofia@example.com>",
		"Message-Id": "<mail_1@jobs.example.com>", "Auto-Submitted": "auto-generated", "Content-Language": "pl"} {
		if v, err := words.DecodeHeader(m.Header.Get(name)); err != nil || strings.ReplaceAll(v, `"`, "") != want {
			t.Errorf("%s is %q (%v), want %q", name, v, err, want)
		}
	}
	for _, line := range strings.Split(strings.SplitN(string(got[0].Raw), "\r\n\r\n", 2)[0], "\r\n") {
		if strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("a header is not encoded: %q", line)
		}
	}
	kind, args, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("it is %s (%v)", kind, err)
	}
	parts := multipart.NewReader(m.Body, args["boundary"])
	for _, want := range []struct{ kind, text string }{{"text/plain", sample().Text}, {"text/html", sample().HTML}} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil || !strings.HasPrefix(p.Header.Get("Content-Type"), want.kind) {
			t.Fatalf("part %s: %v", p.Header.Get("Content-Type"), err)
		}
		if strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n")) != strings.TrimSpace(want.text) {
			t.Errorf("%s says %q", want.kind, b)
		}
	}
}

func TestNothingInAHeaderBeginsAnother(t *testing.T) {
	s := mailserver.Start(t, mailserver.Options{})
	evil := "x\r\nBcc: victim@example.com\r\n\r\nbody"
	m := sample()
	m.Subject, m.From.Name = evil, evil
	m.Lang = "pl"
	if h := to(t, s).Send(t.Context(), m); h.Result != Taken {
		t.Fatalf("%+v", h)
	}
	got, err := mail.ReadMessage(bytes.NewReader(s.Mails()[0].Raw))
	if err != nil || got.Header.Get("Bcc") != "" || len(got.Header) != 9 {
		t.Errorf("headers are %v (%v)", got.Header, err)
	}
	for _, address := range []string{"a@example.com\r\nRCPT TO:<b@example.com>", "a@example.com, b@example.com", "A <a@example.com>", "", "a"} {
		m := sample()
		m.To = address
		if h := to(t, s).Send(t.Context(), m); h.Result != Refused || h.Reason != ReasonUnwritable {
			t.Errorf("to %q: %+v", address, h)
		}
	}
	if n := len(s.Mails()); n != 1 {
		t.Errorf("%d mails arrived", n)
	}
}

// What is certain after a failure decides whether a second mail may leave.
func TestWhatIsCertainAfterEachFailure(t *testing.T) {
	for _, c := range []struct {
		name    string
		b       mailserver.Behaviour
		want    Handover
		arrived int // whole, at the server
	}{
		{"the sender is refused for good", mailserver.Behaviour{MailCode: 550}, Handover{Refused, ReasonSender, 550}, 0},
		{"the sender is refused for now", mailserver.Behaviour{MailCode: 451}, Handover{NotTaken, ReasonLater, 451}, 0},
		{"the mailbox is unknown", mailserver.Behaviour{RcptCode: 550}, Handover{Refused, ReasonNoMailbox, 550}, 0},
		{"the mailbox is full", mailserver.Behaviour{RcptCode: 452}, Handover{NotTaken, ReasonLater, 452}, 0},
		{"the message is refused for good", mailserver.Behaviour{EndCode: 554}, Handover{Refused, ReasonRefused, 554}, 1},
		{"the message is refused for now", mailserver.Behaviour{EndCode: 451}, Handover{NotTaken, ReasonLater, 451}, 1},
		{"the line breaks before the message's end", mailserver.Behaviour{DropBeforeEnd: true}, Handover{NotTaken, ReasonUnreachable, 0}, 0},
		{"the line breaks before the answer", mailserver.Behaviour{DropBeforeAnswer: true}, Handover{InDoubt, "", 0}, 1},
		{"the line breaks after the answer", mailserver.Behaviour{DropAfterAnswer: true}, Handover{Taken, "", 250}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mailserver.Start(t, mailserver.Options{})
			s.Behave(func(string) mailserver.Behaviour { return c.b })
			m := sample()
			if c.b.DropBeforeEnd {
				m.Text = strings.Repeat("Long enough to be on the way when the line breaks. ", 1<<16)
			}
			if h := to(t, s).Send(t.Context(), m); h != c.want {
				t.Errorf("got %+v, want %+v", h, c.want)
			}
			if n := len(s.Mails()); n != c.arrived {
				t.Errorf("%d arrived, want %d", n, c.arrived)
			}
		})
	}
}

func TestAServerThatDoesNotAnswerIsWaitedForNoLongerThanSaid(t *testing.T) {
	s := mailserver.Start(t, mailserver.Options{})
	hold := make(chan struct{})
	defer close(hold)
	s.Behave(func(string) mailserver.Behaviour { return mailserver.Behaviour{Hold: hold} })
	x := to(t, s)
	x.Timeout = 300 * time.Millisecond
	began := time.Now()
	if h := x.Send(t.Context(), sample()); h.Result != InDoubt {
		t.Errorf("a message whose end was handed over: %+v", h)
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
	// A port where somebody listens and says nothing.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	silent := &SMTP{Server: Server{Host: "127.0.0.1", Port: port, TLS: Plain}, Timeout: 300 * time.Millisecond}
	if h := silent.Send(t.Context(), sample()); h.Result != NotTaken || h.Reason != ReasonUnreachable {
		t.Errorf("a server that does not greet: %+v", h)
	}
	if silent.Probe(t.Context()) == "" {
		t.Error("the probe finds nothing wrong")
	}
}

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func TestEncryptionAndLogin(t *testing.T) {
	config, pool := certificate(t)
	const user, password = "jobs", "pässword/with#signs"
	for _, c := range []struct {
		name     string
		o        mailserver.Options
		tls      Encryption
		roots    *x509.CertPool
		user     string
		password string
		advice   string // of the probe; empty when it goes well
		reason   string
	}{
		{"STARTTLS", mailserver.Options{TLS: config}, StartTLS, pool, "", "", "", ""},
		{"STARTTLS with a login", mailserver.Options{TLS: config, User: user, Password: password}, StartTLS, pool, user, password, "", ""},
		{"encrypted from the start, with a login", mailserver.Options{TLS: config, Implicit: true, User: user, Password: password}, ImplicitTLS, pool, user, password, "", ""},
		{"open with a login, because the operator said so", mailserver.Options{User: user, Password: password}, Plain, nil, user, password, "", ""},
		{"a wrong password", mailserver.Options{TLS: config, User: user, Password: password}, StartTLS, pool, user, "wrong", "user and password", ReasonLogin},
		{"no STARTTLS to be had", mailserver.Options{}, StartTLS, pool, "", "", "no STARTTLS", ReasonUnreachable},
		{"a certificate of nobody known", mailserver.Options{TLS: config}, StartTLS, x509.NewCertPool(), "", "", "certificate", ReasonUnreachable},
		{"a certificate of nobody known, from the start", mailserver.Options{TLS: config, Implicit: true}, ImplicitTLS, x509.NewCertPool(), "", "", "certificate", ReasonUnreachable},
		{"smtps:// where nothing is encrypted", mailserver.Options{}, ImplicitTLS, pool, "", "", "smtp://", ReasonUnreachable},
		{"a login that the server takes none of", mailserver.Options{}, Plain, nil, user, password, "takes none", ReasonLogin},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mailserver.Start(t, c.o)
			_, port, _ := net.SplitHostPort(s.Address())
			n, _ := strconv.Atoi(port)
			x := &SMTP{Server: Server{Host: "localhost", Port: n, User: c.user, TLS: c.tls}, Roots: c.roots, Timeout: 5 * time.Second}
			if c.password != "" {
				x.Server.Password = secret.New(c.password)
			}
			advice := x.Probe(t.Context())
			if (c.advice == "") != (advice == "") || !strings.Contains(advice, c.advice) {
				t.Errorf("the probe says %q, want %q", advice, c.advice)
			}
			if n := len(s.Mails()); n != 0 {
				t.Errorf("the probe sent %d mails", n)
			}
			h := x.Send(t.Context(), sample())
			if c.reason == "" && (h.Result != Taken || len(s.Mails()) != 1) {
				t.Errorf("%+v, %d arrived", h, len(s.Mails()))
			}
			if c.reason != "" && (h.Result != NotTaken || h.Reason != c.reason || len(s.Mails()) != 0) {
				t.Errorf("%+v, want %s; %d arrived", h, c.reason, len(s.Mails()))
			}
		})
	}
}
