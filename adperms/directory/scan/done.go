package scan

import (
	"errors"
	"fmt"

	asn1 "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/frame"
	"writeback/internal/ber"
)

var errNoEnd = errors.New("the end of a page is malformed")

// readDone reads a SearchResultDone message: the paging cookie, nil where the
// result is complete, or the DC's refusal as go-ldap would give it.
func readDone(message []byte) (cookie []byte, err error) {
	m, whole, err := frame.Of(message)
	if err != nil || !whole || m.Size != len(message) {
		return nil, errNoEnd
	}
	result, rest, ok := ber.Expect(frame.TagDone, message[m.At:])
	if !ok {
		return nil, errNoEnd
	}
	code, _, ok := ber.Expect(ber.Enumerated, result)
	n, small := ber.Number(code)
	switch {
	case !ok || !small || n > 0xffff:
		return nil, errNoEnd
	case n != ldap.LDAPResultSuccess:
		return nil, refusalIn(message)
	case len(rest) == 0:
		return nil, nil
	}
	controls, _, ok := ber.Expect(frame.TagControls, rest)
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
		if control, controls, ok = ber.Expect(ber.Sequence, controls); !ok {
			return nil, errNoEnd
		}
		kind, rest, ok := ber.Expect(ber.OctetString, control)
		if !ok {
			return nil, errNoEnd
		}
		if string(kind) != ldap.ControlTypePaging {
			continue
		}
		if _, after, critical := ber.Expect(ber.Boolean, rest); critical {
			rest = after
		}
		value, _, ok1 := ber.Expect(ber.OctetString, rest)
		page, _, ok2 := ber.Expect(ber.Sequence, value)
		_, rest, ok3 := ber.Expect(ber.Integer, page)
		cookie, _, ok4 := ber.Expect(ber.OctetString, rest)
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
	packet, err := asn1.DecodePacketErr(message)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoEnd, err)
	}
	return ldap.GetLDAPError(packet)
}
