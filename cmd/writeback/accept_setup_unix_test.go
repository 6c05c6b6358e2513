//go:build linux || darwin

package main

import (
	"slices"
	"strings"
	"testing"

	"writeback/internal/sambatest"
	"writeback/steps"
)

// The guided setup asks for the account's name: neither the phrase nor --yes stands
// for it. Whoever does not type it leaves with nothing written.
func TestSetupAsksForTheName(t *testing.T) {
	b := newBench(t)
	ou := b.dc.OU(t)
	boss := b.dc.AddUser(t, ou, sambatest.Unique("boss"), "First-1234")
	join(t, b.dc, "CN=Domain Admins,CN=Users,"+b.dc.BaseDN, boss)
	first := b.dacl(ou)
	begin := func() *talk {
		h := b.talks("--scope", ou, "--unexpire", "never", "--only", "delegate")
		h.replies("Which account", "1")
		h.hears("protected-in-scope: ")
		h.hears("Domain Admins")
		return h
	}
	h := begin()
	h.replies("How to go on?", "Accept by name")
	h.replies("could take it over", "")
	h.replies("How to go on?", "Leave")
	h.ends(exitRefused)
	b.wantDACL(ou, first, "left")

	h = begin()
	h.replies("How to go on?", "Accept by name")
	h.replies("could take it over", ou)
	h.hears("That will not do: that is not its name")
	h.replies("", strings.ToUpper(boss))
	h.hears("(accepted by name)")
	h.hears("to approve, anything else to leave: ")
	h.types(domainOf(b.dc) + "\n")
	h.hears("--accept")
	h.ends(exitDone)
	granted(t, b.dc, b.connector, boss)
	for _, rec := range b.latest().Records {
		if rec.Kind == steps.KindApproved && !slices.Equal(rec.Approval.Accepted, []string{"protected-in-scope=" + boss}) {
			t.Errorf("the journal says that %q was accepted", rec.Approval.Accepted)
		}
	}
	b.want(exitDone, "undo", "--yes")
	b.wantDACL(ou, first, "undo")
}
