package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"writeback/internal/sambatest"
	"writeback/internal/tier"
	"writeback/steps"
	"writeback/wizard/tell"
)

// Two DCs of one domain, which replicate when they are told to: what verify
// --wait says between the write on one and the arrival on the other.
func TestWaitOnTwoDCs(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	const users = 120
	one, two := sambatest.NewPair(t)
	w := &waitBench{one: one, two: two, dns: dnsEnv + "=" + sambatest.ServeDNS(t, one, two)}
	w.account = one.Connector(t)
	w.ou, w.second, w.never = peopled(t, one, users), peopled(t, one, 3), peopled(t, one, 1)
	two.Pull(t, one)
	p := w.program(t, one)
	p.want(exitDone, "apply", "--yes", "--scope", w.ou, "--unexpire", "never")

	t.Run("not there yet", func(t *testing.T) { w.notThere(t, users) })
	t.Run("Ctrl-C", func(t *testing.T) { w.interrupted(t) })
	t.Run("a pin is of one certificate", func(t *testing.T) { w.pinned(t) })
	t.Run("arrives", func(t *testing.T) { w.arrives(t, users) })
	t.Run("everywhere", func(t *testing.T) { w.everywhere(t, users) })
	t.Run("from the DC that is behind", func(t *testing.T) { w.fromBehind(t, users) })
	t.Run("granted nowhere", func(t *testing.T) { w.nowhere(t) })
	t.Run("a DC that refuses", func(t *testing.T) { w.refusing(t) })
	t.Run("an RODC that does not answer", func(t *testing.T) { w.silent(t, users) })
}

type waitBench struct {
	one, two          *sambatest.DC
	dns               string
	account           sambatest.Account
	ou, second, never string // scopes: granted, to be granted later, and not
}

// peopled is an OU with so many users, in OUs inside each other.
func peopled(t *testing.T, dc *sambatest.DC, n int) string {
	t.Helper()
	top := dc.OU(t)
	ou := top
	for i := range n {
		if i > 0 && i%30 == 0 {
			ou = dc.AddOU(t, ou, fmt.Sprintf("level %d", i/30))
		}
		name := sambatest.Unique("u")
		dc.Add(t, "CN="+name+","+ou, sambatest.Attrs{"objectClass": {"user"}, "sAMAccountName": {name}, "userAccountControl": {"544"}})
	}
	return top
}

// program signs in to one of the DCs by its address, and finds the other by name.
func (w *waitBench) program(t *testing.T, at *sambatest.DC) *program {
	p := signedIn(t, at)
	p.env = append(p.env, w.dns)
	p.flags = append(p.flags, "--connector", w.account.DN)
	return p
}

func (w *waitBench) verify(more ...string) []string {
	return append([]string{"verify", "--wait", "--scope", w.ou, "--unexpire", "never"}, more...)
}

// everywhere is the document of verify --wait.
type everywhere struct {
	steps.Verification
	Propagation []tell.Replica
}

func (v everywhere) of(t *testing.T, dc string) tell.Replica {
	t.Helper()
	for _, r := range v.Propagation {
		if strings.HasPrefix(strings.ToLower(r.DC), dc) {
			return r
		}
	}
	t.Fatalf("%s is not among %+v", dc, v.Propagation)
	return tell.Replica{}
}

func wantReplica(t *testing.T, r tell.Replica, state string, carry, users int) {
	t.Helper()
	if r.State != state || r.Carry != carry || r.Users != users || r.Done != (state == tell.ReplicaDone) || r.Seconds <= 0 {
		t.Errorf("%+v, want %s with %d of %d", r, state, carry, users)
	}
	if bad := state == tell.ReplicaError || state == tell.ReplicaRefused; bad != (r.Error != "") {
		t.Errorf("%+v: the error", r)
	}
}

