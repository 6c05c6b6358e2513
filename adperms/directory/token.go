package directory

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// SIDs that a DC adds to who signs in over the network (MS-DTYP 2.4.2.4).
var (
	network          = secdesc.MustSID("S-1-5-2")
	thisOrganization = secdesc.MustSID("S-1-5-15")
)

// implied are what everybody is who signs in.
var implied = []secdesc.SID{adperms.Everyone, adperms.AuthenticatedUsers, network, thisOrganization}

// inChain is LDAP_MATCHING_RULE_TRANSITIVE_EVAL (MS-ADTS 3.1.1.3.4.4.3).
const inChain = "1.2.840.113556.1.4.1941"

// Token is the set of SIDs that an account of this domain has when it asks this
// DC for access: its own, those of its groups with all nesting (tokenGroups),
// Everyone, Authenticated Users, This Organization and NETWORK, and the groups
// that these four are in, such as Pre-Windows 2000 Compatible Access. Two
// searches, the second only once on a connection; two more where tokenGroups
// is not shown.
//
// Errors: [NotFoundError], [NoSuchPrincipalError] for an object without SID.
func (c *Conn) Token(ctx context.Context, dn string) (adperms.Token, error) {
	found, err := c.ask(ctx, "search", query{base: dn, scope: Base, filter: "(objectClass=*)",
		attributes: []string{"objectSid", "tokenGroups", "primaryGroupID"}})
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, &NotFoundError{DN: dn}
	}
	e := found[0]
	_, self, err := identity(e)
	if err != nil {
		return nil, c.nonsense(dn, err)
	}
	if self.IsZero() {
		return nil, &NoSuchPrincipalError{Name: dn, Why: "the object has no SID, so it is not an account or group"}
	}
	groups, err := sids(e.RawAll("tokenGroups"))
	if err != nil {
		return nil, c.nonsense(dn, err)
	}
	if len(groups) == 0 {
		if groups, err = c.nestedGroups(ctx, e.DN, self, e.Text("primaryGroupID")); err != nil {
			return nil, err
		}
	}
	implied, err := c.impliedGroups(ctx)
	if err != nil {
		return nil, err
	}
	groups = append(groups, network, thisOrganization)
	return adperms.NewToken(self, append(groups, implied...)...), nil
}

// nestedGroups does by two searches what tokenGroups would have told: the groups
// of the account, and those of its primary group, which no member attribute names.
func (c *Conn) nestedGroups(ctx context.Context, dn string, self secdesc.SID, primaryRID string) ([]secdesc.SID, error) {
	filters := memberFilter(dn)
	var out []secdesc.SID
	if rid, err := strconv.ParseUint(primaryRID, 10, 32); err == nil {
		primary := self.Domain().Child(uint32(rid))
		out = append(out, primary)
		p, err := c.Principal(ctx, primary.String())
		var none *NoSuchPrincipalError
		if err != nil && !errors.As(err, &none) {
			return nil, err
		}
		if err == nil {
			filters += memberFilter(p.DN)
		}
	}
	more, err := c.groupsBy(ctx, filters)
	return append(out, more...), err
}

// impliedGroups are the groups that the well-known SIDs are in: members there
// are foreign security principals named by the SID (MS-ADTS 6.1.1.4.10). The
// answer is the same for every account.
func (c *Conn) impliedGroups(ctx context.Context) ([]secdesc.SID, error) {
	c.mu.Lock()
	known := c.implied
	c.mu.Unlock()
	if known != nil {
		return known, nil
	}
	found, err := c.groupsBy(ctx, c.impliedFilter())
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.implied = append([]secdesc.SID{}, found...)
	c.mu.Unlock()
	return found, nil
}

func (c *Conn) impliedFilter() string {
	var filters string
	for _, s := range implied {
		filters += memberFilter("CN=" + s.String() + ",CN=ForeignSecurityPrincipals," + c.root.DefaultNC)
	}
	return filters
}

func memberFilter(dn string) string {
	return "(member:" + inChain + ":=" + ldap.EscapeFilter(dn) + ")"
}

// groupsBy finds the groups that fit any of the filters.
func (c *Conn) groupsBy(ctx context.Context, filters string) ([]secdesc.SID, error) {
	found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree,
		filter: "(|" + filters + ")", attributes: []string{"objectSid"}})
	if err != nil {
		return nil, err
	}
	var out []secdesc.SID
	for _, e := range found {
		_, sid, err := identity(e)
		if err != nil {
			return nil, c.nonsense(e.DN, err)
		}
		if !sid.IsZero() {
			out = append(out, sid)
		}
	}
	return out, nil
}

func sids(values [][]byte) ([]secdesc.SID, error) {
	var out []secdesc.SID
	for _, v := range values {
		s, err := secdesc.SIDFromBytes(v)
		if err != nil {
			return nil, fmt.Errorf("tokenGroups: %w", err)
		}
		out = append(out, s)
	}
	return out, nil
}
