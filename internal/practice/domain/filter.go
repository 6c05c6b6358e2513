package domain

import (
	"strings"

	"writeback/internal/ber"
)

// A filter (RFC 4511 section 4.5.1.7), read from the wire. An attribute that
// the schema does not have, and one that the caller may not read, make their
// part of a filter neither true nor false (MS-ADTS 3.1.1.3.1.3.1).

// The kinds of filter are their tags on the wire.
const (
	filterAnd     = 0xa0
	filterOr      = 0xa1
	filterNot     = 0xa2
	filterEqual   = 0xa3
	filterParts   = 0xa4 // substrings
	filterAtLeast = 0xa5
	filterAtMost  = 0xa6
	filterPresent = 0x87
	filterApprox  = 0xa8 // AD takes it for equality
	filterRule    = 0xa9 // extensible match
)

// Limits of a filter. The client sends at most 400 SIDs in one.
const (
	maxFilterDepth = 50
	maxFilterNodes = 5000
)

type filter struct {
	kind  byte
	attr  *attribute // nil: not in the schema
	value string
	parts []part
	rule  string
	subs  []filter
	chain map[*entry]bool // of a rule in chain: what fits, once looked up
}

// part is one piece of a substring filter: its tag says whether it stands at
// the beginning (0), anywhere (1) or at the end (2).
type part struct {
	place byte
	text  string
}

// filterReader counts what it reads.
type filterReader struct {
	types *schema
	nodes int
}

func (r *filterReader) read(c *cursor, depth int) (filter, *failure) {
	e := c.next()
	r.nodes++
	if c.err != nil || depth > maxFilterDepth || r.nodes > maxFilterNodes {
		return filter{}, ldapErr(protocolError, 0x57, "Error decoding ldap message")
	}
	f := filter{kind: e.tag}
	in := within(e)
	switch e.tag {
	case filterAnd, filterOr:
		for in.more() {
			if failed := r.sub(&f, in, depth); failed != nil {
				return f, failed
			}
		}
	case filterNot:
		if failed := r.sub(&f, in, depth); failed != nil {
			return f, failed
		}
	case filterPresent:
		f.attr = r.types.described(string(e.body))
	case filterEqual, filterAtLeast, filterAtMost, filterApprox:
		name := in.text()
		f.value = in.text()
		if strings.EqualFold(name, "anr") && f.kind != filterAtLeast && f.kind != filterAtMost {
			return r.types.resolution(f.value), nil
		}
		f.attr = r.types.described(name)
	case filterParts:
		f.attr = r.types.described(in.text())
		for all := within(in.take(ber.Sequence)); all.more(); {
			p := all.next()
			f.parts = append(f.parts, part{p.tag & 0x1f, string(p.body)})
			in.err = firstOf(in.err, all.err)
		}
	case filterRule:
		f.readRule(r.types, in)
	default:
		in.err = errWire
	}
	if in.err != nil {
		return f, ldapErr(protocolError, 0x57, "Error decoding ldap message")
	}
	return f, nil
}

func (r *filterReader) sub(f *filter, c *cursor, depth int) *failure {
	sub, failed := r.read(c, depth+1)
	f.subs = append(f.subs, sub)
	return failed
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// readRule reads MatchingRuleAssertion. Without a rule it is equality.
func (f *filter) readRule(types *schema, c *cursor) {
	if e, ok := c.maybe(contextTag(1, false)); ok {
		f.rule = string(e.body)
	}
	if e, ok := c.maybe(contextTag(2, false)); ok {
		f.attr = types.described(string(e.body))
	}
	f.value = string(c.take(contextTag(3, false)).body)
	c.maybe(contextTag(4, false)) // dnAttributes, which AD does not mind
	if f.rule == "" {
		f.kind = filterEqual
	}
}

// resolution is an ambiguous name (MS-ADTS 3.1.1.3.1.3.4), in its simple form:
// any name that begins so.
func (s *schema) resolution(value string) filter {
	out := filter{kind: filterOr}
	for _, name := range []string{"displayName", "givenName", "sn", "sAMAccountName", "cn", "mail", "physicalDeliveryOfficeName"} {
		out.subs = append(out.subs, filter{kind: filterParts, attr: s.must(name), parts: []part{{0, value}}})
	}
	return out
}
