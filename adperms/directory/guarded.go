package directory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/directory/scan"
	"writeback/adperms/secdesc"
)

// maxGuarded is how many accounts Guarded tells of: more cannot be accepted one by
// one, and nothing may grow with the directory.
const maxGuarded = 100

var (
	errEnough = errors.New("enough")
	errNoDN   = errors.New("its name is no DN")
)

// Guarded finds the accounts at and below the scopes that AdminSDHolder's task
// looks after, and that something set above them could reach nevertheless: those
// whose DACL is not protected, or not shown, and the scopes themselves. domain is
// the domain's SID. Two searches for the protected groups, one for all that is in
// them, one more where groups of the domain's own are; and four for each account
// that is found, of which there are few or none.
//
// An answer that may lack accounts says so, and is no error. Errors: [LostError],
// [NotFoundError].
func (c *Conn) Guarded(ctx context.Context, domain secdesc.SID, scopes []string) (coverage.Guards, error) {
	x := guarding{cover: newCover(c), scopes: scopes, seen: map[string]bool{}, nested: map[uint32]bool{}}
	x.each, x.list = x.whole, c.Search
	if !strings.EqualFold(c.root.RootDomainNC, c.root.DefaultNC) {
		x.found.Forest = c.root.Forest()
	}
	err := x.find(ctx, domain)
	if errors.Is(err, errEnough) {
		x.found.More, err = true, nil
	}
	return x.found, err
}

// maxFresh is how many accounts are kept that AdminSDHolder's task has still to come
// to: where it runs, there are never more than an hour's.
const maxFresh = 1 << 16

// fresh are the accounts of the domain whose DACLs AdminSDHolder's task has still to
// replace: those of [Conn.Guarded], wherever they are.
func (x *cover) fresh(ctx context.Context) (out map[string]bool, err error) {
	err = x.beside(ctx, func(c *Conn) error {
		out = map[string]bool{}
		domain, err := c.domainSID(ctx)
		if err != nil {
			return err
		}
		g := guarding{cover: x, list: x.scanned, scopes: []string{x.c.root.DefaultNC}, seen: map[string]bool{}, nested: map[uint32]bool{}}
		g.each = func(_ context.Context, a coverage.Guarded, _ []string) error {
			if out[string(a.SID.Bytes())] = true; len(out) > maxFresh {
				return fmt.Errorf("%s: more than %d accounts in protected groups take permissions from above: AdminSDHolder's task does not run in this domain; see that it does, on the PDC emulator", x.c.at, maxFresh)
			}
			return nil
		}
		return g.find(ctx, domain)
	})
	if errors.Is(err, errEnough) { // so much is hidden that no more is looked for
		err = nil
	}
	return out, err
}

var guardedAttributes = []string{"objectClass", "objectSid", "objectGUID", "nTSecurityDescriptor"}

// guarding is one Guarded.
type guarding struct {
	*cover
	list   func(ctx context.Context, base string, scope Scope, filter string, attributes []string, visit func(*Entry) error) error // of members
	scopes []string
	found  coverage.Guards
	each   func(ctx context.Context, g coverage.Guarded, classes []string) error // of an account that is found
	seen   map[string]bool                                                       // accounts that were told of, by DN
	nested map[uint32]bool                                                       // RIDs of groups in protected groups
}

// find asks for members by the groups that they say they are in, by their primary
// group, and for the two accounts that need be in none.
func (x *guarding) find(ctx context.Context, domain secdesc.SID) error {
	groups, err := x.protecting(ctx, x, domain)
	if err != nil {
		return err
	}
	err = x.search(ctx, inGroups(domain, groups))
	for _, sid := range groups {
		delete(x.nested, sid.RID())
	}
	if err != nil || len(x.nested) == 0 {
		return err
	}
	var primary strings.Builder
	for _, rid := range slices.Sorted(maps.Keys(x.nested)) {
		fmt.Fprintf(&primary, "(primaryGroupID=%d)", rid)
	}
	return x.search(ctx, "(&(objectClass=user)(|"+primary.String()+"))")
}

// inGroups matches who is in one of the groups, and the groups in them.
func inGroups(domain secdesc.SID, groups map[string]secdesc.SID) string {
	var in, primary strings.Builder
	for _, dn := range slices.Sorted(maps.Keys(groups)) {
		fmt.Fprintf(&in, "(memberOf:%s:=%s)", inChain, ldap.EscapeFilter(dn))
		if sid := groups[dn]; sid.Domain() == domain {
			fmt.Fprintf(&primary, "(primaryGroupID=%d)", sid.RID())
		}
	}
	filter := "(&(objectClass=user)(|" + anySID(adperms.ProtectedAccounts(domain)) + in.String() + primary.String() + "))"
	if in.Len() > 0 {
		filter = "(|(&(objectClass=group)(|" + in.String() + "))" + filter + ")"
	}
	return filter
}

