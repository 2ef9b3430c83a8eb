package page

// field is one line of the application form, filled with what was typed.
func (f JobForm) field(s *Shell, name, label, autocomplete string, required bool) Field {
	return f.typed(s, name, label, "text", autocomplete, required)
}

func (f JobForm) typed(s *Shell, name, label, kind, autocomplete string, required bool) Field {
	x := Field{Name: name, Label: s.T(label), Value: f.Values[name], Type: kind, Autocomplete: autocomplete,
		Required: required, Error: f.Errors.At(name)}
	if !required {
		x.Optional = s.T("label.optional")
	}
	return x
}

func (f JobForm) linkedin(s *Shell) Field {
	x := f.typed(s, "candidate.linkedin_url", "apply.linkedin", "url", "url", false)
	x.Help = s.T("apply.linkedin_help")
	if !f.CVRequired {
		x.Optional = s.T("apply.link_or_cv")
	}
	return x
}

func (f JobForm) asked(s *Shell, id, label string, required bool) Field {
	name := "answers." + id
	x := Field{Name: name, Label: label, Value: f.Values[name], Required: required, Error: f.Errors.At(name), MaxLength: "2000"}
	if !required {
		x.Optional = s.T("label.optional")
	}
	return x
}

func describedCV(f JobForm) string {
	if f.Errors.At("cv") != "" || f.ChooseFileAgain {
		return "cv-help cv-error"
	}
	return "cv-help"
}
