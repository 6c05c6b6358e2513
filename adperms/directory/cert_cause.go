package directory

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

// What lies behind the error of crypto/x509, which says "unknown authority" of many
// things: of a signature with SHA-1, of a CA that has expired, of a CA whose key is
// another one. Rule: where the certificates that are at hand show a cause, it is
// named, with a fix of its own. Only what was refused is looked at, so that nothing
// here makes a certificate good.

// causeError is a cause, and what mends it.
type causeError struct {
	what string // raw: names of certificates are in it
	fix  string // words of our own alone
	err  error  // of crypto/x509
}

func (e *causeError) Error() string { return e.what }
func (e *causeError) Unwrap() error { return e.err }

const renewOnDC = "renew it on the DC, and check this computer's clock"

// cause is err, or what lies behind it.
func (t trust) cause(chain []*x509.Certificate, err error, now time.Time) error {
	leaf := chain[0]
	because := func(fix, format string, args ...any) error {
		return &causeError{what: fmt.Sprintf(format, args...), fix: fix, err: err}
	}
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && now.Before(leaf.NotBefore):
		return because("check the clocks of this computer and of the DC, or wait until then", "it is not valid before %s", leaf.NotBefore.UTC().Format(time.RFC3339))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && now.After(leaf.NotAfter):
		return because(renewOnDC, "it expired on %s", leaf.NotAfter.UTC().Format(time.RFC3339))
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage && !forServers(leaf):
		return because("give the DC one that is, as the templates Kerberos Authentication and Domain Controller Authentication make it",
			"it is not for server authentication (EKU 1.3.6.1.5.5.7.3.1 is not among its key usages)")
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		return because("give the DC one from a CA that is", "one of the CAs above it is not for server authentication (EKU 1.3.6.1.5.5.7.3.1)")
	case !errors.As(err, &unknown) && invalid.Reason != x509.Expired: // Windows says expired of a CA, too
		return err
	}
	path, ca := t.path(chain)
	for i, c := range path {
		of := "it"
		if i > 0 {
			of = "the CA " + whose(c)
		}
		switch {
		case weak(c) && !selfIssued(c) && c != ca: // of what is trusted itself no signature is asked
			return because("have the CA sign with SHA-256, and issue it anew", "%s is signed with %s, which can be forged", of, signature(c))
		case i > 0 && now.Before(c.NotBefore):
			return because("check the clocks of this computer and of the DC, or wait until then", "%s is not valid before %s", of, c.NotBefore.UTC().Format(time.RFC3339))
		case i > 0 && now.After(c.NotAfter):
			return because("renew the CA's certificate, and name the new one with --ca-cert", "%s expired on %s", of, c.NotAfter.UTC().Format(time.RFC3339))
		case i > 0 && c.BasicConstraintsValid && !c.IsCA:
			return because("have it issued by a CA", "it was issued by %s, which is no CA", whose(c))
		}
	}
	last := path[len(path)-1]
	switch {
	case ca != nil && ca != last:
		return because("name the CA's present certificate with --ca-cert", "the CA %s in the file of --ca-cert has another key than the one that signed it: it may have been renewed since", whose(ca))
	case ca != nil:
	case t.custom && len(path) > 1 && selfIssued(last):
		return because("compare it with the certificate of your CA, and name that with --ca-cert", "its root is %s, which is not in the file of --ca-cert", whose(last))
	case t.custom && len(path) == 1 && !selfIssued(leaf):
		return because("add the certificate of that CA to the file of --ca-cert", "neither the DC nor the file of --ca-cert has the certificate of the CA that issued it, %s", leaf.Issuer.String())
	}
	return err
}

// path leads from the DC's certificate upwards, by names, through what the DC showed.
// It ends with ca, the first of --ca-cert that it meets, if that signed. A CA that
// signed is taken before one that only has the name.
func (t trust) path(chain []*x509.Certificate) (path []*x509.Certificate, ca *x509.Certificate) {
	path = chain[:1:1]
	for range chain {
		last := path[len(path)-1]
		if selfIssued(last) {
			return path, nil
		}
		if ca = above(t.cas, last); ca != nil {
			if issues(ca, last) {
				path = append(path, ca)
			}
			return path, ca
		}
		next := above(chain[1:], last)
		if next == nil || slices.Contains(path, next) {
			return path, nil
		}
		path = append(path, next)
	}
	return path, nil
}

// above is who issued c, by its name: one whose key fits, if there is one.
func above(all []*x509.Certificate, c *x509.Certificate) (named *x509.Certificate) {
	for _, ca := range all {
		switch {
		case !bytes.Equal(ca.RawSubject, c.RawIssuer):
		case issues(ca, c):
			return ca
		case named == nil:
			named = ca
		}
	}
	return named
}

// issues says that ca's key signed c.
func issues(ca, c *x509.Certificate) bool {
	return bytes.Equal(ca.RawSubject, c.RawIssuer) && ca.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

func selfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, c.RawIssuer) }

// weak says that crypto/x509 takes no such signature.
func weak(c *x509.Certificate) bool {
	switch c.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		return true
	}
	return false
}

func signature(c *x509.Certificate) string {
	if c.SignatureAlgorithm == x509.MD2WithRSA || c.SignatureAlgorithm == x509.MD5WithRSA {
		return "MD5"
	}
	return "SHA-1"
}

// forServers says that a certificate may be shown by a TLS server (RFC 5280 section
// 4.2.1.12).
func forServers(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// whose is the name of a certificate; raw.
func whose(c *x509.Certificate) string {
	return newCertError(endpoint{}, "", c, nil).Whose()
}
