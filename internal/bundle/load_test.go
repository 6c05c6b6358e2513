package bundle

import (
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/adperms/secdesc"
)

// A domain that was read in part becomes one that holds together.
func TestRestore(t *testing.T) {
	const nc = "DC=corp,DC=example"
	domain := secdesc.MustSID("S-1-5-21-1-2-3")
	sid := func(rid uint32) []Octets { return []Octets{Octets(domain.Child(rid).Bytes())} }
	d := Domain{
		RootDSE: map[string][]string{"defaultNamingContext": {nc}, "configurationNamingContext": {"CN=Configuration," + nc}},
		Entries: []Entry{
			{DN: nc, Values: map[string][]Octets{"objectClass": {"top", "domain", "domainDNS"}, "objectSid": {Octets(domain.Bytes())}}},
			{DN: "CN=ann,OU=deep,OU=unread," + nc, Values: map[string][]Octets{"objectClass": {"top", "user"}, "objectSid": sid(1104), "primaryGroupID": {"513"},
				"pwdLastSet": {"125911583400000000"}, "accountExpires": {"9223372036854775807"}, "manager": {present}, "objectCategory": {"Person"},
				"msDS-ResultantPSO": {"CN=strict,CN=Password Settings Container,CN=System," + nc}},
				Groups: []string{domain.Child(513).String(), domain.Child(1105).String(), domain.Child(1106).String(), "S-1-5-32-544", "S-1-5-11", "no SID"}},
			{DN: "CN=known,CN=Users," + nc, Values: map[string][]Octets{"objectClass": {"top", "group"}, "objectSid": sid(1105)}},
		},
	}
	now := time.Date(2026, time.November, 30, 12, 0, 0, 0, time.UTC)
	all := map[string]map[string][]string{}
	for _, o := range d.Restore(now) {
		if all[o.DN] != nil {
			t.Errorf("%s is there twice", o.DN)
		}
		all[o.DN] = o.Values
		if len(o.Values["objectGUID"]) != 1 || len(o.Values["objectGUID"][0]) != 16 || len(o.Values["objectClass"]) < 2 || len(o.Values["nTSecurityDescriptor"]) == 0 && !slices.Contains(o.Values["objectClass"], "group") {
			t.Errorf("%s is no object: %v", o.DN, o.Values)
		}
	}
	ann := "CN=ann,OU=deep,OU=unread," + nc
	for _, dn := range []string{"OU=deep,OU=unread," + nc, "OU=unread," + nc, "CN=Users," + nc, "CN=Builtin," + nc} {
		if all[dn] == nil {
			t.Errorf("%s was not made", dn)
		}
	}
	for dn, member := range map[string]bool{"CN=known,CN=Users," + nc: true, "CN=unread-S-1-5-21-1-2-3-1106,CN=Users," + nc: true, "CN=unread-S-1-5-32-544,CN=Builtin," + nc: true,
		"CN=unread-S-1-5-21-1-2-3-513,CN=Users," + nc: false} { // the primary group, which primaryGroupID says
		if got := slices.Contains(all[dn]["member"], ann); got != member {
			t.Errorf("%s has ann: %v", dn, got)
		}
	}
	if pso := all["CN=strict,CN=Password Settings Container,CN=System,"+nc]; pso["nTSecurityDescriptor"][0] != unseen || !slices.Equal(pso["msDS-PSOAppliesTo"], []string{ann}) {
		t.Errorf("the policy is %v", pso)
	}
	v := all[ann]
	if v["manager"][0] != ann || v["accountExpires"][0] != "9223372036854775807" || v["objectCategory"] != nil || v["nTSecurityDescriptor"][0] != hidden {
		t.Errorf("ann is %v", v)
	}
	if got := v["pwdLastSet"][0]; got != "134405135400000000" { // a minute before now
		t.Errorf("the password was set at %s", got)
	}
	for dn := range all {
		if strings.Contains(dn, "S-1-5-11") || strings.Contains(dn, "no SID") {
			t.Errorf("%s was made", dn)
		}
	}
}