// search goes through groups and accounts of the domain: who is in a protected group
// is few, wherever the scopes are.
func (x *guarding) search(ctx context.Context, filter string) error {
	err := x.list(ctx, x.c.root.DefaultNC, Subtree, filter, guardedAttributes, func(e *Entry) error {
		classes := e.Texts("objectClass")
		switch {
		case slices.ContainsFunc(classes, func(c string) bool { return strings.EqualFold(c, "computer") }):
			return nil // a DC, mostly: rights on users do not reach it
		case !slices.ContainsFunc(classes, func(c string) bool { return strings.EqualFold(c, "group") }):
			return x.one(ctx, e, classes)
		}
		_, sid, err := identity(e)
		switch {
		case err != nil:
			return err
		case sid.IsZero(): // whose primary group it is cannot be asked
			return x.hidden(e.DN)
		case sid.Domain().IsAccountDomain():
			x.nested[sid.RID()] = true
		}
		return nil
	})
	return x.incomplete("the members of the protected groups", err)
}

// scanned lists as Search does, where there may be more than it keeps. It makes no
// entry of who needs no second look: whose DACL is protected already.
func (x *cover) scanned(ctx context.Context, base string, scope Scope, filter string, attributes []string, visit func(*Entry) error) error {
	class := slices.Index(attributes, "objectClass")
	descriptor := slices.Index(attributes, "nTSecurityDescriptor")
	q := ScanQuery{Base: base, Scope: scope, Filter: filter, Attributes: attributes}
	aces, err := secdesc.NewFilter(0)
	if err != nil {
		return err
	}
	var sd secdesc.Filtered
	return x.scans.scan(ctx, q, func(r *scan.Row) error {
		if string(last(r, class)) == "user" && aces.Read(r.Value(descriptor), &sd) == nil && sd.Protected() {
			return nil
		}
		e := &Entry{DN: string(r.DN()), values: map[string][][]byte{}}
		for i, a := range attributes {
			for v := range r.Values(i) {
				e.values[strings.ToLower(a)] = append(e.values[strings.ToLower(a)], bytes.Clone(v))
			}
		}
		return visit(e)
	})
}

// incomplete notes that a search did not get through: what it was asked for may be
// more than it told.
func (x *guarding) incomplete(what string, err error) error {
	var refused *ResultError
	var denied *AccessDeniedError
	if errors.As(err, &refused) || errors.As(err, &denied) {
		x.found.Unseen = append(x.found.Unseen, fmt.Sprintf("%s: %v", what, err))
		return nil
	}
	return err
}

// hidden notes what matched and does not show its SID.
func (x *guarding) hidden(dn string) error {
	if len(x.found.Unseen) >= maxGuarded {
		return errEnough
	}
	x.found.Unseen = append(x.found.Unseen, fmt.Sprintf("the SID of %s is not shown", targetName(dn)))
	return nil
}

// groups are the protected groups by DN. Administrators, which always has members,
// and Domain Admins are in every domain: where they do not show, others may be
// hidden as well.
func (x *guarding) groups(ctx context.Context, domain secdesc.SID) (map[string]secdesc.SID, error) {
	out := map[string]secdesc.SID{}
	shown := adperms.Token{}
	err := x.c.protectors(ctx, domain, func(e *Entry, sid secdesc.SID) error {
		if !sid.IsZero() {
			out[e.DN], shown[sid] = sid, struct{}{}
		}
		return nil
	})
	if err == nil && !shown.Has(adperms.Administrators) {
		x.found.Unseen = append(x.found.Unseen, "the members of Administrators are not shown")
	}
	if err == nil && !shown.Has(domain.Child(512)) {
		x.found.Unseen = append(x.found.Unseen, "Domain Admins is not shown")
	}
	return out, x.incomplete("the protected groups", err)
}

// one tells of an account, if it is in a scope and something could reach it.
func (x *guarding) one(ctx context.Context, e *Entry, classes []string) (err error) {
	at := func(scope string) bool { return adperms.SameDN(e.DN, scope) }
	below := func(scope string) bool { return adperms.DNWithin(e.DN, scope) }
	if !adperms.IsDN(e.DN) { // where it is cannot be told
		return x.c.nonsense(e.DN, errNoDN)
	}
	g := coverage.Guarded{DN: e.DN, Descriptor: e.Raw("nTSecurityDescriptor")}
	if x.seen[e.DN] || !slices.ContainsFunc(x.scopes, below) || fixed(g.Descriptor) && !slices.ContainsFunc(x.scopes, at) {
		return nil
	}
	if g.GUID, g.SID, err = identity(e); err != nil {
		return x.c.nonsense(e.DN, err)
	}
	if g.SID.IsZero() { // then nothing tells which groups it is in
		x.seen[e.DN] = true
		return x.hidden(e.DN)
	}
	if g.By, err = x.protectedBy(ctx, e.DN); err != nil || len(g.By) == 0 {
		return err
	}
	x.seen[e.DN] = true
	return x.each(ctx, g, classes)
}

// whole tells of an account with all that Exposed asks for.
func (x *guarding) whole(ctx context.Context, g coverage.Guarded, classes []string) (err error) {
	if len(x.found.Accounts) == maxGuarded {
		return errEnough
	}
	if len(classes) > 0 {
		if g.Class, err = x.guid(ctx, classes[len(classes)-1]); err != nil {
			return err
		}
	}
	if g.Above, err = x.c.Above(ctx, g.DN); err != nil {
		return err
	}
	x.found.Accounts = append(x.found.Accounts, g)
	return nil
}

// fixed says that a descriptor takes nothing from above, for certain.
func fixed(raw []byte) bool {
	sd, err := secdesc.Parse(raw)
	return err == nil && (sd.Protected() || !sd.HasDACL())
}
