package directory_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

func account(t *testing.T, c *directory.Conn, name string) adperms.Account {
	t.Helper()
	a, err := c.Account(t.Context(), name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return a
}

func codes(a adperms.Account) (out []string) {
	for _, r := range adperms.Reasons(a, time.Now()) {
		out = append(out, r.Code)
	}
	return out
}

func TestAccount(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	name := sambatest.Unique("joe")
	dn := dc.AddUser(t, ou, name, userPassword)
	c := open(t, admin(dc))
	before := c.Ops()["search"]
	a := account(t, c, dn)
	if n := c.Ops()["search"] - before; n > 6 {
		t.Errorf("%d searches for an account by DN", n)
	}
	if a.DN != dn || a.SID.String() != dc.SID(t, dn) || a.SAM != name || !a.IsUser() || len(a.Object.Descriptor) == 0 || len(a.Unread) > 0 {
		t.Errorf("%+v", a)
	}
	if age := time.Since(a.PasswordSet); age < -time.Minute || age > 10*time.Minute || a.MustChange {
		t.Errorf("the password was set %s ago, must change: %v", age, a.MustChange)
	}
	if inherits, known := a.Inherits(); !inherits || !known || !a.Token.Has(secdesc.MustSID("S-1-5-32-545")) || !a.Token.Has(adperms.AuthenticatedUsers) {
		t.Errorf("inherits %v (known %v), token %v", inherits, known, a.Token)
	}
	if a.Policy.DN != dc.BaseDN || a.Policy.FineGrained() || a.Policy.Unread {
		t.Errorf("%+v", a.Policy)
	}
	for _, by := range []string{name, dc.UPN(name), a.SID.String(), dc.Domain + `\` + name} {
		if same := account(t, c, by); same.DN != dn {
			t.Errorf("by %s: %s", by, same.DN)
		}
	}
	as[*directory.NoSuchPrincipalError](t, errOf(c.Account(t.Context(), sambatest.Unique("nobody"))))
	as[*directory.NoSuchPrincipalError](t, errOf(c.Account(t.Context(), ou)))
	as[*directory.NotFoundError](t, errOf(c.Account(t.Context(), "CN=Gone,"+ou)))
}

func errOf(_ adperms.Account, err error) error { return err }

// What administrators do to accounts, and what is said of it.
func TestAccountStates(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	c := open(t, admin(dc))
	make1 := func(attribute, value string) string {
		dn := dc.AddUser(t, ou, sambatest.Unique("joe"), userPassword)
		dc.SetAttribute(t, dn, attribute, value)
		return dn
	}
	lastYear := strconv.FormatInt((time.Now().AddDate(-1, 0, 0).Unix()+11644473600)*1e7, 10)
	for code, dn := range map[string]string{
		"disabled":               make1("userAccountControl", "514"),
		"smart-card-only":        make1("userAccountControl", "262656"),
		"password-never-expires": make1("userAccountControl", "66048"),
		"account-expired":        make1("accountExpires", lastYear),
		"must-change-password":   make1("pwdLastSet", "0"),
		"orphaned-admincount":    make1("adminCount", "1"),
	} {
		if got := codes(account(t, c, dn)); !slices.Contains(got, code) {
			t.Errorf("%s: %q", code, got)
		}
	}
	fixed := dc.AddUser(t, ou, sambatest.Unique("joe"), userPassword)
	dc.AddACE(t, fixed, "(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS)")
	if got := codes(account(t, c, fixed)); !slices.Contains(got, "cannot-change-password") {
		t.Errorf("cannot-change-password: %q", got)
	}
}

// Protected is who is in a protected group, however deep, by a distribution
// group or as the primary group; not who bears the mark.
func TestAccountProtected(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	c := open(t, admin(dc))
	deep := dc.AddUser(t, ou, sambatest.Unique("joe"), userPassword)
	inner := dc.AddGroup(t, ou, sambatest.Unique("inner"), deep)
	outer := dc.AddGroup(t, ou, sambatest.Unique("outer"), inner)
	addMember(t, dc, "CN=Backup Operators,CN=Builtin,"+dc.BaseDN, outer)
	if a := account(t, c, deep); len(a.ProtectedBy) != 1 || a.ProtectedBy[0].Name != "Backup Operators" || !slices.Contains(codes(a), "protected-account") {
		t.Errorf("nested: %+v", a.ProtectedBy)
	}
	mailed := dc.AddUser(t, ou, sambatest.Unique("joe"), userPassword)
	list := dc.AddGroup(t, ou, sambatest.Unique("list"), mailed)
	dc.SetAttribute(t, list, "groupType", "8") // universal, not for security
	addMember(t, dc, "CN=Backup Operators,CN=Builtin,"+dc.BaseDN, list)
	if a := account(t, c, mailed); len(a.ProtectedBy) != 1 || a.Token.Has(secdesc.MustSID("S-1-5-32-551")) {
		t.Errorf("by a distribution group: %+v", a.ProtectedBy)
	}
	boss := account(t, c, "Administrator")
	var names []string
	for _, p := range boss.ProtectedBy {
		names = append(names, p.Name)
	}
	if got := strings.Join(names, ", "); !strings.HasPrefix(got, "Administrator, Domain Admins") || !strings.HasSuffix(got, "Administrators") {
		t.Errorf("the Administrator: %s", got)
	}
}

func addMember(t *testing.T, dc *sambatest.DC, group, member string) {
	t.Helper()
	conn := dc.Admin(t)
	m := ldap.NewModifyRequest(group, nil)
	m.Add("member", []string{member})
	if err := conn.Modify(m); err != nil {
		t.Fatalf("add %s to %s: %v", member, group, err)
	}
}

// The PSO that is in force is the DC's own word, and our computation agrees.
func TestAccountPolicy(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	c := open(t, admin(dc))
	dn := dc.AddUser(t, ou, sambatest.Unique("joe"), userPassword)
	group := dc.AddGroup(t, ou, sambatest.Unique("staff"), dn)
	settings := func(precedence, minAge string, to string) (name string) {
		name = sambatest.Unique("pso")
		dc.Add(t, "CN="+name+",CN=Password Settings Container,CN=System,"+dc.BaseDN, sambatest.Attrs{
			"objectClass": {"msDS-PasswordSettings"}, "msDS-PasswordSettingsPrecedence": {precedence},
			"msDS-PasswordReversibleEncryptionEnabled": {"FALSE"}, "msDS-PasswordHistoryLength": {"5"}, "msDS-PasswordComplexityEnabled": {"TRUE"},
			"msDS-MinimumPasswordLength": {"12"}, "msDS-MinimumPasswordAge": {minAge}, "msDS-MaximumPasswordAge": {"-9223372036854775808"},
			"msDS-LockoutThreshold": {"3"}, "msDS-LockoutObservationWindow": {"-18000000000"}, "msDS-LockoutDuration": {"-18000000000"},
			"msDS-PSOAppliesTo": {to},
		})
		return name
	}
	strict := settings("10", "-864000000000", group)
	settings("20", "0", group)
	a := account(t, c, dn)
	p := a.Policy
	if p.Name != strict || p.MinAge != 24*time.Hour || p.MinLength != 12 || p.History != 5 || !p.Complex || p.MaxAge != 0 || p.LockoutDuration != 30*time.Minute || p.LockoutThreshold != 3 {
		t.Errorf("%+v", p)
	}
	if got := codes(a); !slices.Contains(got, "min-password-age") {
		t.Errorf("%q", got)
	}
	all, err := c.PasswordSettings(t.Context())
	if err != nil || len(all) < 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	if own, ok := adperms.ResultantPolicy(dn, []string{group}, all); !ok || own.Name != strict {
		t.Errorf("computed: %+v", own)
	}
	// Who may not read a PSO still knows that it is in force.
	other := sambatest.Unique("low")
	dc.AddUser(t, ou, other, userPassword)
	low := account(t, open(t, user(dc, other)), dn)
	if low.Policy.Name != strict || !low.Policy.Unread || !slices.Contains(codes(low), "account-unread") {
		t.Errorf("without rights: %+v", low.Policy)
	}
}

func TestDomainPolicy(t *testing.T) {
	dc := sambatest.New(t)
	dc.SetAttribute(t, dc.BaseDN, "minPwdAge", "-864000000000")
	dc.SetAttribute(t, dc.BaseDN, "pwdHistoryLength", "12")
	dc.SetAttribute(t, dc.BaseDN, "lockoutDuration", "-9223372036854775808")
	p, err := open(t, admin(dc)).DomainPolicy(t.Context())
	if err != nil || p.MinAge != 24*time.Hour || p.History != 12 || p.LockoutDuration != 0 || p.Unread {
		t.Errorf("%+v, %v", p, err)
	}
}
