package page

import (
	"strings"
	"unicode/utf8"

	"handoff/internal/delivery"
	"handoff/internal/recruit"
)

func upper(s string) string { return strings.ToUpper(s) }

// capital is what a badge's style does, for where no style reaches.
func capital(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// moving tells whether a delivery is likely to change within seconds.
func moving(d recruit.DeliveryState) bool {
	switch d {
	case recruit.DeliveryWaiting, recruit.DeliveryAttempting, recruit.DeliveryUnanswered:
		return true
	}
	return false
}

// retryable tells whether the button that repairs is worth showing; the
// engine decides when it is pressed.
func retryable(d recruit.Delivery) bool {
	if d.Reason == delivery.ReasonSuspicious {
		return false // it is released, not retried
	}
	switch d.State {
	case recruit.DeliveryNeedsAttention, recruit.DeliveryHeld:
		return true
	case recruit.DeliveryWaiting:
		return d.Attempts > 0
	}
	return false
}

// deliverySentence says why a delivery is where it is: by its reason when it
// has one, by its state otherwise.
func deliverySentence(s *Shell, m ApplicationPage) string {
	ats := m.ATSTitle
	if ats == "" {
		ats = s.T("ats")
	}
	args := map[string]string{"ats": ats}
	if m.gone() {
		return s.T("both.was_there", "Name", ats)
	}
	if m.Delivery.Reason != "" {
		return s.Code("reason", m.Delivery.Reason, args)
	}
	return s.Code("delivery.say", string(m.Delivery.State), args)
}

// gone tells whether it came to the ATS and is not there any more.
func (m ApplicationPage) gone() bool {
	return m.Remote != nil && m.Remote.Gone && (m.Delivery.State == recruit.DeliveryDelivered || m.Delivery.State == recruit.DeliveryLinked)
}

func answer(s *Shell, value string) string {
	switch value {
	case "yes":
		return s.T("label.yes")
	case "no":
		return s.T("label.no")
	}
	return value
}

func decisionTone(d recruit.Decision) Tone {
	switch d {
	case recruit.Given:
		return Good
	case recruit.Refused, recruit.Withdrawn:
		return Warn
	}
	return Quiet
}

// wentAlong says whether a decision on a text of the ATS's own went there with
// the application, or why it did not.
func wentAlong(s *Shell, m ApplicationPage, c recruit.ConsentRecord) string {
	switch {
	case c.Purpose == recruit.PurposeRemoteClause:
		return s.T("consents.along_clause")
	case m.Delivery.Connection != c.Connection || m.Delivery.RemoteJob != c.RemoteJob:
		return s.T("consents.along_other")
	case m.Delivery.State == recruit.DeliveryDelivered && c.Decision == recruit.NoStatement:
		return s.T("consents.along_unsaid")
	case m.Delivery.State == recruit.DeliveryDelivered:
		return s.T("consents.along_yes")
	case m.Delivery.State == recruit.DeliveryLinked:
		return s.T("consents.along_linked")
	}
	return s.T("consents.along_no") + " " + deliverySentence(s, m)
}

// timelineArgs are a line's arguments in words: stages, states and reasons
// come as codes.
func timelineArgs(s *Shell, e recruit.TimelineEvent, ats string) map[string]string {
	args := withATS(e.Data, ats)
	for _, k := range []string{"from", "to", "stage"} {
		if v := args[k]; v != "" && recruit.Stage(v).Valid() {
			args[k] = s.T("stage." + v)
		}
	}
	if v := args["reason"]; v != "" {
		args["reason"] = s.Code("reason", v, map[string]string{"ats": ats})
	}
	if v := args["mail"]; v != "" {
		args["mail"] = s.Code("mail.kind", v, nil)
	}
	if v := args["kind"]; v != "" {
		args["kind"] = s.Code("kind", v, map[string]string{"ats": ats})
	}
	return args
}

// timelineActor says who did it; the system says nothing of itself.
func timelineActor(s *Shell, names map[string]string, id string) string {
	switch {
	case id == "" || id == "system":
		return ""
	case id == "sync":
		return s.T("actor.sync")
	case id == "candidate":
		return s.T("actor.candidate")
	case names[id] != "":
		return names[id]
	case id == "command":
		return s.T("actor.command")
	case strings.HasPrefix(id, "tok_"):
		return s.T("actor.token")
	}
	return s.T("actor.user")
}

func eraseWarning(s *Shell, m ApplicationPage) string {
	text := s.T("application.erase_warning")
	if m.Delivery.RemoteCandidate != "" {
		text += " " + s.T("application.erase_ats", "Name", m.ATSTitle)
	}
	return text
}
