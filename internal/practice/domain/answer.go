package domain

import (
	"fmt"
	"strconv"
	"strings"

	"writeback/adperms/secdesc"
	"writeback/internal/ber"
)

// entryOp is a SearchResultEntry (RFC 4511 section 4.5.2).
func entryOp(dn string, fields []field, typesOnly bool) []byte {
	var all [][]byte
	for _, f := range fields {
		var values [][]byte
		if !typesOnly {
			for _, v := range f.values {
				values = append(values, octets(v))
			}
		}
		all = append(all, tlv(ber.Sequence, octets(f.name), tlv(ber.Set, values...)))
	}
	return tlv(opSearchEntry, octets(dn), tlv(ber.Sequence, all...))
}

// answer is the entry as the caller may see it, with what was asked for.
func (t *tree) answer(c *caller, e *entry, q *query) []byte {
	v := t.viewOf(c, e)
	var out []field
	for _, name := range q.asked {
		switch name {
		case "1.1": // no attributes (RFC 4511 section 4.5.1.8)
		case "*":
			out = append(out, v.all(q)...)
		default:
			out = append(out, v.field(name, q)...)
		}
	}
	if len(q.asked) == 0 {
		out = v.all(q)
	}
	return entryOp(e.dn(), once(out), q.typesOnly)
}

// once drops what was asked for twice.
func once(fields []field) (out []field) {
	seen := map[string]bool{}
	for _, f := range fields {
		if key := strings.ToLower(f.name); !seen[key] {
			seen[key] = true
			out = append(out, f)
		}
	}
	return out
}

// all are the attributes that are shown without being named: no constructed
// ones, and the security descriptor only under the SD flags control (MS-ADTS
// 3.1.1.3.4.1.11).
func (v *view) all(q *query) (out []field) {
	for _, a := range v.tree.types.all {
		if a.constructed || a.name == "replPropertyMetaData" || a.name == "nTSecurityDescriptor" && !q.withSD || len(v.tree.values(v.entry, a)) == 0 {
			continue
		}
		out = append(out, v.field(a.name, q)...)
	}
	return out
}

// field is one attribute by the description that was asked for; none where
// there is no value, or none that the caller may see.
func (v *view) field(description string, q *query) []field {
	name, option, _ := strings.Cut(description, ";")
	a := v.tree.types.attribute(name)
	if a == nil || !v.reads(a) {
		return nil
	}
	var values []string
	switch {
	case a.constructed:
		values = v.constructed(a, q.scope == scopeBase)
	case a.name == "nTSecurityDescriptor":
		values = v.descriptor(q.sdParts)
	case a.name == "replPropertyMetaData":
		values = []string{string(v.tree.metadata(v.entry))}
	default:
		values = v.tree.values(v.entry, a)
	}
	if len(values) == 0 {
		return nil
	}
	if bounds, ranged := strings.CutPrefix(strings.ToLower(option), "range="); ranged {
		return between(a.name, bounds, values)
	}
	return []field{{a.name, values}}
}

// between is range retrieval (MS-ADTS 3.1.1.3.1.3.3): the values from one place
// to another, and a * where the last one is among them.
func between(name, bounds string, values []string) []field {
	low, high, _ := strings.Cut(bounds, "-")
	from, err := strconv.Atoi(low)
	to, errTo := strconv.Atoi(high)
	if high == "*" {
		to, errTo = len(values)-1, nil
	}
	if err != nil || errTo != nil || from < 0 || from >= len(values) || to < from {
		return nil
	}
	end := fmt.Sprint(to)
	if to >= len(values)-1 {
		to, end = len(values)-1, "*"
	}
	return []field{{fmt.Sprintf("%s;range=%d-%s", name, from, end), values[from : to+1]}}
}

// descriptor is the security descriptor with the parts that were asked for;
// nothing at all where the SACL is among them and the caller may not read it
// (MS-ADTS 5.1.3.3.2).
func (v *view) descriptor(parts int64) []string {
	if parts&partSACL != 0 && !v.who.privileged() {
		return nil
	}
	d := v.entry.sd.Clone()
	if parts&partOwner == 0 {
		d.Owner = secdesc.SID{}
	}
	if parts&partGroup == 0 {
		d.Group = secdesc.SID{}
	}
	if parts&partDACL == 0 {
		d.DACL = nil
		d.Control &^= daclBits
	}
	if parts&partSACL == 0 {
		d.SACL = nil
		d.Control &^= saclBits
	}
	b, err := d.Marshal()
	if err != nil { // every write has checked it
		return nil
	}
	return []string{string(b)}
}

// The control bits that belong to one part of a descriptor (MS-DTYP 2.4.6).
const (
	daclBits = secdesc.DACLPresent | secdesc.DACLDefaulted | secdesc.DACLAutoInheritReq | secdesc.DACLAutoInherited | secdesc.DACLProtected
	saclBits = secdesc.SACLPresent | secdesc.SACLDefaulted | secdesc.SACLAutoInheritReq | secdesc.SACLAutoInherited | secdesc.SACLProtected
)
