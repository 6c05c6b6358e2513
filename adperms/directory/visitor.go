package directory

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// An account of one domain has another token in another domain of its forest: it brings its
// global and universal groups, and there it is in the domain-local and built-in groups that
// hold it or one of these. What it is in at home alone
// counts for nothing there: BUILTIN\Administrators has the same SID in every domain, and
// other members in each.

const (
	// groupType (MS-ADTS 2.2.12).
	groupOfDomain = 0x4 // domain-local, a built-in one, too
	groupSecurity = 0x80000000

	groupsAtOnce = 100 // of one filter
)

// Visitor is the account a of home's domain with the token that it has on this DC. a is as
// [Conn.Trustee] gave it there. What could not be asked is in Unasked, and is no error.
// Four searches, as a rule: one at home, and here those for its groups.
//
// Errors: [LostError].
func (c *Conn) Visitor(ctx context.Context, home *Conn, a adperms.Account) (adperms.Account, error) {
	unasked := func(what, why string) { a.Unasked = append(a.Unasked, what+": "+why) }
	groups, hidden, err := home.roaming(ctx, a)
	if was := notAnswered(err); was != "" {
		unasked("which groups of the account count outside "+home.root.Domain(), was)
	} else if err != nil {
		return a, err
	}
	if len(hidden) > 0 {
		unasked("groups of the account that "+home.root.Domain()+" does not show", strings.Join(hidden, ", "))
	}
	sids, dns, others := []secdesc.SID{network, thisOrganization}, []string{a.DN}, []string(nil)
	for _, g := range groups {
		if sids = append(sids, g.sid); g.dn != "" {
			dns = append(dns, g.dn)
		} else {
			others = append(others, g.sid.String())
		}
	}
	if len(others) > 0 {
		unasked("groups of "+c.root.Domain()+" that hold a group of a third domain", strings.Join(others, ", "))
	}
	here, hidden, err := c.holders(ctx, dns)
	if was := notAnswered(err); was != "" {
		unasked("groups of "+c.root.Domain()+" that hold the account or one of its groups", was)
	} else if err != nil {
		return a, err
	}
	if len(hidden) > 0 {
		unasked("groups that hold the account or one of its groups, and do not show of which kind they are", strings.Join(hidden, ", "))
	}
	implied, err := c.impliedGroups(ctx)
	if err != nil {
		return a, err
	}
	a.Token = adperms.NewToken(a.SID, slices.Concat(sids, here, implied)...)
	return a, nil
}

// notAnswered is what a DC gave in place of an answer; "": err is none of that.
func notAnswered(err error) string {
	var refused *ResultError
	var denied *AccessDeniedError
	if errors.As(err, &refused) || errors.As(err, &denied) {
		return err.Error()
	}
	return ""
}

// Stranger is an account of which nothing is known but its SID, and why.
func (c *Conn) Stranger(ctx context.Context, sid secdesc.SID, why string) (adperms.Account, error) {
	implied, err := c.impliedGroups(ctx)
	a := adperms.Account{Principal: adperms.Principal{DN: bySID + sid.String() + ">", SID: sid}, Unseen: why}
	a.Token = adperms.NewToken(sid, append(implied, network, thisOrganization)...)
	return a, err
}

// roamer is a group that counts in other domains, too; its DN is "" where another domain
// has it.
type roamer struct {
	dn  string
	sid secdesc.SID
}

// roaming are those that the account brings to another domain, and the SIDs of groups whose
// kind is not shown.
func (c *Conn) roaming(ctx context.Context, a adperms.Account) (out []roamer, hidden []string, err error) {
	var ours []secdesc.SID
	for sid := range a.Token {
		switch {
		case sid == a.SID || !sid.Domain().IsAccountDomain(): // built-in, or everybody's
		case sid.Domain() == a.SID.Domain():
			ours = append(ours, sid)
		default:
			out = append(out, roamer{sid: sid}) // universal: another domain's come to a token by no other way
		}
	}
	shown := map[secdesc.SID]bool{}
	for some := range slices.Chunk(ours, groupsAtOnce) {
		found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree,
			filter: "(&(objectClass=group)(|" + anySID(some) + "))", attributes: []string{"objectSid", "groupType"}})
		if err != nil {
			return nil, nil, err
		}
		for _, e := range found {
			_, sid, err := identity(e)
			if err != nil {
				return nil, nil, c.nonsense(e.DN, err)
			}
			kind := integer(e, "groupType")
			if shown[sid] = kind != 0; kind != 0 && kind&groupOfDomain == 0 {
				out = append(out, roamer{e.DN, sid})
			}
		}
	}
	for _, sid := range ours {
		if !shown[sid] {
			hidden = append(hidden, sid.String())
		}
	}
	slices.Sort(hidden)
	return out, hidden, nil
}

