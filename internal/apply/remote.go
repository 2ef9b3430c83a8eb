package apply

import (
	"slices"

	"handoff/internal/recruit"
)

// remoteRecords returns one record for each of the ATS's own texts that was
// shown. A clause was there to be read; a consent that was not answered says
// just that, which is the third of the states that such an ATS knows.
//
// It is not ok when the decisions are about other texts than those of now: an
// unknown one, another version, or, where only the platform says what was
// shown, one that it does not name although the transfer was agreed to.
func remoteRecords(t Target, texts []recruit.RemoteConsent, d decisions) (out []recruit.ConsentRecord, ok bool) {
	for _, c := range d.remote {
		if !slices.ContainsFunc(texts, func(x recruit.RemoteConsent) bool { return x.ID == c.ID && x.Version == c.Version }) {
			return nil, false
		}
	}
	agreed := d.transfer != nil && d.transfer.Decision == recruit.Given
	for _, x := range texts {
		i := slices.IndexFunc(d.remote, func(c RemoteChoice) bool { return c.ID == x.ID })
		if i < 0 && d.token == nil {
			if agreed {
				return nil, false
			}
			continue // nobody says that it was shown
		}
		r := recruit.ConsentRecord{ID: recruit.NewConsentRecordID(d.at), Company: t.Process.Company, Connection: t.Binding.Connection, AccountID: t.Account,
			RemoteJob: t.Binding.RemoteJob, Purpose: recruit.PurposeRemoteConsent, TextID: recruit.TextID(x.ID), Version: x.Version,
			Locale: x.Locale, Text: x.Text, SHA256: x.SHA256, Required: x.Required, Decision: recruit.NoStatement, Channel: d.channel,
			Asserted: d.token == nil, At: d.at}
		switch {
		case x.Kind == recruit.RemoteClause:
			r.Purpose, r.Decision = recruit.PurposeRemoteClause, recruit.ReadOnly
		case i >= 0:
			r.Decision = d.remote[i].Decision
		}
		out = append(out, r)
	}
	return out, true
}

// maxRemote is how many decisions on the ATS's own texts are read.
const maxRemote = 100

// knownRemote refuses what cannot be decided about the ATS's own texts: a text
// twice, and a clause, which is only read.
func knownRemote(v *recruit.Invalid, texts []recruit.RemoteConsent, choices []RemoteChoice) {
	if len(choices) > max(maxRemote, len(texts)) {
		v.Add("consent.remote", "too_many", "max", "100")
		return
	}
	seen := map[string]bool{}
	for _, c := range choices {
		clause := slices.ContainsFunc(texts, func(x recruit.RemoteConsent) bool { return x.ID == c.ID && x.Kind == recruit.RemoteClause })
		switch {
		case seen[c.ID]:
			v.Add("consent.remote", "repeated")
			return
		case c.Decision == recruit.NoStatement, c.Decision == recruit.Given, c.Decision == recruit.Refused && !clause:
		default:
			v.Add("consent.remote", "not_allowed")
			return
		}
		seen[c.ID] = true
	}
}
