package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// sealedCredential is a credential as it lies sealed.
type sealedCredential struct {
	AccessToken  string            `json:"access_token,omitempty"`
	RefreshToken string            `json:"refresh_token,omitempty"`
	Fields       map[string]string `json:"fields,omitempty"`
}

func credentialPlace(id recruit.ConnectionID) string { return "connection:" + string(id) }

func (db *DB) sealCredential(id recruit.ConnectionID, c connector.Credential) ([]byte, error) {
	plain := sealedCredential{AccessToken: c.AccessToken.Reveal(), RefreshToken: c.RefreshToken.Reveal(), Fields: map[string]string{}}
	for k, v := range c.Fields {
		plain.Fields[k] = v.Reveal()
	}
	b, err := json.Marshal(plain)
	if err != nil {
		return nil, errors.New("a credential cannot be stored") // never what it holds
	}
	return db.sealer.Seal(b, credentialPlace(id))
}

// Credential implements integration.Store.
func (db *DB) Credential(ctx context.Context, id recruit.ConnectionID) (integration.Stored, error) {
	var st integration.Stored
	var sealed []byte
	var expires, obtained, started int64
	err := db.read().Row(ctx, `SELECT k.generation, k.sealed_credential, k.expires_at, k.obtained_at, k.refresh_started_at, c.account_id
		FROM credentials k JOIN connections c ON c.id = k.connection_id AND c.company_id = k.company_id WHERE k.connection_id = $1`, id).
		Scan(&st.Generation, &sealed, &expires, &obtained, &started, &st.Account)
	if err != nil {
		return st, found(err)
	}
	if st.Credential, err = db.openCredential(id, sealed); err != nil {
		return st, err
	}
	st.ExpiresAt, st.ObtainedAt, st.RefreshStartedAt = at(expires), at(obtained), at(started)
	return st, nil
}

func (db *DB) openCredential(id recruit.ConnectionID, sealed []byte) (c connector.Credential, err error) {
	b, err := db.sealer.Open(sealed, credentialPlace(id))
	if err != nil {
		return c, err
	}
	var plain sealedCredential
	if err := json.Unmarshal(b, &plain); err != nil {
		return c, errors.New("the sealed credential is not what was stored")
	}
	if plain.AccessToken != "" {
		c.AccessToken = secret.New(plain.AccessToken)
	}
	if plain.RefreshToken != "" {
		c.RefreshToken = secret.New(plain.RefreshToken)
	}
	c.Fields = map[string]secret.String{}
	for k, v := range plain.Fields {
		c.Fields[k] = secret.New(v)
	}
	return c, nil
}

// putCredential stores a credential as the next generation, which ends every
// refresh that started from an older one.
func (t *tx) putCredential(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, sealed []byte, expires, now time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO credentials (connection_id, company_id, generation, sealed_credential, expires_at, obtained_at)
		VALUES ($1, $2, 1, $3, $4, $5)
		ON CONFLICT (connection_id) DO UPDATE SET generation = credentials.generation + 1, sealed_credential = excluded.sealed_credential,
			expires_at = excluded.expires_at, obtained_at = excluded.obtained_at, refresh_started_at = 0,
			sealed_next = NULL, next_scope = '', next_saved_at = 0`,
		id, company, sealed, ms(expires), ms(now))
	return err
}

// ReplaceCredential implements integration.Store.
func (db *DB) ReplaceCredential(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, cred connector.Credential, actor string, now time.Time) error {
	sealed, err := db.sealCredential(id, cred)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, `UPDATE connections SET state = 'untested', reason = '', turn = '', disconnected_at = 0
			WHERE id = $1 AND company_id = $2`, id, company)
		if err != nil {
			return err
		}
		if n == 0 {
			return recruit.ErrNotFound
		}
		if err := t.putCredential(ctx, company, id, sealed, cred.ExpiresAt, now); err != nil {
			return err
		}
		if err := t.holdAll(ctx, id, now); err != nil {
			return err
		}
		return t.audit(ctx, company, now, actor, "connection.credential_replaced", string(id))
	})
}

// StartRefresh implements integration.Store.
func (db *DB) StartRefresh(ctx context.Context, id recruit.ConnectionID, generation int64, now time.Time) (bool, error) {
	return db.onGeneration(ctx, `UPDATE credentials SET refresh_started_at = $3 WHERE connection_id = $1 AND generation = $2`, id, generation, ms(now))
}

// FinishRefresh implements integration.Store.
func (db *DB) FinishRefresh(ctx context.Context, id recruit.ConnectionID, generation int64, cred connector.Credential, now time.Time) (bool, error) {
	sealed, err := db.sealCredential(id, cred)
	if err != nil {
		return false, err
	}
	return db.onGeneration(ctx, `UPDATE credentials SET generation = generation + 1, sealed_credential = $3, expires_at = $4, obtained_at = $5,
		refresh_started_at = 0 WHERE connection_id = $1 AND generation = $2`, id, generation, sealed, ms(cred.ExpiresAt), ms(now))
}

// AbandonRefresh implements integration.Store.
func (db *DB) AbandonRefresh(ctx context.Context, id recruit.ConnectionID, generation int64) error {
	_, err := db.onGeneration(ctx, `UPDATE credentials SET refresh_started_at = 0 WHERE connection_id = $1 AND generation = $2`, id, generation)
	return err
}

func (db *DB) onGeneration(ctx context.Context, q string, args ...any) (bool, error) {
	var n int64
	err := db.write(ctx, func(ctx context.Context, t *tx) (err error) {
		n, err = t.Exec(ctx, q, args...)
		return err
	})
	return n == 1, err
}
