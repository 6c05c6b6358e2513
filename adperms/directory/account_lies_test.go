package directory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/internal/sambatest"
)

// A DC that does not serve msDS-ResultantPSO leaves the policy in force to us.
func TestAccountPolicyComputed(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	dn := dc.AddUser(t, ou, sambatest.Unique("joe"), userPassword)
	free := dc.AddUser(t, ou, sambatest.Unique("ann"), userPassword)
	inner := dc.AddGroup(t, ou, sambatest.Unique("inner"), dn)
	outer := dc.AddGroup(t, ou, sambatest.Unique("outer"), inner)
	list := dc.AddGroup(t, ou, sambatest.Unique("list"), free)
	dc.SetAttribute(t, list, "groupType", "2") // global, not for security
	pso := func(precedence, to string) (name string) {
		name = sambatest.Unique("pso")
		dc.Add(t, "CN="+name+",CN=Password Settings Container,CN=System,"+dc.BaseDN, sambatest.Attrs{
			"objectClass": {"msDS-PasswordSettings"}, "msDS-PasswordSettingsPrecedence": {precedence},
			"msDS-PasswordReversibleEncryptionEnabled": {"FALSE"}, "msDS-PasswordHistoryLength": {"5"}, "msDS-PasswordComplexityEnabled": {"TRUE"},
			"msDS-MinimumPasswordLength": {"12"}, "msDS-MinimumPasswordAge": {"0"}, "msDS-MaximumPasswordAge": {"-9223372036854775808"},
			"msDS-LockoutThreshold": {"3"}, "msDS-LockoutObservationWindow": {"-18000000000"}, "msDS-LockoutDuration": {"-18000000000"},
			"msDS-PSOAppliesTo": {to},
		})
		return name
	}
	pso("20", inner)
	strict := pso("10", outer)
	pso("5", list)
	for _, who := range []struct{ dn, want string }{{dn, strict}, {free, ""}, {"CN=Administrator,CN=Users," + dc.BaseDN, ""}} {
		told := account(t, open(t, admin(dc)), who.dn)
		computed := account(t, lying(t, dc, "msDS-ResultantPSO"), who.dn)
		if told.Policy != computed.Policy || computed.Policy.Name != who.want {
			t.Errorf("%s: the DC says %q, computed is %q, want %q", who.dn, told.Policy.Name, computed.Policy.Name, who.want)
		}
	}
}

// What is hidden is told as hidden; what is nonsense is not believed.
func TestAccountHidden(t *testing.T) {
	dc := sambatest.Shared(t)
	dn := dc.AddUser(t, dc.OU(t), sambatest.Unique("joe"), userPassword)
	for _, attribute := range []string{"userAccountControl", "pwdLastSet", "nTSecurityDescriptor"} {
		a := account(t, lying(t, dc, attribute), dn)
		if !slices.Equal(a.Unread, []string{attribute}) || !slices.Equal(codes(a), []string{"account-unread"}) || a.SID.IsZero() || a.DN != dn || !a.IsUser() {
			t.Errorf("without %s: unread %q, %q", attribute, a.Unread, codes(a))
		}
	}
	policy := account(t, lying(t, dc, "minPwdAge"), dn).Policy
	if !policy.Unread {
		t.Errorf("%+v", policy)
	}
	groups := account(t, lying(t, dc, "tokenGroups"), "CN=Administrator,CN=Users,"+dc.BaseDN)
	if len(groups.ProtectedBy) < 3 {
		t.Errorf("without tokenGroups: %+v", groups.ProtectedBy)
	}
	for attribute, value := range map[string]string{"tokenGroups": "\x01", "objectSid": "\x01\xff", "objectGUID": "x", "replPropertyMetaData": "\x01"} {
		_, err := lying(t, dc, attribute, value).Account(t.Context(), dn)
		if err == nil || !strings.Contains(err.Error(), "malformed") {
			t.Errorf("%s %q: %v", attribute, value, err)
		}
	}
	for _, nonsense := range []string{"soon", "-1", "99999999999999999999"} {
		a := account(t, lying(t, dc, "accountExpires", nonsense), dn)
		if a.Expired(time.Now()) {
			t.Errorf("accountExpires %s was believed: %s", nonsense, a.Expires)
		}
	}
}
