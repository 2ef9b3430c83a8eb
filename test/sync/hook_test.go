package sync

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/stagesync"
)

// hooked waits until the ATS calls us by itself.
func (r *rig) hooked() smartrecruiters.WebhookView {
	r.t.Helper()
	r.until("the webhook is active", func() bool {
		m, err := r.house.Stages.Module(r.t.Context(), r.admin, r.conn)
		return err == nil && m.Hook == stagesync.HookActive
	})
	list := r.sim.Webhooks()
	if len(list) != 1 || !list[0].Active {
		r.t.Fatalf("subscriptions: %+v", list)
	}
	return list[0]
}

func TestAMoveInTheATSIsHereInTwoSeconds(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 6})
	r.turnOn(stagesync.Defaults())
	hook := r.hooked()
	a := r.apply(r.proc, 1)
	began := time.Now()
	r.move(a, "INTERVIEW", "")
	r.until("moved", func() bool { return r.view(a).Stage == recruit.StageInvited })
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
	// Whoever calls without the header, the signature or the address is told nothing, and nothing is stored.
	before := r.history(a)
	for name, c := range map[string]struct {
		url    string
		header map[string]string
		body   string
		want   int
	}{
		"another address":                       {r.house.URL() + "/hooks/" + strings.Repeat("0", 52), nil, "{}", http.StatusNotFound},
		"no token":                              {hook.CallbackURL, nil, "{}", http.StatusUnauthorized},
		"another token":                         {hook.CallbackURL, map[string]string{connector.HookHeader: "guess"}, "{}", http.StatusUnauthorized},
		"a handshake when nobody waits for one": {hook.CallbackURL, map[string]string{"X-Hook-Secret": "guess"}, "", http.StatusUnauthorized},
		"too long":                              {hook.CallbackURL, nil, strings.Repeat(" ", connector.MaxHookBytes+1), http.StatusRequestEntityTooLarge},
		"as long as may be":                     {hook.CallbackURL, nil, strings.Repeat(" ", connector.MaxHookBytes), http.StatusUnauthorized},
	} {
		req, err := http.NewRequest(http.MethodPost, c.url, bytes.NewReader([]byte(c.body)))
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range c.header {
			req.Header.Set(k, v)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.want || resp.Header.Get("X-Hook-Secret") != "" {
			t.Errorf("%s: %d, want %d", name, resp.StatusCode, c.want)
		}
	}
	if after := r.history(a); after != before {
		t.Errorf("%s became %s", before, after)
	}
}

func TestASuspendedSubscriptionIsMadeAgainAndAnEndedModuleLeavesNone(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 7})
	r.turnOn(stagesync.Defaults())
	first := r.hooked()
	if err := r.sim.SuspendWebhook(first.ID); err != nil {
		t.Fatal(err)
	}
	a := r.apply(r.proc, 1)
	r.move(a, "INTERVIEW", "") // lost
	r.clock.Advance(61 * time.Minute)
	_, err := r.house.Stages.Run(t.Context(), r.admin, r.conn) // rings the lane
	r.ok(err)
	r.until("another subscription", func() bool {
		list := r.sim.Webhooks()
		return len(list) == 1 && list[0].ID != first.ID && list[0].Active
	})
	r.until("what was lost is found", func() bool { return r.view(a).Stage == recruit.StageInvited })
	if _, err := r.house.Stages.Save(t.Context(), r.admin, r.conn, false, stagesync.Settings{}); err != nil {
		t.Fatal(err)
	}
	r.until("none", func() bool { return len(r.sim.Webhooks()) == 0 })
	r.turnOn(stagesync.Defaults())
	r.hooked()
	if _, err := r.house.Integration.Disconnect(t.Context(), r.admin, r.conn); err != nil {
		t.Fatal(err)
	}
	r.until("none after the disconnection", func() bool { return len(r.sim.Webhooks()) == 0 })
}

