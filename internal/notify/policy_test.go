package notify

import (
	"testing"
	"time"

	"handoff/internal/recruit"
)

func TestWhoIsMailedAboutAChangeOfStage(t *testing.T) {
	const (
		waiting, evaluating, invited = recruit.StageWaiting, recruit.StageEvaluating, recruit.StageInvited
		offer, hired, negative       = recruit.StageOffer, recruit.StageHired, recruit.StageNegative
		user, sync                   = recruit.ActorUser, recruit.ActorSync
	)
	all := Rules{Negative: true, Hired: true, Automatic: true}
	move := func(read, from, to recruit.Stage, by recruit.Actor) Move {
		return Move{Read: read, From: from, To: to, By: by, Teller: TellPlatform, Rejections: 1}
	}
	with := func(m Move, change func(*Move)) Move { change(&m); return m }
	for _, c := range []struct {
		name   string
		rules  Rules
		move   Move
		want   Verdict
		reason string
	}{
		{"forward by synchronisation", Rules{}, move(waiting, waiting, invited, sync), Tell, ""},
		{"forward by a user", Rules{}, move(waiting, waiting, invited, user), Tell, ""},
		{"nobody chose who tells", Rules{}, with(move(waiting, waiting, invited, sync), func(m *Move) { m.Teller = NobodyChose }), Silent, ""},
		{"the ATS tells", Rules{}, with(move(waiting, waiting, invited, sync), func(m *Move) { m.Teller = TellATS }), Silent, ""},
		{"nobody tells", Rules{}, with(move(waiting, waiting, invited, user), func(m *Move) { m.Teller = TellNobody }), Silent, ""},
		{"negative by synchronisation is off", Rules{Hired: true, Automatic: true}, move(waiting, waiting, negative, sync), Silent, ""},
		{"negative by synchronisation, switched on", Rules{Negative: true}, move(waiting, waiting, negative, sync), Tell, ""},
		{"negative by a user", Rules{}, move(waiting, waiting, negative, user), Tell, ""},
		{"hired by synchronisation is off", Rules{Negative: true, Automatic: true}, move(offer, offer, hired, sync), Silent, ""},
		{"hired by synchronisation, switched on", Rules{Hired: true}, move(offer, offer, hired, sync), Tell, ""},
		{"the ATS's own move is off", Rules{Negative: true, Hired: true}, with(move(waiting, waiting, evaluating, sync), func(m *Move) { m.Automatic = true }), Silent, ""},
		{"the ATS's own move, switched on", Rules{Automatic: true}, with(move(waiting, waiting, evaluating, sync), func(m *Move) { m.Automatic = true }), Tell, ""},
		{"a person's move between the same stages", Rules{}, move(waiting, waiting, evaluating, sync), Tell, ""},
		{"back to what the candidate reads", all, move(waiting, invited, waiting, sync), Silent, ""},
		{"backward by synchronisation", all, move(invited, invited, evaluating, sync), Ask, ReasonBackward},
		{"backward by a user", Rules{}, move(invited, invited, evaluating, user), Tell, ""},
		{"backward within the grace period only", all, move(waiting, offer, invited, sync), Tell, ""},
		{"from negative to anything", all, move(negative, negative, invited, sync), Ask, ReasonBackward},
		{"from hired to negative", all, move(hired, hired, negative, sync), Ask, ReasonBackward},
		{"the twentieth rejection of an hour", all, with(move(waiting, waiting, negative, sync), func(m *Move) { m.Rejections = 20 }), Tell, ""},
		{"the twenty-first rejection of an hour", all, with(move(waiting, waiting, negative, sync), func(m *Move) { m.Rejections = 21 }), Ask, ReasonManyRejections},
		{"the twenty-first rejection while they are off", Rules{}, with(move(waiting, waiting, negative, sync), func(m *Move) { m.Rejections = 21 }), Silent, ""},
		{"an invitation beside many rejections", all, with(move(waiting, waiting, invited, sync), func(m *Move) { m.Rejections = 21 }), Tell, ""},
		{"a backfill", all, with(move(waiting, waiting, invited, sync), func(m *Move) { m.Quiet = true }), Silent, ""},
		{"no change", all, move(invited, invited, invited, sync), Silent, ""},
		{"an unchanged stage that was not told", all, move(waiting, invited, invited, sync), Silent, ""},
	} {
		if v, reason := Decide(c.rules, c.move); v != c.want || reason != c.reason {
			t.Errorf("%s: %v %q, want %v %q", c.name, v, reason, c.want, c.reason)
		}
	}
}

func TestStageMailsLeaveInWorkingHoursOfTheCompanysZone(t *testing.T) {
	for _, c := range []struct{ zone, at, want string }{
		{"Europe/Warsaw", "2026-11-18T07:59:59+01:00", "2026-11-18T08:00:00+01:00"},
		{"Europe/Warsaw", "2026-11-18T08:00:00+01:00", "2026-11-18T08:00:00+01:00"},
		{"Europe/Warsaw", "2026-11-18T19:59:59+01:00", "2026-11-18T19:59:59+01:00"},
		{"Europe/Warsaw", "2026-11-18T20:00:00+01:00", "2026-11-19T08:00:00+01:00"},
		{"Europe/Warsaw", "2026-11-20T19:59:59+01:00", "2026-11-20T19:59:59+01:00"}, // Friday
		{"Europe/Warsaw", "2026-11-20T20:00:00+01:00", "2026-11-23T08:00:00+01:00"},
		{"Europe/Warsaw", "2026-11-21T12:00:00+01:00", "2026-11-23T08:00:00+01:00"},
		{"Europe/Warsaw", "2026-11-22T23:59:59+01:00", "2026-11-23T08:00:00+01:00"},
		{"Europe/Warsaw", "2026-03-27T21:00:00+01:00", "2026-03-30T08:00:00+02:00"}, // over the change to summer time
		{"Europe/Warsaw", "2026-10-23T21:00:00+02:00", "2026-10-26T08:00:00+01:00"}, // and back
		{"America/New_York", "2026-11-18T12:30:00Z", "2026-11-18T08:00:00-05:00"},
		{"Pacific/Auckland", "2026-11-20T06:59:00Z", "2026-11-20T19:59:00+13:00"},
		{"Pacific/Auckland", "2026-11-20T07:00:00Z", "2026-11-23T08:00:00+13:00"},
		{"no such zone", "2026-11-18T07:00:00Z", "2026-11-18T08:00:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		want, err := time.Parse(time.RFC3339, c.want)
		if err != nil {
			t.Fatal(err)
		}
		if got := NextOpen(at, Zone(c.zone)); !got.Equal(want) {
			t.Errorf("%s in %s: %s, want %s", c.at, c.zone, got.Format(time.RFC3339), c.want)
		}
	}
}
