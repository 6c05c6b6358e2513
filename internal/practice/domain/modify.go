package domain

import (
	"maps"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/ber"
)

// Kinds of change (RFC 4511 section 4.6).
const (
	changeAdd     = 0
	changeDelete  = 1
	changeReplace = 2
)

// change is one change of a modify.
type change struct {
	kind   int64
	attr   *attribute
	values []string
}

// draft is an entry that is being changed. The entry itself is touched by commit
// alone, when nothing can fail any more.
type draft struct {
	w       *world
	who     *caller // nil: the DC itself, which nobody refuses
	e       *entry
	ctl     controls
	values  map[string][]string
	links   map[string][]*entry
	sd      *secdesc.Descriptor // nil: as it is
	secret  *Secret             // nil: as it is
	touched []string
}

func (w *world) draft(c *caller, e *entry, ctl controls) *draft {
	return &draft{w: w, who: c, e: e, ctl: ctl, values: maps.Clone(e.values), links: maps.Clone(e.links)}
}

func (w *world) modify(c *caller, r *request) *failure {
	dn := r.body.text()
	changes, failed := readChanges(w.types, r.body)
	if failed != nil {
		return failed
	}
	e, failed := w.base(c, &query{base: dn, controls: r.controls})
	if failed != nil {
		return failed
	}
	if e.head() == w.schema {
		return unwillingTo(0x20b1)
	}
	d := w.draft(c, e, r.controls)
	if failed := d.password(changes); failed != nil {
		return failed
	}
	for _, ch := range changes {
		if ch.attr.name == "unicodePwd" {
			continue
		}
		if failed := d.apply(ch); failed != nil {
			return failed
		}
	}
	d.commit()
	return nil
}

func readChanges(types *schema, c *cursor) (out []change, failed *failure) {
	for all := within(c.take(ber.Sequence)); all.more(); {
		one := within(all.take(ber.Sequence))
		ch := change{kind: one.number(ber.Enumerated)}
		partial := within(one.take(ber.Sequence))
		name, values, err := readAttribute(partial)
		if c.err = firstOf(firstOf(c.err, all.err), firstOf(one.err, err)); c.err != nil || ch.kind > changeReplace || ch.kind < changeAdd {
			return nil, ldapErr(protocolError, 0x57, "Error decoding ldap message")
		}
		if ch.attr, ch.values = types.described(name), values; ch.attr == nil {
			return nil, ldapErr(noSuchAttribute, 0x57, "Error in attribute conversion operation")
		}
		out = append(out, ch)
	}
	if c.err != nil {
		return nil, ldapErr(protocolError, 0x57, "Error decoding ldap message")
	}
	return out, nil
}

// readAttribute reads a name and its values.
func readAttribute(c *cursor) (name string, values []string, err error) {
	name = c.text()
	all := within(c.take(ber.Set))
	for all.more() {
		values = append(values, all.text())
	}
	return name, values, firstOf(c.err, all.err)
}

// allowed asks for a right on the entry.
func (d *draft) allowed(want adperms.Right) bool {
	return d.who == nil || d.w.may(d.who, d.e, want)
}

// onDomain asks for a right on the domain's root object, where a DC looks for
// those that are about all accounts (MS-SAMR 3.1.1.8).
func (d *draft) onDomain(cn string) bool {
	return d.who == nil || d.w.may(d.who, d.w.root, d.w.types.extended(cn))
}

// apply makes one change in the draft.
func (d *draft) apply(ch change) *failure {
	a := ch.attr
	if a.name == "nTSecurityDescriptor" {
		return d.descriptor(ch)
	}
	switch {
	case a.name == "name" || a.key == d.e.class.naming || strings.EqualFold(a.name, d.e.rdn.kind):
		return fail(notOnRDN, 0x20b1, "UpdErr: DSID-00000000, problem 6004 (CANT_ON_RDN), data 0")
	case a.systemOnly || a.constructed || a.backward():
		return constraint(0x20b1, a.name) // ERROR_DS_CANT_MOD_SYSTEM_ONLY
	case !d.allowed(a.write()):
		return denied()
	case a.forward():
		return d.relink(ch)
	}
	values, failed := d.edited(ch, d.values[a.key])
	if failed == nil {
		values, failed = d.checked(a, values)
	}
	if failed != nil {
		return failed
	}
	if len(values) == 0 {
		delete(d.values, a.key)
	} else {
		d.values[a.key] = values
	}
	d.touch(a.name)
	return nil
}

