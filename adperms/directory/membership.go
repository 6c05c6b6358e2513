package directory

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
)

// How an account comes to be in a group: what its token does not tell.

// MembershipPath lists the groups by which an account is in a group, a shortest way:
// first the one that it is in itself, last the group. It begins with Everyone or the
// like where it is these that are in the group, which whoever signs in is. Four
// searches; they read groups that are in that group, and no members. nil: it is in
// there by no way that is shown.
func (c *Conn) MembershipPath(ctx context.Context, dn string, group secdesc.SID) ([]secdesc.SID, error) {
	account, err := c.one(ctx, dn, "objectSid", "primaryGroupID", "memberOf")
	if account == nil || err != nil {
		return nil, err
	}
	found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree, filter: "(objectSid=" + binaryFilter(group.Bytes()) + ")", attributes: []string{"objectSid"}})
	if err != nil || len(found) != 1 {
		return nil, err
	}
	_, self, err := identity(account)
	if err != nil {
		return nil, c.nonsense(dn, err)
	}
	way := memberships{sids: map[string]secdesc.SID{fold(found[0].DN): group}, up: map[string][]string{}}
	starts := account.Texts("memberOf")
	filter := "(objectClass=group)"
	for _, s := range implied {
		foreign := "CN=" + s.String() + ",CN=ForeignSecurityPrincipals," + c.root.DefaultNC
		starts, filter = append(starts, foreign), filter+"(distinguishedName="+ldap.EscapeFilter(foreign)+")"
	}
	err = c.Search(ctx, c.root.DefaultNC, Subtree, "(&(memberOf:"+inChain+":="+ldap.EscapeFilter(found[0].DN)+")(|"+filter+"))", []string{"objectSid", "memberOf"}, func(e *Entry) error {
		_, sid, err := identity(e)
		if err != nil {
			return c.nonsense(e.DN, err)
		}
		way.sids[fold(e.DN)], way.up[fold(e.DN)] = sid, e.Texts("memberOf")
		return nil
	})
	if err != nil {
		return nil, err
	}
	if rid, err := strconv.ParseUint(account.Text("primaryGroupID"), 10, 32); err == nil { // which no memberOf names
		primary := self.Domain().Child(uint32(rid))
		for at, s := range way.sids {
			if s == primary {
				starts = append(starts, at)
			}
		}
	}
	return way.shortest(starts, fold(found[0].DN)), nil
}

func fold(dn string) string { return strings.ToLower(dn) }

// memberships are groups, and what each is in, by folded DN.
type memberships struct {
	sids map[string]secdesc.SID
	up   map[string][]string
}

// shortest finds a way from one of the starts, which may be no groups that are known.
func (m memberships) shortest(starts []string, to string) (out []secdesc.SID) {
	from := map[string]string{} // the one before; "": a start
	var queue []string
	reach := func(dn, before string) {
		if _, seen := from[fold(dn)]; !seen && !m.sids[fold(dn)].IsZero() {
			from[fold(dn)] = before
			queue = append(queue, fold(dn))
		}
	}
	for _, dn := range starts {
		reach(dn, "")
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if at != to {
			for _, dn := range m.up[at] {
				reach(dn, at)
			}
			continue
		}
		for ; at != ""; at = from[at] {
			out = append(out, m.sids[at])
		}
		slices.Reverse(out)
		return out
	}
	return nil
}
