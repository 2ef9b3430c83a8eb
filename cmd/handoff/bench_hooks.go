package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/store"
)

// burst is what a burst of webhooks came to.
type burst struct {
	mu       sync.Mutex
	took     []time.Duration // of those answered 202, from when each was due to be sent
	accepted map[string]bool
	refused  int // not answered, or not with 202
}

type event struct {
	id  string
	req *http.Request
}

// measureHooks: a burst of webhooks at the door, and one with a SIGKILL in its
// middle. Half of the events are about applications that are followed, half
// about strangers.
func measureHooks(ctx context.Context, small bool) ([]figure, error) {
	z, rate, lasts := sizes{jobs: 10, ours: 100, strangers: 1000}, 2000, 10*time.Second
	if small {
		z, rate, lasts = sizes{jobs: 1, ours: 5, strangers: 5}, 100, time.Second
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
	hook := s.b.sim.Webhooks()[0].ID
	if err := s.b.sim.SuspendWebhook(hook); err != nil { // the bursts are all that comes
		return nil, err
	}
	if err := s.serve(ctx); err != nil {
		return nil, err
	}
	whole, err := s.burst(ctx, hook, rate, lasts, ours, strangers, nil)
	if err != nil {
		return nil, err
	}
	if whole.refused > 0 {
		return nil, fmt.Errorf("%d of %d webhooks were not accepted", whole.refused, whole.refused+len(whole.took))
	}
	for _, x := range ours {
		if err := s.b.sim.MoveCandidate(string(x.Candidate), string(x.Job), smartrecruiters.Move{Status: "INTERVIEW"}); err != nil {
			return nil, err
		}
	}
	restarted := make(chan error, 1)
	broken, err := s.burst(ctx, hook, rate, lasts, ours, strangers, func() {
		s.serving.kill()
		restarted <- s.serve(ctx)
	})
	if err := errors.Join(err, <-restarted); err != nil {
		return nil, err
	}
	lost, worked, err := s.accounted(ctx, ours, broken.accepted)
	if err != nil {
		return nil, err
	}
	note := fmt.Sprintf("%d a second for %v, signed; half about %d applications of ours, half about %d strangers", rate, lasts, z.ours, z.strangers)
	return []figure{
		{"webhook to its 202, p50", milliseconds(percentile(whole.took, 50)), "ms", note, ""},
		{"webhook to its 202, p99", milliseconds(percentile(whole.took, 99)), "ms", note, "under 50"},
		{"webhooks lost by a kill", float64(lost), "", fmt.Sprintf("SIGKILL in the middle; %d were answered 202, %d were not", len(broken.accepted), broken.refused), "0"},
		{"restart until all of it was worked", worked.Seconds(), "s", fmt.Sprintf("%d applications read again at 10 a second", z.ours), ""},
	}, nil
}

// burst sends events at an even pace, whatever becomes of those before. middle
// is called when half is sent, beside the rest.
func (s *synced) burst(ctx context.Context, hook string, rate int, lasts time.Duration, ours, strangers []store.Copy, middle func()) (*burst, error) {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	b := &burst{accepted: map[string]bool{}}
	n := int(float64(rate) * lasts.Seconds())
	events := make([]event, n)
	for i := range events { // signed beforehand: that is the ATS's work
		x := ours[i/2%len(ours)]
		if i%2 == 1 {
			x = strangers[i/2%len(strangers)]
		}
		var err error
		if events[i].req, events[i].id, err = s.b.sim.StatusCallback(ctx, hook, string(x.Candidate), string(x.Job)); err != nil {
			return nil, err
		}
	}
	var sent, mid sync.WaitGroup
	begin := time.Now()
	for i := range events {
		due := begin.Add(time.Duration(i) * time.Second / time.Duration(rate))
		if wait := time.Until(due); wait > 0 {
			if err := pause(ctx, wait); err != nil {
				return nil, err
			}
		}
		if i == n/2 && middle != nil {
			mid.Go(middle)
		}
		sent.Go(func() {
			ok := accepted(client, events[i].req)
			took := time.Since(due)
			b.mu.Lock()
			defer b.mu.Unlock()
			if ok {
				b.accepted[events[i].id] = true
				b.took = append(b.took, took)
			} else {
				b.refused++
			}
		})
	}
	sent.Wait()
	mid.Wait()
	return b, nil
}

func accepted(client *http.Client, req *http.Request) bool {
	res, err := client.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode == http.StatusAccepted
}

// accounted tells how many events that were answered 202 are not there, and how
// long it took until all were worked that are about applications of ours.
func (s *synced) accounted(ctx context.Context, ours []store.Copy, accepted map[string]bool) (lost int, took time.Duration, err error) {
	begin := time.Now()
	err = await(ctx, 2*time.Minute, func() (bool, error) {
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return false, err
		}
		open, err := s.Store.OpenHookEvents(ctx, s.b.conn)
		return err == nil && open == 0, err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("not all was worked: %w", err)
	}
	took = time.Since(begin)
	kept, err := s.Store.HookEvents(ctx, s.b.conn)
	if err != nil {
		return 0, 0, err
	}
	for id := range accepted {
		if !kept[id] {
			lost++
		}
	}
	for n := range ours {
		if stage, err := s.stage(ctx, n); err != nil || stage != recruit.StageInvited {
			return 0, 0, fmt.Errorf("an application that a webhook was about stands on %q: %w", stage, err)
		}
	}
	return lost, took, nil
}