// holders are the security groups of this domain that hold any of the objects, which may be
// of another domain, at any depth. The DC follows all groups, and a distribution group passes
// nothing on: where there is one among them, they are followed step by step.
// hidden are those of which it is not shown whether they are security groups.
func (c *Conn) holders(ctx context.Context, dns []string) (out []secdesc.SID, hidden []string, err error) {
	whole, err := c.holding(ctx, dns, "member:"+inChain+":")
	if err != nil {
		return nil, nil, err
	}
	for _, g := range whole {
		if g.hidden {
			hidden = append(hidden, g.dn)
		}
	}
	if !slices.ContainsFunc(whole, func(g holder) bool { return !g.security }) {
		return sidsOf(whole), hidden, nil
	}
	var all []holder
	for next := dns; len(next) > 0; {
		step, err := c.holding(ctx, next, "member")
		if err != nil {
			return nil, nil, err
		}
		next = nil
		for _, g := range step {
			if g.security && !slices.Contains(all, g) {
				all, next = append(all, g), append(next, g.dn)
			}
		}
	}
	return sidsOf(all), hidden, nil
}

type holder struct {
	dn       string
	sid      secdesc.SID
	security bool
	hidden   bool // its SID or its kind
}

func sidsOf(all []holder) (out []secdesc.SID) {
	for _, g := range all {
		if !g.sid.IsZero() && !slices.Contains(out, g.sid) {
			out = append(out, g.sid)
		}
	}
	return out
}

// holding are the groups here that hold any of the objects by the filter's item, "member" or
// its transitive rule.
func (c *Conn) holding(ctx context.Context, dns []string, item string) (out []holder, err error) {
	for some := range slices.Chunk(dns, groupsAtOnce) {
		var any strings.Builder
		for _, dn := range some {
			any.WriteString("(" + item + "=" + ldap.EscapeFilter(dn) + ")")
		}
		found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree,
			filter: "(|" + any.String() + ")", attributes: []string{"objectSid", "groupType"}})
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			_, sid, err := identity(e)
			if err != nil {
				return nil, c.nonsense(e.DN, err)
			}
			kind := integer(e, "groupType") // every group has one that is not 0
			out = append(out, holder{e.DN, sid, !sid.IsZero() && kind&groupSecurity != 0, sid.IsZero() || kind == 0})
		}
	}
	return out, nil
}

// VisitorPath is [Conn.MembershipPath] for an account of home's domain: the groups of this
// domain by which it, or a group that it brings, is in the group. Where it brings the group
// itself, home tells.
func (c *Conn) VisitorPath(ctx context.Context, home *Conn, a adperms.Account, group secdesc.SID) ([]secdesc.SID, error) {
	if group.Domain() == a.SID.Domain() {
		return home.MembershipPath(ctx, a.DN, group)
	}
	groups, _, err := home.roaming(ctx, a)
	if err != nil {
		return nil, err
	}
	dns := []string{a.DN}
	for _, g := range groups {
		if g.dn != "" {
			dns = append(dns, g.dn)
		}
	}
	direct, err := c.holding(ctx, dns, "member")
	if err != nil {
		return nil, err
	}
	for _, g := range direct {
		if g.sid == group {
			return []secdesc.SID{group}, nil
		}
	}
	for _, g := range direct { // a way from the group that holds it is a way of its own
		way, err := c.MembershipPath(ctx, g.dn, group)
		if err != nil || len(way) > 0 {
			return append([]secdesc.SID{g.sid}, way...), err
		}
	}
	return c.MembershipPath(ctx, c.root.DefaultNC, group) // by Everyone or the like, at most
}

// DomainSID is the SID of the DC's domain; zero where it is not shown. One search.
func (c *Conn) DomainSID(ctx context.Context) (secdesc.SID, error) { return c.domainSID(ctx) }
