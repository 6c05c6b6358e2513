package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"slices"
	"sync/atomic"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// The cut test of all three stages: the process is killed before and after every
// journal record, every LDAP write, the cmdlet on the sync server, and the write
// to the portal. Applied again, all is as it should be; undone, all is as before.

// A cloudCut is a cut, or a service that is being written when the process dies.
type cloudCut struct {
	cut
	at service // "": the cut says it
}

type service string

const (
	atServer service = "the cmdlet"
	atPortal service = "PUT of the portal"
	atGraph  service = "PATCH of Graph"
)

func (c cloudCut) String() string {
	switch {
	case c.at == "":
		return c.cut.String()
	case c.answered:
		return "after " + string(c.at)
	}
	return "before " + string(c.at)
}

// dies runs the program until it is killed there.
func (b *cloudBench) dies(c cloudCut, args ...string) {
	b.t.Helper()
	if c.at == "" {
		b.dieAt(c.cut, args...)
		return
	}
	cmd := b.command(args...)
	victim, gone := make(chan *os.Process, 1), make(chan struct{})
	kill := func() {
		p := <-victim
		_ = p.Kill()
		<-gone
	}
	if c.at == atServer {
		b.shell.between(func(script string, carryOut func()) bool {
			if script != "enable" {
				carryOut()
				return false
			}
			if c.answered {
				carryOut()
			}
			kill()
			return true
		})
	} else {
		b.tenant.Change(func(o *tenant.Options) { o.Before = b.killing(c, kill) })
	}
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	victim <- cmd.Process
	err := cmd.Wait()
	close(gone)
	b.shell.between(nil)
	b.tenant.Change(func(o *tenant.Options) { o.Before = nil })
	if !killed(cmd) {
		b.t.Fatalf("cut %v: the process ends with %v, not killed", c, err)
	}
}

// killing answers the first write to a service by killing the process. Where the
// write is to be made, it is sent on to the tenant, whose answer nobody hears.
func (b *cloudBench) killing(c cloudCut, kill func()) func(tenant.Service, http.ResponseWriter, *http.Request) bool {
	of, method := tenant.Portal, http.MethodPut
	if c.at == atGraph {
		of, method = tenant.Graph, http.MethodPatch
	}
	var seen atomic.Bool
	return func(s tenant.Service, _ http.ResponseWriter, r *http.Request) bool {
		if s != of || r.Method != method || seen.Swap(true) {
			return false
		}
		if c.answered {
			b.sendOn(s, r)
		}
		kill()
		return true
	}
}

func (b *cloudBench) sendOn(s tenant.Service, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Error(err)
		return
	}
	host := map[tenant.Service]string{tenant.Graph: b.tenant.GraphEndpoint(), tenant.Portal: b.tenant.PortalEndpoint()}[s]
	on, err := http.NewRequest(r.Method, host+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		b.t.Error(err)
		return
	}
	on.Header = r.Header.Clone()
	answer, err := b.tenant.Client().Do(on)
	if err != nil {
		b.t.Error(err)
		return
	}
	answer.Body.Close()
	if answer.StatusCode >= 300 {
		b.t.Errorf("%s %s was sent on, and ends with %d", r.Method, r.URL.Path, answer.StatusCode)
	}
}

// cloudCutBench needs one change in each stage: two of the three ACEs are
// there, and unlocking is on, by others.
func (g ground) cloudCutBench(t *testing.T) (b *cloudBench, first, final snapshot) {
	b = g.cloudBench(t, tenant.Options{Policy: &cloudconfig.Policy{AccountUnlockSupported: true, AccountUnlockEnabled: true}}).with("--allow-undocumented-api")
	for _, attribute := range []string{"28630ebf-41d5-11d1-a9c1-0000f80367c1", "bf967a0a-0de6-11d0-a285-00aa003049e2"} { // lockoutTime, pwdLastSet
		b.addACE(b.dc.BaseDN, "(OA;CIIO;WP;"+attribute+";bf967aba-0de6-11d0-a285-00aa003049e2;"+b.connector.SID+")")
	}
	first = b.snapshot()
	b.want(exitDone, "apply", "--yes")
	final = b.snapshot()
	if len(final.root) != len(first.root)+1 || final.server == first.server || final.policy == first.policy {
		t.Fatalf("a change in each stage is expected: %+v, then %+v", first, final)
	}
	return b, first, final
}

// cloudPoints are those of the journal and of LDAP, and both sides of the two
// writes to the cloud's services.
func (b *cloudBench) cloudPoints(records []steps.Record, kinds map[steps.Kind]int) (out []cloudCut) {
	b.t.Helper()
	for _, c := range b.points(records, kinds, 1) {
		out = append(out, cloudCut{cut: c})
	}
	for _, at := range []service{atServer, atPortal} {
		out = append(out, cloudCut{at: at}, cloudCut{at: at, cut: cut{answered: true}})
	}
	return out
}

