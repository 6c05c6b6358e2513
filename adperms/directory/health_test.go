package directory_test

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"writeback/adperms/directory"
	"writeback/internal/sambatest"
)

func TestLink(t *testing.T) {
	dc := sambatest.Shared(t)
	l := open(t, admin(dc)).Link()
	if !strings.HasPrefix(l.Version, "TLS 1.") || l.Cipher == "" || !l.OwnName || l.Subject == "" || l.Issuer == "" || !strings.HasPrefix(l.Fingerprint, "SHA256:") {
		t.Errorf("%+v", l)
	}
	if left := time.Until(l.NotAfter); left < 0 || left > 48*time.Hour {
		t.Errorf("valid for another %s", left)
	}
}

func TestLinkUnderAnotherName(t *testing.T) {
	dc := sambatest.New(t, sambatest.Certificate(func(c *x509.Certificate) { c.DNSNames = []string{"balancer.example"} }))
	o := admin(dc)
	o.TLSName = "balancer.example"
	if l := open(t, o).Link(); l.OwnName || len(l.Names) == 0 {
		t.Errorf("%+v", l)
	}
}

func TestAsksWhetherSigningIsRequired(t *testing.T) {
	strict := sambatest.Shared(t)
	c := open(t, admin(strict))
	if required, err := c.SigningRequired(t.Context()); !required || err != nil {
		t.Errorf("a DC that requires it: %v, %v", required, err)
	}
	lax := sambatest.New(t, sambatest.Setting("ldap server require strong auth", "no"))
	if required, err := open(t, admin(lax)).SigningRequired(t.Context()); required || err != nil {
		t.Errorf("a DC that does not: %v, %v", required, err)
	}
	_, o := proxied(t, strict)
	_, err := open(t, o).SigningRequired(t.Context())
	as[*directory.NoPlainPortError](t, err)
}

func TestDCSystem(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	if s, err := c.DCSystem(t.Context()); err != nil || !strings.Contains(s, "Samba") {
		t.Errorf("%q, %v", s, err)
	}
	// Samba 4.17 does not name the policy hints among its controls.
	if paging, flags, hints := c.Root().Supports(); !paging || !flags || hints {
		t.Errorf("paging %v, SD flags %v, policy hints %v", paging, flags, hints)
	}
}
