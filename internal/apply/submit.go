package apply

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"handoff/internal/recruit"
)

// Upload is a CV as it arrives. It is read once, bounded.
type Upload struct {
	FileName    string
	ContentType string // as claimed; believed for nothing
	Body        io.Reader
}

// Submission is an application as it arrives at either door.
type Submission struct {
	// Company, when set, is whose process it must be: ErrNotFound otherwise.
	// The API sets it to its caller's.
	Company     recruit.CompanyID
	Process     recruit.ProcessID
	Candidate   recruit.Candidate
	Answers     map[string]string // by question id
	CV          *Upload
	ExternalID  string
	Locale      string
	Clause      *Choice // Given: having read it confirmed
	ATSTransfer *Choice
	Remote      []RemoteChoice // on the ATS's own texts
	Future      *Choice
	FormToken   string
	// Key identifies one request of the API's caller, however often it is
	// sent: the same key again is no second submission, even when the process
	// died before anybody was told of the first. Empty for none.
	Key       string
	Channel   string // page, api
	AddrBlock string // the client's /24 or /48, for limits; empty for the API
	Honeypot  string // filled by machines only
}

// Receipt is the answer to a submission, alike for a first and a repeated one.
type Receipt struct {
	Application recruit.ApplicationID
	// Repeated is for the API's caller and the timeline, never for the page.
	Repeated bool
}

const (
	channelPage = "page"
	channelAPI  = "api"
)

// Submit accepts an application: when it returns nil, application, consent
// records and delivery are on disk (delivery invariant 1). It refuses with
// Invalid (field paths as in the API: candidate.email, cv, consent.clause, …),
// Problem consent_outdated (texts replaced meanwhile: show the new form, keep
// what was typed), process_closed, form_expired, and too_many_requests with
// Args retry_after (seconds). A burst is accepted but marked suspicious and
// not sent to the ATS until released.
//
// A page's submission needs the form's token. The API may do without, and the
// consent records then say that only the platform asserts what was shown.
//
// The same e-mail in the same process is a repetition: it is kept beside the
// application, which it never changes, and answered alike, after the same
// hashing, sealing and writing.
func (e *Engine) Submit(ctx context.Context, s Submission) (Receipt, error) {
	if s.Channel != channelPage {
		s.Channel = channelAPI
	}
	if err := e.admit(s); err != nil {
		return Receipt{}, err
	}
	t, err := e.Store.Target(ctx, s.Process, "")
	if err != nil {
		return Receipt{}, err
	}
	if s.Company != "" && s.Company != t.Process.Company {
		return Receipt{}, recruit.ErrNotFound
	}
	if err := open(t); err != nil {
		return Receipt{}, err
	}
	d := decisions{clause: s.Clause, transfer: s.ATSTransfer, remote: s.Remote, future: s.Future, locale: s.Locale, channel: s.Channel, at: e.Now()}
	suspicious := s.Honeypot != ""
	if s.FormToken != "" || s.Channel == channelPage {
		k, quick, err := e.verify(s.FormToken, s.Process)
		if err != nil {
			return Receipt{}, err
		}
		d.token, d.locale = &k, k.Locale
		suspicious = suspicious || quick && s.Channel == channelPage
	}
	a, consent, err := e.arrival(ctx, t, s, d)
	if err != nil {
		return Receipt{}, err
	}
	burst, err := e.burst(s, a.Application.Candidate.Email)
	if err != nil {
		return Receipt{}, err
	}
	a.Application.Suspicious = suspicious || burst
	a.Consent = consent
	r, err := e.Store.Accept(ctx, a, func(now Target) (Verdict, error) { return e.settle(now, d, a.Application.Suspicious) })
	if err != nil {
		return Receipt{}, fmt.Errorf("accept %s: %w", a.Application.ID, err)
	}
	return r, nil
}

// settle decides with the target as it is in the transaction that stores the
// application: what was checked before may have changed since.
func (e *Engine) settle(t Target, d decisions, suspicious bool) (Verdict, error) {
	if err := open(t); err != nil {
		return Verdict{}, err
	}
	consent, err := e.records(t, d)
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{Consent: consent, Standing: Standing{Binding: t.Binding, State: t.State, Account: t.Account, Switched: t.Switched, Suspicious: suspicious}}
	for i := range consent {
		switch p := consent[i].Purpose; {
		case p == recruit.PurposeATSTransfer:
			v.Transfer = &consent[i]
		case p.Remote():
			v.Remote = append(v.Remote, consent[i])
		}
	}
	v.Unread = e.form(t, d.locale).Unread
	return v, nil
}

// arrival checks everything that was submitted, and names all that is wrong
// at once. Texts that changed are said first: the form is shown again then.
func (e *Engine) arrival(ctx context.Context, t Target, s Submission, d decisions) (Arrival, []recruit.ConsentRecord, error) {
	v := &recruit.Invalid{}
	consent, err := e.records(t, d)
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		v.Fields = append(v.Fields, invalid.Fields...)
	} else if err != nil {
		return Arrival{}, nil, err
	}
	now := e.Now()
	a := recruit.Application{ID: recruit.NewApplicationID(now), Company: t.Process.Company, Process: t.Process.ID,
		Locale: language(d.locale), Stage: recruit.StageWaiting, StageChangedAt: now, StageChangedBy: recruit.ActorCandidate,
		Tag: recruit.NewTag(), CreatedAt: now}
	a.Candidate = checkCandidate(v, s.Candidate)
	a.Answers = checkAnswers(v, t.Process.Customization.Questions, s.Answers)
	a.ExternalID = checkExternalID(v, s.ExternalID)
	cv, file, err := e.readCV(ctx, v, t, s)
	if err != nil {
		return Arrival{}, nil, err
	}
	a.CV = cv
	return Arrival{Application: a, File: file, Channel: s.Channel, Key: s.Key}, consent, v.OrNil()
}

// readCV reads and checks the upload, a few at a time: each takes its size in
// memory, and an archive is unpacked to be measured.
func (e *Engine) readCV(ctx context.Context, v *recruit.Invalid, t Target, s Submission) (*recruit.CV, []byte, error) {
	required := t.Process.Customization.CVRequired
	if s.CV == nil || s.CV.Body == nil {
		if required || strings.TrimSpace(s.Candidate.LinkedInURL) == "" {
			v.Add("cv", "required")
		}
		return nil, nil, nil
	}
	e.once.Do(func() { e.reading = make(chan struct{}, 4) })
	select {
	case e.reading <- struct{}{}:
		defer func() { <-e.reading }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	most, exts := e.files(t.ATS)
	file, err := io.ReadAll(io.LimitReader(s.CV.Body, most+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read upload: %w", err)
	}
	cv, code := checkCV(s.CV.FileName, file, most, exts)
	if code != "" {
		v.Add("cv", code, cvArgs(code, most, exts)...)
		return nil, nil, nil
	}
	return &cv, file, nil
}
