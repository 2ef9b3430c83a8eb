package store

import (
	"context"
	"testing"
	"time"

	"handoff/internal/recruit"
)

func TestConsentIsGivenOnlyByTheNewestRecordForExactlyThatAccountAndJob(t *testing.T) {
	minute := func(n int) time.Time { return time.UnixMilli(int64(n) * 60_000).UTC() }
	given := recruit.ConsentRecord{Application: "app_1", Company: "com_1", Connection: "conn_1", AccountID: "acct", RemoteJob: "1",
		Purpose: recruit.PurposeATSTransfer, Decision: recruit.Given, At: minute(10)}
	with := func(f func(*recruit.ConsentRecord)) recruit.ConsentRecord { c := given; f(&c); return c }
	cases := []struct {
		name     string
		records  []recruit.ConsentRecord
		switched int
		want     bool
	}{
		{"never asked", nil, 0, false},
		{"given", []recruit.ConsentRecord{given}, 0, true},
		{"refused", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.Decision = recruit.Refused })}, 0, false},
		{"not answered", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.Decision = recruit.NoStatement })}, 0, false},
		{"withdrawn in the same millisecond", []recruit.ConsentRecord{given, with(func(c *recruit.ConsentRecord) { c.Decision = recruit.Withdrawn })}, 0, false},
		{"given again after a refusal", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.Decision = recruit.Refused }), given}, 0, true},
		{"of another purpose", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.Purpose = recruit.PurposeClause })}, 0, false},
		{"for another application", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.Application = "app_2" })}, 0, false},
		{"to another company", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.Company = "com_2" })}, 0, false},
		{"to another connection", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.Connection = "conn_2" })}, 0, false},
		{"to another account", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.AccountID = "other" })}, 0, false},
		{"to another job", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.RemoteJob = "2" })}, 0, false},
		{"before the account was known", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.AccountID = "" })}, 0, true},
		{"before the account was known, and switched since", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.AccountID = "" })}, 10, false},
		{"after a switch, before the account was known", []recruit.ConsentRecord{with(func(c *recruit.ConsentRecord) { c.AccountID = "" })}, 9, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := open(t)
			var got bool
			err := db.write(t.Context(), func(ctx context.Context, t *tx) error {
				_, err := t.Exec(ctx, `INSERT INTO connections (id, company_id, ats, auth, environment, state, created_by, created_at, switched_at)
					VALUES ('conn_1', 'com_1', 'x', 'x', 'x', 'connected', '', 1, $1), ('conn_2', 'com_1', 'x', 'x', 'x', 'connected', '', 1, 0)`, ms(minute(c.switched)))
				if err != nil {
					return err
				}
				for i, r := range c.records {
					r.ID = recruit.ConsentRecordID(rune('z' - i)) // later ones sort first: time must decide
					if err := t.recordConsent(ctx, r); err != nil {
						return err
					}
				}
				got, err = consentGiven(ctx, t, "app_1", "conn_1", "acct", "1")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("given: %t", got)
			}
		})
	}
}

func TestLinesOfOneMillisecondKeepTheirOrder(t *testing.T) {
	db := open(t)
	now := time.UnixMilli(1_000_000)
	want := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	for _, kind := range want {
		err := db.write(t.Context(), func(ctx context.Context, t *tx) error {
			return t.event(ctx, "com_1", "app_1", now, kind, "system", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	events, err := db.ApplicationTimeline(t.Context(), "com_1", "app_1")
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range events {
		if e.Kind != want[i] {
			t.Errorf("line %d is %s, want %s", i, e.Kind, want[i])
		}
	}
}
