package scan

import (
	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/frame"
)

// Query says what a scan reads.
type Query struct {
	Base       string // DN
	Scope      int    // RFC 4511 section 4.5.1.2
	Filter     string
	Attributes []string     // [Row] gives their values by index; none: DNs alone
	Control    ldap.Control // that goes with each request; nil: none
}

// PageRequest makes the SearchRequest of each page of a scan (RFC 4511 section
// 4.5.1): all the same but for message ID and cookie.
type PageRequest struct {
	operation []byte // encoded
	control   []byte // encoded; empty: none but that of the pages
	size      uint32 // entries a page
}

// Requests prepares a scan's requests. The error is that of a filter that is
// none.
func (q *Query) Requests(attributes []string, page uint32) (*PageRequest, error) {
	filter, err := ldap.CompileFilter(q.Filter)
	if err != nil {
		return nil, err
	}
	r := &PageRequest{operation: q.operation(filter, attributes).Bytes(), size: page}
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

// Page is the request for the page that the cookie leads to; nil: the first.
func (r *PageRequest) Page(id int64, cookie []byte) []byte {
	// RFC 2696 section 2: realSearchControlValue ::= SEQUENCE { size, cookie }.
	value := frame.AppendElement(frame.AppendNumber(nil, frame.TagInteger, int64(r.size)), frame.TagOctetString, cookie)
	value = frame.AppendElement(nil, frame.TagSequence, value)
	paging := frame.AppendElement(nil, frame.TagOctetString, []byte(ldap.ControlTypePaging))
	paging = frame.AppendElement(paging, frame.TagOctetString, value)
	controls := append(frame.AppendElement(nil, frame.TagSequence, paging), r.control...)
	return frame.Append(id, r.operation, frame.AppendElement(nil, frame.TagControls, controls))
}

// Abandon is an AbandonRequest for the message with ID what.
func Abandon(id, what int64) []byte {
	return frame.Append(id, frame.AppendNumber(nil, frame.TagAbandon, what))
}
