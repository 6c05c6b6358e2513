package domain

import (
	"strings"

	"writeback/adperms/secdesc"
	"writeback/internal/ber"
)

// add makes an object (MS-ADTS 3.1.1.5.2). The schema here does not say which
// attributes a class may have, so that more is taken than a DC takes.
func (w *world) add(c *caller, r *request) *failure {
	dn := r.body.text()
	values := map[string][]string{}
	var order []string
	for all := within(r.body.take(ber.Sequence)); all.more(); {
		name, of, err := readAttribute(within(all.take(ber.Sequence)))
		if r.body.err = firstOf(firstOf(r.body.err, all.err), err); r.body.err != nil {
			break
		}
		key := strings.ToLower(name)
		if _, twice := values[key]; twice || len(of) == 0 {
			return badValue(name)
		}
		values[key], order = of, append(order, key)
	}
	parts, ok := splitDN(dn)
	switch {
	case r.body.err != nil:
		return ldapErr(protocolError, 0x57, "Error decoding ldap message")
	case !ok || len(parts) < 2:
		return notDN()
	}
	parent, failed := w.base(c, &query{base: joinDN(parts[1:])})
	if failed != nil {
		return failed
	}
	if w.find(dn) != nil {
		return fail(entryExists, 0x2071, "UpdErr: DSID-00000000, problem 6005 (ENTRY_EXISTS), data 0")
	}
	e, failed := w.newChild(c, parent, parts[0], values)
	if failed != nil {
		return failed
	}
	d := w.draft(nil, e, r.controls) // who may create a child may give it all its values
	if failed := d.fill(order, values); failed != nil {
		return failed
	}
	if d.sd != nil {
		e.sd = d.sd
	}
	if e.class.principal() {
		e.sid = w.nextSID()
	}
	w.attach(e, parent)
	d.sd = e.sd
	d.commit()
	return nil
}

// newChild is the object with what its class and its creator give it.
func (w *world) newChild(c *caller, parent *entry, name rdn, values map[string][]string) (*entry, *failure) {
	var of *class
	for _, n := range values["objectclass"] {
		k := w.types.class(n)
		if k == nil {
			return nil, ldapErr(noSuchAttribute, 0x57, "Error in attribute conversion operation")
		}
		if of == nil || k.is(of.name) {
			of = k
		}
	}
	switch {
	case of == nil:
		return nil, fail(objectClassWrong, 0x2014, "UpdErr: DSID-00000000, problem 6002 (OBJ_CLASS_VIOLATION), data 0")
	case !strings.EqualFold(of.naming, name.kind):
		return nil, fail(namingViolation, 0x2099, "NameErr: DSID-00000000, problem 2005 (NAMING_VIOLATION), data 0, best match of:\n\t''\n")
	case parent.head() == w.schema:
		return nil, unwillingTo(0x20b1)
	case !w.may(c, parent, child(secdesc.CreateChild, of)):
		return nil, denied()
	}
	e := w.fresh(of, rdn{strings.ToUpper(name.kind), name.value})
	e.sd = w.defaultDescriptor(of, w.ownerFor(c))
	e.put("instanceType", "4")
	for _, n := range []string{"objectClass", "objectGUID", "nTSecurityDescriptor", "whenCreated", "name", of.naming, "instanceType"} {
		w.touchNew(e, n)
	}
	return e, nil
}

// touchNew counts the first write of an attribute that the DC itself makes.
func (w *world) touchNew(e *entry, name string) {
	e.versions[strings.ToLower(name)] = stamp{1, e.created, w.usn + 1}
}

// ownerFor is who owns what the caller makes: what a domain administrator makes
// belongs to Domain Admins (MS-ADTS 6.1.3.4).
func (w *world) ownerFor(c *caller) secdesc.SID {
	if admins := w.sid.Child(ridDomainAdmins); c.token.Has(admins) {
		return admins
	}
	if e := w.byGUID[c.guid]; e != nil {
		return e.sid
	}
	return administrators
}

// fill gives a new object the values that came with it, and a principal what
// every principal has.
func (d *draft) fill(order []string, values map[string][]string) *failure {
	e := d.e
	if e.class.principal() {
		if failed := d.preset(values); failed != nil {
			return failed
		}
	}
	var later []change
	for _, key := range order {
		a := d.w.types.described(key)
		switch {
		case a == nil:
			return ldapErr(noSuchAttribute, 0x57, "Error in attribute conversion operation")
		case a.name == "objectClass" || a.key == e.class.naming || a.name == "name" || a.name == "instanceType" || a.name == "objectCategory":
			continue
		case a.name == "nTSecurityDescriptor":
			d.ctl.sdParts = allParts &^ partSACL
			if given, err := secdesc.Parse([]byte(values[key][0])); err == nil && given.Owner.IsZero() {
				d.ctl.sdParts &^= partOwner
			}
		}
		later = append(later, change{changeReplace, a, values[key]})
	}
	if failed := d.password(later); failed != nil {
		return failed
	}
	for _, ch := range later {
		if ch.attr.name == "unicodePwd" {
			continue
		}
		if failed := d.apply(ch); failed != nil {
			return failed
		}
	}
	return d.enabledNeedsPassword()
}

// preset is what a DC gives a principal that came without (MS-SAMR 3.1.1.8).
func (d *draft) preset(values map[string][]string) *failure {
	put := func(name, value string) {
		d.values[strings.ToLower(name)] = []string{value}
		d.touch(name)
	}
	if _, given := values["samaccountname"]; !given {
		put("sAMAccountName", "$"+strings.ToUpper(d.e.guid.String()[:13]))
	}
	if d.e.class.is("group") {
		put("groupType", numberText(groupGlobal|groupSecurity))
		put("sAMAccountType", samGroup)
		return nil
	}
	put("userAccountControl", numberText(uacNormal|uacDisabled|uacNotRequired))
	put("accountExpires", numberText(never))
	put("pwdLastSet", "0")
	put("badPwdCount", "0")
	put("primaryGroupID", numberText(ridDomainUsers))
	put("sAMAccountType", samUser)
	if d.e.class.is("computer") {
		put("primaryGroupID", numberText(ridDomainComputers))
		put("sAMAccountType", samMachine)
	}
	return nil
}

// enabledNeedsPassword refuses an enabled account without a password that the
// policy would take.
func (d *draft) enabledNeedsPassword() *failure {
	if !d.e.class.is("user") || d.secret != nil {
		return nil
	}
	uac := parseNumber(d.values["useraccountcontrol"][0])
	if uac&(uacDisabled|uacNotRequired|uacWorkstation|uacServer) == 0 && d.w.policyFor(d.e).minLength > 0 {
		return againstPolicy()
	}
	return nil
}

// Values of sAMAccountType (MS-SAMR 2.2.1.9).
const (
	samUser    = "805306368"
	samMachine = "805306369"
	samTrust   = "805306370"
	samGroup   = "268435456"
	samAlias   = "536870912"
)
