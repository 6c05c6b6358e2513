package directory

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// DNS names hosts, and whoever answers for DNS names whom they like. A certificate
// of the enterprise's CA for that name proves a member of the domain and no DC. So
// a DC that was found in DNS is one only where something else says so.

// What only a DC's certificate has.
var (
	oidKDC        = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 2, 3, 5}       // id-pkinit-KPKdc, RFC 4556 section 3.2.4
	oidTemplate   = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 20, 2} // szOID_ENROLL_CERTTYPE_EXTENSION, MS-WCCE 2.2.2.7.7.1
	oidNTDSGUID   = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 25, 1} // szOID_NTDS_REPLICATION, the GUID of the DC's nTDSDSA object
	oidAltNames   = asn1.ObjectIdentifier{2, 5, 29, 17}                 // subjectAltName, RFC 5280 section 4.2.1.6
	templateOfDCs = "DomainController"
)

// provesDC says that a certificate, whose chain and name were verified, is that of
// a DC of domain, and by what it says so.
func provesDC(c *x509.Certificate, domain string) (how string, ok bool) {
	switch {
	case slices.ContainsFunc(c.UnknownExtKeyUsage, oidKDC.Equal):
		return "its certificate is for KDC Authentication", true
	case hasNTDSGUID(c):
		return "its certificate has a DC's GUID in it", true
	case domain != "" && slices.ContainsFunc(c.DNSNames, func(n string) bool { return strings.EqualFold(strings.TrimSuffix(n, "."), domain) }):
		return "its certificate is for the name of the domain itself", true
	case template(c) == templateOfDCs:
		return "its certificate was made by the template " + templateOfDCs, true
	}
	return "", false
}

// hasNTDSGUID looks for otherName [0] with the OID and an OCTET STRING of 16 bytes.
func hasNTDSGUID(c *x509.Certificate) bool {
	var all []asn1.RawValue
	if rest, err := asn1.Unmarshal(extension(c, oidAltNames), &all); err != nil || len(rest) > 0 {
		return false
	}
	for _, name := range all {
		if name.Class != asn1.ClassContextSpecific || name.Tag != 0 {
			continue
		}
		var oid asn1.ObjectIdentifier
		var value asn1.RawValue
		var guid []byte
		rest, err := asn1.Unmarshal(name.Bytes, &oid)
		if err != nil || !oid.Equal(oidNTDSGUID) {
			continue
		}
		if _, err := asn1.Unmarshal(rest, &value); err != nil || value.Class != asn1.ClassContextSpecific || value.Tag != 0 {
			continue
		}
		if _, err := asn1.Unmarshal(value.Bytes, &guid); err == nil && len(guid) == 16 {
			return true
		}
	}
	return false
}

// template is the name of a template of version 1, a BMPString; "" where there is
// none. Later templates have an OID of the forest's own, which says nothing here.
func template(c *x509.Certificate) string {
	var value asn1.RawValue
	if rest, err := asn1.Unmarshal(extension(c, oidTemplate), &value); err != nil || len(rest) > 0 || value.Tag != asn1.TagBMPString || len(value.Bytes)%2 != 0 {
		return ""
	}
	var units []uint16
	for b := value.Bytes; len(b) > 0; b = b[2:] {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
	}
	return string(utf16.Decode(units))
}

func extension(c *x509.Certificate, oid asn1.ObjectIdentifier) []byte {
	for _, e := range c.Extensions {
		if e.Id.Equal(oid) {
			return e.Value
		}
	}
	return nil
}

// UnprovenError is why a password is not sent to a host that DNS names as a DC.
type UnprovenError struct {
	Domain string
	KDC    error // why Kerberos did not prove it
}

func (e *UnprovenError) Error() string {
	return fmt.Sprintf("it is good, but does not say that this is a domain controller of %s, which DNS alone does not prove, and Kerberos could not be used: %v",
		e.Domain, e.KDC)
}

func (e *UnprovenError) Unwrap() error { return e.KDC }

var errNoKerberosName = errors.New("a DN is no name for it: name the account as name@domain")

// prove finds out whether the certificate proves the DC, and remembers how.
func (c *Conn) prove(o Options, noKerberos error) error {
	domain := c.root.Domain()
	if o.Domain != "" {
		domain = o.Domain
	}
	switch how, ok := provesDC(c.leaf, domain); {
	case o.TLSPin != "":
		c.proof = "its certificate is the pinned one"
	case !o.found():
		c.proof = "it was named, and its certificate is for that name"
	case ok:
		c.proof = how
	default:
		return newCertError(c.at, c.at.host, c.leaf, &UnprovenError{Domain: domain, KDC: noKerberos})
	}
	return nil
}

// Proof says how the DC proved that it is one, for people.
func (c *Conn) Proof() string { return c.proof }

// Kerberos says that the sign-in was by Kerberos.
func (c *Conn) Kerberos() bool { return c.kerberos }

// Found says that nobody named the DC: DNS did.
func (c *Conn) Found() bool { return c.found }
