package directory

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// Covering says how a [Conn.Cover] goes.
type Covering struct {
	Question coverage.Question // Protected is filled in
	// Reopen is as in ScanQuery.
	Reopen func(context.Context) (*Conn, error)
	// Each is told of every user; an error ends the survey. nil: nobody is. What
	// it is given is good until it returns.
	Each func(u *coverage.User, class string, v coverage.Verdict) error
	// Progress is told from time to time how many users there have been so far.
	Progress func(users int)
}

// The objects that are asked for. That objects have others below them shows in
// their class, with few exceptions, which are read one by one where they come
// up (a user below a computer is unusual, but may be).
const (
	aboveFilter = "(|(objectClass=organizationalUnit)(objectClass=container)(objectClass=builtinDomain)(objectClass=domainDNS))"
	usersFilter = "(&(objectCategory=person)(objectClass=user))"
)

const (
	progressEvery = 500  // users
	maxClasses    = 1000 // that the schema is asked for: a schema has some three hundred
)

// Cover asks the question about every user of the connection's domain: two
// scans, one of what is above users and one of the users, and a base search for
// each user whose DACL is protected, which tells whether AdminSDHolder's task
// looks after it. Nothing of it grows with the number of users.
//
// A user whose descriptor is not shown, or makes no sense, is counted as that.
// Errors: those of Scan, those of an edit that cannot be made, and what Each
// returned.
func (c *Conn) Cover(ctx context.Context, how Covering) (*coverage.Survey, error) {
	x := newCover(c)
	x.how = how
	how.Question.Protected = func(secdesc.SID) bool { return x.protected(ctx) }
	x.survey = coverage.New(how.Question)
	if err := x.above(ctx); err != nil {
		return nil, err
	}
	if err := x.users(ctx); err != nil {
		return nil, err
	}
	return x.survey, nil
}

// cover is one Cover.
type cover struct {
	c       *Conn
	how     Covering
	survey  *coverage.Survey
	classes map[string]secdesc.GUID // by lDAPDisplayName; zero: the schema does not show it
	user    coverage.User           // the one that is looked at
	count   int
	err     error // of a search within protected

	unprotected *adperms.OperatorGroups // nil: not asked yet
}

func newCover(c *Conn) *cover {
	x := &cover{c: c, classes: map[string]secdesc.GUID{}}
	for _, s := range adperms.Schema {
		if s.Kind == adperms.Class {
			x.classes[s.Name] = s.GUID
		}
	}
	return x
}

// above reads everything that is a container by its class.
func (x *cover) above(ctx context.Context) error {
	q := ScanQuery{Base: x.c.root.DefaultNC, Scope: Subtree, Filter: aboveFilter,
		Attributes: []string{"objectClass", "nTSecurityDescriptor"}, Reopen: x.how.Reopen}
	return x.c.Scan(ctx, q, func(r *Row) error {
		class, err := x.class(ctx, r)
		if err != nil {
			return err
		}
		x.survey.Add(coverage.Object{DN: string(r.DN()), Class: class, Descriptor: r.Value(1)})
		return nil
	})
}

func (x *cover) users(ctx context.Context) error {
	q := ScanQuery{Base: x.c.root.DefaultNC, Scope: Subtree, Filter: usersFilter,
		Attributes: []string{"objectClass", "nTSecurityDescriptor", "objectSid", "adminCount", "userAccountControl"}, Reopen: x.how.Reopen}
	err := x.c.Scan(ctx, q, func(r *Row) error { return x.one(ctx, r) })
	if err == nil && x.how.Progress != nil {
		x.how.Progress(x.count)
	}
	return err
}

func (x *cover) one(ctx context.Context, r *Row) (err error) {
	u := &x.user
	*u = coverage.User{DN: r.DN(), SID: r.Value(2), Descriptor: r.Value(1), AdminCount: positive(r.Value(3)),
		Disabled: disabled(r.Value(4))}
	if u.Class, err = x.class(ctx, r); err != nil {
		return err
	}
	for _, dn := range x.survey.Missing(u.DN, x.c.root.DefaultNC) {
		if err := x.parent(ctx, dn); err != nil {
			return err
		}
	}
	v, err := x.survey.User(u)
	if err = errors.Join(err, x.err); err != nil {
		return err
	}
	if x.count++; x.how.Progress != nil && x.count%progressEvery == 0 {
		x.how.Progress(x.count)
	}
	if x.how.Each == nil {
		return nil
	}
	return x.how.Each(u, string(last(r)), v)
}

// parent reads an object that has a user below it and is no container by its
// class. One that is not shown counts as not known.
func (x *cover) parent(ctx context.Context, dn string) error {
	o, err := x.c.Object(ctx, dn)
	var (
		hidden *HiddenDescriptorError
		gone   *NotFoundError
	)
	switch {
	case errors.As(err, &hidden), errors.As(err, &gone):
		x.survey.Add(coverage.Object{DN: dn})
		return nil
	case err != nil:
		return err
	}
	class, err := x.guid(ctx, o.Classes[len(o.Classes)-1])
	if err != nil {
		return err
	}
	x.survey.Add(coverage.Object{DN: dn, Class: class, Descriptor: o.Descriptor})
	return nil
}

