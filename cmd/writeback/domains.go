package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/spf13/pflag"

	"writeback/adperms"
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

// domainList is the flag --domain. settings.domain is always the first one.
type domainList struct {
	s    *settings
	said bool // a value was given: what comes next is a further one
}

func (d *domainList) Set(value string) error {
	if !d.said {
		d.s.nameDomains()
	}
	if d.said = value != ""; d.said {
		return d.Append(value)
	}
	return nil
}

func (d *domainList) Append(value string) error {
	if value = strings.TrimSpace(value); value == "" {
		return usagef("a domain has a name")
	}
	d.s.nameDomains(append(d.s.domains, value)...)
	return nil
}

func (d *domainList) Replace(all []string) error {
	d.s.nameDomains()
	for _, value := range all {
		if err := d.Append(value); err != nil {
			return err
		}
	}
	d.said = len(all) > 0
	return nil
}

func (d *domainList) GetSlice() []string { return d.s.domains }
func (d *domainList) Type() string       { return "stringArray" }
func (d *domainList) String() string {
	if d.s == nil {
		return ""
	}
	return strings.Join(d.s.domains, ",")
}

// nameDomains sets the domains; one that is named twice is one.
func (s *settings) nameDomains(all ...string) {
	s.domain, s.domains = "", nil
	for _, name := range all {
		if !slices.ContainsFunc(s.domains, func(have string) bool { return strings.EqualFold(have, name) }) {
			s.domains = append(s.domains, name)
		}
	}
	if len(s.domains) > 0 {
		s.domain = s.domains[0]
	}
}

// setting is one setting of one domain.
type setting struct {
	name   string
	values []string
	from   string
	found  bool // a DC that DNS named: nobody's word
}

// ofDomain are the settings that can differ from domain to domain.
var ofDomain = []string{"dc", "ca-cert", "tls-pin", "tls-name", "ad-user", "ad-password-file", "kerberos", "keytab", "krb5-conf", "connector", "scope", "class", "unexpire"}

// fromDomains reads the list "domains" of a configuration file.
func (s *settings) fromDomains(path, at string, node ast.Node) error {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return usagef("%s: domains needs a list, each with domain: FQDN and what is special about it", at)
	}
	var names []string
	for _, entry := range list.Values {
		name, own, err := s.fromDomain(path, at, entry)
		if err != nil {
			return err
		}
		if s.apart == nil {
			s.apart = map[string][]setting{}
		}
		names = append(names, name)
		s.apart[strings.ToLower(name)] = own
	}
	return s.set("domain", names, fileOrigin+path)
}

func (s *settings) fromDomain(path, at string, node ast.Node) (name string, own []setting, err error) {
	body, ok := node.(*ast.MappingNode)
	if !ok {
		return "", nil, usagef("%s: each of domains needs domain: FQDN", at)
	}
	for _, entry := range body.Values {
		key, _ := scalar(entry.Key)
		values, err := valuesOf(entry.Value)
		switch {
		case err != nil:
			return "", nil, usagef("%s: %s %w", at, key, err)
		case key == "domain" && len(values) == 1:
			name = values[0]
		case !slices.Contains(ofDomain, key):
			return "", nil, usagef("%s: %q does not differ from domain to domain: these do: domain, %s%s", at, key, strings.Join(ofDomain, ", "), didYouMean(key, ofDomain))
		case values != nil:
			own = append(own, setting{name: key, values: s.besideFile(key, values), from: fileOrigin + path + ownOrigin})
		}
	}
	if name == "" {
		return "", nil, usagef("%s: each of domains needs domain: FQDN", at)
	}
	return name, own, nil
}

// own takes what is special about the first domain, where nothing stronger says
// otherwise.
func (s *settings) own() error {
	for _, o := range s.apart[strings.ToLower(s.domain)] {
		if err := s.set(o.name, o.values, o.from); err != nil {
			return err
		}
	}
	return nil
}

// inDomain are the settings for another one of the domains: the same, but for
// what leads to one DC, and for what is special about it.
func (s *settings) inDomain(name string) (*settings, error) {
	sub := &settings{}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	sub.declare(flags)
	var err error
	flags.VisitAll(func(to *pflag.Flag) {
		from := s.flags.Lookup(to.Name)
		if err != nil || from == nil {
			return
		}
		if list, ok := from.Value.(pflag.SliceValue); ok {
			err = to.Value.(pflag.SliceValue).Replace(list.GetSlice())
			return
		}
		if text := from.Value.String(); text != from.DefValue {
			err = to.Value.Set(text)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("settings for domain %s: %w", name, err)
	}
	sub.flags, sub.all, sub.from = flags, s.all, maps.Clone(s.from)
	sub.nameDomains(name)
	drop := append([]string{"dc", "tls-pin", "tls-name"}, s.special()...)
	if slices.ContainsFunc(s.apart[strings.ToLower(name)], func(o setting) bool { return o.name == "ad-user" }) {
		drop = append(drop, "ad-password-file") // it is another account's
	}
	for _, one := range drop {
		if x := flags.Lookup(one); x != nil {
			if list, ok := x.Value.(pflag.SliceValue); ok {
				err = list.Replace(s.defaults(one))
			} else {
				err = x.Value.Set(x.DefValue)
			}
			delete(sub.from, one)
		}
	}
	for _, o := range s.apart[strings.ToLower(name)] {
		delete(sub.from, o.name)
		if err := sub.set(o.name, o.values, o.from); err != nil {
			return nil, err
		}
		sub.dcFound = sub.dcFound || o.found
	}
	if err == nil {
		err = sub.check()
	}
	return sub, err
}

// special names the settings that the first domain has for itself.
func (s *settings) special() (names []string) {
	for _, o := range s.apart[strings.ToLower(s.domain)] {
		names = append(names, o.name)
	}
	return names
}

func (s *settings) defaults(list string) []string {
	if list == "class" {
		return []string{"user"}
	}
	return nil
}

// namingContext is the DN of a domain's root by its DNS name (RFC 2247).
func namingContext(domain string) string {
	return "DC=" + strings.Join(strings.Split(strings.TrimSuffix(domain, "."), "."), ",DC=")
}

// scopesOf are the scopes that lie in the domain, and not in another one that is
// named and lies deeper.
func (s *settings) scopesOf(domain string, all []string) (out []string) {
	home := func(dn string) (best string) {
		for _, d := range all {
			if adperms.DNWithin(dn, namingContext(d)) && len(d) > len(best) {
				best = d
			}
		}
		return best
	}
	for _, dn := range s.scopes {
		if strings.EqualFold(home(dn), domain) {
			out = append(out, dn)
		}
	}
	return out
}
