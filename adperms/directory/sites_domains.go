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

// Domains lists every domain of the forest, its root domain first and then by
// DNS name, from the crossRef objects (MS-ADTS 6.1.1.2.1.1.4): one paged search.
// A domain that is only announced (Enabled is FALSE, 3.1.1.5.2.7) is left out.
//
// Errors: [NotFoundError] where the configuration shows none, [LostError].
func (c *Conn) Domains(ctx context.Context) ([]DomainInfo, error) {
	f, err := c.forest(ctx)
	if err != nil {
		return nil, err
	}
	var out []DomainInfo
	for _, e := range f.domains {
		if strings.EqualFold(e.Text("Enabled"), "FALSE") {
			continue
		}
		d := DomainInfo{DNS: strings.ToLower(strings.TrimSuffix(e.Text("dnsRoot"), ".")), DN: e.Text("nCName"), NetBIOS: e.Text("nETBIOSName")}
		d.ForestRoot, d.Connected = adperms.SameDN(d.DN, c.root.RootDomainNC), adperms.SameDN(d.DN, c.root.DefaultNC)
		if d.DNS == "" {
			d.DNS = dnsName(d.DN)
		}
		out = append(out, d)
	}
	if len(out) == 0 {
		return nil, &NotFoundError{DN: "crossRef object of a domain", Matched: "CN=Partitions," + c.root.ConfigNC}
	}
	slices.SortFunc(out, func(a, b DomainInfo) int {
		if a.ForestRoot != b.ForestRoot {
			return map[bool]int{true: -1, false: 1}[a.ForestRoot]
		}
		return strings.Compare(a.DNS, b.DNS)
	})
	return out, nil
}
