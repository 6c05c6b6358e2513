package directory_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"
	"github.com/google/go-cmp/cmp"

	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// A domain with two DCs, and what each of them says about it.
func TestTwoDCs(t *testing.T) {
	one, two := sambatest.NewPair(t)
	t.Run("listed", func(t *testing.T) { dcsListed(t, one, two) })
	t.Run("reached", func(t *testing.T) { dcsReached(t, one, two) })
	t.Run("propagation", func(t *testing.T) { propagation(t, one, two) })
	t.Run("another domain's DC", func(t *testing.T) { dcsOfAnotherDomain(t, one) })
	t.Run("unlikely answers", func(t *testing.T) { dcsUnlikely(t, one) })
	t.Run("RODC", func(t *testing.T) { dcsWithRODC(t, one) })
	t.Run("sites", func(t *testing.T) { dcsInSites(t, one) })
	t.Run("domains", func(t *testing.T) { domainsOfTheForest(t, one) })
}

const firstSite = "Default-First-Site-Name"

func sitesOf(dc *sambatest.DC) string { return "CN=Sites,CN=Configuration," + dc.BaseDN }

func serverDN(dc *sambatest.DC, name, site string) string {
	return "CN=" + name + ",CN=Servers,CN=" + site + "," + sitesOf(dc)
}

func dcInfo(t *testing.T, dc *sambatest.DC, name, site string) directory.DCInfo {
	t.Helper()
	dn := serverDN(dc, name, site)
	agent, err := secdesc.GUIDFromBytes(dc.Value(t, "CN=NTDS Settings,"+dn, "objectGUID"))
	if err != nil {
		t.Fatal(err)
	}
	return directory.DCInfo{
		Host: strings.ToLower(name) + "." + domainOf(dc), Name: name, Site: site, DN: dn,
		Account: "CN=" + name + ",OU=Domain Controllers," + dc.BaseDN, DSA: agent, GlobalCatalog: true,
	}
}

func wantDCs(t *testing.T, c *directory.Conn, want ...directory.DCInfo) {
	t.Helper()
	got, err := c.DCs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("wanted (-), got (+):\n%s", diff)
	}
}

// Both DCs name both; which of them is spoken to is the only difference.
func dcsListed(t *testing.T, one, two *sambatest.DC) {
	first, second := dcInfo(t, one, "DC1", firstSite), dcInfo(t, one, "DC2", firstSite)
	first.Connected = true
	c := open(t, admin(one))
	wantDCs(t, c, first, second)
	if n := c.Ops()["search"]; n != 1 {
		t.Errorf("%d searches", n)
	}
	first.Connected, second.Connected = false, true
	wantDCs(t, open(t, admin(two)), first, second)
}

// The names that one DC gives for all lead to all, and each is the one it is
// said to be.
func dcsReached(t *testing.T, one, two *sambatest.DC) {
	o := admin(one)
	o.DC, o.Resolver = "", sambatest.Resolver(t, one, two)
	all, err := open(t, o).DCs(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, dc := range all {
		o.DC = "ldaps://" + dc.Host
		c := open(t, o)
		there, err := c.DCs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range there {
			if d.Connected != (d.DSA == dc.DSA) {
				t.Errorf("%s says that it is %+v", dc.Host, d)
			}
		}
		if c.Root().ServerName != dc.DN {
			t.Errorf("%s is %s, not %s", dc.Host, c.Root().ServerName, dc.DN)
		}
	}
}

// changing opens a connection through a proxy that changes what is said about the
// nTDSDSA object of DC2.
func changing(t *testing.T, dc *sambatest.DC, change func(e *ldapproxy.Entry)) *directory.Conn {
	t.Helper()
	proxy, o := proxied(t, dc)
	c := open(t, o)
	proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
		if !strings.HasPrefix(e.DN, "CN=NTDS Settings,CN=DC2,") {
			return false
		}
		change(e)
		return true
	}))
	return c
}

// Samba has no child domains, so that it is made to say that DC2 is one's.
func dcsOfAnotherDomain(t *testing.T, one *sambatest.DC) {
	first, second := dcInfo(t, one, "DC1", firstSite), dcInfo(t, one, "DC2", firstSite)
	first.Connected = true
	child := "DC=emea," + one.BaseDN
	wantDCs(t, changing(t, one, func(e *ldapproxy.Entry) {
		e.Set("msDS-HasDomainNCs", child)
		e.Set("hasMasterNCs", child)
	}), first)
	// The forest root's NCs are on no DC of a child but as partial replicas; msDS-HasDomainNCs decides where the two disagree.
	wantDCs(t, changing(t, one, func(e *ldapproxy.Entry) { e.Set("msDS-HasDomainNCs", child) }), first)
	// A DC older than msDS-HasDomainNCs, and one that is spelled otherwise.
	wantDCs(t, changing(t, one, func(e *ldapproxy.Entry) { e.Set("msDS-HasDomainNCs") }), first, second)
	wantDCs(t, changing(t, one, func(e *ldapproxy.Entry) {
		e.Set("msDS-HasDomainNCs", strings.ReplaceAll(strings.ToLower(one.BaseDN), ",", ", "))
	}), first, second)
}

