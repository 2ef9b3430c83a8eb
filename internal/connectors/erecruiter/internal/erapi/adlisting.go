package erapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
)

// adPasses is how often ads are read until as many are known as there are.
const adPasses = 20

// adListing reads a list whose order moves between two calls (C, of ads). Where
// it does not fit into one page, no row says where one page ends and the next
// begins: so the rows of a pass are counted, and it is read again until as many
// different ones are known. A listing is whole or an error.
type adListing struct {
	c     Client
	query url.Values
	seen  map[string]bool
	ads   []Ad
}

func (l *adListing) read(ctx context.Context) error {
	for range adPasses {
		again, err := l.pass(ctx)
		if err != nil || !again {
			return err
		}
	}
	return l.broken("LISTING_INCOMPLETE")
}

func (l *adListing) broken(code string) error {
	return &connector.Error{Kind: connector.Unavailable, Op: OpAds, Code: code}
}

// pass reads the list from its start; again says that it has more rows than are
// known.
func (l *adListing) pass(ctx context.Context) (again bool, err error) {
	p := l.c.Map.Paging
	paged := slices.Contains(p.Lists, OpAds)
	left, got := int64(connector.MaxAdBytes), 0
	var before map[string]bool
	for page := range p.Most {
		query := maps.Clone(l.query)
		if paged {
			from := got
			if p.Style == ByPage {
				from = page + p.First
			}
			query.Set(p.Limit, strconv.Itoa(p.Size))
			query.Set(p.Offset, strconv.Itoa(from))
		}
		n, used, err := l.page(ctx, query, left)
		if err != nil && page > 0 {
			err = later(err, OpAds)
		}
		if err != nil {
			return false, err
		}
		left -= used
		rows, ok := n.rows(l.c.Map.Lists[OpAds], l.c.Map.Fields["count"])
		if !ok {
			return false, l.broken(ListingBroken)
		}
		ids, err := l.take(rows)
		count, _ := n.first(l.c.Map.Fields["count"])
		switch {
		case err != nil:
			return false, err
		case !paged:
			return false, nil
		case len(ids) == 0:
			return len(l.ads) < got, nil
		case !maps.Equal(ids, before):
		case page == 1 && count.whole() != len(ids) && (len(ids) == p.Size || count.whole() > len(ids)):
			return false, l.broken(ListingWhole) // see listing.pass
		default: // the very page again: paging is ignored (C, of the career feed), and this is all
			return len(l.ads) < got, nil
		}
		got, before = got+len(ids), ids
	}
	return false, l.broken("LISTING_TOO_LONG")
}

// page makes one call, whose answer is at most most bytes.
func (l *adListing) page(ctx context.Context, query url.Values, most int64) (n node, used int64, err error) {
	resp, err := l.c.send(ctx, request{op: OpAds, query: query})
	if err != nil {
		return node{}, 0, err
	}
	defer resp.Body.Close()
	b, err := readMost(resp.Body, most)
	switch {
	case errors.Is(err, ErrAdsTooLong):
		return node{}, 0, l.broken("LISTING_TOO_LONG")
	case err != nil:
		return node{}, 0, unreadable(OpAds, resp.StatusCode, err)
	case atshttp.DecodeJSON(bytes.NewReader(b), &n) != nil:
		return node{}, 0, l.broken(formless(b))
	}
	return n, int64(len(b)), nil
}

// take keeps the rows of a page that are new, and returns the ids of all.
func (l *adListing) take(rows []node) (map[string]bool, error) {
	ids := map[string]bool{}
	for _, r := range rows {
		a, ok := l.c.Map.ad(r)
		if !ok {
			return nil, l.broken(RowWithoutID)
		}
		id := a.Key + " " + a.Row
		if a.Row == "" { // told apart by all that it says
			id = a.Key + " " + string(a.Raw)
		}
		if ids[id] = true; l.seen[id] {
			continue
		}
		l.seen[id] = true
		if l.ads = append(l.ads, a); len(l.ads) > MaxAds {
			return nil, l.broken("LISTING_TOO_LONG")
		}
	}
	return ids, nil
}

// readMost reads a body of at most most bytes.
func readMost(body io.Reader, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(body, most+1))
	switch {
	case err != nil:
		return nil, readFailed(err)
	case int64(len(b)) > most:
		return nil, ErrAdsTooLong
	}
	return b, nil
}
