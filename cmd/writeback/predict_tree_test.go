package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

// forest is one random tree of a real domain, made from its seed: OUs in OUs,
// some with protected DACLs; denies for the account and for its groups; groups in
// groups; users of both classes, some protected themselves, some like what
// AdminSDHolder's task leaves behind, some moved here from elsewhere.
type forest struct {
	t         *testing.T
	dc        *sambatest.DC
	conn      *ldap.Conn // the administrator's
	rng       *rand.Rand
	root      string
	connector string // DN
	outer     string // a group that the connector is in through another
	ous       []string
	protected []string // of ous, those that kept nothing from above
	users     []string
	fresh     map[string]bool // of users, members of a protected group to whom no task has come
}

const connectorWord = "Connector-1234"

func plant(t *testing.T, dc *sambatest.DC, seed uint64, users int) *forest {
	f := &forest{t: t, dc: dc, conn: dc.Admin(t), rng: rand.New(rand.NewPCG(seed, 5)), fresh: map[string]bool{}}
	f.root = f.add("OU", dc.BaseDN, "organizationalUnit", nil)
	f.connector = dc.AddUser(t, f.root, sambatest.Unique("sync"), connectorWord)
	inner := dc.AddGroup(t, f.root, sambatest.Unique("inner"), f.connector)
	f.outer = dc.AddGroup(t, f.root, sambatest.Unique("outer"), inner)
	f.grow(5 + f.rng.IntN(8))
	for range users {
		f.user()
	}
	f.dress()
	return f
}

// add makes an object with a name of its own.
func (f *forest) add(kind, parent, class string, more map[string][]string) string {
	f.t.Helper()
	name := sambatest.Unique("x")
	dn := kind + "=" + name + "," + parent
	r := ldap.NewAddRequest(dn, nil)
	r.Attribute("objectClass", []string{class})
	if kind == "CN" && class != "container" {
		r.Attribute("sAMAccountName", []string{name})
	}
	for a, values := range more {
		r.Attribute(a, values)
	}
	if err := f.conn.Add(r); err != nil {
		f.t.Fatalf("add %s: %v", dn, err)
	}
	return dn
}

func (f *forest) grow(n int) {
	units := []string{f.root} // a container takes no OU
	for i := range n {
		if i%5 == 4 {
			f.ous = append(f.ous, f.add("CN", units[f.rng.IntN(len(units))], "container", nil))
			continue
		}
		units = append(units, f.add("OU", units[f.rng.IntN(len(units))], "organizationalUnit", nil))
	}
	f.ous = append(units, f.ous...)
}

// user makes one, and moves one in ten of them afterwards.
func (f *forest) user() {
	class := "user"
	if f.rng.IntN(6) == 0 {
		class = "inetOrgPerson"
	}
	more := map[string][]string{"userAccountControl": {"544"}} // without a password so far
	dn := f.add("CN", f.ous[f.rng.IntN(len(f.ous))], class, more)
	if f.rng.IntN(10) == 0 {
		to := f.ous[f.rng.IntN(len(f.ous))]
		name, _, _ := strings.Cut(dn, ",")
		if err := f.conn.ModifyDN(ldap.NewModifyDNRequest(dn, name, true, to)); err != nil {
			f.t.Fatalf("move %s: %v", dn, err)
		}
		dn = name + "," + to
	}
	f.users = append(f.users, dn)
}

