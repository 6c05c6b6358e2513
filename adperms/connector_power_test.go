package adperms

import (
	"fmt"
	"testing"

	"writeback/adperms/secdesc"
)

func powerTarget(t *testing.T, sddl string) Target {
	t.Helper()
	domain := secdesc.MustSID("S-1-5-21-1-2-3")
	sd, err := secdesc.ParseSDDL(sddl, secdesc.DomainSIDs{Domain: domain, Forest: domain})
	if err != nil {
		t.Fatalf("%s: %v", sddl, err)
	}
	return Target{Descriptor: sd, Self: domain.Child(1104)}
}

// What a right is enough for hangs on what it is on.
func TestTakesOver(t *testing.T) {
	const (
		admins  = "O:DAG:DAD:"
		who     = "S-1-5-21-1-2-3-1105"
		all     = "change the permissions"
		write   = "write all properties"
		reset   = "00299570-246d-11d0-a768-00aa006e0529"
		member  = "bf9679c0-0de6-11d0-a285-00aa003049e2"
		key     = "5b47d60f-6090-40b2-9f37-2a4de88f3063"
		spn     = "f3a64788-5306-11d1-a9c5-0000f80367c1"
		control = "bf967a68-0de6-11d0-a285-00aa003049e2"
		link    = "f30e3bbe-9ff0-11d1-b603-0000f80367c1"
	)
	for _, c := range []struct {
		name                               string
		sddl                               string
		account, protected, domain, parent string
	}{
		{"nothing", admins + "(A;;RPLCLORC;;;" + who + ")", "", "", "", ""},
		{"Full control", admins + "(A;;GA;;;" + who + ")", all, all, all, all},
		{"Modify permissions", admins + "(A;;WD;;;" + who + ")", all, all, all, all},
		{"Modify owner", admins + "(A;;WO;;;" + who + ")", "become the owner", "become the owner", "become the owner", "become the owner"},
		{"the owner", "O:" + who + "G:DAD:(A;;RC;;;AU)", all, all, all, all},
		{"GenericWrite", admins + "(A;;GW;;;" + who + ")", write, write, write, ""},
		{"Write all properties", admins + "(A;;WP;;;" + who + ")", write, write, write, ""},
		{"all extended rights", admins + "(A;;CR;;;" + who + ")", "use every extended right", "use every extended right", "use every extended right", ""},
		{"Reset password", admins + "(OA;;CR;" + reset + ";;" + who + ")", "reset the password", "", "", ""},
		{"write member", admins + "(OA;;WP;" + member + ";;" + who + ")", "", "write member", "", ""},
		{"write the property set of member", admins + "(OA;;WP;bc0ac240-79a9-11d0-9020-00c04fc2d4cf;;" + who + ")", "", "write member", "", ""},
		{"Add/remove self as member", admins + "(OA;;SW;" + member + ";;" + who + ")", "", "add itself as a member", "", ""},
		{"all validated writes", admins + "(A;;SW;;;" + who + ")", "", "add itself as a member", "", ""},
		{"a key", admins + "(OA;;WP;" + key + ";;" + who + ")", "write msDS-KeyCredentialLink", "write msDS-KeyCredentialLink", "", ""},
		{"a name for Kerberos", admins + "(OA;;WP;" + spn + ";;" + who + ")", "write servicePrincipalName", "write servicePrincipalName", "", ""},
		{"userAccountControl", admins + "(OA;;WP;" + control + ";;" + who + ")", "write userAccountControl", "write userAccountControl", "", ""},
		{"Account Restrictions", admins + "(OA;;WP;4c164200-20c0-11d0-a768-00aa006e0529;;" + who + ")", "write userAccountControl", "write userAccountControl", "", ""},
		{"a link to a policy", admins + "(OA;;WP;" + link + ";;" + who + ")", "", "", "write gPLink", ""},
		{"two of them", admins + "(OA;;WP;" + member + ";;" + who + ")(OA;;WP;" + key + ";;" + who + ")", "write msDS-KeyCredentialLink", "write member and write msDS-KeyCredentialLink", "", ""},
		{"the four of writeback", admins + "(OA;CIIO;CR;" + reset + ";bf967aba-0de6-11d0-a285-00aa003049e2;" + who + ")(OA;CIIO;WP;28630ebf-41d5-11d1-a9c1-0000f80367c1;bf967aba-0de6-11d0-a285-00aa003049e2;" + who +
			")(OA;CIIO;WP;bf967a0a-0de6-11d0-a285-00aa003049e2;bf967aba-0de6-11d0-a285-00aa003049e2;" + who + ")(OA;;CR;ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501;;" + who + ")", "", "", "", ""},
		{"replication", admins + "(OA;;CR;1131f6ad-9c07-11d1-f79f-00c04fc2dcd2;;" + who + ")(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;" + who + ")", "", "", "", ""},
		{"for others below alone", admins + "(A;CIIO;GA;;;" + who + ")", "", "", "", ""},
		{"denied first", admins + "(D;;WDWOWPCRSW;;;" + who + ")(A;;GA;;;" + who + ")", "", "", "", ""},
		{"of somebody else", admins + "(A;;GA;;;S-1-5-21-1-2-3-1106)", "", "", "", ""},
		{"no DACL", "O:DAG:DAD:NO_ACCESS_CONTROL", all, all, all, all},
	} {
		target, token := powerTarget(t, c.sddl), Token{secdesc.MustSID(who): {}}
		for _, x := range []struct {
			on   Over
			want string
		}{{OverAccount, c.account}, {OverProtected, c.protected}, {OverDomain, c.domain}, {OverParent, c.parent}} {
			if got := TakesOver(target, token, x.on); got != x.want {
				t.Errorf("%s, over %d: %q, want %q", c.name, x.on, got, x.want)
			}
		}
	}
}