// class is the schemaIDGUID of a row's most specific class: the last value of
// objectClass (MS-ADTS 3.1.1.1.4).
func (x *cover) class(ctx context.Context, r *Row) (secdesc.GUID, error) {
	name := last(r)
	if g, known := x.classes[string(name)]; known { // does not allocate
		return g, nil
	}
	return x.guid(ctx, string(name))
}

func last(r *Row) (name []byte) {
	for v := range r.Values(0) {
		name = v
	}
	return name
}

func (x *cover) guid(ctx context.Context, class string) (secdesc.GUID, error) {
	if g, known := x.classes[class]; known || len(x.classes) > maxClasses {
		return g, nil
	}
	live, err := x.c.SchemaGUIDs(ctx, []adperms.SchemaName{{Kind: adperms.Class, Name: class}})
	if err != nil {
		return secdesc.GUID{}, err
	}
	var g secdesc.GUID
	if len(live) == 1 {
		g = live[0].GUID
	}
	x.classes[class] = g
	return g, nil
}

// protected asks whether AdminSDHolder's task looks after the user at hand.
func (x *cover) protected(ctx context.Context) bool {
	if x.err != nil {
		return false
	}
	by, err := x.protectedBy(ctx, string(x.user.DN))
	x.err = err
	return len(by) > 0
}

// protectedBy finds the protected groups that a user is in, whatever the
// nesting. A user that vanished meanwhile is in none.
func (x *cover) protectedBy(ctx context.Context, dn string) ([]adperms.Protected, error) {
	if x.unprotected == nil {
		heuristics, err := x.c.heuristics(ctx)
		if err != nil {
			return nil, err
		}
		unprotected := adperms.Unprotected(heuristics)
		x.unprotected = &unprotected
	}
	e, err := x.c.one(ctx, dn, "objectSid", "tokenGroups", "primaryGroupID")
	if e == nil || err != nil {
		return nil, err
	}
	_, self, err := identity(e)
	if err != nil || self.IsZero() {
		return nil, err
	}
	groups, err := sids(e.RawAll("tokenGroups"))
	if err == nil && len(groups) == 0 {
		groups, err = x.c.nestedGroups(ctx, dn, self, e.Text("primaryGroupID"))
	}
	if err != nil {
		return nil, err
	}
	if by := adperms.ProtectedOf(self, adperms.NewToken(self, groups...), *x.unprotected); len(by) > 0 {
		return by, nil
	}
	// Distribution groups are not in tokenGroups, and protect as well (MS-ADTS
	// 3.1.1.6.1.2).
	groups, err = x.c.groupsBy(ctx, "(&"+memberFilter(dn)+"(|"+anySID(adperms.ProtectedGroups(self.Domain()))+"))")
	return adperms.ProtectedOf(self, adperms.NewToken(self, groups...), *x.unprotected), err
}

func positive(number []byte) bool {
	n, err := strconv.ParseInt(string(number), 10, 64)
	return err == nil && n > 0
}

func disabled(control []byte) bool {
	n, err := strconv.ParseInt(string(control), 10, 64)
	return err == nil && adperms.AccountControl(n).Has(adperms.AccountDisabled)
}

// Above reads the objects above a DN up to the domain's root, the nearest first:
// one search. Those that are not shown are there without a descriptor.
func (c *Conn) Above(ctx context.Context, dn string) ([]coverage.Object, error) {
	x := newCover(c)
	missing := coverage.New(coverage.Question{}).Missing
	var out []coverage.Object
	var filter strings.Builder
	for _, up := range missing([]byte(dn), c.root.DefaultNC) {
		out = append(out, coverage.Object{DN: up})
		filter.WriteString("(distinguishedName=" + ldap.EscapeFilter(up) + ")")
	}
	if len(out) == 0 {
		return nil, nil
	}
	err := c.Search(ctx, c.root.DefaultNC, Subtree, "(|"+filter.String()+")", []string{"objectClass", "nTSecurityDescriptor"}, func(e *Entry) error {
		classes := e.Texts("objectClass")
		for i := range out {
			if !strings.EqualFold(out[i].DN, e.DN) || len(classes) == 0 {
				continue
			}
			class, err := x.guid(ctx, classes[len(classes)-1])
			if err != nil {
				return err
			}
			out[i] = coverage.Object{DN: e.DN, Class: class, Descriptor: e.Raw("nTSecurityDescriptor")}
		}
		return nil
	})
	return out, err
}

// Class is the schemaIDGUID of a class by its lDAPDisplayName; zero where the
// schema does not show it.
func (c *Conn) Class(ctx context.Context, name string) (secdesc.GUID, error) {
	return newCover(c).guid(ctx, name)
}
