package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/store"
)

// sizes are how much there is in a simulated SmartRecruiters.
type sizes struct {
	jobs, ours, strangers int
	moves                 int           // of ours, in each part
	every                 time.Duration // between two of them; strangers move as often
}

// measureStages: how long after a recruiter moved somebody at the ATS the
// platform shows it, on one credential at the vendor's limits; first with
// webhooks, then with the subscription suspended, by reading alone.
func measureStages(ctx context.Context, small bool) ([]figure, error) {
	z := sizes{jobs: 50, ours: 1000, strangers: 4000, moves: 300, every: 200 * time.Millisecond}
	if small {
		z = sizes{jobs: 2, ours: 10, strangers: 10, moves: 3, every: 100 * time.Millisecond}
	}
	s, err := syncedSmartRecruiters(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close()
	ours, strangers, err := s.populate(z)
	if err != nil {
		return nil, err
	}
	if err := s.follow(ctx, ours); err != nil {
		return nil, err
	}
	since := s.b.sim.Journal(0).Next
	if err := s.serve(ctx); err != nil {
		return nil, err
	}
	rand.Shuffle(len(ours), func(i, j int) { ours[i], ours[j] = ours[j], ours[i]; s.apps[i], s.apps[j] = s.apps[j], s.apps[i] })
	heard, err := s.follows(ctx, z, ours, strangers, 0, "INTERVIEW", recruit.StageInvited, 5*time.Millisecond)
	if err != nil {
		return nil, fmt.Errorf("by webhook: %w", err)
	}
	if err := s.b.sim.SuspendWebhook(s.b.sim.Webhooks()[0].ID); err != nil {
		return nil, err
	}
	read, err := s.follows(ctx, z, ours, strangers, z.moves, "OFFERED", recruit.StageOffer, 200*time.Millisecond)
	if err != nil {
		return nil, fmt.Errorf("by reading: %w", err)
	}
	limited := 0
	for _, e := range s.b.sim.Journal(since).Entries {
		if e.Status == 429 {
			limited++
		}
	}
	note := fmt.Sprintf("%d applications and %d strangers on %d jobs; %d of ours and as many strangers moved, one each every %v", z.ours, z.strangers, z.jobs, z.moves, z.every)
	return []figure{
		{"moved there to moved here, by webhook, p50", milliseconds(percentile(heard, 50)), "ms", note, ""},
		{"moved there to moved here, by webhook, p99", milliseconds(percentile(heard, 99)), "ms", note, "under 2000"},
		{"moved there to moved here, by reading alone, p50", percentile(read, 50).Seconds(), "s", note, ""},
		{"moved there to moved here, by reading alone, p95", percentile(read, 95).Seconds(), "s", note, "under 60"},
		{"429 provoked meanwhile", float64(limited), "", "on both ways together", "0"},
	}, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// populate fills the ATS: applications of ours, as they are to be followed, and
// strangers, dealt out evenly over the jobs.
func (s *synced) populate(z sizes) (ours, strangers []store.Copy, err error) {
	jobs := make([]string, z.jobs)
	for i := range jobs {
		j, err := s.b.sim.CreateJob(smartrecruiters.JobSpec{Title: fmt.Sprintf("Engineer %d", i)})
		if err != nil {
			return nil, nil, err
		}
		jobs[i] = j.ID
	}
	for i := range z.ours + z.strangers {
		x, err := s.add(jobs[i%len(jobs)], i)
		if err != nil {
			return nil, nil, err
		}
		if i < z.ours {
			ours = append(ours, x)
		} else {
			strangers = append(strangers, x)
		}
	}
	return ours, strangers, nil
}

// add puts somebody on a job at SmartRecruiters.
func (s *synced) add(job string, n int) (store.Copy, error) {
	k, err := s.b.sim.AddCandidate(smartrecruiters.Stranger{FirstName: "Bench", LastName: fmt.Sprintf("Number %d", n), Email: fmt.Sprintf("there%d@example.com", n), JobID: job})
	if err != nil {
		return store.Copy{}, err
	}
	return store.Copy{Job: recruit.RemoteJobID(job), Candidate: recruit.RemoteCandidateID(k.ID), Remote: recruit.RemoteApplicationID(k.Applications[0].ID),
		Stage: recruit.RemoteStage{Key: "NEW", Name: "New"}}, nil
}

// follows moves people at the ATS one after the other, ours and strangers, and
// tells how long each of ours took to be seen at the platform, where it is
// looked for at every look.
func (s *synced) follows(ctx context.Context, z sizes, ours, strangers []store.Copy, from int, status string, want recruit.Stage, look time.Duration) ([]time.Duration, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type moved struct {
		n  int
		at time.Time
	}
	begun, failed := make(chan moved, z.moves), make(chan error, 1)
	go func() {
		next := time.NewTicker(z.every)
		defer next.Stop()
		defer close(begun)
		for i := range z.moves {
			n := (from + i) % len(ours)
			at := time.Now()
			err := s.b.sim.MoveCandidate(string(ours[n].Candidate), string(ours[n].Job), smartrecruiters.Move{Status: status})
			if err == nil {
				x := strangers[n%len(strangers)]
				err = s.b.sim.MoveCandidate(string(x.Candidate), string(x.Job), smartrecruiters.Move{Status: status})
			}
			if err != nil {
				failed <- err
				return
			}
			begun <- moved{n, at}
			select {
			case <-next.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	var took []time.Duration
	var waiting []moved
	err := await(ctx, time.Duration(z.moves)*z.every+2*time.Minute, func() (bool, error) {
		if err := pause(ctx, look); err != nil {
			return false, err
		}
		for {
			select {
			case err := <-failed:
				return false, err
			case m, more := <-begun:
				if more {
					waiting = append(waiting, m)
					continue
				}
				begun = nil
			default:
			}
			break
		}
		left := waiting[:0]
		for _, m := range waiting {
			stage, err := s.stage(ctx, m.n)
			if err != nil {
				return false, err
			}
			if stage == want {
				took = append(took, time.Since(m.at))
			} else {
				left = append(left, m)
			}
		}
		waiting = left
		return begun == nil && len(waiting) == 0, nil
	})
	if err != nil {
		err = fmt.Errorf("%d of %d were seen: %w", len(took), z.moves, err)
	}
	return took, err
}
