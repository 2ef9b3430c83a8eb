package store_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"handoff/internal/store"
)

// What is done for each job that is read, for each webhook and for each
// rejection looks at what is on that job, or about that candidate, however much
// a company has.
func TestWhatIsDoneOftenLooksAtLittle(t *testing.T) {
	db := open(t, t.TempDir(), time.Now)
	row := regexp.MustCompile(`INDEX sqlite_autoindex_\w+ \((id|application_id|connection_id=\? AND (id|remote_job_id))=`)
	few := regexp.MustCompile(`INDEX (deliveries_(job|candidate)|hook_events_about) \(connection_id=\? AND remote_\w+_id=`)
	burst := regexp.MustCompile(`USING (COVERING INDEX mails_burst|INDEX mails_hold) \(company_id=\? AND rejected_on=\? AND planned_at>\?\)$`)
	counted := regexp.MustCompile(`^SCAN (e|others)$`) // the first that are due, and the first rejections: as many as are asked for
	for _, q := range store.Often() {
		for _, step := range store.Plan(t, db, q) {
			first := strings.Contains(q, "ORDER BY due_at LIMIT") && strings.Contains(step, "INDEX hook_events_due ")
			table := strings.HasPrefix(step, "SEARCH ") || strings.HasPrefix(step, "SCAN ") && !counted.MatchString(step)
			if table && !first && !row.MatchString(step) && !few.MatchString(step) && !burst.MatchString(step) {
				t.Errorf("%s\n\t%s", step, q)
			}
		}
	}
}
