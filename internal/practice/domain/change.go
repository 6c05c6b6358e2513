package domain

import "writeback/internal/ber"

// writers are the requests that are worked off with the world to themselves.
// Compare writes nothing, and is at home here all the same.
var writers = map[byte]func(*world, *caller, *request) *failure{
	opModify:   (*world).modify,
	opAdd:      (*world).add,
	opDelete:   (*world).remove,
	opModifyDN: (*world).rename,
	opCompare:  (*world).compare,
}

// change does one write, and has it kept before it is answered. All of a write
// is done or nothing of it: each writer checks everything before it touches
// anything.
func (s *session) change(r *request, do func(*world, *caller, *request) *failure) *failure {
	if failed := s.signedIn(); failed != nil {
		return failed
	}
	s.d.mu.Lock()
	failed := do(s.d.world, s.who, r)
	s.d.mu.Unlock()
	if failed != nil || r.op == opCompare {
		return failed
	}
	if err := s.d.changed(); err != nil {
		return ldapErr(operationsError, 0x57, "The practice domain could not keep this change: "+err.Error())
	}
	return nil
}

// compare is a search for one value (RFC 4511 section 4.10).
func (w *world) compare(c *caller, r *request) *failure {
	dn := r.body.text()
	ava := within(r.body.take(ber.Sequence))
	f := filter{kind: filterEqual, attr: w.types.described(ava.text()), value: ava.text()}
	if r.body.err != nil || ava.err != nil {
		return ldapErr(protocolError, 0x57, "Error decoding ldap message")
	}
	e, failed := w.base(c, &query{base: dn, controls: r.controls})
	if failed != nil {
		return failed
	}
	if f.attr == nil {
		return ldapErr(noSuchAttribute, 0x57, "Error in attribute conversion operation")
	}
	if w.viewOf(c, e).matches(&f) == yes {
		return &failure{code: compareTrue}
	}
	return &failure{code: compareFalse}
}
