package domain_test

import (
	"bytes"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/practice/domain"
)

// What is no LDAP ends the connection, with a word where one can be said, and
// costs nothing; the others go on.
func TestWhatIsNoLDAP(t *testing.T) {
	d := start(t, domain.Options{})
	calm := as(t, d, domain.RoleUser)
	for what, text := range map[string]string{
		"HTTP":                     hex.EncodeToString([]byte("GET / HTTP/1.1\r\n\r\n")),
		"a length of 4 GB":         "3084ffffffff00",
		"a length over the limit":  "308400100001020101",
		"an indefinite length":     "3080020101600000",
		"a length of five bytes":   "308501000000000201",
		"no message ID":            "30020500",
		"a negative message ID":    "30060201ff42000000",
		"an unknown operation":     "30050201017f00",
		"lengths that lie":         "300c0201016307040a0000000000",
		"a search that ends early": "3009020101630404006f6f",
	} {
		raw, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := tls.Dial("tcp", strings.TrimPrefix(d.LDAPS(), "ldaps://"), config(d))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(raw); err != nil {
			t.Fatal(err)
		}
		if err := conn.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(conn)
		if errors.Is(err, os.ErrDeadlineExceeded) { // what was not read yet ends it with a reset
			t.Errorf("%s: the connection does not end: %v", what, err)
		}
		if len(answer) > 0 && answer[0] != 0x30 {
			t.Errorf("%s: answered with %x", what, answer)
		}
		conn.Close()
	}
	if one(t, calm, "", "dnsHostName") == "" {
		t.Error("others do not get on")
	}
}

// A filter that is too deep or too wide is refused, and not by running out of
// stack or time.
func TestFiltersWithoutEnd(t *testing.T) {
	d := start(t, domain.Options{})
	c := as(t, d, domain.RoleUser)
	for what, filter := range map[string]string{
		"deep": strings.Repeat("(!", 200) + "(cn=a)" + strings.Repeat(")", 200),
		"wide": "(|" + strings.Repeat("(cn=a)", 6000) + ")",
	} {
		_, err := c.Search(ldap.NewSearchRequest(d.BaseDN(), ldap.ScopeWholeSubtree, 0, 0, 0, false, filter, nil, nil))
		wants(t, what, err, ldap.LDAPResultProtocolError, "")
		c = as(t, d, domain.RoleUser)
	}
	odd := []string{"(cn:1.2.3.4:=x)", "(userAccountControl:1.2.840.113556.1.4.803:=x)", "(member:1.2.840.113556.1.4.1941:=no dn)", "(objectGUID>=x)", "(cn=*)"}
	for _, filter := range odd {
		if _, err := c.Search(ldap.NewSearchRequest(d.BaseDN(), ldap.ScopeBaseObject, 0, 0, 0, false, filter, nil, nil)); err != nil {
			t.Errorf("%s: %v", filter, err)
		}
	}
}

// More than one page at once, without a page, and with a page of another search.
func TestPagesOfOthers(t *testing.T) {
	d := start(t, domain.Options{})
	c := as(t, d, domain.RoleUser)
	ask := func(c *ldap.Conn, p *ldap.ControlPaging) (*ldap.ControlPaging, error) {
		r := ldap.NewSearchRequest(d.BaseDN(), ldap.ScopeWholeSubtree, 0, 0, 0, false, "(objectClass=user)", []string{"1.1"}, []ldap.Control{p})
		res, err := c.Search(r)
		if err != nil {
			return nil, err
		}
		next, _ := ldap.FindControl(res.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging)
		return next, nil
	}
	first, err := ask(c, ldap.NewControlPaging(10))
	if err != nil || len(first.Cookie) == 0 {
		t.Fatalf("%+v, %v", first, err)
	}
	_, err = ask(as(t, d, domain.RoleUser), first)
	wants(t, "on another connection", err, ldap.LDAPResultUnwillingToPerform, "")
	second, err := ask(c, &ldap.ControlPaging{PagingSize: 10, Cookie: first.Cookie})
	if err != nil || string(second.Cookie) == string(first.Cookie) {
		t.Errorf("the second page: %+v, %v", second, err)
	}
	_, err = ask(c, first)
	wants(t, "the second page once more", err, ldap.LDAPResultUnwillingToPerform, "")
	if end, err := ask(c, &ldap.ControlPaging{PagingSize: 0, Cookie: second.Cookie}); err != nil || len(end.Cookie) != 0 {
		t.Errorf("given up: %+v, %v", end, err)
	}
	for range 12 {
		if _, err := ask(c, ldap.NewControlPaging(10)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(find(t, c, "CN=Schema,CN=Configuration,"+d.BaseDN(), "(objectClass=*)", "cn")); n < 150 {
		t.Errorf("%d in the schema", n)
	}
}

// Many at once, some of whom write, and a reset in the middle: no race, and no
// lock that is not given back.
func TestManyAtOnce(t *testing.T) {
	d := start(t, domain.Options{Changed: func() error { return nil }})
	admin, a := d.Account(domain.RoleAdmin), d.Account(domain.RoleUser)
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			c, err := ldap.DialURL(d.LDAPS(), ldap.DialWithTLSConfig(config(d)))
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			if err := c.Bind(admin.UPN, admin.Password); err != nil {
				t.Error(err)
				return
			}
			for n := range 10 {
				if i%2 == 0 {
					err = replace(c, a.DN, "title", fmt.Sprint(i, n))
				} else {
					_, err = c.SearchWithPaging(ldap.NewSearchRequest(a.DN[strings.IndexByte(a.DN, ',')+1:], ldap.ScopeWholeSubtree, 0, 0, 0, false, "(title=*)", nil, nil), 7)
				}
				if err != nil {
					t.Error(err)
					return
				}
				if n == 5 {
					d.State()
				}
			}
		})
	}
	all.Wait()
	c := as(t, d, domain.RoleAdmin)
	if err := d.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := replace(c, a.DN, "title", "x"); err == nil {
		t.Error("a connection outlives the reset")
	}
	if title := one(t, as(t, d, domain.RoleAdmin), a.DN, "title"); title != "EMEA" {
		t.Errorf("after the reset the title is %q", title)
	}
}

