package adperms

import "testing"

func TestNoScope(t *testing.T) {
	const root = "DC=corp,DC=example"
	person := []string{"top", "person", "organizationalPerson", "user"}
	container, ou, head := []string{"top", "container"}, []string{"top", "organizationalUnit"}, []string{"top", "domain", "domainDNS"}
	for _, c := range []struct {
		dn      string
		classes []string
		refused bool
	}{
		{root, head, false},
		{"dc=CORP,dc=EXAMPLE", head, false},
		{"OU=Sales," + root, ou, false},
		{"CN=Users," + root, container, false},
		{"CN=Lee\\, Ann,OU=Sales," + root, person, false},
		{"CN=Ann,OU=Sales," + root, append(person, "inetOrgPerson"), false},
		{"OU=DC\\=Sales," + root, ou, false},
		{"OU=x\\,CN=Configuration," + root, ou, false}, // a name that looks like another place
		{"OU=System," + root, ou, false},
		{"CN=AdminSDHolder,CN=System," + root, container, false}, // it has a finding of its own

		{"CN=Configuration," + root, []string{"top", "configuration"}, true},
		{"cn=configuration,dc=corp,dc=example", []string{"top", "configuration"}, true},
		{"CN=Schema,CN=Configuration," + root, []string{"top", "dMD"}, true},
		{"CN=Services,CN=Configuration," + root, container, true},
		{"CN=Configuration,DC=example", []string{"top", "configuration"}, true},    // of a domain below the forest's root
		{"CN=Schema,CN=Configuration,DC=example", []string{"top", "dMD"}, true},    //
		{"DC=DomainDnsZones," + root, head, true},                                  //
		{"CN=MicrosoftDNS,DC=ForestDnsZones," + root, container, true},             //
		{"DC=child," + root, head, true},                                           //
		{"OU=Sales,DC=child," + root, ou, true},                                    //
		{"OU=Sales,DC=other,DC=example", ou, true},                                 //
		{"OU=Sales,DC=evilcorp,DC=example", ou, true},                              //
		{"OU=Sales,OU=x\\,DC=corp,DC=example", ou, true},                           // the comma is part of a name
		{"CN=System," + root, container, true},                                     //
		{"CN=Policies,CN=System," + root, container, true},                         //
		{"CN=Deleted Objects," + root, container, true},                            //
		{"CN=Domain Admins,CN=Users," + root, []string{"top", "group"}, true},      //
		{"CN=DC1,OU=Domain Controllers," + root, append(person, "computer"), true}, //
		{"CN=pGMSA,CN=Managed Service Accounts," + root, append(person, "computer", "msDS-GroupManagedServiceAccount"), true},
		{"CN=Ann,OU=Sales," + root, []string{"top", "person", "organizationalPerson", "contact"}, true},
		{"CN=NTDS Quotas," + root, []string{"top", "msDS-QuotaContainer"}, true},
		{"OU=Sales," + root, nil, true}, // what is not known is no place for users
		{"OU=Sales,dc=Corp, DC=example ", ou, false},
		{`OU=Sales,DC=c\6frp,DC=example`, ou, false}, // the same in another spelling
		{`CN=Configurati\6fn,DC=corp,DC=example`, container, true},
		{`CN=Policies,cn = System,` + root, container, true},
		{`CN=AdminSDHolder,CN=System,OU=x,` + root, container, false}, // an OU that somebody made
		{"CN=AdminSDHolder,CN=System,DC=child," + root, container, false},
		{"OU=Sales", ou, true},
		{"Sales", ou, true}, // no DN
		{"OU=a+OU=b," + root, ou, true},
	} {
		if why := NoScope(Object{DN: c.dn, Classes: c.classes}, root); (why != "") != c.refused {
			t.Errorf("%s %q: %q, refused must be %v", c.dn, c.classes, why, c.refused)
		}
	}
}

// An account that is nobody's is no scope, whatever its class.
func TestNoScopeByKind(t *testing.T) {
	person := []string{"top", "person", "organizationalPerson", "user"}
	for _, c := range []struct {
		name    string
		o       Object
		refused bool
	}{
		{"a user", Object{Classes: person, Control: NormalAccount, SID: joe}, false},
		{"a user whose bits are not shown", Object{Classes: person}, false},
		{"a trust", Object{Classes: person, Control: 0x820, SID: joe}, true},
		{"a computer's account of class user", Object{Classes: person, Control: 0x1000, SID: joe}, true},
		{"Guest", Object{Classes: person, Control: NormalAccount, SID: testDomain.Child(501)}, true},
		{"krbtgt", Object{Classes: person, Control: NormalAccount, SID: testDomain.Child(502)}, true},
		{"Administrator", Object{Classes: person, Control: NormalAccount, SID: testDomain.Child(500)}, false}, // it has a finding of its own
	} {
		c.o.DN = "CN=x,CN=Users,DC=corp,DC=example"
		if why := NoScope(c.o, "DC=corp,DC=example"); (why != "") != c.refused {
			t.Errorf("%s: %q, refused must be %v", c.name, why, c.refused)
		}
	}
}
