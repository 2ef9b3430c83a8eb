package integration

import (
	"context"
	"errors"
	"slices"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Watch is a job that a process is bound to, as it was last read: the texts
// that the ATS attaches to it, and what a look at it found.
type Watch struct {
	Job  recruit.RemoteJobID
	Zone string // of the company
	// Scope is the connection's: with selected, some ATSs say "not there" of
	// what is not shared.
	Scope string
	Open  bool // a process that is bound to it takes applications
	// Texts are as they were last read at TextsReadAt, zero for never and for
	// an ATS that has none. TextsError is the kind of what went wrong since.
	Texts         []recruit.RemoteConsent
	TextsReadAt   time.Time
	TextsError    string
	TextsFailures int // in a row
	// Checks are those of the last look that could be had, at CheckedAt, and
	// Reason why, by it, nobody goes in; empty when somebody does.
	Checks        []recruit.TestCheck
	CheckedAt     time.Time
	CheckError    string
	CheckFailures int
	Reason        string
	// What is due, of one that was claimed, and when it would be due again had
	// the claim no outcome.
	ReadTexts, Check bool
	Until            time.Time
}

// Look is what one visit brought. What it did not ask for it leaves as it is.
type Look struct {
	Job recruit.RemoteJobID
	// Until is that of the claim, zero for none: what was asked for since then
	// stays asked for.
	Until time.Time
	// TextsKind is KindOK, KindNone where there are none to read, the kind of a
	// failure, or empty: not read.
	TextsKind string
	Texts     []recruit.RemoteConsent
	TextsDue  time.Time // when to read again; zero with a kind: when asked
	// CheckKind is KindOK when the look says whether candidates go in, KindNone
	// where there is no way to look, the kind of a failure that decides nothing,
	// or empty: not looked.
	CheckKind string
	Remote    *recruit.RemoteJob // as it is now; nil when it is out of reach
	Checks    []recruit.TestCheck
	Reason    string
	CheckDue  time.Time // zero: as it was
}

// Kinds of a Look beside those of failures.
const (
	KindOK   = "ok"
	KindNone = "none"
)

const (
	// textsEvery keeps what applicants are shown at most 15 minutes old, one
	// reading in between missed or late (product decision 14).
	textsEvery = 10 * time.Minute
	// watchRetry is how soon after a first failure it is tried again.
	watchRetry = time.Minute
	// firstTurn is how soon after the ATS asked to wait it is asked again.
	firstTurn = 15 * time.Second
	// BrokenEvery is how soon a job that takes nobody is looked at again.
	BrokenEvery = 10 * time.Minute
	// TextsLate is when a reading comes before deliveries: what applicants are
	// shown is about to be too old, or was never read.
	TextsLate = 12 * time.Minute
)

// Why nobody goes into a job.
const (
	reasonJobClosed          = "job_closed"
	reasonJobGone            = "job_gone"
	reasonJobForbidden       = "job_forbidden"
	reasonJobNotShared       = "job_not_shared"
	reasonConsentNotAssigned = "consent_not_assigned"
)

// Watches is the lane source of the looks at bound jobs: texts every ten
// minutes while a process is open, everything at binding and every night.
type Watches struct {
	Engine     *Engine
	Connection recruit.ConnectionID
	// Late takes only the texts that applicants could soon not be shown any
	// more. It comes before deliveries, of which there may be hours' worth.
	Late bool
}

// Take implements lane.Source.
func (s *Watches) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	e := s.Engine
	list, err := e.o.Store.ClaimWatches(ctx, s.Connection, l.Fence, e.o.Now(), min(n, 2), s.Late)
	if err != nil {
		return nil, err
	}
	out := make([]func(context.Context), 0, len(list))
	for _, w := range list {
		out = append(out, func(ctx context.Context) { e.visit(ctx, l, s.Connection, w) })
	}
	return out, nil
}

// visit looks at one job and keeps what it finds. Texts that changed are kept
// only together with a look at the job: a recruitment whose consent was taken
// away takes nobody, which is another thing than asking again.
func (e *Engine) visit(ctx context.Context, l *lane.Lease, id recruit.ConnectionID, w Watch) {
	k := Look{Job: w.Job, Until: w.Until}
	conn, err := e.OpenConn(ctx, l, id)
	var failed error
	switch {
	case err != nil:
		failed = err
		if w.ReadTexts {
			k.TextsKind, k.TextsDue = e.again(err, w.TextsFailures)
		}
		if w.Check {
			k.CheckKind, k.CheckDue = e.again(err, w.CheckFailures)
		}
	default:
		failed = e.look(ctx, id, conn, w, &k)
		e.tellChange(&k, w)
	}
	if l.Check() != nil {
		return // due again, under another fence
	}
	switch connector.KindOf(failed) {
	case connector.Unauthorized, connector.Revoked:
		if err := e.o.Store.Broken(ctx, id, brokenBy(failed), recruit.TurnAdmin, e.o.Now()); err != nil {
			e.o.Log.Error("connection.broken", "connection", id, "err", err)
		}
	}
	if err := e.o.Store.SaveLook(context.WithoutCancel(ctx), id, l.Fence, k, e.o.Now()); err != nil && !errors.Is(err, lane.ErrLost) {
		e.o.Log.Error("connection.watch", "connection", id, "job", w.Job, "err", err)
	}
	args := []any{"connection", id, "job", w.Job, "texts", k.TextsKind, "check", k.CheckKind, "reason", k.Reason}
	if failed != nil {
		args = append(args, "err", failed)
	}
	e.o.Log.Info("connection.watched", args...)
}

