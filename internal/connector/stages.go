package connector

import (
	"cmp"
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Stages reads where applications stand in the ATS.
type Stages interface {
	// ListStages returns all stages of the account, the vendor's own and the
	// company's, in the ATS's order; an error rather than a part. No ATS has
	// none, so that an empty list is an error of kind Unavailable.
	ListStages(ctx context.Context) ([]recruit.RemoteStage, error)
	// ReadStages lists the job once and answers for every tracked application,
	// keyed by Application: where it stands, or that the whole listing lacks it.
	// Beyond the listing it spends a call only on those whose stage the listing
	// does not tell and, where the ATS gives the time of a change in its history
	// alone, on those whose stage is not their Last. One that alone cannot be
	// told is left out, and holds nobody else (ReadEach). A listing that is not
	// whole, what speaks of the whole connection, and an answer for nobody are
	// errors, without a part. It returns nothing about anybody else.
	ReadStages(ctx context.Context, job recruit.RemoteJobID, tracked []Tracked) (JobStages, error)
	// ReadStage reads one of them, as after a webhook.
	ReadStage(ctx context.Context, job recruit.RemoteJobID, t Tracked) (StageRead, error)
}

// JobStages is what one reading of a job said.
type JobStages struct {
	Rows   int // of the whole listing, everybody's: what reading it costs
	Stages map[recruit.ApplicationID]StageRead
}

// Tracked is an application of ours in the ATS.
type Tracked struct {
	Application recruit.ApplicationID
	Candidate   recruit.RemoteCandidateID
	Remote      recruit.RemoteApplicationID
	Last        recruit.StageKey // as last read; empty when never
	// Presence asks only whether it is there: the stage is left out, or told as
	// far as the listing tells it, and no call is spent on it.
	Presence bool
}

// StageRead is where an application stands as it was read.
type StageRead struct {
	// Gone says that it is not there: once more is needed before that is
	// believed.
	Gone bool
	Key  recruit.StageKey
	Name string // the ATS's own word for it
	// Status is the stage that this one is below, as RemoteStage's; empty where
	// the ATS has no such thing.
	Status string
	// ChangedAt is when it came there, by the ATS's clock; zero where it was not
	// said.
	ChangedAt time.Time
	// Past are the stages before, oldest first, where the history was read.
	Past []StagePast
}

// untoldInARow is how many in a row may be asked for in vain before the ATS is
// taken to be out of order, and is asked for no more of them.
const untoldInARow = 5

// ReadEach reads those whom the listing did not tell into told. Who alone cannot
// be read is left out. It returns an error where that speaks of the whole
// connection, and where nobody is told at all. The order is another each time:
// those who cannot be read keep nobody from being asked for ever.
func ReadEach(ctx context.Context, told map[recruit.ApplicationID]StageRead, ask []Tracked, read func(Tracked) (StageRead, error)) error {
	var untold error
	inARow := 0
	for _, i := range rand.Perm(len(ask)) {
		r, err := read(ask[i])
		if err == nil {
			told[ask[i].Application] = r
			inARow = 0
			continue
		}
		if !OfOne(ctx, err) {
			return err
		}
		untold = cmp.Or(untold, err)
		if inARow++; inARow == untoldInARow {
			break
		}
	}
	if len(told) == 0 {
		return untold
	}
	return nil
}

// OfOne tells whether an error of reading one application may be that one's
// alone: a call that fails at random or for it, or that a login is refused. What
// speaks of the whole connection is not.
func OfOne(ctx context.Context, err error) bool {
	switch KindOf(err) {
	case Unavailable, Gone, Forbidden, Rejected:
		return ctx.Err() == nil
	}
	return false
}

// Left is when the application went on from a stage, by its history; zero
// where that does not say.
func (r StageRead) Left(key recruit.StageKey) time.Time {
	if r.Key == key {
		return time.Time{}
	}
	left := r.ChangedAt
	for _, past := range slices.Backward(r.Past) {
		if past.Key == key {
			break
		}
		left = past.At
	}
	return left
}

// StagePast is a stage on which an application once stood.
type StagePast struct {
	Key  recruit.StageKey
	Name string
	At   time.Time
}

// Webhooks is the life of a subscription to what happens in the ATS.
type Webhooks interface {
	// Subscribe makes an inactive subscription that calls url with the header
	// named HookHeader set to token.
	Subscribe(ctx context.Context, url string, token secret.String) (id string, err error)
	// MakeHookKey makes the key that its calls are signed with. Older ones may
	// go on for a while.
	MakeHookKey(ctx context.Context, id string) (secret.String, error)
	// Activate switches it on. The ATS calls url within this call (Handshake).
	Activate(ctx context.Context, id string) error
	// HookState tells whether it is there and active; an error of kind Gone when
	// it is not there.
	HookState(ctx context.Context, id string) (active bool, err error)
	// Unsubscribe ends it and, where no id is known because its making was not
	// answered, whatever calls url. What is not there is no error.
	Unsubscribe(ctx context.Context, id, url string) error
}

// HookHeader is the header in which a subscription's calls carry our token.
const HookHeader = "X-Handoff-Hook"

// MaxHookBytes is the longest body of a webhook that is read.
const MaxHookBytes = 64 << 10

// HookReader reads what an ATS's subscription sends. It calls nothing: what an
// event names is fetched afterwards.
type HookReader interface {
	// Handshake returns the header with which an activation is answered; ok is
	// false when the request is none. The host answers it only while an
	// activation of its own waits.
	Handshake(h http.Header) (name, value string, ok bool)
	// ReadHook checks the signature over the raw body with each of keys and
	// returns the event; an error of kind Unauthorized when none fits, and of
	// kind Rejected for a body that is none.
	ReadHook(h http.Header, body []byte, keys []secret.String) (HookEvent, error)
}

// HookEvent is what happened, by name only. It carries no state: events come
// late, twice and in any order.
type HookEvent struct {
	ID          string // alike in all deliveries of one event
	Kind        HookKind
	Job         recruit.RemoteJobID
	Candidate   recruit.RemoteCandidateID
	Application recruit.RemoteApplicationID
}

// HookKind says what an event is about.
type HookKind string

const (
	HookStage HookKind = "stage" // an application came to another stage
	HookJob   HookKind = "job"   // a job changed
	HookOther HookKind = "other" // nothing that we look at
)
