package integration

import (
	"slices"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// Codes of checks of a watched job that the host finds by comparing.
const (
	// codeScopeNarrowed: the key that was to open all jobs has to have this one
	// shared now.
	codeScopeNarrowed = "scope_narrowed"
	// codeTextsChanged and codeTextsRequired: the ATS's own texts are others
	// than at the reading before; who agreed to those is asked again.
	codeTextsChanged  = "texts_changed"
	codeTextsRequired = "texts_required"
)

// changeTold is how long a change of texts stays on the process's page: over a
// weekend, so that somebody sees it.
const changeTold = 72 * time.Hour

// tellChange puts a change of the texts into a look whose check of them passed,
// as a warning with the time at which it was found, and keeps telling of it.
func (e *Engine) tellChange(k *Look, w Watch) {
	if k.CheckKind != KindOK {
		return
	}
	i := slices.IndexFunc(k.Checks, func(c recruit.TestCheck) bool { return c.Name == connector.CheckConsentAssigned })
	if i < 0 || k.Checks[i].State != recruit.CheckPassed {
		return
	}
	if k.TextsKind == KindOK && !w.TextsReadAt.IsZero() {
		if code := changeOf(w.Texts, k.Texts); code != "" {
			k.Checks[i].State, k.Checks[i].Code = recruit.CheckWarning, code
			k.Checks[i].Args = map[string]string{"at": e.o.Now().UTC().Format(time.RFC3339)}
			return
		}
	}
	for _, c := range w.Checks {
		at, err := time.Parse(time.RFC3339, c.Args["at"])
		if (c.Code == codeTextsChanged || c.Code == codeTextsRequired) && err == nil && e.o.Now().Sub(at) < changeTold {
			k.Checks[i] = c
		}
	}
}

// changeOf says what those who agreed to the texts before have to be told of
// those now; empty for nothing. A consent that they could refuse and that is
// required now is worse than other words.
func changeOf(before, now []recruit.RemoteConsent) (code string) {
	for _, b := range before {
		i := slices.IndexFunc(now, func(n recruit.RemoteConsent) bool { return n.ID == b.ID })
		switch {
		case i >= 0 && now[i].Required && !b.Required:
			return codeTextsRequired
		case i < 0 || now[i].SHA256 != b.SHA256 || now[i].Required != b.Required:
			code = codeTextsChanged
		}
	}
	for _, n := range now {
		if n.Required && !slices.ContainsFunc(before, func(b recruit.RemoteConsent) bool { return b.ID == n.ID }) {
			code = codeTextsChanged
		}
	}
	return code
}
