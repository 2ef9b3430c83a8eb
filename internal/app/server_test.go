package app

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// line is a connection that remembers its deadlines.
type line struct {
	*httptest.ResponseRecorder
	read, write time.Time
}

func (l *line) SetReadDeadline(t time.Time) error  { l.read = t; return nil }
func (l *line) SetWriteDeadline(t time.Time) error { l.write = t; return nil }

func TestNoRequestTalksItselfOutOfItsTime(t *testing.T) {
	a := &App{closing: make(chan struct{})}
	for _, accept := range []string{"", "text/html", "text/event-stream"} {
		l := &line{ResponseRecorder: httptest.NewRecorder()}
		r := httptest.NewRequest(http.MethodPost, "/nowhere", nil)
		r.Header.Set("Accept", accept)
		a.bound(http.NotFoundHandler()).ServeHTTP(l, r)
		if l.read.IsZero() || l.write.IsZero() {
			t.Errorf("with Accept %q it may last for ever: reading until %v, writing until %v", accept, l.read, l.write)
		}
	}
}