// One answer has at most a thousand entries, as on a DC; pages have no such end.
func TestMoreThanAPage(t *testing.T) {
	d := start(t, domain.Options{})
	c := as(t, d, domain.RoleAdmin)
	ou := "OU=Computers,OU=Contoso," + d.BaseDN()
	for i := range 520 {
		r := ldap.NewAddRequest(fmt.Sprintf("OU=rack %d,%s", i, ou), nil)
		r.Attribute("objectClass", []string{"organizationalUnit"})
		if err := c.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	ask := ldap.NewSearchRequest(d.BaseDN(), ldap.ScopeWholeSubtree, 0, 0, 0, false, "(objectClass=*)", []string{"1.1"}, nil)
	res, err := c.Search(ask)
	wants(t, "all at once", err, ldap.LDAPResultSizeLimitExceeded, "00002023")
	if len(res.Entries) != 1000 {
		t.Errorf("%d entries in one answer", len(res.Entries))
	}
	if res, err = c.SearchWithPaging(ask, 5000); err != nil || len(res.Entries) < 1100 {
		t.Errorf("%d entries in pages, %v", len(res.Entries), err)
	}
}

// Connections have an end: those that say nothing make room for new ones, and who
// has signed in is served on.
func TestTooManyConnections(t *testing.T) {
	d := start(t, domain.Options{})
	calm := as(t, d, domain.RoleUser)
	var first net.Conn
	served := func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(d.LDAP(), "ldap://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if first == nil {
			first = conn
		}
		who := []byte{0x30, 0x1e, 2, 1, 1, 0x77, 0x19, 0x80, 0x17} // "who am I?", message 1
		who = append(who, "1.3.6.1.4.1.4203.1.11.3"...)
		if _, err := conn.Write(who); err != nil {
			return false
		}
		if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := conn.Read(make([]byte, 100))
		return err == nil && n > 0
	}
	for i := range 300 {
		if !served() {
			t.Fatalf("connection %d is not served", i)
		}
	}
	if _, err := io.Copy(io.Discard, first); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("there is no end of connections")
	}
	if one(t, calm, "", "dnsHostName") == "" {
		t.Error("who was there before is not served")
	}
}

// It listens on loopback alone, says when it cannot, and leaves nothing behind.
func TestStartAndClose(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", "192.0.2.1:0", "localhost", ":636", "[::]:0"} {
		if d, err := domain.Start(domain.Options{Address: address}); err == nil {
			d.Close()
			t.Errorf("it listens on %s", address)
		}
	}
	d, err := domain.Start(domain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(d.LDAPS(), "ldaps://")
	if other, err := domain.Start(domain.Options{Address: address}); err == nil {
		other.Close()
		t.Error("two listen on one port")
	}
	idle, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if conn, err := net.Dial("tcp", address); err == nil {
		conn.Close()
		t.Error("it still listens")
	}
	again := start(t, domain.Options{Address: address})
	if again.LDAPS() != "ldaps://"+address || !bytes.HasPrefix(again.CA(), []byte("-----BEGIN CERTIFICATE-----")) {
		t.Errorf("started again on %s", again.LDAPS())
	}
}
