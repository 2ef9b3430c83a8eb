package store

import (
	"context"
	"database/sql"
	"errors"

	"handoff/internal/recruit"
)

// query is all that the SQL of this package asks of a database: three
// methods, $1 placeholders, and the common subset of SQLite and PostgreSQL.
// One adapter per driver satisfies it.
type query interface {
	// Exec returns the number of rows changed.
	Exec(ctx context.Context, q string, args ...any) (int64, error)
	Query(ctx context.Context, q string, args ...any) (rows, error)
	// Row scans the first row; errNoRows when there is none.
	Row(ctx context.Context, q string, args ...any) row
}

// tx is a write transaction. It remembers which lanes were rung in it, so that
// the scheduler hears of them after the commit and not before.
type tx struct {
	query
	rung []string
}

// ring wakes a lane at a time; an earlier time that is set already stays.
func (t *tx) ring(ctx context.Context, key string, at int64) error {
	_, err := t.Exec(ctx, `INSERT INTO lanes (key, wake_at) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET wake_at = CASE
			WHEN lanes.wake_at = 0 OR lanes.wake_at > excluded.wake_at THEN excluded.wake_at ELSE lanes.wake_at END`, key, at)
	if err == nil {
		t.rung = append(t.rung, key)
	}
	return err
}

type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

type row interface{ Scan(dest ...any) error }

var errNoRows = errors.New("no rows")

type sqlQuerier interface {
	ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row
}

// sqlite adapts database/sql, a transaction or a connection.
type sqlite struct{ q sqlQuerier }

func (s sqlite) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	r, err := s.q.ExecContext(ctx, q, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (s sqlite) Query(ctx context.Context, q string, args ...any) (rows, error) {
	return s.q.QueryContext(ctx, q, args...)
}

func (s sqlite) Row(ctx context.Context, q string, args ...any) row {
	return sqliteRow{s.q.QueryRowContext(ctx, q, args...)}
}

type sqliteRow struct{ r *sql.Row }

func (r sqliteRow) Scan(dest ...any) error {
	err := r.r.Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return errNoRows
	}
	return err
}

// found turns "no rows" into the error that doors know.
func found(err error) error {
	if errors.Is(err, errNoRows) {
		return recruit.ErrNotFound
	}
	return err
}

// collect reads all rows with scan and closes them.
func collect[T any](r rows, err error, scan func(row) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []T
	for r.Next() {
		v, err := scan(r)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, r.Err()
}
