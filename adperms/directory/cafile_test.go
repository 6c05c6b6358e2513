package directory

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"writeback/internal/tier"
)

// handed are files that an administrator may hand over.
type handed struct {
	key            *ecdsa.PrivateKey
	root, sub, own *x509.Certificate // own signed itself and is no CA
	leaf           *x509.Certificate
}

func newHanded(t testing.TB) (h handed) {
	t.Helper()
	var err error
	if h.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	issue := func(name string, ca bool, by *x509.Certificate) *x509.Certificate {
		c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IsCA: ca, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte(name)}
		if name == "" {
			c.DNSNames, c.IPAddresses = []string{"dc1.corp.example"}, []net.IP{net.IPv4(10, 0, 0, 1)}
		}
		if by == nil {
			by = c
		}
		der, err := x509.CreateCertificate(rand.Reader, c, by, h.key.Public(), h.key)
		if err != nil {
			t.Fatal(err)
		}
		if c, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		return c
	}
	h.root = issue("Root", true, nil)
	h.sub, h.own, h.leaf = issue("Sub", true, h.root), issue("dc1", false, nil), issue("", false, h.root)
	return h
}

func inBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func inASN1(t testing.TB, v any) []byte {
	t.Helper()
	b, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// p7b is PKCS #7 of certificates; change may spoil it.
func p7b(t testing.TB, change func(*signedData), all ...*x509.Certificate) []byte {
	t.Helper()
	set := asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSet, IsCompound: true}
	d := signedData{Version: 1, Digests: set, Content: contentInfo{Type: oidData}, Signers: set}
	var raw []byte
	for _, c := range all {
		raw = append(raw, c.Raw...)
	}
	d.Certificates = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: raw}
	if change != nil {
		change(&d)
	}
	inner := asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: inASN1(t, d)}
	return inASN1(t, struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue
	}{oidSignedData, inner})
}

