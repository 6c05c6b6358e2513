package adperms_test

import (
	"maps"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

// tokenOf makes the token of an account as the planner does: from its objectSid
// and its tokenGroups, which somebody else reads.
func tokenOf(t testing.TB, dc *sambatest.DC, dn string) adperms.Token {
	t.Helper()
	return adperms.NewToken(mustSID(t, dc.SID(t, dn)), tokenGroups(t, dc.Admin(t), dn)...)
}

// tokenGroups reads the groups of an account; of the rootDSE they are all the
// SIDs of whoever asks.
func tokenGroups(t testing.TB, conn *ldap.Conn, dn string) []secdesc.SID {
	t.Helper()
	res, err := conn.Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)",
		[]string{"tokenGroups"}, nil))
	if err != nil {
		t.Fatalf("read tokenGroups of %q: %v", dn, err)
	}
	if len(res.Entries) != 1 {
		t.Fatalf("read tokenGroups of %q: %d entries", dn, len(res.Entries))
	}
	var out []secdesc.SID
	for _, raw := range res.Entries[0].GetRawAttributeValues("tokenGroups") {
		sid, err := secdesc.SIDFromBytes(raw)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, sid)
	}
	return out
}

// The token that is made of what another account reads must be the one that
// the DC gives the account itself when it signs in. Groups of Authenticated
// Users come from its foreignSecurityPrincipal.
func TestJudgeToken(t *testing.T) {
	dc := sambatest.Shared(t)
	connector := dc.Connector(t)
	ou := dc.OU(t)
	inner := dc.AddGroup(t, ou, sambatest.Unique("inner"), connector.DN)
	outer := dc.AddGroup(t, ou, sambatest.Unique("outer"), inner)
	apart := dc.AddGroup(t, ou, sambatest.Unique("apart"))

	ours := tokenOf(t, dc, connector.DN)
	for dn, want := range map[string]bool{inner: true, outer: true, connector.DN: true, apart: false} {
		if ours.Has(mustSID(t, dc.SID(t, dn))) != want {
			t.Errorf("%s in the token: %v, want %v", dn, !want, want)
		}
	}
	crowd := "CN=S-1-5-11,CN=ForeignSecurityPrincipals," + dc.BaseDN
	for _, group := range memberOf(t, dc, crowd) {
		ours[mustSID(t, dc.SID(t, group))] = struct{}{}
	}

	conn, err := dc.BindAs(t, connector.UPN, connector.Password)
	if err != nil {
		t.Fatal(err)
	}
	theirs := adperms.Token{}
	for _, s := range tokenGroups(t, conn, "") {
		theirs[s] = struct{}{}
	}
	if !maps.Equal(ours, theirs) {
		t.Errorf("the token is %v, the DC's %v", ours, theirs)
	}
}

func memberOf(t testing.TB, dc *sambatest.DC, dn string) []string {
	t.Helper()
	res, err := dc.Admin(t).Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)",
		[]string{"memberOf"}, nil))
	if err != nil || len(res.Entries) != 1 {
		t.Fatalf("read memberOf of %s: %v", dn, err)
	}
	return res.Entries[0].GetAttributeValues("memberOf")
}
