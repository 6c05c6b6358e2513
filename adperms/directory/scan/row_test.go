package scan

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	asn1 "github.com/go-asn1-ber/asn1-ber"

	"writeback/adperms/directory/frame"
	"writeback/internal/ber"
	"writeback/internal/test/windows"
)

// entryWith is the content of a SearchResultEntry: name, values, name, values …
func entryWith(dn string, attributes ...any) []byte {
	var list []byte
	for i := 0; i < len(attributes); i += 2 {
		var set []byte
		for _, v := range attributes[i+1].([]string) {
			set = ber.AppendElement(set, ber.OctetString, []byte(v))
		}
		one := ber.AppendElement(nil, ber.OctetString, []byte(attributes[i].(string)))
		list = ber.AppendElement(list, ber.Sequence, ber.AppendElement(one, ber.Set, set))
	}
	return ber.AppendElement(ber.AppendElement(nil, ber.OctetString, []byte(dn)), ber.Sequence, list)
}

func valuesOf(r *Row, i int) []string {
	var out []string
	for v := range r.Values(i) {
		out = append(out, string(v))
	}
	return out
}

func TestRow(t *testing.T) {
	r := newRow([]string{"cn", "member", "objectClass", "missing"})
	many := slices.Repeat([]string{"CN=x"}, 300)
	for n, e := range [][]byte{
		entryWith("CN=a", "objectClass", []string{"top", "user"}, "cn", []string{"a"}, "member", many),
		entryWith("CN=a", "OBJECTCLASS", []string{"top", "user"}, "other", []string{"z"}, "CN", []string{"a"}, "Member", many),
		entryWith("CN=a", "cn", []string{"a"}, "member", []string{}, "member;range=0-299", many, "objectClass", []string{"top", "user"}),
		entryWith("CN=a", "member;Range=0-299", many, "member", []string{}, "cn", []string{"a"}, "objectClass", []string{"top", "user"}),
	} {
		if err := r.decode(e); err != nil {
			t.Fatalf("%d: %v", n, err)
		}
		if string(r.DN()) != "CN=a" || string(r.Value(0)) != "a" || !slices.Equal(valuesOf(r, 1), many) ||
			!slices.Equal(valuesOf(r, 2), []string{"top", "user"}) || r.Value(3) != nil || valuesOf(r, 3) != nil {
			t.Errorf("%d: %s %q %d %q %q", n, r.DN(), r.Value(0), len(valuesOf(r, 1)), valuesOf(r, 2), r.Value(3))
		}
	}
	if err := r.decode(entryWith("CN=b", "cn", []string{""})); err != nil || r.Value(0) == nil || r.Value(1) != nil {
		t.Errorf("%v: an empty value is a value, and nothing stays from the row before: %q %q", err, r.Value(0), r.Value(1))
	}
}

// Entries that are cut, or whose lengths say more than there is.
func TestRowRefusesNonsense(t *testing.T) {
	whole := entryWith("CN=a", "cn", []string{"a", "b"})
	r := newRow([]string{"cn"})
	for n := range whole {
		if err := r.decode(whole[:n]); !errors.Is(err, ber.ErrNotBER) {
			t.Errorf("%d of %d octets: %v", n, len(whole), err)
		}
	}
	for _, at := range []int{1, 7, 9, 11, 15, 17} {
		longer := bytes.Clone(whole)
		longer[at] += 0x40
		if err := r.decode(longer); err == nil {
			t.Errorf("octet %d is %#x, and it was believed", at, longer[at])
		}
	}
}

func FuzzEntry(f *testing.F) {
	f.Add(entryWith("CN=a", "cn", []string{"a"}, "member;range=0-1", []string{"x", "y"}))
	f.Add(entryWith("", "objectClass", []string{}))
	f.Add(entryWith("CN=long", "cn", []string{strings.Repeat("v", 300)}))
	f.Add([]byte{4, 1, 'x', 0x30, 0x84, 0, 0, 0, 9, 0x30, 7, 4, 2, 'c', 'n', 0x31, 1, 4})
	for _, raw := range entriesOf(f, windows.CaptureIfThere(f)) {
		if content, _, ok := ber.Expect(frame.TagEntry, raw); ok && len(content) < 4<<10 {
			f.Add(content)
		}
	}
	f.Fuzz(func(t *testing.T, entry []byte) {
		r := newRow([]string{"cn", "member"})
		if r.decode(entry) != nil {
			return
		}
		first := fmt.Sprintf("%q %q %q", r.DN(), valuesOf(r, 0), valuesOf(r, 1))
		if err := r.decode(entry); err != nil {
			t.Fatalf("sound the first time, then %v", err)
		}
		if again := fmt.Sprintf("%q %q %q", r.DN(), valuesOf(r, 0), valuesOf(r, 1)); again != first {
			t.Fatalf("%s, then %s", first, again)
		}
		// Where go-ldap's decoder takes it, too, it says the same.
		p, err := asn1.DecodePacketErr(ber.AppendElement(nil, frame.TagEntry, entry))
		if err != nil || len(p.Children) < 2 {
			return
		}
		if dn, ok := p.Children[0].Value.(string); ok && dn != string(r.DN()) {
			t.Fatalf("%q, go-ldap reads %q", r.DN(), dn)
		}
		if list := p.Children[1].Children; len(list) == 1 && len(list[0].Children) == 2 && list[0].Children[0].Value == "cn" {
			if n := len(list[0].Children[1].Children); n != len(valuesOf(r, 0)) {
				t.Fatalf("%d values, go-ldap reads %d", len(valuesOf(r, 0)), n)
			}
		}
	})
}
