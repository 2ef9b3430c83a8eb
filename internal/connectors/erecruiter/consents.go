package erecruiter

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// clauseMark begins our id of a clause. Clauses are read and consents decided:
// whoever hands a decision back need not know which it was, and the two may be
// numbered apart (U).
const clauseMark = "clause-"

// RemoteConsents reads the texts of a recruitment's form, word for word.
func (c *conn) RemoteConsents(ctx context.Context, job recruit.RemoteJobID) ([]recruit.RemoteConsent, error) {
	texts, err := c.texts(ctx, job)
	if err != nil {
		return nil, err
	}
	out := make([]recruit.RemoteConsent, len(texts))
	for i, x := range texts {
		sum := sha256.Sum256([]byte(x.Text))
		out[i] = recruit.RemoteConsent{ID: x.ID, Version: x.Version, Kind: recruit.RemoteAsk, Text: x.Text, SHA256: hex.EncodeToString(sum[:]),
			Required: x.Required, Locale: x.Language}
		if x.Clause {
			out[i].ID, out[i].Kind = clauseMark+x.ID, recruit.RemoteClause
		}
	}
	return out, nil
}

func (c *conn) texts(ctx context.Context, job recruit.RemoteJobID) ([]erapi.Consent, error) {
	return call(ctx, c, reading, erapi.OpConsents, func(api erapi.Client) ([]erapi.Consent, error) { return api.Consents(ctx, string(job)) })
}

// statements are the decisions as they are sent: yes and no. Silence is the
// third state and is left out (C: three states), and a clause asks nothing.
func statements(decisions []recruit.RemoteDecision) []erapi.Statement {
	var out []erapi.Statement
	for _, d := range decisions {
		if strings.HasPrefix(d.ID, clauseMark) || d.Decision != recruit.Given && d.Decision != recruit.Refused {
			continue
		}
		out = append(out, erapi.Statement{ID: d.ID, Version: d.Version, Accepted: d.Decision == recruit.Given})
	}
	return out
}

// forTest gives what is required in the name of a test's candidate, who is
// nobody. Optional consents stay unsaid even there.
func (c *conn) forTest(ctx context.Context, s connector.Submission) ([]recruit.RemoteDecision, error) {
	texts, err := c.RemoteConsents(ctx, s.Job)
	if err != nil {
		return nil, err
	}
	var out []recruit.RemoteDecision
	for _, x := range texts {
		if x.Required && x.Kind == recruit.RemoteAsk {
			out = append(out, recruit.RemoteDecision{ID: x.ID, Version: x.Version, SHA256: x.SHA256, Decision: recruit.Given})
		}
	}
	return out, nil
}
