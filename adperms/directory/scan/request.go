package scan

import (
	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/frame"
)

// pageRequest makes the SearchRequest of each page of a scan (RFC 4511 section
// 4.5.1): all the same but for message ID, cookie and size.
type pageRequest struct {
	operation []byte // encoded
	control   []byte // encoded; empty: none but that of the pages
}

// requests prepares a scan's requests. The error is that of a filter that is
// none.
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

func (q *Query) operation(filter *ber.Packet, attributes []string) *ber.Packet {
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

func octets(s string) *ber.Packet {
	return ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, s, "")
}

// page is the request for the page that the cookie leads to; nil: the first.
func (r *pageRequest) page(id int64, cookie []byte, size uint32) []byte {
	// RFC 2696 section 2: realSearchControlValue ::= SEQUENCE { size, cookie }.
	value := frame.AppendElement(frame.AppendNumber(nil, frame.TagInteger, int64(size)), frame.TagOctetString, cookie)
	value = frame.AppendElement(nil, frame.TagSequence, value)
	paging := frame.AppendElement(nil, frame.TagOctetString, []byte(ldap.ControlTypePaging))
	paging = frame.AppendElement(paging, frame.TagOctetString, value)
	controls := append(frame.AppendElement(nil, frame.TagSequence, paging), r.control...)
	return frame.Append(id, r.operation, frame.AppendElement(nil, frame.TagControls, controls))
}
