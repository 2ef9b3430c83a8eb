package erecruiter

import (
	"testing"

	"handoff/internal/connector"
)

// A history that fails at random, as single calls of this vendor do (C), is
// asked for three times; one that is behind the list does not undo it.
func TestAHistoryThatFailsAtRandomIsAskedForAgain(t *testing.T) {
	const bare, shows = `200 {"applications":[{"applicationId":7,"candidateId":8,"candidateEmail":"a@example.com"}]}`,
		`200 {"applications":[{"applicationId":7,"candidateId":8,"candidateEmail":"a@example.com","stageId":5,"stageName":"Talk"}]}`
	const failed, old = `500 [{"errorCode":"InternalServerError"}]`, `200 {"candidateApplicationStages":[{"stageId":1,"stageName":"Nowy","createDate":"2026-11-20T10:00:00"}]}`
	for _, c := range []struct {
		what    string
		answers []string
		key     string
		dated   bool
		err     string
	}{
		{"twice", []string{bare, bare, failed, failed, old}, "1", true, ""},
		{"three times", []string{bare, bare, failed, failed, failed, old}, "", false, "unavailable"},
		{"three times, where the list shows the stage", []string{shows, shows, failed, failed, failed}, "5", false, ""},
		{"behind the list", []string{shows, shows, old}, "5", false, ""},
		{"empty", []string{bare, bare, `200 {"candidateApplicationStages":[]}`}, "", false, "unavailable"},
		{"limited", []string{shows, shows, `429 []`}, "", false, "rate_limited"},
		{"without a stage in it", []string{bare, bare, `200 {"candidateApplicationStages":[{"createDate":"2026-11-20T10:00:00"}]}`}, "", false, "unavailable"},
	} {
		conn, a := with(t, asKey, c.answers...)
		got, err := conn.ReadStages(t.Context(), "3", []connector.Tracked{{Application: "app", Candidate: "8", Remote: "7", Last: "1"}})
		kind := ""
		if err != nil {
			kind = connector.KindOf(err).String()
		}
		r := got.Stages["app"]
		if kind != c.err || string(r.Key) != c.key || r.ChangedAt.IsZero() == c.dated || (err != nil) != (got.Stages == nil) {
			t.Errorf("%s: %+v, %v (asked %v)", c.what, got, err, a.asked)
		}
	}
}