func wideText(order binary.AppendByteOrder, text []byte) (out []byte) {
	for _, u := range utf16.Encode([]rune("\ufeff" + string(text))) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func crlf(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }

func join(all ...[]byte) []byte { return bytes.Join(all, nil) }

// goodFiles are those that are taken, with how many authorities they hold.
func (h handed) goodFiles(t testing.TB) map[string]struct {
	raw []byte
	n   int
} {
	cert := inBlock("CERTIFICATE", h.root.Raw)
	two := p7b(t, nil, h.root, h.sub)
	type file = struct {
		raw []byte
		n   int
	}
	return map[string]file{
		"PEM":                         {cert, 1},
		"PEM, two":                    {join(cert, inBlock("CERTIFICATE", h.sub.Raw)), 2},
		"PEM with words around":       {join([]byte("subject=CN = Root\n"), cert, []byte("\nend\n")), 1},
		"PEM with CRLF":               {crlf(cert), 1},
		"PEM with a byte order mark":  {join([]byte("\xef\xbb\xbf"), crlf(cert)), 1},
		"PEM in UTF-16 (>)":           {wideText(binary.LittleEndian, crlf(cert)), 1},
		"PEM in UTF-16, no mark":      {wideText(binary.LittleEndian, crlf(cert))[2:], 1},
		"PEM in UTF-16 BE, no mark":   {wideText(binary.BigEndian, cert)[2:], 1},
		"p7b in UTF-16, no mark":      {wideText(binary.LittleEndian, inBlock("PKCS7", two))[2:], 2},
		"PEM in UTF-16, big-endian":   {wideText(binary.BigEndian, cert), 1},
		"X509 CERTIFICATE":            {inBlock("X509 CERTIFICATE", h.root.Raw), 1},
		"PEM beside a key":            {join(inBlock("EC PRIVATE KEY", []byte{1}), cert), 1},
		"PEM beside a damaged one":    {join(inBlock("CERTIFICATE", h.root.Raw[1:]), cert), 1},
		"DER":                         {h.root.Raw, 1},
		"DER, two":                    {join(h.root.Raw, h.sub.Raw), 2},
		"p7b":                         {two, 2},
		"p7b in PEM":                  {inBlock("PKCS7", two), 2},
		"p7b in PEM, as CMS":          {inBlock("CMS", two), 2},
		"p7b in PEM, as AD CS has it": {crlf(inBlock("CERTIFICATE", two)), 2},
		"p7b in PEM and UTF-16":       {wideText(binary.LittleEndian, inBlock("PKCS7", two)), 2},
		"p7b with the DC's":           {p7b(t, nil, h.leaf, h.root), 1},
		"signed by itself, no CA":     {inBlock("CERTIFICATE", h.own.Raw), 1},
	}
}

// badFiles are those that are refused, with what is said.
func (h handed) badFiles(t testing.TB) map[string]struct {
	raw  []byte
	says []string
} {
	type file = struct {
		raw  []byte
		says []string
	}
	must := func(b []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	pkcs8 := must(x509.MarshalPKCS8PrivateKey(h.key))
	ec := must(x509.MarshalECPrivateKey(h.key))
	csr := must(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "dc1"}}, h.key))
	crl := must(x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now(), NextUpdate: time.Now().Add(time.Hour)}, h.root, h.key))
	pfx := inASN1(t, struct {
		Version int
		Safe    struct {
			Type    asn1.ObjectIdentifier
			Content []byte `asn1:"explicit,tag:0"`
		}
	}{3, struct {
		Type    asn1.ObjectIdentifier
		Content []byte `asn1:"explicit,tag:0"`
	}{oidData, []byte{1, 2, 3}}})
	sealed := inASN1(t, struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}{pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}}, []byte{1, 2, 3}})
	one := asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSet, IsCompound: true, Bytes: []byte{5, 0}}
	p7 := p7b(t, nil, h.root)
	key, wantsCA := []string{"is a private key", "wanted is the certificate of the CA"}, "wanted is the certificate of the CA"
	return map[string]file{
		"empty":                       {nil, []string{"is empty", wantsCA}},
		"blank":                       {[]byte(" \r\n"), []string{"is empty"}},
		"a byte order mark alone":     {[]byte("\xef\xbb\xbf"), []string{"is empty"}},
		"UTF-16, no mark, cut short":  {append(wideText(binary.LittleEndian, []byte("-----BEGIN CERTIFICATE-----"))[2:], '-'), []string{"UTF-16", "cut short"}},
		"UTF-16, cut short":           {[]byte("\xff\xfe-"), []string{"UTF-16", "cut short"}},
		"a key":                       {inBlock("PRIVATE KEY", pkcs8), key},
		"a key, EC":                   {inBlock("EC PRIVATE KEY", ec), key},
		"a key, encrypted":            {inBlock("ENCRYPTED PRIVATE KEY", sealed), key},
		"a key of OpenSSH":            {inBlock("OPENSSH PRIVATE KEY", []byte{1}), key},
		"a key in DER":                {pkcs8, key},
		"a key in DER, EC":            {ec, key},
		"a key in DER, encrypted":     {sealed, key},
		"a public key":                {inBlock("PUBLIC KEY", []byte{1}), []string{"is a public key"}},
		"a PFX":                       {pfx, []string{"is a PFX (PKCS #12)", "holds a private key", wantsCA}},
		"a request":                   {inBlock("CERTIFICATE REQUEST", csr), []string{"is a request for a certificate (CSR)", wantsCA}},
		"a request, as certreq":       {inBlock("NEW CERTIFICATE REQUEST", csr), []string{"(CSR)"}},
		"a request in DER":            {csr, []string{"(CSR)"}},
		"a CRL":                       {inBlock("X509 CRL", crl), []string{"(CRL)"}},
		"a CRL in DER":                {crl, []string{"(CRL)"}},
		"OpenSSL's own":               {inBlock("TRUSTED CERTIFICATE", h.root.Raw), []string{"TRUSTED CERTIFICATE"}},
		"another PEM":                 {inBlock("DH PARAMETERS", []byte{1}), []string{"another kind"}},
		"PEM, cut short":              {inBlock("CERTIFICATE", h.root.Raw)[:200], []string{"damaged or cut short"}},
		"PEM, damaged inside":         {inBlock("CERTIFICATE", h.root.Raw[:100]), []string{"no certificate that can be read"}},
		"DER, cut short":              {h.root.Raw[:100], []string{"no certificate that can be read"}},
		"HTML":                        {[]byte("\r\n<!DOCTYPE html><title>Sign in</title>"), []string{"is an HTML page", "sign-in page", wantsCA}},
		"HTML, without a type":        {[]byte("<HTML><body>"), []string{"is an HTML page"}},
		"XML":                         {[]byte("<?xml version='1.0'?>"), []string{"HTML or XML"}},
		"a store of Windows":          {[]byte("\x00\x00\x00\x00CERT\x00"), []string{".sst"}},
		"a keystore":                  {[]byte("\xfe\xed\xfe\xed\x00"), []string{"Java"}},
		"text":                        {[]byte("no certificate"), []string{"holds no certificate"}},
		"the DC's":                    {inBlock("CERTIFICATE", h.leaf.Raw), []string{"(no subject) dc1.corp.example, 10.0.0.1", "which is no CA", "CN=Root", "--tls-pin " + fingerprint(h.leaf)}},
		"the DC's in a p7b":           {p7b(t, nil, h.leaf), []string{"which is no CA"}},
		"p7b without certificates":    {p7b(t, nil), []string{"without certificates"}},
		"p7b with a signer":           {p7b(t, func(d *signedData) { d.Signers = one }, h.root), []string{"signed message"}},
		"p7b of other content":        {p7b(t, func(d *signedData) { d.Content.Type = oidSignedData }, h.root), []string{"signed message"}},
		"p7b and more":                {join(p7, []byte{5, 0}), []string{"something follows"}},
		"p7b, cut short":              {p7[:len(p7)-1], []string{"no certificate that can be read"}},
		"p7b of no set":               {p7b(t, func(d *signedData) { d.Signers = asn1.RawValue{Tag: asn1.TagNull} }, h.root), []string{"damaged"}},
		"p7b with something else":     {p7b(t, func(d *signedData) { d.Certificates.Bytes = join(h.root.Raw, []byte{0xa1, 0}) }), []string{"cannot be read"}},
		"p7b without an end (BER)":    {join([]byte{0x30, 0x80}, p7[4:], []byte{0, 0}), []string{"no certificate that can be read"}},
		"as many as there never were": {bytes.Repeat(h.root.Raw, maxAuthorities+1), []string{"more than 2000"}},
	}
}

