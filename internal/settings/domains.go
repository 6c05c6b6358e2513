package settings

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"writeback/adperms"
	"writeback/internal/spelling"
)

// Several domains are one plan, one approval and one journal. The first of them
// is the one that everything else goes by (the tenant, the state directory);
// what differs from domain to domain stands in the configuration file:
//
//	domains:
//	  - domain: corp.example
//	    connector: MSOL_1f2e3d4c5b6a
//	  - domain: other.example
//	    dc: ldaps://dc1.other.example
//	    ad-user: admin@other.example

// listOfDomains is the key of that list.
const listOfDomains = "domains"

// Domain is the first of the domains that are named; "": none is.
func (s *Settings) Domain() string {
	if all := Domains.Of(s); len(all) > 0 {
		return all[0]
	}
	return ""
}

// NameDomains sets the domains that are meant; one that is named twice is one.
func (s *Settings) NameDomains(from Origin, names ...string) {
	v, _ := eachOnce(slices.DeleteFunc(slices.Clone(names), func(name string) bool { return strings.TrimSpace(name) == "" }))
	Domains.Put(s, v, from)
}

// eachOnce are names of domains without those that are there already.
func eachOnce(names []string) (out []string, err error) {
	for _, name := range names {
		if name = strings.TrimSpace(name); name == "" {
			return nil, Usagef("a domain has a name")
		}
		if !slices.ContainsFunc(out, func(have string) bool { return strings.EqualFold(have, name) }) {
			out = append(out, name)
		}
	}
	return out, nil
}

// fromDomains reads the list "domains" of a configuration file.
func (s *Settings) fromDomains(path, at string, node ast.Node) error {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return Usagef("%s: domains needs a list, each with domain: FQDN and what is special about it", at)
	}
	var names []string
	for _, entry := range list.Values {
		name, own, err := s.fromDomain(path, at, entry)
		if err != nil {
			return err
		}
		if s.apart == nil {
			s.apart = map[string][]given{}
		}
		names = append(names, name)
		s.apart[strings.ToLower(name)] = own
	}
	return s.set(Domains.Setting, names, Origin{Kind: IsFile, Name: path})
}

func (s *Settings) fromDomain(path, at string, node ast.Node) (name string, own []given, err error) {
	body, ok := node.(*ast.MappingNode)
	if !ok {
		return "", nil, Usagef("%s: each of domains needs domain: FQDN", at)
	}
	differ := names(With(PerDomain))
	for _, entry := range body.Values {
		key, _ := scalar(entry.Key)
		values, err := valuesOf(entry.Value)
		switch {
		case err != nil:
			return "", nil, Usagef("%s: %s %w", at, key, err)
		case key == Domains.Name && len(values) == 1:
			name = values[0]
		case !slices.Contains(differ, key):
			return "", nil, Usagef("%s: %q does not differ from domain to domain: these do: domain, %s%s", at, key, strings.Join(differ, ", "), spelling.DidYouMean(key, differ))
		case values != nil:
			x := s.Named(key)
			own = append(own, given{of: x, values: s.besideFile(x, values), from: Origin{Kind: IsFile, Name: path, Own: true}})
		}
	}
	if name == "" {
		return "", nil, Usagef("%s: each of domains needs domain: FQDN", at)
	}
	return name, own, nil
}

// own takes what is special about the first domain, where nothing stronger says
// otherwise.
func (s *Settings) own() error {
	for _, o := range s.apart[strings.ToLower(s.Domain())] {
		if err := s.set(o.of, o.values, o.from); err != nil {
			return err
		}
	}
	return nil
}

// InDomain are the settings for another one of the domains: the same, but for
// what leads to one DC, and for what is special about it.
//
// Errors: [UsageError].
func (s *Settings) InDomain(name string) (*Settings, error) {
	sub := s.Clone()
	special := s.apart[strings.ToLower(name)]
	sub.apart, sub.overruled, sub.folder, sub.DCFound = nil, nil, "", false
	sub.NameDomains(s.Origin(Domains), name)
	drop := []*Setting{DC.Setting, TLSPin.Setting, TLSName.Setting}
	for _, o := range s.apart[strings.ToLower(s.Domain())] { // the first domain has it for itself
		drop = append(drop, o.of)
	}
	for _, o := range special {
		if o.of == ADUser.Setting {
			drop = append(drop, ADPasswordFile.Setting) // it is another account's
		}
		drop = append(drop, o.of)
	}
	for _, x := range drop {
		delete(sub.values, x)
	}
	for _, o := range special {
		if err := sub.set(o.of, o.values, o.from); err != nil {
			return nil, err
		}
		sub.DCFound = sub.DCFound || o.found
	}
	return sub, sub.Check()
}

// At are the settings for other DCs of a domain than the one that was named: the
// certificate of each is looked at by the DC's own name, and a pin is another
// certificate's.
func (s *Settings) At(domain string) *Settings {
	out := s.Clone()
	out.NameDomains(s.Origin(Domains), domain)
	TLSName.Put(out, "", s.Origin(TLSName))
	TLSPin.Put(out, "", s.Origin(TLSPin))
	return out
}

// namingContext is the DN of a domain's root by its DNS name (RFC 2247).
func namingContext(domain string) string {
	return "DC=" + strings.Join(strings.Split(strings.TrimSuffix(domain, "."), "."), ",DC=")
}

// ScopesOf are the scopes that lie in a domain, and not in another one that is
// named and lies deeper.
func (s *Settings) ScopesOf(domain string, all []string) (out []string) {
	home := func(dn string) (best string) {
		for _, d := range all {
			if adperms.DNWithin(dn, namingContext(d)) && len(d) > len(best) {
				best = d
			}
		}
		return best
	}
	for _, dn := range Scopes.Of(s) {
		if strings.EqualFold(home(dn), domain) {
			out = append(out, dn)
		}
	}
	return out
}

// withoutTrust are the values of a domain but those that say whom to trust.
func withoutTrust(list []given) []given {
	return slices.DeleteFunc(slices.Clone(list), func(o given) bool { return o.of.Has(Trusted) })
}

// ofEach is a copy of what differs from domain to domain.
func (s *Settings) ofEach() map[string][]given {
	if s.apart == nil {
		return map[string][]given{}
	}
	return maps.Clone(s.apart)
}
