package sambatest

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/tier"
)

// TestMain turns the binary into the process that TestKilledProcessLeavesNothing kills.
func TestMain(m *testing.M) {
	if os.Getenv(holdEnv) != "" {
		holdDC()
	}
	os.Exit(m.Run())
}

// wantCode fails t unless err is an LDAP error with this result code.
func wantCode(t *testing.T, what string, err error, code uint16) {
	t.Helper()
	if !ldap.IsErrorWithCode(err, code) {
		t.Errorf("%s: got %v, want result code %d (%s)", what, err, code, ldap.LDAPResultCodeMap[code])
	}
}

func TestSharedIsOneDC(t *testing.T) {
	if a, b := Shared(t), Shared(t); a != b {
		t.Errorf("two DCs, on %s and %s", a.IP, b.IP)
	}
}

func TestRootDSE(t *testing.T) {
	dc := Shared(t)
	for attribute, want := range map[string]string{
		"defaultNamingContext":          dc.BaseDN,
		"dnsHostName":                   dc.Host,
		"isSynchronized":                "TRUE",
		"domainFunctionality":           "4",
		"ldapServiceName":               strings.ToLower(dc.Realm) + ":dc1$@" + dc.Realm,
		"isGlobalCatalogReady":          "TRUE",
		"supportedLDAPVersion":          "2",
		"rootDomainNamingContext":       dc.BaseDN,
		"schemaNamingContext":           "CN=Schema,CN=Configuration," + dc.BaseDN,
		"forestFunctionality":           "4",
		"domainControllerFunctionality": "4",
	} {
		if got := string(dc.Value(t, "", attribute)); got != want {
			t.Errorf("%s is %q, want %q", attribute, got, want)
		}
	}
}

// The reason why the package exists: this DC decides about password resets as Active Directory does.
func TestResetNeedsTheRight(t *testing.T) {
	dc := Shared(t)
	ou := dc.OU(t)
	account := dc.Connector(t)
	const before, after = "Start-1234", "Reset-5678"
	name := Unique("ann")
	user := dc.AddUser(t, ou, name, before)

	conn, err := dc.BindAs(t, account.UPN, account.Password)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, "reset without the right", dc.SetPassword(conn, user, after), ldap.LDAPResultInsufficientAccessRights)
	if _, err := dc.BindAs(t, dc.UPN(name), before); err != nil {
		t.Errorf("the old password: %v", err)
	}

	usn := dc.USNChanged(t, ou)
	dc.AddACE(t, ou, "(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;"+account.SID+")")
	if now := dc.USNChanged(t, ou); now <= usn {
		t.Errorf("uSNChanged of %s is %d after a change, %d before", ou, now, usn)
	}

	if err := dc.SetPassword(conn, user, after); err != nil {
		t.Errorf("reset with the right: %v", err)
	}
	_, err = dc.BindAs(t, dc.UPN(name), before)
	wantCode(t, "bind with the old password", err, ldap.LDAPResultInvalidCredentials)
	if _, err := dc.BindAs(t, dc.UPN(name), after); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if err := dc.SetPassword(conn, user, before); err != nil {
		t.Errorf("a second reset on the same day, back to a former password: %v", err)
	}
}

func TestPasswordsMustBeComplex(t *testing.T) {
	dc := Shared(t)
	user := dc.AddUser(t, dc.OU(t), Unique("ann"), "Start-1234")
	err := dc.SetPassword(dc.Admin(t), user, "simple")
	wantCode(t, "a password that is not complex", err, ldap.LDAPResultConstraintViolation)
}

