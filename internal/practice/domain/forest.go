package domain

import (
	"maps"
	"slices"
	"strings"
)

// What every forest has: the schema and configuration, and the containers and
// groups of a new domain.

// schemaObjects are made of the tables each time: they cannot be changed.
func (f *founder) schemaObjects() {
	s := f.w.schema
	for _, c := range f.w.types.allClasses {
		values := attrs{"lDAPDisplayName", c.name, "governsID", c.oid, "schemaIDGUID", string(c.guid[:]), "rDNAttID", c.naming}
		if c.super != "" {
			values = append(values, "subClassOf", c.super)
		}
		f.object(s, "classSchema", "CN="+c.cn, values)
	}
	for _, a := range f.w.types.all {
		single := strings.ToUpper(map[bool]string{true: "true", false: "false"}[a.single])
		values := attrs{"lDAPDisplayName", a.name, "attributeID", a.oid, "schemaIDGUID", string(a.guid[:]), "isSingleValued", single}
		if !a.set.IsZero() {
			values = append(values, "attributeSecurityGUID", string(a.set[:]))
		}
		if a.link != 0 {
			values = append(values, "linkID", numberText(int64(a.link)))
		}
		f.object(s, "attributeSchema", "CN="+a.cn, values)
	}
	f.w.inherit(s)
}

// rights are made of the tables, too.
func (f *founder) rights() {
	all := f.object(f.w.config, "container", "CN=Extended-Rights", nil)
	for _, r := range f.w.types.rights {
		values := attrs{"displayName", r.label, "rightsGuid", r.guid.String(), "validAccesses", numberText(int64(r.accesses))}
		for _, a := range r.appliesTo {
			values = append(values, "appliesTo", a)
		}
		f.object(all, "controlAccessRight", "CN="+r.cn, values)
	}
}

func (f *founder) configuration() {
	f.rights()
	c := f.w.config
	parts := f.object(c, "crossRefContainer", "CN=Partitions", attrs{"msDS-Behavior-Version", levelV2016, "uPNSuffixes", mailDomain})
	forest := f.w.forest()
	f.object(parts, "crossRef", "CN=Enterprise Configuration", attrs{"nCName", c.dn(), "dnsRoot", forest.domain, "systemFlags", "1"})
	f.object(parts, "crossRef", "CN=Enterprise Schema", attrs{"nCName", f.w.schema.dn(), "dnsRoot", forest.domain, "systemFlags", "1"})
	sites := f.object(c, "sitesContainer", "CN=Sites", nil)
	f.object(f.object(sites, "site", "CN=Default-First-Site-Name", nil), "serversContainer", "CN=Servers", nil)
	for _, t := range append([]*tree{f.w.tree}, f.w.others...) {
		f.enlist(t)
	}
	f.w.root.put("fSMORoleOwner", "CN=NTDS Settings,"+f.w.server) // the PDC emulator
	services := f.object(c, "container", "CN=Services", nil)
	f.object(f.object(services, "container", "CN=Windows NT", nil), "nTDSService", "CN=Directory Service", nil)
}

// enlist makes the crossRef object of a domain of the forest, and the objects of its DC.
func (f *founder) enlist(t *tree) {
	c, root := f.w.config, f.w.root
	f.object(f.w.find("CN=Partitions,"+c.dn()), "crossRef", "CN="+t.netbios, attrs{
		"nCName", t.root.dn(), "nETBIOSName", t.netbios, "dnsRoot", t.domain, "systemFlags", "3"})
	parts, _ := splitDN(t.server)
	server := f.object(f.w.find(parentDN(t.server)), "server", parts[0].String(), attrs{"dNSHostName", t.host})
	agent := f.object(server, "nTDSDSA", "CN=NTDS Settings", attrs{"invocationId", string(t.invocation[:]), "msDS-Behavior-Version", levelV2016, "options", "1"})
	if t != f.w.tree {
		root = f.w.phantom(t.root.dn())
	}
	agent.link("msDS-HasDomainNCs", root)
	for _, nc := range []*entry{root, c, f.w.schema} {
		agent.link("hasMasterNCs", nc)
	}
}

