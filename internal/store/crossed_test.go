package store_test

import (
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/connector"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// A change that the ATS dates into the middle of a reading comes after a
// person's move in the middle of it, or before: read again, it is known.
func TestAChangeInTheMiddleOfAReadingIsReadAgain(t *testing.T) {
	f := withMapping(t, 1)
	must(t, f.save(recruit.StageInvited, false))
	f.refold(10)
	f.read(0, "L", time.Time{})
	f.stands(0, recruit.StageEvaluating)
	began := f.now.Add(time.Minute)
	must(t, f.db.MoveApplication(t.Context(), apply.Act{Company: f.boss.Company, Application: f.apps[0], By: "test", At: began.Add(10 * time.Second)}, recruit.StageOffer))
	for i, want := range []recruit.Stage{recruit.StageOffer, recruit.StageInvited} {
		who := connector.Tracked{Application: f.apps[0], Candidate: "c0"}
		must(t, f.db.SaveHeard(t.Context(), f.fence, stagesync.Heard{Poll: stagesync.Poll{Connection: f.conn, Company: f.boss.Company, Job: "j", Tracked: []connector.Tracked{who}}},
			stagesync.Reading{At: began.Add(time.Duration(i) * time.Minute), Changed: []stagesync.Read{{Tracked: who,
				StageRead: connector.StageRead{Key: "K", Name: "K", ChangedAt: began.Add(20 * time.Second)}}}}))
		f.stands(0, want)
	}
}
