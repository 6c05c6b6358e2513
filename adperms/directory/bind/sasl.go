package bind

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jcmturner/gofork/encoding/asn1"
	kcrypto "github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
)

// The last step of a SASL GSSAPI bind (RFC 4752 section 3.1): the DC offers
// security layers in a wrap token, we answer "none" in another. TLS is the
// layer; AD does not allow two (MS-ADTS 5.1.1.1.2).

const (
	wrapHeader = 16 // RFC 4121 section 4.2.6.2

	flagFromAcceptor   = 0x01
	flagSealed         = 0x02
	flagAcceptorSubkey = 0x04

	layerNone = 0x01 // RFC 4752 section 3.3
)

func (s *securityContext) NegotiateSaslAuth(token []byte, authzid string) ([]byte, error) {
	offer, err := s.unwrap(token)
	if err != nil {
		return nil, err
	}
	if len(offer) != 4 {
		return nil, errors.New("the DC's offer of security layers has the wrong length")
	}
	if offer[0]&layerNone == 0 {
		return nil, errors.New("the DC demands a Kerberos security layer inside TLS")
	}
	return s.wrap(append([]byte{layerNone, 0, 0, 0}, authzid...))
}

// unwrap checks a wrap token without confidentiality and returns its payload.
func (s *securityContext) unwrap(b []byte) ([]byte, error) {
	if len(b) < wrapHeader || b[0] != 0x05 || b[1] != 0x04 || b[3] != 0xff {
		return nil, errors.New("the DC's SASL token is not a wrap token of RFC 4121 (RC4 session keys are not spoken)")
	}
	flags := b[2]
	if flags&flagFromAcceptor == 0 || flags&flagSealed != 0 {
		return nil, errors.New("the DC's wrap token has unexpected flags")
	}
	ec, rrc := int(binary.BigEndian.Uint16(b[4:])), int(binary.BigEndian.Uint16(b[6:]))
	body := b[wrapHeader:]
	if ec > len(body) {
		return nil, errors.New("the DC's wrap token is too short for its checksum")
	}
	if len(body) > 0 {
		rrc %= len(body)
		body = append(bytes.Clone(body[rrc:]), body[:rrc]...) // undo the right rotation, section 4.2.5
	}
	payload, sum := body[:len(body)-ec], body[len(body)-ec:]
	key := s.ticket.key
	if flags&flagAcceptorSubkey != 0 {
		key = s.subkey
	}
	e, err := kcrypto.GetEtype(key.KeyType)
	if err != nil {
		return nil, err
	}
	if !e.VerifyChecksum(key.KeyValue, signed(payload, b[:wrapHeader]), sum, keyusage.GSSAPI_ACCEPTOR_SEAL) {
		return nil, errors.New("the checksum of the DC's wrap token is wrong")
	}
	return payload, nil
}

func (s *securityContext) wrap(payload []byte) ([]byte, error) {
	key, flags := s.ticket.key, byte(0)
	if len(s.subkey.KeyValue) > 0 {
		key, flags = s.subkey, flagAcceptorSubkey
	}
	e, err := kcrypto.GetEtype(key.KeyType)
	if err != nil {
		return nil, err
	}
	head := make([]byte, wrapHeader)
	copy(head, []byte{0x05, 0x04, flags, 0xff})
	binary.BigEndian.PutUint64(head[8:], uint64(s.sent.SeqNumber))
	sum, err := e.GetChecksumHash(key.KeyValue, signed(payload, head), keyusage.GSSAPI_INITIATOR_SEAL)
	if err != nil {
		return nil, err
	}
	binary.BigEndian.PutUint16(head[4:], uint16(len(sum)))
	return append(append(head, payload...), sum...), nil
}

// signed is what a wrap token's checksum covers: the payload and the header
// with EC and RRC zero (section 4.2.4).
func signed(payload, header []byte) []byte {
	h := bytes.Clone(header)
	clear(h[4:8])
	return append(bytes.Clone(payload), h...)
}

func gssapiKRB5OID() ([]byte, error) {
	b, err := asn1.Marshal(gssapi.OIDKRB5.OID())
	if err != nil {
		return nil, fmt.Errorf("encoding the mechanism's OID: %w", err)
	}
	return b, nil
}
