package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	acceptWorkers = 32
	acceptFor     = 5 * time.Second
)

// measureAccept: applications accepted a second, at the engine behind both
// doors: validated, sealed, the CV and one transaction on disk.
func measureAccept(ctx context.Context, small bool) ([]figure, error) {
	last := acceptFor
	if small {
		last = 200 * time.Millisecond
	}
	b, err := newBenchmark(ctx)
	if err != nil {
		return nil, err
	}
	defer b.close()
	var out []figure
	var n atomic.Int64
	for _, kind := range []struct {
		name string
		cv   []byte
	}{{"accepted without CV", nil}, {"accepted with CV of 200 KB", benchCV(200_000)}} {
		var wg sync.WaitGroup
		var mu sync.Mutex
		var failed error
		before, begin := n.Load(), time.Now()
		for range acceptWorkers {
			wg.Go(func() {
				for time.Since(begin) < last {
					if _, err := b.submit(ctx, int(n.Add(1)), kind.cv, false); err != nil {
						mu.Lock()
						failed = errors.Join(failed, err)
						mu.Unlock()
						return
					}
				}
			})
		}
		wg.Wait()
		if failed != nil {
			return nil, failed
		}
		rate := float64(n.Load()-before) / time.Since(begin).Seconds()
		out = append(out, figure{kind.name, rate, "1/s", fmt.Sprintf("%d at once, engine without HTTP", acceptWorkers), ""})
	}
	return out, nil
}

const firstByteSamples = 200

// measureFirstByte: from the acceptance of an application, at an idle lane,
// to the arrival of its first request at the ATS.
func measureFirstByte(ctx context.Context, small bool) ([]figure, error) {
	samples := firstByteSamples
	if small {
		samples = 3
	}
	b, err := newBenchmark(ctx)
	if err != nil {
		return nil, err
	}
	defer b.close()
	var took []float64
	var cursor uint64
	for n := range samples {
		cursor = b.sim.Journal(cursor).Next
		if _, err := b.submit(ctx, n, nil, true); err != nil {
			return nil, err
		}
		accepted := time.Now()
		delivered := false
		if err := await(ctx, 10*time.Second, func() (bool, error) {
			for _, e := range b.sim.Journal(cursor).Entries {
				switch e.Op {
				case "candidatesAddToJob":
					if len(took) == n {
						took = append(took, max(0, float64(e.Time.Sub(accepted).Microseconds())/1000))
					}
				case "candidatesGetApplication":
					delivered = true
				}
			}
			return delivered, nil
		}); err != nil {
			return nil, fmt.Errorf("sample %d: %w", n, err)
		}
		// Idle again, and the endpoint's own pace is over.
		if err := pause(ctx, 150*time.Millisecond); err != nil {
			return nil, err
		}
	}
	slices.Sort(took)
	note := fmt.Sprintf("%d samples, simulator on loopback", samples)
	return []figure{{"accepted to first byte, p50", took[len(took)/2], "ms", note, ""},
		{"accepted to first byte, p99", took[len(took)*99/100], "ms", note, "under 1000"}}, nil
}

const rateWindow = time.Minute

// measureRate: how much of the permitted rate (10 creates a second) one
// credential uses over a minute of work that never ends, and how many answers
// were 429.
func measureRate(ctx context.Context, small bool) ([]figure, error) {
	window := rateWindow
	if small {
		window = 2 * time.Second
	}
	permitted := 10 * window.Seconds()
	b, err := newBenchmark(ctx)
	if err != nil {
		return nil, err
	}
	defer b.close()
	since := b.sim.Journal(0).Next
	for n := range int(1.2 * permitted) {
		if _, err := b.submit(ctx, n, benchCV(20_000), true); err != nil {
			return nil, err
		}
	}
	var begin time.Time
	creates, limited := 0, 0
	if err := await(ctx, 2*window, func() (bool, error) {
		page := b.sim.Journal(since)
		since = page.Next
		for _, e := range page.Entries {
			if e.Status == 429 {
				limited++
			}
			if e.Op != "candidatesAddToJob" {
				continue
			}
			if begin.IsZero() {
				begin = e.Time
			}
			if e.Time.Sub(begin) < window {
				creates++
			} else {
				return true, nil
			}
		}
		return false, nil
	}); err != nil {
		return nil, err
	}
	return []figure{{"use of the permitted rate", 100 * float64(creates) / permitted, "%", fmt.Sprintf("%d creates in %v, each with its CV", creates, window), "at least 97"},
		{"429 provoked", float64(limited), "", "in the same time", "0"}}, nil
}
