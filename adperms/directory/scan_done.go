package directory

import (
	"errors"
	"fmt"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

var errNoEnd = errors.New("the end of a page is malformed")

// readDone reads a SearchResultDone message: the paging cookie, nil where the
// result is complete, or the DC's refusal as go-ldap would give it.
func readDone(message []byte) (cookie []byte, err error) {
	m, whole, err := envelopeOf(message)
	if err != nil || !whole || m.size != len(message) {
		return nil, errNoEnd
	}
	result, rest, ok := expect(tagDone, message[m.at:])
	if !ok {
		return nil, errNoEnd
	}
	code, _, ok := expect(tagEnumerated, result)
	n, small := number(code)
	switch {
	case !ok || !small || n > 0xffff:
		return nil, errNoEnd
	case n != ldap.LDAPResultSuccess:
		return nil, refusalIn(message)
	case len(rest) == 0:
		return nil, nil
	}
	controls, _, ok := expect(tagControls, rest)
	if !ok {
		return nil, errNoEnd
	}
	return pagingCookie(controls)
}

// pagingCookie finds the paging control (RFC 2696 section 2) among others: its
// value is a SEQUENCE of an estimate, which is not used, and the cookie.
func pagingCookie(controls []byte) ([]byte, error) {
	for len(controls) > 0 {
		var control []byte
		var ok bool
		if control, controls, ok = expect(tagSequence, controls); !ok {
			return nil, errNoEnd
		}
		kind, rest, ok := expect(tagOctetString, control)
		if !ok {
			return nil, errNoEnd
		}
		if string(kind) != ldap.ControlTypePaging {
			continue
		}
		if _, after, critical := expect(tagBoolean, rest); critical {
			rest = after
		}
		value, _, ok1 := expect(tagOctetString, rest)
		page, _, ok2 := expect(tagSequence, value)
		_, rest, ok3 := expect(tagInteger, page)
		cookie, _, ok4 := expect(tagOctetString, rest)
		if !ok1 || !ok2 || !ok3 || !ok4 || len(cookie) > maxCookie {
			return nil, errNoEnd
		}
		if len(cookie) == 0 {
			return nil, nil
		}
		return append([]byte(nil), cookie...), nil
	}
	return nil, nil
}

// maxCookie bounds what is sent back to the DC for every page.
const maxCookie = 1 << 20

// refusalIn is the LDAPResult of a message as go-ldap gives it.
func refusalIn(message []byte) error {
	packet, err := ber.DecodePacketErr(message)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoEnd, err)
	}
	return ldap.GetLDAPError(packet)
}
