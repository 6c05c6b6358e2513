package directory

import (
	"context"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// What every verb needs of a domain, in one search where a reading is under way: the
// account that is signed in, the groups that everybody is in, the domain's root, the
// PSOs, and the accounts that look like a sync product's.

// rootObjectAttributes are read of the domain's root: as of any object, and what is there
// alone.
var rootObjectAttributes = slices.Concat(objectAttributes, domainPolicyAttributes, []string{"fSMORoleOwner"})

var headAttributes = slices.Concat(principalAttributes, rootObjectAttributes, psoAttributes)

// askHead finds who is behind the SIDs of a session, and all else of the head.
func (c *Conn) askHead(ctx context.Context, l *answers, self string) ([]adperms.Principal, error) {
	filter := self + "(objectClass=domainDNS)(objectClass=msDS-PasswordSettings)"
	if l.how.Connectors {
		filter += connectorFilter
	}
	for _, name := range l.how.Names {
		if _, sam, of := strings.Cut(name, `\`); of {
			name = sam // which domain that is shows later
		}
		if by := c.nameFilter(name); by != "" {
			filter += "(&(!(objectClass=group))" + by + ")" // groups are those that everybody is in
		}
	}
	found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree, filter: "(|" + filter + ")", attributes: headAttributes,
		controls: []ldap.Control{sdFlags(ownerGroupDACL)}})
	if err != nil {
		return nil, err
	}
	h := &head{}
	for _, e := range found {
		if adperms.SameDN(e.DN, c.root.DefaultNC) {
			h.root = e
			continue
		}
		p, err := c.principal(e)
		switch {
		case err != nil:
			return nil, err
		case strings.EqualFold(p.Class, "domainDNS"): // not the domain's root
		case strings.EqualFold(p.Class, "msDS-PasswordSettings"):
			if adperms.SameDN(adperms.ParentDN(e.DN), c.settingsContainer()) {
				h.settings = append(h.settings, e)
			}
		case !p.SID.IsZero():
			if looksLikeConnector(p) && !strings.EqualFold(p.Class, "computer") { // one that was named may come along
				h.connectors = append(h.connectors, p)
			}
			h.found = append(h.found, p)
		}
	}
	l.head = h
	return h.found, nil
}

// rootObject reads the domain's root; nil where it is not there, or not shown.
func (c *Conn) rootObject(ctx context.Context) (*Entry, error) {
	// The DC computes what we may do with an object when it is asked about one.
	if h := c.headed(ctx); h != nil && h.root != nil && h.root.Text("sDRightsEffective") != "" {
		return h.root, nil
	}
	found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Base, filter: "(objectClass=*)", attributes: rootObjectAttributes,
		controls: []ldap.Control{sdFlags(ownerGroupDACL)}})
	if _, none := err.(*NotFoundError); none || err == nil && len(found) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// domainSID is zero where it is not shown.
func (c *Conn) domainSID(ctx context.Context) (secdesc.SID, error) {
	top, err := c.rootObject(ctx)
	if top == nil || err != nil {
		return secdesc.SID{}, err
	}
	_, sid, err := identity(top)
	if err != nil {
		return sid, c.nonsense(top.DN, err)
	}
	return sid, nil
}
