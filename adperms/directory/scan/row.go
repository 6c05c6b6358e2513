package scan

import (
	"bytes"
	"fmt"
	"iter"
	"strings"

	"writeback/internal/ber"
	"writeback/internal/visible"
)

// Row is one object of a scan. What its methods return points into the
// DC's answer and is good until visit returns: who keeps it copies it.
type Row struct {
	dn     []byte
	values [][]byte // by attribute of the query: the content of its SET OF values
	names  []string // of the query, without options
	order  []column // where the attributes stood in the row before
}

// column is an attribute's place in an entry: a DC names the attributes of
// entry after entry in the same order and case.
type column struct {
	name []byte // as the DC writes it, options included
	at   int    // index into the query's attributes, -1: not asked for
}

func newRow(attributes []string) *Row {
	r := &Row{values: make([][]byte, len(attributes))}
	for _, a := range attributes {
		bare, _, _ := strings.Cut(a, ";")
		r.names = append(r.names, bare)
	}
	return r
}

// DN is the object's distinguished name, raw.
func (r *Row) DN() []byte { return r.dn }

// Value is the first value of the query's attribute i; nil where the object has
// none or we may not read it.
func (r *Row) Value(i int) []byte {
	value, _, _ := ber.Expect(ber.OctetString, r.values[i])
	return value
}

// Values gives all values of the query's attribute i, in the DC's order.
func (r *Row) Values(i int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := r.values[i]; len(rest) > 0; {
			var value []byte
			var ok bool
			if value, rest, ok = ber.Expect(ber.OctetString, rest); !ok || !yield(value) {
				return
			}
		}
	}
}

// decode reads a SearchResultEntry, from its content (RFC 4511 section 4.5.2):
// objectName, then for each attribute its name and the set of its values. All
// values of the attributes that were asked for are looked at, so that a row that
// is handed out is sound.
func (r *Row) decode(entry []byte) error {
	clear(r.values)
	var attributes, rest []byte
	var ok bool
	if r.dn, rest, ok = ber.Expect(ber.OctetString, entry); !ok {
		return fmt.Errorf("the name of an entry: %w", ber.ErrNotBER)
	}
	if attributes, _, ok = ber.Expect(ber.Sequence, rest); !ok {
		return fmt.Errorf("the attributes of an entry: %w", ber.ErrNotBER)
	}
	for n := 0; len(attributes) > 0; n++ {
		var attribute []byte
		if attribute, attributes, ok = ber.Expect(ber.Sequence, attributes); !ok {
			return fmt.Errorf("attribute %d of an entry: %w", n+1, ber.ErrNotBER)
		}
		name, rest, ok := ber.Expect(ber.OctetString, attribute)
		if !ok {
			return fmt.Errorf("the name of attribute %d of an entry: %w", n+1, ber.ErrNotBER)
		}
		at := r.column(n, name)
		if at < 0 {
			continue
		}
		set, _, ok := ber.Expect(ber.Set, rest)
		if !ok || !octetStrings(set) {
			return fmt.Errorf("the values of %s: %w", visible.Line(string(name)), ber.ErrNotBER)
		}
		if len(set) == 0 && r.values[at] != nil {
			continue // "member" may stand empty beside "member;range=0-1499"
		}
		r.values[at] = set
	}
	return nil
}

// column tells which attribute of the query the n-th of an entry is.
func (r *Row) column(n int, name []byte) int {
	if n < len(r.order) && bytes.Equal(r.order[n].name, name) {
		return r.order[n].at
	}
	at := r.find(name)
	if n < len(r.order) {
		r.order[n].name, r.order[n].at = append(r.order[n].name[:0], name...), at
	} else if n == len(r.order) && n < maxColumns {
		r.order = append(r.order, column{name: bytes.Clone(name), at: at})
	}
	return at
}

// maxColumns bounds what is remembered of a DC's order.
const maxColumns = 64

func (r *Row) find(name []byte) int {
	bare, _, _ := bytes.Cut(name, []byte{';'})
	for i, want := range r.names {
		if len(want) == len(bare) && bytes.EqualFold(bare, []byte(want)) {
			return i
		}
	}
	return -1
}

// octetStrings says that b is a row of whole octet strings.
func octetStrings(b []byte) bool {
	for len(b) > 0 {
		var ok bool
		if _, b, ok = ber.Expect(ber.OctetString, b); !ok {
			return false
		}
	}
	return true
}
