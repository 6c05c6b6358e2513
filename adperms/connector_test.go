package adperms

import (
	"strings"
	"testing"
	"time"

	"writeback/adperms/secdesc"
)

func TestCannotConnect(t *testing.T) {
	const domain = "S-1-5-21-1-2-3-"
	for _, c := range []struct {
		name    string
		rid     string
		sam     string
		class   string
		control AccountControl
		product Product
		says    string // "" for an account that can
		fix     string
	}{
		{"a user", "1104", "svc-adsync", "user", NormalAccount, EntraConnect, "", ""},
		{"a user of a product that is not known", "1104", "ada.abel", "user", NormalAccount, "", "", ""},
		{"an inetOrgPerson", "1104", "svc-adsync", "inetOrgPerson", NormalAccount, EntraConnect, "", ""},
		{"express", "1104", "MSOL_0123456789ab", "user", NormalAccount, EntraConnect, "", ""},
		{"Cloud Sync's", "1104", "pGMSA_01234567$", "msDS-GroupManagedServiceAccount", 0x1000, CloudSync, "", ""},
		{"a custom gMSA, product not known", "1104", "sync$", "msDS-GroupManagedServiceAccount", 0x1000, "", "", ""},
		{"a gMSA for Connect", "1104", "sync$", "msDS-GroupManagedServiceAccount", 0x1000, EntraConnect, "managed service account", "Synchronization Service Manager"},
		{"an MSA for Connect", "1104", "sync$", "msDS-ManagedServiceAccount", 0x1000, EntraConnect, "managed service account", "Synchronization Service Manager"},
		{"the service's gMSA", "1104", "ADSyncMSA1b2c3$", "msDS-GroupManagedServiceAccount", 0x1000, "", "the ADSync service", "Synchronization Service Manager"},
		{"the service's gMSA for Cloud Sync", "1104", "adsyncmsa1b2c3$", "msDS-GroupManagedServiceAccount", 0x1000, CloudSync, "the ADSync service", "--connector"},
		{"the service's user", "1104", "AAD_0123456789ab", "user", NormalAccount, EntraConnect, "the ADSync service", "--connector"},
		{"a name that begins alike", "1104", "AAD_sync", "user", NormalAccount, EntraConnect, "", ""},
		{"a computer", "1104", "SYNC01$", "computer", 0x1000, "", "computer's account", "--connector"},
		{"a domain controller", "1000", "DC1$", "computer", 0x82000, EntraConnect, "computer's account", "--connector"},
		{"a computer of a class of its own", "1104", "NAS", "acmeFiler", 0x1000, "", "computer's account", "--connector"},
		{"a user called like a computer", "1104", "svc$", "user", NormalAccount, "", "ends in $", "--connector"},
		{"a trust", "1105", "EMEA$", "user", interdomainTrust, "", "trust with another domain", "--connector"},
		{"krbtgt", "502", "krbtgt", "user", NormalAccount, "", "krbtgt", "--connector"},
		{"krbtgt under another name", "502", "MSOL_0123456789ab", "user", NormalAccount, "", "krbtgt", "--connector"},
		{"Administrator under another name", "500", "MSOL_0123456789ab", "user", NormalAccount, "", "every domain comes with", "--connector"},
		{"Guest", "501", "Guest", "user", NormalAccount, "", "every domain comes with", "--connector"},
		{"DefaultAccount", "503", "DefaultAccount", "user", NormalAccount, "", "every domain comes with", "--connector"},
		{"somebody of another forest", "1107", "", "foreignSecurityPrincipal", 0, "", "of class foreignSecurityPrincipal", "--connector"},
		{"a group", "1106", "Sync Admins", "group", 0, "", "stands for several", "--connector"},
		{"a contact with a SID", "1107", "", "contact", 0, "", "contact", "--connector"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Principal{SID: secdesc.MustSID(domain + c.rid), SAM: c.sam, Class: c.class, Control: c.control}
			u := CannotConnect(Account{Principal: p}, c.product, time.Time{})
			if c.says == "" {
				if u != nil {
					t.Errorf("it is refused: %s", u.Why)
				}
				return
			}
			if u == nil {
				t.Fatal("it is taken")
			}
			if u.Code != NotAnAccount || !strings.Contains(u.Why, c.says) || !strings.Contains(u.Fix, c.fix) {
				t.Errorf("%+v", *u)
			}
		})
	}
	key := Account{Principal: Principal{DN: "CN=krbtgt_4711,CN=Users,DC=corp,DC=example", SID: secdesc.MustSID(domain + "1108"), SAM: "MSOL_0123456789ab", Class: "user", Control: NormalAccount | AccountDisabled}}
	if u := CannotConnect(key, EntraConnect, time.Time{}); u == nil || u.Code != NotAnAccount || !strings.Contains(u.Why, "krbtgt") {
		t.Errorf("the key of a read-only domain controller is called %+v", u)
	}
	thing := Account{Principal: Principal{SID: secdesc.MustSID(domain + "1109"), Class: "acmeRoom"}, Object: Object{Classes: []string{"top", "acmeRoom"}}}
	if u := CannotConnect(thing, "", time.Time{}); u == nil || !strings.Contains(u.Why, "of class acmeRoom, which is no account") {
		t.Errorf("a thing with a SID is called %+v", u)
	}
	derived := Account{Principal: Principal{SID: secdesc.MustSID(domain + "1106"), SAM: "MSOL_0123456789ab", Class: "acmeTeam"}, Object: Object{Classes: []string{"top", "group", "acmeTeam"}}}
	if u := CannotConnect(derived, "", time.Time{}); u == nil || !strings.Contains(u.Why, "several") {
		t.Errorf("a class derived from group is called %+v", u)
	}
	if u := CannotConnect(Account{Principal: Principal{Class: "contact"}}, "", time.Time{}); u == nil || !strings.Contains(u.Why, "contact") {
		t.Errorf("a contact has no SID, and is called %+v", u)
	}
	for _, sid := range []secdesc.SID{Everyone, AuthenticatedUsers, secdesc.MustSID("S-1-5-32-544")} {
		if CannotConnect(Account{Principal: Principal{SID: sid}}, "", time.Time{}) == nil {
			t.Errorf("%s is taken", sid)
		}
	}
}

