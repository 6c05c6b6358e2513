package contract

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/adperms/secdesc"
)

func signIn(t *testing.T, b *bench) {
	u := b.user(b.ou, "user")
	for _, name := range []string{u.UPN, u.DN, b.NetBIOS + `\` + u.Name, strings.ToUpper(u.UPN)} {
		c := b.open(name, u.Password)
		id, err := c.Who(t.Context())
		if err != nil || id.Name != b.NetBIOS+`\`+u.Name || !strings.EqualFold(id.DN, u.DN) {
			t.Errorf("as %s: we are %q %q, %v", name, id.Name, id.DN, err)
		}
	}
	plain := b.open(u.Name, u.Password) // the client makes a UPN of it
	if id, err := plain.Who(t.Context()); err != nil || id.SID.String() != u.SID {
		t.Errorf("as %s: %v, %v", u.Name, id.SID, err)
	}
	res, err := b.bind(t, u.UPN, u.Password).WhoAmI(nil)
	code(t, "who am I", err, orSamba[uint16](b, ldap.LDAPResultSuccess, ldap.LDAPResultProtocolError)) // Samba does not know it
	if err == nil && !strings.EqualFold(res.AuthzID, "u:"+b.NetBIOS+`\`+u.Name) {
		t.Errorf("who am I: %+v, %v", res, err)
	}
}

func signInRefused(t *testing.T, b *bench) {
	u := b.user(b.ou, "user")
	off := b.user(b.ou, "user")
	if err := replace(b.admin, off.DN, "userAccountControl", "514"); err != nil {
		t.Fatal(err)
	}
	stale := b.user(b.ou, "user")
	if err := replace(b.admin, stale.DN, "pwdLastSet", "0"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what, user, password string
		want                 []bind.Reason
	}{
		{"wrong password", u.UPN, "not-it", []bind.Reason{bind.WrongPassword}},
		{"nobody", unique("nobody") + "@" + b.Domain, startPassword, []bind.Reason{bind.WrongPassword, bind.NoSuchUser}},
		{"disabled", off.UPN, startPassword, []bind.Reason{bind.Disabled}},
		{"disabled, wrong password", off.UPN, "not-it", []bind.Reason{bind.WrongPassword}},
		{"must change", stale.UPN, startPassword, []bind.Reason{bind.MustChange}},
	} {
		conn, err := directory.Open(t.Context(), b.options(c.user, c.password))
		if err == nil {
			conn.Close()
			t.Errorf("%s: signed in", c.what)
			continue
		}
		if got := as[*bind.SignInError](t, err); !slices.Contains(c.want, got.Reason) {
			t.Errorf("%s: refused for %q (%s), want %v", c.what, got.Reason, got.Diagnostic, c.want)
		}
		_, err = b.tryBind(t, c.user, c.password)
		code(t, c.what, err, ldap.LDAPResultInvalidCredentials)
	}
	conn := b.bind(t, u.UPN, u.Password)
	code(t, "a second bind on the connection", conn.Bind(u.UPN, "not-it"), ldap.LDAPResultInvalidCredentials)
	_, err := conn.Search(ldap.NewSearchRequest(b.BaseDN, ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", nil, nil))
	// Anonymous now (RFC 4513 section 4); Samba stays signed in as before.
	code(t, "a search after it", err, orSamba[uint16](b, ldap.LDAPResultOperationsError, ldap.LDAPResultSuccess))
}

func rootDSE(t *testing.T, b *bench) {
	r := b.hands().Root()
	if !strings.EqualFold(r.DefaultNC, b.BaseDN) || r.Domain() != b.Domain || r.Forest() != b.Domain {
		t.Errorf("the domain is %q (%s), the forest %s", r.DefaultNC, r.Domain(), r.Forest())
	}
	for _, dn := range []string{r.ConfigNC, r.SchemaNC, r.ServerName} {
		b.read(b.admin, dn, "objectClass")
	}
	if r.ReadOnly() || !r.IsSynchronized || !r.IsGlobalCatalogReady || r.DomainLevel < 4 || r.DNSHostName == "" {
		t.Errorf("the rootDSE says %+v", r)
	}
	for _, oid := range []string{"1.2.840.113556.1.4.319", "1.2.840.113556.1.4.801", "1.2.840.113556.1.4.805", "1.2.840.113556.1.4.2064"} {
		if !slices.Contains(r.Controls, oid) {
			t.Errorf("supportedControl has no %s", oid)
		}
	}
	if slices.Contains(r.Extensions, "1.3.6.1.4.1.4203.1.11.3") == b.Samba {
		t.Errorf("supportedExtension is %v", r.Extensions)
	}
}

func who(t *testing.T, b *bench) {
	for _, l := range []Login{b.Admin, b.Connector} {
		c := b.open(l.UPN, l.Password)
		id, err := c.Who(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		session := id.Token()
		if id.SID.String() != l.SID || !session.Has(adperms.AuthenticatedUsers) || !session.Has(adperms.Everyone) {
			t.Errorf("%s: %v with %v", l.Name, id.SID, id.SIDs)
		}
		// What the client thinks the session's token is, the DC thinks, too. This
		// Organization alone is not everywhere: Samba leaves it out of a session.
		thought, err := c.Token(t.Context(), l.DN)
		if err != nil {
			t.Fatal(err)
		}
		delete(thought, secdesc.MustSID("S-1-5-15"))
		delete(session, secdesc.MustSID("S-1-5-15"))
		for s := range thought {
			if !session.Has(s) {
				t.Errorf("%s: %v is in the token, and not in the session", l.Name, s)
			}
		}
		for s := range session {
			if !thought.Has(s) {
				t.Errorf("%s: %v is in the session, and not in the token", l.Name, s)
			}
		}
	}
}

func principals(t *testing.T, b *bench) {
	c := b.hands()
	u := b.user(b.ou, "inetOrgPerson")
	for _, name := range []string{u.DN, u.UPN, u.Name, u.SID, b.NetBIOS + `\` + u.Name, b.Domain + `\` + u.Name, strings.ToUpper(u.DN)} {
		p, err := c.Principal(t.Context(), name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.DN != u.DN || p.SID.String() != u.SID || p.SAM != u.Name || p.UPN != u.UPN || p.Class != "inetOrgPerson" ||
			p.DisplayName != "Suite "+u.Name || p.Disabled || p.Created.IsZero() {
			t.Errorf("%s: %+v", name, p)
		}
	}
	_, err := c.Principal(t.Context(), u.Name[:6]+"-nobody")
	none := as[*directory.NoSuchPrincipalError](t, err)
	if !slices.ContainsFunc(none.Near, func(p adperms.Principal) bool { return strings.HasPrefix(p.SAM, u.Name[:4]) }) {
		t.Errorf("near %s are %v", u.Name, none.Near)
	}
	_, err = c.Principal(t.Context(), "CN=nobody,"+b.ou)
	// Samba does not tell what there is on the way to a DN.
	if gone := as[*directory.NotFoundError](t, err); !strings.EqualFold(gone.Matched, orSamba(b, b.ou, "")) {
		t.Errorf("what is there is %q, want %q", gone.Matched, b.ou)
	}
	_, err = c.Principal(t.Context(), b.ou)
	as[*directory.NoSuchPrincipalError](t, err)
	_, err = c.Principal(t.Context(), "CN=x,DC=other,DC=example")
	if b.Samba { // it refers nobody to a domain that it does not trust
		as[*directory.NotFoundError](t, err)
	} else {
		as[*directory.ReferralError](t, err)
	}
}

func connectors(t *testing.T, b *bench) {
	all, err := b.hands().ConnectorAccounts(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%d accounts, %v", len(all), err)
	}
	k := all[0]
	if k.SID.String() != b.Connector.SID || k.Product != adperms.EntraConnect || k.Host != "SYNC01" || k.Tenant == "" || len(k.Installation) != 32 {
		t.Errorf("found %+v", k)
	}
}

func token(t *testing.T, b *bench) {
	u := b.user(b.ou, "user")
	inner := b.group(b.ou, u.DN)
	outer := b.group(b.ou, inner)
	apart := b.group(b.ou)
	tok, err := b.hands().Token(t.Context(), u.DN)
	if err != nil {
		t.Fatal(err)
	}
	for dn, want := range map[string]bool{u.DN: true, inner: true, outer: true, apart: false} {
		if tok.Has(b.sid(dn)) != want {
			t.Errorf("%s is in the token: %v, want %v", dn, !want, want)
		}
	}
	for _, s := range []string{"S-1-1-0", "S-1-5-11", "S-1-5-2", "S-1-5-32-545", "S-1-5-32-554"} {
		if !tok.Has(secdesc.MustSID(s)) {
			t.Errorf("%s is not in the token", s)
		}
	}
	if !tok.Has(secdesc.MustSID(u.SID).Domain().Child(513)) {
		t.Error("the primary group is not in the token")
	}
	if got := b.read(b.admin, u.DN, "memberOf").GetAttributeValues("memberOf"); !slices.Equal(got, []string{inner}) {
		t.Errorf("memberOf is %q", got)
	}
}

func schema(t *testing.T, b *bench) {
	live, err := b.hands().SchemaGUIDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := adperms.CompareSchema(live); err != nil || len(live) != len(adperms.Schema) {
		t.Errorf("%d names, %v", len(live), err)
	}
}

func names(t *testing.T, b *bench) {
	u := b.user(b.ou, "user")
	c := b.hands()
	self, stranger := secdesc.MustSID(u.SID), secdesc.MustSID("S-1-5-21-1-2-3-4")
	admins := self.Domain().Child(512)
	got, err := c.Names(t.Context(), []secdesc.SID{self, admins, stranger, adperms.Everyone})
	if err != nil {
		t.Fatal(err)
	}
	for sid, want := range map[secdesc.SID]string{
		self: b.NetBIOS + `\` + u.Name, admins: b.NetBIOS + `\Domain Admins`, stranger: stranger.String(), adperms.Everyone: "Everyone",
	} {
		if got[sid] != want {
			t.Errorf("%v is %q, want %q", sid, got[sid], want)
		}
	}
	if n, err := c.NetBIOSName(t.Context()); n != b.NetBIOS || err != nil {
		t.Errorf("the short name is %q, %v", n, err)
	}
}