func (d *draft) touch(name string) {
	if !slices.Contains(d.touched, name) {
		d.touched = append(d.touched, name)
	}
}

// edited are the values after the change.
func (d *draft) edited(ch change, have []string) ([]string, *failure) {
	same := func(want string) func(string) bool {
		return func(s string) bool { return equal(d.w.tree, ch.attr, s, want) }
	}
	out := slices.Clone(have)
	if ch.kind == changeReplace || ch.kind == changeDelete && len(ch.values) == 0 {
		if ch.kind == changeDelete && len(have) == 0 && !d.ctl.permissive {
			return nil, ldapErr(noSuchAttribute, 0x2085, "the attribute is not there")
		}
		out = nil
	}
	for _, v := range ch.values {
		i := slices.IndexFunc(out, same(v))
		switch {
		case ch.kind == changeDelete && i >= 0:
			out = slices.Delete(out, i, i+1)
		case ch.kind == changeDelete && !d.ctl.permissive:
			return nil, ldapErr(noSuchAttribute, 0x2085, "the value is not there")
		case ch.kind == changeAdd && i >= 0 && !d.ctl.permissive, ch.kind == changeReplace && i >= 0:
			return nil, fail(valueExists, 0x2083, "AtrErr: DSID-00000000, problem 1006 (ATT_OR_VALUE_EXISTS), data 0, Att (%s)", ch.attr.name)
		case ch.kind != changeDelete && i < 0:
			out = append(out, v)
		}
	}
	if ch.attr.single && len(out) > 1 {
		return nil, constraint(0x2081, ch.attr.name) // ERROR_DS_SINGLE_VALUE_CONSTRAINT
	}
	return out, nil
}

// relink changes a forward link: its values are DNs of objects that are there.
func (d *draft) relink(ch change) *failure {
	var targets []*entry
	for _, dn := range ch.values {
		to := d.w.named(dn)
		if to == nil {
			to = d.w.phantom(dn)
		}
		if to == nil || to.deleted {
			return missing(d.w.nearest(dn))
		}
		if d.w.phantoms[keyOf(dn)] == to && ch.attr.name == "member" && parseNumber(strings.Join(d.values["grouptype"], ""))&groupGlobal != 0 {
			return unwillingTo(0x2147) // ERROR_DS_GLOBAL_CANT_HAVE_CROSSDOMAIN_MEMBER
		}
		if to == d.e && ch.attr.name == "member" {
			return unwillingTo(0x2146) // a group in itself
		}
		targets = append(targets, to)
	}
	have := slices.Clone(d.links[ch.attr.key])
	if ch.kind == changeReplace || ch.kind == changeDelete && len(targets) == 0 {
		have = nil
	}
	for _, to := range targets {
		there := slices.Contains(have, to)
		switch {
		case ch.kind == changeDelete && there:
			have = drop(have, to)
		case ch.kind == changeDelete && !d.ctl.permissive:
			return unwillingTo(0x561) // ERROR_MEMBER_NOT_IN_ALIAS
		case ch.kind == changeAdd && there && !d.ctl.permissive:
			return fail(entryExists, 0x562, "UpdErr: DSID-00000000, problem 6005 (ENTRY_EXISTS), data 0")
		case ch.kind != changeDelete && !there:
			have = append(have, to)
		}
	}
	if ch.attr.single && len(have) > 1 {
		return constraint(0x2081, ch.attr.name)
	}
	d.links[ch.attr.key] = have
	d.touch(ch.attr.name)
	return nil
}

// commit puts the draft in the place of what the entry was.
func (d *draft) commit() {
	e := d.e
	e.values = d.values
	for _, key := range slices.Collect(maps.Keys(d.links)) {
		for _, old := range slices.Clone(e.links[key]) {
			if !slices.Contains(d.links[key], old) {
				e.unlink(key, old)
			}
		}
		for _, to := range d.links[key] {
			e.link(key, to)
		}
	}
	if d.secret != nil {
		e.secret = d.secret
	}
	d.w.wrote(e, d.touched...)
	if d.sd != nil {
		e.sd = d.sd
		d.w.inherit(e)
	}
}
