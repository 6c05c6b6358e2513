package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// maxGuarded is how many accounts Guarded tells of: more cannot be accepted one by
// one, and nothing may grow with the directory.
const maxGuarded = 100

var errEnough = errors.New("enough")

// Guarded finds the accounts at and below the scopes that AdminSDHolder's task
// looks after, and that something set above them could reach nevertheless: those
// whose DACL is not protected, or not shown, and the scopes themselves. One search
// for the protected groups, one for the groups in them, one for each scope, and
// four for each account that is found, of which there are few or none.
//
// An answer that may lack accounts says so, and is no error. Errors: [LostError],
// [NotFoundError].
func (c *Conn) Guarded(ctx context.Context, scopes []string) (coverage.Guards, error) {
	x := guarding{cover: newCover(c), seen: map[string]bool{}}
	if !strings.EqualFold(c.root.RootDomainNC, c.root.DefaultNC) {
		x.found.Forest = c.root.Forest()
	}
	filter, err := x.members(ctx)
	if err != nil || filter == "" {
		return x.found, err
	}
	for _, scope := range scopes {
		err := x.below(ctx, scope, filter)
		if errors.Is(err, errEnough) {
			x.found.More = true
			return x.found, nil
		}
		if err = x.incomplete("the accounts below "+targetName(scope), err); err != nil {
			return x.found, err
		}
	}
	return x.found, nil
}

// guarding is one Guarded.
type guarding struct {
	*cover
	found coverage.Guards
	seen  map[string]bool // by DN: scopes may lie in each other
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

// members is a filter for all that may be protected accounts: members of the
// protected groups, whatever the nesting, by member and by primary group.
func (x *guarding) members(ctx context.Context) (string, error) {
	top, err := x.c.Object(ctx, x.c.root.DefaultNC)
	if err != nil {
		return "", err
	}
	domain := top.SID
	groups, err := x.groups(ctx, domain)
	if err != nil {
		return "", err
	}
	var nested, any strings.Builder
	for dn := range groups {
		fmt.Fprintf(&nested, "(memberOf:%s:=%s)", inChain, ldap.EscapeFilter(dn))
	}
	any.WriteString(anySID(adperms.ProtectedAccounts(domain)) + nested.String())
	rids := map[uint32]bool{}
	for _, sid := range groups {
		rids[sid.RID()] = sid.Domain() == domain
	}
	if nested.Len() > 0 {
		err = x.c.Search(ctx, x.c.root.DefaultNC, Subtree, "(&(objectClass=group)(|"+nested.String()+"))", []string{"objectSid"}, func(e *Entry) error {
			_, sid, err := identity(e)
			if err == nil && !sid.IsZero() && sid.Domain() == domain {
				rids[sid.RID()] = true
			}
			return err
		})
	}
	for rid, primary := range rids {
		if primary {
			fmt.Fprintf(&any, "(primaryGroupID=%d)", rid)
		}
	}
	return "(&(objectClass=user)(|" + any.String() + "))", x.incomplete("the groups in the protected groups", err)
}

// groups are the protected groups by DN. Administrators, which always has members,
// and Domain Admins are in every domain: where they do not show, others may be
// hidden as well.
func (x *guarding) groups(ctx context.Context, domain secdesc.SID) (map[string]secdesc.SID, error) {
	const administrators = "S-1-5-32-544"
	admins := domain.Child(512)
	var filter strings.Builder
	for _, s := range adperms.ProtectedGroups(domain) {
		term := "(objectSid=" + binaryFilter(s.Bytes()) + ")"
		if s.String() == administrators {
			term = "(&" + term + "(member=*))"
		}
		filter.WriteString(term)
	}
	out := map[string]secdesc.SID{}
	var builtin, global bool
	err := x.c.Search(ctx, x.c.root.DefaultNC, Subtree, "(|"+filter.String()+")", []string{"objectSid"}, func(e *Entry) error {
		_, sid, err := identity(e)
		if err == nil && !sid.IsZero() {
			out[e.DN] = sid
			builtin, global = builtin || sid.String() == administrators, global || sid == admins
		}
		return err
	})
	if err == nil && !builtin {
		x.found.Unseen = append(x.found.Unseen, "the members of Administrators are not shown")
	}
	if err == nil && !global {
		x.found.Unseen = append(x.found.Unseen, "Domain Admins is not shown")
	}
	return out, x.incomplete("the protected groups", err)
}

// below asks for the accounts of one scope.
func (x *guarding) below(ctx context.Context, scope, filter string) error {
	attributes := []string{"objectClass", "objectSid", "objectGUID", "nTSecurityDescriptor"}
	return x.c.Search(ctx, scope, Subtree, filter, attributes, func(e *Entry) error {
		if x.seen[e.DN] || !strings.EqualFold(e.DN, scope) && fixed(e.Raw("nTSecurityDescriptor")) {
			return nil
		}
		g := coverage.Guarded{DN: e.DN, Descriptor: e.Raw("nTSecurityDescriptor")}
		var err error
		if g.GUID, g.SID, err = identity(e); err != nil {
			return x.c.nonsense(e.DN, err)
		}
		if g.By, err = x.protectedBy(ctx, e.DN); err != nil || len(g.By) == 0 {
			return err
		}
		if len(x.found.Accounts) == maxGuarded {
			return errEnough
		}
		if classes := e.Texts("objectClass"); len(classes) > 0 {
			if g.Class, err = x.guid(ctx, classes[len(classes)-1]); err != nil {
				return err
			}
		}
		if g.Above, err = x.c.Above(ctx, e.DN); err != nil {
			return err
		}
		x.seen[e.DN] = true
		x.found.Accounts = append(x.found.Accounts, g)
		return nil
	})
}

// fixed says that a descriptor takes nothing from above, for certain.
func fixed(raw []byte) bool {
	sd, err := secdesc.Parse(raw)
	return err == nil && (sd.Protected() || !sd.HasDACL())
}
