package main

import (
	"slices"
	"strings"
	"testing"

	"writeback/adperms/secdesc"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
	"writeback/steps"
)

// A DC that answers with an OU where the domain's root was asked for, by its GUID or by
// its DN: nothing is written over the OU, from whichever answer on it lies, and a run
// that wrote before is taken back as a whole when it tells the truth again.
func TestAnswersWithAnotherObject(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	ou := dc.OU(t)
	dc.KeepDACL(t, ou)
	before, root := own(t, dc, ou), own(t, dc, dc.BaseDN)
	for _, from := range []int{1, 3, 4, 5, 7} {
		proxy, err := ldapproxy.Listen(ldapproxy.Config{Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.Issue(t, "127.0.0.1", dc.Host)})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
			if !strings.EqualFold(e.DN, dc.BaseDN) || e.Values("nTSecurityDescriptor") == nil {
				return false
			}
			if n++; n < from {
				return false
			}
			e.DN = ou
			e.Set("distinguishedName", ou)
			return true
		}))
		p := signedIn(t, dc)
		p.flags = append(p.flags, "--dc", proxy.LDAPS)
		p.ends(exitError, []string{"was asked about", "answered with " + ou}, "apply", "--yes")
		if now := own(t, dc, ou); now != before {
			t.Fatalf("from answer %d on: the OU was written over", from)
		}
		if err := proxy.Close(); err != nil {
			t.Error(err)
		}
		q := *p
		q.flags = append(p.flags, "--dc", dc.LDAPS)
		if own(t, dc, dc.BaseDN) == root {
			continue
		}
		if res := decode[steps.UndoResult](t, q.want(exitDone, "undo", "--yes", "--output", "json")); res.State != steps.ResultUndone {
			t.Errorf("from answer %d on: %+v", from, res)
		}
	}
	if now := own(t, dc, dc.BaseDN); now != root {
		t.Error("the root is not as it was")
	}
}

// own are the ACEs of an object that it has not from above.
func own(t *testing.T, dc *sambatest.DC, dn string) string {
	t.Helper()
	sd, err := secdesc.Parse(dc.Descriptor(t, dn))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, a := range sd.DACL.Explicit() {
		all = append(all, a.SDDL())
	}
	slices.Sort(all)
	return strings.Join(all, "")
}
