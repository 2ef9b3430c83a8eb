package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"handoff/internal/apply"
	"handoff/internal/delivery"
	"handoff/internal/recruit"
)

// remoteConsents returns the last word on each of the ATS's own texts that an
// application was shown for one job together with the newest question about the
// transfer, in their order. What was shown with an earlier one, before the
// candidate applied again, is evidence and decides nothing any more.
func remoteConsents(ctx context.Context, q query, app recruit.ApplicationID, id recruit.ConnectionID, job recruit.RemoteJobID) ([]recruit.ConsentRecord, error) {
	r, err := q.Query(ctx, `SELECT `+consentColumns+` FROM consent_records WHERE application_id = $1 AND purpose IN ($2, $3)
		AND connection_id = $4 AND remote_job_id = $5
		AND at > (SELECT coalesce(max(t.at), 0) FROM consent_records t WHERE t.application_id = $1 AND t.purpose = $6) ORDER BY at, id`,
		app, recruit.PurposeRemoteClause, recruit.PurposeRemoteConsent, id, job, recruit.PurposeATSTransfer)
	all, err := collect(r, err, scanConsent)
	if err != nil {
		return nil, err
	}
	var out []recruit.ConsentRecord
	for _, c := range all {
		i := slices.IndexFunc(out, func(x recruit.ConsentRecord) bool { return x.Purpose == c.Purpose && x.TextID == c.TextID })
		if i < 0 {
			out = append(out, c)
			continue
		}
		out[i] = c
	}
	return out, nil
}

// asked completes a standing with what one application's candidate was asked.
func asked(ctx context.Context, q query, s *apply.Standing, app recruit.ApplicationID) (err error) {
	if s.Transfer, err = newestConsent(ctx, q, app, recruit.PurposeATSTransfer); err != nil || s.Binding == nil {
		return err
	}
	s.Remote, err = remoteConsents(ctx, q, app, s.Binding.Connection, s.Binding.RemoteJob)
	return err
}

// agreed compares the job's own texts that a candidate agreed to with those
// last read (invariant 4). It returns the decisions to send, or why nothing may
// be sent: a required one that was not given, or a text that is not, word for
// word, the one that was shown, or one that was not shown and is required.
func agreed(ctx context.Context, t *tx, x due) (send []recruit.RemoteDecision, reason string, err error) {
	shown, err := remoteConsents(ctx, t, x.d.Application, x.d.Connection, x.d.RemoteJob)
	if err != nil {
		return nil, "", err
	}
	if apply.RequiredRefused(shown) {
		return nil, delivery.ReasonRemoteRefused, nil
	}
	now, err := jobTexts(ctx, t, x.d.Connection, x.d.RemoteJob)
	if err != nil {
		return nil, "", err
	}
	for _, c := range shown {
		i := slices.IndexFunc(now, func(n recruit.RemoteConsent) bool { return n.ID == string(c.TextID) })
		if i < 0 || now[i].SHA256 != c.SHA256 || now[i].Required != c.Required {
			return nil, delivery.ReasonTextsChanged, nil
		}
		if c.Purpose == recruit.PurposeRemoteConsent {
			// The same words under another number are what was agreed to: the
			// number is the one by which the ATS knows them today.
			send = append(send, recruit.RemoteDecision{ID: now[i].ID, Version: now[i].Version, SHA256: c.SHA256, Decision: c.Decision})
		}
	}
	for _, n := range now {
		if n.Required && !slices.ContainsFunc(shown, func(c recruit.ConsentRecord) bool { return string(c.TextID) == n.ID }) {
			return nil, delivery.ReasonTextsChanged, nil
		}
	}
	return send, "", nil
}

// jobTexts are the ATS's own texts of a job as they were last read; none where
// there are none to read.
func jobTexts(ctx context.Context, q query, id recruit.ConnectionID, job recruit.RemoteJobID) (list []recruit.RemoteConsent, err error) {
	var texts string
	err = q.Row(ctx, `SELECT texts FROM job_watches WHERE connection_id = $1 AND remote_job_id = $2`, id, job).Scan(&texts)
	if errors.Is(err, errNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return list, json.Unmarshal([]byte(texts), &list)
}
