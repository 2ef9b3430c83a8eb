package atstest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// chapterStages: where the ATS tells stages, all of them are listed, and of
// everybody who is followed it is read where they stand, from one listing, or
// there is an error; of nobody else anything.
func chapterStages(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	if has := h.conn().Stages != nil; has != target.Type.TellsStages {
		t.Fatalf("TellsStages is %v, and the connector reads stages: %v", target.Type.TellsStages, has)
	}
	if !target.Type.TellsStages {
		return
	}
	board, ok := h.remote.(Stager)
	if !ok {
		t.Fatal("the connector reads stages, and its Remote is no Stager")
	}
	h.listsStages(board)
	if enough(t) {
		return
	}
	job := h.remote.Job(JobOpen)
	for i := range 130 { // a listing of more than a page, whoever is on it
		h.remote.AddCandidate(Other{Job: job, Email: fmt.Sprintf("stranger.%d@example.org", i)})
	}
	tracked := h.readsJob(board, job)
	if enough(t) {
		return
	}
	h.stagesLag(board, job)
	h.stagesBrokenOff(board, job, tracked)
	h.oneUntold(board, job, tracked)
	leaks(t, h)
	h.remote.Withdraw()
	if _, kind := h.where(job, tracked); kind != connector.Unauthorized && kind != connector.Revoked {
		t.Errorf("stages with a withdrawn credential: %v", kind)
	}
	if list, err := h.conn().Stages.ListStages(t.Context()); err == nil || list != nil {
		t.Errorf("%d stages with a withdrawn credential", len(list))
	}
}

// stages lists them by their keys.
func (h *host) stages() map[recruit.StageKey]recruit.RemoteStage {
	h.t.Helper()
	list, err := h.conn().Stages.ListStages(h.t.Context())
	if h.saw(err) != connector.Unknown {
		h.t.Errorf("the list of stages: %v", err)
	}
	out := map[recruit.StageKey]recruit.RemoteStage{}
	for _, s := range list {
		if _, twice := out[s.Key]; twice || s.Key == "" || s.Name == "" || s.Preset != "" && !s.Preset.Valid() || s.Locked && s.Preset == "" {
			h.t.Errorf("listed twice, or without key or name, or locked to nothing: %+v", s)
		}
		out[s.Key] = s
	}
	return out
}

// listsStages: the vendor's own say what they mean, the company's only their
// category; what the company changes is seen. A list that failed is no list.
func (h *host) listsStages(board Stager) {
	h.t.Helper()
	var plain []recruit.RemoteStage
	for i := range 30 { // more than a small page
		plain = append(plain, board.AddStage(fmt.Sprintf("Lunch %d", i)))
	}
	before := h.stages()
	for _, want := range plain {
		if got := before[want.Key]; got.Name != want.Name || got.Category != want.Category || got.Preset != "" || got.Locked || got.LeavePreset {
			h.t.Errorf("a stage of the company's own is listed as %+v, want %+v", got, want)
			return
		}
	}
	for _, means := range []recruit.Stage{recruit.StageWaiting, recruit.StageEvaluating, recruit.StageOffer, recruit.StageHired, recruit.StageNegative} {
		found := false
		for _, s := range before {
			found = found || s.Preset == means
		}
		if !found {
			h.t.Errorf("none of the vendor's own stages means %s", means)
		}
	}
	renamed := board.RenameStage(plain[0].Key, "Dinner")
	board.DeleteStage(plain[1].Key)
	after := h.stages()
	if s := after[renamed]; s.Name != "Dinner" || s.Category != plain[0].Category {
		h.t.Errorf("a stage that was renamed is listed as %+v", s)
	}
	if _, still := after[plain[1].Key]; still || len(after) != len(before)-1 {
		h.t.Errorf("after one was deleted %d stages are listed, there were %d", len(after), len(before))
	}
	for _, f := range []Fault{{Kind: StatusBefore, Status: 502}, {Kind: DropBefore}, {Kind: DropAfter}, {Kind: Truncated}, {Kind: Empty}, {Kind: HTML}} {
		h.remote.Heal()
		h.remote.Fault(f)
		if list, err := h.conn().Stages.ListStages(h.t.Context()); h.saw(err) != connector.Unavailable || list != nil {
			h.t.Errorf("%s: %d stages and %v, want nothing and unavailable", f.Kind, len(list), err)
		}
		h.rested()
	}
	h.remote.Heal()
	for _, body := range []string{"", "{}", "[]", "null"} {
		h.remote.Answer(200, nil, body)
		if list, err := h.conn().Stages.ListStages(h.t.Context()); h.saw(err) != connector.Unavailable || list != nil {
			h.t.Errorf("answered %q: %d stages and %v, want nothing and unavailable", body, len(list), err)
		}
	}
}