// look asks what is due and fills k. It returns what went wrong, if anything.
func (e *Engine) look(ctx context.Context, id recruit.ConnectionID, conn *connector.Conn, w Watch, k *Look) error {
	var failed error
	check := w.Check
	switch {
	case !w.ReadTexts:
	case conn.Consents == nil:
		k.TextsKind = KindNone
	default:
		texts, err := conn.Consents.RemoteConsents(ctx, w.Job)
		if err != nil {
			failed = err
			k.TextsKind, k.TextsDue = e.again(err, w.TextsFailures)
			_, decided := verdictOf(w.Scope, nil, err)
			check = check || decided // out of reach, or closed to us: why?
		} else {
			k.TextsKind, k.Texts, k.TextsDue = KindOK, texts, e.o.Now().Add(textsEvery)
			if !w.Open {
				k.TextsDue = e.nightOf(w, id)
			}
			check = check || w.TextsReadAt.IsZero() || !slices.Equal(texts, w.Texts)
		}
	}
	if conn.Flight == nil && check {
		k.CheckKind = KindNone
	}
	if conn.Flight == nil || !check {
		return failed
	}
	job, checks, err := conn.Flight.Preflight(ctx, w.Job)
	if !e.judged(k, w.Scope, job, checks, err) {
		k.CheckKind, k.CheckDue = e.again(err, w.CheckFailures)
		if k.TextsKind == KindOK && !slices.Equal(k.Texts, w.Texts) {
			k.TextsKind, k.TextsDue = e.again(err, w.TextsFailures)
		}
		return err
	}
	if k.Reason == "" {
		k.CheckDue = e.nightOf(w, id)
	}
	return failed
}

// judged puts the outcome of a Preflight into k, unless it decides nothing.
func (e *Engine) judged(k *Look, scope string, job recruit.RemoteJob, checks []recruit.TestCheck, err error) bool {
	reason, decided := verdictOf(scope, checks, err)
	if !decided {
		return false
	}
	k.CheckKind, k.Checks, k.Reason = KindOK, checks, reason
	if err == nil {
		k.Remote = &job
	} else {
		code := reason
		if reason == reasonJobNotShared && scope == "all" {
			code = codeScopeNarrowed
		}
		k.Checks = []recruit.TestCheck{{Name: connector.CheckJobOpen, State: recruit.CheckFailed, Code: code}}
	}
	if reason != "" {
		k.CheckDue = e.o.Now().Add(BrokenEvery)
	}
	return true
}

// verdictOf says why nobody goes into a job by what a Preflight brought; empty
// when somebody does. What only passes, or is the connection's matter, decides
// nothing about the job.
func verdictOf(scope string, checks []recruit.TestCheck, err error) (reason string, decided bool) {
	switch connector.KindOf(err) {
	case connector.Unknown: // no error
	case connector.Gone:
		if scope == "selected" {
			return reasonJobNotShared, true
		}
		return reasonJobGone, true
	case connector.Forbidden:
		switch {
		case codeOf(err) == "COMPANY_NOT_CHOSEN":
			return "", false
		case notShared(err):
			return reasonJobNotShared, true
		}
		return reasonJobForbidden, true
	default:
		return "", false
	}
	for _, c := range checks {
		if c.State != recruit.CheckFailed {
			continue
		}
		if c.Name == connector.CheckConsentAssigned {
			reason = reasonConsentNotAssigned
			continue
		}
		return reasonJobClosed, true
	}
	return reason, true
}

func codeOf(err error) string {
	var e *connector.Error
	if errors.As(err, &e) {
		return connector.SafeCode(e.Code)
	}
	return ""
}

// again is when to try once more after a failure: in a minute, doubling to
// ten, and not before the ATS allows. Waiting one's turn is no failure: an ATS
// that is well, and asked too often for a moment, is asked again soon.
func (e *Engine) again(err error, failures int) (kind string, due time.Time) {
	wait := min(watchRetry<<min(failures, 4), textsEvery)
	if connector.KindOf(err) == connector.RateLimited {
		wait = min(firstTurn<<min(failures, 2), watchRetry)
	}
	return connector.KindOf(err).String(), e.o.Now().Add(max(wait, connector.RetryAfter(err)))
}

// nightOf is the next time between 2:00 and 5:00 of the company's day that is
// this job's own.
func (e *Engine) nightOf(w Watch, id recruit.ConnectionID) time.Time {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		zone = time.UTC
	}
	return night(e.o.Now(), zone, string(id)+"/"+string(w.Job))
}

// JobHealth is what was last found of a job that a process is bound to;
// ErrNotFound for any other.
func (e *Engine) JobHealth(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, job recruit.RemoteJobID) (Watch, error) {
	if c.Company == "" {
		return Watch{}, recruit.ErrForbidden
	}
	return e.o.Store.Watch(ctx, c.Company, id, job)
}

// Known puts what the last look at a job found in the place of what a listing
// knows of it.
func Known(checks []recruit.TestCheck, w Watch) []recruit.TestCheck {
	out := slices.Clone(checks)
	for _, c := range w.Checks {
		if i := slices.IndexFunc(out, func(x recruit.TestCheck) bool { return x.Name == c.Name }); i >= 0 {
			out[i] = c
		}
	}
	return out
}
