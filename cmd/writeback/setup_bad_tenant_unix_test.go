//go:build linux || darwin

package main

import (
	"net/http"
	"sync/atomic"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// goesAway has the tenant answer nobody from its second write on, until it is
// back again.
func (b *cloudBench) goesAway() (back func()) {
	var writes atomic.Int32
	b.tenant.Change(func(o *tenant.Options) {
		o.Before = func(_ tenant.Service, _ http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPut {
				writes.Add(1)
			}
			if writes.Load() > 1 {
				panic(http.ErrAbortHandler) // the connection ends without an answer
			}
			return false
		}
	})
	return func() { b.tenant.Change(func(o *tenant.Options) { o.Before = nil }) }
}

// The tenant goes away between two writes: it is told, what was made is kept,
// and the person tries again when it is back, or leaves and undoes it later.
func TestSetupLosesTheTenant(t *testing.T) {
	b := newCloudBench(t, tenant.Options{Policy: &cloudconfig.Policy{AccountUnlockSupported: true}}).with("--only", "sspr", "--allow-undocumented-api")
	first := b.snapshot()
	for _, how := range []string{"Try again", "Leave"} {
		b.afresh()
		back := b.goesAway()
		h := b.talks()
		h.replies("Which account", "1")
		h.approves(b.bench)
		h.hears("That did not work")
		h.hears("the service did not answer")
		run := b.latest()
		if len(run.Made) != 1 || b.tenant.Policy().AccountUnlockEnabled {
			t.Errorf("%s: the run has made %d changes, and the policy is %+v", how, len(run.Made), b.tenant.Policy())
		}
		if how == "Leave" {
			h.replies("How to go on?", how)
			h.hears("writeback undo " + run.ID)
			h.replies("How to go on from here?", how)
			h.leaves(exitError)
			back()
			b.muchLater(func() { b.want(exitDone, "undo", "--yes") })
			b.wantWorld(first, "after leaving and undo")
			continue
		}
		back()
		h.replies("continues the run with what is left", how)
		h.replies("How to go on from here?", "Leave") // what was approved is not asked for again
		h.leaves(exitDone)
		if again := b.latest(); again.ID != run.ID || again.State != steps.RunDone || len(again.Made) != 2 || b.runs() != 1 {
			t.Errorf("run %s is %s with %d changes, one of %d runs", again.ID, again.State, len(again.Made), b.runs())
		}
		b.muchLater(func() { b.want(exitDone, "undo", "--yes") })
		b.wantWorld(first, "after trying again and undo")
	}
}
