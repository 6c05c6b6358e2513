package domain

import (
	"slices"

	"writeback/internal/ber"
)

// The controls that a request may carry (MS-ADTS 3.1.1.3.4.1; RFC 2696).
const (
	ctlPaging       = "1.2.840.113556.1.4.319"
	ctlSDFlags      = "1.2.840.113556.1.4.801"
	ctlTreeDelete   = "1.2.840.113556.1.4.805"
	ctlShowDeleted  = "1.2.840.113556.1.4.417"
	ctlShowRecycled = "1.2.840.113556.1.4.2064"
	ctlDomainScope  = "1.2.840.113556.1.4.1339"
	ctlPermissive   = "1.2.840.113556.1.4.1413"
	ctlPolicyHints  = "1.2.840.113556.1.4.2239"
	ctlOldHints     = "1.2.840.113556.1.4.2066"
	ctlSearchOption = "1.2.840.113556.1.4.1340"
)

var supportedControls = []string{
	ctlPaging, ctlSDFlags, ctlTreeDelete, ctlShowDeleted, ctlShowRecycled, ctlDomainScope, ctlPermissive, ctlPolicyHints, ctlOldHints, ctlSearchOption,
}

// Flags of ctlSearchOption (MS-ADTS 3.1.1.3.4.1.12).
const (
	optionDomainScope = 1
	optionPhantomRoot = 2
)

// Parts of a security descriptor in the SD flags control (MS-ADTS
// 3.1.1.3.4.1.11).
const (
	partOwner = 1
	partGroup = 2
	partDACL  = 4
	partSACL  = 8
	allParts  = partOwner | partGroup | partDACL | partSACL
)

// controls are what the controls of a request ask for.
type controls struct {
	paged        bool
	pageSize     int
	cookie       string
	withSD       bool
	sdParts      int64 // allParts where there is no control
	showDeleted  bool
	domainScope  bool
	phantomRoot  bool
	treeDelete   bool
	permissive   bool
	historyHints bool
}

// readControls reads Controls (RFC 4511 section 4.1.11). A critical control
// that is not known ends the request.
func readControls(c *cursor) (controls, *failure) {
	out := controls{sdParts: allParts}
	list, given := c.maybe(contextTag(0, true))
	if !given {
		return out, nil
	}
	var refused *failure
	for all := within(list); all.more(); {
		one := within(all.take(ber.Sequence))
		oid := one.text()
		critical := false
		if e, there := one.maybe(ber.Boolean); there && len(e.body) == 1 {
			critical = e.body[0] != 0
		}
		value, _ := one.maybe(ber.OctetString)
		if one.err != nil || all.err != nil || !out.apply(oid, value) {
			return out, ldapErr(protocolError, 0x57, "Error processing control")
		}
		if critical && !slices.Contains(supportedControls, oid) {
			refused = ldapErr(unavailableCritical, 0x57, "Error processing control")
		}
	}
	return out, refused
}

// apply is false for a control whose value cannot be read. A control that is
// not known is none.
func (o *controls) apply(oid string, value element) bool {
	body := within(element{body: value.body})
	switch oid {
	case ctlPaging:
		seq := within(body.take(ber.Sequence))
		size := seq.number(ber.Integer)
		o.paged, o.cookie = true, seq.text()
		if size < 0 || seq.err != nil {
			return false
		}
		o.pageSize = int(min(size, maxPage))
		return body.err == nil
	case ctlSDFlags:
		seq := within(body.take(ber.Sequence))
		o.withSD, o.sdParts = true, seq.number(ber.Integer)
		if o.sdParts&allParts == 0 { // MS-ADTS 3.1.1.3.4.1.11: none is as all
			o.sdParts = allParts
		}
		return body.err == nil && seq.err == nil
	case ctlShowDeleted, ctlShowRecycled:
		o.showDeleted = true
	case ctlDomainScope:
		o.domainScope = true
	case ctlSearchOption:
		seq := within(body.take(ber.Sequence))
		flags := seq.number(ber.Integer)
		o.domainScope, o.phantomRoot = o.domainScope || flags&optionDomainScope != 0, flags&optionPhantomRoot != 0
		return body.err == nil && seq.err == nil
	case ctlTreeDelete:
		o.treeDelete = true
	case ctlPermissive:
		o.permissive = true
	case ctlPolicyHints, ctlOldHints:
		seq := within(body.take(ber.Sequence))
		o.historyHints = seq.number(ber.Integer)&1 != 0
		return body.err == nil && seq.err == nil
	}
	return true
}

// pagingAnswer is the control of a page that was sent: an empty cookie ends the
// search. The total is an estimate in RFC 2696, and AD gives 0.
func pagingAnswer(cookie string) []byte {
	value := tlv(ber.Sequence, integer(ber.Integer, 0), octets(cookie))
	return tlv(ber.Sequence, octets(ctlPaging), tlv(ber.OctetString, value))
}
