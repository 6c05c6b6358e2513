//go:build linux || darwin

package main

import (
	"testing"

	"writeback/internal/ldapproxy"
	"writeback/steps"
)

// begins chooses what to do and the account, where flags say who and where.
func (h *talk) begins(what string) {
	h.t.Helper()
	h.replies("What may you do here?", what)
	h.replies("Which account", "1")
}

func (h *talk) approves(b *bench) {
	h.t.Helper()
	h.hears(question)
	h.types(domainOf(b.dc) + "\n")
}

// The DC goes away in the middle: it is told, and the person tries again, leaves
// or undoes. Nothing is asked twice.
func TestSetupLosesTheDC(t *testing.T) {
	b := newBench(t)
	b.stripUnexpire()
	first := b.dacl(b.dc.BaseDN)
	whole := func() { b.proxy.Before(nil); b.proxy.After(nil) }

	// While the accounts are looked for, while one is looked up, and while the
	// plan is read.
	b.proxy.Before(ldapproxy.At(3, ldapproxy.Search, ldapproxy.Cut))
	h := b.talks()
	h.adOnly()
	h.hears("That did not work")
	whole()
	h.replies("How to go on?", "Try again")
	h.hears("Which account")
	b.proxy.Before(ldapproxy.At(1, ldapproxy.Search, ldapproxy.Cut))
	h.replies("Another account", "1")
	h.hears("Problem: the connection to")
	h.hears("Which account")
	b.proxy.Before(ldapproxy.At(10, ldapproxy.Search, ldapproxy.Cut)) // the first of them look the account up
	h.replies("Another account", "1")
	h.hears("That did not work")
	whole()
	h.replies("nothing has been written", "1")
	h.approves(b)
	h.ends(exitDone)
	b.want(exitDone, "undo", "--yes")

	// During the first of two writes.
	b.afresh()
	b.proxy.After(ldapproxy.At(1, ldapproxy.ModifyResponse, ldapproxy.Cut))
	h = b.talks("--scope", b.dc.OU(t))
	h.begins("2")
	h.approves(b)
	h.hears("it is not known whether the DC made this change")
	whole()
	h.replies("continues the run with what is left", "1") // and nothing is to be approved again
	h.hears("All of it was approved in this sitting")
	h.hears("was made before the interruption")
	h.ends(exitDone)
	if run := b.latest(); run.State != steps.RunDone || len(run.Made) != 4 || b.runs() != 1 {
		t.Errorf("run %q, %d made, %d runs", run.State, len(run.Made), b.runs())
	}
	b.muchLater(func() { b.want(exitDone, "undo", "--yes") })

	b.afresh()
	b.proxy.Before(ldapproxy.At(1, ldapproxy.Modify, ldapproxy.Cut))
	h = b.talks()
	h.begins("2")
	h.approves(b)
	h.hears("it is not known")
	whole()
	h.replies("How to go on?", "Undo")
	h.hears("Not known to have been made")
	h.approves(b)
	h.hears("is in doubt until")
	h.replies("How to go on?", "Leave")
	h.ends(exitError)
	b.muchLater(func() { b.want(exitDone, "undo", "--yes") })
	b.wantDACL(b.dc.BaseDN, first, "undone from the wizard, and later")

	b.afresh()
	b.proxy.Before(ldapproxy.At(1, ldapproxy.Modify, ldapproxy.Cut))
	h = b.talks()
	h.begins("2")
	h.approves(b)
	h.hears("it is not known")
	whole()
	h.replies("the run can be continued or undone later", "Leave")
	h.hears("Apply again to continue it, or undo it")
	h.ends(exitError)
	b.muchLater(func() { b.want(exitDone, "undo", "--yes") })
	b.wantDACL(b.dc.BaseDN, first, "undone later")
}

// An interrupt while something is written: the write is finished, and it says
// how to go on.
func TestSetupInterrupted(t *testing.T) {
	b := newBench(t)
	first := b.dacl(b.dc.BaseDN)
	h := b.talks()
	b.proxy.Before(ldapproxy.At(1, ldapproxy.Modify, func(*ldapproxy.Message) ldapproxy.Verdict {
		h.types("\x03")
		h.sees("a write that has begun is finished first")
		return ldapproxy.Pass()
	}))
	h.begins("2")
	h.approves(b)
	h.leaves(exitCancelled)
	b.proxy.Before(nil)
	h.hears("can be continued or undone")
	if run := b.latest(); run.State != steps.RunPartial || len(run.Made) != 3 {
		t.Errorf("run %q, %d made", run.State, len(run.Made))
	}
	b.want(exitDone, "undo", "--yes")
	b.wantDACL(b.dc.BaseDN, first, "undone")
}

// A DC that is not there is asked for again; one that a flag names is tried
// again, or not.
func TestSetupWithoutADC(t *testing.T) {
	b := newBench(t)
	p := newProgram(t)
	p.env = append(p.env, nameServer(t, b.dc), "WRITEBACK_AD_PASSWORD="+b.dc.AdminPassword)
	p.flags = append(p.flags, "--ca-cert", b.dc.CAFile, "--ad-user", b.dc.AdminUser)
	h := p.talks()
	h.adOnly()
	h.replies("Which Active Directory domain", "else.example")
	h.replies("Which domain controller", "127.0.0.1:1")
	h.hears("Problem: connecting to ldaps://127.0.0.1:1")
	h.replies("Question 1 of 2", domainOf(b.dc)) // the domain can be mended, too
	h.replies("Question 2 of 2", b.proxy.LDAPS)
	h.hears("Which account")
	h.types("\x04")
	h.leaves(exitCancelled)

	h = p.talks("--dc", "ldaps://127.0.0.1:1")
	h.adOnly()
	h.hears("connecting to ldaps://127.0.0.1:1")
	h.replies("How to go on?", "1")
	h.hears("connecting to ldaps://127.0.0.1:1")
	h.replies("How to go on?", "2")
	h.leaves(exitError)

	// A password that the environment has, and that is wrong, is asked for.
	p.env[len(p.env)-1] = "WRITEBACK_AD_PASSWORD=wrong-Secret-1"
	h = p.talks("--dc", b.proxy.LDAPS)
	h.adOnly()
	h.hears("Problem: " + b.dc.AdminUser + " could not sign in")
	h.repliesHidden("Password of "+b.dc.AdminUser, b.dc.AdminPassword)
	h.hears("Which account")
	h.types("\x03")
	h.leaves(exitCancelled)
}
