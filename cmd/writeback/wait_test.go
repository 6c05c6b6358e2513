package main

import (
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"writeback/adperms/secdesc"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
	"writeback/internal/tier"
	"writeback/steps"
	"writeback/wizard/tell"
)

// fingerprintOf is the fingerprint of a DC's certificate, as --tls-pin takes it.
func fingerprintOf(t *testing.T, dc *sambatest.DC) string {
	t.Helper()
	conn, err := tls.Dial("tcp", strings.TrimPrefix(dc.LDAPS, "ldaps://"), dc.TLS())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return fmt.Sprintf("SHA256:%X", sha256.Sum256(conn.ConnectionState().PeerCertificates[0].Raw))
}

// The practice domain has one DC.
func TestWaitInPractice(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	verify := []string{"verify", "--wait", "--only", "delegate"}
	if o := p.want(exitChanges, verify...); !strings.Contains(o.out, "there is nothing to wait for") {
		t.Errorf("before the apply it says %s", o.out)
	}
	p.want(exitDone, "apply", "--yes", "--only", "delegate")
	o := p.want(exitDone, verify...)
	for _, want := range []string{"414 of 414 users", "On the domain's one DC every user"} {
		if !strings.Contains(o.out, want) {
			t.Errorf("no %q in %s", want, o.out)
		}
	}
	if !strings.Contains(o.err, "dc1.corp.contoso.com  414 of 414 users\n") || strings.Contains(o.err, "\x1b") {
		t.Errorf("progress: %q", o.err)
	}
	v := decode[everywhere](t, p.want(exitDone, append(verify, "--output", "json")...))
	if len(v.Propagation) != 1 || !v.Propagation[0].Done || v.Propagation[0].Site == "" || v.Propagation[0].ReadOnly {
		t.Errorf("%+v", v.Propagation)
	}
	if plain := decode[map[string]any](t, p.want(exitDone, "verify", "--only", "delegate", "--output", "json")); plain["propagation"] != nil {
		t.Errorf("without --wait there is %v", plain["propagation"])
	}
}

func TestWaitIsRefused(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--wait", "--wait-timeout", "0s"}, "90s, 30m or 2h"},
		{[]string{"--wait", "--wait-timeout", "-1m"}, "90s, 30m or 2h"},
		{[]string{"--wait", "--wait-timeout", "soon"}, "soon"},
		{[]string{"--wait", "--skip", "delegate"}, "--skip leaves that out"},
		{[]string{"--wait", "--only", "sspr"}, "--only or --skip"},
	} {
		p.ends(exitUsage, []string{c.says}, append([]string{"verify"}, c.args...)...)
	}
}

// Samba computes what users inherit within the write. Windows does it afterwards
// and in the background: the ACEs stand on the scope, and not yet on all users.
// A DC is made to look like that until it has been seen to.
func TestWaitForThePropagator(t *testing.T) {
	b := newBench(t)
	ou := peopled(t, b.dc, 40)
	b.flags = append(b.flags, "--connector", b.connector.DN, "--scope", ou, "--unexpire", "never")
	b.want(exitDone, "apply", "--yes")
	var working atomic.Bool
	working.Store(true)
	kept := 0
	b.proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
		if !working.Load() || !strings.HasPrefix(e.DN, "CN=u") || !strings.HasSuffix(e.DN, ou) || len(e.Values("nTSecurityDescriptor")) == 0 {
			return false
		}
		if kept++; kept%4 == 0 {
			return false // this one it has reached
		}
		e.Set("nTSecurityDescriptor", withoutTrustee(t, e.Values("nTSecurityDescriptor")[0], b.connector.SID))
		return true
	}))
	l := b.prepared("verify", "--wait", "--output", "json")
	l.begin()
	if !until(func() bool {
		return strings.Contains(l.err.String(), "dc1.corp.example  10 of 40 users: the change is there, its propagator is at work")
	}) {
		t.Errorf("it does not see the propagator at work: %s", l.err.String())
	}
	working.Store(false)
	v := decode[everywhere](t, l.ended(exitDone))
	if !v.OK || v.Steps[0].State != steps.StateOK || len(v.Propagation) != 1 {
		t.Errorf("%+v", v)
	}
	wantReplica(t, v.of(t, "dc1"), tell.ReplicaDone, 40, 40)
}

// withoutTrustee is a descriptor without the inherited ACEs of a trustee.
func withoutTrustee(t *testing.T, raw, sid string) string {
	d, err := secdesc.Parse([]byte(raw))
	if err != nil {
		t.Error(err)
		return raw
	}
	d.DACL.ACEs = slices.DeleteFunc(d.DACL.ACEs, func(a secdesc.ACE) bool { return a.Inherited() && a.Trustee.String() == sid })
	out, err := d.Marshal()
	if err != nil {
		t.Error(err)
	}
	return string(out)
}

// A DC that drops the connection in the middle of a question is asked again, on a
// connection of its own.
func TestWaitOnLostConnections(t *testing.T) {
	b := newBench(t)
	ou := peopled(t, b.dc, 5)
	b.flags = append(b.flags, "--connector", b.connector.DN, "--scope", ou, "--unexpire", "never")
	b.want(exitDone, "apply", "--yes")
	searches := 0
	b.proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.Search && strings.HasPrefix(m.DN(), "CN=Sites,") {
			searches = 1 // the DCs are listed: what comes next is the watch
		} else if searches > 0 && searches < 3 && m.Op == ldapproxy.Search {
			searches++
			return ldapproxy.Cut(m)
		}
		return ldapproxy.Pass()
	})
	o := b.want(exitDone, "verify", "--wait", "--output", "json")
	wantReplica(t, decode[everywhere](t, o).of(t, "dc1"), tell.ReplicaDone, 5, 5)
	if !strings.Contains(o.err, "dc1.corp.example  ") || strings.Count(o.err, "dc1.corp.example") < 2 {
		t.Errorf("nothing is said of the loss: %s", o.err)
	}
}

// Several domains are watched together; what is granted in none of the DCs of
// one is no reason not to look at the others.
func TestWaitInTwoDomains(t *testing.T) {
	t.Parallel()
	d := twoDomains(t)
	d.want(exitDone, "apply", "--yes", "--domain", "one.example")
	o := d.want(exitChanges, "verify", "--wait")
	if !strings.Contains(o.out, "In two.example no DC that answered") || !strings.Contains(o.out, "done after") {
		t.Errorf("one of two: %s", o.out)
	}
	d.want(exitDone, "apply", "--yes")
	v := decode[everywhere](t, d.want(exitDone, "verify", "--wait", "--output", "json"))
	if !v.OK || len(v.Propagation) != 2 {
		t.Fatalf("%v, %+v", v.OK, v.Propagation)
	}
	for i, r := range v.Propagation {
		if r.Domain != domainOf(d.dcs[i]) || r.DC != d.dcs[i].Host {
			t.Errorf("%+v", r)
		}
		wantReplica(t, r, tell.ReplicaDone, r.Users, r.Users)
	}
}
