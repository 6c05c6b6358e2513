package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/adperms/secdesc"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
	"writeback/steps"
)

// The program is killed at one point, as by SIGKILL from outside: nothing that
// Go would do at its end is done. Points of the journal kill from within, those
// of LDAP in the proxy, which holds the message until the process is gone.

// cutEnv names the point of the journal at which the child dies, in the words of
// [steps.Store.Cut]: "before intent 4".
const cutEnv = "WRITEBACK_TEST_CUT"

func init() {
	seams[cutEnv] = func(a *app, at string) {
		a.cut = func(point string) {
			if point == at {
				die()
			}
		}
	}
}

func die() {
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		_ = p.Kill()
	}
	select {}
}

// bench is a DC behind a proxy, and the program that reaches it through the proxy.
// The domain's root is put back when the test ends.
type bench struct {
	*program
	dc        *sambatest.DC
	proxy     *ldapproxy.Proxy
	connector sambatest.Account
	also      string // an object that is watched besides the domain's root
}

func newBench(t *testing.T) *bench {
	dc := sambatest.Shared(t)
	return newBenchFor(t, dc, dc.Connector(t))
}

func newBenchFor(t *testing.T, dc *sambatest.DC, connector sambatest.Account) *bench {
	dc.KeepDACL(t, dc.BaseDN)
	b := &bench{dc: dc, connector: connector, proxy: proxyOn(t, dc)}
	b.program = signedIn(t, dc)
	b.flags = append(b.flags, "--dc", b.proxy.LDAPS)
	return b
}

func proxyOn(t *testing.T, dc *sambatest.DC) *ldapproxy.Proxy {
	t.Helper()
	proxy, err := ldapproxy.Listen(ldapproxy.Config{
		Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.Issue(t, "127.0.0.1", dc.Host),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := proxy.Close(); err != nil {
			t.Error(err)
		}
	})
	return proxy
}

// afresh gives the program a state directory of its own.
func (b *bench) afresh() {
	b.t.Helper()
	i := slices.Index(b.flags, "--state-dir")
	dir, err := os.MkdirTemp(b.dir, "state-")
	if err != nil {
		b.t.Fatal(err)
	}
	b.state, b.flags[i+1] = dir, dir
}

// as signs in as another account.
func (b *bench) as(a sambatest.Account) {
	b.flags = append(b.flags, "--ad-user", a.UPN)
	b.env = append(b.env, "WRITEBACK_AD_PASSWORD="+a.Password)
}

// latest is what the journal of the latest run says.
func (b *bench) latest() steps.Run {
	b.t.Helper()
	store, err := steps.OpenStore(filepath.Join(b.state, "runs"))
	if err != nil {
		b.t.Fatal(err)
	}
	run, err := store.History().Latest(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return run
}

// runs counts the journals.
func (b *bench) runs() int {
	b.t.Helper()
	all, err := filepath.Glob(filepath.Join(b.state, "runs", "*"))
	if err != nil {
		b.t.Fatal(err)
	}
	return len(all)
}

// cut is one place where the process dies: a point of the journal, or a write.
type cut struct {
	point    string // of the journal
	write    int    // the n-th, from 1
	answered bool   // the DC made the write; the process never hears of it
}

func (c cut) String() string {
	switch {
	case c.point != "":
		return c.point
	case c.answered:
		return fmt.Sprintf("after write %d", c.write)
	}
	return fmt.Sprintf("before write %d", c.write)
}

// cuts are all places in what an uncut run recorded and wrote.
func cuts(records []steps.Record, writes int) []cut {
	var out []cut
	for _, r := range records {
		for _, when := range []string{"before", "after"} {
			out = append(out, cut{point: fmt.Sprintf("%s %s %d", when, r.Kind, r.Seq)})
		}
	}
	for n := 1; n <= writes; n++ {
		out = append(out, cut{write: n}, cut{write: n, answered: true})
	}
	return out
}

// dieAt runs the program until it is killed there.
func (b *bench) dieAt(c cut, args ...string) {
	b.t.Helper()
	cmd := b.command(args...)
	if c.point != "" {
		cmd.Env = append(cmd.Env, cutEnv+"="+c.point)
	}
	victim, gone := make(chan *os.Process, 1), make(chan struct{})
	if c.write > 0 {
		kill := func(*ldapproxy.Message) ldapproxy.Verdict {
			p := <-victim
			_ = p.Kill()
			<-gone
			return ldapproxy.Drop()
		}
		if c.answered {
			b.proxy.After(ldapproxy.At(c.write, ldapproxy.ModifyResponse, kill))
		} else {
			b.proxy.Before(ldapproxy.At(c.write, ldapproxy.Modify, kill))
		}
	}
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	victim <- cmd.Process
	err := cmd.Wait()
	close(gone)
	b.proxy.Before(nil)
	b.proxy.After(nil)
	if !killed(cmd) {
		b.t.Fatalf("cut %v: the process ends with %v, not killed", c, err)
	}
}

// killed: a process that a signal ended has no exit code.
func killed(cmd *exec.Cmd) bool { return cmd.ProcessState.ExitCode() == -1 }

// dacl is what can be told apart of an object's descriptor: owner, group,
// control bits, and the explicit ACEs as a set.
func (b *bench) dacl(dn string) []string {
	b.t.Helper()
	sd, err := secdesc.Parse(b.dc.Descriptor(b.t, dn))
	if err != nil {
		b.t.Fatal(err)
	}
	out := []string{"owner " + sd.Owner.String(), "group " + sd.Group.String(), fmt.Sprintf("control %#x", sd.Control)}
	aces := []string{}
	for _, a := range sd.DACL.Explicit() {
		aces = append(aces, a.SDDL())
	}
	slices.Sort(aces)
	return append(out, aces...)
}

// world is what can be told apart of the objects that are watched.
func (b *bench) world() []string {
	b.t.Helper()
	out := b.dacl(b.dc.BaseDN)
	if b.also != "" {
		for _, line := range b.dacl(b.also) {
			out = append(out, b.also+": "+line)
		}
	}
	return out
}

// wantWorld fails where the objects that are watched are not what they were.
func (b *bench) wantWorld(want []string, when string) {
	b.t.Helper()
	if now := b.world(); !slices.Equal(now, want) {
		b.t.Fatalf("%s: the descriptors are not as they should be: %s", when, difference(now, want))
	}
}

// wantDACL fails where an object's descriptor is not what it was.
func (b *bench) wantDACL(dn string, want []string, when string) {
	b.t.Helper()
	if now := b.dacl(dn); !slices.Equal(now, want) {
		b.t.Fatalf("%s: the descriptor of %s is not as it should be: %s", when, dn, difference(now, want))
	}
}

func difference(now, want []string) string {
	var out []string
	for _, x := range now {
		if !slices.Contains(want, x) {
			out = append(out, "too much: "+x)
		}
	}
	for _, x := range want {
		if !slices.Contains(now, x) {
			out = append(out, "missing: "+x)
		}
	}
	return cmp.Or(strings.Join(out, "; "), "the same in another number")
}
