package page

import "handoff/internal/notify"

func mailTone(st notify.State) Tone {
	switch st {
	case notify.Sent:
		return Good
	case notify.Failed:
		return Bad
	case notify.Unknown, notify.Held:
		return Warn
	case notify.Waiting, notify.Sending:
		return Info
	}
	return Quiet
}

// mailSentence says why a mail is where it is: by its reason when it has one.
func mailSentence(s *Shell, m notify.Mail) string {
	if m.Reason != "" {
		return s.Code("reason", m.Reason, nil)
	}
	return s.Code("mail.say", string(m.State), nil)
}

// mailName is a mail's kind, with the stage that it tells.
func mailName(s *Shell, m notify.Mail) string {
	if m.Kind == notify.KindStage {
		return s.T("mail.kind.stage") + ": " + s.T("stage."+string(m.Stage))
	}
	return s.Code("mail.kind", string(m.Kind), nil)
}

func mailStates(s *Shell) []Option {
	out := []Option{{Text: s.T("outbox.all")}}
	for _, st := range notify.States() {
		out = append(out, Option{Value: string(st), Text: s.T("mail.state." + string(st))})
	}
	return out
}

func openingReasons(s *Shell) []Option {
	out := []Option{{Text: s.T("outbox.choose")}}
	for _, r := range notify.OpeningReasons() {
		out = append(out, Option{Value: r, Text: s.Code("opening", r, nil)})
	}
	return out
}
