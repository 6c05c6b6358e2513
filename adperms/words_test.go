package adperms_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

func TestDescribe(t *testing.T) {
	for _, c := range []struct{ ace, typ, permission, appliesTo string }{
		{aceReset, "Allow", "Reset password", "Descendant User objects"},
		{aceLock, "Allow", "Write lockoutTime", "Descendant User objects"},
		{acePwdSet, "Allow", "Write pwdLastSet", "Descendant User objects"},
		{aceHere, "Allow", "Unexpire Password", "This object only"},
		{"(OA;CIIO;CR;{reset};{inet};{me})", "Allow", "Reset password", "Descendant InetOrgPerson objects"},
		{"(OD;CI;WP;{restrictions};;{me})", "Deny", "Write Account Restrictions", "This object and all descendant objects"},
		{"(OA;CIIO;RPWP;;{user};{me})", "Allow", "Read and write all properties", "Descendant User objects"},
		{"(OA;CIIO;RPWP;{lockout};;{me})", "Allow", "Read and write lockoutTime", "All descendant objects"},
		{"(OA;;RP;{lockout};;{me})", "Allow", "Read lockoutTime", "This object only"},
		{"(A;CINP;WP;;;{me})", "Allow", "Write all properties", "This object and direct children"},
		{"(A;CINPIO;RP;;;{me})", "Allow", "Read all properties", "Direct children"},
		{"(OA;CINPIO;CR;;{user};{me})", "Allow", "All extended rights", "Direct child User objects"},
		{"(OA;CI;CR;;{user};{me})", "Allow", "All extended rights", "This object and descendant User objects"},
		{"(A;OIIO;RP;;;{me})", "Allow", "Read all properties", "No object"},
		{"(A;CI;{full};;;{me})", "Allow", "Full control", "This object and all descendant objects"},
		{"(A;CIID;GA;;;{me})", "Allow", "Full control", "This object and all descendant objects"},
		{"(A;;CCDC;;;{me})", "Allow", "Special (CCDC)", "This object only"},
		{"(OA;;CRWP;{reset};;{me})", "Allow", "Special (WPCR) on Reset password", "This object only"},
		{"(OA;;CR;{change};;{me})", "Allow", changePassword.String(), "This object only"},
		{"(OA;CIIO;WP;{lockout};{ou};{me})", "Allow", "Write lockoutTime", "Descendant " + ouClass.String() + " objects"},
		{"(XA;;CR;;;{me};(Exists a))", "Allow (conditional)", "All extended rights", "This object only"},
		{"(XD;;CR;;;{me};(Exists a))", "Deny (conditional)", "All extended rights", "This object only"},
	} {
		a := paper.aces(t, c.ace)[0]
		if got, want := adperms.Describe(a), (adperms.Words{Type: c.typ, Permission: c.permission, AppliesTo: c.appliesTo}); got != want {
			t.Errorf("%s: %q, want %q", c.ace, got, want)
		}
	}
}

func TestDescribeUnknownACE(t *testing.T) {
	got := adperms.Describe(secdesc.ACE{Type: 0x7f, Data: "abcd"})
	if want := (adperms.Words{Type: "ACE type 0x7f", Permission: "Special", AppliesTo: "This object only"}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestDsacls(t *testing.T) {
	const who = `CORP\MSOL_1`
	for _, c := range []struct{ dn, ace, want string }{
		{"", aceReset, `dsacls "DC=corp" /I:S /G "CORP\MSOL_1:CA;Reset Password;user"`},
		{"", aceLock, `dsacls "DC=corp" /I:S /G "CORP\MSOL_1:WP;lockoutTime;user"`},
		{`CN=Lee\, Ann,OU=R&D`, acePwdSet, `dsacls "CN=Lee\, Ann,OU=R&D" /I:S /G "CORP\MSOL_1:WP;pwdLastSet;user"`},
		{"", "(OA;CIIO;CR;{reset};{inet};{me})", `dsacls "DC=corp" /I:S /G "CORP\MSOL_1:CA;Reset Password;inetOrgPerson"`},
		{"", aceHere, `dsacls "DC=corp" /G "CORP\MSOL_1:CA;Unexpire Password"`},
		{"", "(OA;CI;CR;{unexpire};;{me})", `dsacls "DC=corp" /I:T /G "CORP\MSOL_1:CA;Unexpire Password"`},
		{"", "(OD;CIIO;CR;{reset};{user};{me})", ""}, // a deny is not what is made
		{"", "(A;CI;WP;;;{me})", ""},                     // names nothing
		{"", "(OA;CIIO;RPWP;{lockout};{user};{me})", ""}, // two rights
		{"", "(OA;CINPIO;CR;{reset};{user};{me})", ""},   // flags that have no switch
		{"", "(OA;CIIO;CR;{change};{user};{me})", ""},    // a name that is not in the table
		{"", "(OA;CIIO;CR;{reset};{ou};{me})", ""},
	} {
		if got := adperms.Dsacls(cmp.Or(c.dn, "DC=corp"), who, paper.aces(t, c.ace)[0]); got != c.want {
			t.Errorf("%s: %s, want %s", c.ace, got, c.want)
		}
	}
	// A managed service account is named by its SID, and of an OU whose name no
	// shell takes as it is there is no command.
	reset := paper.aces(t, aceReset)[0]
	if got, want := adperms.Dsacls("DC=corp", `CORP\pGMSA_1$`, reset), fmt.Sprintf(`dsacls "DC=corp" /I:S /G "%s:CA;Reset Password;user"`, reset.Trustee); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := adperms.Dsacls("OU=x$(touch y)", who, reset); strings.HasPrefix(got, "dsacls") || strings.Contains(got, "$(") {
		t.Error(got)
	}
}
