package domain

import (
	"slices"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/ber"
	"writeback/internal/test/windows"
)

// What each object of a Windows domain inherits is what its parent's DACL gives it here,
// ACE by ACE and in this order.
func TestInheritsAsWindows(t *testing.T) {
	dump := windows.DetectionLab(t)
	classes := map[string]secdesc.GUID{}
	byDN := map[string]windows.Entry{}
	for _, e := range dump.Entries {
		byDN[strings.ToLower(e.DN)] = e
		if name := e.One("lDAPDisplayName"); slices.Contains(e.Attributes["objectClass"], "classSchema") {
			g, err := secdesc.GUIDFromBytes([]byte(e.One("schemaIDGUID")))
			if err != nil {
				t.Fatal(err)
			}
			classes[name] = g
		}
	}
	judged, repeated := 0, 0
	for _, e := range dump.Entries {
		parent, there := byDN[strings.ToLower(e.Parent())]
		if !there || e.One("nTSecurityDescriptor") == "" || slices.Contains(dump.RootDSE["namingContexts"], e.DN) {
			continue
		}
		own, above := descriptorOf(t, e), descriptorOf(t, parent)
		if own.Protected() {
			continue
		}
		chain := e.Attributes["objectClass"]
		all := adperms.Inherit(above.DACL, adperms.Child{Class: classes[chain[len(chain)-1]], Owner: own.Owner, Group: own.Group})
		ours, theirs := inherited(all), own.DACL.ACEs[len(own.DACL.Explicit()):]
		if judged++; !slices.Equal(ours, theirs) {
			t.Errorf("%s:\nours   %s\nWindows' %s", e.DN, sddlOf(ours), sddlOf(theirs))
		}
		if len(ours) < len(all) {
			repeated++
		}
	}
	if judged < 3700 || repeated < 5 {
		t.Errorf("%d objects were judged, of %d something was left out", judged, repeated)
	}
	t.Logf("%d objects, something was left out of %d", judged, repeated)
}

// A DACL that was written is read back in the order that it is kept in here.
func TestKeepsTheOrderOfWindows(t *testing.T) {
	var written, read []*secdesc.Descriptor
	for _, m := range windows.Capture(t) {
		op, body := operation(t, m.Octets)
		switch d := descriptorIn(t, body); {
		case d == nil:
		case op == opModify:
			written = append(written, d)
		case op == opSearchEntry:
			read = append(read, d)
		}
	}
	judged := 0
	for _, w := range written {
		ours := explicit(w).ACEs
		for _, r := range read {
			theirs := r.DACL.Explicit()
			if !slices.Equal(sorted(ours), sorted(theirs)) {
				continue // before the write, after another one, or of another object
			}
			if judged++; !slices.Equal(ours, theirs) {
				t.Errorf("ours   %s\nWindows' %s", sddlOf(ours), sddlOf(theirs))
			}
		}
	}
	if len(written) != 3 || judged < 3 {
		t.Errorf("%d writes, %d read back", len(written), judged)
	}
}

func sorted(aces []secdesc.ACE) []string {
	var out []string
	for _, a := range aces {
		out = append(out, string(a.Bytes()))
	}
	slices.Sort(out)
	return out
}

func descriptorOf(t *testing.T, e windows.Entry) *secdesc.Descriptor {
	t.Helper()
	d, err := secdesc.Parse([]byte(e.One("nTSecurityDescriptor")))
	if err != nil {
		t.Fatalf("%s: %v", e.DN, err)
	}
	return d
}

func sddlOf(aces []secdesc.ACE) string {
	var out []string
	for _, a := range aces {
		out = append(out, a.SDDL())
	}
	return strings.Join(out, "")
}

// operation is what an LDAPMessage is about.
func operation(t *testing.T, message []byte) (tag byte, body []byte) {
	t.Helper()
	whole := &cursor{rest: message}
	inner := within(whole.take(ber.Sequence))
	inner.number(ber.Integer)
	e := inner.next()
	if whole.err != nil || inner.err != nil {
		t.Fatalf("%v, %v: %x", whole.err, inner.err, message)
	}
	return e.tag, e.body
}

// descriptorIn is the first descriptor within an operation.
func descriptorIn(t *testing.T, body []byte) *secdesc.Descriptor {
	t.Helper()
	for c := (&cursor{rest: body}); c.more(); {
		e := c.next()
		if d, err := secdesc.Parse(e.body); e.tag == ber.OctetString && err == nil {
			return d
		}
		if e.tag == ber.Sequence || e.tag == ber.Set {
			if d := descriptorIn(t, e.body); d != nil {
				return d
			}
		}
	}
	return nil
}

// A message of a Windows DC that is taken apart and put together here is the same, octet by
// octet.
func TestWritesLengthsAsWindows(t *testing.T) {
	judged := 0
	for _, m := range windows.Capture(t) {
		if !m.FromServer {
			continue
		}
		var whole []byte
		for c := (&cursor{rest: m.Octets}); c.more(); {
			whole = append(whole, again(t, c.next())...)
		}
		if judged++; string(whole) != string(m.Octets) {
			t.Errorf("ours   %x\nWindows' %x", whole, m.Octets)
		}
		if t.Failed() {
			break
		}
	}
	if judged < 1900 {
		t.Errorf("%d messages", judged)
	}
}

func again(t *testing.T, e element) []byte {
	t.Helper()
	if e.tag&constructed == 0 {
		return tlv(e.tag, e.body)
	}
	var parts [][]byte
	c := within(e)
	for c.more() {
		parts = append(parts, again(t, c.next()))
	}
	if c.err != nil {
		t.Fatal(c.err)
	}
	return tlv(e.tag, parts...)
}

// The cookies of pages are no shorter than those of Windows.
func TestCookiesAsWindows(t *testing.T) {
	longest := 0
	for _, m := range windows.Capture(t) {
		if i := strings.Index(string(m.Octets), ctlPaging); m.FromServer && i >= 0 {
			c := &cursor{rest: m.Octets[i+len(ctlPaging):]}
			value := &cursor{rest: c.take(ber.OctetString).body}
			page := within(value.take(ber.Sequence))
			page.number(ber.Integer)
			longest = max(longest, len(page.text()))
		}
	}
	if longest < 500 || longest > cookieLength {
		t.Errorf("a cookie of Windows has %d octets, ours has %d", longest, cookieLength)
	}
}
