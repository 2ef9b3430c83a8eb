package page

// stageField is one language of a stage's words. Its name carries the stage:
// the page has one such field for each.
func stageField(s *Shell, x StageText, lang, value string) Field {
	return Field{Name: lang + "." + string(x.Stage), Label: s.T("texts." + lang), Value: value, Required: true, MaxLength: "5000", Error: x.Errors.At("texts." + lang)}
}