// domainHead gives the domain's root its policy. Passwords do not expire, so
// that a practice can be taken up again after a year.
func (f *founder) domainHead() {
	for name, value := range map[string]string{
		"minPwdLength": "8", "pwdHistoryLength": "24", "pwdProperties": "1", "minPwdAge": days(1), "maxPwdAge": "-9223372036854775808",
		"lockoutThreshold": "10", "lockOutObservationWindow": minutes(10), "lockoutDuration": minutes(10), "msDS-Behavior-Version": levelV2016,
		"isCriticalSystemObject": "TRUE",
	} {
		f.w.root.put(name, value)
	}
	for _, c := range []struct{ class, name string }{
		{"container", "CN=Users"}, {"container", "CN=Computers"}, {"container", "CN=System"}, {"container", "CN=ForeignSecurityPrincipals"},
		{"container", "CN=Managed Service Accounts"}, {"container", "CN=Deleted Objects"}, {"lostAndFound", "CN=LostAndFound"},
		{"builtinDomain", "CN=Builtin"}, {"organizationalUnit", "OU=Domain Controllers"},
	} {
		f.object(f.w.root, c.class, c.name, attrs{"isCriticalSystemObject", "TRUE"})
	}
	var known []string
	for _, guid := range slices.Sorted(maps.Keys(wellKnownNames)) {
		known = append(known, "B:32:"+guid+":"+wellKnownNames[guid]+","+f.w.root.dn())
	}
	f.w.root.put("wellKnownObjects", known...)
	buried := f.w.deletedObjects()
	buried.sd, buried.deleted = f.w.parseSDDL(buriedSDDL), true
	system := f.in("CN=System")
	f.protect(f.object(system, "container", "CN=AdminSDHolder", attrs{"isCriticalSystemObject", "TRUE"}))
	f.object(system, "msDS-PasswordSettingsContainer", "CN=Password Settings Container", nil)
}

// in is an object by its DN below the domain's root.
func (f *founder) in(name string) *entry { return f.w.find(name + "," + f.w.root.dn()) }

// days and minutes are spans as AD stores them: negative, in 100 ns.
func days(n int64) string    { return numberText(-n * 24 * 3600 * 10_000_000) }
func minutes(n int64) string { return numberText(-n * 60 * 10_000_000) }

// aliases are the groups in CN=Builtin (MS-DTYP 2.4.2.4); protected ones are
// those that AdminSDHolder is for themselves. Whose members are protected, too, is
// another question: see [adperms.ProtectedOf].
var aliases = []struct {
	name      string
	rid       uint32
	protected bool
}{
	{"Administrators", 544, true}, {"Users", 545, false}, {"Guests", 546, false}, {"Account Operators", 548, true},
	{"Server Operators", 549, true}, {"Print Operators", 550, true}, {"Backup Operators", 551, true}, {"Replicator", 552, true},
	{"Pre-Windows 2000 Compatible Access", 554, false}, {"Windows Authorization Access Group", 560, false},
}

// globals are the groups in CN=Users.
var globals = []struct {
	name      string
	rid       uint32
	protected bool
	forest    bool // only the forest's root domain has it
}{
	{"Domain Admins", ridDomainAdmins, true, false}, {"Domain Users", ridDomainUsers, false, false}, {"Domain Guests", ridDomainGuests, false, false},
	{"Domain Computers", ridDomainComputers, false, false}, {"Domain Controllers", ridDCs, true, false}, {"Schema Admins", 518, true, true},
	{"Enterprise Admins", 519, true, true}, {"Group Policy Creator Owners", 520, false, false}, {"Protected Users", 525, false, false},
	{"Key Admins", 526, true, false}, {"Read-only Domain Controllers", 521, true, false}, {"Cloneable Domain Controllers", 522, false, false},
	{"Enterprise Key Admins", 527, true, true},
}

func (f *founder) builtin() {
	for _, a := range aliases {
		g := f.object(f.in("CN=Builtin"), "group", "CN="+a.name, attrs{"sAMAccountName", a.name, "groupType", numberText(groupBuiltin | groupLocal | groupSecurity),
			"sAMAccountType", samAlias, "isCriticalSystemObject", "TRUE"})
		f.name(g, builtinSID.Child(a.rid))
		if a.protected {
			f.protect(g)
		}
	}
	for _, a := range globals {
		if a.forest && f.w.first != nil {
			continue
		}
		g := f.group(f.in("CN=Users"), a.name, a.rid)
		g.put("isCriticalSystemObject", "TRUE")
		if a.protected {
			f.protect(g)
		}
	}
	for _, s := range crowds {
		e := f.object(f.in("CN=ForeignSecurityPrincipals"), "foreignSecurityPrincipal", "CN="+s.String(), nil)
		f.name(e, s)
	}
	f.join("CN=Pre-Windows 2000 Compatible Access,CN=Builtin", f.w.bySID[crowds[1]])
	f.join("CN=Users,CN=Builtin", f.w.bySID[crowds[1]], f.in("CN=Domain Users,CN=Users"))
	f.join("CN=Administrators,CN=Builtin", f.in("CN=Domain Admins,CN=Users"), f.enterpriseAdmins())
	f.join("CN=Guests,CN=Builtin", f.in("CN=Domain Guests,CN=Users"))
}

func (f *founder) group(parent *entry, name string, rid uint32, members ...*entry) *entry {
	g := f.principal(parent, "group", "CN="+name, name, rid, attrs{
		"groupType", numberText(groupGlobal | groupSecurity), "sAMAccountType", samGroup})
	for _, m := range members {
		g.link("member", m)
	}
	return g
}

func (f *founder) join(group string, members ...*entry) {
	for _, m := range members {
		f.in(group).link("member", m)
	}
}
