package erapi

import (
	"encoding/base64"
	"errors"
	"io"
)

// chunk is how much is encoded at once; a multiple of three, so that only the
// last one is padded.
const chunk = 3 * 4096

// encoder gives the base64 of what it reads.
type encoder struct {
	from io.Reader
	raw  [chunk]byte
	text [chunk / 3 * 4]byte
	out  []byte
	err  error
}

func newEncoder(from io.Reader) *encoder { return &encoder{from: from} }

func (e *encoder) Read(p []byte) (int, error) {
	for len(e.out) == 0 {
		if e.err != nil {
			return 0, e.err
		}
		n, err := io.ReadFull(e.from, e.raw[:])
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF
		}
		e.err = err
		base64.StdEncoding.Encode(e.text[:], e.raw[:n])
		e.out = e.text[:base64.StdEncoding.EncodedLen(n)]
	}
	n := copy(p, e.out)
	e.out = e.out[n:]
	return n, nil
}

func encodedLen(n int64) int64 { return (n + 2) / 3 * 4 }
