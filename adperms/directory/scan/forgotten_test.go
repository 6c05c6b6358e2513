package scan

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/sambatest"
)

// A real DC that has forgotten a paging cookie, because of ten other searches on the same
// connection, says so with a code that has the scan begin again.
func TestForgottenByADC(t *testing.T) {
	dc := sambatest.Shared(t)
	ca, err := os.ReadFile(dc.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	c, err := ldap.DialURL(dc.LDAPS, ldap.DialWithTLSConfig(&tls.Config{RootCAs: roots}))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Bind(dc.AdminUser, dc.AdminPassword); err != nil {
		t.Fatal(err)
	}
	page := func(cookie []byte) ([]byte, error) {
		paging := ldap.NewControlPaging(5)
		paging.SetCookie(cookie)
		res, err := c.Search(ldap.NewSearchRequest(dc.BaseDN, ldap.ScopeWholeSubtree, 0, 0, 0, false, "(objectClass=group)", []string{"cn"}, []ldap.Control{paging}))
		if err != nil {
			return nil, err
		}
		answer, _ := ldap.FindControl(res.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging)
		if answer == nil {
			return nil, errors.New("the DC knows no pages")
		}
		return answer.Cookie, nil
	}
	first, err := page(nil)
	if err != nil || len(first) == 0 {
		t.Fatalf("%d octets, %v", len(first), err)
	}
	for range 12 {
		if _, err := page(nil); err != nil {
			t.Fatal(err)
		}
	}
	_, err = page(first)
	var refused *ldap.Error
	if !errors.As(err, &refused) || !slices.Contains(forgotten, refused.ResultCode) {
		t.Errorf("the cookie of a search that was forgotten: %v", err)
	}
}
