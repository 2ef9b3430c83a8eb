package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
)

// maxGroup bounds how many writes share one commit, and so how long the first
// of them waits for the others.
const maxGroup = 128

var errClosed = errors.New("the store is closed")

// writer is the one writer of the embedded database.
type writer struct {
	db       *sql.DB
	queue    chan *write
	done     chan struct{}
	stop     chan struct{}
	prepared map[string]*sql.Stmt // by their text; nil for one that is not, or cannot be
	fresh    []string             // of them: seen since the last transaction
}

// maxPrepared bounds the statements that are kept. There are some hundred, but
// for a few whose text is made of what they are given.
const maxPrepared = 500

type write struct {
	ctx context.Context
	fn  func(context.Context, query) error
	err chan error
}

func newWriter(db *sql.DB) *writer {
	w := &writer{db: db, queue: make(chan *write, maxGroup), done: make(chan struct{}), stop: make(chan struct{}), prepared: map[string]*sql.Stmt{}}
	go w.loop()
	return w
}

// do queues fn and waits for its outcome. A caller that gives up while queued
// is told so and fn does not run; once fn has begun, its outcome is awaited,
// because nobody could say otherwise whether it happened.
func (w *writer) do(ctx context.Context, fn func(context.Context, query) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	one := &write{ctx: ctx, fn: fn, err: make(chan error, 1)}
	select {
	case w.queue <- one:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stop:
		return errClosed
	}
	select {
	case err := <-one.err:
		return err
	case <-w.done:
		select {
		case err := <-one.err:
			return err
		default:
			return errClosed
		}
	}
}

func (w *writer) close() {
	close(w.stop)
	<-w.done
}

func (w *writer) loop() {
	defer close(w.done)
	for {
		select {
		case first := <-w.queue:
			w.group(w.gather(first))
			w.prepare()
		case <-w.stop:
			for {
				select {
				case first := <-w.queue:
					w.group(w.gather(first))
				default:
					return
				}
			}
		}
	}
}

func (w *writer) gather(first *write) []*write {
	g := []*write{first}
	for len(g) < maxGroup {
		select {
		case next := <-w.queue:
			g = append(g, next)
		default:
			return g
		}
	}
	return g
}

// group commits all of g together. Each runs under a savepoint, so that one
// that fails takes nobody with it; when the commit itself fails, each is told.
func (w *writer) group(g []*write) {
	ctx := context.Background()
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		for _, one := range g {
			one.err <- fmt.Errorf("begin: %w", err)
		}
		return
	}
	outcome := make([]error, len(g))
	var torn error
	for i, one := range g {
		if outcome[i] = one.ctx.Err(); outcome[i] == nil && torn == nil {
			outcome[i], torn = w.under(ctx, tx, one)
		}
	}
	if torn != nil {
		_ = tx.Rollback() // mostly there is nothing left to roll back
	} else if torn = tx.Commit(); torn != nil {
		torn = fmt.Errorf("commit: %w", torn)
	}
	for i := range outcome {
		if outcome[i] == nil && torn != nil {
			outcome[i] = torn
		}
	}
	for i, one := range g {
		one.err <- outcome[i]
	}
}

// under runs one write under its savepoint. torn says that the savepoint was
// not to be had, gone back to or given up: after some errors, of which a full
// disk is one, SQLite rolls the whole transaction back by itself. What the
// others did in it is gone then, and a further savepoint would begin, and its
// release commit, a transaction of its own.
func (w *writer) under(ctx context.Context, tx *sql.Tx, one *write) (err, torn error) {
	q := changes{sqlite{tx}, tx, w}
	savepoint := func(what string) {
		if torn != nil {
			return
		}
		if _, err := q.Exec(ctx, what); err != nil {
			torn = fmt.Errorf("savepoint: %w", err)
		}
	}
	if savepoint(`SAVEPOINT one`); torn != nil {
		return torn, torn
	}
	defer func() {
		if p := recover(); p != nil {
			// Its value is not told: it may hold anything.
			err = fmt.Errorf("panic in a transaction: %T\n%s", p, debug.Stack())
		}
		if err != nil {
			savepoint(`ROLLBACK TO one`)
		}
		savepoint(`RELEASE one`)
	}()
	// Values travel from the caller; its cancellation does not, so that a
	// write that has begun is never torn.
	return one.fn(context.WithoutCancel(one.ctx), q), nil
}

// changes is a transaction whose statements without rows are prepared once: to
// read one again costs more than to do it. Those with rows are not, because one
// that is begun again while its rows are read loses them.
type changes struct {
	sqlite
	tx *sql.Tx
	w  *writer
}

func (c changes) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	s, seen := c.w.prepared[q]
	if s == nil {
		if !seen && len(c.w.prepared) < maxPrepared {
			c.w.prepared[q], c.w.fresh = nil, append(c.w.fresh, q)
		}
		return c.sqlite.Exec(ctx, q, args...)
	}
	r, err := c.tx.StmtContext(ctx, s).ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// prepare prepares what was seen, between transactions: within one there is no
// connection to spare. What cannot be is done as it is.
func (w *writer) prepare() {
	for _, q := range w.fresh {
		if s, err := w.db.Prepare(q); err == nil {
			w.prepared[q] = s
		}
	}
	w.fresh = nil
}
