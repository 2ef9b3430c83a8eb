package notify

import (
	"bytes"
	"net/mail"
	"testing"
)

// Names of companies and processes and addresses are strangers' input to a
// mail's head: whatever they are, it has the headers that we wrote and the
// recipient is one.
func FuzzNothingInAHeaderBeginsAnother(f *testing.F) {
	f.Add("Inżynier\r\nBcc: x@example.com", "Acme\n\nbody", "a@example.com")
	f.Add("=?utf-8?q?x=0D=0ABcc:_x?=", `"<x@example.com>,`, "a@example.com,b@example.com")
	f.Add("\x00\x85\u2028\u202e", "\xff\xfe", "a@example.com\r\nRCPT TO:<b@example.com>")
	f.Add("", "", "zażółć@example.com")
	f.Fuzz(func(t *testing.T, subject, name, to string) {
		m := sample()
		m.Subject, m.From.Name, m.To = subject, oneLine(name), to
		msg, err := m.compose()
		if err != nil {
			return
		}
		var b bytes.Buffer
		if _, err := msg.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		got, err := mail.ReadMessage(&b)
		if err != nil {
			t.Fatalf("%q, %q, %q: %v", subject, name, to, err)
		}
		for h, values := range got.Header {
			switch h {
			case "From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "Auto-Submitted", "Content-Language", "Content-Type":
			default:
				t.Errorf("%q, %q, %q make a header %s", subject, name, to, h)
			}
			if len(values) != 1 {
				t.Errorf("%s stands %d times", h, len(values))
			}
		}
		if all, err := msg.GetRecipients(); err != nil || len(all) != 1 {
			t.Errorf("%q is %d recipients (%v)", to, len(all), err)
		}
	})
}