func (w *waitBench) notThere(t *testing.T, users int) {
	p := w.program(t, w.one)
	o := p.want(exitChanges, w.verify("--wait-timeout", "3s", "--output", "json")...)
	v := decode[everywhere](t, o)
	if v.OK || v.Steps[0].State != steps.StateOK || len(v.Propagation) != 2 || !strings.HasPrefix(v.Propagation[0].DC, "dc1") {
		t.Errorf("ok %v, %s, %+v", v.OK, v.Steps[0].State, v.Propagation)
	}
	wantReplica(t, v.of(t, "dc1"), tell.ReplicaDone, users, users)
	wantReplica(t, v.of(t, "dc2"), tell.ReplicaReplicating, 0, users)
	if got := v.of(t, "dc2"); got.Site != "Default-First-Site-Name" || got.ReadOnly || got.Seconds < 3 {
		t.Errorf("%+v", got)
	}
	o = p.want(exitChanges, w.verify("--wait-timeout", "3s")...)
	for _, want := range []string{"1 of 2 DCs not done after 3", "  0 of 120 users", "the change is not there yet", "AdminSDHolder"} {
		if !strings.Contains(o.out, want) {
			t.Errorf("no %q in %s", want, o.out)
		}
	}
	if !strings.Contains(o.err, "dc2.corp.example  0 of 120 users") {
		t.Errorf("no progress: %s", o.err)
	}
}

// begun is a watch that has seen that DC2 lacks the change.
func (w *waitBench) begun(t *testing.T, more ...string) *live {
	t.Helper()
	b := &bench{dc: w.one, program: w.program(t, w.one)}
	l := b.prepared(w.verify(more...)...)
	l.begin()
	if !until(func() bool { return strings.Contains(l.err.String(), "dc2.corp.example  0 of 120 users") }) {
		t.Errorf("it does not see that DC2 is behind: %s", l.err.String())
	}
	return l
}

func (w *waitBench) interrupted(t *testing.T) {
	l := w.begun(t)
	began := time.Now()
	l.signal(os.Interrupt)
	l.ended(exitCancelled)
	t.Logf("it left %v after the signal", time.Since(began).Round(time.Millisecond))
	if strings.Contains(l.out.String(), "DC by DC") {
		t.Errorf("it tells an end: %s", l.out.String())
	}
}

// The pin vouches for the DC that was named: another one is not trusted by it,
// and not without it either.
func (w *waitBench) pinned(t *testing.T) {
	p := w.program(t, w.one).without("--ca-cert")
	v := decode[everywhere](t, p.want(exitChanges, w.verify("--tls-pin", fingerprintOf(t, w.one), "--wait-timeout", "2s", "--output", "json")...))
	wantReplica(t, v.of(t, "dc1"), tell.ReplicaDone, 120, 120)
	if got := v.of(t, "dc2"); got.State != tell.ReplicaError || !strings.Contains(got.Error, "certificate") {
		t.Errorf("%+v", got)
	}
}

// The watch sees the arrival by itself. The name that was given for the first
// DC's certificate is not looked for in the second one's.
func (w *waitBench) arrives(t *testing.T, users int) {
	l := w.begun(t, "--tls-name", w.one.Host)
	began := time.Now()
	w.two.PullObject(t, w.one, w.ou)
	pulled := time.Since(began)
	o := l.ended(exitDone, "dc1.corp.example  120 of 120 users", "dc2.corp.example  120 of 120 users")
	t.Logf("%d users; the scope replicated alone in %v, the watch ended %v after that", users, pulled.Round(time.Millisecond), (time.Since(began) - pulled).Round(time.Millisecond))
	if !strings.Contains(o.out, "On all 2 DCs every user") || strings.Count(o.out, "done after") != 2 {
		t.Errorf("the end: %s", o.out)
	}
}

// Whoever asks later hears at once that all is done, whatever the way in.
func (w *waitBench) everywhere(t *testing.T, users int) {
	w.one.Pull(t, w.two) // the names of DC2's services
	ticket := w.program(t, w.one).without("--ad-user")
	ticket.env = append(ticket.env, "KRB5CCNAME=FILE:"+w.one.CCache(t, "Administrator", w.one.AdminPassword))
	for _, way := range []struct {
		name  string
		p     *program
		flags []string
	}{
		{"LDAPS", w.program(t, w.one), nil},
		{"StartTLS", w.program(t, w.one), []string{"--dc", w.one.LDAP}},
		{"Kerberos", ticket, []string{"--kerberos", "--krb5-conf", w.one.Krb5Conf(t)}},
	} {
		began := time.Now()
		v := decode[everywhere](t, way.p.want(exitDone, w.verify(append(way.flags, "--output", "json")...)...))
		if !v.OK || len(v.Propagation) != 2 {
			t.Fatalf("%s: %v, %+v", way.name, v.OK, v.Propagation)
		}
		for _, r := range v.Propagation {
			wantReplica(t, r, tell.ReplicaDone, users, users)
		}
		t.Logf("%s: two DCs with %d users looked at within %v (the whole program)", way.name, users, time.Since(began).Round(time.Millisecond))
	}
}

