package web

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/alexedwards/scs/v2"

	"handoff/internal/web/asset"
	"handoff/internal/web/say"
)

// Web is the front door for people. It is safe for concurrent use.
type Web struct {
	o        Options
	book     *say.Book
	files    *asset.Files
	sessions *scs.SessionManager
	cookies  cookies
	origin   *http.CrossOriginProtection
	guesses  *guesses
	uploads  budget // of application forms in memory
}

// New makes the front door. It sends and stores nothing.
func New(o Options) (*Web, error) {
	if o.Company == nil || o.Process == nil || o.Apply == nil || o.Integration == nil || o.Delivery == nil || o.Multipost == nil || o.Notify == nil {
		return nil, errors.New("web: an engine is missing")
	}
	if o.Sessions == nil || o.PublicURL == nil || o.Log == nil || o.Now == nil {
		return nil, errors.New("web: sessions, public address, log or clock is missing")
	}
	book, err := say.Open()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	files, err := asset.Open()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	w := &Web{o: o, book: book, files: files, cookies: cookiesFor(o.PublicURL), guesses: newGuesses(o.Now)}
	w.sessions = w.newSessions()
	if w.origin, err = originGuard(o.PublicURL); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return w, nil
}
