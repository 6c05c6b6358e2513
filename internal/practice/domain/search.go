package domain

import (
	"encoding/hex"
	"strings"

	"writeback/adperms/secdesc"
	"writeback/internal/ber"
)

// maxPage is the most entries that one answer has (MaxPageSize, MS-ADTS 3.1.1.3.4.6).
const maxPage = 1000

const (
	scopeBase = 0
	scopeOne  = 1
	scopeTree = 2
)

// query is a SearchRequest (RFC 4511 section 4.5.1).
type query struct {
	base      string
	scope     int64
	limit     int // 0: none
	typesOnly bool
	filter    filter
	asked     []string // attributes; none: all
	controls
}

func readQuery(types *schema, r *request) (query, *failure) {
	c := r.body
	q := query{base: c.text(), scope: c.number(ber.Enumerated), controls: r.controls}
	c.number(ber.Enumerated) // derefAliases: AD has no aliases
	q.limit = int(c.number(ber.Integer))
	c.number(ber.Integer) // time limit: no search here takes a second
	q.typesOnly = c.flag()
	var failed *failure
	if q.filter, failed = (&filterReader{types: types}).read(c, 0); failed != nil {
		return q, failed
	}
	for all := within(c.take(ber.Sequence)); all.more(); {
		q.asked = append(q.asked, all.text())
		c.err = firstOf(c.err, all.err)
	}
	if c.err != nil || q.scope < scopeBase || q.scope > scopeTree || q.limit < 0 {
		return q, ldapErr(protocolError, 0x57, "Error decoding ldap message")
	}
	return q, nil
}

// search answers one request. The answer is made as a whole and then sent, so
// that a slow reader holds nobody up.
func (s *session) search(r *request) bool {
	var entries [][]byte
	var done [][]byte
	s.d.mu.RLock()
	q, failed := readQuery(s.d.world.types, r)
	if failed == nil {
		entries, done, failed = s.find(s.d.world, &q)
	}
	s.d.mu.RUnlock()
	for _, e := range entries {
		if !s.write(message(r.id, e)) {
			return false
		}
	}
	return s.write(message(r.id, result(r.op, failed), done...))
}

func (s *session) find(w *world, q *query) (entries, done [][]byte, failed *failure) {
	if q.base == "" && q.scope == scopeBase {
		return [][]byte{entryOp("", pickRoot(w.rootDSE(s.who), q.asked), q.typesOnly)}, nil, nil
	}
	if failed = s.signedIn(); failed != nil {
		return nil, nil, failed
	}
	base, failed := w.base(s.who, q)
	if failed != nil {
		return nil, nil, failed
	}
	if q.paged {
		return s.page(w, base, q)
	}
	for _, e := range w.hits(s.who, base, q) {
		if q.limit > 0 && len(entries) == q.limit || len(entries) == maxPage {
			return entries, nil, fail(sizeLimitExceeded, 0x2023, "SvcErr: DSID-00000000, problem 5008 (ADMIN_LIMIT_EXCEEDED), data 0")
		}
		entries = append(entries, w.answer(s.who, e, q))
	}
	return append(entries, w.continuations(base, q)...), nil, nil
}

// base finds the object that a search starts at.
func (t *tree) base(c *caller, q *query) (*entry, *failure) {
	e, failed := t.object(q.base)
	if failed != nil {
		return nil, failed
	}
	if e == nil || e.deleted && !q.showDeleted || !t.sees(c, e) {
		return nil, missing(t.nearest(q.base))
	}
	return e, nil
}

// object finds an object by any form of its name; nil: there is none. A DN in a
// naming context that this DC does not have is referred to another one.
func (t *tree) object(name string) (*entry, *failure) {
	if e := t.named(name); e != nil || strings.HasPrefix(name, "<") {
		return e, nil
	}
	parts, ok := splitDN(name)
	switch {
	case !ok:
		return nil, notDN()
	case len(parts) == 0: // the rootDSE is a base, and nothing is below it
		return nil, missing("")
	}
	key := joinKey(parts)
	own := ""
	for _, head := range []*entry{t.root, t.config, t.schema} {
		if at := keyOf(head.dn()); keyWithin(key, at) && len(at) > len(own) {
			own = at
		}
	}
	for _, nc := range t.contexts() {
		if at := keyOf(nc.dn); keyWithin(key, at) && len(at) > len(own) {
			return nil, refer(nc.host, name)
		}
	}
	if own != "" {
		return nil, nil
	}
	return nil, elsewhere(parts, name)
}