// DNS may lead to a DC that lacks what was just applied on another one: then
// verify says that changes are needed, and with --wait sees them come.
func (w *waitBench) fromBehind(t *testing.T, users int) {
	w.program(t, w.one).want(exitDone, "apply", "--yes", "--scope", w.second, "--unexpire", "never")
	p := w.program(t, w.two)
	b := &bench{dc: w.two, program: p}
	l := b.prepared("verify", "--wait", "--scope", w.second, "--unexpire", "never", "--output", "json")
	l.begin()
	if !until(func() bool { return strings.Contains(l.err.String(), "dc2.corp.example  120 of 123 users") }) {
		t.Errorf("it does not see that DC2 is behind: %s", l.err.String())
	}
	w.two.PullObject(t, w.one, w.second)
	o := l.ended(exitDone)
	v := decode[everywhere](t, o)
	if !v.OK || v.Steps[0].State != steps.StateOK || len(v.Steps[0].Changes) != 0 || !strings.HasPrefix(v.Propagation[0].DC, "dc2") {
		t.Errorf("%s", o.out)
	}
	for _, r := range v.Propagation {
		wantReplica(t, r, tell.ReplicaDone, users+3, users+3)
	}
}

// Where no DC has the rights, nothing can replicate: the answer comes at once.
func (w *waitBench) nowhere(t *testing.T) {
	o := w.program(t, w.one).want(exitChanges, "verify", "--wait", "--scope", w.never, "--unexpire", "never")
	if !strings.Contains(o.out, "In corp.example no DC that answered has all that is to be set: there is nothing to wait for") {
		t.Errorf("it says %s", o.out)
	}
}

// A password that one DC knows and the other does not yet is tried once there.
func (w *waitBench) refusing(t *testing.T) {
	name := sambatest.Unique("new")
	dn := w.one.AddUser(t, "CN=Users,"+w.one.BaseDN, name, "Before-1234")
	w.two.Pull(t, w.one)
	if err := w.one.SetPassword(w.one.Admin(t), dn, "After-1234"); err != nil {
		t.Fatal(err)
	}
	p := w.program(t, w.one)
	p.flags = append(p.flags, "--ad-user", w.one.UPN(name))
	p.env = append(p.env, "WRITEBACK_AD_PASSWORD=After-1234")
	o := p.want(exitChanges, w.verify("--output", "json", "--debug")...) // half an hour is not waited
	v := decode[everywhere](t, o)
	if !v.of(t, "dc1").Done {
		t.Errorf("%+v", v.Propagation)
	}
	if got := v.of(t, "dc2"); got.State != tell.ReplicaRefused || !strings.Contains(got.Error, "sign in") {
		t.Errorf("%+v", got)
	}
	if n := strings.Count(o.err, " ldap bind "); n != 2 { // one on each DC
		t.Errorf("%d binds: %s", n, o.err)
	}
}

func (w *waitBench) silent(t *testing.T, users int) {
	name := strings.ToLower(w.one.JoinRODC(t))
	o := w.program(t, w.one).want(exitChanges, w.verify("--wait-timeout", "3s", "--output", "json")...)
	v := decode[everywhere](t, o)
	got := v.of(t, name)
	if len(v.Propagation) != 3 || !got.ReadOnly || got.State != tell.ReplicaError || !strings.Contains(got.Error, name) || got.Users != 0 {
		t.Errorf("%+v", v.Propagation)
	}
	if here := v.of(t, "dc1"); !here.Done || here.Users < users {
		t.Errorf("%+v", here)
	}
	if !strings.Contains(o.err, name+".corp.example (read-only)  connecting to ldaps://"+name) {
		t.Errorf("no progress of it: %s", o.err)
	}
}
