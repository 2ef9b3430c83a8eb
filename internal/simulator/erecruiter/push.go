package erecruiter

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	neturl "net/url"
	"strings"
	"sync"
	"time"
)

// pusher sends the multiposted ads to a URL of the platform when one is set: nobody knows whether
// the vendor is polled or pushes (U). One POST of {"jobs": [...]} with all rows of the company
// follows each change, after the lag of the feed.
type pusher struct {
	s      *Simulator
	client *http.Client
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu     sync.Mutex
	url    string
	bearer string
	closed bool
}

func newPusher(s *Simulator, client *http.Client) *pusher {
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	p := &pusher{s: s, client: client}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

func (p *pusher) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.cancel()
	p.work.Wait()
}

// SetAdPush sends all multiposted ads to a URL after each change of one; "" ends it. bearer is the
// token that the platform gave to its client for that, and goes along as Authorization; "" sends
// none. It is shown nowhere.
func (s *Simulator) SetAdPush(url, bearer string) error {
	if u, err := neturl.Parse(url); url != "" && (err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("push ads: the address is no http(s) one")
	}
	if strings.ContainsFunc(bearer, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("push ads: the token is not one word")
	}
	s.pusher.mu.Lock()
	defer s.pusher.mu.Unlock()
	s.pusher.url, s.pusher.bearer = url, bearer
	return nil
}

// adChanged plans a push. The caller may hold Simulator.mu.
func (p *pusher) adChanged(after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.url == "" || p.closed {
		return
	}
	url, bearer := p.url, p.bearer
	due, stop := p.s.clock.Wait(after)
	p.work.Go(func() {
		defer stop()
		select {
		case <-due:
		case <-p.ctx.Done():
			return
		}
		p.send(url, bearer)
	})
}

// send posts once for each company and tells the journal how it went; nothing is repeated.
func (p *pusher) send(url, bearer string) {
	s := p.s
	s.mu.Lock()
	var bodies [][]byte
	for _, co := range s.st.companies {
		c := &call{s: s, w: s.wire, sw: s.Switches(), base: s.publicURL, company: co}
		rows := []any{}
		for _, row := range s.portalRows(c, s.options.Partner, time.Time{}) {
			rows = append(rows, c.say("ad", row))
		}
		if len(rows) > 0 {
			env := c.w.Lists["listMultipostedAds"]
			if env == (List{}) {
				env = c.w.Lists[""]
			}
			bodies = append(bodies, c.raw(http.StatusOK, c.wrap(env.Key, rows)).Body)
		}
	}
	s.mu.Unlock()
	for _, b := range bodies {
		r, err := http.NewRequestWithContext(p.ctx, http.MethodPost, url, bytes.NewReader(b))
		if err != nil {
			s.journal.Tally("ad_push_failed", "")
			continue
		}
		r.Header.Set("Content-Type", "application/json")
		if bearer != "" {
			r.Header.Set("Authorization", "Bearer "+bearer)
		}
		res, err := p.client.Do(r)
		if err != nil || res.StatusCode >= 300 {
			s.journal.Tally("ad_push_failed", "")
		} else {
			s.journal.Tally("ad_pushed", "")
		}
		if err == nil {
			_ = res.Body.Close()
		}
	}
}
