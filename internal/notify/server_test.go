package notify

import (
	"strings"
	"testing"
)

func TestAMailServersURL(t *testing.T) {
	for raw, want := range map[string]Server{
		"smtp://mail.example.com":                       {Host: "mail.example.com", Port: 587, TLS: StartTLS},
		"smtp://mail.example.com:2525/":                 {Host: "mail.example.com", Port: 2525, TLS: StartTLS},
		"smtp://mail.example.com?tls=off":               {Host: "mail.example.com", Port: 587, TLS: Plain},
		"smtps://mail.example.com":                      {Host: "mail.example.com", Port: 465, TLS: ImplicitTLS},
		"smtp://localhost":                              {Host: "localhost", Port: 25, TLS: Plain},
		"smtp://127.0.0.1:1025":                         {Host: "127.0.0.1", Port: 1025, TLS: Plain},
		"smtp://[::1]:1025":                             {Host: "::1", Port: 1025, TLS: Plain},
		"smtps://jobs%40example.com:p%2Fw@mail.invalid": {Host: "mail.invalid", Port: 465, TLS: ImplicitTLS, User: "jobs@example.com"},
	} {
		got, err := ParseServer(raw)
		password := got.Password.Reveal()
		got.Password = want.Password
		if err != nil || got != want || (password == "p/w") != (want.User != "") {
			t.Errorf("%s is %+v with %q (%v)", raw, got, password, err)
		}
	}
	for _, raw := range []string{"", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://u@mail.invalid", "smtp://:pass-word@mail.invalid", "smtp://mail.invalid/x",
		"smtp://mail.invalid?tls=no", "smtp://mail.invalid?tls=off&x=1", "smtps://mail.invalid?tls=off", "smtp://mail.invalid:0", "smtp://mail.invalid:65536",
		"smtp://u:pass-word@mail.invalid:x", "smtp://mail.invalid#x", "smtp://u:pass-word/@mail.invalid"} {
		if s, err := ParseServer(raw); err == nil {
			t.Errorf("%s is %+v", raw, s)
		} else if strings.Contains(err.Error(), "pass-word") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

func FuzzAMailServersURL(f *testing.F) {
	for _, s := range []string{"smtp://u:p@mail.invalid:25?tls=off", "smtps://mail.invalid", "smtp://[::1]", "smtp:x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		s, err := ParseServer(raw)
		if err == nil && (s.Host == "" || s.Port < 1 || s.Port > 65535 || s.TLS == "" || (s.User == "") != s.Password.Empty()) {
			t.Errorf("%q is %+v", raw, s)
		}
	})
}
