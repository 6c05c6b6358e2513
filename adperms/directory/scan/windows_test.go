package scan

import (
	"fmt"
	"testing"

	asn1 "github.com/go-asn1-ber/asn1-ber"

	"writeback/adperms/directory/frame"
	"writeback/adperms/secdesc"
	"writeback/internal/ber"
	"writeback/internal/test/windows"
)

// entriesOf are the entries of the capture as they came over the wire, each after its
// message's head.
func entriesOf(t testing.TB, messages []windows.Message) (all [][]byte) {
	t.Helper()
	for _, m := range messages {
		f, _, err := frame.Of(m.Octets)
		if err != nil || f.Size != len(m.Octets) {
			t.Fatalf("%d of %d octets: %v", f.Size, len(m.Octets), err)
		}
		if m.FromServer && f.Op == frame.TagEntry {
			all = append(all, m.Octets[f.At:])
		}
	}
	return all
}

// Every entry that a Windows DC sent is read as another decoder reads it, and every
// descriptor in it is written again as it was.
func TestReadsWhatWindowsSent(t *testing.T) {
	entries, descriptors := entriesOf(t, windows.Capture(t)), 0
	for _, raw := range entries {
		theirs := asn1.DecodePacket(raw)
		var names []string
		for _, a := range theirs.Children[1].Children {
			names = append(names, a.Children[0].Data.String())
		}
		r := newRow(names)
		if err := decoded(r, raw); err != nil {
			t.Fatalf("%s: %v", theirs.Children[0].Data.String(), err)
		}
		if string(r.DN()) != theirs.Children[0].Data.String() {
			t.Errorf("%s is read as %s", theirs.Children[0].Data.String(), r.DN())
		}
		for i, a := range theirs.Children[1].Children {
			var want []string
			for _, v := range a.Children[1].Children {
				want = append(want, v.Data.String())
			}
			if got := fmt.Sprintf("%q", valuesOf(r, i)); got != fmt.Sprintf("%q", want) {
				t.Errorf("%s, %s: %.200s, want %.200q", r.DN(), names[i], got, want)
			}
			if names[i] != "nTSecurityDescriptor" {
				continue
			}
			descriptors++
			sd, err := secdesc.Parse([]byte(want[0]))
			if err != nil {
				t.Fatalf("%s: %v", r.DN(), err)
			}
			if again, err := sd.Marshal(); err != nil || string(again) != want[0] {
				t.Errorf("%s: the descriptor is written as %x, it was %x: %v", r.DN(), again, want[0], err)
			}
		}
	}
	if len(entries) < 1870 || descriptors < 4 {
		t.Errorf("%d entries, %d descriptors", len(entries), descriptors)
	}
	t.Logf("%d entries, %d descriptors", len(entries), descriptors)
}

func decoded(r *Row, entry []byte) error {
	content, _, ok := ber.Expect(frame.TagEntry, entry)
	if !ok {
		return ber.ErrNotBER
	}
	return r.decode(content)
}
