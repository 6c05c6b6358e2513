package domain_test

import (
	"crypto/tls"
	"encoding/binary"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory"
	"writeback/internal/practice/domain"
)

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)} }

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func start(t testing.TB, o domain.Options) *domain.Domain {
	t.Helper()
	d, err := domain.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func config(d *domain.Domain) *tls.Config {
	return &tls.Config{RootCAs: d.RootCAs(), ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}

func dial(t testing.TB, d *domain.Domain) *ldap.Conn {
	t.Helper()
	c, err := ldap.DialURL(d.LDAPS(), ldap.DialWithTLSConfig(config(d)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func bind(t testing.TB, d *domain.Domain, user, password string) *ldap.Conn {
	t.Helper()
	c := dial(t, d)
	if err := c.Bind(user, password); err != nil {
		t.Fatalf("sign in as %s: %v", user, err)
	}
	return c
}

func as(t testing.TB, d *domain.Domain, role string) *ldap.Conn {
	t.Helper()
	a := d.Account(role)
	return bind(t, d, a.UPN, a.Password)
}

// clients are the program's own.
func hands(t testing.TB, d *domain.Domain, role, url string) *directory.Conn {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := d.CAFile(ca); err != nil {
		t.Fatal(err)
	}
	a := d.Account(role)
	c, err := directory.Open(t.Context(), directory.Options{
		Domain: d.Name(), DC: url, CACert: ca, User: a.UPN, Password: func() (string, error) { return a.Password, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// find is a subtree search for one attribute: its values by DN.
func find(t testing.TB, c *ldap.Conn, base, filter, attribute string) map[string][]string {
	t.Helper()
	res, err := c.SearchWithPaging(ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, 0, 0, 0, false, filter, []string{attribute}, nil), 100)
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	out := map[string][]string{}
	for _, e := range res.Entries {
		out[e.DN] = e.GetAttributeValues(attribute)
	}
	return out
}

// one reads one attribute of one object.
func one(t testing.TB, c *ldap.Conn, dn, attribute string) string {
	t.Helper()
	res, err := c.Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", []string{attribute}, nil))
	if err != nil || len(res.Entries) != 1 {
		t.Fatalf("read %s: %v", dn, err)
	}
	return res.Entries[0].GetAttributeValue(attribute)
}

func replace(c *ldap.Conn, dn, attribute string, values ...string) error {
	m := ldap.NewModifyRequest(dn, nil)
	m.Replace(attribute, values)
	return c.Modify(m)
}

func reset(c *ldap.Conn, dn, password string, controls ...ldap.Control) error {
	m := ldap.NewModifyRequest(dn, controls)
	m.Replace("unicodePwd", []string{quoted(password)})
	return c.Modify(m)
}

func quoted(password string) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(`"` + password + `"`)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return string(out)
}

// wants is nil for success, or a part of the diagnostic message and the code.
func wants(t testing.TB, what string, err error, code uint16, says string) {
	t.Helper()
	if code == 0 && err == nil {
		return
	}
	if err == nil || !ldap.IsErrorWithCode(err, code) || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: %v, want result %d with %q", what, err, code, says)
	}
}
