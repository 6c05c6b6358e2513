package domain

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// tree is the whole directory: three naming contexts, and the ways to find an
// object in them. It knows no access rights; those are checked by who asks.
type tree struct {
	domain     string // DNS name
	netbios    string
	host       string       // DNS name of the DC
	server     string       // DN of its server object
	sid        secdesc.SID  // of the domain
	invocation secdesc.GUID // of the DC's database
	types      *schema
	nextRID    uint32
	usn        int64 // the last that was given

	root, config, schema *entry // heads of the naming contexts

	first    *tree             // of the forest's root domain; nil: this one
	others   []*tree           // of the forest's other domains; nil: there are none
	phantoms map[string]*entry // what stands here for objects of those, by DN

	byDN   map[string]*entry
	byGUID map[secdesc.GUID]*entry
	bySID  map[secdesc.SID]*entry

	clock func() time.Time
}

func newTree(clock func() time.Time) *tree {
	return &tree{
		types: published, byDN: map[string]*entry{}, byGUID: map[secdesc.GUID]*entry{}, bySID: map[secdesc.SID]*entry{},
		phantoms: map[string]*entry{}, clock: clock,
	}
}

// now is the time as GeneralizedTime can hold it.
func (t *tree) now() time.Time { return t.clock().UTC().Truncate(time.Second) }

func (t *tree) find(dn string) *entry { return t.byDN[keyOf(dn)] }

func (t *tree) deletedObjects() *entry { return t.find("CN=Deleted Objects," + t.root.dn()) }

// attach puts an entry below its parent; nil makes it a naming context's head.
func (t *tree) attach(e, parent *entry) {
	e.parent = parent
	if parent != nil {
		parent.children = append(parent.children, e)
	}
	t.byGUID[e.guid] = e
	if !e.sid.IsZero() {
		t.bySID[e.sid] = e
	}
	e.walk(func(e *entry) { t.byDN[keyOf(e.dn())] = e })
}

// detach takes the entry, with all below it, out of its place. It is still
// found by its GUID and SID.
func (t *tree) detach(e *entry) {
	e.walk(func(e *entry) { delete(t.byDN, keyOf(e.dn())) })
	e.parent.children = drop(e.parent.children, e)
}

// move gives the entry a new name and place.
func (t *tree) move(e *entry, to *entry, name rdn) {
	t.detach(e)
	e.rdn = name
	t.attach(e, to)
	t.inherit(e)
}

// fresh is an entry that is not in the tree yet.
func (t *tree) fresh(c *class, name rdn) *entry {
	e := &entry{
		class: c, rdn: name, values: map[string][]string{}, links: map[string][]*entry{}, back: map[string][]*entry{},
		versions: map[string]stamp{},
	}
	rand.Read(e.guid[:])
	e.guid[7], e.guid[8] = e.guid[7]&0x0f|0x40, e.guid[8]&0x3f|0x80 // RFC 9562 section 5.4
	e.created = t.now()
	e.changed = e.created
	return e
}

// nextSID gives a SID to a new security principal.
func (t *tree) nextSID() secdesc.SID {
	t.nextRID++
	return t.sid.Child(t.nextRID - 1)
}

// wrote records that attributes of the entry were written in one transaction.
func (t *tree) wrote(e *entry, names ...string) {
	if len(names) == 0 {
		return
	}
	t.usn++
	e.changed, e.usnChanged = t.now(), t.usn
	if e.usnCreated == 0 {
		e.usnCreated = t.usn
	}
	for _, n := range names {
		key := strings.ToLower(n)
		e.versions[key] = stamp{e.versions[key].version + 1, e.changed, t.usn}
	}
}

// inherit computes the DACLs of the entry and of all below it afresh: what
// every DC's propagator does after a write or a move (MS-ADTS 3.1.1.5.3.5 and
// 6.1.3). That is no write: no version counts it. A naming context's head
// inherits nothing.
func (t *tree) inherit(e *entry) {
	if !e.isHead() && !e.sd.Protected() {
		e.sd.DACL = adperms.ChildDACL(e.parent.sd.DACL, e.sd, e.class.guid)
		own := len(e.sd.DACL.Explicit())
		e.sd.DACL.ACEs = append(e.sd.DACL.ACEs[:own], inherited(e.sd.DACL.ACEs[own:])...)
		e.sd.Control |= secdesc.DACLAutoInherited
	}
	for _, c := range e.children {
		t.inherit(c)
	}
}

// taken says that another principal has the account name.
func (t *tree) taken(sam string, but *entry) bool {
	if sam == "" {
		return false
	}
	for _, e := range t.byGUID {
		if e != but && !e.deleted && strings.EqualFold(e.one("sAMAccountName"), sam) {
			return true
		}
	}
	return false
}

// takenUPN says the same of the userPrincipalName.
func (t *tree) takenUPN(upn string, but *entry) bool {
	if upn == "" {
		return false
	}
	for _, e := range t.byGUID {
		if e != but && !e.deleted && strings.EqualFold(e.one("userPrincipalName"), upn) {
			return true
		}
	}
	return false
}

// canonical is the DN as a path (MS-ADTS 3.1.1.4.5.15).
func (t *tree) canonical(e *entry) string {
	var names []string
	for ; e.parent != nil; e = e.parent {
		names = append(names, strings.ReplaceAll(e.rdn.value, "/", `\/`))
	}
	path := t.domain + "/"
	if e != t.root {
		path = t.forest().domain + "/"
	}
	if e == t.config || e == t.schema {
		path += "Configuration/"
	}
	if e == t.schema {
		path += "Schema/"
	}
	for i := len(names) - 1; i >= 0; i-- {
		path += names[i]
		if i > 0 {
			path += "/"
		}
	}
	return path
}

// stampText writes a time as GeneralizedTime, as AD does.
func stampText(at time.Time) string { return at.UTC().Format("20060102150405.0Z") }

// fileTime is a time in units of 100 ns since 1601 (MS-DTYP 2.3.3).
func fileTime(at time.Time) int64 { return (at.Unix() + 11644473600) * 10_000_000 }

func fromFileTime(n int64) time.Time { return time.Unix(n/10_000_000-11644473600, 0).UTC() }

func parseNumber(s string) int64 {
	var n int64
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil {
		return 0
	}
	return n
}
