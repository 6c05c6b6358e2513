package directory

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"
)

// What a certificate says about being a DC's: as AD CS issues it for DCs and for
// members, and what only looks like it.
func TestWhatProvesADC(t *testing.T) {
	guid := []byte("0123456789abcdef")
	bmp := func(s string) []byte {
		var b []byte
		for _, r := range s {
			b = append(b, byte(r>>8), byte(r))
		}
		return der(t, asn1.RawValue{Tag: asn1.TagBMPString, Bytes: b})
	}
	ext := func(oid asn1.ObjectIdentifier, value []byte) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: oid, Value: value})
		}
	}
	other := func(oid asn1.ObjectIdentifier, value any) []byte { // otherName [0], RFC 5280 section 4.2.1.6
		inner := append(der(t, oid), der(t, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: der(t, value)})...)
		return der(t, []asn1.RawValue{
			{Class: asn1.ClassContextSpecific, Tag: 2, Bytes: []byte("ws1.corp.example")},
			{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: inner}})
	}
	eku := func(oid ...int) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{oid} }
	}
	names := func(all ...string) func(*x509.Certificate) { return func(c *x509.Certificate) { c.DNSNames = all } }
	for _, c := range []struct {
		name   string
		change func(*x509.Certificate)
		proves bool
	}{
		{"Kerberos Authentication", eku(1, 3, 6, 1, 5, 2, 3, 5), true},
		{"the GUID of a DC", ext(oidAltNames, other(oidNTDSGUID, guid)), true},
		{"the domain's name beside the host's", names("dc1.corp.example", "CORP.example"), true},
		{"the template of DCs", ext(oidTemplate, bmp("DomainController")), true},

		{"a member's", names("ws1.corp.example"), false},
		{"PKINIT client authentication", eku(1, 3, 6, 1, 5, 2, 3, 4), false},
		{"smart card logon", eku(1, 3, 6, 1, 4, 1, 311, 20, 2, 2), false},
		{"all hosts of the domain", names("*.corp.example"), false},
		{"a host named like the domain", names("corp.example.corp.example", "xcorp.example", "corp"), false},
		{"the name of another domain", names("dc1.corp.example", "other.example"), false},
		{"the template of members", ext(oidTemplate, bmp("Machine")), false},
		{"a template named almost so", ext(oidTemplate, bmp("DomainControllerAuthentication")), false},
		{"the template's name in another string", ext(oidTemplate, der(t, "DomainController")), false},
		{"the template's name and more", ext(oidTemplate, append(bmp("DomainController"), bmp("x")...)), false},
		{"half a letter", ext(oidTemplate, der(t, asn1.RawValue{Tag: asn1.TagBMPString, Bytes: []byte{0, 'D', 0}})), false},
		{"a template of version 2", ext(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 21, 7}, bmp("DomainController")), false},
		{"a short GUID", ext(oidAltNames, other(oidNTDSGUID, guid[:15])), false},
		{"a UPN with a GUID", ext(oidAltNames, other(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 20, 2, 3}, guid)), false},
		{"the GUID's OID with a text", ext(oidAltNames, other(oidNTDSGUID, "0123456789abcdef")), false},
	} {
		how, ok := provesDC(certificate(t, c.change), "corp.example")
		if ok != c.proves || (how != "") != ok {
			t.Errorf("%s: %v, %q", c.name, ok, how)
		}
	}
	if _, ok := provesDC(certificate(t, names("")), ""); ok {
		t.Error("no name is the name of no domain")
	}
}

func der(t *testing.T, v any) []byte {
	t.Helper()
	b, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func certificate(t *testing.T, change func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	change(c)
	raw, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