func dcsUnlikely(t *testing.T, one *sambatest.DC) {
	_, err := changing(t, one, func(e *ldapproxy.Entry) { e.Set("objectGUID", "short") }).DCs(t.Context())
	if err == nil {
		t.Fatal("a GUID of five bytes was believed")
	}
	says(t, err, "malformed answer", "objectGUID")
	_, err = changing(t, one, func(e *ldapproxy.Entry) { e.DN = "no DN" }).DCs(t.Context())
	if err == nil {
		t.Fatal("a DN that is none was believed")
	}
	says(t, err, "malformed answer", "no DN")

	// Not where it was looked for.
	_, err = changing(t, one, func(e *ldapproxy.Entry) { e.DN = "CN=NTDS Settings" }).DCs(t.Context())
	as[*directory.OtherObjectError](t, err)
	first := dcInfo(t, one, "DC1", firstSite)
	first.Connected = true
	// Its server object is not shown: all that the DN says is still known.
	second := dcInfo(t, one, "DC2", firstSite)
	hidden := directory.DCInfo{Name: "DC3", Site: firstSite, DN: serverDN(one, "DC3", firstSite), DSA: second.DSA}
	wantDCs(t, changing(t, one, func(e *ldapproxy.Entry) {
		e.DN = "CN=NTDS Settings," + hidden.DN
		e.Set("options", "many")
	}), first, hidden)

	proxy, o := proxied(t, one)
	c := open(t, o)
	proxy.After(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.SearchEntry {
			return ldapproxy.Keep()
		}
		return ldapproxy.Pass()
	})
	_, err = c.DCs(t.Context())
	says(t, as[*directory.NotFoundError](t, err), "nTDSDSA", one.BaseDN)
	_, err = c.Domains(t.Context())
	says(t, as[*directory.NotFoundError](t, err), "crossRef", "CN=Partitions")
}

func dcsWithRODC(t *testing.T, one *sambatest.DC) {
	name := one.JoinRODC(t)
	rodc := dcInfo(t, one, name, firstSite)
	rodc.ReadOnly = true
	if got := string(one.Value(t, "CN=NTDS Settings,"+rodc.DN, "msDS-isRODC")); got != "TRUE" { // what the DC itself computes
		t.Errorf("msDS-isRODC is %q", got)
	}
	first := dcInfo(t, one, "DC1", firstSite)
	first.Connected = true
	wantDCs(t, open(t, admin(one)), first, dcInfo(t, one, "DC2", firstSite), rodc)
}

// A DC is moved to another site, and that is its site then; a server object
// without a DC is none.
func dcsInSites(t *testing.T, one *sambatest.DC) {
	const branch = `Branch, \ west`
	site := one.Add(t, "CN="+ldap.EscapeDN(branch)+","+sitesOf(one), sambatest.Attrs{"objectClass": {"site"}})
	servers := one.Add(t, "CN=Servers,"+site, sambatest.Attrs{"objectClass": {"serversContainer"}})
	one.Add(t, "CN=OLD1,"+servers, sambatest.Attrs{"objectClass": {"server"}, "dNSHostName": {"old1.corp.example"}})
	from := serverDN(one, "DC2", firstSite)
	want := dcInfo(t, one, "DC2", firstSite)
	if err := one.Admin(t).ModifyDN(ldap.NewModifyDNRequest(from, "CN=DC2", true, servers)); err != nil {
		t.Fatal(err)
	}
	all, err := open(t, admin(one)).DCs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	moved := slices.IndexFunc(all, func(d directory.DCInfo) bool { return d.Name == "DC2" })
	if moved < 0 || slices.ContainsFunc(all, func(d directory.DCInfo) bool { return d.Name == "OLD1" }) {
		t.Fatalf("%+v", all)
	}
	want.Site, want.DN = branch, all[moved].DN
	if all[moved] != want || !strings.HasSuffix(want.DN, ",CN=Servers,"+site) {
		t.Errorf("got  %+v\nwant %+v", all[moved], want)
	}
}

// The forest's other domains are told from what is none, or none yet.
func domainsOfTheForest(t *testing.T, one *sambatest.DC) {
	const domain = sambatest.CrossRefNC | sambatest.CrossRefDomain
	emea, amer := one.CrossRef(t, "emea", domain, nil), one.CrossRef(t, "amer", domain, sambatest.Attrs{"dnsRoot": {"Amer.Corp.Example."}})
	one.CrossRef(t, "soon", domain, sambatest.Attrs{"Enabled": {"FALSE"}})
	one.CrossRef(t, "zone", sambatest.CrossRefNC|sambatest.CrossRefNoGC, nil)
	one.CrossRef(t, "external", 0, nil)
	got, err := open(t, admin(one)).Domains(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []directory.DomainInfo{
		{DNS: "corp.example", DN: one.BaseDN, NetBIOS: one.Domain, ForestRoot: true, Connected: true},
		{DNS: "amer.corp.example", DN: amer, NetBIOS: "AMER"},
		{DNS: "emea.corp.example", DN: emea, NetBIOS: "EMEA"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("wanted (-), got (+):\n%s", diff)
	}
}