func (b *cloudBench) cloudComesBack(first, final snapshot, when string) {
	b.t.Helper()
	b.want(exitDone, "apply", "--yes")
	b.wantWorld(final, when+", then apply")
	if run := b.latest(); run.State != steps.RunDone || len(run.Made) != 3 {
		b.t.Fatalf("%s, then apply: the run is %q and owns %d changes, want 3", when, run.State, len(run.Made))
	}
	b.want(exitDone, "verify")
	b.cloudGoesBack(first, when+", then apply")
}

func (b *cloudBench) cloudGoesBack(first snapshot, when string) {
	b.t.Helper()
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, when+", then undo")
	if run := b.latest(); run.State != steps.RunUndone && run.State != steps.RunEmpty {
		b.t.Fatalf("%s, then undo: the run is %q", when, run.State)
	}
}

func TestCutCloudApply(t *testing.T) { onEach(t, everyCut, cutCloudApply) }

func cutCloudApply(t *testing.T, g ground) {
	b, first, final := g.cloudCutBench(t)
	all := b.cloudPoints(b.latest().Records, map[steps.Kind]int{
		steps.KindOpened: 1, steps.KindApproved: 1, steps.KindSaved: 3, steps.KindIntent: 3, steps.KindMade: 3, steps.KindClosed: 1})
	if len(all) != 30 {
		t.Fatalf("%d points, want 30", len(all))
	}
	b.cloudGoesBack(first, "uncut")
	for _, i := range g.share.Of(t, len(all)) {
		c := all[i]
		b.afresh()
		b.dies(c, "apply", "--yes")
		if i%2 == 1 { // undone as it lies there, and then cut again
			if run, err := b.maybeLatest(); err == nil && run.State != steps.RunEmpty {
				b.cloudGoesBack(first, "cut "+c.String())
			}
			b.wantWorld(first, "cut "+c.String())
			b.afresh()
			b.dies(c, "apply", "--yes")
		}
		b.cloudComesBack(first, final, "cut "+c.String())
	}
}

func TestCutCloudUndo(t *testing.T) { onEach(t, everyCut, cutCloudUndo) }

func cutCloudUndo(t *testing.T, g ground) {
	b, first, _ := g.cloudCutBench(t)
	made := len(b.latest().Records)
	b.proxy.Reset()
	b.cloudGoesBack(first, "uncut")
	all := b.cloudPoints(b.latest().Records[made:], map[steps.Kind]int{
		steps.KindReopened: 1, steps.KindUndoing: 3, steps.KindUndone: 3, steps.KindClosed: 1})
	if len(all) != 22 {
		t.Fatalf("%d points, want 22", len(all))
	}
	for _, c := range picked(t, g, all) {
		b.afresh()
		b.want(exitDone, "apply", "--yes")
		b.dies(c, "undo", "--yes")
		if b.latest().State != steps.RunUndone {
			b.cloudGoesBack(first, "undo cut "+c.String())
		}
		b.wantWorld(first, "undo cut "+c.String())
	}
}

// The flag of Graph, too, is ours where the process died after it was set, and
// is not where it died before.
func TestCutCloudGraphFlag(t *testing.T) { onEach(t, oneByOne, cutCloudGraphFlag) }

func cutCloudGraphFlag(t *testing.T, g ground) {
	b := g.cloudBench(t, tenant.Options{}).with("--only", "writeback", "--writeback-method", "graph")
	*b.flag = true
	first := b.snapshot()
	for _, answered := range []bool{false, true} {
		c := cloudCut{at: atGraph, cut: cut{answered: answered}}
		b.afresh()
		b.dies(c, "apply", "--yes")
		if is := b.tenant.Feature("passwordWritebackEnabled"); is != answered {
			t.Fatalf("cut %v: the flag is %t", c, is)
		}
		b.want(exitManual, "apply", "--yes")
		if run := b.latest(); len(run.Made) != 1 || !b.tenant.Feature("passwordWritebackEnabled") {
			t.Errorf("cut %v: the run owns %d changes", c, len(run.Made))
		}
		b.cloudGoesBack(first, "cut "+c.String())
	}
}

// The cmdlet goes on when the program is killed: it ends after the next program
// has looked. That one's own attempt then finds writeback on, and it is still
// taken back.
func TestCutCloudCmdletEndsLate(t *testing.T) { onEach(t, oneByOne, cutCloudCmdletEndsLate) }

func cutCloudCmdletEndsLate(t *testing.T, g ground) {
	b, first, final := g.cloudCutBench(t)
	b.cloudGoesBack(first, "uncut")
	b.afresh()
	b.dies(cloudCut{at: atServer}, "apply", "--yes")
	b.shell.between(func(script string, carryOut func()) bool {
		if script == "enable" {
			b.server.Set(true) // by the cmdlet of the one that was killed
		}
		carryOut()
		return false
	})
	b.want(exitDone, "apply", "--yes")
	b.shell.between(nil)
	b.wantWorld(final, "applied again")
	b.cloudGoesBack(first, "applied again")
	if !slices.Contains(b.shell.asked(), "enable") {
		t.Error("nothing was switched")
	}
}
