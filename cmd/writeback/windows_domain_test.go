package main

import (
	"crypto/tls"
	"encoding/binary"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
	"writeback/internal/practice/domain"
	"writeback/internal/session"
	"writeback/internal/test/windows"
)

// The program on the data of a Windows Server 2016 domain, behind the practice domain's
// server: what it answers, and what a write does, are the data's and the practice's.

const windowsPassword = "Recorded-Admin-2021"

// windowsDomain is the recorded domain.
func windowsDomain(t *testing.T) (*domain.Domain, *program) {
	t.Helper()
	return serveDump(t, windows.DetectionLab(t))
}

// serveDump puts what was read of a domain behind the practice domain's server.
func serveDump(t *testing.T, dump *windows.Dump) (*domain.Domain, *program) {
	t.Helper()
	read := &domain.Read{RootDSE: dump.RootDSE, Password: windowsPassword}
	for _, e := range dump.Entries {
		read.Objects = append(read.Objects, domain.ReadObject{DN: e.DN, Values: e.Attributes})
	}
	d, err := domain.Start(domain.Options{Read: read})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	p := newProgram(t)
	ca := filepath.Join(p.dir, "ca.pem")
	if err := d.CAFile(ca); err != nil {
		t.Fatal(err)
	}
	p.flags = append(p.flags, "--dc", d.LDAPS(), "--ca-cert", ca, "--ad-user", d.Account(domain.RoleAdmin).UPN)
	p.env = append(p.env, "WRITEBACK_AD_PASSWORD="+windowsPassword)
	return d, p
}

