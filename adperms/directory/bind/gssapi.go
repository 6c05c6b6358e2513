package bind

import (
	"crypto"
	"crypto/md5"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"time"

	"github.com/go-ldap/ldap/v3"
	"github.com/jcmturner/gokrb5/v8/asn1tools"
	kcrypto "github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/iana/chksumtype"
	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"
)

// go-ldap's own initiator sends no channel bindings, which a DC that demands
// them (LdapEnforceChannelBinding = 2) refuses, and it does not look at the
// DC's proof of identity. This one does both; it speaks RFC 4121 (tokens),
// RFC 4752 (SASL GSSAPI) and RFC 5929 (tls-server-end-point).

// ticket is a service ticket and its session key.
type ticket struct {
	messages.Ticket
	key types.EncryptionKey
}

// Ticket is our side of a GSSAPI bind.
type Ticket struct {
	ldap.GSSAPIClient
	User    string // "" where only the DC will know
	release func()
}

// Release drops what it holds.
func (i *Ticket) Release() { i.release() }

// ticketError is an error of our side of the exchange, told apart from a
// broken connection.
type ticketError struct{ err error }

func (e *ticketError) Error() string { return e.err.Error() }
func (e *ticketError) Unwrap() error { return e.err }

func own(err error) error {
	if err == nil {
		return nil
	}
	return &ticketError{err}
}

func (i *Ticket) InitSecContextWithOptions(target string, token []byte, options []int) ([]byte, bool, error) {
	out, more, err := i.GSSAPIClient.InitSecContextWithOptions(target, token, options)
	return out, more, own(err)
}

func (i *Ticket) NegotiateSaslAuth(token []byte, authzid string) ([]byte, error) {
	out, err := i.GSSAPIClient.NegotiateSaslAuth(token, authzid)
	return out, own(err)
}

// securityContext is the Kerberos mechanism's state on our side.
type securityContext struct {
	name     types.PrincipalName // of the client
	realm    string
	ticket   *ticket
	bindings []byte // 16 bytes, RFC 4121 section 4.1.1.2; zero: none
	sent     types.Authenticator
	subkey   types.EncryptionKey // the DC's; empty: the session key is used
}

func newSecurityContext(name types.PrincipalName, realm string, t *ticket, leaf *x509.Certificate) *securityContext {
	return &securityContext{name: name, realm: realm, ticket: t, bindings: channelBindings(leaf)}
}

func (s *securityContext) InitSecContext(target string, token []byte) ([]byte, bool, error) {
	return s.InitSecContextWithOptions(target, token, nil)
}

// InitSecContextWithOptions makes the AP-REQ token and then checks the AP-REP.
func (s *securityContext) InitSecContextWithOptions(_ string, token []byte, _ []int) ([]byte, bool, error) {
	if token == nil {
		out, err := s.request()
		return out, true, err
	}
	_, err := noPanic("a Kerberos token", func() (int, error) { return 0, s.accept(token) })
	return []byte{}, false, err
}

func (s *securityContext) DeleteSecContext() error {
	s.subkey = types.EncryptionKey{}
	return nil
}

var tokenAPReq = []byte{0x01, 0x00} // RFC 4121 section 4.1

func (s *securityContext) request() ([]byte, error) {
	auth, err := types.NewAuthenticator(s.realm, s.name)
	if err != nil {
		return nil, err
	}
	auth.Cksum = types.Checksum{CksumType: chksumtype.GSSAPI, Checksum: s.checksum()}
	s.sent = auth
	req, err := messages.NewAPReq(s.ticket.Ticket, s.ticket.key, auth)
	if err != nil {
		return nil, err
	}
	types.SetFlag(&req.APOptions, flags.APOptionMutualRequired)
	body, err := req.Marshal()
	if err != nil {
		return nil, err
	}
	head, err := gssapiKRB5OID()
	if err != nil {
		return nil, err
	}
	return asn1tools.AddASNAppTag(append(append(head, tokenAPReq...), body...), 0), nil
}

// checksum is the "checksum" of RFC 4121 section 4.1.1: length and value of the
// channel bindings, and the context flags.
func (s *securityContext) checksum() []byte {
	b := make([]byte, 24)
	binary.LittleEndian.PutUint32(b, 16)
	copy(b[4:20], s.bindings)
	binary.LittleEndian.PutUint32(b[20:], gssapi.ContextFlagMutual|gssapi.ContextFlagInteg|gssapi.ContextFlagConf)
	return b
}

// accept checks the DC's AP-REP: only who could read our authenticator can send
// its time back (RFC 4120 section 3.2.5).
func (s *securityContext) accept(b []byte) error {
	var token spnego.KRB5Token
	if err := token.Unmarshal(b); err != nil {
		return err
	}
	if token.IsKRBError() {
		return token.KRBError
	}
	if !token.IsAPRep() {
		return errors.New("the DC's Kerberos token is not the expected one")
	}
	plain, err := kcrypto.DecryptEncPart(token.APRep.EncPart, s.ticket.key, keyusage.AP_REP_ENCPART)
	if err != nil {
		return err
	}
	var part messages.EncAPRepPart
	if err := part.Unmarshal(plain); err != nil {
		return err
	}
	if part.Cusec != s.sent.Cusec || !part.CTime.Equal(s.sent.CTime.Truncate(time.Second)) {
		return errors.New("the DC did not prove that it is the one the ticket was made for")
	}
	s.subkey = part.Subkey
	return nil
}

// channelBindings is the MD5 of the bindings structure of RFC 4121 section
// 4.1.1.2 over tls-server-end-point (RFC 5929 section 4). Zero bytes, which say
// "none", stand for a certificate whose signature names no hash function.
func channelBindings(leaf *x509.Certificate) []byte {
	h := endPointHash(leaf.SignatureAlgorithm)
	if h == 0 {
		return make([]byte, md5.Size)
	}
	sum := h.New()
	sum.Write(leaf.Raw)
	data := append([]byte("tls-server-end-point:"), sum.Sum(nil)...)
	b := make([]byte, 16, 20+len(data)) // no addresses on either side
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	digest := md5.Sum(append(b, data...))
	return digest[:]
}

func endPointHash(a x509.SignatureAlgorithm) crypto.Hash {
	switch a {
	case x509.SHA384WithRSA, x509.SHA384WithRSAPSS, x509.ECDSAWithSHA384:
		return crypto.SHA384
	case x509.SHA512WithRSA, x509.SHA512WithRSAPSS, x509.ECDSAWithSHA512:
		return crypto.SHA512
	case x509.SHA256WithRSA, x509.SHA256WithRSAPSS, x509.ECDSAWithSHA256, x509.DSAWithSHA256,
		x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1, x509.MD5WithRSA: // RFC 5929: SHA-256 instead of weaker ones
		return crypto.SHA256
	}
	return 0
}