func TestEntries(t *testing.T) {
	dc := Shared(t)
	ou := dc.OU(t)
	inner := dc.AddOU(t, ou, "Inner, with a comma")
	person := dc.AddInetOrgPerson(t, inner, Unique("pat"), "Start-1234")
	group := dc.AddGroup(t, ou, Unique("staff"), person)

	if got := string(dc.Value(t, group, "member")); got != person {
		t.Errorf("the member of %s is %s, want %s", group, got, person)
	}
	classes, err := dc.Admin(t).Search(ldap.NewSearchRequest(ou, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 0, 0, false,
		"(objectClass=inetOrgPerson)", []string{"1.1"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	if len(classes.Entries) != 1 || classes.Entries[0].DN != person {
		t.Errorf("the inetOrgPerson below %s: got %v, want %s alone", ou, classes.Entries, person)
	}
	domain := dc.SID(t, dc.BaseDN)
	for _, dn := range []string{person, group} {
		if sid := dc.SID(t, dn); !strings.HasPrefix(sid, domain+"-") {
			t.Errorf("SID of %s is %s, outside its domain %s", dn, sid, domain)
		}
	}
}

func TestConnectorLooksLikeTheInstallers(t *testing.T) {
	dc := Shared(t)
	account := dc.ConnectorOn(t, "AADC7", "fabrikam.onmicrosoft.example")
	if len(account.Name) > 20 || !strings.HasPrefix(account.Name, "MSOL_") {
		t.Errorf("the name is %q", account.Name)
	}
	description := string(dc.Value(t, account.DN, "description"))
	for _, part := range []string{"by Microsoft Entra Connect with", "running on computer AADC7 ", "to tenant fabrikam.onmicrosoft.example."} {
		if !strings.Contains(description, part) {
			t.Errorf("the description has no %q: %s", part, description)
		}
	}
	if got := dc.SID(t, account.DN); got != account.SID {
		t.Errorf("the SID is %s, and the account says %s", got, account.SID)
	}
}

// An OU goes when its test ends, even where the test locked the administrator out of it.
func TestOUGoesWithItsTest(t *testing.T) {
	dc := Shared(t)
	var open, barred string
	ok := t.Run("inner", func(t *testing.T) {
		open = dc.OU(t)
		dc.AddUser(t, open, Unique("ann"), "Start-1234")
		barred = dc.OU(t)
		user := dc.AddUser(t, barred, Unique("bob"), "Start-1234")
		for _, dn := range []string{barred, user} {
			dc.AddACE(t, dn, "(D;;SDDTDC;;;WD)")
		}
	})
	if !ok {
		t.FailNow()
	}
	for _, dn := range []string{open, barred} {
		_, err := dc.Admin(t).Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false,
			"(objectClass=*)", []string{"1.1"}, nil))
		wantCode(t, "search "+dn, err, ldap.LDAPResultNoSuchObject)
	}
}

func TestKeepDACL(t *testing.T) {
	dc := Shared(t)
	ou := dc.OU(t)
	before := dc.Descriptor(t, ou)
	t.Run("inner", func(t *testing.T) {
		dc.KeepDACL(t, ou)
		dc.AddACE(t, ou, "(A;;RP;;;WD)")
		if bytes.Equal(dc.Descriptor(t, ou), before) {
			t.Error("the ACE changed nothing")
		}
	})
	// The first four bytes hold the control bits (MS-DTYP 2.4.6): a write clears "owner defaulted" and "group defaulted", which Samba sets on a
	// new entry.
	if after := dc.Descriptor(t, ou); !bytes.Equal(after[4:], before[4:]) {
		t.Errorf("the descriptor is\n%x after the test, and was\n%x", after, before)
	}
}

// A domain of its own: other names, and what happens in one is not seen in the other.
func TestNewIsAnotherDomain(t *testing.T) {
	one := Shared(t)
	two := New(t, Realm("other.example"))
	if two.Realm != "OTHER.EXAMPLE" || two.Domain != "OTHER" || two.BaseDN != "DC=other,DC=example" || two.Host != "dc1.other.example" {
		t.Errorf("the names are %s, %s, %s, %s", two.Realm, two.Domain, two.BaseDN, two.Host)
	}
	if one.IP == two.IP {
		t.Errorf("both are on %s", one.IP)
	}
	if a, b := one.SID(t, one.BaseDN), two.SID(t, two.BaseDN); a == b {
		t.Errorf("both domains have the SID %s", a)
	}
	account := two.Connector(t)
	_, err := one.BindAs(t, account.UPN, account.Password)
	wantCode(t, "bind to one as an account of the other", err, ldap.LDAPResultInvalidCredentials)
}

func TestStopEndsTheServerAndItsFolder(t *testing.T) {
	tier.Takes(t, "Samba")
	dc, err := start()
	if err != nil {
		giveUp(t, err)
	}
	if err := dc.stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dc.home.dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dc.home.dir, err)
	}
	if err := tryPorts(dc.IP); err != nil {
		t.Errorf("a port is still taken: %v", err)
	}
}

func TestUniqueNamesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		name := Unique("ann")
		if seen[name] || len(name) != 13 {
			t.Fatalf("got %q", name)
		}
		seen[name] = true
	}
}
