package integration

import (
	"context"
	"errors"
	"strconv"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Tests is the lane source of test runs: somebody is waiting, so they come
// first, and no pause stops them.
type Tests struct {
	Engine     *Engine
	Connection recruit.ConnectionID
}

// Take implements lane.Source.
func (s *Tests) Take(ctx context.Context, l *lane.Lease, n int) ([]func(context.Context), error) {
	runs, err := s.Engine.o.Store.ClaimTestRuns(ctx, s.Connection, l.Fence, s.Engine.o.Now(), min(n, 2))
	if err != nil {
		return nil, err
	}
	out := make([]func(context.Context), 0, len(runs))
	for _, r := range runs {
		out = append(out, func(ctx context.Context) {
			w := &tester{e: s.Engine, l: l, run: r}
			w.work(ctx)
		})
	}
	return out, nil
}

// tester works one test run, keeping each step's outcome as it comes.
type tester struct {
	e       *Engine
	l       *lane.Lease
	conn    *connector.Conn
	run     recruit.TestRun
	pushing bool
	lost    bool
}

func (w *tester) work(ctx context.Context) {
	e := w.e
	defer func() {
		e.o.Log.Info("connection.tested", "connection", w.run.Connection, "run", w.run.ID, "state", w.run.State)
	}()
	conn, err := e.OpenConn(ctx, w.l, w.run.Connection)
	if err != nil {
		w.set(ctx, "credential", failure(err))
		w.finish(ctx)
		return
	}
	w.conn = conn
	if w.check(ctx) && w.run.RemoteJob != "" && w.flight(ctx) && w.push(ctx) {
		w.readBack(ctx)
		w.remove(ctx)
	}
	w.finish(ctx)
}

// check asks for the credential, the rights and the source, and keeps what
// that says of the connection. A credential that waits is tried first, by a
// test of the connection alone.
func (w *tester) check(ctx context.Context) bool {
	w.set(ctx, "credential", recruit.TestCheck{State: recruit.CheckRunning})
	checks, usable, err := w.look(ctx)
	if err != nil {
		w.set(ctx, "credential", failure(err))
		return false
	}
	passed := usable
	for _, c := range checks {
		w.set(ctx, c.Name, c)
		passed = passed && c.State != recruit.CheckFailed
	}
	return passed
}

func (w *tester) look(ctx context.Context) ([]recruit.TestCheck, bool, error) {
	e, id := w.e, w.run.Connection
	if w.run.RemoteJob == "" {
		next, err := e.o.Store.Next(ctx, id)
		switch {
		case err == nil:
			return e.examineNext(ctx, w.l, id, next)
		case !errors.Is(err, recruit.ErrNotFound):
			return nil, false, err
		}
	}
	return e.examine(ctx, id, w.conn, true)
}

// Why a connection is broken.
const (
	reasonRefused      = "credential_refused"
	reasonRevoked      = "grant_revoked"
	reasonInterrupted  = "refresh_interrupted"
	reasonOtherAccount = "other_account"
)

// brokenBy says which of them an unauthorized or revoked error is.
func brokenBy(err error) string {
	var e *connector.Error
	switch {
	case connector.KindOf(err) != connector.Revoked:
		return reasonRefused
	case errors.As(err, &e) && e.Code == "REFRESH_INTERRUPTED":
		return reasonInterrupted
	}
	return reasonRevoked
}

// flight looks at the job.
func (w *tester) flight(ctx context.Context) bool {
	w.set(ctx, "job_open", recruit.TestCheck{State: recruit.CheckRunning})
	job, checks, err := w.conn.Flight.Preflight(ctx, w.run.RemoteJob)
	if kerr := w.keep(ctx, job, checks, err); kerr != nil {
		w.e.o.Log.Error("connection.job", "connection", w.run.Connection, "err", kerr)
	}
	if err != nil {
		c := failure(err)
		if notShared(err) {
			c.Code = "job_not_shared"
		}
		w.set(ctx, "job_open", c)
		return false
	}
	passed := true
	for _, c := range checks {
		w.set(ctx, c.Name, c)
		passed = passed && c.State != recruit.CheckFailed
	}
	return passed
}

// keep keeps what a test found of its job like what a look finds: a binding that
// was broken because of it, and what waits for it, go on.
func (w *tester) keep(ctx context.Context, job recruit.RemoteJob, checks []recruit.TestCheck, err error) error {
	c, cerr := w.e.o.Store.AnyConnection(ctx, w.run.Connection)
	k := Look{Job: w.run.RemoteJob}
	if cerr != nil || !w.e.judged(&k, c.AccessScope, job, checks, err) {
		return cerr
	}
	return w.e.o.Store.SaveLook(ctx, w.run.Connection, w.l.Fence, k, w.e.o.Now())
}

// push puts the test candidate in. The intent to remove it is on disk before
// the first byte leaves.
func (w *tester) push(ctx context.Context) bool {
	w.pushing = true
	w.set(ctx, "create", recruit.TestCheck{State: recruit.CheckRunning})
	if w.lost {
		return false
	}
	err := w.conn.Push.Push(ctx, testSubmission(w.run), connector.Receipt{}, func(r connector.Receipt) error {
		w.run.RemoteCandidate, w.run.RemoteApp, w.run.RemoteURL = r.Candidate, r.Application, r.URL
		if r.Candidate != "" {
			w.note("create", recruit.TestCheck{State: recruit.CheckPassed})
		}
		if r.CVDone {
			w.note("cv_attached", recruit.TestCheck{State: recruit.CheckPassed})
		} else if r.Candidate != "" {
			w.note("cv_attached", recruit.TestCheck{State: recruit.CheckRunning})
		}
		return w.save(ctx)
	})
	if err == nil {
		return true
	}
	step := "create"
	if w.run.RemoteCandidate != "" {
		step = "cv_attached"
	}
	w.set(ctx, step, failure(err))
	return false
}

// readBack compares what the ATS holds with what was sent.
func (w *tester) readBack(ctx context.Context) {
	if w.conn.Read == nil {
		w.set(ctx, "read_back", recruit.TestCheck{State: recruit.CheckNotApplicable})
		return
	}
	w.set(ctx, "read_back", recruit.TestCheck{State: recruit.CheckRunning})
	cv := testCV(w.run)
	b, err := w.conn.Read.ReadBack(ctx, connector.Receipt{Candidate: w.run.RemoteCandidate, Application: w.run.RemoteApp, URL: w.run.RemoteURL}, w.run.RemoteJob)
	switch {
	case err != nil:
		w.set(ctx, "read_back", failure(err))
	case !b.CVHidden && b.CVSHA != cv.SHA256:
		w.set(ctx, "read_back", recruit.TestCheck{State: recruit.CheckFailed, Code: "cv_differs"})
	default:
		code := "read_back"
		if b.CVHidden {
			code = "read_back_no_file" // nobody compared what is not shown
		}
		w.set(ctx, "read_back", recruit.TestCheck{State: recruit.CheckPassed, Code: code,
			Args: map[string]string{"source": b.Source, "status": b.Status, "bytes": strconv.FormatInt(b.CVBytes, 10)}})
	}
}

// remove takes the test candidate out again, if it is the run's own.
func (w *tester) remove(ctx context.Context) {
	if w.conn.Remove == nil {
		w.set(ctx, "removed", recruit.TestCheck{State: recruit.CheckWarning, Code: "removal_by_hand"})
		return
	}
	w.set(ctx, "removed", recruit.TestCheck{State: recruit.CheckRunning})
	if err := w.conn.Remove.Remove(ctx, w.run.RemoteCandidate, w.run.RemoteJob, w.run.Tag); err != nil {
		w.set(ctx, "removed", recruit.TestCheck{State: recruit.CheckWarning, Code: removalCode(err)})
		return
	}
	w.pushing = false
	w.set(ctx, "removed", recruit.TestCheck{State: recruit.CheckPassed})
}

func removalCode(err error) string {
	switch connector.KindOf(err) {
	case connector.Forbidden, connector.Rejected:
		return "removal_by_hand"
	}
	return "removal_pending"
}

// finish ends the run: what was not reached was not tried.
func (w *tester) finish(ctx context.Context) {
	w.run.State = "passed"
	for i := range w.run.Checks {
		c := &w.run.Checks[i]
		switch c.State {
		case recruit.CheckPending, recruit.CheckRunning:
			c.State, c.Code = recruit.CheckNotApplicable, "not_reached"
			if c.Name == "removed" && w.pushing {
				c.State, c.Code = recruit.CheckWarning, "removal_pending"
			}
		case recruit.CheckFailed:
			w.run.State = "failed"
		case recruit.CheckWarning:
			w.run.Warned = true
		}
	}
	w.run.FinishedAt = w.e.o.Now()
	_ = w.save(ctx) // a lost lease ends it anyhow: the next run says "interrupted"
}

func (w *tester) note(name string, c recruit.TestCheck) {
	for i := range w.run.Checks {
		if w.run.Checks[i].Name == name {
			c.Name = name
			w.run.Checks[i] = c
		}
	}
}

func (w *tester) set(ctx context.Context, name string, c recruit.TestCheck) {
	w.note(name, c)
	_ = w.save(ctx)
}

// save keeps the run as it stands. While a candidate of it may be in the ATS,
// its removal is due from a little later on, should this process die.
func (w *tester) save(ctx context.Context) error {
	removal, when := "", time.Time{}
	if w.pushing {
		removal, when = "due", w.e.o.Now().Add(time.Minute)
		for _, c := range w.run.Checks {
			if c.Name == "removed" && c.Code == "removal_by_hand" {
				removal = "impossible"
			}
		}
	} else if w.run.RemoteCandidate != "" {
		removal = "done"
	}
	err := w.e.o.Store.SaveTestRun(context.WithoutCancel(ctx), w.run, w.l.Fence, w.pushing, removal, when)
	if err != nil {
		w.l.Unsettled()
		w.lost = true
		w.e.o.Log.Info("connection.test_unsaved", "run", w.run.ID, "err", err)
	}
	return err
}

// failure is a check that could not be passed, by the kind of what happened.
func failure(err error) recruit.TestCheck {
	c := recruit.TestCheck{State: recruit.CheckFailed, Code: "ats_" + connector.KindOf(err).String()}
	var e *connector.Error
	if errors.As(err, &e) && connector.SafeCode(e.Code) != "" {
		c.Args = map[string]string{"vendor_code": e.Code}
	}
	return c
}
