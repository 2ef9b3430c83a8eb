package erecruiter_test

import (
	"fmt"
	"testing"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	sim "handoff/internal/simulator/erecruiter"
)

// A recruitment costs as many calls as it has pages once the ATS has shown how
// long its pages are, and is read whole whatever its pages and counts are like.
// A lookup, whose answer may have somebody sent again, asks until nothing new
// comes.
func TestWhereAListEndsIsSeenOnceItsPagesAreKnown(t *testing.T) {
	both(t, func(t *testing.T, s setting) {
		calls := func(r *remote, since uint64) (n int) {
			for _, e := range r.sim.Journal(since).Entries {
				if e.Op == "listRecruitmentApplications" {
					n++
				}
			}
			return n
		}
		for _, c := range []struct {
			counts        string
			items, rows   int // the ATS's longest page, and what is on the recruitment
			reads, lookup int // calls of a reading, and of a lookup
		}{
			{"mixed", 20, 45, 3, 4}, // 20 + 20 + the rest, by offset with a row of the page before
			{"absent", 20, 45, 3, 4},
			{"wrong", 20, 45, 0, 0}, // it counts more than there are: that is looked into
			{"mixed", 20, 20, 2, 2},
			{"mixed", 20, 7, 2, 2}, // no page is known to be longer
		} {
			r, conn := run(t, s, readings(t, "counts="+c.counts))
			r.sim.SetLimits(sim.Limits{PerSecond: -1, PageItems: c.items})
			job := r.Job(atstest.JobOther)
			all := tracked(t, r, conn, job, 2)
			for i := range c.rows - len(r.sim.Ledger().Live(number(job))) {
				r.AddCandidate(atstest.Other{Job: job, Email: fmt.Sprintf("s%d@example.org", i)})
			}
			read := func(what string, want int) {
				t.Helper()
				since := r.sim.Journal(0).Next
				got, err := conn.Stages.ReadStages(t.Context(), job, all)
				if err != nil || got.Rows != len(r.sim.Ledger().Live(number(job))) {
					t.Fatalf("%+v: %d rows, %v", c, got.Rows, err)
				}
				for _, a := range all {
					if got.Stages[a.Application].Gone {
						t.Errorf("%+v: %s is missed", c, a.Application)
					}
				}
				if n := calls(r, since); n != want && want > 0 {
					t.Errorf("%+v: %d calls of %s, want %d", c, n, what, want)
				}
			}
			read("the first reading", c.reads)
			read("a further reading", c.reads)
			since := r.sim.Journal(0).Next
			x := submission(job, 77)
			if got, err := conn.Find.Find(t.Context(), job, []connector.Wanted{{Application: x.Application, Email: x.Candidate.Email}}); err != nil || got[x.Application].Match != connector.Absent {
				t.Errorf("%+v: %+v, %v", c, got, err)
			}
			if n := calls(r, since); n != c.lookup && c.lookup > 0 {
				t.Errorf("%+v: %d calls of a lookup", c, n)
			}
		}
	})
}