// readsJob follows some through all that can become of them, and returns them.
func (h *host) readsJob(board Stager, job recruit.RemoteJobID) []connector.Tracked {
	h.t.Helper()
	talk, gone, old := board.AddStage("Talk"), board.AddStage("Soon deleted"), board.AddStage("Soon renamed")
	tracked := h.follow(job, 1000, 12)
	read := func(what string) (got connector.JobStages) {
		h.t.Helper()
		var kind connector.Kind
		if got, kind = h.where(job, tracked); kind != connector.Unknown {
			h.t.Errorf("%s: %v", what, kind)
			return got
		}
		h.asHeld(what, board, job, tracked, got.Stages)
		return got
	}
	if got := read("before anybody moved"); got.Rows < 142 {
		h.t.Errorf("a listing of 142 at least was said to be %d", got.Rows)
	}
	listing := h.cost(func() { read("when nothing changed") })
	if pages := (len(h.remote.Held(job)) + 49) / 50; listing > pages+1 {
		h.t.Errorf("a listing of %d pages at most cost %d calls when nothing had changed", pages, listing)
	}
	h.remote.Pass(time.Hour)
	moves := []func(c recruit.RemoteCandidateID){
		1: func(c recruit.RemoteCandidateID) { board.Move(job, c, talk.Key) },
		2: func(c recruit.RemoteCandidateID) { board.OpenCard(job, c) },
		3: func(c recruit.RemoteCandidateID) {
			board.Move(job, c, gone.Key)
			board.DeleteStage(gone.Key)
		},
		4: func(c recruit.RemoteCandidateID) {
			board.Move(job, c, old.Key)
			board.RenameStage(old.Key, "Renamed")
		},
		5: func(c recruit.RemoteCandidateID) { board.TakeOut(job, c) },
		6: func(c recruit.RemoteCandidateID) { h.remote.Delete(c) },
		7: func(c recruit.RemoteCandidateID) {
			first, _ := board.StandsOn(job, c)
			board.Move(job, c, talk.Key)
			h.remote.Pass(time.Minute)
			board.Move(job, c, first) // there and back
		},
	}
	for i, move := range moves {
		if move != nil {
			move(tracked[i].Candidate)
		}
	}
	for _, x := range h.remote.Held(job)[:20] { // strangers move too, and nobody hears of it
		if !slices.ContainsFunc(tracked, func(t connector.Tracked) bool { return t.Candidate == x.Candidate }) {
			board.Move(job, x.Candidate, talk.Key)
		}
	}
	was := slices.Clone(tracked)
	// Two are not there: before that is said the list may be read to an end that
	// is beyond doubt.
	again := listing + 1
	if n := h.cost(func() { read("after they moved") }); n > listing+again+4 {
		h.t.Errorf("four stand elsewhere: %d calls beyond the listing's %d", n-listing, listing)
	}
	if n := h.cost(func() { read("once more") }); n > listing+again {
		h.t.Errorf("nothing changed: %d calls beyond the listing's %d", n-listing, listing)
	}
	seen := slices.Clone(tracked)
	for i := range seen {
		seen[i].Last, seen[i].Presence = "", true
	}
	if n := h.cost(func() { h.seesWhoIsThere(job, seen) }); n > listing+again {
		h.t.Errorf("who is there was asked for, of people never read: %d calls beyond the listing's %d", n-listing, listing)
	}
	for i := range was { // each alone, and each as if never read
		was[i].Last = ""
		one, err := h.conn().Stages.ReadStage(h.t.Context(), job, was[i])
		if h.saw(err) != connector.Unknown {
			h.t.Errorf("%d alone: %v", i, err)
			continue
		}
		h.asHeld(fmt.Sprintf("%d alone", i), board, job, was[i:i+1], map[recruit.ApplicationID]connector.StageRead{was[i].Application: one})
	}
	if got, kind := h.where(job, nil); kind != connector.Unknown || len(got.Stages) != 0 {
		h.t.Errorf("nobody was asked for: %d answers, %v", len(got.Stages), kind)
	}
	return tracked
}

// seesWhoIsThere asks for no more than that.
func (h *host) seesWhoIsThere(job recruit.RemoteJobID, tracked []connector.Tracked) {
	h.t.Helper()
	got, kind := h.where(job, tracked)
	if kind != connector.Unknown {
		h.t.Errorf("who is there: %v", kind)
		return
	}
	held := h.remote.Held(job)
	for i, x := range tracked {
		read, said := got.Stages[x.Application]
		there := slices.ContainsFunc(held, func(y Held) bool { return y.Candidate == x.Candidate })
		if !said || read.Gone == there {
			h.t.Errorf("who is there: %d is read as %s, and there is %v", i, shape(read), there)
		}
	}
}

