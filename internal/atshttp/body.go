package atshttp

import (
	"errors"
	"io"
	"sync"

	"handoff/internal/connector"
)

// ErrTooLarge is under the error of a body that went past the limit.
var ErrTooLarge = errors.New("the answer is larger than allowed")

// boundedBody gives out at most left bytes, and turns whatever goes wrong while
// reading into a typed error: the request was sent, so it is Unanswered.
type boundedBody struct {
	op   string
	rc   io.ReadCloser
	left int64
	err  error
	once sync.Once
	done func()
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1] // one more than allowed tells "exactly full" from "too much"
	}
	n, err := b.rc.Read(p)
	switch {
	case int64(n) > b.left:
		n, b.err = int(b.left), &connector.Error{Kind: connector.Unanswered, Op: b.op, Err: ErrTooLarge}
	case err == io.EOF:
		b.err = io.EOF
	case err != nil:
		b.err = &connector.Error{Kind: connector.Unanswered, Op: b.op, Err: cause(err)}
	}
	b.left -= int64(n)
	if b.err != nil {
		b.once.Do(b.done) // nothing more is in flight, even if nobody closes
	}
	return n, b.err
}

// Close ends the request; the connection is kept only if the body was read to
// its end.
func (b *boundedBody) Close() error {
	err := b.rc.Close()
	b.once.Do(b.done)
	if err != nil {
		return cause(err)
	}
	return nil
}
