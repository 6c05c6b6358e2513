package domain

import (
	"crypto/sha256"
	"strings"
	"time"

	"writeback/adperms/secdesc"
)

// A fresh company is the same each time, down to its GUIDs and SIDs, so that
// what people see while practising is what the documents show. Only the times
// go with the clock.

const (
	companyDomain  = "corp.contoso.com"
	companyNetBIOS = "CONTOSO"
	companySID     = "S-1-5-21-3141592653-2718281828-1618033988"
	firstRID       = 1104
	companyAge     = 400 * 24 * time.Hour
)

// found makes a world with a fresh company in it.
func found(clock func() time.Time) *world {
	f := founding(clock, companyDomain, companyNetBIOS, secdesc.MustSID(companySID), nil)
	f.domainHead()
	f.configuration()
	f.builtin()
	f.company()
	f.w.inherit(f.w.root)
	f.w.inherit(f.w.config)
	return f.w
}

// founder makes objects as the setup of a domain does: nobody is asked.
type founder struct {
	w  *world
	at time.Time
}

// founding begins a domain: the root of a forest, or where first is not nil, another
// domain of that one's forest.
func founding(clock func() time.Time, domain, netbios string, sid secdesc.SID, first *tree) *founder {
	t := newTree(clock)
	t.domain, t.netbios, t.sid, t.nextRID = domain, netbios, sid, firstRID
	t.host, t.server = "dc1."+domain, "CN=DC1,CN=Servers,CN=Default-First-Site-Name,CN=Sites,CN=Configuration,"+domainDN(domain)
	if first != nil {
		t.first, t.types = first, first.types
		name := netbios + "-DC1"
		t.host, t.server = strings.ToLower(name)+"."+domain, "CN="+name+","+parentDN(first.server)
	}
	forest := domainDN(t.forest().domain)
	f := &founder{w: &world{tree: t, started: t.now()}, at: t.now().Add(-companyAge)}
	t.invocation = f.guid("the DC's database")
	t.root = f.head("domainDNS", domainDN(domain), rootSDDL)
	t.config = f.head("configuration", "CN=Configuration,"+forest, configSDDL)
	t.schema = f.head("dMD", "CN=Schema,CN=Configuration,"+forest, configSDDL)
	f.schemaObjects()
	return f
}

// configSDDL: everybody who has signed in may read the forest's configuration,
// its administrators may change it.
const configSDDL = "O:EAG:EAD:AI(A;CI;$read;;;AU)(A;CI;$all;;;EA)(A;CI;$most;;;DA)(A;CI;$all;;;SY)"

// guid is always the same for the same name.
func (f *founder) guid(name string) secdesc.GUID {
	sum := sha256.Sum256([]byte("practice domain\n" + strings.ToLower(name)))
	g := secdesc.GUID(sum[:16])
	g[7], g[8] = g[7]&0x0f|0x80, g[8]&0x3f|0x80 // RFC 9562 section 5.8
	return g
}

func (f *founder) head(class, dn, sddl string) *entry {
	parts, _ := splitDN(dn)
	e := f.w.fresh(f.w.types.class(class), parts[0])
	e.suffix = strings.TrimPrefix(dn, parts[0].String())
	e.guid, e.sd = f.guid(dn), f.w.parseSDDL(sddl)
	if class == "domainDNS" {
		e.sid = f.w.sid
	}
	e.put("instanceType", "5")
	f.done(e, nil)
	return e
}

// attrs are attribute values: name, value, name, value …; a name may come again.
type attrs []string

// object adds an object below parent. name is an RDN, as CN=Users.
func (f *founder) object(parent *entry, class, name string, values attrs) *entry {
	kind, value, _ := strings.Cut(name, "=")
	c := f.w.types.class(class)
	e := f.w.fresh(c, rdn{kind, value})
	e.guid = f.guid(name + "," + parent.dn())
	e.sd = f.w.defaultDescriptor(c, f.w.sid.Child(ridDomainAdmins))
	e.put("instanceType", "4")
	for i := 0; i+1 < len(values); i += 2 {
		e.put(values[i], append(e.values[strings.ToLower(values[i])], values[i+1])...)
	}
	f.done(e, parent)
	return e
}

// principal is object with a SID; rid 0 takes the next one.
func (f *founder) principal(parent *entry, class, name, sam string, rid uint32, values attrs) *entry {
	e := f.object(parent, class, name, append(attrs{"sAMAccountName", sam}, values...))
	if rid == 0 {
		rid = f.w.nextRID
		f.w.nextRID++
	}
	f.name(e, f.w.sid.Child(rid))
	return e
}

// name gives an entry its SID.
func (f *founder) name(e *entry, sid secdesc.SID) {
	e.sid = sid
	f.w.bySID[sid] = e
}

// done puts an entry in its place, with all it has counted as one write.
func (f *founder) done(e, parent *entry) {
	f.w.attach(e, parent)
	names := []string{"objectClass", "objectGUID", "nTSecurityDescriptor", "whenCreated", "name", e.class.naming}
	for name := range e.values {
		names = append(names, name)
	}
	f.w.wrote(e, names...)
	e.created, e.changed = f.at, f.at
	for n, s := range e.versions {
		e.versions[n] = stamp{s.version, f.at, s.usn}
	}
}

// protect gives an object the descriptor of a protected account.
func (f *founder) protect(e *entry) {
	e.sd = f.w.parseSDDL(protectedSDDL)
	e.put("adminCount", "1")
}

// grant adds ACEs, in SDDL, to an object's DACL.
func (f *founder) grant(e *entry, aces string) {
	e.sd.DACL.ACEs = append(e.sd.DACL.ACEs, f.w.parseSDDL("D:"+aces).DACL.ACEs...)
	e.sd.DACL = explicit(e.sd)
	e.sd.DACL.Revision = secdesc.ACLRevisionDS
}

// block ends inheritance on an object, with what administrators then keep.
func (f *founder) block(e *entry, sddl string) {
	owner := e.sd.Owner
	e.sd = f.w.parseSDDL(sddl)
	e.sd.Owner, e.sd.Group = owner, owner
}