func TestCAFile(t *testing.T) {
	h := newHanded(t)
	for name, c := range h.goodFiles(t) {
		path := filepath.Join(t.TempDir(), "corp ca.crt")
		if err := os.WriteFile(path, c.raw, 0o600); err != nil {
			t.Fatal(err)
		}
		cas, err := readAuthorities(path)
		if err != nil || len(cas) != c.n {
			t.Errorf("%s: %d, %v", name, len(cas), err)
		}
	}
	for name, c := range h.badFiles(t) {
		path := filepath.Join(t.TempDir(), "corp ca.crt")
		if err := os.WriteFile(path, c.raw, 0o600); err != nil {
			t.Fatal(err)
		}
		cas, err := readAuthorities(path)
		var option *OptionError
		if len(cas) > 0 || !errors.As(err, &option) || option.Option != "--ca-cert" {
			t.Errorf("%s: %d, %v", name, len(cas), err)
			continue
		}
		for _, part := range append(c.says, `corp ca.crt"`) {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: it does not say %q: %v", name, part, err)
			}
		}
	}
	if err := CheckCACert(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a folder") || !strings.Contains(err.Error(), "wanted is") {
		t.Errorf("a folder: %v", err)
	}
	odd := filepath.Join(t.TempDir(), "a $(b) c")
	if err := CheckCACert(odd); err == nil || strings.Contains(err.Error(), "$(b)") || !strings.Contains(err.Error(), `\u0024(b) c": `) {
		t.Errorf("a file that is not there is named in quotes alone: %v", err)
	}
}