// dress sets ACEs, after everything is there, so that the DC propagates them.
func (f *forest) dress() {
	var aces []sambatest.OneACE
	for _, ou := range f.ous[1:] {
		switch f.rng.IntN(6) {
		case 0:
			if !f.protect(ou) { // a copied deny may stand where the scope would be refused for it
				f.protected = append(f.protected, ou)
			}
		case 1:
			aces = append(aces, sambatest.OneACE{DN: ou, ACE: f.anACE("CI")})
		}
	}
	f.addACEs(aces)
	aces = nil
	for i, dn := range f.users {
		switch f.rng.IntN(25) {
		case 0, 1:
			f.protect(dn)
		case 2:
			f.protect(dn)
			f.set(dn, "adminCount", "1")
		case 3, 4:
			aces = append(aces, sambatest.OneACE{DN: dn, ACE: f.anACE("")})
		case 6:
			if i%2 == 0 {
				f.enter(dn)
				f.fresh[dn] = true
			}
		case 5:
			if i%2 == 0 {
				f.protect(dn)
				f.set(dn, "adminCount", "1")
				f.enter(dn)
			}
		}
	}
	f.addACEs(aces)
}

// addACEs is sambatest's own on Samba; elsewhere they are written over LDAP.
func (f *forest) addACEs(all []sambatest.OneACE) {
	f.t.Helper()
	if f.dc.Real() {
		f.dc.AddACEs(f.t, all...)
		return
	}
	for _, a := range all {
		sd, err := secdesc.Parse(f.dc.Descriptor(f.t, a.DN))
		if err != nil {
			f.t.Fatal(err)
		}
		one, err := secdesc.ParseSDDL("D:"+a.ACE, secdesc.DomainSIDs{})
		if err != nil {
			f.t.Fatal(err)
		}
		sd.DACL.ACEs = slices.Concat(one.DACL.ACEs, sd.DACL.ACEs)
		raw, err := sd.Marshal()
		if err != nil {
			f.t.Fatal(err)
		}
		f.dc.SetDACL(f.t, a.DN, raw)
	}
}

// anACE is a deny for the account or its groups, or a grant that is there
// already, of a kind that Samba and Windows read alike.
func (f *forest) anACE(flags string) string {
	who := f.dc.SID(f.t, []string{f.connector, f.outer}[f.rng.IntN(2)])
	return fmt.Sprintf([]string{
		"(OD;%s;CR;00299570-246d-11d0-a768-00aa006e0529;;%s)",
		"(OD;%s;WP;28630ebf-41d5-11d1-a9c1-0000f80367c1;;%s)",
		"(OD;%s;WP;bf967a0a-0de6-11d0-a285-00aa003049e2;;%s)",
		"(D;%s;GA;;;%s)",
		"(OA;%s;WP;4c164200-20c0-11d0-a768-00aa006e0529;;%s)",
		"(A;%s;GA;;;%s)",
	}[f.rng.IntN(6)], flags, who)
}

// protect stops inheritance, in one of the two ways that the consoles offer:
// with a copy of what was inherited, or without.
func (f *forest) protect(dn string) (copied bool) {
	sd, err := secdesc.Parse(f.dc.Descriptor(f.t, dn))
	if err != nil {
		f.t.Fatal(err)
	}
	sd.Control |= secdesc.DACLProtected
	if copied = f.rng.IntN(2) == 1; !copied {
		sd.DACL.ACEs = slices.DeleteFunc(sd.DACL.ACEs, secdesc.ACE.Inherited)
	}
	for i := range sd.DACL.ACEs {
		sd.DACL.ACEs[i] = sd.DACL.ACEs[i].Explicit()
	}
	raw, err := sd.Marshal()
	if err != nil {
		f.t.Fatal(err)
	}
	f.dc.SetDACL(f.t, dn, raw)
	return copied
}

func (f *forest) set(dn, attribute, value string) {
	f.t.Helper()
	m := ldap.NewModifyRequest(dn, nil)
	m.Replace(attribute, []string{value})
	if err := f.conn.Modify(m); err != nil {
		f.t.Fatalf("%s of %s: %v", attribute, dn, err)
	}
}

// enter puts a user into a protected group.
func (f *forest) enter(dn string) {
	m := ldap.NewModifyRequest("CN=Backup Operators,CN=Builtin,"+f.dc.BaseDN, nil)
	m.Add("member", []string{dn})
	if err := f.conn.Modify(m); err != nil {
		f.t.Fatal(err)
	}
}
