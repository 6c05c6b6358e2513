package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
	"writeback/internal/practice/domain"
	"writeback/internal/tier"
)

// Who may not see every permission makes a bundle in which the same is hidden: the verdicts are
// the same for an administrator who loads it.
func TestBundleOfWhatIsHidden(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	d, all := practiceCompany(t)
	if err := d.Rekey(); err != nil { // its usual passwords are in the files of other tests' worlds
		t.Fatal(err)
	}
	admin := adminOf(t, d, d.Account(domain.RoleAdmin).Password)
	defer admin.Close()
	var users []string
	for dn, e := range all {
		if e.One("sAMAccountName") != "" && strings.HasSuffix(dn, ",OU=HR,OU=People,OU=Contoso,"+d.BaseDN()) {
			users = append(users, dn)
		}
	}
	if len(users) < 3 {
		t.Fatalf("there are %d users", len(users))
	}
	slices.Sort(users)
	setDACL(t, admin, users[0], "D:P(A;;GA;;;DA)(A;;RPLCLO;;;AU)")
	setDACL(t, admin, "OU=Support,OU=People,OU=Contoso,"+d.BaseDN(), "D:P(A;CI;GA;;;DA)(A;;RPLCLO;;;AU)(A;CIIO;RPLCLORC;;;AU)")

	desk, p := d.Account(domain.RoleHelpdesk), newProgram(t)
	ca := filepath.Join(p.dir, "ca.pem")
	if err := d.CAFile(ca); err != nil {
		t.Fatal(err)
	}
	p.flags = append(p.flags, "--dc", d.LDAPS(), "--ca-cert", ca, "--ad-user", desk.UPN, "--only", "delegate")
	p.env = append(p.env, "WRITEBACK_AD_PASSWORD="+desk.Password)
	file := filepath.Join(p.dir, "hidden.zip")
	p.want(exitDone, "bundle", "-o", file, "--yes")
	codes := map[string]int{}
	for _, e := range sameExamples(t, file) {
		for _, code := range e.Codes {
			codes[code]++
		}
	}
	if codes["descriptor-hidden"] != 1 || codes["parent-unreadable"] == 0 {
		t.Errorf("the examples have %v", slices.Sorted(maps.Keys(codes)))
	}
}

// setDACL gives an object a DACL, in SDDL.
func setDACL(t *testing.T, c *ldap.Conn, dn, sddl string) {
	t.Helper()
	sid, err := c.Search(&ldap.SearchRequest{BaseDN: dn[strings.Index(dn, "DC="):], Filter: "(objectClass=*)", Attributes: []string{"objectSid"}})
	if err != nil {
		t.Fatal(err)
	}
	domain, err := secdesc.SIDFromBytes(sid.Entries[0].GetRawAttributeValue("objectSid"))
	if err != nil {
		t.Fatal(err)
	}
	sd, err := secdesc.ParseSDDL(sddl, secdesc.DomainSIDs{Domain: domain})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := sd.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	m := ldap.NewModifyRequest(dn, []ldap.Control{ldap.NewControlString("1.2.840.113556.1.4.801", true, "0\x03\x02\x01\x04")})
	m.Replace("nTSecurityDescriptor", []string{string(raw)})
	if err := c.Modify(m); err != nil {
		t.Fatalf("%s: %v", dn, err)
	}
}
