package directory

import (
	"context"
	"slices"
	"strings"

	"writeback/adperms"
)

// DomainInfo is a domain of the connection's forest. Names are raw.
type DomainInfo struct {
	DNS     string // DNS name, lower case
	DN      string // of its root
	NetBIOS string // short name; "": not shown

	ForestRoot bool
	Connected  bool // the domain of the DC that this connection speaks to
}

// domainsOfTheForest: the flags FLAG_CR_NTDS_NC and FLAG_CR_NTDS_DOMAIN (MS-ADTS 6.1.1.2.1.1): a
// domain of this forest, not an application's partition or another forest.
const domainsOfTheForest = "(&(objectClass=crossRef)(systemFlags:1.2.840.113556.1.4.803:=3))"

// Domains lists every domain of the forest, its root domain first and then by
// DNS name, from the crossRef objects (MS-ADTS 6.1.1.2.1.1.4): one paged search.
// A domain that is only announced (Enabled is FALSE, 3.1.1.5.2.7) is left out.
//
// Errors: [NotFoundError] where the configuration shows none, [LostError].
func (c *Conn) Domains(ctx context.Context) ([]DomainInfo, error) {
	base := "CN=Partitions," + c.root.ConfigNC
	var out []DomainInfo
	err := c.Search(ctx, base, OneDown, domainsOfTheForest, []string{"nCName", "dnsRoot", "nETBIOSName", "Enabled"}, func(e *Entry) error {
		if strings.EqualFold(e.Text("Enabled"), "FALSE") {
			return nil
		}
		d := DomainInfo{DNS: strings.ToLower(strings.TrimSuffix(e.Text("dnsRoot"), ".")), DN: e.Text("nCName"), NetBIOS: e.Text("nETBIOSName")}
		d.ForestRoot, d.Connected = adperms.SameDN(d.DN, c.root.RootDomainNC), adperms.SameDN(d.DN, c.root.DefaultNC)
		if d.DNS == "" {
			d.DNS = dnsName(d.DN)
		}
		out = append(out, d)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, &NotFoundError{DN: "crossRef object of a domain", Matched: base}
	}
	slices.SortFunc(out, func(a, b DomainInfo) int {
		if a.ForestRoot != b.ForestRoot {
			return map[bool]int{true: -1, false: 1}[a.ForestRoot]
		}
		return strings.Compare(a.DNS, b.DNS)
	})
	return out, nil
}
