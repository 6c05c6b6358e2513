package directory_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"writeback/adperms/directory"
)

// signer is a certificate with its key.
type signer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// sign makes a certificate that by signs; nil: it signs itself.
func sign(t testing.TB, by *signer, change func(*x509.Certificate)) *signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: serial, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	change(template)
	if by == nil {
		by = &signer{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &signer{cert, key}
}

func ca(name string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.Subject.CommonName, c.IsCA, c.BasicConstraintsValid, c.KeyUsage = name, true, true, x509.KeyUsageCertSign
	}
}

// ofDC is a DC's certificate as it should be, for 127.0.0.1.
func ofDC(c *x509.Certificate) {
	c.Subject.CommonName = "dc1.corp.example"
	c.DNSNames, c.IPAddresses = []string{"dc1.corp.example"}, []net.IP{net.IPv4(127, 0, 0, 1)}
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
}

func also(first, then func(*x509.Certificate)) func(*x509.Certificate) {
	return func(c *x509.Certificate) { first(c); then(c) }
}

func asPEM(all ...*x509.Certificate) (out []byte) {
	for _, c := range all {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

// shows listens with a certificate, and with those above it that are shown, too, and
// hangs up on what comes first. Where none is to come, that fails the test silent.
func shows(t, silent *testing.T, leaf *signer, above ...*signer) (url string) {
	t.Helper()
	chain := tls.Certificate{Certificate: [][]byte{leaf.cert.Raw}, PrivateKey: leaf.key}
	for _, c := range above {
		chain.Certificate = append(chain.Certificate, c.cert.Raw)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{chain}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if n, _ := c.Read(make([]byte, 64)); n > 0 && silent != nil {
				silent.Errorf("sent to a server that is not trusted: %d octets", n)
			}
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return "ldaps://" + l.Addr().String()
}

func file(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca file")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Why a certificate is refused, by real handshakes: each cause has a fix of its own.
func TestWhyACertificateIsRefused(t *testing.T) {
	root := sign(t, nil, ca("Corp Root"))
	issuing := sign(t, root, ca("Corp Issuing"))
	stranger := sign(t, nil, ca("Other Root"))
	renewed := sign(t, nil, ca("Corp Root")) // the same name, another key
	oldRoot := sign(t, nil, also(ca("Old Root"), func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }))
	youngRoot := sign(t, nil, also(ca("Young Root"), func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }))
	oldIssuing := sign(t, root, also(ca("Old Issuing"), func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }))
	sha1 := func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }
	sha1Issuing := sign(t, root, also(ca("SHA Issuing"), sha1))
	sha1Root := sign(t, nil, also(ca("SHA Root"), sha1))
	clientsOnly := sign(t, root, also(ca("Clients CA"), func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }))
	noCA := sign(t, root, also(ofDC, func(c *x509.Certificate) { c.Subject.CommonName, c.BasicConstraintsValid = "No CA", true }))
	usage := func(all ...x509.ExtKeyUsage) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.ExtKeyUsage = all }
	}
	dates := func(from, to time.Duration) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = time.Now().Add(from), time.Now().Add(to) }
	}
	nobody := func(c *x509.Certificate) { c.Subject = pkix.Name{} }
	ad := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 2, 3, 5} // KDC Authentication, RFC 4556
	for _, c := range []struct {
		name  string
		by    *signer
		leaf  func(*x509.Certificate)
		above []*signer
		cas   []*signer // of --ca-cert; none: a system that trusts nobody
		says  []string  // none: it is trusted
		not   []string
	}{
		{"as it should be", root, ofDC, nil, []*signer{root}, nil, nil},
		{"through another CA", issuing, ofDC, []*signer{issuing}, []*signer{root}, nil, nil},
		{"the root is shown, too, and signed itself with SHA-1", sha1Root, ofDC, []*signer{sha1Root}, []*signer{sha1Root}, nil, nil},
		{"no key usages at all", root, also(ofDC, usage()), nil, []*signer{root}, nil, nil},
		{"signed with SHA-1", root, also(ofDC, sha1), nil, []*signer{root}, []string{"it is signed with SHA-1", "with SHA-256", "--tls-pin SHA256:"}, []string{"--ca-cert"}},
		{"signed with SHA-1 by who is not trusted", stranger, also(ofDC, sha1), nil, []*signer{root}, []string{"it is signed with SHA-1"}, []string{"--ca-cert"}},
		{"a CA that is signed with SHA-1", sha1Issuing, ofDC, []*signer{sha1Issuing}, []*signer{root}, []string{"the CA CN=SHA Issuing is signed with SHA-1", "with SHA-256"}, nil},
		{"no server authentication", root, also(ofDC, usage(x509.ExtKeyUsageClientAuth)), nil, []*signer{root},
			[]string{"it is not for server authentication", "1.3.6.1.5.5.7.3.1", "Kerberos Authentication"}, []string{"--ca-cert"}},
		{"a usage that is not known, alone", root, also(ofDC, func(c *x509.Certificate) {
			c.ExtKeyUsage, c.UnknownExtKeyUsage = nil, []asn1.ObjectIdentifier{ad}
		}), nil, []*signer{root}, []string{"it is not for server authentication"}, nil},
		{"a CA for clients", clientsOnly, ofDC, []*signer{clientsOnly}, []*signer{root}, []string{"one of the CAs above it is not for server authentication"}, []string{"--ca-cert"}},
		{"expired", root, also(ofDC, dates(-2*time.Hour, -time.Hour)), nil, []*signer{root}, []string{"it expired on", "renew it on the DC"}, []string{"--ca-cert"}},
		{"not yet valid", root, also(ofDC, dates(time.Hour, 2*time.Hour)), nil, []*signer{root}, []string{"it is not valid before", "check the clocks"}, []string{"--ca-cert", "renew"}},
		{"an expired root", oldRoot, ofDC, nil, []*signer{oldRoot}, []string{"the CA CN=Old Root expired on", "renew the CA"}, nil},
		{"a root of tomorrow", youngRoot, ofDC, nil, []*signer{youngRoot}, []string{"the CA CN=Young Root is not valid before", "check the clocks"}, []string{"--ca-cert"}},
		{"an expired CA between", oldIssuing, ofDC, []*signer{oldIssuing}, []*signer{root}, []string{"the CA CN=Old Issuing expired on"}, nil},
		{"another key of the CA", root, ofDC, nil, []*signer{renewed}, []string{"CN=Corp Root in the file of --ca-cert has another key", "present certificate"}, nil},
		{"one of two CAs of a name", root, ofDC, nil, []*signer{renewed, root}, nil, nil},
		{"the CA between is missing", issuing, ofDC, nil, []*signer{root}, []string{"neither the DC nor the file of --ca-cert has", "CN=Corp Issuing", "add the certificate"}, nil},
		{"another root", stranger, ofDC, []*signer{stranger}, []*signer{root}, []string{"its root is CN=Other Root, which is not in the file of --ca-cert", "compare it"}, nil},
		{"issued by no CA", noCA, ofDC, []*signer{noCA}, []*signer{root}, []string{"which is no CA"}, nil},
		{"signed by itself", nil, ofDC, nil, []*signer{root}, []string{"does not lead to it"}, nil},
		{"wrong name", root, also(ofDC, func(c *x509.Certificate) { c.IPAddresses = nil }), nil, []*signer{root}, []string{"--tls-name dc1.corp.example"}, nil},
		{"no name", root, also(ofDC, func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, nil }), nil, []*signer{root}, []string{"for no name", "as a subject alternative name"}, []string{"--tls-name"}},
		{"no subject", root, also(also(ofDC, nobody), dates(-2*time.Hour, -time.Hour)), nil, []*signer{root},
			[]string{"subject none, see its names", "for dc1.corp.example, 127.0.0.1", "it expired on"}, nil},
		{"a name of the issuer that a shell would obey", sign(t, nil, ca("$(touch x)`reboot`\x1b[2J\u202e")), ofDC, nil, []*signer{root}, []string{"neither the DC nor"}, []string{"$(", "`", "\x1b", "\u202e"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			leaf := sign(t, c.by, c.leaf)
			var cas []*x509.Certificate
			for _, one := range c.cas {
				cas = append(cas, one.cert)
			}
			o := directory.Options{Domain: "corp.example", CACert: file(t, asPEM(cas...)), User: "a@corp.example", Password: noPassword(t)}
			if len(c.says) == 0 {
				o.DC = shows(t, nil, leaf, c.above...)
				if !trusted(t, o) {
					t.Error("it is not trusted")
				}
				return
			}
			o.DC = shows(t, t, leaf, c.above...)
			err := refused[*directory.CertError](t, o)
			says(t, err, append(c.says, err.Fingerprint)...)
			for _, not := range c.not {
				if strings.Contains(err.Error(), not) {
					t.Errorf("it says %q: %v", not, err)
				}
			}
		})
	}
}

// trusted says that the handshake came to its end: the request that follows is not
// answered.
func trusted(t *testing.T, o directory.Options) bool {
	t.Helper()
	err := directory.Reach(t.Context(), o)
	var untrusted *directory.CertError
	return err != nil && !errors.As(err, &untrusted)
}
