package notify

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"handoff/internal/recruit"
)

// HeldGroup are the mails of one process that wait for a person's word, for
// one reason.
type HeldGroup struct {
	Process     recruit.ProcessID
	ProcessName string
	Stage       recruit.Stage
	Reason      string
	Count       int
	Oldest      time.Time
	Examples    []recruit.ApplicationID // at most 5
}

// HeldKey names a group.
type HeldKey struct {
	Process recruit.ProcessID
	Stage   recruit.Stage
	Reason  string
}

// RuleStore keeps what a company chose about mail on changes of stage. Each
// method is one transaction, with its audit record.
type RuleStore interface {
	FirstAdmin(ctx context.Context, c recruit.CompanyID) (recruit.UserID, error)
	MailRules(ctx context.Context, c recruit.CompanyID) (Rules, error)
	SaveMailRules(ctx context.Context, c recruit.CompanyID, r Rules, by string, now time.Time) error
	// StageTexts are the newest texts of the stages that the company wrote.
	StageTexts(ctx context.Context, c recruit.CompanyID) (map[recruit.Stage]recruit.Text, error)
	// SaveStageText adds a version unless both texts equal the newest.
	SaveStageText(ctx context.Context, c recruit.CompanyID, s recruit.Stage, pl, en, by string, now time.Time) error

	HeldMails(ctx context.Context, r recruit.Reach) ([]HeldGroup, error)
	// DecideHeld sends the mails of a group within its hours, or ends them;
	// either way the candidates' own pages change now. It returns how many.
	DecideHeld(ctx context.Context, r recruit.Reach, k HeldKey, send bool, by string, now time.Time) (int, error)
}

// Rules returns the company's choices (Admin).
func (e *Engine) Rules(ctx context.Context, c recruit.Caller) (Rules, error) {
	if !c.IsAdmin() {
		return Rules{}, recruit.ErrForbidden
	}
	return e.o.Store.MailRules(ctx, c.Company)
}

// SaveRules stores them (Admin). Invalid when who tells was not chosen.
func (e *Engine) SaveRules(ctx context.Context, c recruit.Caller, r Rules) error {
	if !c.IsAdmin() {
		return recruit.ErrForbidden
	}
	if r.Manual != TellPlatform && r.Manual != TellNobody {
		v := &recruit.Invalid{}
		v.Add("manual", "required")
		return v
	}
	return e.o.Store.SaveMailRules(ctx, c.Company, r, c.Name(), e.o.Now())
}

// StageTexts returns the words of every stage in both languages, the
// company's own or ours; Version is 0 for ours (Admin).
func (e *Engine) StageTexts(ctx context.Context, c recruit.Caller) (map[recruit.Stage]recruit.Text, error) {
	if !c.IsAdmin() {
		return nil, recruit.ErrForbidden
	}
	own, err := e.o.Store.StageTexts(ctx, c.Company)
	if err != nil {
		return nil, err
	}
	out := map[recruit.Stage]recruit.Text{}
	for _, s := range recruit.Stages() {
		t := own[s]
		if t.PL == "" {
			t.PL = DefaultStageText(s, "pl")
		}
		if t.EN == "" {
			t.EN = DefaultStageText(s, "en")
		}
		out[s] = t
	}
	return out, nil
}

const stageTextMost = 5000 // characters

// CheckStageText returns a stage's texts in form: line ends \n, no outer white
// space. Invalid for an empty one, over 5,000 characters, with signs that
// control a terminal or the direction of writing, or with a placeholder that
// does not exist.
func CheckStageText(pl, en string) (string, string, error) {
	v := &recruit.Invalid{}
	pl, en = checkStageText(v, "texts.pl", pl), checkStageText(v, "texts.en", en)
	return pl, en, v.OrNil()
}

var placeholder = regexp.MustCompile(`\{[^{}\n]*\}`)

func checkStageText(v *recruit.Invalid, path, s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	unknown := slices.ContainsFunc(placeholder.FindAllString(s, -1), func(p string) bool { return !slices.Contains(Placeholders(), p) })
	switch {
	case s == "":
		v.Add(path, "required")
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unprintable):
		v.Add(path, "not_allowed")
	case utf8.RuneCountInString(s) > stageTextMost:
		v.Add(path, "too_long", "max", itoa(stageTextMost))
	case unknown:
		v.Add(path, "placeholder_unknown")
	}
	return s
}

func unprintable(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069)
}

// SaveStageText stores a stage's words (Admin); see CheckStageText.
func (e *Engine) SaveStageText(ctx context.Context, c recruit.Caller, s recruit.Stage, pl, en string) error {
	if !c.IsAdmin() {
		return recruit.ErrForbidden
	}
	if !s.Valid() {
		return recruit.ErrNotFound
	}
	pl, en, err := CheckStageText(pl, en)
	if err != nil {
		return err
	}
	return e.o.Store.SaveStageText(ctx, c.Company, s, pl, en, c.Name(), e.o.Now())
}

// PreviewStage is a stage's mail to an invented candidate, with these words.
func (e *Engine) PreviewStage(c recruit.Caller, company recruit.Company, s recruit.Stage, text, lang, process, name string) (Document, error) {
	if !c.IsAdmin() {
		return Document{}, recruit.ErrForbidden
	}
	content := Content{Mail: Mail{Kind: KindStage, Stage: s, Locale: lang}, CompanyName: company.Name, TimeZone: company.TimeZone, ProcessName: process, Text: text}
	content.Applied.Candidate.FirstName = name
	return e.document(content, noLink), nil
}

// Held lists what waits for the caller's word, as far as the caller sees.
func (e *Engine) Held(ctx context.Context, c recruit.Caller) ([]HeldGroup, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return nil, err
	}
	return e.o.Store.HeldMails(ctx, r)
}

// DecideHeld lets the mails of a group leave, or ends them. Problem
// mail_settled when there is none any more.
func (e *Engine) DecideHeld(ctx context.Context, c recruit.Caller, k HeldKey, send bool) (int, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return 0, err
	}
	n, err := e.o.Store.DecideHeld(ctx, r, k, send, c.Name(), e.o.Now())
	if errors.Is(err, recruit.ErrConflict) || err == nil && n == 0 {
		return 0, recruit.Refuse("mail_settled")
	}
	return n, err
}

func (e *Engine) reach(ctx context.Context, c recruit.Caller) (recruit.Reach, error) {
	return c.Reach(func() (recruit.UserID, error) { return e.o.Store.FirstAdmin(ctx, c.Company) })
}
