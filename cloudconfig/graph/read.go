package graph

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"

	"writeback/internal/progress"
)

// read asks for one document. make says how the SDK reads it.
func read[T any](ctx context.Context, c *Client, e endpoint, at *url.URL, make serialization.ParsableFactory) (doc T, err error) {
	r := abstractions.NewRequestInformation()
	r.Method = abstractions.GET
	r.SetUri(*at)
	r.Headers.Add("Accept", "application/json")
	if e.eventual {
		r.Headers.Add("ConsistencyLevel", "eventual")
	}
	got, err := c.adapter.Send(ctx, r, make, nil)
	if err != nil {
		return doc, c.explain(ctx, e, err)
	}
	doc, is := got.(T)
	if !is {
		return doc, &Error{Kind: Malformed, Doing: e.doing(), Text: "the answer is empty"}
	}
	return doc, nil
}

// write sends one document and expects no answer that matters.
func (c *Client) write(ctx context.Context, e endpoint, at *url.URL, body serialization.Parsable) error {
	r := abstractions.NewRequestInformation()
	r.Method = abstractions.PATCH
	r.SetUri(*at)
	r.Headers.Add("Accept", "application/json")
	if err := r.SetContentFromParsable(ctx, c.adapter, "application/json", body); err != nil {
		return fmt.Errorf("%s: %w", e.doing(), err)
	}
	if err := c.adapter.SendNoContent(ctx, r, nil); err != nil {
		return c.explain(ctx, e, err)
	}
	return nil
}

// explain adds to a refusal what was being done and what it takes.
func (c *Client) explain(ctx context.Context, e endpoint, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", e.doing(), ctx.Err())
	}
	var found *Error
	if !errors.As(err, &found) {
		return &Error{Kind: Malformed, Doing: e.doing(), Text: undocumented(err), // the SDK could not read it
			Fix: "see with --debug what answers in Graph's place, and try again; if it is Graph, look for a newer version of this program"}
	}
	told := *found
	if told.Doing == "" {
		told.Doing = e.doing()
	}
	if told.Kind == Forbidden {
		told.Text += "; " + e.needs(told.Code)
		told.Fix = "sign in with an identity that has it, or let an administrator consent"
	}
	if (told.Kind == NotOffered || told.Kind == Rejected) && e.unlisted != "" && e.unlisted == c.cloud {
		told.Kind, told.Fix = NotOffered, "Microsoft does not list it for the cloud "+string(c.cloud)+": look in the admin center"
	}
	return &told
}

// paged is a collection of the SDK: its link to the next page.
type paged interface{ GetOdataNextLink() *string }

// maxPages are the pages of a list that ends: licences, roles, what a log has to
// one question. Lists of all users have no such end; see progress.Pages.
const maxPages = 200

// pages reads all pages, or as many as each wants: it says whether to go on. A
// page that had to be asked for again is given to each once.
func pages[T paged](ctx context.Context, c *Client, e endpoint, make serialization.ParsableFactory, each func(T) (more bool, err error)) error {
	at := e.at(c.base)
	asked := map[string]bool{at.String(): true}
	var list progress.Pages
	var last members
	for n := 1; ; n++ {
		page, err := read[T](context.WithValue(ctx, membersKey{}, &last), c, e, at, make)
		if err != nil {
			return err
		}
		more, err := each(page)
		if err != nil {
			return err
		}
		link := page.GetOdataNextLink()
		if !more || link == nil || *link == "" {
			return nil
		}
		next, err := url.Parse(*link)
		if err != nil || !c.transport.owns(next) {
			return &Error{Kind: Malformed, Doing: e.doing(), Text: fmt.Sprintf("the next page is said to be elsewhere than at %s: it was not asked for", c.base.Host)}
		}
		// Few marks are kept: a circle is short, or it is not one.
		if asked[next.String()] {
			return e.endless(errors.New("goes in a circle"))
		}
		if len(asked) >= 8 {
			clear(asked)
		}
		asked[next.String()] = true
		if err := list.Page(last.n, last.sum); err != nil {
			return e.endless(err)
		}
		if n >= maxPages && !e.ofAll {
			return e.endless(fmt.Errorf("has more than %d pages", maxPages))
		}
		at = next
	}
}

// endless is a list that does not come to its end.
func (e endpoint) endless(err error) error {
	return &Error{Kind: Malformed, Doing: e.doing(), Text: "the list that Graph gives " + err.Error(),
		Fix: "nothing was written; try again later, and see with --debug what answers in Graph's place"}
}
