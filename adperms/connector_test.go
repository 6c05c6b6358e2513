package adperms

import (
	"strings"
	"testing"

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
		{"a group", "1106", "Sync Admins", "group", 0, "", "stands for several", "--connector"},
		{"a contact with a SID", "1107", "", "contact", 0, "", "contact", "--connector"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Principal{SID: secdesc.MustSID(domain + c.rid), SAM: c.sam, Class: c.class, Control: c.control}
			u := CannotConnect(p, c.product)
			if c.says == "" {
				if u != nil {
					t.Errorf("it is refused: %s", u.Why)
				}
				return
			}
			if u == nil {
				t.Fatal("it is taken")
			}
			if !strings.Contains(u.Why, c.says) || !strings.Contains(u.Fix, c.fix) {
				t.Errorf("%+v", *u)
			}
		})
	}
	if u := CannotConnect(Principal{Class: "contact"}, ""); u == nil || !strings.Contains(u.Why, "contact") {
		t.Errorf("a contact has no SID, and is called %+v", u)
	}
	for _, sid := range []secdesc.SID{Everyone, AuthenticatedUsers, secdesc.MustSID("S-1-5-32-544")} {
		if CannotConnect(Principal{SID: sid}, "") == nil {
			t.Errorf("%s is taken", sid)
		}
	}
}
