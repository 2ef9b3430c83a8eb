package notify

import (
	"fmt"
	"net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is a mail in words, ready to be handed over.
type Message struct {
	ID      string // left and right part of the Message-ID: the same at every attempt
	From    mail.Address
	To      string
	Subject string
	Lang    string
	Date    time.Time
	Text    string
	HTML    string
}

// compose makes the message of the mail: headers encoded, text and HTML as
// alternatives. It fails for an address that no header can hold.
//
// Nothing in a header can begin another: the library encodes what is not
// printable ASCII, and addresses are parsed, not pasted.
func (m Message) compose() (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&m.From)
	to, err := mail.ParseAddress(m.To)
	if err != nil || to.Name != "" {
		return nil, fmt.Errorf("recipient: %w", errUnwritable) // never the address
	}
	msg.ToMailAddress(&mail.Address{Address: to.Address})
	msg.Subject(oneLine(m.Subject))
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.Date)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday answers
	msg.SetGenHeader("Content-Language", m.Lang)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

// oneLine keeps a header one line, whatever a process is called.
func oneLine(s string) string {
	out := []rune(s)
	for i, r := range out {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			out[i] = ' '
		}
	}
	return string(out)
}