// What an account is now decides as well: whether anything can sign in with it, and
// how much it may do.
func TestCannotConnectNow(t *testing.T) {
	now := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	operators := []Protected{{SID: secdesc.MustSID("S-1-5-32-551"), Name: "Backup Operators"}}
	ageing := func(days int) func(*Account) {
		return func(a *Account) {
			a.Policy.MaxAge, a.PasswordSet = 42*24*time.Hour, now.AddDate(0, 0, -days)
		}
	}
	for _, c := range []struct {
		name    string
		change  func(*Account)
		product Product
		code    string // "": it can
		says    string
		reaches Weight // what keeps it from everybody; "": nothing
	}{
		{"disabled", func(a *Account) { a.Control |= AccountDisabled }, EntraConnect, OutOfUse, "is disabled", Blocks},
		{"disabled, product not known", func(a *Account) { a.Control |= AccountDisabled }, "", OutOfUse, "is disabled", Blocks},
		{"disabled, another product", func(a *Account) { a.Control |= AccountDisabled }, OtherProduct, "", "", Unknown},
		{"expired", func(a *Account) { a.Expires = now }, CloudSync, PastItsEnd, "2026-03-04", Blocks},
		{"expired, another product", func(a *Account) { a.Expires = now.Add(-time.Hour) }, OtherProduct, "", "", Unknown},
		{"expires later", func(a *Account) { a.Expires = now.Add(time.Second) }, EntraConnect, "", "", ""},
		{"an operator", func(a *Account) { a.ProtectedBy = operators }, EntraConnect, TierZero, "Backup Operators", ""},
		{"an operator of another product", func(a *Account) { a.ProtectedBy = operators }, OtherProduct, TierZero, "Tier 0", ""},
		{"a disabled operator", func(a *Account) { a.ProtectedBy, a.Control = operators, AccountDisabled }, EntraConnect, TierZero, "Tier 0", Blocks},
		{"must change", func(a *Account) { a.MustChange = true }, EntraConnect, MustChange, "at the next sign-in", Blocks},
		{"must change, product not known", func(a *Account) { a.MustChange = true }, "", MustChange, "at the next sign-in", Blocks},
		{"must change, another product", func(a *Account) { a.MustChange = true }, OtherProduct, "", "", Unknown},
		{"a managed account without a password yet", func(a *Account) { a.MustChange, a.Class, a.Control = true, "msDS-GroupManagedServiceAccount", 0x1000 }, CloudSync, "", "", ""},
		{"its password has expired", ageing(42), EntraConnect, PastPassword, "2026-03-04", Blocks},
		{"its password has expired, another product", ageing(42), OtherProduct, "", "", Unknown},
		{"its password expires later", ageing(41), EntraConnect, "", "", ""},
		{"its password never expires", func(a *Account) { ageing(99)(a); a.Control |= PasswordNeverExpires }, EntraConnect, "", "", ""},
		{"its policy is not shown", func(a *Account) { ageing(99)(a); a.Policy.Unread = true }, EntraConnect, "", "", ""},
		{"a smart card is required", func(a *Account) { ageing(99)(a); a.Control |= SmartCardRequired }, EntraConnect, "", "", Unknown},
		{"a smart card is required, another product", func(a *Account) { a.Control |= SmartCardRequired }, OtherProduct, "", "", Unknown},
		{"disabled, and must change", func(a *Account) { a.MustChange, a.Control = true, AccountDisabled }, EntraConnect, OutOfUse, "is disabled", Blocks},
		{"an operator that must change", func(a *Account) { a.MustChange, a.ProtectedBy = true, operators }, EntraConnect, TierZero, "Tier 0", Blocks},
		{"a disabled computer", func(a *Account) { a.Class, a.Control = "computer", AccountDisabled }, EntraConnect, NotAnAccount, "computer", Blocks},
	} {
		a := Account{Principal: Principal{SID: secdesc.MustSID("S-1-5-21-1-2-3-1104"), SAM: "svc-adsync", Class: "user", Control: NormalAccount}}
		c.change(&a)
		u := CannotConnect(a, c.product, now)
		switch {
		case c.code == "" && u != nil:
			t.Errorf("%s: it is refused: %s", c.name, u.Why)
		case c.code != "" && (u == nil || u.Code != c.code || !strings.Contains(u.Why, c.says) || u.Fix == ""):
			t.Errorf("%s: %+v", c.name, u)
		}
		if u, weight := CannotReach(a, c.product, now); weight != c.reaches || (u == nil) != (weight == "") {
			t.Errorf("%s: nobody is reached: %+v, %q", c.name, u, weight)
		}
	}
}

