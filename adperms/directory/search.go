package directory

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/frame"
	"writeback/internal/progress"
)

// Scope is how deep a search goes (RFC 4511 section 4.5.1.2).
type Scope int

const (
	Base    Scope = ldap.ScopeBaseObject
	OneDown Scope = ldap.ScopeSingleLevel
	Subtree Scope = ldap.ScopeWholeSubtree
)

// Entry is one object as a search returned it, with the attributes that were
// asked for and that we may read.
type Entry struct {
	DN     string
	values map[string][][]byte // by lower-case name
}

// Raw returns the first value of an attribute, nil where there is none.
func (e *Entry) Raw(attribute string) []byte {
	if all := e.RawAll(attribute); len(all) > 0 {
		return all[0]
	}
	return nil
}

// RawAll returns all values of an attribute, in the DC's order.
func (e *Entry) RawAll(attribute string) [][]byte { return e.values[strings.ToLower(attribute)] }

// Text returns the first value as a string, "" where there is none.
func (e *Entry) Text(attribute string) string { return string(e.Raw(attribute)) }

// Texts returns all values as strings.
func (e *Entry) Texts(attribute string) []string {
	var out []string
	for _, v := range e.RawAll(attribute) {
		out = append(out, string(v))
	}
	return out
}

func newEntry(from *ldap.Entry) *Entry {
	e := &Entry{DN: from.DN, values: make(map[string][][]byte, len(from.Attributes))}
	for _, a := range from.Attributes {
		e.values[strings.ToLower(a.Name)] = a.ByteValues
	}
	return e
}

// query is one search request.
type query struct {
	base       string
	scope      Scope
	filter     string
	attributes []string
	limit      int // at most so many entries, and more is no error; 0: the DC's own limit
	controls   []ldap.Control
}

func (q query) request() *ldap.SearchRequest {
	return &ldap.SearchRequest{
		BaseDN: q.base, Scope: int(q.scope), DerefAliases: ldap.NeverDerefAliases, SizeLimit: q.limit,
		Filter: q.filter, Attributes: q.attributes, Controls: q.controls,
	}
}

// most is how many entries may answer the query.
func (q query) most() int {
	if q.scope == Base {
		return frame.AtOne
	}
	return frame.AtOnce
}

// ask sends one search request, unpaged: an AD DC answers at most 1000 entries
// to it (MaxPageSize) and then says so with an error.
func (c *Conn) ask(ctx context.Context, kind string, q query) ([]*Entry, error) {
	told := c.answers(ctx)
	if known, is := told.answer(q); is {
		return known, nil
	}
	found, _, err := c.page1(ctx, kind, q)
	var result *ResultError
	if q.limit > 0 && errors.As(err, &result) && result.Code == ldap.LDAPResultSizeLimitExceeded {
		return found, nil
	}
	if err == nil {
		told.keep(q, found)
	}
	return found, err
}

func (c *Conn) page1(ctx context.Context, kind string, q query) ([]*Entry, []ldap.Control, error) {
	if c.lent {
		other, err := c.meanwhile(ctx)
		if err != nil {
			return nil, nil, err
		}
		return other.page1(ctx, kind, q)
	}
	q = q.telling()
	op := &Operation{Kind: kind, Target: q.base, Filter: q.filter, Attributes: q.attributes, most: q.most()}
	var entries []*Entry
	var controls []ldap.Control
	pointers := 0
	err := c.run(ctx, op, func() error {
		result, err := c.ldap.Search(q.request())
		if result != nil {
			for _, e := range result.Entries {
				entries = append(entries, newEntry(e))
			}
			controls, op.Entries, pointers = result.Controls, len(entries), len(result.Referrals)
		}
		return err
	})
	if strange := c.asked(q, entries, pointers); strange != nil && (err == nil || q.limit > 0) {
		return nil, nil, strange
	}
	return entries, controls, err
}

// Search runs a paged search (RFC 2696; 1000 entries a page) and hands each
// entry to visit as its page arrives; one page is held in memory at a time. It is
// for lists that are kept: they end at 100,000 entries, and [Conn.Scan] has no such
// end. An error of visit ends the search and is returned as it is. Where attributes
// name nTSecurityDescriptor, owner, group and DACL are asked for, not the SACL.
func (c *Conn) Search(ctx context.Context, base string, scope Scope, filter string, attributes []string, visit func(*Entry) error) error {
	return c.list(ctx, listing(base, scope, filter, attributes), visit)
}

// list is Search for a query with controls of its own.
func (c *Conn) list(ctx context.Context, q query, visit func(*Entry) error) error {
	paging := ldap.NewControlPaging(c.page)
	q.controls = append(q.controls, paging)
	told := c.answers(ctx)
	entries, known := told.answer(q)
	list := frame.Listing{Pages: progress.Pages{Most: frame.MaxListed}}
	for first := true; ; first = false {
		var controls []ldap.Control
		var err error
		if !known {
			if entries, controls, err = c.page1(ctx, "search", q); err != nil {
				return err
			}
		}
		next, more := ldap.FindControl(controls, ldap.ControlTypePaging).(*ldap.ControlPaging)
		if more = more && len(next.Cookie) > 0; first && !more && !known {
			told.keep(q, entries)
		}
		for _, e := range entries {
			if err := visit(e); err != nil {
				return err
			}
			list.Entry([]byte(e.DN)) // go-ldap was not given more than a page can hold
		}
		if !more {
			return nil
		}
		if err := list.Turn(); err != nil {
			return c.lose(&Operation{Kind: "search", Target: q.base}, err)
		}
		paging.SetCookie(next.Cookie)
	}
}

// listing is the query of a list, but for its paging.
func listing(base string, scope Scope, filter string, attributes []string) query {
	q := query{base: base, scope: scope, filter: filter, attributes: attributes}
	if slices.ContainsFunc(attributes, isDescriptor) {
		q.controls = append(q.controls, sdFlags(ownerGroupDACL))
	}
	return q
}

func isDescriptor(attribute string) bool { return strings.EqualFold(attribute, "nTSecurityDescriptor") }
