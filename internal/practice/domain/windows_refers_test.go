package domain

import (
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/internal/ber"
	"writeback/internal/test/windows"
)

// The references that a Windows DC puts behind the entries of a subtree search are those
// that are made here of its naming contexts: octet by octet, and in this order. Its other
// domains were none: they are referred to as its application partitions are.
func TestRefersAsWindows(t *testing.T) {
	byConnection := map[string][]string{}
	var order []string
	for _, m := range windows.Capture(t) {
		tag, body := byte(0), []byte(nil)
		if m.FromServer {
			tag, body = operation(t, m.Octets)
		}
		if tag != opSearchRefers {
			continue
		}
		url := (&cursor{rest: body}).text()
		host, dn, _ := strings.Cut(strings.TrimPrefix(url, "ldap://"), "/")
		if again := reference(host, dn); string(again) != string(tlv(opSearchRefers, body)) {
			t.Errorf("ours   %x\nWindows' %x", again, body)
		}
		// The host is the context's DNS name: of the configuration, that of the forest.
		if want := strings.TrimPrefix(strings.ReplaceAll(strings.TrimPrefix(dn, "CN=Configuration,"), ",DC=", "."), "DC="); host != want {
			t.Errorf("%s is looked for at %s", dn, host)
		}
		if len(byConnection[m.Connection]) == 0 {
			order = append(order, m.Connection)
		}
		byConnection[m.Connection] = append(byConnection[m.Connection], url)
	}
	if len(order) == 0 {
		t.Fatal("no references were captured")
	}
	d := recorded(t)
	for _, connection := range order {
		got := byConnection[connection][:3]
		want := urlsOf(t, d.continuations(d.root, &query{scope: scopeTree}))
		for i := range want {
			want[i] = strings.ReplaceAll(strings.ReplaceAll(want[i], "windomain.local", "theshire.local"), "DC=windomain", "DC=theshire")
		}
		if !slices.Equal(sortedPartitions(got), sortedPartitions(want)) || want[2] != got[2] {
			t.Errorf("ours     %q\nWindows' %q", want, got)
		}
	}
}

// sortedPartitions are the references in an order of their own: which application
// partition comes first hangs on the order in which the crossRef objects were made.
func sortedPartitions(all []string) []string { return slices.Sorted(slices.Values(all)) }

// recorded is the tree of a Windows domain that was read.
func recorded(t *testing.T) *tree {
	t.Helper()
	dump := windows.DetectionLab(t)
	read := &Read{RootDSE: dump.RootDSE}
	for _, e := range dump.Entries {
		read.Objects = append(read.Objects, ReadObject{DN: e.DN, Values: e.Attributes})
	}
	w, err := read.world(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return w.tree
}

func urlsOf(t *testing.T, all [][]byte) (out []string) {
	t.Helper()
	for _, one := range all {
		c := &cursor{rest: one}
		out = append(out, string((&cursor{rest: c.take(opSearchRefers).body}).take(ber.OctetString).body))
		if c.err != nil {
			t.Fatal(c.err)
		}
	}
	return out
}
