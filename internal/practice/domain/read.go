package domain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Read is a domain as its DC answered who read all of it: the schema is what it
// says, and descriptors stay as they are until a write has them computed anew. Where
// nothing of the schema was read it is the practice's own, and an object whose class that
// does not have is of the nearest one above it that it has.
type Read struct {
	RootDSE map[string][]string
	Objects []ReadObject
	// Password is given to an administrator, who can then sign in: see signsIn.
	Password string
}

// ReadObject is one object, its values as they came over the wire.
type ReadObject struct {
	DN     string
	Values map[string][]string // by the names of the schema
}

func (o ReadObject) one(name string) string {
	if all := o.Values[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

func (o ReadObject) class() string { return lastOf(o.Values["objectClass"]) }

func lastOf(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// world makes the domain. What cannot be one is an error that says which object is
// wrong.
func (r *Read) world(clock func() time.Time) (*world, error) {
	t := newTree(clock)
	w := &world{tree: t, started: t.now()}
	head := func(name string) string { return lastOf(r.RootDSE[name]) }
	t.types, t.host, t.server = r.schema(), head("dnsHostName"), head("serverName")
	if len(t.types.all) == 0 {
		t.types = published
	}
	heads := map[string]**entry{keyOf(head("defaultNamingContext")): &t.root, keyOf(head("configurationNamingContext")): &t.config, keyOf(head("schemaNamingContext")): &t.schema}
	objects := slices.Clone(r.Objects)
	depth := func(o ReadObject) int { parts, _ := splitDN(o.DN); return len(parts) }
	slices.SortStableFunc(objects, func(a, b ReadObject) int { return cmp.Compare(depth(a), depth(b)) })
	kept := map[string]*entry{}
	for _, o := range objects {
		e, err := w.readObject(o, heads)
		if err != nil {
			return nil, fmt.Errorf("read %q of a domain: %w", o.DN, err)
		}
		if e != nil {
			kept[o.DN] = e
		}
	}
	if t.root == nil || t.config == nil || t.schema == nil || !t.root.sid.IsAccountDomain() {
		return nil, fmt.Errorf("what was read is no whole domain: its naming contexts or the domain's SID are missing")
	}
	for _, o := range objects {
		if e := kept[o.DN]; e != nil {
			t.linkRead(e, o)
		}
	}
	t.countRead()
	f := &founder{w: w, at: t.now()}
	f.complete()
	if r.Password != "" {
		f.signsIn(r.Password)
	}
	return w, nil
}

// countRead takes from the objects what the domain knows of itself.
func (t *tree) countRead() {
	t.sid, t.domain = t.root.sid, strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(t.root.dn(), "DC=")), ",dc=", ".")
	for _, e := range t.byGUID {
		if e.class.is("crossRef") && keyOf(e.one("nCName")) == keyOf(t.root.dn()) {
			t.netbios = e.one("nETBIOSName")
		}
		if e.sid.RID() >= t.nextRID && e.sid == t.sid.Child(e.sid.RID()) {
			t.nextRID = e.sid.RID() + 1
		}
		t.usn = max(t.usn, e.usnChanged)
	}
}

// complete makes what no DC shows, or was not read: the schema, and where the deleted objects
// are.
func (f *founder) complete() {
	t := f.w
	if t.types == published {
		f.schemaObjects()
		f.rights()
	}
	if t.deletedObjects() == nil { // most people cannot read it
		buried := f.object(t.root, "container", "CN=Deleted Objects", nil)
		buried.sd, buried.deleted = t.parseSDDL(buriedSDDL), true
	}
	if agent := t.find("CN=NTDS Settings," + t.server); agent != nil {
		t.invocation, _ = secdesc.GUIDFromBytes([]byte(agent.one("invocationId"))) // none: all zeros
	}
}

// signsIn gives the password to Administrator. Where that account cannot sign in as it was read,
// its password is set anew; of a part of a domain, in which every account is somebody's example,
// a computer of the domain's administrators signs in instead.
func (f *founder) signsIn(password string) {
	boss := f.w.bySID[f.w.sid.Child(ridAdministrator)]
	if boss != nil {
		f.known(RoleAdmin, boss, password)
		if f.w.signIn(boss, password) == "" {
			return
		}
	}
	admins := f.w.bySID[adperms.Administrators]
	switch {
	case f.w.types != published && boss != nil:
		boss.put("pwdLastSet", numberText(fileTime(f.w.now())))
	case f.w.types == published && admins != nil:
		f.w.accounts = nil
		reader := f.principal(f.w.root, "computer", "CN=reader", "reader$", 0, attrs{"userAccountControl", "4096", "pwdLastSet", numberText(fileTime(f.w.now())),
			"userPrincipalName", "reader@" + f.w.domain, "primaryGroupID", "515"})
		admins.link("member", reader)
		f.known(RoleAdmin, reader, password)
	}
}

// readObject puts one object into the tree; nil is one below something that was not read.
func (w *world) readObject(o ReadObject, heads map[string]**entry) (*entry, error) {
	c := w.types.class(o.class())
	for i := len(o.Values["objectClass"]) - 1; c == nil && w.types == published && i >= 0; i-- {
		c = w.types.class(o.Values["objectClass"][i])
	}
	parts, ok := splitDN(o.DN)
	if c == nil || !ok || len(parts) == 0 {
		return nil, nil // its class could not be read, and so nothing of it says what it is
	}
	guid, err := secdesc.GUIDFromBytes([]byte(o.one("objectGUID")))
	if err != nil {
		return nil, err
	}
	e := w.fresh(c, parts[0])
	e.guid = guid
	if raw := o.one("objectSid"); raw != "" {
		if e.sid, err = secdesc.SIDFromBytes([]byte(raw)); err != nil {
			return nil, err
		}
	}
	if raw := o.one("nTSecurityDescriptor"); raw == "" {
		e.sd = w.parseSDDL(templates["admins"]) // nobody but administrators could read it
	} else if e.sd, err = secdesc.Parse([]byte(raw)); err != nil {
		return nil, err
	}
	e.deleted = strings.EqualFold(o.one("isDeleted"), "TRUE")
	e.created, e.changed = stampOf(o.one("whenCreated")), stampOf(o.one("whenChanged"))
	e.usnCreated, e.usnChanged = parseNumber(o.one("uSNCreated")), parseNumber(o.one("uSNChanged"))
	for name, values := range o.Values {
		if a := w.types.attribute(name); a != nil && a.link == 0 && !a.constructed {
			e.values[a.key] = values
		}
	}
	if at := heads[keyOf(o.DN)]; at != nil {
		e.suffix = strings.TrimPrefix(o.DN, parts[0].String())
		*at = e
		w.attach(e, nil)
		return e, nil
	}
	parent := w.byDN[joinKey(parts[1:])]
	if parent == nil {
		return nil, nil
	}
	w.attach(e, parent)
	return e, nil
}

// linkRead makes the object's forward links, but to what was not read.
func (t *tree) linkRead(e *entry, o ReadObject) {
	for name, values := range o.Values {
		if a := t.types.attribute(name); a != nil && a.forward() && a.syntax == dnSyntax {
			for _, dn := range values {
				if to := t.find(dn); to != nil {
					e.link(name, to)
				}
			}
		}
	}
}

func stampOf(text string) time.Time {
	at, _ := time.Parse("20060102150405.0Z", text) // unreadable: the year 1
	return at
}

// syntaxes are those of the attributes, by attributeSyntax (MS-ADTS 3.1.1.2.2.2). Those
// that are not here are compared as octets.
var syntaxes = map[string]syntax{
	"2.5.5.1": dnSyntax, "2.5.5.2": oidSyntax, "2.5.5.3": textSyntax, "2.5.5.4": textSyntax, "2.5.5.5": textSyntax, "2.5.5.6": textSyntax,
	"2.5.5.8": boolSyntax, "2.5.5.9": intSyntax, "2.5.5.11": timeSyntax, "2.5.5.12": textSyntax, "2.5.5.15": sdSyntax, "2.5.5.16": int64Syntax,
	"2.5.5.17": sidSyntax,
}

// systemFlags of an attribute: its values are made when they are asked for (MS-ADTS 2.2.10).
const flagConstructed = 0x4

func (r *Read) schema() *schema {
	s := &schema{attributes: map[string]*attribute{}, classes: map[string]*class{}}
	classes := map[string]*class{}
	guid := func(text string) (g secdesc.GUID) { g, _ = secdesc.GUIDFromBytes([]byte(text)); return g } // none: all zeros
	for _, o := range r.Objects {
		switch name := o.one("lDAPDisplayName"); o.class() {
		case "attributeSchema":
			s.addAttribute(&attribute{
				name: name, cn: o.one("cn"), oid: o.one("attributeID"), syntax: cmp.Or(syntaxes[o.one("attributeSyntax")], octetSyntax),
				single: o.one("isSingleValued") == "TRUE", systemOnly: o.one("systemOnly") == "TRUE",
				constructed: parseNumber(o.one("systemFlags"))&flagConstructed != 0,
				guid:        guid(o.one("schemaIDGUID")), set: guid(o.one("attributeSecurityGUID")), link: int(parseNumber(o.one("linkID"))),
			})
		case "classSchema":
			category, _, _ := strings.Cut(strings.TrimPrefix(o.one("defaultObjectCategory"), "CN="), ",")
			classes[name] = &class{
				name: name, cn: o.one("cn"), oid: o.one("governsID"), super: o.one("subClassOf"), naming: cmp.Or(o.one("rDNAttID"), "cn"),
				guid: guid(o.one("schemaIDGUID")), category: category, sddl: cmp.Or(o.one("defaultSecurityDescriptor"), templates["admins"]),
			}
		case "controlAccessRight":
			s.rights = append(s.rights, right{
				cn: o.one("cn"), label: o.one("displayName"), guid: guidText(o.one("rightsGuid")), accesses: int(parseNumber(o.one("validAccesses"))),
				appliesTo: o.Values["appliesTo"],
			})
		}
	}
	s.pair()
	var add func(name string)
	add = func(name string) { // superclasses first
		c := classes[name]
		if c == nil || s.class(name) != nil {
			return
		}
		if c.super == name {
			c.super = ""
		}
		add(c.super)
		if s.class(c.super) == nil {
			c.super = ""
		}
		s.addClass(c)
	}
	for name := range classes {
		add(name)
	}
	return s
}

func guidText(text string) secdesc.GUID {
	g, _ := secdesc.ParseGUID(text) // none: all zeros
	return g
}
