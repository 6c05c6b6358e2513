package main

import (
	"strings"
	"testing"

	"writeback/internal/sambatest"
	"writeback/steps"
)

// breaksOff is an apply that ends while it announces what it is about to write.
func (p *program) breaksOff(args ...string) {
	p.t.Helper()
	q := *p
	q.env = append([]string{cutEnv + "=after intent 5"}, p.env...)
	if o := q.run(append([]string{"apply", "--yes"}, args...)...); o.code != -1 {
		p.t.Fatalf("it was to be killed: %+v", o)
	}
}

// Without a domain, apply goes on with the one interrupted run; with several it
// asks which; and with none it is told to name one.
func TestApplyGoesOnWithTheInterruptedRun(t *testing.T) {
	t.Parallel()
	dc, other := sambatest.New(t), sambatest.New(t, sambatest.Realm("OTHER.EXAMPLE"))
	dc.Connector(t)
	other.Connector(t)
	bare := newProgram(t)
	bare.ends(exitUsage, []string{"--domain"}, "apply", "--yes")

	p, q := signedIn(t, dc), signedIn(t, other)
	for _, x := range []*program{p, q} {
		x.flags = append(x.flags, "--state-dir", bare.state)
	}
	p.breaksOff("--class", "user,inetOrgPerson")
	bare.env = p.env
	bare.ends(exitUsage, []string{"nobody can be asked"}, "apply")
	res := decode[steps.Result](t, bare.want(exitDone, "apply", "--yes", "--output", "json"))
	if res.State != steps.ResultDone || len(res.Steps[0].Made) != 6 {
		t.Errorf("%+v", res)
	}
	bare.ends(exitUsage, []string{"--domain"}, "apply", "--yes") // nothing is interrupted now

	bare.want(exitDone, "undo", "--yes")
	p.breaksOff()
	q.breaksOff()
	bare.ends(exitUsage, []string{"several places", "--domain", domainOf(dc), domainOf(other)}, "apply", "--yes")
	if o := q.want(exitDone, "apply", "--yes"); !strings.Contains(o.out, "was interrupted; to apply is to continue it") {
		t.Errorf("it does not say that it continues: %s", o.out)
	}
	bare.want(exitDone, "apply", "--yes") // the other one is left
	if o := bare.want(exitDone, "runs"); strings.Count(o.out, " done ") != 2 {
		t.Errorf("runs:\n%s", o.out)
	}
}

// A person's word that is given meanwhile ends nothing: the interrupted run is
// still the one to go on with.
func TestAWordEndsNoRun(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	p.breaksOff()
	p.want(exitDone, "attest", "sspr", "--by", "Ann Lee")
	bare := newProgram(t)
	bare.env, bare.flags = p.env, []string{"--state-dir", p.state}
	if o := bare.run("apply", "--yes"); o.code != exitManual || !strings.Contains(o.out, "made 3 changes") {
		t.Errorf("exit code %d:\n%s%s", o.code, o.out, o.err)
	}
}

// Flags are stronger than what the run remembers: another way to the DC, and
// another proof of it.
func TestUndoAnotherWay(t *testing.T) {
	dc := sambatest.Shared(t)
	connector := dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	p := signedIn(t, dc)
	before := explicit(t, dc)
	first := decode[steps.Result](t, p.want(exitDone, "apply", "--yes", "--output", "json", "--connector", connector.Name))
	p.want(exitDone, "apply", "--yes", "--unexpire", "always")

	bare := newProgram(t)
	bare.state, bare.flags = p.state, []string{"--state-dir", p.state, "--dc", dc.LDAP, "--keytab", dc.Keytab(t, "Administrator"), "--krb5-conf", dc.Krb5Conf(t)}
	bare.want(exitDone, "undo", "--yes") // the latest alone
	p.want(exitDone, "verify")
	bare.want(exitDone, "undo", "--yes") // and no older one
	p.want(exitDone, "verify")
	o := bare.want(exitDone, "undo", first.Run, "--yes", "--debug")
	if !strings.Contains(o.err, "ldap bind \"Administrator@"+dc.Realm) {
		t.Errorf("not signed in by the keytab: %s", o.err)
	}
	if now := explicit(t, dc); !sameSet(now, before) {
		t.Errorf("after undo: %q, want %q", now, before)
	}
	show := decode[struct{ Records []steps.Record }](t, bare.want(exitDone, "runs", "show", first.Run, "--output", "json"))
	last := show.Records[len(show.Records)-1]
	if last.Kind != steps.KindClosed || last.State != steps.ResultUndone {
		t.Errorf("the last record is %+v", last)
	}
	for _, r := range show.Records {
		if r.Kind == steps.KindReopened && (r.Opening.Verb != "undo" || r.Opening.How != "--yes") {
			t.Errorf("the journal does not say how undo was approved: %+v", r.Opening)
		}
	}
}
