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
	batch = 100 // ads in one transaction
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
	keys := slices.Sorted(maps.Keys(in))
	for range tries {
		known, err := e.Store.KnownAds(ctx, id, complete, keys, e.Now())
		if err != nil {
			return n, err
		}
		var changes []Change
		kept := map[string]bool{}
		for _, k := range known {
			kept[k.Key] = true
			changes = append(changes, Change{Before: k, Decision: Decide(k, in[k.Key], complete, e.Now())})
		}
		for key, came := range in {
			if !kept[key] {
				k := Known{Ad: Ad{Company: company, Connection: id, Key: key, CreatedAt: e.Now()}}
				changes = append(changes, Change{Before: k, Decision: Decide(k, came, complete, e.Now())})
			}
		}
		slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Ad.Key, b.Ad.Key) })
		var again []string
		for part := range slices.Chunk(changes, batch) {
			moved, err := e.Store.SaveAds(ctx, id, fence, part, e.Now())
			if err != nil {
				return n, fmt.Errorf("save ads of %s: %w", id, err)
			}
			again = append(again, moved...)
			for _, c := range part {
				if !slices.Contains(moved, c.Ad.Key) {
					n.count(c)
				}
			}
		}
		if len(again) == 0 {
			return n, nil
		}
		// Only those are decided anew; an absence counts once.
		left := map[string][]recruit.RemoteAd{}
		for _, k := range again {
			if r := in[k]; len(r) > 0 {
				left[k] = r
			}
		}
		in, keys, complete = left, again, false
	}
	return n, errBusy
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
