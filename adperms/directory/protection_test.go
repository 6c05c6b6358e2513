package directory_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory"
	"writeback/internal/practice/domain"
)

// Whether the groups of key administrators are protected is read from their marks
// and from the PDC emulator, and asked of no other domain.
func TestKeyAdministrators(t *testing.T) {
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
	conn, err := ldap.DialURL(d.LDAPS(), ldap.DialWithTLSConfig(trusting(d)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Bind(account.UPN, account.Password); err != nil {
		t.Fatal(err)
	}
	put := func(dn, attribute string, values ...string) {
		t.Helper()
		m := ldap.NewModifyRequest(dn, nil)
		m.Replace(attribute, values)
		if err := conn.Modify(m); err != nil {
			t.Fatalf("%s of %s: %v", attribute, dn, err)
		}
	}
	pdc := "CN=DC1,OU=Domain Controllers," + d.BaseDN()
	groups := []string{"CN=Key Admins,CN=Users," + d.BaseDN(), "CN=Enterprise Key Admins,CN=Users," + d.BaseDN()}
	user := d.Account(domain.RoleUser).DN
	for _, g := range groups {
		put(g, "member", user)
	}
	for _, c := range []struct {
		name, version string
		marks         []string // adminCount of the two; "": none
		want          []string
	}{
		{"2022", "10.0 (20348)", []string{"1", "1"}, []string{"Key Admins", "Enterprise Key Admins"}},
		{"2022, before the task has run", "10.0 (20348)", []string{"", "0"}, []string{"Key Admins", "Enterprise Key Admins"}},
		{"2016", "10.0 (14393)", []string{"1", ""}, []string{"Key Admins"}},
		{"2012 R2", "6.3 (9600)", []string{"", ""}, nil},
		{"2012 R2, and a mark", "6.3 (9600)", []string{"", "1"}, []string{"Enterprise Key Admins"}},
		{"nothing of the version", "", []string{"1", ""}, []string{"Key Admins", "Enterprise Key Admins?"}},
	} {
		put(pdc, "operatingSystem")
		put(pdc, "operatingSystemVersion", some(c.version)...)
		for i, g := range groups {
			put(g, "adminCount", some(c.marks[i])...)
		}
		o := directory.Options{DC: d.LDAPS(), CACert: ca, User: account.UPN, Password: password(account.Password)}
		hands := open(t, o)
		for range 2 { // the second time from memory
			a, err := hands.Account(t.Context(), user)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range a.ProtectedBy {
				if p.Untold {
					p.Name += "?"
				}
				got = append(got, p.Name)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: protected by %q, want %q", c.name, got, c.want)
			}
		}
	}
}

// some is no value for an empty text.
func some(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}
