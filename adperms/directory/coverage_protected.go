package directory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// Who of many users is protected.
//
// adminCount does not tell: it stays set when somebody leaves the group. So the DC is
// asked, for those users alone whose DACL is protected: together, by their SIDs, which
// of them are in a protected group. Until there are enough for a question they wait.
//
// The DC answers by what the reader may see. That somebody is in such a group is believed;
// that somebody is in none is believed of an administrator's reading alone, where this
// domain knows of all memberships, and not of who is marked as protected (adminCount). All
// others are asked about one by one: their tokenGroups are the DC's own.

// errLater puts a user off until the others that wait with it are asked about.
var errLater = errors.New("asked later")

const (
	mostWaiting = 50        // users of one question: what waits for it is held
	waitingSize = 256 << 10 // octets of users that wait
	mostNested  = 500       // groups in protected groups that a question names
)

// waiting are the users that were put off.
type waiting struct {
	users []pending // in memory that is used again
	size  int       // octets
	is    map[string]bool
}

type pending struct {
	user  coverage.User
	class []byte
}

func (w *waiting) full() bool { return len(w.users) >= mostWaiting || w.size >= waitingSize }

// add copies a user.
func (w *waiting) add(u *coverage.User, class []byte) {
	w.users = slices.Grow(w.users, 1)[:len(w.users)+1]
	p := &w.users[len(w.users)-1]
	old := p.user
	p.user = *u
	p.user.DN, p.user.SID = append(old.DN[:0], u.DN...), append(old.SID[:0], u.SID...)
	p.user.Descriptor = append(old.Descriptor[:0], u.Descriptor...)
	p.class = append(p.class[:0], class...)
	w.size += len(u.DN) + len(u.SID) + len(u.Descriptor)
}

// protected says whether AdminSDHolder's task looks after the user at hand, where that
// was asked.
func (x *cover) protected() (bool, error) {
	is, asked := x.waiting.is[keyOf(&x.user)]
	if !asked {
		return false, errLater
	}
	return is, nil
}

// keyOf is a user's SID, or the DN of one whose SID is not shown.
func keyOf(u *coverage.User) string {
	if len(u.SID) > 0 {
		return string(u.SID)
	}
	return string(u.DN)
}

// catchUp decides the users that were deferred.
func (x *cover) catchUp(ctx context.Context) (err error) {
	w := &x.waiting
	if w.is, err = x.whoIsProtected(ctx, w.users); err != nil {
		return err
	}
	for i := range w.users {
		x.user = w.users[i].user
		if err := x.tell(ctx, &x.user, w.users[i].class); err != nil {
			return err
		}
	}
	w.users, w.size, w.is = w.users[:0], 0, nil
	return ctx.Err()
}

// whoIsProtected asks about users, and tells of each by its key.
func (x *cover) whoIsProtected(ctx context.Context, users []pending) (map[string]bool, error) {
	is := make(map[string]bool, len(users))
	if len(users) == 0 {
		return is, nil
	}
	if err := x.learnMembers(ctx); err != nil {
		return nil, err
	}
	var any strings.Builder
	for _, p := range users {
		if len(p.user.SID) == 0 {
			continue // it is not shown
		}
		is[string(p.user.SID)] = false
		any.WriteString("(objectSid=" + binaryFilter(p.user.SID) + ")")
	}
	filter := "(&(|" + any.String() + ")(|" + x.members.filter + "))"
	var found []*Entry
	err := x.beside(ctx, func(c *Conn) (err error) {
		if any.Len() == 0 {
			return nil // no SID is shown
		}
		found, err = c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree, filter: filter, attributes: []string{"objectSid"}})
		return err
	})
	whole := x.members.whole
	var refused *ResultError
	switch {
	case errors.As(err, &refused): // for its limits, perhaps: one by one it may do
		whole = false
	case err != nil:
		return nil, err
	}
	for _, e := range found {
		sid := string(e.Raw("objectSid"))
		if _, asked := is[sid]; asked {
			is[sid] = err == nil
		}
	}
	for _, p := range users {
		if is[keyOf(&p.user)] || whole && !p.user.AdminCount && len(p.user.SID) > 0 {
			continue
		}
		var by []adperms.Protected
		err := x.beside(ctx, func(*Conn) (err error) { by, err = x.protectedBy(ctx, string(p.user.DN)); return err })
		if err != nil {
			return nil, err
		}
		is[keyOf(&p.user)] = len(by) > 0
	}
	return is, nil
}

