package domain

import (
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// What a DC knows of the other domains of its forest: the naming contexts that crossRef
// objects name, whoever signs in from there, and phantoms of objects that are in its groups.

// forest is the tree of the forest's root domain.
func (t *tree) forest() *tree {
	if t.first != nil {
		return t.first
	}
	return t
}

// phantom is what stands here for an object of another domain of the forest, so that links
// lead to it; nil: there is no such object. It is found by no search. Unlike a DC's it does
// not follow when the object is renamed.
func (t *tree) phantom(dn string) *entry {
	key := keyOf(dn)
	if p := t.phantoms[key]; p != nil {
		return p
	}
	for _, o := range t.others {
		e := o.find(dn)
		if e == nil || e.deleted {
			continue
		}
		p := &entry{guid: e.guid, sid: e.sid, class: e.class, rdn: e.rdn, suffix: strings.TrimPrefix(e.dn(), e.rdn.String()),
			values: map[string][]string{}, links: map[string][]*entry{}, back: map[string][]*entry{}}
		t.phantoms[key] = p
		return p
	}
	return nil
}

// whose finds who signs in, and the domain of the account: this one, or another one of the
// forest where the name says its domain.
func (t *tree) whose(name string) (*tree, *entry) {
	if e := t.account(name); e != nil || !strings.ContainsAny(name, `\@`) {
		return t, e
	}
	for _, o := range t.others {
		if e := o.account(name); e != nil {
			return o, e
		}
	}
	return t, nil
}

// visitor is who signs in from another domain: with the groups there that are not that
// domain's alone, and the groups here that hold the account or one of these.
func (t *tree) visitor(home *tree, e *entry) *caller {
	from := []*entry{e}
	if p := home.primaryGroup(e); p != nil {
		from = append(from, p)
	}
	for _, g := range home.containers(security, from...) {
		if g.number("groupType")&groupLocal == 0 {
			from = append(from, g)
		}
	}
	var groups []secdesc.SID
	var here []*entry
	for _, x := range from {
		if x != e && !slices.Contains(groups, x.sid) {
			groups = append(groups, x.sid)
		}
		if p := t.phantoms[keyOf(x.dn())]; p != nil {
			here = append(here, p)
		}
	}
	for _, g := range t.containers(security, here...) {
		groups = append(groups, g.sid)
	}
	return &caller{guid: e.guid, name: home.netbios + `\` + e.one("sAMAccountName"), token: adperms.NewToken(e.sid, t.withCrowds(groups)...)}
}

// partition is a naming context that another server has, and where it is to be asked for.
type partition struct{ dn, host string }

// contexts are those that crossRef objects name and this DC does not have.
func (t *tree) contexts() (out []partition) {
	parts := t.find("CN=Partitions," + t.config.dn())
	if parts == nil {
		return nil
	}
	own := []string{keyOf(t.root.dn()), keyOf(t.config.dn()), keyOf(t.schema.dn())}
	for _, c := range parts.children {
		if nc := c.one("nCName"); c.class.is("crossRef") && !c.deleted && nc != "" && !slices.Contains(own, keyOf(nc)) && c.one("dnsRoot") != "" {
			out = append(out, partition{nc, c.one("dnsRoot")})
		}
	}
	return out
}

// continuations are the references to the naming contexts right below the base, which a
// search of a subtree does not reach (MS-ADTS 3.1.1.4.6): other domains and application
// partitions first, the configuration last, as Windows has them.
func (t *tree) continuations(base *entry, q *query) (out [][]byte) {
	if q.scope != scopeTree || q.domainScope || !base.isHead() { // others hang below heads
		return nil
	}
	top, below := keyOf(base.dn()), t.contexts()
	if !q.phantomRoot { // which goes into these
		for _, nc := range []*entry{t.config, t.schema} {
			below = append(below, partition{nc.dn(), t.forest().domain})
		}
	}
	for _, nc := range below {
		at := keyOf(nc.dn)
		if at == top || !keyWithin(at, top) {
			continue
		}
		between := func(other partition) bool {
			key := keyOf(other.dn)
			return key != at && keyWithin(at, key) && key != top && keyWithin(key, top)
		}
		if !slices.ContainsFunc(below, between) {
			out = append(out, reference(nc.host, nc.dn))
		}
	}
	return out
}

// reference is a SearchResultReference (RFC 4511 section 4.5.3).
func reference(host, dn string) []byte { return tlv(opSearchRefers, octets(pointer(host, dn))) }

// pointer is a URL as a DC writes it, the DN as it is (MS-ADTS 3.1.1.4.6).
func pointer(host, dn string) string { return "ldap://" + host + "/" + dn }

// keyWithin says that a DN, by its key, is another one or below it.
func keyWithin(key, top string) bool { return key == top || strings.HasSuffix(key, ","+top) }

// parentDN is the DN of what an object is below.
func parentDN(dn string) string {
	parts, _ := splitDN(dn)
	if len(parts) < 2 {
		return ""
	}
	return joinDN(parts[1:])
}
