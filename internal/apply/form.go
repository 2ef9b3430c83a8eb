package apply

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"handoff/internal/recruit"
)

// Shown is one text as it must be shown, word for word.
type Shown struct {
	ID      recruit.TextID
	Version int
	Text    string
	SHA256  string
}

// Form is what an applicant must see.
type Form struct {
	Process     recruit.Process
	CompanyName string
	ATSTitle    string // empty when the process is not bound
	Clause      Shown
	ATSTransfer *Shown // nil when the process is not bound, or with Unread
	// Remote are the ATS's own texts of the job, in its order, word for word.
	// They go along only if the transfer is agreed to.
	Remote []recruit.RemoteConsent
	// Unread says that there are such texts, and that they cannot be shown:
	// they were never read, or not for too long. Nothing is asked then, and the
	// application stays here.
	Unread             bool
	FutureRecruitments *Shown // nil when not asked
	FutureMonths       int
	Questions          []recruit.Question
	MaxBytes           int64
	Extensions         []string
	// Token is the signed list of the versions shown, with when; valid 24 hours.
	Token string
}

// ownExtensions are the kinds of file that we accept as a CV, and ownMost
// their size; an ATS may take less (product decision 18).
var ownExtensions = []string{"pdf", "doc", "docx", "odt", "rtf", "txt", "jpg", "png"}

const ownMost = 10 << 20

// Form returns the form of an open process, by id or slug. ErrNotFound for a
// draft, Problem process_closed for a closed one.
func (e *Engine) Form(ctx context.Context, process recruit.ProcessID, slug, locale string) (Form, error) {
	t, err := e.Store.Target(ctx, process, slug)
	if err != nil {
		return Form{}, err
	}
	if err := open(t); err != nil {
		return Form{}, err
	}
	f := e.form(t, locale)
	f.Token, err = e.sign(t.Process.ID, locale, f)
	return f, err
}

func open(t Target) error {
	switch t.Process.State {
	case recruit.ProcessOpen:
		return nil
	case recruit.ProcessClosed:
		return recruit.Refuse("process_closed")
	}
	return recruit.ErrNotFound
}

// form is the form of a target without its token.
func (e *Engine) form(t Target, locale string) Form {
	z := t.Process.Customization
	f := Form{Process: t.Process, CompanyName: t.CompanyName, Clause: shown(t.Clause, t.Clause.In(locale)), Questions: z.Questions}
	if t.Binding != nil {
		f.ATSTitle = t.ATS
		if e.Title != nil {
			f.ATSTitle = e.Title(t.ATS)
		}
		perJob := e.PerJob != nil && e.PerJob(t.ATS)
		f.Unread = perJob && t.Template != nil && !t.Texts.fresh(e.Now())
		if t.Template != nil && !f.Unread {
			s := shown(*t.Template, t.Template.In(locale))
			f.ATSTransfer = &s
			if perJob {
				f.Remote = t.Texts.List
			}
		}
	}
	if z.FutureMonths > 0 && t.Future.ID != "" {
		text := strings.ReplaceAll(t.Future.In(locale), "{MONTHS}", strconv.Itoa(z.FutureMonths))
		s := shown(t.Future, text)
		f.FutureRecruitments, f.FutureMonths = &s, z.FutureMonths
	}
	f.MaxBytes, f.Extensions = e.files(t.ATS)
	return f
}

func shown(t recruit.Text, text string) Shown {
	h := sha256.Sum256([]byte(text))
	return Shown{ID: t.ID, Version: t.Version, Text: text, SHA256: hex.EncodeToString(h[:])}
}

// files returns what is accepted as a CV: what we take and the ATS takes too.
func (e *Engine) files(ats string) (int64, []string) {
	most, exts := int64(ownMost), slices.Clone(ownExtensions)
	if ats == "" || e.Files == nil {
		return most, exts
	}
	theirMost, theirs, ok := e.Files(ats)
	if !ok {
		return most, exts
	}
	if theirMost > 0 {
		most = min(most, theirMost)
	}
	return most, slices.DeleteFunc(exts, func(x string) bool { return !slices.Contains(theirs, x) })
}