// members is what users are asked by.
type members struct {
	filter string // parts of an OR, which who is in a protected group matches; "": not known yet
	whole  bool   // the reader sees all who are in one
}

// learnMembers finds the groups that protect, and those in them, once.
func (x *cover) learnMembers(ctx context.Context) error {
	if x.members.filter != "" {
		return nil
	}
	return x.beside(ctx, func(c *Conn) error {
		domain, err := c.domainSID(ctx)
		if err != nil {
			return err
		}
		if domain.IsZero() { // then no group can be named, either
			x.members = members{filter: "(objectClass=group)"}
			return nil
		}
		g := guarding{cover: x}
		groups, err := x.protecting(ctx, &g, domain)
		if err != nil {
			return err
		}
		filter, whole, err := x.memberFilter(ctx, &g, domain, groups)
		if err != nil {
			return err
		}
		administrator, err := c.isAdministrator(ctx)
		if err != nil {
			return err
		}
		alone, err := c.aloneInForest(ctx)
		x.members = members{filter: filter, whole: whole && alone && administrator && len(g.found.Unseen) == 0}
		return err
	})
}

// protecting are the groups by DN that protect in this domain.
func (x *cover) protecting(ctx context.Context, g *guarding, domain secdesc.SID) (map[string]secdesc.SID, error) {
	if err := x.heuristics(ctx); err != nil {
		return nil, err
	}
	groups, err := g.groups(ctx, domain)
	if err != nil {
		return nil, err
	}
	for dn, sid := range groups {
		by, err := x.c.protectedOf(ctx, domain.Child(0), adperms.Token{sid: {}}, adperms.Unprotected(x.forest))
		if err != nil {
			return nil, err
		}
		if len(by) == 0 {
			delete(groups, dn)
		}
	}
	return groups, nil
}

// memberFilter matches who is in one of the groups, whatever the nesting, or has one of
// them, or of those in them, as its primary group. whole is false where these are too
// many to be named.
func (x *cover) memberFilter(ctx context.Context, g *guarding, domain secdesc.SID, groups map[string]secdesc.SID) (filter string, whole bool, err error) {
	var in, primary strings.Builder
	own := func(sid secdesc.SID) {
		if sid.Domain() == domain {
			fmt.Fprintf(&primary, "(primaryGroupID=%d)", sid.RID())
		}
	}
	for _, dn := range slices.Sorted(maps.Keys(groups)) {
		sid := groups[dn]
		fmt.Fprintf(&in, "(memberOf:%s:=%s)", inChain, ldap.EscapeFilter(dn))
		own(sid)
	}
	filter = anySID(adperms.ProtectedAccounts(domain))
	if in.Len() == 0 {
		return filter, true, nil
	}
	nested, named := 0, true
	err = x.nestedIn(ctx, domain, groups, "(&(objectClass=group)(|"+in.String()+"))", func(e *Entry) error {
		_, sid, err := identity(e)
		switch nested++; {
		case err != nil:
			return err
		case sid.IsZero():
			return g.hidden(e.DN)
		case nested > mostNested:
			named = false
		default:
			own(sid)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil // so much is hidden that it is not whole
	}
	err = g.incomplete("the groups in the protected groups", err)
	return filter + in.String() + primary.String(), named, err
}

// nestedIn tells of the groups in protected groups. A reading that has asked for all that
// is in these asks no more.
func (x *cover) nestedIn(ctx context.Context, domain secdesc.SID, groups map[string]secdesc.SID, filter string, visit func(*Entry) error) error {
	all := listing(x.c.root.DefaultNC, Subtree, inGroups(domain, groups), guardedAttributes)
	known, is := x.c.answers(ctx).answer(all)
	if !is {
		return x.c.Search(ctx, x.c.root.DefaultNC, Subtree, filter, []string{"objectSid"}, visit)
	}
	return each(known, func(e *Entry) error {
		if slices.ContainsFunc(e.Texts("objectClass"), func(c string) bool { return strings.EqualFold(c, "group") }) {
			return visit(e)
		}
		return nil
	})
}

// aloneInForest says that the forest has no other domain, for certain.
func (c *Conn) aloneInForest(ctx context.Context) (bool, error) {
	domains, err := c.Domains(ctx)
	var lost *LostError
	if errors.As(err, &lost) || ctx.Err() != nil {
		return false, err
	}
	return err == nil && len(domains) == 1, nil
}
