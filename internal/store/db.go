// Package store keeps everything that must survive: SQL, written once for
// both databases, and the files beside it.
//
// One method is one transaction, named for the business fact. Writes go
// through one writer that groups those waiting into one commit, each under a
// savepoint of its own: a method's answer comes after the commit that holds
// it is on disk. Reads go to a pool beside it and see what is committed.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver named sqlite

	"handoff/internal/secret"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

// DB is the store. It is safe for concurrent use.
type DB struct {
	reader *sql.DB
	writer *writer
	wdb    *sql.DB
	sealer *secret.Sealer
	Blobs  *Blobs
	now    func() time.Time

	hookByPath *sql.Stmt
	// rung is told, after the commit, which lanes were rung in it.
	rung func(key string)
}

// Options of Open.
type Options struct {
	Dir    string // the data folder; the database is handoff.db in it, CVs in blobs/
	Sealer *secret.Sealer
	Now    func() time.Time // time.Now when nil
}

// Open opens the embedded database in a folder and brings its schema forward.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	blobs, err := openBlobs(filepath.Join(o.Dir, "blobs"))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(o.Dir, "handoff.db")
	wdb, err := openSQLite(path, "immediate", 1)
	if err != nil {
		return nil, err
	}
	reader, err := openSQLite(path, "deferred", 8)
	if err != nil {
		_ = wdb.Close()
		return nil, err
	}
	db := &DB{reader: reader, wdb: wdb, sealer: o.Sealer, Blobs: blobs, now: o.Now}
	err = db.migrate(ctx)
	if err == nil {
		db.hookByPath, err = reader.PrepareContext(ctx, hookByPath)
	}
	if err != nil {
		_ = wdb.Close()
		_ = reader.Close()
		return nil, err
	}
	db.writer = newWriter(wdb)
	return db, nil
}

// openSQLite: WAL with synchronous FULL, so that a commit survives a power
// cut; foreign writers wait 10 s for the lock rather than fail.
func openSQLite(path, txlock string, conns int) (*sql.DB, error) {
	v := url.Values{"_txlock": {txlock}, "_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)",
		"cache_size(-8000)", "temp_store(MEMORY)", "journal_size_limit(67108864)",
		"secure_delete(1)"}} // an erased key leaves no bytes behind in free pages
	if txlock == "deferred" {
		v["_pragma"] = append(v["_pragma"], "query_only(1)")
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+v.Encode()) // a # in a folder's name ends no address
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

func (db *DB) migrate(ctx context.Context) error {
	sub, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db.wdb, sub)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the database forward: %w", err)
	}
	return nil
}

// OnRing sets who is told, after each commit, of the lanes rung in it. It is
// called before the store is shared.
func (db *DB) OnRing(f func(key string)) { db.rung = f }

// Ready tells whether the database answers.
func (db *DB) Ready(ctx context.Context) error {
	var one int
	return sqlite{db.reader}.Row(ctx, `SELECT 1`).Scan(&one)
}

// Close waits for the writes under way and closes the files.
func (db *DB) Close() error {
	db.writer.close()
	return errors.Join(db.reader.Close(), db.wdb.Close())
}

// read gives fn a view of what is committed.
func (db *DB) read() query { return sqlite{db.reader} }

// write runs fn as one transaction and returns after its commit. fn must touch
// nothing but its transaction.
func (db *DB) write(ctx context.Context, fn func(ctx context.Context, t *tx) error) error {
	var t tx
	err := db.writer.do(ctx, func(ctx context.Context, q query) error {
		t = tx{query: q}
		return fn(ctx, &t)
	})
	if err == nil && db.rung != nil {
		for _, k := range t.rung {
			db.rung(k)
		}
	}
	return err
}
