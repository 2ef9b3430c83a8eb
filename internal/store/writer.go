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
	db    *sql.DB
	queue chan *write
	done  chan struct{}
	stop  chan struct{}
}

type write struct {
	ctx context.Context
	fn  func(context.Context, query) error
	err chan error
}

func newWriter(db *sql.DB) *writer {
	w := &writer{db: db, queue: make(chan *write, maxGroup), done: make(chan struct{}), stop: make(chan struct{})}
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
	for i, one := range g {
		if outcome[i] = one.ctx.Err(); outcome[i] == nil {
			outcome[i] = under(ctx, tx, one)
		}
	}
	if err := tx.Commit(); err != nil {
		_ = tx.Rollback()
		for i := range outcome {
			if outcome[i] == nil {
				outcome[i] = fmt.Errorf("commit: %w", err)
			}
		}
	}
	for i, one := range g {
		one.err <- outcome[i]
	}
}

func under(ctx context.Context, tx *sql.Tx, one *write) (err error) {
	if _, err := tx.ExecContext(ctx, `SAVEPOINT one`); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", p, debug.Stack())
		}
		if err != nil {
			if _, rerr := tx.ExecContext(ctx, `ROLLBACK TO one`); rerr != nil {
				err = errors.Join(err, rerr)
			}
		}
		if _, rerr := tx.ExecContext(ctx, `RELEASE one`); rerr != nil && err == nil {
			err = rerr
		}
	}()
	// Values travel from the caller; its cancellation does not, so that a
	// write that has begun is never torn.
	return one.fn(context.WithoutCancel(one.ctx), sqlite{tx})
}