// stagesLag: who was just sent, or just moved, is read aright once the listing
// has caught up, and never as anything that they were not.
func (h *host) stagesLag(board Stager, job recruit.RemoteJobID) {
	h.t.Helper()
	stage := board.AddStage("Late")
	h.remote.Lag(time.Minute)
	fresh := h.follow(job, 2000, 1)
	first, _ := board.StandsOn(job, fresh[0].Candidate)
	if got, kind := h.where(job, fresh); kind != connector.Unknown || !got.Stages[fresh[0].Application].Gone && got.Stages[fresh[0].Application].Key != first {
		h.t.Errorf("just sent: %+v, %v", got, kind)
	}
	h.remote.Pass(h.typ.Limits.Settle())
	got, _ := h.where(job, fresh)
	h.asHeld("once the listing shows them", board, job, fresh, got.Stages)
	h.remote.Lag(0)
	board.LagStages(time.Minute)
	defer board.LagStages(0)
	board.Move(job, fresh[0].Candidate, stage.Key)
	if got, kind := h.where(job, fresh); kind != connector.Unknown || got.Stages[fresh[0].Application].Gone ||
		got.Stages[fresh[0].Application].Key != first && got.Stages[fresh[0].Application].Key != stage.Key {
		h.t.Errorf("just moved: %+v, %v", got, kind)
	}
	h.remote.Pass(2 * time.Minute)
	got, _ = h.where(job, fresh)
	h.asHeld("once the listing shows the move", board, job, fresh, got.Stages)
}

// oneUntold: who alone cannot be read is left out, and neither gone nor where
// they stood; everybody else is told. When nobody can be, that is an error.
func (h *host) oneUntold(board Stager, job recruit.RemoteJobID, tracked []connector.Tracked) {
	h.t.Helper()
	tracked = slices.Clone(tracked)
	stage := board.AddStage("Beside one untold")
	board.Hide(job, tracked[0].Candidate)
	board.Move(job, tracked[1].Candidate, stage.Key)
	got, kind := h.where(job, tracked)
	if kind != connector.Unknown {
		h.t.Errorf("one cannot be told: %v, want the others", kind)
		return
	}
	if r, told := got.Stages[tracked[0].Application]; told {
		h.t.Errorf("one cannot be told, and is read as %s", shape(r))
	}
	delete(got.Stages, tracked[0].Application)
	h.asHeld("beside one who cannot be told", board, job, tracked[1:], got.Stages)
	if got, kind := h.where(job, tracked[:1]); kind != connector.Unavailable {
		h.t.Errorf("nobody can be told: %d answers, %v, want unavailable", len(got.Stages), kind)
	}
}

// stagesBrokenOff: a listing that broke off is an error, and nobody is gone.
// A call that failed after it makes an error too, or no difference.
func (h *host) stagesBrokenOff(board Stager, job recruit.RemoteJobID, tracked []connector.Tracked) {
	h.t.Helper()
	for page := 1; page <= 2; page++ {
		for _, f := range faults() {
			if f.Kind == Expired || f.Kind == Slow || f.Kind == Swallow {
				continue // these come through, or take their time
			}
			h.remote.Heal()
			f.Nth = page
			h.remote.Fault(f)
			if _, k := h.where(job, tracked); k != connector.Unavailable && k != connector.RateLimited {
				h.t.Errorf("%s %d on page %d: %v, want an error that may be repeated", f.Kind, f.Status, page, k)
			}
			h.rested()
		}
	}
	h.remote.Heal()
	listing := h.cost(func() { h.where(job, tracked) })
	for _, f := range []Fault{{Kind: StatusBefore, Status: 500}, {Kind: StatusBefore, Status: 404}, {Kind: DropAfter}, {Kind: Truncated}, {Kind: Empty}, {Kind: StatusBefore, Status: 429}} {
		h.remote.Heal()
		f.Nth = listing + 1
		h.remote.Fault(f)
		never := slices.Clone(tracked)
		for i := range never {
			never[i].Last = ""
		}
		if got, k := h.where(job, never); k == connector.Unknown {
			h.asHeld(fmt.Sprintf("%s %d after the listing", f.Kind, f.Status), board, job, never, got.Stages)
		} else if k != connector.Unavailable && k != connector.RateLimited {
			h.t.Errorf("%s %d after the listing: %v", f.Kind, f.Status, k)
		}
		h.rested()
	}
	h.remote.Heal()
}
