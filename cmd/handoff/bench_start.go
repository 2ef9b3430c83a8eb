package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"time"

	"handoff/internal/app"
)

// measurements lists everything that handoff bench measures.
func measurements() []measurement {
	return []measurement{
		{"start", measureStart},
		{"memory", measureMemory},
	}
}

// benchHouse starts a house in a temporary folder, which end removes.
func benchHouse(ctx context.Context) (a *app.App, end func(), err error) {
	dir, err := os.MkdirTemp("", "handoff-bench-")
	if err != nil {
		return nil, nil, err
	}
	a, err = app.Start(ctx, app.Options{Data: dir, Listen: "127.0.0.1:0", AllowPrivateEgress: true, Version: version})
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, nil, err
	}
	return a, func() {
		_ = a.Close()
		_ = os.RemoveAll(dir)
	}, nil
}

// measureStart: from nothing to the first /readyz that says so, on an empty
// folder, the key, the schema and the sample of one request included.
func measureStart(ctx context.Context) ([]figure, error) {
	begin := time.Now()
	a, end, err := benchHouse(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	res, err := http.Get(a.URL() + "/readyz")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("not ready: status %d", res.StatusCode)
	}
	return []figure{{"start to ready", float64(time.Since(begin).Microseconds()) / 1000, "ms", "empty folder"}}, nil
}

// measureMemory: what the Go runtime holds from the system with an idle house.
func measureMemory(ctx context.Context) ([]figure, error) {
	_, end, err := benchHouse(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return []figure{{"idle memory", float64(m.Sys) / (1 << 20), "MiB", "held by the Go runtime"}}, nil
}
