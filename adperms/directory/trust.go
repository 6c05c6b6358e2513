package directory

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"writeback/internal/shell"
	"writeback/internal/statedir"
)

// trust is what makes a DC's certificate good: a chain to a root and the right
// name, or being exactly the pinned certificate.
//
// The pin is the SHA-256 of the whole certificate (DER), not of its public key:
// that is the fingerprint which Windows' certificate dialog, certutil and
// openssl x509 -fingerprint show. It changes when the certificate is renewed.
// A pinned certificate is taken as it is: neither its name nor its dates are
// checked, for an administrator has looked at this very one.
type trust struct {
	roots  *x509.CertPool // nil: the system's
	pin    []byte         // nil: check the chain
	name   string         // "": the host
	custom bool           // roots come from --ca-cert
}

// maxCACert is how many octets a file of --ca-cert may have: all authorities of a
// system take a quarter of a mebibyte.
const maxCACert = 4 << 20

func (o Options) trust() (trust, error) {
	t := trust{name: o.TLSName}
	if o.TLSPin != "" {
		pin, err := parsePin(o.TLSPin)
		t.pin = pin
		return t, err
	}
	if o.CACert == "" {
		return t, nil
	}
	pem, err := statedir.ReadGuarded(o.CACert, maxCACert)
	if err != nil {
		return t, &OptionError{Option: "--ca-cert", Text: "reading " + shell.Name(o.CACert), Err: err}
	}
	t.roots, t.custom = x509.NewCertPool(), true
	if !t.roots.AppendCertsFromPEM(pem) {
		return t, &OptionError{Option: "--ca-cert", Text: fmt.Sprintf(
			"%s holds no PEM certificate (a .cer file in DER form is converted by: openssl x509 -inform der -in FILE)", shell.Name(o.CACert))}
	}
	return t, nil
}

func parsePin(s string) ([]byte, error) {
	algorithm, digits, found := strings.Cut(s, ":")
	b, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(digits))
	if !found || !strings.EqualFold(algorithm, "SHA256") || err != nil || len(b) != sha256.Size {
		return nil, &OptionError{Option: "--tls-pin", Text: fmt.Sprintf(
			"%s: write SHA256: and the 64 hex digits of the certificate's SHA-256 fingerprint", shell.Quoted(s))}
	}
	return b, nil
}

// fingerprint is the form that --tls-pin takes.
func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return "SHA256:" + strings.ToUpper(hex.EncodeToString(sum[:]))
}

// config returns a TLS configuration for the DC at e. Go's own check is
// replaced, not left out: VerifyConnection runs on every handshake, resumed
// ones too, and only so can a refusal still name the certificate it refused.
func (t trust) config(e endpoint) *tls.Config {
	name := e.host
	if t.name != "" {
		name = t.name
	}
	return &tls.Config{
		ServerName:         name,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // VerifyConnection below does the verification
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 {
				return errors.New("the DC showed no certificate")
			}
			if err := t.verify(s.PeerCertificates, name); err != nil {
				return newCertError(e, name, s.PeerCertificates[0], err)
			}
			return nil
		},
	}
}

var errPin = errors.New("it is not the pinned certificate")

func (t trust) verify(chain []*x509.Certificate, name string) error {
	if t.pin != nil {
		sum := sha256.Sum256(chain[0].Raw)
		if subtle.ConstantTimeCompare(sum[:], t.pin) != 1 {
			return errPin
		}
		return nil
	}
	intermediates := x509.NewCertPool()
	for _, c := range chain[1:] {
		intermediates.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{DNSName: name, Roots: t.roots, Intermediates: intermediates})
	return err
}

// CertError says that a DC's certificate is not trusted, with all that is
// needed to decide whether it should be. Nothing but the handshake was sent.
type CertError struct {
	URL         string    // the DC, as ldaps://host:port
	Name        string    // the name that was looked for
	Fingerprint string    // "SHA256:HEX", as --tls-pin takes it
	Subject     string    // raw, from the certificate
	Issuer      string    // raw, from the certificate
	NotAfter    time.Time // UTC
	Names       []string  // DNS names and addresses in the certificate; raw
	Err         error     // of crypto/x509, or that the pin is another one
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

func (e *CertError) Error() string {
	names := "no name"
	if len(e.Names) > 0 {
		var all []string
		for _, n := range e.Names {
			all = append(all, shell.Name(n))
		}
		names = strings.Join(all, ", ")
	}
	return fmt.Sprintf("the certificate of %s is not trusted: %s (subject %s; issuer %s; for %s; valid until %s; fingerprint %s): %s",
		e.URL, shell.Name(e.Err.Error()), shell.Name(e.Subject), shell.Name(e.Issuer), names,
		e.NotAfter.Format(time.DateOnly), e.Fingerprint, e.advice())
}

// advice names the flag that mends it, in the order of what is safest.
func (e *CertError) advice() string {
	pin := "if you know this certificate, trust exactly it with --tls-pin " + e.Fingerprint
	var wrongName x509.HostnameError
	var invalid x509.CertificateInvalidError
	var unproven *UnprovenError
	switch {
	case errors.As(e.Err, &unproven):
		return "if you know that it is one, name it with --dc " + e.URL + "; or " + pin
	case errors.Is(e.Err, errPin):
		return "if the DC's certificate was renewed, compare the fingerprint on the DC and give --tls-pin " + e.Fingerprint
	case errors.As(e.Err, &wrongName) && len(e.Names) > 0:
		return fmt.Sprintf("connect by a name that is in it, or if that is your DC say %s; %s", shell.Option("--tls-name", e.Names[0]), pin)
	case errors.As(e.Err, &invalid) && invalid.Reason == x509.Expired:
		return "renew it on the DC (and check this computer's clock); " + pin
	case errors.As(e.Err, &wrongName):
		return pin
	}
	return "trust the CA that issued it with --ca-cert FILE, or " + pin
}

func (e *CertError) Unwrap() error { return e.Err }
