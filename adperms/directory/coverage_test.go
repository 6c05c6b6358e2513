package directory_test

import (
	"crypto/tls"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/ldapproxy"
	"writeback/internal/practice/domain"
	"writeback/internal/sambatest"
)

// trusting is a TLS client's trust in the practice domain.
func trusting(d *domain.Domain) *tls.Config {
	return &tls.Config{RootCAs: d.RootCAs(), ServerName: "127.0.0.1"}
}

// asked is what coverage asks about one scope: the rights for user there, as if
// they were planned.
func asked(t *testing.T, c *directory.Conn, connector, scope string) coverage.Question {
	t.Helper()
	p, err := c.Principal(t.Context(), connector)
	if err != nil {
		t.Fatal(err)
	}
	token, err := c.Token(t.Context(), p.DN)
	if err != nil {
		t.Fatal(err)
	}
	user, _ := adperms.Lookup("user")
	q := coverage.Question{Connector: p.SID, Token: token, Scopes: []string{scope}, Classes: []secdesc.GUID{user.GUID}}
	e := adperms.Edit{DN: scope}
	for _, g := range adperms.WritebackGrants(p.SID, user) {
		e.Add = append(e.Add, g.ACE())
	}
	q.Edits = []adperms.Edit{e}
	return q
}

// covered asks, and gives what is said of each user below a DN.
func covered(t *testing.T, c *directory.Conn, how directory.Covering, below string) (map[string]coverage.Verdict, coverage.Report) {
	t.Helper()
	out := map[string]coverage.Verdict{}
	how.Each = func(u *coverage.User, class string, v coverage.Verdict) error {
		dn := string(u.DN)
		if _, twice := out[dn]; twice {
			t.Errorf("%s was counted twice", dn)
		}
		if strings.HasSuffix(dn, below) {
			out[dn] = v
		}
		return nil
	}
	s, err := c.Cover(soon(t), how)
	if err != nil {
		t.Fatal(err)
	}
	return out, s.Predicted()
}

// What a DC does not show, or shows wrongly, is counted as that and named.
func TestCoverCountsWhatItCannotRead(t *testing.T) {
	dc := sambatest.New(t)
	ou := dc.OU(t)
	connector := dc.AddUser(t, ou, sambatest.Unique("sync"), userPassword)
	dark := dc.AddOU(t, ou, sambatest.Unique("dark"))
	hidden, broken, below, plain := dc.AddUser(t, ou, sambatest.Unique("a"), userPassword), dc.AddUser(t, ou, sambatest.Unique("b"), userPassword),
		dc.AddUser(t, dark, sambatest.Unique("c"), userPassword), dc.AddUser(t, ou, sambatest.Unique("d"), userPassword)
	proxy, o := proxied(t, dc)
	proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
		if len(e.Values("nTSecurityDescriptor")) == 0 {
			return false
		}
		switch e.DN {
		case hidden, dark:
			e.Set("nTSecurityDescriptor")
		case broken:
			e.Set("nTSecurityDescriptor", "\x01\x00\x04\x80no descriptor at all")
		default:
			return false
		}
		return true
	}))
	c := open(t, o)
	got, r := covered(t, c, directory.Covering{Question: asked(t, c, connector, ou)}, ou)
	for dn, want := range map[string]coverage.Reason{hidden: coverage.Hidden, broken: coverage.Unreadable, below: coverage.ParentUnknown, plain: coverage.None} {
		if v := got[dn]; v.After.Reasons.First() != want || v.After.Writable() != (want == coverage.None) {
			t.Errorf("%s: %v, want %s", dn, v.After.Reasons.Codes(), want.Code())
		}
	}
	if _, counted := got[connector]; counted {
		t.Error("the connector account is counted")
	}
	for _, b := range r.Blocked {
		if b.Reason == "descriptor-hidden" && (b.Count != 1 || !slices.Equal(b.Examples, []string{hidden})) {
			t.Errorf("%+v", b)
		}
		if b.Reason == "parent-unreadable" && (len(b.Where) != 1 || b.Where[0].DN != dark) {
			t.Errorf("%+v", b)
		}
	}
}

