package notify

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"

	"handoff/internal/secret"
)

// Server is a mail server as its URL names it.
type Server struct {
	Host     string
	Port     int
	User     string
	Password secret.String
	TLS      Encryption
}

// Encryption is how the way to a mail server is kept private.
type Encryption string

const (
	ImplicitTLS Encryption = "tls"      // smtps://
	StartTLS    Encryption = "starttls" // smtp://, required
	// Plain is smtp:// to this machine, or with ?tls=off. A password goes as
	// openly as the mail does.
	Plain Encryption = "plain"
)

// Address is host:port.
func (s Server) Address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// ParseServer reads smtp://[user:password@]host[:port][?tls=off] or smtps://…
// Ports default to 587, to 465 for smtps, and to 25 on this machine. Its
// errors name what is wrong and hold nothing of the URL.
func ParseServer(raw string) (Server, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return Server{}, errors.New("not a URL; a password with signs like / or # is written with %2F or %23")
	}
	s := Server{Host: u.Hostname(), User: u.User.Username()}
	switch {
	case u.Scheme != "smtp" && u.Scheme != "smtps":
		return Server{}, errors.New("want smtp:// or smtps://")
	case s.Host == "" || u.Opaque != "":
		return Server{}, errors.New("want a host after smtp://")
	case u.Path != "" && u.Path != "/" || u.Fragment != "":
		return Server{}, errors.New("want nothing after host and port but ?tls=off")
	}
	if password, ok := u.User.Password(); ok {
		s.Password = secret.New(password)
	}
	if (s.User == "") != s.Password.Empty() {
		return Server{}, errors.New("want user and password both, or neither")
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(q) > 1 || len(q) == 1 && (len(q["tls"]) != 1 || q.Get("tls") != "off") {
		return Server{}, errors.New("want nothing after host and port but ?tls=off")
	}
	switch {
	case u.Scheme == "smtps" && len(q) > 0:
		return Server{}, errors.New("smtps:// is encrypted: it has no ?tls=off")
	case u.Scheme == "smtps":
		s.TLS, s.Port = ImplicitTLS, 465
	case loopback(s.Host):
		s.TLS, s.Port = Plain, 25
	case len(q) > 0:
		s.TLS, s.Port = Plain, 587
	default:
		s.TLS, s.Port = StartTLS, 587
	}
	if p := u.Port(); p != "" {
		if s.Port, err = strconv.Atoi(p); err != nil || s.Port < 1 || s.Port > 65535 {
			return Server{}, errors.New("want a port from 1 to 65535")
		}
	}
	return s, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
