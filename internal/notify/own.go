package notify

import (
	"context"
	"regexp"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Own is what a candidate's own page shows, opened for that moment.
type Own struct {
	Applied     recruit.Application
	CompanyName string
	ProcessName string
	TimeZone    string
	ATS         string // as people write it; empty when not bound
	Delivery    recruit.DeliveryState
	// Stage is what the candidate reads: the application's own once its grace
	// period is over.
	Stage    recruit.Stage
	Consents []recruit.ConsentRecord // newest of each text
	// Again are the repeated submissions that nobody has decided about,
	// oldest first.
	Again []Resubmission
}

// Resubmission is what a repeated submission would change.
type Resubmission struct {
	ID       recruit.ApplicationID
	At       time.Time
	Applied  recruit.Application // Candidate, Answers and CV
	Consents []recruit.ConsentRecord
}

// OwnStore is what the candidate's own page needs kept. A link that leads
// nowhere, or to an erased application, is ErrNotFound.
type OwnStore interface {
	OwnPage(ctx context.Context, link secret.String, now time.Time) (Own, error)
	// WithdrawOwn is the candidate's own withdrawal; a second one changes nothing.
	WithdrawOwn(ctx context.Context, link secret.String, now time.Time) error
	// ConfirmAgain puts a repeated submission in the place of what was
	// submitted before it, with its consent records; its delivery begins again
	// where nothing of it is in the ATS or may be. DismissAgain forgets it.
	// Both take every older one along. Problem delivery_under_way while an
	// attempt runs or is unanswered, ErrConflict once it was decided.
	ConfirmAgain(ctx context.Context, link secret.String, id recruit.ApplicationID, now time.Time) error
	DismissAgain(ctx context.Context, link secret.String, id recruit.ApplicationID, now time.Time) error
}

// linkForm is 256 random bits as RandomToken writes them.
var linkForm = regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{52}$`)

// OwnPage returns what the holder of a link may see. Reading changes nothing:
// programs that look through mail follow links.
func (e *Engine) OwnPage(ctx context.Context, link string) (Own, error) {
	l, err := capability(link)
	if err != nil {
		return Own{}, err
	}
	o, err := e.o.Store.OwnPage(ctx, l, e.o.Now())
	if o.ATS != "" {
		o.ATS = e.o.ATSTitle(o.ATS)
	}
	return o, err
}

// WithdrawOwn withdraws by the candidate's own door.
func (e *Engine) WithdrawOwn(ctx context.Context, link string) error {
	l, err := capability(link)
	if err != nil {
		return err
	}
	return e.o.Store.WithdrawOwn(ctx, l, e.o.Now())
}

// ConfirmAgain applies a repeated submission: whoever holds the link reads the
// mailbox that both came with (product decision 5).
func (e *Engine) ConfirmAgain(ctx context.Context, link string, id recruit.ApplicationID) error {
	l, err := capability(link)
	if err != nil {
		return err
	}
	return e.o.Store.ConfirmAgain(ctx, l, id, e.o.Now())
}

// DismissAgain forgets a repeated submission.
func (e *Engine) DismissAgain(ctx context.Context, link string, id recruit.ApplicationID) error {
	l, err := capability(link)
	if err != nil {
		return err
	}
	return e.o.Store.DismissAgain(ctx, l, id, e.o.Now())
}

func capability(link string) (secret.String, error) {
	if !linkForm.MatchString(link) {
		return secret.String{}, recruit.ErrNotFound
	}
	return secret.New(link), nil
}
