package integration

import (
	"context"
	"errors"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// sightMax bounds how many jobs one listing asks after one by one.
const sightMax = 20

// outOfSight asks after each bound job that a listing lacks, where jobs have to
// be shared with us: "not shared any more" and "deleted" are different things
// to do for different people. What is only not shared is added to the list,
// marked so; what cannot be asked after stays as it was known.
func (e *Engine) outOfSight(ctx context.Context, conn *connector.Conn, id recruit.ConnectionID, jobs []recruit.RemoteJob) ([]recruit.RemoteJob, error) {
	if !conn.Type.SharedJobs || conn.Flight == nil {
		return jobs, nil
	}
	c, err := e.o.Store.AnyConnection(ctx, id)
	if err != nil {
		return nil, err
	}
	bound, err := e.o.Store.BoundJobs(ctx, id)
	if err != nil {
		return nil, err
	}
	listed := map[recruit.RemoteJobID]bool{}
	for _, j := range jobs {
		listed[j.ID] = true
	}
	asked := 0
	for _, b := range bound {
		if listed[b.ID] {
			continue
		}
		if asked++; asked > sightMax {
			jobs = append(jobs, b)
			continue
		}
		found, _, err := conn.Flight.Preflight(ctx, b.ID)
		switch kind := connector.KindOf(err); {
		case err == nil:
			jobs = append(jobs, found)
		case kind == connector.Unauthorized, kind == connector.Revoked:
			return nil, err
		case kind == connector.Gone && c.AccessScope != "selected":
			// It was deleted: left out, it is marked gone.
		case kind == connector.Gone, kind == connector.Forbidden:
			// To a key with access to selected ones, some ATSs say "not there" of what is not shared.
			no := false
			b.Shared, b.BlockedReason = &no, "not_shared"
			jobs = append(jobs, b)
		default:
			jobs = append(jobs, b)
		}
	}
	return jobs, nil
}

// notShared tells whether a job was refused because it is not shared with us.
func notShared(err error) bool {
	var e *connector.Error
	return errors.As(err, &e) && e.Kind == connector.Forbidden && e.Code == "JOB_NOT_SHARED"
}
