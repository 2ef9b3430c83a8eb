package say

import (
	"testing"
	"time"
)

func book(t *testing.T) *Book {
	t.Helper()
	b, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPolishCountsInFourForms(t *testing.T) {
	s := book(t).In(Polish)
	for n, want := range map[int]string{0: "0 kandydatów", 1: "1 kandydat", 2: "2 kandydatów", 5: "5 kandydatów", 12: "12 kandydatów", 22: "22 kandydatów"} {
		if got := s.N("processes.applications", n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{1: "1 rok", 3: "3 lata", 5: "5 lat", 12: "12 lat", 24: "24 lata"} {
		if got := s.N("details.years", n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestACodeThatNobodyKnowsIsStillASentence(t *testing.T) {
	s := book(t).In(English)
	if got := s.Code("reason", "brand_new", nil); got != "Reason: brand_new" {
		t.Error(got)
	}
	if got := s.Code("reason", "job_closed", map[string]string{"ats": "SmartRecruiters"}); got != "The job is closed in SmartRecruiters. Open it there, or bind the process to another." {
		t.Error(got)
	}
	if got := s.Code("problem", "sign_in_limited", map[string]string{"retry_after": "30"}); got != "Too many attempts. Try again in 30 s." {
		t.Error(got)
	}
}

func TestNumbersAndTimesAreWrittenAsPeopleWriteThem(t *testing.T) {
	b := book(t)
	en, pl := b.In(English), b.In(Polish)
	at := time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{en.Number(1234567), "1,234,567"}, {pl.Number(26000), "26\u00a0000"}, {en.Number(-1000), "-1,000"}, {en.Number(7), "7"},
		{en.Size(10 << 20), "10 MB"}, {pl.Size(1_572_864), "1,5 MB"}, {en.Size(2048), "2 kB"}, {en.Size(5), "5 B"},
		{en.Day(at), "21 Nov 2026"}, {pl.Moment(at), "21.11.2026, 14:05"}, {en.Ago(time.Time{}, at), "never"},
		{pl.Ago(at.Add(-3*time.Minute), at), "3 minuty temu"}, {en.Ago(at.Add(-time.Hour), at), "1 hour ago"}, {en.Until(at.Add(90*time.Minute), at), "in 2 hours"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestTheBrowsersLanguageIsMatched(t *testing.T) {
	b := book(t)
	for header, want := range map[string]string{"pl-PL,pl;q=0.9,en;q=0.8": Polish, "de,en;q=0.5": English, "": English, "nonsense;;": English, "en-GB": English} {
		if got := b.Match(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	if b.In("de").Lang != English {
		t.Error("an unknown language is not answered in English")
	}
}
