package erapi

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"handoff/internal/connector"
)

// maxPasses is how often a listing is read until it holds together.
const maxPasses = 4

// list reads all rows of an operation and hands each to row once, by its id.
// It returns an error rather than a part.
//
// What ends a list is a page without anything new: a short page may be the
// server's own maximum, and counts are not to be relied on (C). By offset,
// each page begins with the last row of the one before, so that a row that was
// taken out meanwhile is noticed and the list is read again. So it is when
// known rows come behind new ones: rows that were put in move the known ones to
// a page's beginning, and to nowhere else. A client with Pages saves the page
// without anything new where another answer showed the end.
func (c Client) list(ctx context.Context, op, name, id string, places map[string]string, row func(node)) error {
	l := &listing{c: c, op: op, name: name, id: c.Map.Fields[id], places: places, row: row, seen: map[string]bool{}}
	for range maxPasses {
		again, err := l.pass(ctx)
		if err != nil || !again {
			return err
		}
	}
	return l.broken("LISTING_INCOMPLETE")
}

type listing struct {
	c      Client
	op     string
	name   string // under lists
	id     []Pointer
	places map[string]string
	row    func(node)
	seen   map[string]bool
	passes int
}

func (l *listing) broken(code string) error {
	return &connector.Error{Kind: connector.Unavailable, Op: l.op, Code: code}
}

// pass reads the list from its start; again says that rows moved meanwhile.
func (l *listing) pass(ctx context.Context) (again bool, err error) {
	p := l.c.Map.Paging
	paged := slices.Contains(p.Lists, l.op)
	here := map[string]bool{} // of this pass
	l.passes++
	for page := 0; ; page++ {
		if page >= p.Most {
			return false, l.broken("LISTING_TOO_LONG")
		}
		query := url.Values{}
		if paged {
			query.Set(p.Limit, strconv.Itoa(p.Size))
			query.Set(p.Offset, strconv.Itoa(l.start(page, len(here))))
		}
		n, _, err := l.c.exchange(ctx, request{op: l.op, places: l.places, query: query})
		if err != nil && page > 0 {
			err = later(err, l.op)
		}
		if err != nil {
			return false, err
		}
		rows, ok := n.rows(l.c.Map.Lists[l.name], l.c.Map.Fields["count"])
		if !ok {
			return false, l.broken(ListingBroken) // {} and null are no page: an empty one has an empty list
		}
		l.c.Look.listed(n, l.c.Map.Lists[l.name])
		ids, err := l.ids(rows)
		if err != nil {
			return false, err
		}
		if paged && len(here) > 0 && p.Style == ByOffset && (len(ids) == 0 || !here[ids[0]]) {
			return true, nil // the row that we had last has moved up: another may have slipped between
		}
		fresh := 0
		for i, k := range ids {
			switch {
			case !here[k]:
				here[k] = true
				fresh++
			case fresh > 0 && paged:
				return true, nil // a known row behind a new one: the list keeps no order, and others slip between pages
			}
			if !l.seen[k] {
				l.seen[k] = true
				l.row(rows[i])
			}
		}
		end := paged && l.c.Pages.end(l.c.Base+" "+l.op, len(ids), p.Size) && l.count(n) <= len(here)
		switch {
		case !paged, len(ids) == 0, end:
			return l.short(n, len(here), page), nil
		case fresh > 0:
		case page == 1 && len(ids) > 1 && len(ids) <= p.Size && l.count(n) != len(ids) && (len(ids) == p.Size || l.count(n) > len(ids)):
			// The very page again: the endpoint ignores where it is to begin
			// (C: some do). That is all that it has when it gave more than was
			// asked for; a full page, or one that counts more, may be a part.
			return false, l.broken(ListingWhole)
		default:
			return l.short(n, len(here), page), nil
		}
	}
}

// count is what an answer says of the number of all rows; 0 when it does not.
func (l *listing) count(n node) int {
	v, _ := n.first(l.c.Map.Fields["count"])
	return v.whole()
}

// start is what the offset parameter says of a page.
func (l *listing) start(page, had int) int {
	if l.c.Map.Paging.Style == ByPage {
		return page + l.c.Map.Paging.First
	}
	return max(had-1, 0)
}

// short tells whether a list read by pages should be read once more: rows may
// have moved between pages, and the answer counts more than came. A count is
// never believed twice.
func (l *listing) short(n node, had, page int) bool {
	if l.c.Map.Paging.Style != ByPage || l.passes > 1 || page < 2 {
		return false
	}
	return l.count(n) > had
}

// ids are the rows' own. A row without one means that the mapping is wrong.
func (l *listing) ids(rows []node) ([]string, error) {
	out := make([]string, len(rows))
	for i, r := range rows {
		v, _ := r.first(l.id)
		if out[i] = v.text(); out[i] == "" {
			return nil, l.broken(RowWithoutID)
		}
	}
	return out, nil
}

// Pages remembers how long pages of each list were seen to be: one that is
// shorter than was asked for, and than the ATS is known to give, is the last. A
// nil *Pages knows of none. It is safe for concurrent use.
type Pages struct {
	mu      sync.Mutex
	longest map[string]int
}

// end tells whether a page of so many rows is the last of its list.
func (p *Pages) end(list string, rows, asked int) bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.longest == nil {
		p.longest = map[string]int{}
	}
	known := p.longest[list]
	p.longest[list] = max(known, rows)
	return rows < min(known, asked)
}
