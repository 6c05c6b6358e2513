package directory

import (
	"slices"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// requests gives the SearchRequest of each page of a scan (RFC 4511 section
// 4.5.1): the same but for message ID and cookie. The error is that of a filter
// that is none.
func (q *ScanQuery) requests(attributes []string, page uint32) (func(id int64, cookie []byte) []byte, error) {
	filter, err := ldap.CompileFilter(q.Filter)
	if err != nil {
		return nil, err
	}
	return func(id int64, cookie []byte) []byte {
		controls := ber.Encode(ber.ClassContext, ber.TypeConstructed, 0, nil, "controls")
		paging := ldap.NewControlPaging(page)
		paging.SetCookie(cookie)
		controls.AppendChild(paging.Encode())
		if slices.ContainsFunc(attributes, isDescriptor) {
			controls.AppendChild(sdFlags(ownerGroupDACL).Encode())
		}
		return message(id, q.operation(filter, attributes), controls)
	}, nil
}

func (q *ScanQuery) operation(filter *ber.Packet, attributes []string) *ber.Packet {
	op := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ldap.ApplicationSearchRequest, nil, "search")
	op.AppendChild(octets(q.Base))
	op.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, int64(q.Scope), "scope"))
	op.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, int64(ldap.NeverDerefAliases), "derefAliases"))
	for _, limit := range []string{"sizeLimit", "timeLimit"} {
		op.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, int64(0), limit))
	}
	op.AppendChild(ber.NewBoolean(ber.ClassUniversal, ber.TypePrimitive, ber.TagBoolean, false, "typesOnly"))
	op.AppendChild(filter)
	list := ber.NewSequence("attributes")
	for _, a := range attributes {
		list.AppendChild(octets(a))
	}
	if len(attributes) == 0 {
		list.AppendChild(octets("1.1")) // none at all (section 4.5.1.8); an empty list would ask for all
	}
	op.AppendChild(list)
	return op
}

// abandon is an AbandonRequest for the message with ID what.
func abandon(id, what int64) []byte {
	return message(id, ber.NewInteger(ber.ClassApplication, ber.TypePrimitive, ldap.ApplicationAbandonRequest, what, "abandon"))
}

func message(id int64, parts ...*ber.Packet) []byte {
	m := ber.NewSequence("message")
	m.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, id, "messageID"))
	for _, p := range parts {
		m.AppendChild(p)
	}
	return m.Bytes()
}

func octets(s string) *ber.Packet {
	return ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, s, "")
}