func TestConnectorDoubt(t *testing.T) {
	const service = NormalAccount | PasswordNeverExpires
	replicates := "(OA;;CR;1131f6ad-9c07-11d1-f79f-00c04fc2dcd2;;S-1-5-21-1-2-3-1200)" // a group of the account's
	for _, c := range []struct {
		name   string
		change func(*Account)
		root   string // ACEs of the domain's root
		says   string // "": no doubt
	}{
		{"a name with nothing else", func(*Account) {}, "", "nothing that tells"},
		{"MSOL_", func(a *Account) { a.SAM = "MSOL_0123456789ab" }, "", ""},
		{"msol_, typed otherwise", func(a *Account) { a.SAM = "msol_0123456789AB" }, "", ""},
		{"a name that begins like it", func(a *Account) { a.SAM = "MSOL_sync" }, "", "nothing that tells"},
		{"a description", func(a *Account) {
			a.Description = "Account created by Microsoft Entra Connect with installation identifier 4f0c9d2a7b3148e6a1d05c3e9b7f2468 running on computer SYNC01"
		}, "", ""},
		{"a description in another language", func(a *Account) {
			a.Description = "Konto mit der Installations-ID 4f0c9d2a7b3148e6a1d05c3e9b7f2468 auf SYNC01"
		}, "", ""},
		{"a description that says nothing", func(a *Account) { a.Description = "Account created by somebody" }, "", "nothing that tells"},
		{"replication rights by a group", func(*Account) {}, replicates, ""},
		{"replication rights of somebody else", func(*Account) {}, "(OA;;CR;1131f6ad-9c07-11d1-f79f-00c04fc2dcd2;;S-1-5-21-1-2-3-1201)", "nothing that tells"},
		{"some of the changes alone", func(*Account) {}, "(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;S-1-5-21-1-2-3-1200)", "nothing that tells"},
		{"a service account", func(a *Account) { a.Control = service }, "", ""},
		{"one of a server program", func(a *Account) { a.Control, a.Traits.Service = service, true }, "", "nothing that tells"},
		{"Cloud Sync's", func(a *Account) { a.SAM, a.Class = "pGMSA_0a1b2c3d$", "msDS-GroupManagedServiceAccount" }, "", ""},
		{"a custom gMSA", func(a *Account) { a.SAM, a.Class = "sync$", "msDS-GroupManagedServiceAccount" }, "", ""},
		{"SQL Server's gMSA", func(a *Account) { a.SAM, a.Class, a.Traits.Service = "sql$", "msDS-GroupManagedServiceAccount", true }, "", "nothing that tells"},
		{"a person with a manager", func(a *Account) { a.Control, a.Traits.Manager = service, true }, "", "a manager"},
		{"a person with a name", func(a *Account) { a.Control, a.Traits.Named = service, true }, "", "a first and a last name"},
		{"a person with a mailbox", func(a *Account) { a.Control, a.Traits.Mail = service, true }, "", "mailbox"},
		{"a person that is synchronized", func(a *Account) { a.Control, a.Traits.Synced = service, true }, "", "source anchor"},
		{"a person called like it", func(a *Account) { a.SAM, a.Traits.Mail = "MSOL_0123456789ab", true }, replicates, "like a person's"},
	} {
		a := Account{Principal: Principal{SID: secdesc.MustSID("S-1-5-21-1-2-3-1104"), SAM: "svc-adsync", Class: "user", Control: NormalAccount}}
		c.change(&a)
		a.Token = NewToken(a.SID, secdesc.MustSID("S-1-5-21-1-2-3-1200"))
		sd, err := secdesc.ParseSDDL("D:(A;;GA;;;SY)"+c.root, secdesc.DomainSIDs{})
		if err != nil {
			t.Fatal(err)
		}
		got := ConnectorDoubt(a, Target{Descriptor: sd}, false)
		if (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
