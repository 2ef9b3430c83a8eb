package notify

import (
	"context"
	"errors"
	"net/mail"
	"strings"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

var (
	errTest       = errors.New("a test candidate is mailed nothing")
	errUnwritable = errors.New("no message can be made")
)

// maskedLink stands for a link that only the mailbox's owner may follow.
const maskedLink = "••••••••"

// noLink is masked.
var noLink secret.String

// LinkPath is where a candidate's own page is, before its capability.
const LinkPath = "/my/"

// message makes the mail of an attempt, now, of the sealed application
// (invariant 4).
func (e *Engine) message(ctx context.Context, w Work) (Message, error) {
	c, err := e.o.Store.MailContent(ctx, w.ID)
	if err != nil {
		return Message{}, err
	}
	if isTest(c.Applied.Candidate.Email) {
		return Message{}, errTest // invariant 6
	}
	d := e.document(c, w.Link)
	m := Message{ID: string(w.ID) + "@" + domain(e.o.From.Address), From: e.from(c), To: c.Applied.Candidate.Email, Subject: d.Subject,
		Lang: d.Lang, Date: e.o.Now(), Text: d.text()}
	m.HTML, err = d.html()
	return m, err
}

// from is the company's name over the platform's address: whom the candidate
// knows, and who really sends.
func (e *Engine) from(c Content) mail.Address {
	name := e.o.From.Name
	if name == "" {
		name = e.o.Platform
	}
	return mail.Address{Name: oneLine(c.CompanyName + " · " + name), Address: e.o.From.Address}
}

func domain(address string) string {
	_, d, _ := strings.Cut(address, "@")
	return d
}

// document writes the mail. An empty link is masked.
func (e *Engine) document(c Content, link secret.String) Document {
	lang := c.Locale
	if lang != "pl" {
		lang = "en"
	}
	from, sender := e.from(c), ""
	if from.Address != "" { // there is none where no mail server is set up
		sender = " <" + from.Address + ">"
	}
	w := &writer{Content: c, Speaker: e.o.Say(lang), zone: zone(c.TimeZone), ats: e.o.ATSTitle(c.ATS), platform: e.o.Platform,
		doc: Document{Lang: lang, From: from.Name + sender}}
	w.link = e.o.PublicURL() + LinkPath + maskedLink
	if !link.Empty() {
		w.link = e.o.PublicURL() + LinkPath + link.Reveal()
	}
	w.doc.Subject = oneLine(w.T("mail.subject", "Process", c.ProcessName))
	w.say(Paragraph, w.T("mail.hello"))
	switch c.Kind {
	case KindStage:
		w.stage()
	case KindResubmission:
		w.resubmission()
	default:
		w.confirmation()
	}
	w.say(Paragraph, w.T("mail.foot", "Company", c.CompanyName, "Platform", e.o.Platform))
	return w.doc
}

// writer writes one document.
type writer struct {
	Content
	Speaker
	zone                *time.Location
	ats, platform, link string
	doc                 Document
}

func (w *writer) say(k BlockKind, text string) {
	w.doc.Blocks = append(w.doc.Blocks, Block{Kind: k, Text: text})
}

func (w *writer) page(text string) {
	w.doc.Blocks = append(w.doc.Blocks, Block{Kind: Link, Text: text, URL: w.link})
}

// at writes a moment in the company's zone, whose name stands beside it.
func (w *writer) at(t time.Time) string {
	return w.Moment(t.In(w.zone)) + " (" + w.zone.String() + ")"
}

func zone(name string) *time.Location {
	if z, err := time.LoadLocation(name); err == nil && name != "" {
		return z
	}
	return time.UTC
}

// confirmation tells what was submitted, where it goes, what was decided word
// for word, and how to withdraw.
func (w *writer) confirmation() {
	a := w.Applied
	w.say(Paragraph, w.T("mail.received", "Process", w.ProcessName, "Company", w.CompanyName, "When", w.at(a.CreatedAt)))
	w.say(Heading, w.T("mail.submitted"))
	for _, line := range Submitted(w.Speaker, a) {
		w.say(Item, line)
	}
	w.say(Heading, w.T("mail.where"))
	w.say(Paragraph, Whither(w.Speaker, w.CompanyName, w.ats, w.Consents))
	w.say(Heading, w.T("mail.decided"))
	w.say(Paragraph, w.T("mail.decided_help"))
	for _, c := range w.Consents {
		w.say(Paragraph, w.T("mail.consent", "Purpose", w.Code("purpose", string(c.Purpose), nil), "Decision", w.Code("decision", string(c.Decision), nil),
			"Version", itoa(c.Version), "When", w.at(c.At)))
		w.doc.Blocks = append(w.doc.Blocks, Block{Kind: Quote, Text: c.Text, Lang: c.Locale})
	}
	w.say(Heading, w.T("mail.withdraw"))
	w.page(w.T("mail.withdraw_help", "Company", w.CompanyName))
}

// resubmission asks the mailbox's owner about a second submission.
func (w *writer) resubmission() {
	w.say(Paragraph, w.T("mail.again", "Process", w.ProcessName, "Company", w.CompanyName, "When", w.at(w.Resubmitted)))
	w.say(Paragraph, w.T("mail.again_unchanged"))
	w.page(w.T("mail.again_link"))
	w.say(Paragraph, w.T("mail.again_stranger"))
}

// stage says the company's own words for the stage, or ours. The ATS's name
// for it is not among what they can hold (product decision 1).
func (w *writer) stage() {
	text := w.Text
	if text == "" {
		text = DefaultStageText(w.Stage, w.doc.Lang)
	}
	w.say(Paragraph, FillStageText(text, w.Applied.Candidate.FirstName, w.ProcessName, w.CompanyName))
	w.page(w.T("mail.stage_link"))
}

// Submitted are the lines that tell a candidate what was submitted.
func Submitted(s Speaker, a recruit.Application) []string {
	var out []string
	add := func(label, value string) {
		if value != "" {
			out = append(out, label+": "+value)
		}
	}
	add(s.T("apply.first_name"), a.Candidate.FirstName)
	add(s.T("apply.last_name"), a.Candidate.LastName)
	add(s.T("apply.email"), a.Candidate.Email)
	add(s.T("apply.phone"), a.Candidate.Phone)
	add(s.T("apply.linkedin"), a.Candidate.LinkedInURL)
	if a.CV != nil {
		add(s.T("apply.cv"), a.CV.FileName)
	}
	for _, x := range a.Answers {
		v := x.Value
		switch v {
		case "yes":
			v = s.T("label.yes")
		case "no":
			v = s.T("label.no")
		}
		add(x.Label, v)
	}
	return out
}

// Whither tells a candidate where the application goes, by what was decided.
func Whither(s Speaker, company, ats string, consents []recruit.ConsentRecord) string {
	decision := recruit.NotAsked
	for _, c := range consents {
		if c.Purpose == recruit.PurposeATSTransfer {
			decision = c.Decision
		}
	}
	switch decision {
	case recruit.Given:
		if ats == "" {
			ats = s.T("ats")
		}
		return s.T("mail.goes", "Company", company, "Name", ats)
	case recruit.NotAsked:
		return s.T("mail.stays", "Company", company)
	}
	return s.T("mail.stays_by_decision", "Company", company)
}