// elsewhere refers a DN to the domain that its DC= parts name.
func elsewhere(parts []rdn, dn string) *failure {
	var labels []string
	for _, p := range parts {
		if strings.EqualFold(p.kind, "DC") {
			labels = append(labels, p.value)
		}
	}
	if len(labels) == 0 {
		return missing("")
	}
	return refer(strings.Join(labels, "."), dn)
}

// refer is the result that names another server for a DN (MS-ADTS 3.1.1.3.1.9).
func refer(host, dn string) *failure {
	f := fail(referralResult, 0x202b, "RefErr: DSID-00000000, data 0, 1 access points\n\tref 1: '%s'\n", host)
	f.referral = pointer(host, dn)
	return f
}

// named finds an object by its DN, or by the forms <GUID=…>, <SID=…> and
// <WKGUID=…,DN> (MS-ADTS 3.1.1.3.1.2.4), without regard to who asks.
func (t *tree) named(name string) *entry {
	inner, special := strings.CutPrefix(name, "<")
	if !special {
		return t.find(name)
	}
	kind, value, _ := strings.Cut(strings.TrimSuffix(inner, ">"), "=")
	switch strings.ToUpper(kind) {
	case "GUID":
		g, err := secdesc.ParseGUID(value)
		if b, hexErr := hex.DecodeString(value); err != nil && hexErr == nil {
			g, err = secdesc.GUIDFromBytes(b)
		}
		if err == nil {
			return t.byGUID[g]
		}
	case "SID":
		s, err := secdesc.ParseSID(value)
		if b, hexErr := hex.DecodeString(value); err != nil && hexErr == nil {
			s, err = secdesc.SIDFromBytes(b)
		}
		if err == nil {
			return t.bySID[s]
		}
	case "WKGUID":
		wanted, at, _ := strings.Cut(value, ",")
		if head := t.find(at); head != nil && wellKnownNames[strings.ToUpper(wanted)] != "" {
			return t.find(wellKnownNames[strings.ToUpper(wanted)] + "," + head.dn())
		}
	}
	return nil
}

// wellKnownNames are the containers that have a GUID of their own (MS-ADTS
// 6.1.1.4).
var wellKnownNames = map[string]string{
	"A9D1CA15768811D1ADED00C04FD8D5CD": "CN=Users",
	"AA312825768811D1ADED00C04FD8D5CD": "CN=Computers",
	"A361B2FFFFD211D1AA4B00C04FD7D83A": "OU=Domain Controllers",
	"AB1D30F3768811D1ADED00C04FD8D5CD": "CN=System",
	"18E2EA80684F11D2B9AA00C04F79F805": "CN=Deleted Objects",
	"22B70C67D56E4EFB91E9300FCA3DC1AA": "CN=ForeignSecurityPrincipals",
	"1EB93889E40C45DF9F0C64D23BBB6237": "CN=Managed Service Accounts",
}

// nearest is the DN of the lowest object that is there on the way to a DN.
func (t *tree) nearest(dn string) string {
	parts, _ := splitDN(dn)
	for len(parts) > 1 {
		parts = parts[1:]
		if e := t.byDN[joinKey(parts)]; e != nil {
			return e.dn()
		}
	}
	return ""
}

// hits are the entries that fit, in the order of the tree.
func (t *tree) hits(c *caller, base *entry, q *query) (out []*entry) {
	visit := func(e *entry) {
		if (!e.deleted || q.showDeleted) && t.sees(c, e) && t.viewOf(c, e).matches(&q.filter) == yes {
			out = append(out, e)
		}
	}
	switch q.scope {
	case scopeBase:
		visit(base)
	case scopeOne:
		for _, e := range base.children {
			visit(e)
		}
	default:
		base.walk(visit)
		if q.phantomRoot {
			t.below(base, func(head *entry) { head.walk(visit) })
		}
	}
	return out
}

// below tells of the naming contexts below an object.
func (t *tree) below(base *entry, visit func(head *entry)) {
	for _, head := range []*entry{t.root, t.config, t.schema} {
		if strings.HasSuffix(keyOf(head.dn()), ","+keyOf(base.dn())) {
			visit(head)
		}
	}
}
