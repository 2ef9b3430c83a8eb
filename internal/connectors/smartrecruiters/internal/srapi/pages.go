package srapi

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
)

// PageLimit is the most items of one page (S).
const PageLimit = 100

// maxPages bounds a listing: a million rows. Beyond it the listing is an error.
const maxPages = 10_000

// maxPasses is how often a listing is read until it is whole.
const maxPasses = 4

type page[T any] struct {
	NextPageID atshttp.Text `json:"nextPageId"`
	TotalFound *atshttp.Int `json:"totalFound"`
	Content    []T          `json:"content"`
}

// listAll reads every page and hands each row to row once, by its id. It
// returns an error rather than a part: rows can move between pages while one
// reads (the order of GET /candidates is not documented, I), which shows as
// fewer rows than totalFound; then it reads again, and adds what it missed.
func listAll[T any](ctx context.Context, c Client, op connector.Op, query url.Values, id func(T) string, row func(T)) error {
	seen := map[string]bool{}
	for range maxPasses {
		total, err := onePass(ctx, c, op, query, func(item T) {
			if k := id(item); k != "" && !seen[k] {
				seen[k] = true
				row(item)
			}
		})
		if err != nil {
			return err
		}
		if len(seen) >= total {
			return nil
		}
	}
	return &connector.Error{Kind: connector.Unavailable, Op: op.Name, Code: "LISTING_INCOMPLETE"}
}

// onePass follows nextPageId to the end and returns the last totalFound, 0
// when there was none.
func onePass[T any](ctx context.Context, c Client, op connector.Op, query url.Values, row func(T)) (int, error) {
	broken := &connector.Error{Kind: connector.Unavailable, Op: op.Name, Code: "LISTING_BROKEN"}
	visited := map[string]bool{}
	next, total := "", 0
	for range maxPages {
		q := url.Values{"limit": {strconv.Itoa(PageLimit)}}
		for k, v := range query {
			q[k] = v
		}
		if next != "" {
			q.Set("pageId", next)
		}
		var p page[T]
		resp, err := c.get(ctx, op, q, &p)
		if err != nil {
			return 0, err
		}
		if p.Content == nil {
			return 0, broken // {} and null are no page: an empty one has an empty list
		}
		for _, item := range p.Content {
			row(item)
		}
		if p.TotalFound != nil {
			total = int(*p.TotalFound)
		}
		if next = nextPage(string(p.NextPageID), resp.Header); next == "" {
			return total, nil
		}
		if visited[next] {
			return 0, broken
		}
		visited[next] = true
	}
	return 0, broken
}

// nextPage is in the body, or in the Link header alone (S).
func nextPage(body string, h http.Header) string {
	if body != "" {
		return body
	}
	if u := atshttp.NextLink(h); u != nil {
		return u.Query().Get("pageId")
	}
	return ""
}
