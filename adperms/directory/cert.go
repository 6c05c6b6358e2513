package directory

import (
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"writeback/internal/shell"
)

// CertError says that a DC's certificate is not trusted, with all that is
// needed to decide whether it should be. Nothing but the handshake was sent.
type CertError struct {
	URL         string    // the DC, as ldaps://host:port
	Name        string    // the name that was looked for
	Fingerprint string    // "SHA256:HEX", as --tls-pin takes it
	Subject     string    // raw, from the certificate; may be empty, as of DCs by AD CS: then Names say whose it is
	Issuer      string    // raw, from the certificate
	NotAfter    time.Time // UTC
	Names       []string  // subject alternative names in the certificate, DNS names and addresses first; raw
	Err         error     // of crypto/x509, or what lies behind it, or that the pin is another one

	custom bool // --ca-cert was given
}

func newCertError(e endpoint, name string, c *x509.Certificate, err error) *CertError {
	names := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return &CertError{
		URL: e.String(), Name: name, Fingerprint: fingerprint(c),
		Subject: c.Subject.String(), Issuer: c.Issuer.String(),
		NotAfter: c.NotAfter.UTC(), Names: names, Err: err,
	}
}

func (e *CertError) with(t trust) *CertError {
	e.custom = t.custom
	return e
}

// noSubject stands where a certificate has no subject.
const noSubject = "none, see its names"

// Whose is the subject in people's words, or else the names; raw.
func (e *CertError) Whose() string {
	switch {
	case e.Subject != "":
		return e.Subject
	case len(e.Names) > 0:
		return "(no subject) " + strings.Join(e.Names, ", ")
	}
	return "(neither subject nor names)"
}

func (e *CertError) Error() string {
	names := "no name"
	if len(e.Names) > 0 {
		var all []string
		for _, n := range e.Names {
			all = append(all, shell.Name(n))
		}
		names = strings.Join(all, ", ")
	}
	subject := noSubject
	if e.Subject != "" {
		subject = shell.Name(e.Subject)
	}
	return fmt.Sprintf("the certificate of %s is not trusted: %s (subject %s; issuer %s; for %s; valid until %s; fingerprint %s): %s",
		e.URL, shell.Name(e.Err.Error()), subject, shell.Name(e.Issuer), names,
		e.NotAfter.Format(time.DateOnly), e.Fingerprint, e.advice())
}

// advice names the flag that mends it, in the order of what is safest, and never the
// one that was just given.
func (e *CertError) advice() string {
	pin := "if you know this certificate, trust exactly it with --tls-pin " + e.Fingerprint
	var wrongName x509.HostnameError
	var caused *causeError
	var unproven *UnprovenError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(e.Err, &unproven):
		return "if you know that it is one, name it with --dc " + e.URL + "; or " + pin
	case errors.Is(e.Err, errPin):
		return "if the DC's certificate was renewed, compare the fingerprint on the DC and give --tls-pin " + e.Fingerprint
	case errors.As(e.Err, &caused):
		return caused.fix + "; or, " + pin
	case errors.As(e.Err, &wrongName) && len(e.Names) > 0:
		return fmt.Sprintf("connect by a name that is in it, or if that is your DC say %s; %s", shell.Option("--tls-name", e.Names[0]), pin)
	case errors.As(e.Err, &wrongName):
		return "give the DC a certificate with its DNS name as a subject alternative name; or, " + pin
	case errors.As(e.Err, &invalid):
		return "have the DC's certificate issued without this fault; or, " + pin
	case e.custom:
		return "the file of --ca-cert does not lead to it: name one that holds the CA named as issuer, and those above it; or, " + pin
	}
	return "trust the CA that issued it with --ca-cert FILE, or " + pin
}

func (e *CertError) Unwrap() error { return e.Err }
