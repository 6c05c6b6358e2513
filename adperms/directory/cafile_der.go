package directory

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
)

// DER: certificates one after the other, or PKCS #7 that holds nothing but
// certificates (RFC 5652 section 5.1: SignedData without content and without signers,
// as Windows exports .p7b). Anything else in it is refused, not passed over. The
// lengths are checked by encoding/asn1, which takes neither BER nor what hangs over.

var (
	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
)

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"optional,explicit,tag:0"`
}

type signedData struct {
	Version      int
	Digests      asn1.RawValue // a set, empty as a rule
	Content      contentInfo
	Certificates asn1.RawValue `asn1:"optional,tag:0"`
	CRLs         asn1.RawValue `asn1:"optional,tag:1"`
	Signers      asn1.RawValue // a set, empty here
}

func inDER(der []byte) ([]*x509.Certificate, error) {
	all, err := x509.ParseCertificates(der)
	if err == nil && len(all) > 0 {
		return all, nil
	}
	var outer contentInfo
	if _, no := asn1.Unmarshal(der, &outer); no == nil && outer.Type.Equal(oidSignedData) {
		if !exactly(der, outer) {
			return nil, errors.New("something follows the PKCS #7 in it: export it again")
		}
		return inPKCS7(outer.Content.Bytes)
	}
	return nil, otherThanDER(der, err)
}

func inPKCS7(der []byte) (all []*x509.Certificate, err error) {
	var d signedData
	_, err = asn1.Unmarshal(der, &d)
	switch {
	case err != nil || !exactly(der, d):
		return nil, errors.New("its PKCS #7 is damaged, or not in DER: export it again as .p7b or .cer")
	case !isSet(d.Digests) || !isSet(d.Signers):
		return nil, errors.New("its PKCS #7 is damaged: export it again as .p7b or .cer")
	case !d.Content.Type.Equal(oidData) || len(d.Content.Content.FullBytes) > 0 || len(d.Signers.Bytes) > 0:
		return nil, &otherFileError{is: "is a signed message (PKCS #7), and not certificates alone"}
	case len(d.Certificates.Bytes) == 0:
		return nil, &otherFileError{is: "is PKCS #7 without certificates"}
	}
	if all, err = x509.ParseCertificates(d.Certificates.Bytes); err != nil {
		return nil, fmt.Errorf("a certificate in its PKCS #7 cannot be read: %w", err)
	}
	return all, nil
}

// exactly says that der is v and nothing besides: encoding/asn1 passes over what
// follows the fields of a sequence.
func exactly(der []byte, v any) bool {
	again, err := asn1.Marshal(v)
	return err == nil && bytes.Equal(again, der)
}

func isSet(v asn1.RawValue) bool {
	return v.Class == asn1.ClassUniversal && v.Tag == asn1.TagSet && v.IsCompound
}

// otherThanDER says what a file without certificates is. err is what was wrong with it
// as a certificate.
func otherThanDER(raw []byte, err error) error {
	text := bytes.ToLower(bytes.TrimSpace(raw[:min(len(raw), 1024)]))
	is := ""
	switch {
	case bytes.HasPrefix(text, []byte("<!doctype html")) || bytes.HasPrefix(text, []byte("<html")):
		is = "is an HTML page: it may be a sign-in page that was saved in place of the certificate"
	case bytes.HasPrefix(text, []byte("<")):
		is = "is HTML or XML"
	case bytes.HasPrefix(raw, []byte("\x00\x00\x00\x00CERT")):
		is = "is a certificate store of Windows (.sst)"
	case bytes.HasPrefix(raw, []byte("\xfe\xed\xfe\xed")):
		is = "is a keystore of Java"
	case isPFX(raw):
		is = "is a PFX (PKCS #12), which holds a private key"
	case isPrivateKey(raw):
		is = privateKey
	case isRequest(raw):
		is = request
	case isCRL(raw):
		is = revoked
	case len(raw) > 0 && raw[0] == 0x30:
		return fmt.Errorf("it holds no certificate that can be read: %w", err)
	default:
		is = "holds no certificate"
	}
	return &otherFileError{is: is}
}

// isPFX: version 3, then the content (RFC 7292 section 4).
func isPFX(raw []byte) bool {
	var p struct {
		Version int
		Safe    contentInfo
		MAC     asn1.RawValue `asn1:"optional"`
	}
	_, err := asn1.Unmarshal(raw, &p)
	return err == nil && p.Version == 3 && len(p.Safe.Type) > 0
}

func isPrivateKey(raw []byte) bool {
	var sealed struct { // EncryptedPrivateKeyInfo, RFC 5958 section 3
		Algorithm struct {
			ID         asn1.ObjectIdentifier
			Parameters asn1.RawValue `asn1:"optional"`
		}
		Data []byte
	}
	_, pkcs8 := x509.ParsePKCS8PrivateKey(raw)
	_, pkcs1 := x509.ParsePKCS1PrivateKey(raw)
	_, ec := x509.ParseECPrivateKey(raw)
	_, encrypted := asn1.Unmarshal(raw, &sealed)
	return pkcs8 == nil || pkcs1 == nil || ec == nil || encrypted == nil
}

func isRequest(raw []byte) bool { _, err := x509.ParseCertificateRequest(raw); return err == nil }

func isCRL(raw []byte) bool { _, err := x509.ParseRevocationList(raw); return err == nil }