// What OpenSSL writes is read, so that the forms are not of our own making alone.
func TestCAFileOfOpenSSL(t *testing.T) {
	tier.Takes(t, "OpenSSL")
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("REQUIRE_SAMBA") != "" { // as in .ci/test, which installs it
			t.Fatal("openssl is not installed")
		}
		t.Skip("openssl is not installed")
	}
	h, dir := newHanded(t), t.TempDir()
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	key, err := x509.MarshalPKCS8PrivateKey(h.key)
	if err != nil {
		t.Fatal(err)
	}
	write("cas.pem", join(inBlock("CERTIFICATE", h.root.Raw), inBlock("CERTIFICATE", h.sub.Raw)))
	write("key.pem", inBlock("PRIVATE KEY", key))
	write("text", []byte("hello"))
	for name, c := range map[string]struct {
		args string
		n    int
		says string
	}{
		"p7b in DER":           {"crl2pkcs7 -nocrl -certfile cas.pem -outform DER -out out", 2, ""},
		"p7b in PEM":           {"crl2pkcs7 -nocrl -certfile cas.pem -out out", 2, ""},
		"DER":                  {"x509 -in cas.pem -outform DER -out out", 1, ""},
		"PEM with text":        {"x509 -in cas.pem -text -out out", 1, ""},
		"trusted":              {"x509 -in cas.pem -trustout -out out", 0, "TRUSTED CERTIFICATE"},
		"PFX":                  {"pkcs12 -export -in cas.pem -inkey key.pem -passout pass:x -out out", 0, "PFX"},
		"key, encrypted":       {"pkcs8 -topk8 -in key.pem -passout pass:x -outform DER -out out", 0, "private key"},
		"request":              {"req -new -key key.pem -subj /CN=dc1 -outform DER -out out", 0, "(CSR)"},
		"a signed message":     {"smime -sign -in text -signer cas.pem -inkey key.pem -outform DER -nodetach -out out", 0, "signed message"},
		"a detached signature": {"smime -sign -in text -signer cas.pem -inkey key.pem -outform PEM -out out", 0, "signed message"},
	} {
		cmd := exec.Command("openssl", strings.Fields(c.args)...)
		cmd.Dir = dir
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", name, err, said)
		}
		raw, err := os.ReadFile(filepath.Join(dir, "out"))
		if err != nil {
			t.Fatal(err)
		}
		cas, err := parseAuthorities(raw)
		if len(cas) != c.n || c.n > 0 && err != nil || c.n == 0 && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %d, %v", name, len(cas), err)
		}
	}
}

func FuzzAuthorities(f *testing.F) {
	h := newHanded(f)
	for _, c := range h.goodFiles(f) {
		f.Add(c.raw)
	}
	for name, c := range h.badFiles(f) {
		if name != "as many as there never were" {
			f.Add(c.raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		cas, err := parseAuthorities(raw)
		if (err == nil) != (len(cas) > 0) || len(cas) > maxAuthorities {
			t.Fatalf("%d, %v", len(cas), err)
		}
		for _, c := range cas {
			if c == nil || !c.IsCA && !selfIssued(c) && c.Version == 3 {
				t.Fatal("it is no authority")
			}
		}
		var other *otherFileError
		if errors.As(err, &other) && strings.ContainsAny(err.Error(), "\x1b\n\r`$") {
			t.Fatalf("%q", err.Error())
		}
	})
}
