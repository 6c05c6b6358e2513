package directory

import (
	"bytes"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf16"

	"writeback/internal/shell"
	"writeback/internal/statedir"
)

// The file of --ca-cert, as AD CS and Windows hand it over: certificates in PEM, in
// DER (.cer), or several in PKCS #7 (.p7b, in DER or PEM); text also in UTF-16 or with
// a byte order mark, as PowerShell and its editors write it.
//
// Rule: what the file is decides what it says, not its name; what it is not is said
// with what it is, and with what is wanted. Only what can stand above a DC's
// certificate is taken: a certificate that can vouch for none but itself is the
// business of --tls-pin, which shows whoever reads the command what is trusted.

// maxCACert is how many octets a file of --ca-cert may have: all authorities of a
// system take a quarter of a mebibyte.
const maxCACert = 4 << 20

// maxAuthorities is how many certificates it may have.
const maxAuthorities = 2000

const wanted = "wanted is the certificate of the CA that issued the DC's: PEM, DER (.cer) or PKCS #7 (.p7b)"

// CheckCACert says what is wrong with a file for --ca-cert, before anything is sent.
//
// Errors: [OptionError].
func CheckCACert(path string) error {
	_, err := readAuthorities(path)
	return err
}

func readAuthorities(path string) ([]*x509.Certificate, error) {
	raw, err := statedir.ReadGuarded(path, maxCACert)
	if err != nil {
		if info, no := os.Stat(path); no == nil && info.IsDir() {
			return nil, &OptionError{Option: "--ca-cert", Text: shell.Name(path) + " is a folder, not a file: " + wanted}
		}
		return nil, &OptionError{Option: "--ca-cert", Text: "reading " + shell.Name(path), Err: err}
	}
	cas, err := parseAuthorities(raw)
	var other *otherFileError
	switch {
	case errors.As(err, &other):
		return nil, &OptionError{Option: "--ca-cert", Text: fmt.Sprintf("%s %s", shell.Name(path), other.Error())}
	case err != nil:
		return nil, &OptionError{Option: "--ca-cert", Text: "reading " + shell.Name(path), Err: err}
	}
	return cas, nil
}

// otherFileError says what a file is that is not what it should be: "is empty". Its
// words can be pasted.
type otherFileError struct {
	is   string
	next string // "": what is wanted
}

func (e *otherFileError) Error() string {
	if e.next != "" {
		return e.is + ": " + e.next
	}
	return e.is + ": " + wanted
}

// parseAuthorities returns the certificates that can vouch for others; at least one,
// or an error.
func parseAuthorities(raw []byte) ([]*x509.Certificate, error) {
	raw, err := plainOctets(raw)
	if err != nil {
		return nil, err
	}
	var all []*x509.Certificate
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return nil, &otherFileError{is: "is empty"}
	case bytes.Contains(raw, []byte("-----BEGIN ")):
		all, err = inPEM(raw)
	default:
		all, err = inDER(raw)
	}
	if err != nil {
		return nil, err
	}
	return authorities(all)
}

// authorities are those of all that can vouch for others.
func authorities(all []*x509.Certificate) (out []*x509.Certificate, err error) {
	if len(all) > maxAuthorities {
		return nil, &otherFileError{is: fmt.Sprintf("holds more than %d certificates, too many for the authorities of one domain", maxAuthorities)}
	}
	for _, c := range all {
		// What has signed itself is its own root; before version 3 nothing said who is a CA.
		if c.IsCA || selfIssued(c) || c.Version < 3 {
			out = append(out, c)
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	return nil, &otherFileError{
		is: "holds the certificate of " + shell.Name(whose(all[0])) + ", which is no CA",
		next: fmt.Sprintf("wanted is that of the CA that issued it, %s; to trust this very certificate, and no other, say --tls-pin %s",
			shell.Name(all[0].Issuer.String()), fingerprint(all[0])),
	}
}

// inPEM reads what is between the lines of dashes. A certificate that cannot be read
// is passed over where another can be.
func inPEM(raw []byte) (all []*x509.Certificate, err error) {
	var first error
	kinds := 0
	for {
		block, rest := pem.Decode(raw)
		if block == nil {
			break
		}
		raw = rest
		kinds++
		var some []*x509.Certificate
		switch block.Type {
		case "CERTIFICATE", "X509 CERTIFICATE", "PKCS7", "CMS": // certutil and AD CS call PKCS #7 a certificate, too
			some, err = inDER(block.Bytes)
		default:
			err = notCertificates(block.Type)
		}
		all = append(all, some...)
		if err != nil && first == nil {
			first = err
		}
		if len(all) > maxAuthorities {
			break
		}
	}
	switch {
	case len(all) > 0:
		return all, nil
	case kinds == 0:
		return nil, &otherFileError{is: "holds PEM that is damaged or cut short"}
	}
	return nil, first
}

// notCertificates is the error for another kind of PEM.
func notCertificates(kind string) error {
	is := "holds PEM of another kind than certificates"
	switch {
	case strings.HasSuffix(kind, "PRIVATE KEY"):
		is = privateKey
	case strings.HasSuffix(kind, "CERTIFICATE REQUEST"):
		is = request
	case kind == "X509 CRL":
		is = revoked
	case strings.HasSuffix(kind, "PUBLIC KEY"):
		is = "is a public key without its certificate"
	case kind == "TRUSTED CERTIFICATE":
		is = "holds a certificate in the form that only OpenSSL has (TRUSTED CERTIFICATE)"
	}
	return &otherFileError{is: is}
}

const (
	privateKey = "is a private key, which is not needed here and should be nowhere but with its owner"
	request    = "is a request for a certificate (CSR), not the certificate"
	revoked    = "is a list of revoked certificates (CRL)"
)

var errWideText = errors.New("it is UTF-16 text that is cut short")

// plainOctets undoes what a Windows shell or editor did to text. What has no byte
// order mark, and is not clearly UTF-16, is taken as it is.
func plainOctets(raw []byte) ([]byte, error) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		return raw[3:], nil
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		order = binary.BigEndian
	case wideAt(raw, binary.LittleEndian):
		return fromWide(raw, binary.LittleEndian)
	case wideAt(raw, binary.BigEndian):
		return fromWide(raw, binary.BigEndian)
	default:
		return raw, nil
	}
	return fromWide(raw[2:], order)
}

// wideAt says that a file without a byte order mark is UTF-16 all the same: PEM's first
// words stand in it with a NUL beside each letter.
func wideAt(raw []byte, order binary.AppendByteOrder) bool {
	var begin []byte
	for _, letter := range "-----BEGIN " {
		begin = order.AppendUint16(begin, uint16(letter))
	}
	at := bytes.Index(raw, begin)
	return at >= 0 && at%2 == 0
}

// fromWide is UTF-16 without a byte order mark as UTF-8.
func fromWide(raw []byte, order binary.ByteOrder) ([]byte, error) {
	if len(raw)%2 != 0 {
		return nil, errWideText
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return []byte(string(utf16.Decode(units))), nil
}
