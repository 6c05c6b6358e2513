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
	roots  *x509.CertPool      // nil: the system's
	cas    []*x509.Certificate // those in roots
	pin    []byte              // nil: check the chain
	name   string              // "": the host
	custom bool                // roots come from --ca-cert
}

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
	cas, err := readAuthorities(o.CACert)
	if err != nil {
		return t, err
	}
	t.roots, t.cas, t.custom = x509.NewCertPool(), cas, true
	for _, ca := range cas {
		t.roots.AddCert(ca)
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
				return newCertError(e, name, s.PeerCertificates[0], err).with(t)
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
	if err != nil {
		return t.cause(chain, err, time.Now())
	}
	return nil
}
