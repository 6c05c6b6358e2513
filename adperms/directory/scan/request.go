package scan

import (
	asn1 "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/frame"
	"writeback/internal/ber"
)

// pageRequest makes the SearchRequest of each page of a scan (RFC 4511 section
// 4.5.1): all the same but for message ID, cookie and size.
type pageRequest struct {
	operation []byte // encoded
	control   []byte // encoded; empty: none but that of the pages
}

// requests prepares a scan's requests. The error is that of an invalid filter.
func (q *Query) requests(attributes []string) (*pageRequest, error) {
	filter, err := ldap.CompileFilter(q.Filter)
	if err != nil {
		return nil, err
	}
	r := &pageRequest{operation: q.operation(filter, attributes).Bytes()}
	if q.Control != nil {
		r.control = q.Control.Encode().Bytes()
	}
	return r, nil
}

func (q *Query) operation(filter *asn1.Packet, attributes []string) *asn1.Packet {
	op := asn1.Encode(asn1.ClassApplication, asn1.TypeConstructed, ldap.ApplicationSearchRequest, nil, "search")
	op.AppendChild(octets(q.Base))
	op.AppendChild(asn1.NewInteger(asn1.ClassUniversal, asn1.TypePrimitive, asn1.TagEnumerated, int64(q.Scope), "scope"))
	op.AppendChild(asn1.NewInteger(asn1.ClassUniversal, asn1.TypePrimitive, asn1.TagEnumerated, int64(ldap.NeverDerefAliases), "derefAliases"))
	for _, limit := range []string{"sizeLimit", "timeLimit"} {
		op.AppendChild(asn1.NewInteger(asn1.ClassUniversal, asn1.TypePrimitive, asn1.TagInteger, int64(0), limit))
	}
	op.AppendChild(asn1.NewBoolean(asn1.ClassUniversal, asn1.TypePrimitive, asn1.TagBoolean, false, "typesOnly"))
	op.AppendChild(filter)
	list := asn1.NewSequence("attributes")
	for _, a := range attributes {
		list.AppendChild(octets(a))
	}
	if len(attributes) == 0 {
		list.AppendChild(octets("1.1")) // none at all (section 4.5.1.8); an empty list would ask for all
	}
	op.AppendChild(list)
	return op
}

func octets(s string) *asn1.Packet {
	return asn1.NewString(asn1.ClassUniversal, asn1.TypePrimitive, asn1.TagOctetString, s, "")
}

// page is the request for the page that the cookie leads to; nil: the first.
func (r *pageRequest) page(id int64, cookie []byte, size uint32) []byte {
	// RFC 2696 section 2: realSearchControlValue ::= SEQUENCE { size, cookie }.
	value := ber.AppendElement(ber.AppendNumber(nil, ber.Integer, int64(size)), ber.OctetString, cookie)
	value = ber.AppendElement(nil, ber.Sequence, value)
	paging := ber.AppendElement(nil, ber.OctetString, []byte(ldap.ControlTypePaging))
	paging = ber.AppendElement(paging, ber.OctetString, value)
	controls := append(ber.AppendElement(nil, ber.Sequence, paging), r.control...)
	return frame.Append(id, r.operation, ber.AppendElement(nil, frame.TagControls, controls))
}
