package erapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
)

// Create pushes an application in one call (A). The answer to a success may
// name less than the mapping says; what it does not name is empty, and the
// caller looks it up.
func (c Client) Create(ctx context.Context, recruitment string, a Application) (Created, error) {
	b, err := c.Map.body(a)
	if err != nil {
		return Created{}, &connector.Error{Kind: connector.Unavailable, Op: OpCreate, Err: errBody}
	}
	header := http.Header{"Content-Type": {b.contentType}}
	if c.Map.Create.Idempotency != "" && a.ExternalID != "" {
		header.Set(c.Map.Create.Idempotency, a.ExternalID)
	}
	resp, err := c.send(ctx, request{op: OpCreate, places: map[string]string{"recruitmentId": recruitment}, header: header, body: b.reader, length: b.length})
	if err != nil {
		return Created{}, err
	}
	defer resp.Body.Close()
	made, before := slices.Contains(c.Map.Create.Created, resp.StatusCode), slices.Contains(c.Map.Create.Existing, resp.StatusCode)
	if !made && !before {
		return Created{}, &StatusError{Op: OpCreate, Status: resp.StatusCode}
	}
	var n node
	if err := atshttp.DecodeJSON(resp.Body, &n); err != nil {
		return Created{}, unreadable(OpCreate, resp.StatusCode, err) // an empty 200 is no "it is there": a proxy may have said it
	}
	out := Created{Application: c.text(n, "created.application"), Candidate: c.text(n, "created.candidate")}
	out.Before = before && out.Application != ""
	return out, nil
}

// Notes lists the texts of an application's notes. A public client called it
// and later stopped (C): nothing may depend on it.
func (c Client) Notes(ctx context.Context, application string) ([]string, error) {
	if !c.Map.Has(OpNotes) {
		return nil, &StatusError{Op: OpNotes, Status: http.StatusNotFound}
	}
	n, _, err := c.exchange(ctx, request{op: OpNotes, places: map[string]string{"applicationId": application}})
	if err != nil {
		return nil, err
	}
	rows, ok := n.rows(c.Map.Lists[OpNotes], nil)
	if !ok {
		return nil, &connector.Error{Kind: connector.Unavailable, Op: OpNotes, Code: ListingBroken}
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = c.text(r, "note.text")
	}
	return out, nil
}

// AddNote writes a note; its answer's status is all that is read.
func (c Client) AddNote(ctx context.Context, application, text string) error {
	o := map[string]any{}
	put(o, c.Map.Send["note.text"], text)
	b, err := json.Marshal(o)
	if err != nil {
		return &connector.Error{Kind: connector.Unavailable, Op: OpNote, Err: errBody}
	}
	resp, err := c.send(ctx, request{op: OpNote, places: map[string]string{"applicationId": application}, body: bytes.NewReader(b),
		length: int64(len(b)), header: http.Header{"Content-Type": {"application/json"}}})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return nil
}
