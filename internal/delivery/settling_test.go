package delivery

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// settled is a Store that keeps the last outcome, and answers each step alike.
type settled struct {
	Store
	step error
	o    Outcome
}

func (s *settled) RecordStep(context.Context, recruit.ApplicationID, int64, connector.Receipt, time.Time) error {
	return s.step
}

func (s *settled) Settle(_ context.Context, _ recruit.ApplicationID, _ int64, o Outcome) error {
	s.o = o
	return nil
}

// ats is an ATS of one answer to each question.
type ats struct {
	find connector.Found
	push func(connector.Record) error
}

func (a ats) OpenConn(context.Context, *lane.Lease, recruit.ConnectionID) (*connector.Conn, error) {
	return &connector.Conn{Find: a, Push: a, Settle: 5 * time.Minute}, nil
}

func (a ats) Find(_ context.Context, _ recruit.RemoteJobID, w []connector.Wanted) (map[recruit.ApplicationID]connector.Found, error) {
	return map[recruit.ApplicationID]connector.Found{w[0].Application: a.find}, nil
}

func (a ats) Push(_ context.Context, _ connector.Submission, _ connector.Receipt, record connector.Record) error {
	return a.push(record)
}

func engine(a ats, step error) (*Engine, *settled, *lane.Lease) {
	now := func() time.Time { return time.Unix(1000, 0) }
	s := &settled{step: step}
	return &Engine{Store: s, Open: a, Now: now, Log: slog.New(slog.DiscardHandler)}, s, lane.NewLease("conn:a", 1, time.Unix(2000, 0), now)
}

func TestSomebodyElsesCandidateNeverBecomesWhatAnUnansweredPushGoesOnWith(t *testing.T) {
	e, s, l := engine(ats{find: connector.Found{Match: connector.Existing, Candidate: "theirs", Application: "a", URL: "u"}}, nil)
	item := LookupItem{Wanted: connector.Wanted{Application: "app_1", From: time.Unix(990, 0), To: time.Unix(995, 0)}}
	e.find(t.Context(), l, "conn_a", Lookup{Job: "1", Items: []LookupItem{item}})
	if s.o.State != recruit.DeliveryUnanswered || s.o.Receipt != (connector.Receipt{}) {
		t.Errorf("%s with %+v: our own may yet appear, and would be taken for theirs", s.o.State, s.o.Receipt)
	}
	item.Stopped = true
	e.find(t.Context(), l, "conn_a", Lookup{Job: "1", Items: []LookupItem{item}})
	if s.o.State != recruit.DeliveryCancelled || s.o.Receipt != (connector.Receipt{}) {
		t.Errorf("%s with %+v, want cancelled with nothing of theirs", s.o.State, s.o.Receipt)
	}
	item.Stopped, item.Wanted.To = false, time.Unix(100, 0)
	e.find(t.Context(), l, "conn_a", Lookup{Job: "1", Items: []LookupItem{item}})
	if s.o.State != recruit.DeliveryLinked || s.o.Receipt.Candidate != "theirs" {
		t.Errorf("%s with %+v, want linked to theirs", s.o.State, s.o.Receipt)
	}
}

func TestACandidateWhoIsGoneBreaksNobodyElsesJob(t *testing.T) {
	gone := &connector.Error{Kind: connector.Gone, Op: "attach", Status: 404}
	e, s, l := engine(ats{push: func(record connector.Record) error {
		return errors.Join(record(connector.Receipt{Candidate: "c"}), gone)
	}}, nil)
	e.push(t.Context(), l, "conn_a", Work{Application: recruit.Application{ID: "app_1"}})
	if s.o.State != recruit.DeliveryUnanswered || s.o.Breaks != BreaksNothing || s.o.Certain {
		t.Errorf("%s, breaks %d: what was made has to be looked up", s.o.State, s.o.Breaks)
	}
	e, s, l = engine(ats{push: func(connector.Record) error { return gone }}, nil)
	e.push(t.Context(), l, "conn_a", Work{Application: recruit.Application{ID: "app_1"}})
	if s.o.State != recruit.DeliveryHeld || s.o.Reason != ReasonJobGone || s.o.Breaks != BreaksBinding {
		t.Errorf("%s %s for a job that is gone", s.o.State, s.o.Reason)
	}
}

func TestALookupThatIsRefusedSaysWhoseTurnItIs(t *testing.T) {
	for kind, want := range map[connector.Kind]recruit.Turn{connector.Gone: recruit.TurnAdmin, connector.Forbidden: recruit.TurnAdmin, connector.Unavailable: recruit.TurnNobody} {
		v := lookAgain(&connector.Error{Kind: kind}, LookupItem{})
		if v.State != recruit.DeliveryUnanswered || v.Turn != want || v.Reason == "" {
			t.Errorf("%s: %s %s, %q's turn", kind, v.State, v.Reason, v.Turn)
		}
	}
}

func TestAConsentThatEndsBetweenTwoStepsWithoutAWithdrawalWithholds(t *testing.T) {
	e, s, l := engine(ats{push: func(record connector.Record) error { return record(connector.Receipt{Candidate: "c"}) }}, &Withheld{Reason: ReasonConsentOther})
	e.push(t.Context(), l, "conn_a", Work{Application: recruit.Application{ID: "app_1"}})
	if s.o.State != recruit.DeliveryWithheld || s.o.Reason != ReasonConsentOther || s.o.Receipt.Candidate != "c" || !s.o.Certain {
		t.Errorf("%s %s with %+v, want withheld and what was done so far", s.o.State, s.o.Reason, s.o.Receipt)
	}
}

func TestWhatCannotBeReadIsTriedLaterAndSendsNothing(t *testing.T) {
	e, s, l := engine(ats{push: func(connector.Record) error { t.Error("it was sent"); return nil }}, nil)
	e.push(t.Context(), l, "conn_a", Work{Application: recruit.Application{ID: "app_1"}, Unreadable: errors.New("no such key"), Failures: 3})
	if s.o.State != recruit.DeliveryWaiting || s.o.After < 10*time.Second || !s.o.Certain || s.o.Trips {
		t.Errorf("%s after %v", s.o.State, s.o.After)
	}
	item := LookupItem{Wanted: connector.Wanted{Application: "app_1"}, Unreadable: errors.New("no such key"), Failures: 3}
	e.find(t.Context(), l, "conn_a", Lookup{Job: "1", Items: []LookupItem{item}})
	if s.o.State != recruit.DeliveryUnanswered || s.o.After < 10*time.Second || s.o.Certain || s.o.Trips {
		t.Errorf("%s after %v", s.o.State, s.o.After)
	}
}
