package adperms

import (
	"strings"
	"testing"

	"writeback/adperms/secdesc"
)

func TestAccountKindOf(t *testing.T) {
	user := []string{"top", "person", "organizationalPerson", "user"}
	with := func(more ...string) []string { return append(user[:len(user):len(user)], more...) }
	local := secdesc.MustSID("S-1-5-32-501")
	for _, c := range []struct {
		name    string
		classes []string
		control AccountControl
		sid     secdesc.SID
		want    AccountKind
		dn      string
	}{
		{"a user", user, NormalAccount, joe, Person, ""},
		{"inetOrgPerson", with("inetOrgPerson"), NormalAccount, joe, Person, ""},
		{"a class of one's own", with("contosoEmployee"), NormalAccount, joe, Person, ""},
		{"disabled", user, NormalAccount | AccountDisabled, joe, Person, ""},
		{"the name of a class in another case", []string{"USER"}, NormalAccount, joe, Person, ""},
		{"userAccountControl is not shown", user, 0, joe, Person, ""},
		{"neither is its SID", user, 0, secdesc.SID{}, Person, ""},
		{"Administrator", user, NormalAccount, testDomain.Child(500), Person, ""},

		{"a trust", user, 0x820, joe, TrustAccount, ""},
		{"a trust with all bits", user, 0x800 | NormalAccount, joe, TrustAccount, ""},
		{"a computer", with("computer"), 0x1000, joe, MachineAccount, ""},
		{"a domain controller", with("computer"), 532480, joe, MachineAccount, ""},
		{"a computer whose bits are not shown", with("Computer"), 0, joe, MachineAccount, ""},
		{"a computer's account of class user", user, 0x1000, joe, MachineAccount, ""},
		{"an old managed service account", with("computer", "msDS-ManagedServiceAccount"), 0x1000, joe, ServiceAccount, ""},
		{"a gMSA", with("computer", "msDS-GroupManagedServiceAccount"), 0x1000, joe, ServiceAccount, ""},
		{"a dMSA", with("computer", "msDS-DelegatedManagedServiceAccount"), 0x1000, joe, ServiceAccount, ""},
		{"Guest", user, NormalAccount | AccountDisabled, testDomain.Child(501), GuestAccount, ""},
		{"krbtgt", user, NormalAccount | AccountDisabled, testDomain.Child(502), KrbtgtAccount, ""},
		{"DefaultAccount", user, NormalAccount | AccountDisabled, testDomain.Child(503), DefaultAccount, ""},
		{"krbtgt of a read-only domain controller", user, NormalAccount | AccountDisabled, joe, KrbtgtAccount, "CN=krbtgt_12345,CN=Users,DC=corp,DC=example"},
		{"the key of Microsoft Entra Kerberos", user, NormalAccount | AccountDisabled, joe, KrbtgtAccount, "cn=KRBTGT_AzureAD,OU=Keys,DC=corp,DC=example"},
		{"an account of such a name that is enabled", user, NormalAccount, joe, Person, "CN=krbtgt_12345,CN=Users,DC=corp,DC=example"},
		{"a name that begins like it", user, NormalAccount | AccountDisabled, joe, Person, "CN=krbtgt_12345 old,CN=Users,DC=corp,DC=example"},
		{"a name without a number", user, NormalAccount | AccountDisabled, joe, Person, "CN=krbtgt_,CN=Users,DC=corp,DC=example"},
		{"a name that is nothing more", user, NormalAccount | AccountDisabled, joe, Person, "CN=krbtgt_12345"},
		{"somebody in an OU of such a name", user, NormalAccount | AccountDisabled, joe, Person, "CN=Ann,CN=krbtgt_12345,DC=corp,DC=example"},
		{"of another authority, with a RID like Guest's", user, NormalAccount, local, Person, ""},
		{"a contact", []string{"top", "person", "organizationalPerson", "contact"}, 0, secdesc.SID{}, NoAccount, ""},
		{"a group", []string{"top", "group"}, 0, joe, NoAccount, ""},
		{"nothing is shown", nil, 0, secdesc.SID{}, NoAccount, ""},
	} {
		kind := AccountKindOf(c.classes, c.control, c.sid, c.dn)
		if kind != c.want {
			t.Errorf("%s: %q, want %q", c.name, kind, c.want)
		}
		var raw [][]byte
		for _, class := range c.classes {
			raw = append(raw, []byte(class))
		}
		if again := AccountKindOf(raw, c.control, c.sid, []byte(c.dn)); again != kind {
			t.Errorf("%s: %q as text, %q as octets", c.name, kind, again)
		}
		counted := Counts(kind, c.sid, testDomain.Child(1200))
		if counted != (c.want == Person) {
			t.Errorf("%s: counted %v", c.name, counted)
		}
		a := Account{Principal: Principal{DN: c.dn, SID: c.sid, Control: c.control}, Object: Object{Classes: c.classes}}
		why := NotCounted(a, testDomain.Child(1200))
		if (why.Code == "") != counted || !counted && (why.Code != "not-a-user" || why.Weight != Blocks || kind != NoAccount && !strings.Contains(why.Text, string(kind)+": "+ofItself[kind]+". The")) {
			t.Errorf("%s: counted %v, and %+v", c.name, counted, why)
		}
	}
	for _, class := range []string{"user", "msDS-GroupManagedServiceAccount"} {
		a := Account{Principal: Principal{SID: joe, Class: class}}
		if why := NotCounted(a, joe); why.Code != "connector-itself" || why.Weight != Blocks || !strings.Contains(why.Text, "do not count it") {
			t.Errorf("the connector account of class %s: %+v", class, why)
		}
	}
	if Counts(Person, joe, joe) || !Counts(Person, secdesc.SID{}, secdesc.SID{}) {
		t.Error("the connector account is counted, or an account without a SID is taken for it")
	}
}
