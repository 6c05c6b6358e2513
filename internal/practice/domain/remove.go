package domain

import (
	"strings"

	"writeback/adperms/secdesc"
)

// remove makes a tombstone of an object (MS-ADTS 3.1.1.5.5): it moves to CN=Deleted
// Objects under a name that no other has, and keeps little more than who it was.
// There is no recycle bin.
func (w *world) remove(c *caller, r *request) *failure {
	dn := r.body.text()
	if r.body.err != nil {
		return ldapErr(protocolError, 0x57, "Error decoding ldap message")
	}
	e, failed := w.base(c, &query{base: dn})
	if failed != nil {
		return failed
	}
	switch {
	case e.isHead() || e.one("isCriticalSystemObject") == "TRUE" || e.head() != w.root:
		return unwillingTo(0x2089)
	case len(e.children) > 0 && !r.treeDelete:
		return fail(notOnNonLeaf, 0x2015, "UpdErr: DSID-00000000, problem 6003 (CANT_ON_NON_LEAF), data 0")
	case len(e.children) > 0 && !w.may(c, e, only(secdesc.DeleteTree)), len(e.children) == 0 && !w.mayDelete(c, e):
		return denied()
	}
	var all []*entry
	e.walk(func(e *entry) { all = append(all, e) })
	for i := len(all) - 1; i >= 0; i-- { // the lowest first
		w.bury(all[i])
	}
	return nil
}

// mayDelete: DELETE on the object, or DELETE_CHILD on its parent.
func (t *tree) mayDelete(c *caller, e *entry) bool {
	return t.may(c, e, only(secdesc.Delete)) || t.may(c, e.parent, child(secdesc.DeleteChild, e.class))
}

// keptWhenDeleted are the stored values that a tombstone keeps (MS-ADTS
// 3.1.1.5.5.1.1).
var keptWhenDeleted = []string{"samaccountname", "useraccountcontrol", "instancetype", "grouptype"}

func (t *tree) bury(e *entry) {
	was := e.parent.dn()
	e.unlinkAll()
	kept := map[string][]string{}
	for _, name := range keptWhenDeleted {
		if v, ok := e.values[name]; ok {
			kept[name] = v
		}
	}
	e.values, e.secret, e.deleted = kept, nil, true
	e.put("lastKnownParent", was)
	t.detach(e)
	e.rdn.value += "\nDEL:" + e.guid.String()
	t.attach(e, t.deletedObjects())
	t.inherit(e)
	t.wrote(e, "isDeleted", "lastKnownParent", "name")
}

// rename is ModifyDN: a new name, a new place, or both (MS-ADTS 3.1.1.5.4).
func (w *world) rename(c *caller, r *request) *failure {
	dn := r.body.text()
	newName := r.body.text()
	r.body.flag() // deleteoldrdn: AD has one naming value
	place, moved := r.body.maybe(contextTag(0, false))
	parts, ok := splitDN(newName)
	switch {
	case r.body.err != nil:
		return ldapErr(protocolError, 0x57, "Error decoding ldap message")
	case !ok || len(parts) != 1:
		return notDN()
	}
	e, failed := w.base(c, &query{base: dn})
	if failed != nil {
		return failed
	}
	if e.isHead() || e.head() == w.schema {
		return unwillingTo(0x2089)
	}
	to := e.parent
	if moved {
		if to, failed = w.base(c, &query{base: string(place.body)}); failed != nil {
			return failed
		}
	}
	name := rdn{e.rdn.kind, parts[0].value}
	switch {
	case !strings.EqualFold(parts[0].kind, e.rdn.kind):
		return fail(namingViolation, 0x2099, "NameErr: DSID-00000000, problem 2005 (NAMING_VIOLATION), data 0, best match of:\n\t''\n")
	case to.below(e) || to.head() != e.head():
		return unwillingTo(0x2089)
	case to != e.parent && (!w.mayDelete(c, e) || !w.may(c, to, child(secdesc.CreateChild, e.class))):
		return denied()
	case name != e.rdn && (!w.may(c, e, w.types.must("name").write()) || !w.may(c, e, w.types.must(e.class.naming).write())):
		return denied()
	}
	if there := w.byDN[name.key()+","+keyOf(to.dn())]; there != nil && there != e {
		return fail(entryExists, 0x2071, "UpdErr: DSID-00000000, problem 6005 (ENTRY_EXISTS), data 0")
	}
	w.move(e, to, name)
	w.wrote(e, "name", e.class.naming)
	return nil
}
