package directory

import (
	"fmt"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/shell"
	"writeback/internal/visible"
)

// Which domain of a forest a name speaks of. The domains are those of the crossRef objects
// that a trusted DC has. What a DC refers to says nothing here: no referral's host is
// looked up, let alone connected to.

// NameForm is a form of name that [Conn.Principal] takes.
type NameForm int

// The forms, by what they say of the domain.
const (
	BareName   NameForm = iota // sAMAccountName: nothing
	DNName                     // its DC= parts are the domain's
	DomainName                 // DOMAIN\name: the domain's short or DNS name
	UPNName                    // name@suffix: the suffix may be a domain's DNS name, and may be any
	SIDName                    // its first part is the domain's SID
)

// FormOf tells the form of a name, and the domain's part of it: of DOMAIN\name and of a UPN.
func FormOf(name string) (form NameForm, domain string) {
	name = strings.TrimSpace(name)
	_, notSID := secdesc.ParseSID(name)
	at, slash := strings.LastIndexByte(name, '@'), strings.IndexByte(name, '\\')
	switch {
	case isDN(name):
		return DNName, ""
	case brokenDN(name) != "":
		return BareName, ""
	case notSID == nil:
		return SIDName, ""
	case at > 0:
		return UPNName, name[at+1:]
	case slash >= 0:
		return DomainName, name[:slash]
	}
	return BareName, ""
}

// InDomain finds the domain that a name says it is of, by its DC= parts, DOMAIN\ or UPN
// suffix. nil: it says none of these. A short name that several domains have is an
// [AmbiguousDomainError].
func InDomain(name string, all []DomainInfo) (*DomainInfo, error) {
	switch form, domain := FormOf(name); form {
	case DNName:
		return deepest(name, all), nil
	case UPNName:
		return byDNS(domain, all), nil
	case DomainName:
		if d := byDNS(domain, all); d != nil {
			return d, nil
		}
		var found []DomainInfo
		for _, d := range all {
			if domain != "" && strings.EqualFold(d.NetBIOS, domain) {
				found = append(found, d)
			}
		}
		if len(found) > 1 {
			return nil, &AmbiguousDomainError{Name: name, Domains: found}
		}
		if len(found) == 1 {
			return &found[0], nil
		}
	}
	return nil, nil
}

func byDNS(domain string, all []DomainInfo) *DomainInfo {
	i := slices.IndexFunc(all, func(d DomainInfo) bool { return domain != "" && strings.EqualFold(d.DNS, domain) })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// deepest is the domain whose root is nearest above a DN.
func deepest(dn string, all []DomainInfo) (best *DomainInfo) {
	for i, d := range all {
		if adperms.DNWithin(dn, d.DN) && (best == nil || adperms.DNWithin(d.DN, best.DN)) {
			best = &all[i]
		}
	}
	return best
}

// AmbiguousDomainError says that several domains have the short name that a name begins with.
type AmbiguousDomainError struct {
	Name    string
	Domains []DomainInfo
}

func (e *AmbiguousDomainError) Error() string {
	short, sam, _ := strings.Cut(e.Name, `\`)
	var forms []string
	for _, d := range e.Domains {
		forms = append(forms, shell.Name(d.DNS+`\`+sam))
	}
	return fmt.Sprintf("%s is ambiguous: %d domains have the short name %s. Name the domain by its DNS name: %s",
		shell.Name(e.Name), len(e.Domains), shell.Name(short), strings.Join(forms, " or "))
}

// NoSuchDomainError says that a name is of none of the domains. It wraps what the DC
// answered, if it was asked.
type NoSuchDomainError struct {
	Name    string
	Domains []DomainInfo
	Err     error
}

func (e *NoSuchDomainError) Error() string {
	return fmt.Sprintf("%s is in no domain of this forest, which has %s: run against a DC of its own forest (--domain, --dc), or check the spelling",
		shell.Name(e.Name), DomainNames(e.Domains))
}

func (e *NoSuchDomainError) Unwrap() error { return e.Err }

// DomainNames lists domains for people.
func DomainNames(all []DomainInfo) string {
	var names []string
	for _, d := range all {
		name := visible.Line(d.DNS)
		if d.NetBIOS != "" {
			name += " (" + visible.Line(d.NetBIOS) + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