// A connection that is lost in the middle is made again, and nobody is counted
// twice or left out.
func TestCoverGoesOnAfterALoss(t *testing.T) {
	dc := sambatest.New(t)
	ou := dc.OU(t)
	connector := dc.AddUser(t, ou, sambatest.Unique("sync"), userPassword)
	for range 30 {
		dc.AddUser(t, ou, sambatest.Unique("u"), userPassword)
	}
	direct := open(t, admin(dc))
	want, whole := covered(t, direct, directory.Covering{Question: asked(t, direct, connector, ou)}, ou)

	proxy, o := proxied(t, dc)
	c := open(t, o)
	c.SetPageSize(10)
	q := asked(t, c, connector, ou)
	proxy.After(ldapproxy.At(25, ldapproxy.SearchEntry, ldapproxy.Cut))
	binds := proxy.Count(ldapproxy.Bind)
	got, again := covered(t, c, directory.Covering{Question: q}, ou)
	reopened := proxy.Count(ldapproxy.Bind) - binds - 1
	if reopened == 0 || len(got) != 30 || again.Users != whole.Users || *again.After != *whole.After {
		t.Errorf("opened %d times: %d users, %d and %d of them; without a loss %d users, %d and %d", reopened, len(got), again.Users, *again.After, len(want), whole.Users, *whole.After)
	}
	for dn, v := range want {
		if got[dn] != v {
			t.Errorf("%s: %+v, without a loss %+v", dn, got[dn], v)
		}
	}
}

// An account in ten thousand groups, each in the next, and the last in the first
// again: the token has them all, and the deny for the last one counts.
func TestDeepAndCircularNesting(t *testing.T) {
	d, err := domain.Start(domain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := d.CAFile(ca); err != nil {
		t.Fatal(err)
	}
	account := d.Account(domain.RoleAdmin)
	o := directory.Options{DC: d.LDAPS(), CACert: ca, User: account.UPN, Password: password(account.Password)}
	c := open(t, o)
	conn, err := ldap.DialURL(d.LDAPS(), ldap.DialWithTLSConfig(trusting(d)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Bind(account.UPN, account.Password); err != nil {
		t.Fatal(err)
	}
	connector := d.Account(domain.RoleConnector).DN
	const deep = 10000
	member, first := connector, ""
	for i := range deep {
		dn := fmt.Sprintf("CN=nest %d,CN=Users,%s", i, d.BaseDN())
		r := ldap.NewAddRequest(dn, nil)
		r.Attribute("objectClass", []string{"group"})
		r.Attribute("member", []string{member})
		if err := conn.Add(r); err != nil {
			t.Fatal(err)
		}
		if member = dn; i == 0 {
			first = dn
		}
	}
	m := ldap.NewModifyRequest(first, nil)
	m.Add("member", []string{member})
	if err := conn.Modify(m); err != nil {
		t.Fatal(err)
	}
	q := asked(t, c, connector, d.BaseDN())
	if len(q.Token) < deep {
		t.Fatalf("%d SIDs in the token", len(q.Token))
	}
	_, r := covered(t, c, directory.Covering{Question: q}, d.BaseDN())
	if *r.After == 0 {
		t.Errorf("%+v", r)
	}
	last, err := c.Principal(t.Context(), member)
	if err != nil {
		t.Fatal(err)
	}
	q.Edits[0].Add = append(q.Edits[0].Add, secdesc.Deny(last.SID, secdesc.GenericAll, secdesc.ContainerInherit, secdesc.GUID{}, secdesc.GUID{}))
	_, r = covered(t, c, directory.Covering{Question: q}, d.BaseDN())
	if *r.After != 0 {
		t.Errorf("a deny for the last group leaves %d users writable", *r.After)
	}
}
