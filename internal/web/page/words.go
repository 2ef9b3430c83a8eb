package page

import (
	"handoff/internal/process"
	"handoff/internal/recruit"
)

// processTone, deliveryTone and the like colour states; their words are in
// the catalogue.
func processTone(p recruit.ProcessState) Tone {
	switch p {
	case recruit.ProcessOpen:
		return Good
	case recruit.ProcessDraft:
		return Info
	}
	return Quiet
}

func deliveryTone(d recruit.DeliveryState) Tone {
	switch d {
	case recruit.DeliveryDelivered, recruit.DeliveryLinked:
		return Good
	case recruit.DeliveryNeedsAttention:
		return Bad
	case recruit.DeliveryHeld, recruit.DeliveryUnanswered:
		return Warn
	case recruit.DeliveryWaiting, recruit.DeliveryAttempting:
		return Info
	}
	return Quiet
}

func bindingTone(b recruit.BindingState) Tone {
	switch b {
	case recruit.BindingOK:
		return Good
	case recruit.BindingBroken:
		return Bad
	}
	return Warn
}

func connectionTone(c recruit.ConnectionState) Tone {
	switch c {
	case recruit.ConnConnected:
		return Good
	case recruit.ConnBroken:
		return Bad
	case recruit.ConnDisconnected:
		return Quiet
	}
	return Warn
}

// Word says a term of a closed list.
func (s *Shell) Word(terms []process.Term, slug string) string {
	for _, t := range terms {
		if t.Slug == slug {
			if s.Lang == "pl" {
				return t.PL
			}
			return t.EN
		}
	}
	return slug
}

// Options makes the choices of a closed list, after an empty one if given.
func (s *Shell) Options(terms []process.Term, empty string) []Option {
	var out []Option
	if empty != "" {
		out = append(out, Option{Text: empty})
	}
	for _, t := range terms {
		out = append(out, Option{Value: t.Slug, Text: s.Word(terms, t.Slug)})
	}
	return out
}

// Full is a person's name as pages write it.
func Full(c recruit.Candidate) string {
	switch {
	case c.FirstName == "":
		return c.LastName
	case c.LastName == "":
		return c.FirstName
	}
	return c.FirstName + " " + c.LastName
}

// withATS adds the name of the ATS to the arguments of a sentence.
func withATS(args map[string]string, ats string) map[string]string {
	out := map[string]string{"ats": ats}
	for k, v := range args {
		out[k] = v
	}
	return out
}
