package directory

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// DCInfo is a DC of the connection's domain, as the forest's configuration has
// it: that it stands there does not mean that it runs. Names are raw.
type DCInfo struct {
	Host    string       // DNS name; empty: it has registered none
	Name    string       // of its server object: the NetBIOS name
	Site    string       // empty: its server object lies outside of every site
	DN      string       // of its server object
	Account string       // DN of its computer object; empty: not given
	DSA     secdesc.GUID // objectGUID of its nTDSDSA object: its name in replication

	ReadOnly      bool // an RODC: it propagates, but takes no changes
	GlobalCatalog bool
	Connected     bool // the DC that this connection speaks to
}

// NTDSDSA_OPT_IS_GC, MS-ADTS 6.1.1.2.2.1.2.1.1.
const optionGlobalCatalog = 1

// DCs lists every DC of the connection's domain, by site and name: one paged
// search of the forest's sites for the server objects (MS-ADTS
// 6.1.1.2.2.1.2.1) and the nTDSDSA objects below them (6.1.1.2.2.1.2.1.1). A
// server object without the latter was a DC once, and is left out.
//
// Errors: [NotFoundError] where the configuration shows none, [LostError].
func (c *Conn) DCs(ctx context.Context) ([]DCInfo, error) {
	base := "CN=Sites," + c.root.ConfigNC
	servers := map[string]*Entry{} // by dnKey
	var agents []*Entry
	err := c.Search(ctx, base, Subtree, "(|(objectClass=server)(objectClass=nTDSDSA))",
		[]string{"objectClass", "dNSHostName", "serverReference", "objectGUID", "objectCategory", "options", "msDS-HasDomainNCs", "hasMasterNCs"},
		func(e *Entry) error {
			dn, err := ldap.ParseDN(e.DN)
			switch {
			case err != nil:
				return c.nonsense(e.DN, err)
			case slices.Contains(e.Texts("objectClass"), "server"):
				servers[dnKey(dn)] = e
			default:
				agents = append(agents, e)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	var out []DCInfo
	for _, agent := range agents {
		dc, ours, err := c.dcFrom(agent, servers)
		if err != nil {
			return nil, err
		}
		if ours {
			out = append(out, dc)
		}
	}
	if len(out) == 0 {
		return nil, &NotFoundError{DN: "nTDSDSA object of " + c.root.DefaultNC, Matched: base}
	}
	slices.SortFunc(out, func(a, b DCInfo) int {
		return cmp.Or(strings.Compare(a.Site, b.Site), strings.Compare(a.Name, b.Name), strings.Compare(a.DN, b.DN))
	})
	return out, nil
}

// dcFrom puts a DC together: the nTDSDSA object says of which domain it is and
// what it can do, its parent where it is.
func (c *Conn) dcFrom(agent *Entry, servers map[string]*Entry) (dc DCInfo, ours bool, err error) {
	dn, err := ldap.ParseDN(agent.DN)
	if err != nil {
		return dc, false, c.nonsense(agent.DN, err)
	}
	const server, container, site = 1, 2, 3 // CN=NTDS Settings,CN=server,CN=Servers,CN=site,CN=Sites,…
	if len(dn.RDNs) <= site {
		return dc, false, nil // no DC can be there: not below a server object
	}
	dc = DCInfo{Name: rdnValue(dn.RDNs[server]), DN: adperms.ParentDN(agent.DN)}
	dc.Connected = adperms.SameDN(dc.DN, c.root.ServerName)
	if strings.EqualFold(rdnValue(dn.RDNs[container]), "Servers") {
		dc.Site = rdnValue(dn.RDNs[site])
	}
	if !dc.Connected && !c.holdsOurDomain(agent) {
		return dc, false, nil
	}
	if s := servers[dnKey(&ldap.DN{RDNs: dn.RDNs[server:]})]; s != nil {
		dc.DN, dc.Host, dc.Account = s.DN, strings.TrimSuffix(s.Text("dNSHostName"), "."), s.Text("serverReference")
	}
	options, _ := strconv.ParseInt(agent.Text("options"), 10, 64) // absent: 0
	dc.GlobalCatalog = options&optionGlobalCatalog != 0
	dc.ReadOnly = isReadOnlyCategory(agent.Text("objectCategory"))
	if dc.DSA, _, err = identity(agent); err != nil {
		return dc, false, c.nonsense(agent.DN, err)
	}
	return dc, true, nil
}

// holdsOurDomain: msDS-HasDomainNCs names the one domain of a DC, an RODC's too
// (MS-ADA2 2.332). A DC that was promoted before Windows Server 2003 has
// hasMasterNCs alone.
func (c *Conn) holdsOurDomain(agent *Entry) bool {
	held := agent.Texts("msDS-HasDomainNCs")
	if len(held) == 0 {
		held = agent.Texts("hasMasterNCs")
	}
	return slices.ContainsFunc(held, func(nc string) bool { return adperms.SameDN(nc, c.root.DefaultNC) })
}

// isReadOnlyCategory: an RODC's object is in the category of the class nTDSDSARO
// (MS-ADSC 2.206), whatever its class is.
func isReadOnlyCategory(category string) bool {
	dn, err := ldap.ParseDN(category)
	return err == nil && len(dn.RDNs) > 0 && strings.EqualFold(rdnValue(dn.RDNs[0]), "NTDS-DSA-RO")
}

func rdnValue(r *ldap.RelativeDN) string {
	if len(r.Attributes) == 0 {
		return ""
	}
	return r.Attributes[0].Value
}

// dnKey is the same for two spellings of one DN.
func dnKey(dn *ldap.DN) string { return strings.ToLower(dn.String()) }