func TestReplicates(t *testing.T) {
	const changes, all = "(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;AU)", "(OA;;CR;1131f6ad-9c07-11d1-f79f-00c04fc2dcd2;;AU)"
	for sddl, want := range map[string]bool{changes + all: true, changes: false, all: false, "(A;;CR;;;AU)": true, "": false} {
		if got := Replicates(powerTarget(t, "O:DAG:DAD:"+sddl), Token{AuthenticatedUsers: {}}); got != want {
			t.Errorf("%q: %v", sddl, got)
		}
	}
}

func TestControllers(t *testing.T) {
	const helpdesk = "S-1-5-21-1-2-3-1300"
	for _, c := range []struct {
		name string
		sddl string
		want string
	}{
		{"as it is created", "O:DAG:DAD:AI(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;AO)(A;;RPLCLORC;;;PS)(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)(A;;RC;;;AU)", "[]"},
		{"as the domain passes on: the key administrators", "O:DAG:DAD:AI(OA;CIID;RPWP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;S-1-5-21-1-2-3-526)(OA;CIID;RPWP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;S-1-5-21-1-2-3-527)", "[]"},
		{"a help desk that resets passwords", "O:DAG:DAD:(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;" + helpdesk + ")", "[{" + helpdesk + " reset the password}]"},
		{"a help desk that may set all", "O:DAG:DAD:(A;;GA;;;" + helpdesk + ")(A;;WP;;;" + helpdesk + ")", "[{" + helpdesk + " change the permissions}]"},
		{"one that may add keys", "O:DAG:DAD:(OA;;WP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;" + helpdesk + ")", "[{" + helpdesk + " write msDS-KeyCredentialLink}]"},
		{"what is denied first", "O:DAG:DAD:(D;;CR;;;" + helpdesk + ")(A;;CR;;;" + helpdesk + ")", "[]"},
		{"one property of others", "O:DAG:DAD:(OA;;WP;bf967a0a-0de6-11d0-a285-00aa003049e2;;" + helpdesk + ")", "[]"},
		{"what is for others below alone", "O:DAG:DAD:(A;CIIO;GA;;;" + helpdesk + ")", "[]"},
		{"the owner", "O:" + helpdesk + "G:DAD:(A;;RC;;;AU)", "[{" + helpdesk + " change the permissions}]"},
		{"everybody", "O:DAG:DAD:(A;;WO;;;WD)", "[{S-1-1-0 become the owner}]"},
		{"Domain Admins of another domain, which may be the forest's root", "O:DAG:DAD:(A;;GA;;;S-1-5-21-9-9-9-512)", "[]"},
		{"no owner", "D:(A;;RC;;;AU)", "[]"},
	} {
		if got := fmt.Sprint(Controllers(powerTarget(t, c.sddl), OverAccount)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestPasswordReaders(t *testing.T) {
	const server, group = "S-1-5-21-1-2-3-1107", "S-1-5-21-1-2-3-1108"
	for _, c := range []struct{ name, sddl, want string }{
		{"as New-ADServiceAccount makes it", "O:BAD:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;" + server + ")", "[" + server + "]"},
		{"two", "O:BAD:(A;;GA;;;" + server + ")(A;;RP;;;" + group + ")", "[" + server + " " + group + "]"},
		{"domain controllers and administrators", "O:BAD:(A;;GA;;;S-1-5-21-1-2-3-516)(A;;GA;;;DA)(A;;GA;;;SY)", "[]"},
		{"not the owner as such", "O:" + server + "D:", "[]"},
		{"one that is denied", "O:BAD:(D;;GA;;;" + server + ")(A;;GA;;;" + server + ")", "[]"},
		{"one that may read the list alone", "O:BAD:(A;;RC;;;" + server + ")", "[]"},
	} {
		if got := fmt.Sprint(PasswordReaders(powerTarget(t, c.sddl).Descriptor)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