// windowsPeople are added to the recorded domain: the connector account of Entra Connect, and
// people in the places that differ.
func windowsPeople(t *testing.T, d *domain.Domain) {
	t.Helper()
	c := windowsAdmin(t, d)
	defer c.Close()
	add := func(place, class, name string, more ...string) {
		t.Helper()
		kind := "CN"
		if class == "organizationalUnit" {
			kind = "OU"
		}
		r := ldap.NewAddRequest(kind+"="+name+","+place+d.BaseDN(), nil)
		r.Attribute("objectClass", []string{class})
		if class != "organizationalUnit" {
			r.Attribute("sAMAccountName", []string{name})
		}
		for i := 0; i+1 < len(more); i += 2 {
			r.Attribute(more[i], more[i+1:i+2])
		}
		if err := c.Add(r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	user := func(place, name string, more ...string) {
		t.Helper()
		add(place, "user", name, append([]string{"unicodePwd", utf16Quoted("Recorded-User-2021"), "userAccountControl", "512", "userPrincipalName", name + "@" + d.Name()}, more...)...)
	}
	user("CN=Users,", "MSOL_0a1b2c3d4e5f", "description", "Account created by Microsoft Azure Active Directory Connect with installation identifier 0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d running on computer WEF configured to synchronize to tenant windomain.onmicrosoft.com. This account must have directory replication permissions in the local Active Directory and write permission on certain attributes to enable Hybrid Deployment.")
	add("", "organizationalUnit", "People")
	add("OU=People,", "organizationalUnit", "Sales")
	for _, name := range []string{"ann", "ben", "cem"} {
		user("OU=People,", name)
		user("OU=Sales,OU=People,", name+"-sales")
	}
	// What the rules of inheritance and of an access check differ in, each in an OU.
	connector := "CN=MSOL_0a1b2c3d4e5f,CN=Users," + d.BaseDN()
	const (
		person  = "bf967aba-0de6-11d0-a285-00aa003049e2"
		machine = "bf967a86-0de6-11d0-a285-00aa003049e2"
		reset   = "CR;00299570-246d-11d0-a768-00aa006e0529"
		lockout = "WP;28630ebf-41d5-11d1-a9c1-0000f80367c1"
		last    = "WP;bf967a0a-0de6-11d0-a285-00aa003049e2"
		account = "WP;4c164200-20c0-11d0-a768-00aa006e0529" // Account Restrictions
		sets    = "WP;59ba2f42-79a2-11d0-9020-00c04fc2d3cf" // General Information
	)
	ace := func(kind, flags, right, class, trustee string) string {
		return "(" + kind + ";" + flags + ";" + right + ";" + class + ";" + trustee + ")"
	}
	all := func(kind, flags, class, trustee string, rights ...string) (out []string) {
		for _, right := range rights {
			out = append(out, ace(kind, flags, right, class, trustee))
		}
		return out
	}
	for name, aces := range map[string][]string{
		"Near":    all("OA", "CINPIO", person, "$", reset, lockout, last),
		"Step":    all("OA", "CINP", "", "$", reset, lockout, last),
		"Sets":    all("OA", "CIIO", person, "$", reset, lockout, account),
		"Others":  all("OA", "CIIO", person, "$", reset, lockout, sets),
		"Class":   all("OA", "CIIO", machine, "$", reset, lockout, last),
		"Denied":  all("OD", "CIIO", person, "AU", reset),
		"Refused": append(all("OA", "CIIO", person, "$", reset, lockout, last), all("OD", "CIIO", person, "$", last)...),
		"Owner":   all("OA", "CIIO", person, "CO", reset, lockout, last),
	} {
		add("", "organizationalUnit", name)
		add("OU="+name+",", "organizationalUnit", "Below")
		setACEs(t, c, "OU="+name+","+d.BaseDN(), connector, aces)
		user("OU="+name+",", "at-"+strings.ToLower(name))
		user("OU=Below,OU="+name+",", "below-"+strings.ToLower(name))
	}
	setACEs(t, c, "CN=at-denied,OU=Denied,"+d.BaseDN(), connector, all("OA", "", "", "$", reset, lockout, last)) // explicit before inherited
}

// setACEs adds ACEs in SDDL, in which $ is the connector account.
func setACEs(t *testing.T, c *ldap.Conn, dn, connector string, aces []string) {
	t.Helper()
	sd := ldap.NewControlString("1.2.840.113556.1.4.801", true, "0\x03\x02\x01\x04")
	res, err := c.Search(&ldap.SearchRequest{BaseDN: dn, Filter: "(objectClass=*)", Attributes: []string{"nTSecurityDescriptor"}, Controls: []ldap.Control{sd}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := secdesc.Parse(res.Entries[0].GetRawAttributeValue("nTSecurityDescriptor"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.Search(&ldap.SearchRequest{BaseDN: connector, Filter: "(objectClass=*)", Attributes: []string{"objectSid"}})
	if err != nil {
		t.Fatal(err)
	}
	sid, err := secdesc.SIDFromBytes(found.Entries[0].GetRawAttributeValue("objectSid"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range aces {
		a, err := secdesc.ParseACE(strings.Replace(text, ";$)", ";"+sid.String()+")", 1), secdesc.DomainSIDs{})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		d.DACL.ACEs = append(d.DACL.ACEs, a)
	}
	d.DACL.Revision = secdesc.ACLRevisionDS
	raw, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	m := ldap.NewModifyRequest(dn, []ldap.Control{sd})
	m.Replace("nTSecurityDescriptor", []string{string(raw)})
	if err := c.Modify(m); err != nil {
		t.Fatalf("%s: %v", dn, err)
	}
}

func windowsAdmin(t *testing.T, d *domain.Domain) *ldap.Conn {
	t.Helper()
	return adminOf(t, d, windowsPassword)
}

func adminOf(t *testing.T, d *domain.Domain, password string) *ldap.Conn {
	t.Helper()
	c, err := ldap.DialURL(d.LDAPS(), ldap.DialWithTLSConfig(&tls.Config{RootCAs: d.RootCAs()}))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Bind(d.Account(domain.RoleAdmin).UPN, password); err != nil {
		t.Fatal(err)
	}
	return c
}

func utf16Quoted(password string) string {
	var raw []byte
	for _, u := range utf16.Encode([]rune(`"` + password + `"`)) {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return string(raw)
}

// The whole way, on the recorded domain: every user's verdict is that of a judge who shares
// no code with the program, before and after, and after undo all descriptors are as before.
func TestWindowsDomain(t *testing.T) {
	t.Parallel()
	d, p := windowsDomain(t)
	windowsPeople(t, d)
	p.flags = append(p.flags, "--only", "delegate", "--coverage")
	before := readAll(t, d)
	planned := everybody(t, p, exitDone, "plan")
	judged(t, before, planned, func(l session.UserLine) bool { return *l.Before })
	if o := p.want(exitDone, "apply", "--yes"); !strings.Contains(o.out, " made 3 changes.") {
		t.Errorf("it says\n%s", o.out)
	}
	after := readAll(t, d)
	judged(t, after, planned, func(l session.UserLine) bool { return *l.After })
	if o := p.want(exitDone, "apply", "--yes"); !strings.HasPrefix(o.out, "Nothing to do.") {
		t.Errorf("it says\n%s", o.out)
	}
	judged(t, after, everybody(t, p, exitDone, "verify"), func(l session.UserLine) bool { return *l.Writable })
	reached := 0
	for dn, e := range explainAll(t, p, slices.Sorted(maps.Keys(planned))) {
		if e.Writable != *planned[dn].After {
			t.Errorf("%s: explain says %v, the plan %v", dn, e.Writable, *planned[dn].After)
		}
		if e.Writable {
			reached++
		}
	}
	if len(planned) < 23 || reached < 6 || reached == len(planned) {
		t.Errorf("%d of %d users are reached", reached, len(planned))
	}
	p.want(exitDone, "doctor") // nothing of a domain as it is installed is a fault
	p.want(exitDone, "undo", "--yes")
	differ := 0
	for dn, e := range readAll(t, d) {
		if got, want := e.One("nTSecurityDescriptor"), before[dn].One("nTSecurityDescriptor"); got != want {
			t.Errorf("%s: the descriptor after undo is\n%x, it was\n%x", dn, got, want)
		}
		if after[dn].One("nTSecurityDescriptor") != e.One("nTSecurityDescriptor") {
			differ++
		}
	}
	t.Logf("%d objects, of which %d had the new permissions in between; %d users", len(before), differ, len(planned))
	if len(before) < 3800 || differ < 100 {
		t.Errorf("%d objects, of which %d had the new permissions in between", len(before), differ)
	}
}

// judged holds what the program says of each user against the judge.
func judged(t *testing.T, all map[string]windows.Entry, lines map[string]session.UserLine, says func(session.UserLine) bool) {
	t.Helper()
	judge := windows.NewJudge(slices.Collect(maps.Values(all)))
	var connector windows.Entry
	for _, e := range all {
		if strings.HasPrefix(e.One("sAMAccountName"), "MSOL_") {
			connector = e
		}
	}
	for dn, line := range lines {
		e := all[dn]
		shown := e.One("userAccountControl") != "" // or it may be disabled
		if want := judge.MayWriteBack(connector, e) && !judge.Protected(e) && shown; says(line) != want {
			t.Errorf("%s: the program says %v, the judge %v: %+v", dn, says(line), want, line)
		}
	}
}

// readAll is every object of the domain, as an administrator reads it.
func readAll(t *testing.T, d *domain.Domain) map[string]windows.Entry {
	t.Helper()
	c := windowsAdmin(t, d)
	defer c.Close()
	return readTrees(t, c, d.BaseDN())
}

// readTrees reads the three naming contexts of a forest with one domain.
func readTrees(t *testing.T, c *ldap.Conn, root string) map[string]windows.Entry {
	t.Helper()
	out := map[string]windows.Entry{}
	for _, base := range []string{root, "CN=Configuration," + root, "CN=Schema,CN=Configuration," + root} {
		sd := ldap.NewControlString("1.2.840.113556.1.4.801", true, "0\x03\x02\x01\x07")
		res, err := c.SearchWithPaging(&ldap.SearchRequest{BaseDN: base, Scope: ldap.ScopeWholeSubtree, Filter: "(objectClass=*)",
			Attributes: []string{"*", "nTSecurityDescriptor"}, Controls: []ldap.Control{sd}}, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range res.Entries {
			read := windows.Entry{DN: e.DN, Attributes: map[string][]string{}}
			for _, a := range e.Attributes {
				read.Attributes[a.Name] = a.Values
			}
			out[e.DN] = read
		}
	}
	return out
}
