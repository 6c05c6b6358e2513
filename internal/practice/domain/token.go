package domain

import (
	"slices"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// caller is who is signed in on a connection. As on a DC the token is made at
// sign-in: a group that is joined later counts after the next one.
type caller struct {
	guid  secdesc.GUID
	name  string // DOMAIN\name
	token adperms.Token
}

var (
	builtinSID       = secdesc.MustSID("S-1-5-32")
	administrators   = secdesc.MustSID("S-1-5-32-544")
	thisOrganization = secdesc.MustSID("S-1-5-15")
)

// privileged says that the caller has SeSecurityPrivilege, without which no
// SACL is read or written; administrators of the DC have it.
func (c *caller) privileged() bool { return c.token.Has(administrators) }

// crowds are the SIDs that everybody has who signs in over the network (MS-DTYP
// 2.4.2.4). Groups have them as members by foreign security principals.
var crowds = []secdesc.SID{adperms.Everyone, adperms.AuthenticatedUsers, adperms.Network, thisOrganization}

func (t *tree) callerFor(e *entry) *caller {
	return &caller{guid: e.guid, name: t.netbios + `\` + e.one("sAMAccountName"), token: adperms.NewToken(e.sid, t.withCrowds(t.groupsOf(e))...)}
}

// withCrowds adds what everybody is, and the groups that this makes them members of.
func (t *tree) withCrowds(groups []secdesc.SID) []secdesc.SID {
	groups = append(groups, crowds...)
	for _, s := range crowds {
		if f := t.bySID[s]; f != nil {
			groups = append(groups, t.groupsOf(f)...)
		}
	}
	return groups
}

// groupsOf are the SIDs of the groups that the entry is in, with all nesting
// and its primary group: tokenGroups (MS-ADTS 3.1.1.4.5.19).
func (t *tree) groupsOf(e *entry) (out []secdesc.SID) {
	from := []*entry{e}
	if p := t.primaryGroup(e); p != nil {
		out, from = append(out, p.sid), append(from, p)
	}
	for _, g := range t.containers(security, from...) {
		if !slices.Contains(out, g.sid) {
			out = append(out, g.sid)
		}
	}
	return out
}

func (t *tree) primaryGroup(e *entry) *entry {
	if rid := e.number("primaryGroupID"); rid != 0 && !e.sid.IsZero() {
		return t.bySID[t.sid.Child(uint32(rid))]
	}
	return nil
}

// security says that a group counts for access (MS-ADTS 2.2.12).
func security(g *entry) bool { return g.number("groupType")&groupSecurity != 0 && !g.sid.IsZero() }

// containers are all the groups that any of the entries is in, at any depth, by
// groups that count: nothing is passed on by another one. nil: all count.
func (t *tree) containers(count func(*entry) bool, of ...*entry) (out []*entry) {
	seen := map[*entry]bool{}
	for len(of) > 0 {
		at := of[0]
		of = of[1:]
		for _, g := range at.back["member"] {
			if !seen[g] && (count == nil || count(g)) {
				seen[g] = true
				out, of = append(out, g), append(of, g)
			}
		}
	}
	return out
}

// may says whether the caller has a right on the entry.
func (t *tree) may(c *caller, e *entry, want adperms.Right) bool {
	return adperms.Access(adperms.Target{Descriptor: e.sd, Self: e.sid, Class: e.class.guid}, c.token, want).Granted
}

func only(mask secdesc.AccessMask) adperms.Right { return adperms.Right{Mask: mask} }

// child is the right to have or lose a child of a class.
func child(mask secdesc.AccessMask, of *class) adperms.Right {
	return adperms.Right{Mask: mask, Type: of.guid}
}

// sees says that the caller is shown the entry at all: whoever may list what is
// in its parent (MS-ADTS 5.1.3.3.6, without list object mode).
func (t *tree) sees(c *caller, e *entry) bool {
	return e.isHead() || t.may(c, e.parent, only(secdesc.ListChildren))
}
