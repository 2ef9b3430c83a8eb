package atshttp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
)

// cause says what went wrong in words of our own. The original is dropped:
// net/http writes URLs and pieces of answers into its errors (promise 4).
// context.Canceled, context.DeadlineExceeded and ErrAddress stay recognisable.
func cause(err error) error {
	var dns *net.DNSError
	var timeout net.Error
	var cert *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case errors.Is(err, ErrAddress):
		return ErrAddress
	case errors.As(err, &dns):
		return errors.New("the host's name could not be resolved")
	case errors.As(err, &cert):
		return errors.New("the host's certificate is not trusted")
	case errors.As(err, &record), errors.As(err, &alert):
		return errors.New("the TLS handshake failed")
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("connection refused")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return errors.New("connection reset")
	case errors.As(err, &timeout) && timeout.Timeout():
		return errors.New("timed out")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("connection closed before the answer was complete")
	}
	return fmt.Errorf("the exchange failed (%T)", err)
}
