package directory

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// An answer is held against the question: an entry that is not below the base
// that was searched, or is another object than the one that was asked for, is no
// answer, and nothing of it is used.

// OtherObjectError says that a DC was asked about one object and answered with
// another.
type OtherObjectError struct {
	DC    string // "ldaps://host:port"
	Asked string // DN, name, or a form such as <GUID=…>
	Came  string // DN of what came, or what is wrong with it; raw
}

func (e *OtherObjectError) Error() string {
	return fmt.Sprintf("%s was asked about %s and answered with %s: nothing of this answer is used; "+
		"write names as the directory has them, and if this one is right, look at the DC, or name another one with --dc",
		e.DC, targetName(e.Asked), Visible(e.Came))
}

// The forms of a base that are no DNs (MS-ADTS 3.1.1.3.1.2.4).
const (
	byGUID = "<GUID="
	bySID  = "<SID="
)

// GUIDForm is how a request names an object whatever its DN is now (MS-ADTS
// 3.1.1.3.1.2.4).
func GUIDForm(g secdesc.GUID) string { return byGUID + g.String() + ">" }

// telling is the query with the attribute that tells whether the answer is of the
// object that was asked for.
func (q query) telling() query {
	for form, attribute := range map[string]string{byGUID: "objectGUID", bySID: "objectSid"} {
		named := func(a string) bool { return strings.EqualFold(a, attribute) }
		if hasForm(q.base, form) && !slices.ContainsFunc(q.attributes, named) {
			q.attributes = append(slices.Clone(q.attributes), attribute)
		}
	}
	return q
}

func hasForm(base, form string) bool {
	return len(base) >= len(form) && strings.EqualFold(base[:len(form)], form)
}

// asked holds a page against its query. pointers is how many references to other
// servers stand in it.
func (c *Conn) asked(q query, page []*Entry, pointers int) error {
	other := func(came string) error { return &OtherObjectError{DC: c.at.String(), Asked: q.base, Came: came} }
	switch {
	case q.scope == Base && pointers > 0:
		return other("a reference to another server")
	case q.scope == Base && len(page) > 1:
		return other(fmt.Sprintf("%d objects", len(page)))
	}
	for _, e := range page {
		came := q.strange(e)
		switch {
		case came == "":
		case e.DN != "" && !isDN(e.DN):
			return c.nonsense(q.base, fmt.Errorf("%s is no DN", Visible(e.DN)))
		default:
			return other(came)
		}
	}
	return nil
}

// strange says what came in place of what was asked for; "" where nothing is
// wrong with it.
func (q query) strange(e *Entry) string {
	came := e.DN
	if came == "" {
		came = "an object without a name"
	}
	switch {
	case q.base == "" && q.scope == Base:
		if e.DN != "" {
			return came
		}
	case hasForm(q.base, byGUID) || hasForm(q.base, bySID):
		if q.scope != Base || !sameIdentity(q.base, e) {
			return came
		}
	case q.base != "" && !under([]byte(e.DN), []byte(q.base), q.scope):
		return came
	}
	if dn := e.Text("distinguishedName"); dn != "" && !adperms.SameDN(dn, e.DN) {
		return fmt.Sprintf("%s, which calls itself %s", e.DN, dn)
	}
	return ""
}

// sameIdentity holds objectGUID or objectSid against <GUID=…> or <SID=…>.
func sameIdentity(base string, e *Entry) bool {
	_, value, _ := strings.Cut(strings.TrimSuffix(base, ">"), "=")
	if hasForm(base, byGUID) {
		want, err := secdesc.ParseGUID(value)
		have, bad := secdesc.GUIDFromBytes(e.Raw("objectGUID"))
		return err == nil && bad == nil && want == have
	}
	want, err := secdesc.ParseSID(value)
	have, bad := secdesc.SIDFromBytes(e.Raw("objectSid"))
	return err == nil && bad == nil && want == have
}

// under says that an object is where a search looks: the base itself, right
// below it, or anywhere from it on. It does not allocate where dn ends in base as
// it is written.
func under(dn, base []byte, scope Scope) bool {
	at := len(dn) - len(base) // where the base begins
	plain := at >= 0 && bytes.EqualFold(dn[at:], base) && (at == 0 || separated(dn[:at]))
	switch {
	case !plain:
		return within(string(dn), string(base), scope)
	case scope == Base:
		return at == 0
	case scope == OneDown:
		return at > 0 && adperms.SameDN(adperms.ParentDN(string(dn)), string(base))
	}
	return true
}

// separated says that what stands before the base ends in a comma that is none of
// a name.
func separated(before []byte) bool {
	last := len(before) - 1
	if last < 1 || before[last] != ',' {
		return false
	}
	slashes := 0
	for ; slashes < last && before[last-1-slashes] == '\\'; slashes++ {
	}
	return slashes%2 == 0
}

func within(dn, base string, scope Scope) bool {
	switch scope {
	case Base:
		return adperms.SameDN(dn, base)
	case OneDown:
		return adperms.SameDN(adperms.ParentDN(dn), base)
	}
	return adperms.DNWithin(dn, base)
}
