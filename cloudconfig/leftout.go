package cloudconfig

import (
	"slices"
	"strings"
)

// LeavesOut are those of the domains, by DNS name, that the server's connector to the
// forest leaves out: their users are not synchronized, and not written back.
func (s Server) LeavesOut(forest string, domains []string) (out []string) {
	c, _ := s.ConnectorOf(forest)
	for _, domain := range domains {
		if slices.ContainsFunc(c.LeftOut, func(dn string) bool { return strings.EqualFold(domainOf(dn), domain) }) {
			out = append(out, domain)
		}
	}
	return out
}

// domainOf is the DNS name of DC=corp,DC=example (MS-ADTS 3.1.1.1.5); "" for another DN.
func domainOf(dn string) string {
	var labels []string
	for part := range strings.SplitSeq(dn, ",") {
		key, label, _ := strings.Cut(strings.TrimSpace(part), "=")
		if !strings.EqualFold(strings.TrimSpace(key), "DC") {
			return ""
		}
		labels = append(labels, strings.TrimSpace(label))
	}
	return strings.Join(labels, ".")
}
