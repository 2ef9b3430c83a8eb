package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/stagesync"
	"handoff/internal/store"
)

// runSizes are how much a run has before it.
type runSizes struct{ jobs, applications, moved, elsewhere int }

func sizesOfRun(small bool) runSizes {
	if small {
		return runSizes{jobs: 4, applications: 450, moved: 4, elsewhere: 2}
	}
	return runSizes{jobs: 500, applications: 100_000, moved: 1000, elsewhere: 200}
}

const pageRows = 100 // both vendors' largest page

// necessary is how many requests listings of these lengths cannot do without.
func necessary(rows []int) (n int) {
	for _, x := range rows {
		n += max(1, (x+pageRows-1)/pageRows)
	}
	return n
}

// measureRunSmartRecruiters: what a run over everything costs, when one in a
// hundred has moved. A few are on another job as well, which is the one whose
// status the listing tells.
func measureRunSmartRecruiters(ctx context.Context, small bool) ([]figure, error) {
	z := sizesOfRun(small)
	s, err := syncedSmartRecruiters(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close()
	sim := s.b.sim
	if err := sim.SuspendWebhook(sim.Webhooks()[0].ID); err != nil { // a run does without
		return nil, err
	}
	elsewhere, err := sim.CreateJob(smartrecruiters.JobSpec{Title: "Elsewhere"})
	if err != nil {
		return nil, err
	}
	rows := spread(z.applications, z.jobs)
	var all []store.Copy
	for i, n := range rows {
		j, err := sim.CreateJob(smartrecruiters.JobSpec{Title: fmt.Sprintf("Engineer %d", i)})
		if err != nil {
			return nil, err
		}
		for range n {
			x, err := s.add(j.ID, len(all))
			if err != nil {
				return nil, err
			}
			all = append(all, x)
		}
	}
	for i, x := range all {
		if every := len(all) / z.moved; i%every == 0 && i/every < z.moved {
			if err := sim.MoveCandidate(string(x.Candidate), string(x.Job), smartrecruiters.Move{Status: "INTERVIEW"}); err != nil {
				return nil, err
			}
		}
		if every := len(all) / z.elsewhere; i%every == 1 && i/every < z.elsewhere {
			if err := sim.AddApplication(string(x.Candidate), elsewhere.ID); err != nil {
				return nil, err
			}
		}
	}
	journal := func(since uint64) simkit.JournalPage { return sim.Journal(since) }
	return s.measureRun(ctx, z, all, rows, "SmartRecruiters", journal, func(e simkit.Entry) bool { return e.Method == "GET" && e.Path == "/candidates" }, z.elsewhere)
}

// measureRunERecruiter is the same for eRecruiter, whose history is read of
// those who moved.
func measureRunERecruiter(ctx context.Context, small bool) ([]figure, error) {
	z := sizesOfRun(small)
	s, sim, err := syncedERecruiter(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close()
	waiting := sim.Stage("Nowy")
	place := recruit.RemoteStage{Key: recruit.StageKey(strconv.FormatInt(waiting.ID, 10)), Name: waiting.Name}
	rows := spread(z.applications, z.jobs)
	var all []store.Copy
	for i, n := range rows {
		r, err := sim.CreateRecruitment(erecruiter.RecruitmentSpec{Name: fmt.Sprintf("Engineer %d", i), Shared: true})
		if err != nil {
			return nil, err
		}
		for range n {
			a, err := sim.AddCandidate(erecruiter.Stranger{FirstName: "Bench", LastName: fmt.Sprintf("Number %d", len(all)), RecruitmentID: r.ID})
			if err != nil {
				return nil, err
			}
			all = append(all, store.Copy{Job: recruit.RemoteJobID(strconv.FormatInt(r.ID, 10)), Candidate: recruit.RemoteCandidateID(strconv.FormatInt(a.CandidateID, 10)),
				Remote: recruit.RemoteApplicationID(strconv.FormatInt(a.ID, 10)), Stage: place})
			if every := z.applications / z.moved; (len(all)-1)%every == 0 && (len(all)-1)/every < z.moved {
				if err := sim.OpenCandidate(a.ID); err != nil {
					return nil, err
				}
			}
		}
	}
	return s.measureRun(ctx, z, all, rows, "eRecruiter", sim.Journal, func(e simkit.Entry) bool { return e.Op == "listRecruitmentApplications" }, z.moved)
}

// measureRun begins a run, has it served and counts. aside is how many calls
// beside the listings it cannot do without.
func (s *synced) measureRun(ctx context.Context, z runSizes, all []store.Copy, rows []int, ats string, journal func(uint64) simkit.JournalPage,
	listing func(simkit.Entry) bool, aside int) ([]figure, error) {
	if err := s.follow(ctx, all); err != nil {
		return nil, err
	}
	run, err := s.Stages.Run(ctx, s.b.admin, s.b.conn)
	if err != nil {
		return nil, err
	}
	since, begin := journal(0).Next, time.Now()
	if err := s.serve(ctx); err != nil {
		return nil, err
	}
	if err := await(ctx, 170*time.Second, func() (bool, error) {
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return false, err
		}
		run, _, err = s.Stages.SyncRun(ctx, s.b.admin, run.ID, recruit.List{Limit: 1})
		return err == nil && run.State != "running", err
	}); err != nil {
		return nil, fmt.Errorf("%d of %d jobs were read: %w", run.Done, run.Total, err)
	}
	took, made := time.Since(begin), journal(since).Entries // no job is read again so soon
	peak, err := s.memory("VmHWM:")
	if err != nil {
		return nil, err
	}
	// One job more: the one with the application that was really sent.
	if want := (stagesync.Counts{Moved: z.moved, Unchanged: z.applications - z.moved + 1}); run.Counts != want || run.Total != z.jobs+1 {
		return nil, fmt.Errorf("the run ended with %+v of %d jobs, want %+v of %d", run.Counts, run.Total, want, z.jobs+1)
	}
	listings, others, limited := 0, map[string]int{}, 0
	for _, e := range made {
		switch {
		case e.Status == 429:
			limited++
		case listing(e):
			listings++
		default:
			others[e.Method+" "+e.Path]++
		}
	}
	calls := 0
	for _, n := range others {
		calls += n
	}
	need := necessary(append(rows, 1))
	note := fmt.Sprintf("%s: %d applications on %d jobs, %d moved", ats, z.applications, z.jobs, z.moved)
	out := []figure{
		{"listing requests of a run, by what its pages make necessary", float64(listings) / float64(need), "", fmt.Sprintf("%s; %d requests, %d necessary", note, listings, need), "at most 1.1"},
		{"other calls of a run", float64(calls), "", note + "; " + told(others), fmt.Sprintf("about %d", aside)},
		{"a run over everything", took.Seconds(), "s", note, ""},
		{"429 provoked by it", float64(limited), "", note, "0"},
	}
	if peak > 0 {
		out = append(out, figure{"memory during a run, at most", megabytes(peak), "MB", note + "; resident set of the serving process", "under 150"})
	}
	return out, nil
}

func told(calls map[string]int) string {
	var out []string
	for what, n := range calls {
		out = append(out, fmt.Sprintf("%d %s", n, what))
	}
	return strings.Join(out, ", ")
}