// A subscription that is just being ended when the module is switched on again
// is made anew, not taken for the one that is gone.
func TestASubscriptionThatIsWantedAgainWhileItEndsIsMadeAnew(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 9})
	r.turnOn(stagesync.Defaults())
	first := r.hooked()
	r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Method: http.MethodDelete, Count: 1}, Kind: simkit.DelayAfter, Delay: simkit.Duration(500 * time.Millisecond)}))
	_, err := r.house.Stages.Save(t.Context(), r.admin, r.conn, false, stagesync.Settings{})
	r.ok(err)
	r.until("none", func() bool { return len(r.sim.Webhooks()) == 0 })
	r.turnOn(stagesync.Defaults())
	if again := r.hooked(); again.ID == first.ID || !again.Active {
		t.Errorf("%+v after %+v", again, first)
	}
}

// One whose end fails is wanted all the same when the module was switched on
// again meanwhile.
func TestASubscriptionThatIsWantedAgainWhileItsEndFailsStays(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 9})
	r.turnOn(stagesync.Defaults())
	first := r.hooked()
	r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Method: http.MethodDelete}, Kind: simkit.StatusBefore, Delay: simkit.Duration(500 * time.Millisecond)}))
	_, err := r.house.Stages.Save(t.Context(), r.admin, r.conn, false, stagesync.Settings{})
	r.ok(err)
	r.until("its end is under way", func() bool {
		_, err := r.house.Store.ClaimHook(t.Context(), r.conn, -1, r.clock.Now(), func(string) bool { return false })
		return errors.Is(err, recruit.ErrNotFound) // it is the lane's
	})
	r.turnOn(stagesync.Defaults())
	if again := r.hooked(); again.ID != first.ID {
		t.Errorf("%+v after %+v", again, first)
	}
	r.clock.Advance(6 * time.Minute) // what failed would be tried again
	a := r.apply(r.proc, 1)
	r.move(a, "INTERVIEW", "")
	r.until("moved", func() bool { return r.view(a).Stage == recruit.StageInvited })
	r.hooked()
}

// A subscription whose making was not answered does not stay in the ATS: neither
// beside the next one, nor when none is wanted any more.
func TestASubscriptionWhoseMakingWasNotAnsweredIsFoundAgain(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 18})
	lost := func() {
		r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Method: http.MethodPost, Path: "/webhooks-api/v201907/subscriptions", Count: 1}, Kind: simkit.DropAfter}))
	}
	lost()
	_, err := r.house.Stages.Save(t.Context(), r.admin, r.conn, true, toldBy(stagesync.TellNobody))
	r.ok(err)
	r.until("made without an answer", func() bool { return len(r.sim.Webhooks()) == 1 })
	first := r.sim.Webhooks()[0].ID
	r.until("noticed", func() bool {
		m, err := r.house.Stages.Module(t.Context(), r.admin, r.conn)
		return err == nil && m.HookError != ""
	})
	r.clock.Advance(6 * time.Minute)
	_, err = r.house.Stages.Run(t.Context(), r.admin, r.conn) // rings the lane
	r.ok(err)
	if again := r.hooked(); again.ID == first {
		t.Errorf("%+v", again)
	}
	_, err = r.house.Stages.Save(t.Context(), r.admin, r.conn, false, stagesync.Settings{})
	r.ok(err)
	r.until("none", func() bool { return len(r.sim.Webhooks()) == 0 })
	r.sim.ClearFaults()
	lost()
	_, err = r.house.Stages.Save(t.Context(), r.admin, r.conn, true, toldBy(stagesync.TellNobody))
	r.ok(err)
	r.until("made without an answer again", func() bool { return len(r.sim.Webhooks()) == 1 })
	_, err = r.house.Stages.Save(t.Context(), r.admin, r.conn, false, stagesync.Settings{})
	r.ok(err)
	r.until("none again", func() bool { return len(r.sim.Webhooks()) == 0 })
}

func toldBy(by stagesync.Teller) stagesync.Settings {
	s := stagesync.Defaults()
	s.WhoTells = by
	return s
}

