package bind

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"testing"
)

// The bindings are laid out by hand from RFC 4121 section 4.1.1.2: four empty
// address fields, then the length and the bytes of tls-server-end-point.
func TestChannelBindings(t *testing.T) {
	for _, c := range []struct {
		algorithm x509.SignatureAlgorithm
		size      int // of the hash; 0: none is defined
	}{
		{x509.SHA256WithRSA, 32}, {x509.ECDSAWithSHA256, 32}, {x509.SHA1WithRSA, 32}, {x509.MD5WithRSA, 32},
		{x509.ECDSAWithSHA384, 48}, {x509.SHA512WithRSAPSS, 64}, {x509.PureEd25519, 0},
	} {
		if got := endPointHash(c.algorithm); (c.size == 0) != (got == 0) || (c.size > 0 && got.Size() != c.size) {
			t.Errorf("%s: %v", c.algorithm, got)
		}
	}
	leaf := &x509.Certificate{Raw: []byte("a certificate"), SignatureAlgorithm: x509.ECDSAWithSHA256}
	sum := sha256.Sum256(leaf.Raw)
	layout := "\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" +
		"\x35\x00\x00\x00" + "tls-server-end-point:" + string(sum[:])
	if want := md5.Sum([]byte(layout)); string(channelBindings(leaf)) != string(want[:]) {
		t.Errorf("got %x, want %x", channelBindings(leaf), want)
	}
	leaf.SignatureAlgorithm = x509.PureEd25519
	if string(channelBindings(leaf)) != string(make([]byte, 16)) {
		t.Error("a hash was made up for Ed25519")
	}
}

// gokrb5 gives the KDC's error as text only (RFC 4120 section 7.5.9).
func TestKerberosReason(t *testing.T) {
	for said, want := range map[string]Reason{
		"KRB Error: (24) KDC_ERR_PREAUTH_FAILED Pre-authentication information was invalid": WrongPassword,
		"KRB Error: (6) KDC_ERR_C_PRINCIPAL_UNKNOWN Client not found in Kerberos database":  NoSuchUser,
		"KRB Error: (18) KDC_ERR_CLIENT_REVOKED Clients credentials have been revoked":      Revoked,
		"KRB Error: (23) KDC_ERR_KEY_EXPIRED Password has expired":                          PasswordExpired,
		"KRB Error: (37) KRB_AP_ERR_SKEW Clock skew too great":                              ClockSkew,
		"KRB Error: (7) KDC_ERR_S_PRINCIPAL_UNKNOWN Server not found in Kerberos database":  NoService,
		"matching key not found in keytab. Looking for \"joe\"":                             BadKeytab,
		"error sending to a KDC: error setting dial timeout":                                NoKDC,
		"something new": OtherReason,
	} {
		if got := kerberosReason(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}

// gokrb5's readers index into what they are given: no file may bring us down.
func TestDamagedKerberosFiles(t *testing.T) {
	index := 9
	for _, f := range []func() (int, error){
		func() (int, error) { return int([]byte("short")[index]), nil },
		func() (int, error) { var p *int; return *p, nil },
	} {
		if _, err := noPanic("a keytab", f); err == nil || !strings.Contains(err.Error(), "not a keytab") {
			t.Errorf("got %v", err)
		}
	}
}
