package planted

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/recruit"
)

// adBug spoils the listing of ads; list is the good one.
type adBug struct {
	name string
	// spoil returns a listing of its own for one account.
	spoil func(list adList, env connector.Env) adList
}

type adList func(ctx context.Context, since time.Time) ([]recruit.RemoteAd, error)

// adBugs are finished sentences about a connector that …
func adBugs() []adBug {
	each := func(f func(*recruit.RemoteAd)) func(adList, connector.Env) adList {
		return func(list adList, _ connector.Env) adList {
			return func(ctx context.Context, since time.Time) ([]recruit.RemoteAd, error) {
				rows, err := list(ctx, since)
				for i := range rows {
					f(&rows[i])
				}
				return rows, err
			}
		}
	}
	without := func(drop func(seen map[string]bool, a recruit.RemoteAd) bool) func(adList, connector.Env) adList {
		return func(list adList, _ connector.Env) adList {
			return func(ctx context.Context, since time.Time) ([]recruit.RemoteAd, error) {
				rows, err := list(ctx, since)
				seen := map[string]bool{}
				return slices.DeleteFunc(rows, func(a recruit.RemoteAd) bool { return drop(seen, a) }), err
			}
		}
	}
	return []adBug{
		{"lists one region of each ad", without(func(seen map[string]bool, a recruit.RemoteAd) bool {
			again := seen[a.Key]
			seen[a.Key] = true
			return again
		})},
		{"lists the first page of ads", func(list adList, _ connector.Env) adList {
			return func(ctx context.Context, since time.Time) ([]recruit.RemoteAd, error) {
				rows, err := list(ctx, since)
				return rows[:min(50, len(rows))], err
			}
		}},
		{"leaves out an ad without a title", without(func(_ map[string]bool, a recruit.RemoteAd) bool { return a.Title == "" })},
		{"does not tell rows apart", each(func(a *recruit.RemoteAd) { a.Row = "" })},
		{"forgets which job an ad is of", each(func(a *recruit.RemoteAd) { a.Job = "" })},
		{"keeps the first listing", func(list adList, _ connector.Env) adList {
			var mu sync.Mutex
			var kept []recruit.RemoteAd
			return func(ctx context.Context, since time.Time) ([]recruit.RemoteAd, error) {
				mu.Lock()
				defer mu.Unlock()
				var err error
				if kept == nil {
					kept, err = list(ctx, since)
				}
				return kept, err
			}
		}},
		{"asks for changes from tomorrow", func(list adList, env connector.Env) adList {
			return func(ctx context.Context, since time.Time) ([]recruit.RemoteAd, error) {
				if !since.IsZero() {
					since = env.Now().Add(24 * time.Hour)
				}
				return list(ctx, since)
			}
		}},
		{"takes a listing of ads that broke off for an empty one", func(list adList, _ connector.Env) adList {
			return func(ctx context.Context, since time.Time) ([]recruit.RemoteAd, error) {
				rows, err := list(ctx, since)
				if connector.KindOf(err) == connector.Unavailable {
					return []recruit.RemoteAd{}, nil
				}
				return rows, err
			}
		}},
	}
}

// ProveAds runs chapter "ads" with each bug planted in a connector that lists
// them, and fails when the chapter does not see it.
func ProveAds(t *testing.T, target atstest.Target) {
	all := atstest.Chapters()
	chapter := all[slices.IndexFunc(all, func(c atstest.Chapter) bool { return c.Name == "ads" })]
	for _, b := range adBugs() {
		t.Run(b.name, func(t *testing.T) {
			why := atstest.Failure(t, func(t testing.TB) { chapter.Run(t, sowAds(target, b)) })
			if why == "" {
				t.Errorf("chapter %q does not see that the connector %s", chapter.Name, b.name)
			}
			t.Logf("%s", why)
		})
	}
	t.Run("pushes are quoted", func(t *testing.T) {
		typ := *target.Type
		typ.ParseAds = func(b []byte) ([]recruit.RemoteAd, error) { return nil, quoted(b) }
		bad := target
		bad.Type = &typ
		if why := atstest.Failure(t, func(t testing.TB) { chapter.Run(t, bad) }); why == "" {
			t.Error("an error that quotes what was pushed is not seen")
		}
	})
	t.Run("nothing planted", func(t *testing.T) {
		chapter.Run(t, sowAds(target, adBug{"", func(list adList, _ connector.Env) adList { return list }}))
	})
}

type quoted []byte

func (q quoted) Error() string { return string(q) }

// adPlot is a connector of nothing but ads. The bug is planted once for an
// account, so that it may remember.
type adPlot struct {
	connector.Connector
	list adList
}

func (p adPlot) ListAds(ctx context.Context, since time.Time) ([]recruit.RemoteAd, error) {
	return p.list(ctx, since)
}

func sowAds(target atstest.Target, b adBug) atstest.Target {
	typ := *target.Type
	open := typ.Open
	var mu sync.Mutex
	var bad adList
	typ.Open = func(s connector.Settings, env connector.Env) (connector.Connector, error) {
		good, err := open(s, env)
		if err != nil {
			return nil, err
		}
		mu.Lock()
		defer mu.Unlock()
		if bad == nil {
			bad = b.spoil(good.(connector.Ads).ListAds, env)
		}
		return adPlot{good, bad}, nil
	}
	target.Type = &typ
	return target
}
