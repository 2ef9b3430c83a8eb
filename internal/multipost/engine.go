package multipost

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Engine is the package's one entry. It is safe for concurrent use.
type Engine struct {
	Store Store
	// Open lends the connector of a connection for one run of its lane.
	Open Opener
	// Types are the connectors of this installation.
	Types []*connector.Type
	// PlatformName is how an ATS's ads name this platform, unless its Type says
	// otherwise.
	PlatformName string
	// Processes saves what a person accepts.
	Processes Processes
	// Missing lists what is missing before a process can be published.
	Missing func(recruit.Details) []string
	Now     func() time.Time
	Log     *slog.Logger
}

// Opener makes a Conn for one run of a connection's lane.
type Opener interface {
	OpenConn(ctx context.Context, l *lane.Lease, id recruit.ConnectionID) (*connector.Conn, error)
}

// Processes is the ordinary way to save a process: by a person, with all its
// rules, and refused with ErrConflict when somebody saved meanwhile.
type Processes interface {
	SaveDetails(ctx context.Context, c recruit.Caller, id recruit.ProcessID, revision int, d recruit.Details) error
	Close(ctx context.Context, c recruit.Caller, id recruit.ProcessID) error
}

// Type returns the connector named ats, if it multiposts.
func (e *Engine) Type(ats string) (*connector.Type, bool) {
	for _, t := range e.Types {
		if t.Name == ats && t.Multiposts {
			return t, true
		}
	}
	return nil, false
}

// Counts is what a listing did.
type Counts struct {
	Ads       int // in it, of ours and others
	Created   int // drafts
	Updated   int // drafts
	Closed    int // drafts
	Reopened  int // drafts
	Unchanged int // ads
	Foreign   int // ads for other platforms
	Refused   int // ads beyond MaxAds
}

const (
	batch = 20 // ads in memory, and in one transaction
	// tries is how often a decision is made anew because its ad or process was
	// changed while it was made.
	tries = 4
)

// errBusy: what was decided of was changed again and again.
var errBusy = errors.New("the ads were changed meanwhile")

// take does what a listing says. fence is 0 outside of a lane.
func (e *Engine) take(ctx context.Context, id recruit.ConnectionID, company recruit.CompanyID, fence int64, rows []recruit.RemoteAd, complete bool) (Counts, error) {
	in := group(rows)
	n := Counts{Ads: len(in)}
	if len(in) > MaxAds {
		// What is left out must not look absent.
		n.Refused, complete = len(in)-MaxAds, false
		for _, k := range slices.Sorted(maps.Keys(in))[MaxAds:] {
			delete(in, k)
		}
	}
	complete = complete && len(in) > 0 // invariant 3
	keys := maps.Clone(in)
	for range tries {
		due, err := e.Store.AdKeys(ctx, id, complete, e.Now())
		if err != nil {
			return n, err
		}
		for _, k := range due {
			keys[k] = in[k]
		}
		var again []string
		// A few at a time: an ad is kept as it came, and may be long.
		for part := range slices.Chunk(slices.Sorted(maps.Keys(keys)), batch) {
			moved, err := e.takeSome(ctx, id, company, fence, part, in, complete, &n)
			if err != nil {
				return n, err
			}
			again = append(again, moved...)
		}
		if len(again) == 0 {
			return n, nil
		}
		// Only those are decided anew; an absence counts once.
		left := map[string][]recruit.RemoteAd{}
		keys = map[string][]recruit.RemoteAd{}
		for _, k := range again {
			if keys[k] = in[k]; len(in[k]) > 0 {
				left[k] = in[k]
			}
		}
		in, complete = left, false
	}
	return n, errBusy
}

// takeSome decides about the ads of some keys, and returns the keys of those
// that moved meanwhile.
func (e *Engine) takeSome(ctx context.Context, id recruit.ConnectionID, company recruit.CompanyID, fence int64, keys []string,
	in map[string][]recruit.RemoteAd, complete bool, n *Counts) ([]string, error) {
	known, err := e.Store.KnownAds(ctx, id, keys)
	if err != nil {
		return nil, err
	}
	var changes []Change
	kept := map[string]bool{}
	for _, k := range known {
		kept[k.Key] = true
		changes = append(changes, Change{Before: k, Decision: Decide(k, in[k.Key], complete, e.Now())})
	}
	for _, key := range keys {
		if came := in[key]; len(came) > 0 && !kept[key] {
			k := Known{Ad: Ad{Company: company, Connection: id, Key: key, CreatedAt: e.Now()}}
			changes = append(changes, Change{Before: k, Decision: Decide(k, came, complete, e.Now())})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Ad.Key, b.Ad.Key) })
	moved, err := e.Store.SaveAds(ctx, id, fence, changes, e.Now())
	if err != nil {
		return nil, fmt.Errorf("save ads of %s: %w", id, err)
	}
	for _, c := range changes {
		if !slices.Contains(moved, c.Ad.Key) {
			n.count(c)
		}
	}
	return moved, nil
}

func (n *Counts) count(c Change) {
	if c.Ad.State == Foreign {
		n.Foreign++
	}
	switch c.Act {
	case Create:
		n.Created++
	case Update:
		n.Updated++
	case Close:
		n.Closed++
	case Reopen:
		n.Reopened++
	default:
		if c.Same {
			n.Unchanged++
		}
	}
}