// What is told before a delivery has settled, twice, late and out of order ends
// where the ATS is.
func TestEventsComeTwiceLateAndTooEarly(t *testing.T) {
	sw := smartrecruiters.Switches{}
	for name, v := range map[string]smartrecruiters.Setting{"webhook_order": "shuffled", "webhook_repeats": "twice"} {
		var err error
		if sw, err = sw.With(name, v); err != nil {
			t.Fatal(err)
		}
	}
	r := newRig(t, smartrecruiters.Options{Seed: 8, Switches: sw})
	r.turnOn(stagesync.Defaults())
	r.hooked()
	// The answer to a create is late; a recruiter is not.
	r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Method: http.MethodPost, Path: "/jobs/{jobId}/candidates", Count: 1}, Kind: simkit.DelayAfter, Delay: simkit.Duration(1500 * time.Millisecond)}))
	done := make(chan recruit.ApplicationID)
	go func() { done <- r.apply(r.proc, 99) }()
	r.until("the ATS has them", func() bool { return len(r.sim.Ledger().Email(email(99))) == 1 })
	early := r.sim.Ledger().Email(email(99))[0]
	r.ok(r.sim.MoveCandidate(early.ID, r.job.ID, smartrecruiters.Move{Status: "INTERVIEW"}))
	id := <-done
	r.until("what came too early is worked", func() bool { return r.view(id).Stage == recruit.StageInvited })
	ids := make([]recruit.ApplicationID, 6)
	for i := range ids {
		ids[i] = r.apply(r.proc, i)
	}
	for round, status := range []string{"IN_REVIEW", "INTERVIEW", "OFFERED"} {
		for i, id := range ids {
			if i >= round { // the first of them stop earlier
				r.move(id, status, "")
			}
		}
	}
	want := []recruit.Stage{recruit.StageEvaluating, recruit.StageInvited, recruit.StageOffer, recruit.StageOffer, recruit.StageOffer, recruit.StageOffer}
	for i, id := range ids {
		r.until(fmt.Sprintf("%d stands on %s", i, want[i]), func() bool { return r.view(id).Stage == want[i] })
	}
}

func TestASlowCallerHoldsTheDoorForSecondsOnly(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 9})
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.house.URL(), "http://"))
	r.ok(err)
	defer conn.Close()
	r.ok(conn.SetDeadline(time.Now().Add(15 * time.Second))) // without a limit of the door's own it would be 30
	_, err = conn.Write([]byte("POST /hooks/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"))
	r.ok(err)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || answer.StatusCode != http.StatusBadRequest {
		t.Fatalf("%v, %v", answer, err)
	}
	_ = answer.Body.Close()
}

// Listings that the ATS is slow with take up a part of the lane only: who was
// moved, and who applies, waits for none of them.
func TestSlowListingsHoldNobodyUp(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 10})
	r.turnOn(stagesync.Defaults())
	r.hooked()
	jobs := make([]recruit.RemoteJobID, 9) // one more than the lane has slots
	for i := range jobs {
		j, err := r.sim.CreateJob(smartrecruiters.JobSpec{Title: fmt.Sprintf("Engineer %d", i)})
		r.ok(err)
		jobs[i] = recruit.RemoteJobID(j.ID)
	}
	r.ok(r.house.Integration.RefreshJobs(t.Context(), r.admin, r.conn))
	r.until("the jobs are known", func() bool {
		known, err := r.house.Integration.Jobs(t.Context(), r.admin, r.conn, "Engineer 8")
		return err == nil && len(known) == 1
	})
	all := make([]recruit.ApplicationID, len(jobs))
	for i, j := range jobs {
		all[i] = r.apply(r.open(fmt.Sprintf("Engineer %d", i), j), i)
	}
	r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Method: http.MethodGet, Path: "/candidates"}, Kind: simkit.DelayBefore, Delay: simkit.Duration(time.Minute)}))
	run, err := r.house.Stages.Run(t.Context(), r.admin, r.conn)
	r.ok(err)
	for _, a := range all { // more often than there are slots, so that whatever takes them for good has them all
		r.move(a, "INTERVIEW", "")
		r.until("moved", func() bool { return r.view(a).Stage == recruit.StageInvited })
	}
	r.clock.Advance(11 * time.Second) // beyond the lane's slice, within its lease
	r.move(all[0], "OFFERED", "")
	r.until("moved beside a listing that is older than the lane's slice", func() bool { return r.view(all[0]).Stage == recruit.StageOffer })
	r.apply(r.proc, 99)
	if now, _, err := r.house.Stages.SyncRun(t.Context(), r.admin, run.ID, recruit.List{}); err != nil || now.Done != 0 {
		t.Errorf("a listing was answered: %+v, %v", now, err)
	}
	r.sim.Close() // ends the waiting
}
